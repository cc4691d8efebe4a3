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
	atCollection // entities: a set, or what a navigation property or operation leads to
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
	atResult  // the primitive value of an operation
	atNothing // an operation that returns nothing
)

var stopNames = [...]string{"the service", "$metadata", "$batch", "a collection of entities", "an entity", "$count",
	"a complex value", "a primitive property", "a collection of values", "an undeclared property", "$value",
	"a media resource", "a named stream", "$links", "a link", "links", "the value of an operation",
	"an operation that returns nothing"}

// A walk resolves the segments of a path one after the other. Source: OData V3
// URI conventions, resource path.
type walk struct {
	b      *Binder
	syntax *uri.Request
	at     stop

	here  waypoint
	steps int // navigation properties followed

	// Behind the entity, or behind the value of an operation: the structural
	// properties, and the positions of those within complex values. complex is
	// the type of the value at a complex stop.
	property []*metadata.Property
	members  []int
	complex  *metadata.ComplexType
	dynamic  string

	link *odata.Link

	// The last operation. closed says what it is when neither a path nor options
	// can go on behind it; posted, that the path takes a POST.
	call   *odata.OperationCall
	closed string
	posted bool
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
	if w.closed != "" {
		return segmentNotAllowed(pathPlace(s.NameSpan), s.Name, w.closed)
	}
	switch w.at {
	case atService:
		return w.first(s)
	case atCollection:
		return w.afterCollection(s)
	case atEntity:
		return w.afterEntity(s)
	case atComplex:
		return w.afterComplex(s)
	case atPrimitive, atDynamic, atResult:
		if s.Name == "$value" {
			return w.stopAt(atRawValue, s)
		}
	case atLinks:
		return w.afterLinks(s)
	case atLinkCollection:
		if s.Name == "$count" {
			w.link = nil
			return w.stopAt(atCount, s)
		}
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
	if len(imports) > 0 && imports[0].HTTPMethod != "" {
		return w.invoke(s, imports)
	}
	if declared := container.EntitySet(name); declared != nil {
		w.here = waypoint{set: declared, of: w.b.entity(declared.Type())}
		return w.entities(s)
	}
	var unbound []*metadata.FunctionImport
	for _, f := range imports {
		if !f.IsBindable {
			unbound = append(unbound, f)
		}
	}
	if unbound != nil {
		return w.invoke(s, unbound)
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
	key, err := bindKey(w.here.of, s)
	if err != nil {
		return err
	}
	w.at, w.here.key = atEntity, key
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
	t := w.here.of.typ
	switch s.Name {
	case "$value":
		if !t.IsMediaEntity() {
			return segmentNotAllowed(at, s.Name, "an entity without a media resource")
		}
		return w.stopAt(atMedia, s)
	case "$links":
		return w.stopAt(atLinks, s)
	}
	if p := t.Property(s.Name); p != nil {
		return w.enter(p, s)
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
	if t.IsOpen() && s.Name[0] != '$' && strings.IndexByte(s.Name, '.') < 0 {
		w.dynamic = s.Name
		return w.stopAt(atDynamic, s)
	}
	return noSuchMember(at, t.QualifiedName(), s.Name, propertyNames(t))
}

// enter moves to a structural property.
func (w *walk) enter(p *metadata.Property, s *uri.Segment) *odata.Error {
	w.property = append(w.property, p)
	switch t := p.TypeRef(); {
	case t.Collection:
		return w.stopAt(atValues, s)
	case t.Complex != nil:
		w.complex = t.Complex
		return w.stopAt(atComplex, s)
	case t.Kind == edm.KindStream:
		return w.stopAt(atStream, s)
	}
	return w.stopAt(atPrimitive, s)
}

// follow moves along a navigation property.
func (w *walk) follow(nav *metadata.NavigationProperty, s *uri.Segment) *odata.Error {
	if w.steps++; w.steps > w.b.maxSteps {
		return tooManySteps(pathPlace(s.NameSpan), w.b.maxSteps)
	}
	set := w.here.set.NavigationTarget(nav)
	of := w.b.landing(set, nav.Target())
	if of == nil {
		return noEntitySet(pathPlace(s.NameSpan), nav.DeclaringType().QualifiedName()+"/"+nav.Name)
	}
	before := w.here
	w.here = waypoint{set: set, of: of, from: &before, nav: nav}
	if nav.IsCollection() {
		return w.entities(s)
	}
	w.at = atEntity
	if len(s.Args) > 0 {
		return keyNotAllowed(pathPlace(s.Span), "a navigation to a single entity")
	}
	return nil
}

// landing is the type of the entities of type t that are in a set, which may
// hold derived types only; nil without a set for them.
func (b *Binder) landing(set *metadata.EntitySet, t *metadata.EntityType) *entity {
	switch {
	case set == nil:
	case t.Is(set.Type()):
		return b.entity(t)
	case set.Type().Is(t):
		return b.entity(set.Type())
	}
	return nil
}

// narrow takes a type cast. A cast to the type that is there already, or to one
// it extends, changes nothing.
func (w *walk) narrow(s *uri.Segment) (cast bool, err *odata.Error) {
	if strings.IndexByte(s.Name, '.') < 0 {
		return false, nil
	}
	of := w.here.of.typ
	t := w.b.model.EntityType(s.Name)
	switch {
	case t == nil:
		return false, nil
	case of.Is(t):
	case t.Is(of):
		w.here.of = w.b.entity(t)
		w.here.narrowed = w.at == atEntity
	default:
		return false, unrelatedType(pathPlace(s.NameSpan), s.Name, of.QualifiedName())
	}
	return true, nil
}

func (w *walk) afterComplex(s *uri.Segment) *odata.Error {
	at := pathPlace(s.NameSpan)
	if s.Name == "$value" {
		return segmentNotAllowed(at, s.Name, stopNames[w.at])
	}
	for i, p := range w.complex.AllProperties() {
		if p.Name == s.Name {
			w.members = append(w.members, i)
			return w.enter(p, s)
		}
	}
	return noSuchMember(at, w.complex.QualifiedName(), s.Name, memberNames(w.complex))
}

// afterLinks takes the navigation property whose links are meant.
func (w *walk) afterLinks(s *uri.Segment) *odata.Error {
	start := w.here
	t := start.of.typ
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
	w.link = &odata.Link{Set: start.set, Nav: nav, One: w.here.key != nil}
	if declaring := nav.DeclaringType(); !start.set.Type().Is(declaring) {
		w.link.Type = declaring
	}
	if w.at == atCollection {
		w.at = atLinkCollection
	} else {
		w.at = atLink
	}
	return nil
}
