package odata

// The refusals of changes that every provider has in common. Names of the model
// go into Detail and Target, and never what is stored.

// KeyMissing: the entity needs a value for the key property, and nobody gave or
// made one.
func KeyMissing(property string) *Error {
	return &Error{Kind: KindInvalid, Code: "KeyMissing", Target: property,
		Message: "The entity needs a value for each property of its key"}
}

// KeyExists: the set has an entity with this key.
func KeyExists(set string) *Error {
	return &Error{Kind: KindConflict, Code: "KeyExists", Detail: set, Message: "An entity with this key exists already"}
}

// KeyImmutable: a key property was to be changed.
func KeyImmutable(property string) *Error {
	return &Error{Kind: KindInvalid, Code: "KeyImmutable", Target: property, Message: "The key of an entity cannot be changed"}
}

// MissingProperty: a property that is never null has no value.
func MissingProperty(property string) *Error {
	return &Error{Kind: KindInvalid, Code: "MissingProperty", Target: property,
		Message: "A property that must have a value is missing"}
}

// UndeclaredProperty: the entity cannot have an undeclared property of this name
// or value.
func UndeclaredProperty(name string, cause error) *Error {
	return &Error{Kind: KindInvalid, Code: "UndeclaredProperty", Target: name, Err: cause,
		Message: "The entity cannot have this undeclared property"}
}

// NumbersExhausted: the store can make no further number for the property.
func NumbersExhausted(property string, cause error) *Error {
	return &Error{Kind: KindConflict, Code: "NumbersExhausted", Target: property, Err: cause,
		Message: "The store has no further number for the property; give one that is free"}
}

// LinkType: the association has no entities of this type in the role.
func LinkType(association, role string) *Error {
	return &Error{Kind: KindInvalid, Code: "LinkType", Detail: about(association, role),
		Message: "The association does not link entities of this type"}
}

// LinkRequired: an entity would be left without a link to the role.
func LinkRequired(association, role string) *Error {
	return &Error{Kind: KindConflict, Code: "LinkRequired", Detail: about(association, role),
		Message: "An entity would be left without a link that it must have"}
}

// LinkFixedByKey: the link to the role follows from the key of an entity.
func LinkFixedByKey(association, role string) *Error {
	return &Error{Kind: KindConflict, Code: "LinkFixedByKey", Detail: about(association, role),
		Message: "The link follows from the key of an entity, which never changes"}
}

// LinkTaken: an entity would have two links to a role that takes one.
func LinkTaken(association, role string) *Error {
	return &Error{Kind: KindConflict, Code: "LinkTaken", Detail: about(association, role),
		Message: "An entity would be linked to more than one, but can be linked to one at most"}
}

// DanglingReference: properties refer, by the referential constraint of an
// association, to an entity in the role that does not exist or that the caller may
// not see.
func DanglingReference(association, role string) *Error {
	return &Error{Kind: KindConflict, Code: "DanglingReference", Detail: about(association, role),
		Message: "A property refers to an entity that does not exist"}
}

func about(association, role string) string { return association + ", role " + role }
