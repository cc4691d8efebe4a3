package atom

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A customPlan is the elements of an entry that properties are mapped to. A nil
// part has no property.
type customPlan struct {
	title, summary, rights *textPlan
	published, updated     *source
	author, contributor    person
	link                   [len(linkAttributes)]*source
	category               [len(categoryAttributes)]*source
	elements               []*elementPlan
}

// A textPlan is an Atom text construct.
type textPlan struct {
	source
	kind string // text, html or xhtml
}

// A person is an Atom person construct.
type person struct{ name, uri, email *source }

var (
	linkAttributes     = [...]string{"rel", "type", "title", "href", "hreflang", "length"}
	categoryAttributes = [...]string{"term", "scheme", "label"}
)

const (
	linkRel, linkHref            = 0, 3
	categoryTerm, categoryScheme = 0, 1
)

// add makes a mapping part of the plan, or reports that it cannot be. Source:
// OData V3, CSDL extensions, m:FC_TargetPath.
func (p *customPlan) add(m *mapping) bool {
	if m.NsURI != "" {
		return p.addElement(m)
	}
	text := &textPlan{m.from, m.ContentKind}
	if text.kind == "" {
		text.kind = "text"
	}
	switch from := &m.from; m.TargetPath {
	case "SyndicationTitle":
		p.title = text
	case "SyndicationSummary":
		p.summary = text
	case "SyndicationRights":
		p.rights = text
	case "SyndicationPublished":
		return setDate(&p.published, from)
	case "SyndicationUpdated":
		return setDate(&p.updated, from)
	case "SyndicationAuthorName":
		p.author.name = from
	case "SyndicationAuthorUri":
		p.author.uri = from
	case "SyndicationAuthorEmail":
		p.author.email = from
	case "SyndicationContributorName":
		p.contributor.name = from
	case "SyndicationContributorUri":
		p.contributor.uri = from
	case "SyndicationContributorEmail":
		p.contributor.email = from
	default:
		if name, ok := strings.CutPrefix(m.TargetPath, "SyndicationLink"); ok {
			return setAttribute(p.link[:], linkAttributes[:], name, from)
		}
		name, _ := strings.CutPrefix(m.TargetPath, "SyndicationCategory")
		return setAttribute(p.category[:], categoryAttributes[:], name, from)
	}
	return true
}

func setDate(to **source, from *source) bool {
	switch from.kind {
	case edm.KindDateTime, edm.KindDateTimeOffset, edm.KindString:
		*to = from
		return true
	}
	return false
}

func setAttribute(to []*source, names []string, target string, from *source) bool {
	for i, name := range names {
		if strings.EqualFold(name, target) {
			to[i] = from
			return true
		}
	}
	return false
}

// appendSyndication appends the Atom elements of an entry, those that every
// entry has included.
func (p *customPlan) appendSyndication(dst []byte, c *format.Context, row *odata.Row) []byte {
	if p.title == nil {
		dst = append(dst, `<title />`...)
	} else {
		dst = p.title.appendTo(dst, row, "title")
	}
	if p.summary != nil {
		dst = p.summary.appendTo(dst, row, "summary")
	}
	if p.published != nil {
		dst = appendPublished(dst, p.published.value(row))
	}
	dst = append(dst, `<updated>`...)
	told := false
	if p.updated != nil {
		dst, told = appendDate(dst, p.updated.value(row))
	}
	if !told {
		dst = append(dst, c.Updated...)
	}
	dst = append(dst, `</updated>`...)
	if p.author.isVoid(row) {
		dst = append(dst, emptyAuthor...)
	} else {
		dst = append(p.author.appendTo(append(dst, `<author>`...), row), `</author>`...)
	}
	if !p.contributor.isVoid(row) {
		dst = append(p.contributor.appendTo(append(dst, `<contributor>`...), row), `</contributor>`...)
	}
	if href := p.link[linkHref]; !isVoid(href, row) && !isOwnRelation(p.link[linkRel], row) {
		dst = appendAttributes(append(dst, `<link`...), row, linkAttributes[:], p.link[:])
	}
	if term := p.category[categoryTerm]; !isVoid(term, row) && !hasText(p.category[categoryScheme], row, typeScheme) {
		dst = appendAttributes(append(dst, `<category`...), row, categoryAttributes[:], p.category[:])
	}
	if p.rights != nil {
		dst = p.rights.appendTo(dst, row, "rights")
	}
	return dst
}

// appendTo appends a text construct. What is to be XHTML and is none stands
// there as the text it is.
func (t *textPlan) appendTo(dst []byte, row *odata.Row, name string) []byte {
	v := t.value(row)
	kind, markup := t.kind, false
	if kind == "xhtml" {
		if markup = v.Kind() == edm.KindString && isFragment(v.Str()); !markup {
			kind = "text"
		}
	}
	dst = append(append(dst, '<'), name...)
	dst = append(append(dst, ` type="`...), kind...)
	switch {
	case v.IsNull():
		return append(dst, `" />`...)
	case markup:
		dst = append(append(dst, `">`...), v.Str()...)
	default:
		dst = appendPrimitive(append(dst, `">`...), v)
	}
	return append(append(append(dst, `</`...), name...), '>')
}

// appendPublished appends nothing for what is no date: the element is optional.
func appendPublished(dst []byte, v *edm.Value) []byte {
	start := len(dst)
	dst, ok := appendDate(append(dst, `<published>`...), v)
	if !ok {
		return dst[:start]
	}
	return append(dst, `</published>`...)
}

// appendDate appends a date as Atom wants it, with a zone: UTC if v has none. It
// reports false, and appends nothing, for what is no date.
func appendDate(dst []byte, v *edm.Value) ([]byte, bool) {
	date := *v
	if date.Kind() == edm.KindString {
		if text := date.Str(); text != "" {
			if d, err := edm.ParseDateTime(text); err == nil {
				date = d.Value()
			}
		}
	}
	switch date.Kind() {
	case edm.KindDateTimeOffset:
		return date.DateTimeOffset().AppendText(dst), true
	case edm.KindDateTime:
		d := date.DateTime()
		dst = d.AppendText(dst)
		if !d.Zoned() {
			dst = append(dst, 'Z')
		}
		return dst, true
	}
	return dst, false
}

// isVoid reports that there is nothing to say about the person.
func (p *person) isVoid(row *odata.Row) bool {
	return (p.name == nil || p.name.value(row).IsNull()) && isVoid(p.uri, row) && isVoid(p.email, row)
}

func (p *person) appendTo(dst []byte, row *odata.Row) []byte {
	if p.name == nil || p.name.value(row).IsNull() {
		dst = append(dst, `<name />`...)
	} else {
		dst = append(appendPrimitive(append(dst, `<name>`...), p.name.value(row)), `</name>`...)
	}
	if !isVoid(p.uri, row) {
		dst = append(appendPrimitive(append(dst, `<uri>`...), p.uri.value(row)), `</uri>`...)
	}
	if !isVoid(p.email, row) {
		dst = append(appendPrimitive(append(dst, `<email>`...), p.email.value(row)), `</email>`...)
	}
	return dst
}

// isVoid reports that s is not mapped, null or empty.
func isVoid(s *source, row *odata.Row) bool {
	return s == nil || s.value(row).IsNull() || hasText(s, row, "")
}

func hasText(s *source, row *odata.Row, text string) bool {
	if s == nil {
		return false
	}
	v := s.value(row)
	return v.Kind() == edm.KindString && v.Str() == text
}

// isOwnRelation reports relations by which readers find the links of the
// protocol. Data must not pass for one of them.
func isOwnRelation(s *source, row *odata.Row) bool {
	if s == nil {
		return false
	}
	v := s.value(row)
	if v.Kind() != edm.KindString {
		return false
	}
	switch rel := v.Str(); rel {
	case "edit", "self", "next", "edit-media":
		return true
	default:
		return strings.Contains(rel, dataSpace) || strings.Contains(rel, ianaRelations)
	}
}

// ianaRelations begins the long form of registered relations. Source: RFC 4287,
// 4.2.7.2.
const ianaRelations = "http://www.iana.org/assignments/relation/"

// appendAttributes appends the attributes that have a value, and ends the
// element.
func appendAttributes(dst []byte, row *odata.Row, names []string, from []*source) []byte {
	for i, s := range from {
		if s == nil || s.value(row).IsNull() {
			continue
		}
		dst = append(append(append(dst, ' '), names[i]...), `="`...)
		dst = append(appendAttributeValue(dst, s.value(row)), '"')
	}
	return append(dst, ` />`...)
}

// appendAttributeValue appends a primitive value as the text of an attribute;
// null is empty.
func appendAttributeValue(dst []byte, v *edm.Value) []byte {
	switch v.Kind() {
	case edm.KindNull:
		return dst
	case edm.KindString:
		return appendAttribute(dst, v.Str())
	}
	return appendPrimitive(dst, v)
}
