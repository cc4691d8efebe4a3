package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A stop is the kind of thing that the segments read so far address.
type stop uint8

const (
	atService stop = iota
	atMetadata
	atBatch
	atCollection // entities: a set, or what a navigation property leads to
	atEntity
	atCount
	atComplex
	atPrimitive
	atValues // a collection of primitive or complex values
	atDynamic
	atRawValue
	atMedia
	atStream
	atLinks // $links without the navigation property that must follow
	atLink
	atLinkCollection
	atLinkCount
	atOperation
)

var stopNames = [...]string{"the service", "$metadata", "$batch", "a collection of entities", "an entity", "$count",
	"a complex property", "a primitive property", "a collection property", "an undeclared property", "$value",
	"a media resource", "a named stream", "$links", "a link", "links", "$count", "an operation"}

// A walk resolves the segments of a path one after the other. It follows all of
// OData V3's resource paths, also the ones that requests cannot ask for yet, so
// that a wrong path is told apart from one that is not served. Source: OData V3
// URI conventions, resource path.
type walk struct {
	b  *Binder
	at stop

	set *metadata.EntitySet // nil behind a navigation that no set binds
	of  *entity             // the type of the entities, narrowed by casts
	key odata.Expr          // selects one of them

	steps     int                  // navigation properties followed
	property  []*metadata.Property // behind the entity
	members   []int                // positions of all but the first
	operation *metadata.FunctionImport
}

// resolve walks the whole path.
func (w *walk) resolve(path []uri.Segment) *odata.Error {
	for i := range path {
		if err := w.next(&path[i]); err != nil {
			return err
		}
	}
	if w.at == atLinks {
		return linksIncomplete(pathPlace(path[len(path)-1].Span))
	}
	return nil
}

func pathPlace(at odata.Span) place { return place{in: "path", at: at} }

// next takes one segment, by what is before it.
func (w *walk) next(s *uri.Segment) *odata.Error {
	switch w.at {
	case atService:
		return w.first(s)
	case atCollection:
		return w.afterCollection(s)
	case atEntity:
		return w.afterEntity(s)
	case atComplex:
		return w.afterComplex(s)
	case atPrimitive, atDynamic:
		if s.Name == "$value" {
			return w.stopAt(atRawValue, s)
		}
	case atLinks:
		return w.afterLinks(s)
	case atLinkCollection:
		if s.Name == "$count" {
			return w.stopAt(atLinkCount, s)
		}
	case atOperation:
		return w.afterOperation(s)
	}
	return nothingFollows(pathPlace(s.NameSpan), stopNames[w.at], s.Name)
}

// stopAt moves to something that takes no key.
func (w *walk) stopAt(at stop, s *uri.Segment) *odata.Error {
	if s.HasParens {
		return keyNotAllowed(pathPlace(s.Span), show(s.Name))
	}
	w.at = at
	return nil
}

// first resolves what a path begins with: a document, a service operation, an
// entity set, or an unbound action or function.
func (w *walk) first(s *uri.Segment) *odata.Error {
	switch s.Name {
	case "$metadata":
		return w.stopAt(atMetadata, s)
	case "$batch":
		return w.stopAt(atBatch, s)
	}
	container, name := w.b.named(s.Name)
	if container == nil {
		return noSuchResource(pathPlace(s.NameSpan), s.Name, nil)
	}
	imports := container.ImportsNamed(name)
	for _, f := range imports {
		if f.HTTPMethod != "" {
			w.at, w.operation = atOperation, f
			return nil
		}
	}
	if declared := container.EntitySet(name); declared != nil {
		w.set, w.of = declared, w.b.entity(declared.Type())
		return w.entities(s)
	}
	for _, f := range imports {
		if !f.IsBindable {
			w.at, w.operation = atOperation, f
			return nil
		}
	}
	var names []string
	for _, declared := range container.AllEntitySets() {
		names = append(names, declared.Name)
	}
	return noSuchResource(pathPlace(s.NameSpan), s.Name, names)
}

// named splits a name into its container, the default one if it names none,
// and the rest.
func (b *Binder) named(name string) (*metadata.EntityContainer, string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return b.model.DefaultContainer(), name
	}
	return b.model.Container(name[:dot]), name[dot+1:]
}

// entities moves to a collection, or with a key to one of its entities.
func (w *walk) entities(s *uri.Segment) *odata.Error {
	w.at = atCollection
	if len(s.Args) == 0 {
		return nil
	}
	key, err := bindKey(w.of, s)
	if err != nil {
		return err
	}
	w.at, w.key = atEntity, key
	return nil
}

func (w *walk) afterCollection(s *uri.Segment) *odata.Error {
	switch s.Name {
	case "$count":
		return w.stopAt(atCount, s)
	case "$value", "$links":
		return segmentNotAllowed(pathPlace(s.NameSpan), s.Name, stopNames[w.at])
	}
	if cast, err := w.narrow(s); cast || err != nil {
		if err != nil {
			return err
		}
		return w.entities(s)
	}
	if found, err := w.bound(s, true); found || err != nil {
		return err
	}
	return segmentOnCollection(pathPlace(s.NameSpan), s.Name)
}

func (w *walk) afterEntity(s *uri.Segment) *odata.Error {
	at := pathPlace(s.NameSpan)
	switch s.Name {
	case "$value":
		if !w.of.typ.HasStream {
			return segmentNotAllowed(at, s.Name, "an entity without a media resource")
		}
		return w.stopAt(atMedia, s)
	case "$links":
		return w.stopAt(atLinks, s)
	}
	t := w.of.typ
	if p := t.Property(s.Name); p != nil {
		return w.enter(p, 0, s)
	}
	if nav := t.NavigationProperty(s.Name); nav != nil {
		return w.follow(nav, s)
	}
	if cast, err := w.narrow(s); cast || err != nil {
		if err == nil && len(s.Args) > 0 {
			err = keyNotAllowed(pathPlace(s.Span), stopNames[atEntity])
		}
		return err
	}
	if found, err := w.bound(s, false); found || err != nil {
		return err
	}
	if t.OpenType && s.Name[0] != '$' && strings.IndexByte(s.Name, '.') < 0 {
		return w.stopAt(atDynamic, s)
	}
	return noSuchMember(at, t.QualifiedName(), s.Name, propertyNames(t))
}

// enter moves to a structural property; index is its position in a complex
// value.
func (w *walk) enter(p *metadata.Property, index int, s *uri.Segment) *odata.Error {
	if len(w.property) > 0 {
		w.members = append(w.members, index)
	}
	w.property = append(w.property, p)
	switch t := p.TypeRef(); {
	case t.Collection:
		return w.stopAt(atValues, s)
	case t.Complex != nil:
		return w.stopAt(atComplex, s)
	case t.Kind == edm.KindStream:
		return w.stopAt(atStream, s)
	}
	return w.stopAt(atPrimitive, s)
}

// follow moves along a navigation property.
func (w *walk) follow(nav *metadata.NavigationProperty, s *uri.Segment) *odata.Error {
	w.steps++
	if w.set != nil {
		w.set = w.set.NavigationTarget(nav)
	}
	w.of, w.key = w.b.entity(nav.Target()), nil
	if nav.IsCollection() {
		return w.entities(s)
	}
	w.at = atEntity
	if len(s.Args) > 0 {
		return keyNotAllowed(pathPlace(s.Span), "a navigation to a single entity")
	}
	return nil
}

// narrow takes a type cast. A cast to the type that is there already, or to one
// it extends, changes nothing.
func (w *walk) narrow(s *uri.Segment) (cast bool, err *odata.Error) {
	if strings.IndexByte(s.Name, '.') < 0 {
		return false, nil
	}
	t := w.b.model.EntityType(s.Name)
	switch {
	case t == nil:
		return false, nil
	case w.of.typ.Is(t):
	case t.Is(w.of.typ):
		w.of = w.b.entity(t)
	default:
		return false, unrelatedType(pathPlace(s.NameSpan), s.Name, w.of.typ.QualifiedName())
	}
	return true, nil
}

// bound takes an operation that binds to what is before it. On an open type
// only the name with its container is an operation.
func (w *walk) bound(s *uri.Segment, collection bool) (found bool, err *odata.Error) {
	container, name := w.b.named(s.Name)
	if container == nil || w.of.typ.OpenType && name == s.Name {
		return false, nil
	}
	bindable := false
	for _, f := range container.ImportsNamed(name) {
		if bindsTo(f, w.of.typ, collection) {
			w.at, w.operation = atOperation, f
			return true, nil
		}
		bindable = bindable || f.IsBindable
	}
	if bindable {
		err = operationNotBindable(pathPlace(s.NameSpan), s.Name, stopNames[w.at]+" of "+w.of.typ.QualifiedName())
	}
	return false, err
}

// afterOperation refuses what cannot continue whatever the operation returns;
// nothing is known yet about the others.
func (w *walk) afterOperation(s *uri.Segment) *odata.Error {
	f := w.operation
	at := pathPlace(s.NameSpan)
	isAction := f.HTTPMethod == "" && !f.IsComposable && (f.SideEffecting == nil || *f.SideEffecting)
	switch {
	case isAction:
		return segmentNotAllowed(at, s.Name, "an action")
	case f.ReturnType == "":
		return nothingFollows(at, "an operation that returns nothing", s.Name)
	}
	return notImplemented(at, "the result of the operation "+f.Name)
}

func (w *walk) afterComplex(s *uri.Segment) *odata.Error {
	at := pathPlace(s.NameSpan)
	if s.Name == "$value" {
		return segmentNotAllowed(at, s.Name, stopNames[w.at])
	}
	t := w.property[len(w.property)-1].TypeRef().Complex
	for i, p := range t.AllProperties() {
		if p.Name == s.Name {
			return w.enter(p, i, s)
		}
	}
	return noSuchMember(at, t.QualifiedName(), s.Name, memberNames(t))
}

// afterLinks takes the navigation property whose links are meant.
func (w *walk) afterLinks(s *uri.Segment) *odata.Error {
	t := w.of.typ
	nav := t.NavigationProperty(s.Name)
	if nav == nil {
		if t.Property(s.Name) != nil {
			return segmentNotAllowed(pathPlace(s.NameSpan), "the structural property "+s.Name, "$links")
		}
		return noSuchMember(pathPlace(s.NameSpan), t.QualifiedName(), s.Name, navigationNames(t))
	}
	if err := w.follow(nav, s); err != nil {
		return err
	}
	if w.at == atCollection {
		w.at = atLinkCollection
	} else {
		w.at = atLink
	}
	return nil
}
