package jsonlight

import "github.com/pamodata/pamodata/odata/format"

// AppendCollection appends the values an operation returned, which look like a
// collection property.
func (w writer) AppendCollection(dst []byte, c *format.Context, p format.Property) []byte {
	return w.AppendProperty(dst, c, p)
}
