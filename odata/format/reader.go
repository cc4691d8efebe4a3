package format

import (
	"io"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Reader reads what clients send. It is immutable and safe for concurrent use.
//
// Input is read as a stream and only as far as Limits allow. Errors are
// *odata.Error: KindInvalid for a payload that is malformed or does not fit the
// model, with the place in Target; KindTooLarge beyond a limit; and errors of
// the input itself as they are.
type Reader interface {
	// ReadEntry reads an entity of the expected type or of one derived from it.
	ReadEntry(r io.Reader, m *metadata.Model, expected *metadata.EntityType, limits Limits) (*odata.EntryPayload, error)

	// ReadProperty reads the value of a property, such as a PUT to it sends.
	ReadProperty(r io.Reader, m *metadata.Model, name string, t metadata.TypeRef, limits Limits) (edm.Value, error)

	// ReadComplex reads the members of a complex value that a PATCH to the
	// property has: those that are absent are not in the result.
	ReadComplex(r io.Reader, m *metadata.Model, name string, t *metadata.ComplexType, limits Limits) ([]odata.Assignment, error)

	// ReadLink reads the URL of an entity, such as a POST to $links sends.
	ReadLink(r io.Reader, limits Limits) (string, error)

	// ReadParameters reads the arguments of an operation, parallel to
	// parameters. A nullable one that is absent is null.
	ReadParameters(r io.Reader, m *metadata.Model, parameters []*metadata.Parameter, limits Limits) ([]edm.Value, error)
}

// Limits bound what a payload may cost. A zero field means its default.
type Limits struct {
	// Depth is how deep values may nest. Default 32 in JSON, 64 in XML.
	Depth int

	// Objects is the greatest number of entities in one payload. Default 200.
	// Passing it is KindTooLarge.
	Objects int

	// Members is the greatest number of members and items in one payload.
	// Default 100,000.
	Members int
}
