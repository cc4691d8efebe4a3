package sqldb

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// The refusals of writes. Names of the model go into Detail, and never what is
// stored.

func keyMissing(p *metadata.Property) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "KeyMissing", Target: p.Name,
		Message: "The entity needs a value for each property of its key"}
}

func keyExists(t *table) error {
	return &odata.Error{Kind: odata.KindConflict, Code: "KeyExists", Detail: t.set.Name,
		Message: "An entity with this key exists already"}
}

func keyImmutable(p *metadata.Property) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "KeyImmutable", Target: p.Name,
		Message: "The key of an entity never changes"}
}

func missingProperty(p *metadata.Property) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "MissingProperty", Target: p.Name,
		Message: "The property is never null and needs a value"}
}

func undeclared(name string, err error) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "UndeclaredProperty", Target: name,
		Message: "The entity cannot have this undeclared property", Err: err}
}

func numbersExhausted(p string, err error) error {
	return &odata.Error{Kind: odata.KindConflict, Code: "NumbersExhausted", Target: p, Err: err,
		Message: "The store has no further number for the property; give one that is free"}
}

// about names the association and the role that an entity has a link in or lacks
// one.
func (r *tie) about() string { return r.association.QualifiedName() + ", role " + r.far.Role }

func linkType(r *tie, role string) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "LinkType",
		Detail:  r.association.QualifiedName() + ", role " + role,
		Message: "The association does not link entities of this type"}
}

func linkRequired(r *tie) error {
	return &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired", Detail: r.about(),
		Message: "An entity would be left without a link that it must have"}
}

func linkFixed(r *tie) error {
	return &odata.Error{Kind: odata.KindConflict, Code: "LinkFixedByKey", Detail: r.about(),
		Message: "The link follows from the key of an entity, which never changes"}
}

func linkTaken(r *tie) error {
	return &odata.Error{Kind: odata.KindConflict, Code: "LinkTaken", Detail: r.about(),
		Message: "An entity would be linked to more than one, but can be linked to one at most"}
}

func dangling(r *tie) *odata.Error {
	return odata.DanglingReference(r.association.QualifiedName(), r.far.Role)
}
