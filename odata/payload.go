package odata

import "github.com/pamodata/pamodata/metadata"

// An EntryPayload is an entity as a client sent it: names resolved against the
// model, values of the declared types. What only echoes an answer, such as
// links to where the entity came from, is left out by the readers.
type EntryPayload struct {
	// Type is the type the payload names, or the expected one.
	Type *metadata.EntityType

	// Properties are the declared properties the payload has, each once, in its
	// order; the others were not sent, which is not the same as null.
	Properties []Assignment

	// Dynamic are the undeclared properties of an open entity.
	Dynamic []DynamicProperty

	// Links are the navigation properties the payload says something about.
	Links []LinkPayload
}

// A LinkPayload is what a payload says about one navigation property.
type LinkPayload struct {
	Nav *metadata.NavigationProperty

	// Bind are the URLs of existing entities to relate, as sent.
	Bind []string

	// Entries are entities to create and relate.
	Entries []*EntryPayload

	// Null clears a single-valued navigation.
	Null bool
}
