package formattest

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A Payload is one thing a format can write.
type Payload struct {
	Name string // also that of its golden file, without extension
	Why  string // what it is there to show

	// Variant names the options of the format, for formats that have some: each
	// says what a name means. Default: none.
	Variant string

	// Write appends the payload to dst.
	Write Writing
}

// A Writing appends one payload in a format.
type Writing func(f format.Format, dst []byte) []byte

// Feed writes a feed of rows.
func Feed(p *odata.Projection, count *int64, next string, rows ...odata.Row) Writing {
	return FeedAt(Place(), p, count, next, rows...)
}

// FeedAt writes a feed of rows that come from another place.
func FeedAt(c *format.Context, p *odata.Projection, count *int64, next string, rows ...odata.Row) Writing {
	return func(f format.Format, dst []byte) []byte {
		e := f.Compile(p)
		dst = e.AppendFeedStart(dst, c, count)
		for i := range rows {
			dst = e.AppendRow(dst, c, &rows[i], i == 0)
		}
		return e.AppendFeedEnd(dst, c, count, next)
	}
}

// Entry writes row as the whole payload.
func Entry(p *odata.Projection, row odata.Row) Writing {
	return func(f format.Format, dst []byte) []byte { return f.Compile(p).AppendEntry(dst, Place(), &row) }
}

// Service writes a service document.
func Service(sets ...*metadata.EntitySet) Writing {
	return func(f format.Format, dst []byte) []byte { return f.AppendServiceDocument(dst, Place(), sets) }
}

// Error writes an error.
func Error(e format.ErrorBody) Writing {
	return func(f format.Format, dst []byte) []byte { return f.AppendError(dst, e) }
}

// Property writes a property.
func Property(p format.Property) Writing {
	return func(f format.Format, dst []byte) []byte { return f.AppendProperty(dst, Place(), p) }
}

// Collection writes the values that an operation returned.
func Collection(p format.Property) Writing {
	return func(f format.Format, dst []byte) []byte { return f.AppendCollection(dst, Place(), p) }
}

// Links writes a list of links.
func Links(l *odata.Link, count *int64, next string, urls ...string) Writing {
	return func(f format.Format, dst []byte) []byte {
		dst = f.AppendLinksStart(dst, Place(), l, count)
		for i, url := range urls {
			dst = f.AppendLink(dst, Place(), []byte(url), i == 0)
		}
		return f.AppendLinksEnd(dst, Place(), count, next)
	}
}

// Link writes one link as the whole payload.
func Link(l *odata.Link, url string) Writing {
	return func(f format.Format, dst []byte) []byte { return f.AppendSingleLink(dst, Place(), l, []byte(url)) }
}
