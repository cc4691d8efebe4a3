package verbose

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// An object is what stands in the place of an entity: one to create, one that
// is referred to, or a link that only echoes a response.
type object struct {
	*jsonread.Entity
	uri      string // of __metadata
	hasURI   bool
	deferred bool // it has __deferred
	data     bool // it has properties
}

// readObject reads the object that comes next.
func readObject(in *jsonread.Input, expected *metadata.EntityType, top bool) (*object, error) {
	if err := in.OpenObject(); err != nil {
		return nil, err
	}
	o := &object{Entity: in.NewEntity(expected)}
	for {
		name, more, err := in.NextMember()
		if err != nil {
			return nil, err
		}
		if !more {
			return o, nil
		}
		if top && string(name) == "d" {
			if err := o.checkWrapper(in, name); err != nil {
				return nil, err
			}
		}
		if err := o.member(in, name); err != nil {
			return nil, err
		}
	}
}

// checkWrapper helps clients that send what they have received.
func (o *object) checkWrapper(in *jsonread.Input, name []byte) error {
	if o.IsDeclared(name) || o.Navigation(name) != nil || o.Payload.Type.IsOpen() {
		return nil
	}
	return in.FailMember(jsonread.CodePayload, `Requests have no member "d" around the entity: send what is inside it`, "")
}

func (o *object) member(in *jsonread.Input, name []byte) error {
	switch {
	case string(name) == "__metadata":
		return o.metadata(in)
	case jsonread.Verbose.IsAnnotation(name):
		o.deferred = o.deferred || string(name) == "__deferred"
		return in.Skip()
	}
	o.data = true
	nav := o.Navigation(name)
	if nav == nil {
		return o.Property(name, "")
	}
	in.Enter(nav.Name)
	if err := o.related(in, nav); err != nil {
		return err
	}
	in.Leave()
	return nil
}

func (o *object) metadata(in *jsonread.Input) error {
	about, err := in.ReadMetadata()
	if err != nil {
		return err
	}
	o.uri, o.hasURI = about.URI, about.HasURI
	if about.Type == "" {
		return nil
	}
	return o.SetType(about.Type)
}

// related reads the value of a navigation property: null, an object, or for a
// collection an array, which may stand in an object with the member results.
func (o *object) related(in *jsonread.Input, nav *metadata.NavigationProperty) error {
	next, err := in.Next()
	switch {
	case err != nil:
		return err
	case nav.IsCollection() && next == jsonread.Array:
		return o.relatedMany(in, nav)
	case nav.IsCollection() && next == jsonread.Object:
		return o.relatedResults(in, nav)
	case nav.IsCollection():
		return in.Mismatch("an array of entities", next)
	case next == jsonread.Null:
		o.Link(nav).Null = true
		return in.ReadNull()
	}
	return o.relatedOne(in, nav)
}

// relatedOne reads an object. One that has nothing but __metadata with a uri
// refers to an entity; any other is to be created.
func (o *object) relatedOne(in *jsonread.Input, nav *metadata.NavigationProperty) error {
	inner, err := readObject(in, nav.Target(), false)
	if err != nil || inner.deferred && !inner.data {
		return err
	}
	if err := in.CountEntity(); err != nil {
		return err
	}
	link := o.Link(nav)
	if inner.hasURI && !inner.data {
		link.Bind = append(link.Bind, inner.uri)
		return nil
	}
	link.Entries = append(link.Entries, inner.Payload)
	return nil
}

func (o *object) relatedMany(in *jsonread.Input, nav *metadata.NavigationProperty) error {
	if err := in.OpenArray(); err != nil {
		return err
	}
	for i := 0; ; i++ {
		more, err := in.NextItem()
		if err != nil || !more {
			return err
		}
		in.EnterItem(i)
		if err := o.relatedOne(in, nav); err != nil {
			return err
		}
		in.Leave()
	}
}

// relatedResults reads {"results":[…]}, or {"__deferred":{…}}, which says
// nothing.
func (o *object) relatedResults(in *jsonread.Input, nav *metadata.NavigationProperty) error {
	if err := in.OpenObject(); err != nil {
		return err
	}
	found := false
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil:
			return err
		case !more && !found:
			return in.Fail(jsonread.CodeMissing, "Several entities are an array or an object with the member results", "")
		case !more:
			return nil
		case string(name) == "results":
			found = true
			err = o.relatedMany(in, nav)
		case jsonread.Verbose.IsAnnotation(name):
			found = found || string(name) == "__deferred"
			err = in.Skip()
		default:
			return in.FailMember(jsonread.CodeMismatch, "Several entities are an array or an object with the member results", jsonread.Quote(name))
		}
		if err != nil {
			return err
		}
	}
}
