package jsonread

import (
	"bytes"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format/internal/window"
)

// Dynamic reads the value of an undeclared property. typ names its type; when it
// is empty the JSON tells: a string, a boolean, an Int32 or, where that does not
// suffice, an Int64 or a Double; an object by the type it names inside; an array
// by what its items have in common. Source: OData V3, JSON formats, dynamic
// properties.
//
// ok is false for what is no data: the links to related entities and streams
// that verbose writes in the place of values.
func (in *Input) Dynamic(typ string) (v edm.Value, ok bool, err error) {
	next, err := in.Next()
	switch {
	case err != nil:
		return edm.Null, false, err
	case next == Null:
		return edm.Null, true, in.word("null")
	case typ != "":
		v, err = in.typed(typ)
	case next == Object:
		return in.selfDescribed()
	case next == Array:
		v, err = in.natural()
	default:
		v, err = in.scalar(next)
	}
	return v, err == nil, err
}

// typed reads a value of the type with that name.
func (in *Input) typed(typ string) (edm.Value, error) {
	ref, ok := in.model.TypeRef(typ)
	if !ok || ref.Entity != nil || ref.Kind == edm.KindStream {
		return edm.Null, in.Fail(CodeUnknownType, "A value has a type that is unknown or not allowed here", Quote([]byte(typ)))
	}
	return in.Value(ref)
}

// scalar reads a string, a boolean or a number by what it looks like.
func (in *Input) scalar(next Token) (edm.Value, error) {
	switch next {
	case Text:
		return in.primitive(edm.KindString, next)
	case True, False:
		return in.primitive(edm.KindBoolean, next)
	case Null:
		return edm.Null, in.word("null")
	case Number:
		start := in.Offset()
		text, err := in.number()
		if err != nil {
			return edm.Null, err
		}
		if !bytes.ContainsAny(text, ".eE") {
			for _, k := range [...]edm.Kind{edm.KindInt32, edm.KindInt64} {
				if v, err := edm.ParseText(k, textFor(k, text)); err == nil {
					return v, nil
				}
			}
		}
		return in.parse(edm.KindDouble, text, start)
	}
	return edm.Null, in.Mismatch("a primitive value", next)
}

// natural reads an array of primitive values, whose kind is the one all of them
// have or can be promoted to.
func (in *Input) natural() (edm.Value, error) {
	if err := in.OpenArray(); err != nil {
		return edm.Null, err
	}
	var items []edm.Value
	kind := edm.KindNull
	for i := 0; ; i++ {
		more, err := in.NextItem()
		if err != nil {
			return edm.Null, err
		}
		if !more {
			break
		}
		in.EnterItem(i)
		next, err := in.Next()
		if err != nil {
			return edm.Null, err
		}
		v, err := in.scalar(next)
		if err != nil {
			return edm.Null, err
		}
		switch promoted, ok := edm.Promote(kind, v.Kind()); {
		case v.IsNull() || v.Kind() == kind:
		case kind == edm.KindNull:
			kind = v.Kind()
		case ok:
			kind = promoted
		default:
			return edm.Null, in.Fail(CodeMismatch, "The items of a collection are of different types", "")
		}
		in.Leave()
		items = append(items, v)
	}
	if kind.IsNumeric() {
		for i := range items {
			v, err := edm.Convert(items[i], kind)
			if err != nil {
				return edm.Null, in.notOfKind(kind, in.Offset(), err)
			}
			items[i] = v
		}
	}
	return edm.Collection(items), nil
}

// selfDescribed reads an object that names its type. The type may come late, so
// the text is kept and read twice.
func (in *Input) selfDescribed() (v edm.Value, ok bool, err error) {
	text, start, err := in.rawValue()
	if err != nil {
		return edm.Null, false, err
	}
	about, err := in.again(text, start).describe()
	if err != nil || about.link {
		return edm.Null, false, err
	}
	second := in.again(text, start)
	switch {
	case about.typ != "":
		v, err = second.typed(about.typ)
	case about.results:
		err = second.Results(func() (err error) {
			v, err = second.natural()
			return err
		})
	default:
		err = in.failAt(start, CodeUnknownType, "An object in an undeclared property must name its type", "")
	}
	return v, err == nil, err
}

// again is an Input for a part of the text that has been read already, and
// within limits. It must be done before in goes on.
func (in *Input) again(text []byte, start int64) *Input {
	return &Input{
		model: in.model, dialect: in.dialect, path: in.path[:len(in.path):len(in.path)],
		Window: window.Of(text, start),
		depth:  in.depth - len(in.frames), objects: in.objects, members: len(text),
	}
}

// A description is what an object says about itself.
type description struct {
	typ     string
	results bool // it has the member results
	link    bool // it stands in the place of a related entity or a stream
}

func (in *Input) describe() (d description, err error) {
	if err := in.OpenObject(); err != nil {
		return d, err
	}
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil || !more:
			return d, err
		case in.dialect == Light && string(name) == "odata.type":
			d.typ, err = in.ReadText()
		case in.dialect == Light:
			err = in.Skip()
		case string(name) == "__metadata":
			var about Metadata
			about, err = in.ReadMetadata()
			d.typ = about.Type
		default:
			switch string(name) {
			case "results":
				d.results = true
			case "__deferred", "__mediaresource":
				d.link = true
			}
			err = in.Skip()
		}
		if err != nil {
			return d, err
		}
	}
}
