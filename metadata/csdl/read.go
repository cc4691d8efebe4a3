package csdl

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// DefaultMaxBytes is the size limit of documents that [Read] applies unless told
// otherwise.
const DefaultMaxBytes = 4 << 20

// A ReadOption changes how documents are read.
type ReadOption func(*readOptions)

type readOptions struct{ maxBytes int }

// MaxBytes limits the size of documents in bytes. Zero or less means
// [DefaultMaxBytes], and 1 GiB is the most. The limit also sets how many elements
// a document may have: one for every 32 bytes of the limit.
func MaxBytes(n int) ReadOption {
	return func(o *readOptions) {
		if n > 0 {
			o.maxBytes = min(n, 1<<30)
		}
	}
}

// Read reads a $metadata document and resolves the model in it. Errors are
// *[SyntaxError] for the document, [metadata.Errors] for the model, and those of
// r.
func Read(r io.Reader, options ...ReadOption) (*metadata.Model, error) {
	m, err := ReadDefinitions(r, options...)
	if err != nil {
		return nil, err
	}
	if err := m.Resolve(); err != nil {
		return nil, err
	}
	return m, nil
}

// ReadDefinitions reads a $metadata document without resolving the model, so
// that the caller can change or add definitions first. Errors are as in [Read].
func ReadDefinitions(r io.Reader, options ...ReadOption) (*metadata.Model, error) {
	o := readOptions{maxBytes: DefaultMaxBytes}
	for _, option := range options {
		option(&o)
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(o.maxBytes)+1))
	if err != nil {
		return nil, fmt.Errorf("csdl: %w", err)
	}
	if len(data) > o.maxBytes {
		return nil, syntaxError(nil, 0, "the document is larger than %d bytes", o.maxBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	starts, err := check(data, o.maxBytes/bytesPerNode)
	if err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	doc.ReadSettings.MaxDepth = maxDepth
	if err := doc.ReadFromBytes(data); err != nil {
		return nil, syntaxError(data, 0, "%s", err)
	}
	rd := &reader{data: data, starts: starts, root: doc.Root()}
	m := rd.document()
	if rd.err != nil {
		return nil, rd.err
	}
	return m, nil
}

// A reader turns the elements of one document into definitions. It remembers the
// first error and goes on harmlessly, so that only the end has to look at it.
type reader struct {
	data   []byte
	starts []int // offsets of all elements, in document order
	root   *etree.Element
	err    error
}

func (r *reader) fail(e *etree.Element, format string, args ...any) {
	if r.err == nil {
		r.err = syntaxError(r.data, r.starts[r.ordinal(e)], format, args...)
	}
}

// ordinal is the place of e in document order.
func (r *reader) ordinal(e *etree.Element) int {
	n, found := 0, false
	var walk func(*etree.Element)
	walk = func(at *etree.Element) {
		if found = at == e; found {
			return
		}
		n++
		for _, c := range at.Child {
			if c, ok := c.(*etree.Element); ok {
				if walk(c); found {
					return
				}
			}
		}
	}
	walk(r.root)
	return n
}

// document reads edmx:Edmx. Source: EDMX, Edmx and DataServices.
func (r *reader) document() *metadata.Model {
	m := &metadata.Model{}
	root := r.root
	if space := spaceOf(root); root.Tag != "Edmx" || space != edmxSpace {
		if strings.Contains(space, "oasis-open.org/odata") {
			r.fail(root, "this is metadata of OData V4; versions 1 to 3 can be read")
		} else {
			r.fail(root, "the root element is %s, not Edmx in %s", root.FullTag(), edmxSpace)
		}
		return m
	}
	version, services := "", 0
	r.attributes(root, &m.Extensions, func(name, value string) bool {
		switch {
		case name == "Version":
			version = value
		case strings.HasPrefix(name, "m:"):
			r.fail(root, "the attribute %s belongs to DataServices", name)
		default:
			return false
		}
		return true
	})
	if version != edmxVersion {
		r.fail(root, "the Version of Edmx is %q; services of OData V1 to V3 have %q", version, edmxVersion)
	}
	var references []string
	r.children(root, &m.Extensions, func(e *etree.Element) bool {
		switch e.Tag {
		case "DataServices":
			if services++; services > 1 {
				r.fail(e, "there is a second DataServices element")
			}
			r.dataServices(e, m)
		case "Reference", "AnnotationsReference":
			references = append(references, r.foreign(e))
		default:
			return false
		}
		return true
	})
	m.Elements = append(references, m.Elements...)
	if services == 0 {
		r.fail(root, "there is no DataServices element")
	}
	return m
}

func (r *reader) dataServices(e *etree.Element, m *metadata.Model) {
	outer := len(m.Attributes)
	r.attributes(e, &m.Extensions, func(name, value string) bool {
		switch name {
		case "m:DataServiceVersion":
			m.DataServiceVersion = value
		case "m:MaxDataServiceVersion":
			m.MaxDataServiceVersion = value
		default:
			return false
		}
		return true
	})
	for _, a := range m.Attributes[outer:] {
		if slices.ContainsFunc(m.Attributes[:outer], func(b metadata.Attribute) bool { return a.Space == b.Space && a.Name == b.Name }) {
			r.fail(e, "the attribute {%s}%s stands on Edmx already", a.Space, a.Name)
		}
	}
	r.content(e, &m.Extensions, func(c *etree.Element, space string) bool {
		version, ok := schemaVersions[space]
		if !ok || c.Tag != "Schema" {
			return false
		}
		m.Schemas = append(m.Schemas, r.schema(c, version))
		return true
	})
}

func (r *reader) schema(e *etree.Element, version string) *metadata.Schema {
	s := &metadata.Schema{Version: version}
	r.attributes(e, &s.Extensions, func(name, value string) bool {
		switch name {
		case "Namespace":
			s.Namespace = value
		case "Alias":
			s.Alias = value
		default:
			return false
		}
		return true
	})
	r.children(e, &s.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &s.Documentation)
		case "Using":
			s.Usings = append(s.Usings, r.using(c))
		case "EntityType":
			s.EntityTypes = append(s.EntityTypes, r.entityType(c))
		case "ComplexType":
			s.ComplexTypes = append(s.ComplexTypes, r.complexType(c))
		case "EnumType":
			s.EnumTypes = append(s.EnumTypes, r.enumType(c))
		case "Association":
			s.Associations = append(s.Associations, r.association(c))
		case "Function":
			s.Functions = append(s.Functions, r.function(c))
		case "ValueTerm":
			s.ValueTerms = append(s.ValueTerms, r.valueTerm(c))
		case "EntityContainer":
			s.Containers = append(s.Containers, r.container(c))
		case "Annotations":
			s.Annotations = append(s.Annotations, r.annotations(c))
		default:
			return false
		}
		return true
	})
	return s
}

func (r *reader) using(e *etree.Element) metadata.Using {
	var u metadata.Using
	r.attributes(e, &u.Extensions, func(name, value string) bool {
		switch name {
		case "Namespace":
			u.Namespace = value
		case "Alias":
			u.Alias = value
		default:
			return false
		}
		return true
	})
	r.children(e, &u.Extensions, func(c *etree.Element) bool {
		if c.Tag != "Documentation" {
			return false
		}
		r.documentation(c, &u.Documentation)
		return true
	})
	return u
}
