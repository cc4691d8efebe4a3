package atom

import (
	"bytes"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
	"github.com/pamodata/pamodata/odata/format/xmlread"
)

// navigationLink reports whether the current element is the link of a navigation
// property, and returns its name.
func (e *entryReader) navigationLink() (name []byte, ok bool) {
	if !e.in.Is(xmlread.Atom, "link") {
		return nil, false
	}
	rel, _ := e.in.Attribute(xmlread.None, "rel")
	return bytes.CutPrefix(rel, []byte(navigationRel))
}

// A linkTag is what the tag of the link of a navigation property says.
type linkTag struct {
	href    string
	hasHref bool
	isFeed  bool
}

// link consumes the link of the navigation property called name: with m:inline
// it has entities to create; without, href is an entity to relate, or if empty
// the null that clears a single-valued one.
//
// A link of the type feed without m:inline, and one without href, only say where
// related entities are: they echo an answer. Source: OData V3 Atom format,
// navigation properties in requests.
func (e *entryReader) link(name []byte) error {
	in := e.in
	nav := e.payload.Type.NavigationProperty(string(name))
	if nav == nil {
		return in.UnknownProperty(name, e.payload.Type.QualifiedName())
	}
	in.EnterOf("link", nav.Name)
	var tag linkTag
	if href, ok := in.Attribute(xmlread.None, "href"); ok {
		tag.href, tag.hasHref = string(href), true
	}
	typ, _ := in.Attribute(xmlread.None, "type")
	tag.isFeed = isFeedType(typ)
	if tag.isFeed && !nav.IsCollection() {
		return in.Mismatch("a link to one entity", "a link to a feed")
	}
	inline, err := e.linkContent(nav)
	if err != nil {
		return err
	}
	if !inline && tag.hasHref && !tag.isFeed {
		if err := e.bind(nav, tag.href); err != nil {
			return err
		}
	}
	in.Leave()
	return nil
}

// isFeedType reports whether typ is application/atom+xml with the parameter
// type=feed.
func isFeedType(typ []byte) bool {
	name, parameters, _ := bytes.Cut(typ, []byte(";"))
	if !bytes.EqualFold(bytes.TrimSpace(name), []byte("application/atom+xml")) {
		return false
	}
	for len(parameters) > 0 {
		var p []byte
		p, parameters, _ = bytes.Cut(parameters, []byte(";"))
		key, value, _ := bytes.Cut(p, []byte("="))
		if bytes.EqualFold(bytes.TrimSpace(key), []byte("type")) &&
			bytes.EqualFold(bytes.Trim(value, " \t\""), []byte("feed")) {
			return true
		}
	}
	return false
}

// bind relates the entity at url, or clears nav.
func (e *entryReader) bind(nav *metadata.NavigationProperty, url string) error {
	switch {
	case url != "":
	case nav.IsCollection():
		return e.in.Fail(jsonread.CodeMismatch, "An empty link clears a navigation property to one entity only", "")
	default:
		link, err := e.newLink(nav)
		if err == nil {
			link.Null = true
		}
		return err
	}
	if err := e.in.CountEntity(); err != nil {
		return err
	}
	link, err := e.newLink(nav)
	if err == nil {
		link.Bind = append(link.Bind, url)
	}
	return err
}

// newLink is what the payload says about nav, to be added to; for a single-valued
// one nothing may have been said. It is valid until the next call.
func (e *entryReader) newLink(nav *metadata.NavigationProperty) (*odata.LinkPayload, error) {
	links := e.payload.Links
	for i := range links {
		switch {
		case links[i].Nav != nav:
		case nav.IsCollection():
			return &links[i], nil
		default:
			return nil, e.in.Fail(jsonread.CodeDuplicate, "A navigation property to one entity has one link", "")
		}
	}
	e.payload.Links = append(links, odata.LinkPayload{Nav: nav})
	return &e.payload.Links[len(links)], nil
}

// linkContent reads what is in a link and reports whether it has m:inline.
func (e *entryReader) linkContent(nav *metadata.NavigationProperty) (inline bool, err error) {
	in := e.in
	for {
		more, err := in.Child()
		switch {
		case err != nil || !more:
			return inline, err
		case !in.Is(xmlread.Metadata, "inline"):
			err = in.Skip()
		case inline:
			return false, in.Duplicate()
		default:
			inline = true
			in.Enter("inline")
			err = e.inline(nav)
			if err == nil {
				in.Leave()
			}
		}
		if err != nil {
			return false, err
		}
	}
}

// inline consumes m:inline: an entry, a feed for a collection, or nothing, which
// is the null of a single-valued navigation property.
func (e *entryReader) inline(nav *metadata.NavigationProperty) error {
	in := e.in
	found := false
	for {
		more, err := in.Child()
		switch {
		case err != nil:
			return err
		case !more && !found && !nav.IsCollection():
			link, err := e.newLink(nav)
			if err == nil {
				link.Null = true
			}
			return err
		case !more:
			return nil
		case found:
			return in.Duplicate()
		case in.Is(xmlread.Atom, "entry") && !nav.IsCollection():
			in.Enter("entry")
			err = e.related(nav)
		case in.Is(xmlread.Atom, "feed") && nav.IsCollection():
			in.Enter("feed")
			err = e.feed(nav)
		default:
			want := "an entry"
			if nav.IsCollection() {
				want = "a feed"
			}
			return in.Mismatch(want, jsonread.Quote(in.Local()))
		}
		if err != nil {
			return err
		}
		in.Leave()
		found = true
	}
}

// feed consumes the feed of a collection.
func (e *entryReader) feed(nav *metadata.NavigationProperty) error {
	in := e.in
	for i := 0; ; {
		more, err := in.Child()
		if err != nil || !more {
			return err
		}
		if !in.Is(xmlread.Atom, "entry") {
			if err := in.Skip(); err != nil {
				return err
			}
			continue
		}
		in.EnterItem("entry", i)
		if err := e.related(nav); err != nil {
			return err
		}
		in.Leave()
		i++
	}
}

// related reads an entry to create.
func (e *entryReader) related(nav *metadata.NavigationProperty) error {
	entry, err := readEntry(e.in, e.model, nav.Target())
	if err != nil {
		return err
	}
	link, err := e.newLink(nav)
	if err != nil {
		return err
	}
	link.Entries = append(link.Entries, entry)
	return nil
}
