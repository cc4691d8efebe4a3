package odata

import "context"

// A Creation makes entities of arguments, for sets whose clients do not send
// entities but call for one: POST to the set takes the arguments from the query
// string, from a form, or from the members of a JSON object, as texts.
//
// Names match to the letter first and then without regard to case; those of no
// argument are ignored. A JSON number is its text, true and false are themselves, and
// null, like an empty text, is an argument left out. An argument that is given twice
// must have one value, else the answer is KindInvalid with the code
// ConflictingParameters. A body that is empty needs no Content-Type.
type Creation struct {
	Arguments []LooseArgument

	// Create makes the entity and returns its key. It is called in no transaction of
	// the service's. arguments has those that were given, by the names in Arguments.
	// The answer is 201 with the entity, as the caller may read it.
	Create func(ctx context.Context, arguments map[string]string) (Key, error)
}

// A LooseArgument is the name of an argument, with others that mean the same.
type LooseArgument struct {
	Name    string
	Aliases []string
}
