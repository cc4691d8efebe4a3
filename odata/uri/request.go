package uri

import (
	"github.com/pamodata/pamodata/odata"
)

// A Request is the syntax of one request URI below the service root.
type Request struct {
	// Path holds the segments of the resource path; none for the service
	// document.
	Path []Segment

	// Options are all query options in the order given, system and custom ones,
	// decoded. System options with an empty value are in it, too.
	Options []Option

	// The system query options; each is nil, or empty, when absent.
	Filter      Node
	OrderBy     []OrderItem
	Top, Skip   *int64 // 0 to 2147483647; what is too much is not decided here
	InlineCount InlineCount
	Expand      []ExpandItem
	Select      []SelectItem

	// RawSelect is the decoded text of $select, as odata.metadata repeats it.
	RawSelect string

	// The decoded text of the options whose syntax is not this package's.
	SkipToken, Format, Callback *string
}

// InlineCount is the value of $inlinecount.
type InlineCount uint8

// The values of $inlinecount.
const (
	InlineCountAbsent InlineCount = iota
	InlineCountNone
	InlineCountAllPages
)

// String is the option's text; empty for InlineCountAbsent.
func (c InlineCount) String() string {
	return [...]string{"", "none", "allpages"}[c]
}

// A Segment is one step of the resource path, decoded: "Customers(1)",
// "$metadata", "Demo.VipCustomer(1)", "Promote(p=1,q=@a)".
type Segment struct {
	// Name is everything before the first parenthesis. It is never empty, holds
	// no control character and may be anything else, "..", too.
	Name     string
	NameSpan odata.Span

	// HasParens tells "Customers()" from "Customers". Args are what is between
	// the parentheses: one positional value, or any number of named ones.
	HasParens bool
	Args      []Arg

	// Span and the other places within a path count bytes of the escaped path.
	Span odata.Span
}

// An Arg is a key value or an argument in a path segment.
type Arg struct {
	Name  string  // empty for a positional value
	Value Literal // zero when Alias is set
	Alias string  // "@a", to be looked up among the query options
	Span  odata.Span
}

// An Option is one query option, decoded.
type Option struct {
	Name  string // trimmed; "$filter", "v", "@a"
	Value string
	Span  odata.Span // of name and value in the raw query
}

// IsSystem reports a name that begins with "$".
func (o Option) IsSystem() bool { return o.Name != "" && o.Name[0] == '$' }

// Parse reads a request: the escaped path below the service root, with or
// without a slash before it, and the raw query without "?".
func Parse(escapedPath, rawQuery string, limits Limits) (*Request, error) {
	// One block for what every request needs.
	parsed := new(struct {
		request Request
		budget  budget
		room    pathRoom
	})
	r, b := &parsed.request, &parsed.budget
	b.limits, b.path = limits.withDefaults(), &parsed.room
	if err := r.parse(b, escapedPath, rawQuery); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Request) parse(b *budget, escapedPath, rawQuery string) *odata.Error {
	length := len(escapedPath) + len(rawQuery)
	if rawQuery != "" {
		length++
	}
	if length > b.limits.URLLength {
		err := uriTooLong.error("", "")
		err.Kind = odata.KindURITooLong
		return err
	}
	path, err := parsePath(b, escapedPath)
	if err != nil {
		return err
	}
	options, err := parseQuery(rawQuery, b.limits.Again)
	if err != nil {
		return err
	}
	r.Path, r.Options = path, options
	for i := range options {
		if err := r.apply(b, &options[i]); err != nil {
			return err
		}
	}
	return nil
}

// Option is the decoded value of a query option, and whether it was given.
// Names are case-sensitive.
func (r *Request) Option(name string) (string, bool) {
	for _, o := range r.Options {
		if o.Name == name {
			return o.Value, true
		}
	}
	return "", false
}

// Has reports an option that is in effect: given and, if it is a system option,
// not blank.
func (r *Request) Has(name string) bool {
	value, ok := r.Option(name)
	return ok && (name == "" || name[0] != '$' || !isAllBlank(value))
}

// String is the request in canonical escapes: path, "?" and query. It parses to
// an equal request, spans aside.
func (r *Request) String() string {
	dst := AppendPath(nil, r.Path)
	for i, o := range r.Options {
		dst = append(dst, "?&"[min(i, 1)])
		dst = AppendOption(dst, o.Name, o.Value)
	}
	return string(dst)
}
