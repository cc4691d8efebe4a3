package service

import (
	"io"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// assign changes one property, or its raw value. Source: OData V3 core, updating
// properties.
func (e *exchange) assign(req *odata.Request) error {
	s := e.service
	if err := e.permit(req.Set, odata.Update); err != nil {
		return err
	}
	if err := assignable(req); err != nil {
		return err
	}
	var out *output
	var err error
	if e.method != http.MethodDelete && req.Kind == odata.PropertyValue {
		if out, err = e.changedContent(req, s.offers.structured); err != nil {
			return err
		}
	}
	change, err := e.assignment(req)
	if err != nil {
		return err
	}
	return e.atomically(s.sets[req.Set].Transactor, func() error {
		t, err := e.target(req, odata.Update)
		if err != nil {
			return err
		}
		row, err := e.apply(t, change, req.Query.Fields)
		if err != nil {
			return err
		}
		e.tag(req.Projection, &row)
		shown := out != nil
		if shown {
			if shown, err = e.visible(t.set, t.key); err != nil {
				return err
			}
		}
		if !shown {
			return e.unchangedContent()
		}
		e.applied("return-content")
		name, typ := addressed(req)
		v, known := valueOf(req, &row)
		if !known {
			return odata.NotFound()
		}
		if req.Dynamic != "" {
			typ = typeOfValue(v)
		}
		body := out.writer.AppendProperty(nil, &e.base, format.Property{Name: name, Type: typ, Value: v})
		return e.send(http.StatusOK, out.version, out.contentType, body)
	})
}

// assignable refuses the properties that no client changes.
func assignable(req *odata.Request) error {
	if req.Dynamic != "" {
		return nil
	}
	for i, p := range req.Property {
		switch {
		case i == 0 && slices.Contains(req.Set.Type().KeyProperties(), p):
			return odata.KeyImmutable(p.Name)
		case !p.IsWritable(false):
			return readOnlyProperty(p)
		}
	}
	return nil
}

// assignment reads and checks the new value, and makes a change of it.
func (e *exchange) assignment(req *odata.Request) (*odata.Change, error) {
	name, t := addressed(req)
	merge := e.method != http.MethodPut && t.Complex != nil && !t.Collection
	switch {
	case e.method == http.MethodDelete:
		change, err := changeTo(req, edm.Null)
		if err != nil {
			return nil, notRemovable(err)
		}
		return change, nil
	case req.Kind == odata.RawValue:
		v, err := e.rawPayload(req)
		if err != nil {
			return nil, err
		}
		return changeTo(req, v)
	}
	reader, err := e.payloadReader()
	if err != nil {
		return nil, err
	}
	body, err := e.payloadBody()
	if err != nil {
		return nil, err
	}
	s := e.service
	if !merge {
		v, err := reader.ReadProperty(body, s.model, name, t, s.limits.Payload)
		if err != nil {
			return nil, err
		}
		if req.Dynamic == "" {
			if err := s.sets[req.Set].refusesMembers(req.Property[len(req.Property)-1], v, false); err != nil {
				return nil, err
			}
		}
		return changeTo(req, v)
	}
	members, err := reader.ReadComplex(body, s.model, name, t.Complex, s.limits.Payload)
	if err != nil {
		return nil, err
	}
	change := new(odata.Change)
	for _, m := range members {
		switch {
		case m.Property.IsWritable(false):
		case s.sets[req.Set].RefuseReadOnly:
			return nil, below(readOnlyProperty(m.Property), name)
		default:
			continue
		}
		if err := checkValue(m.Property, m.Value); err != nil {
			return nil, below(err, name)
		}
		change.Set = append(change.Set, odata.Assignment{Property: m.Property, Value: m.Value, Within: req.Property})
	}
	return change, nil
}

// notRemovable is the answer to a DELETE of a value that must not be null. Source:
// WCF Data Services.
func notRemovable(err error) *odata.Error {
	forbidden := *odata.AsError(err)
	forbidden.Kind = odata.KindForbidden
	return &forbidden
}

// changeTo gives the addressed property a value.
func changeTo(req *odata.Request, v edm.Value) (*odata.Change, error) {
	if req.Dynamic != "" {
		return &odata.Change{Dynamic: []odata.DynamicProperty{{Name: req.Dynamic, Value: v}}}, nil
	}
	last := len(req.Property) - 1
	p := req.Property[last]
	if err := checkValue(p, v); err != nil {
		return nil, err
	}
	parts, err := writableParts(odata.Assignment{Property: p, Value: v, Within: req.Property[:last:last]})
	return &odata.Change{Set: parts}, err
}

// rawPayload reads the text or the bytes of a value. Source: OData V3 core,
// updating a raw value.
func (e *exchange) rawPayload(req *odata.Request) (edm.Value, error) {
	kind := edm.KindString
	if req.Dynamic == "" {
		kind = req.Property[len(req.Property)-1].Kind()
	}
	t, err := e.contentType()
	switch {
	case err != nil:
		return edm.Null, err
	case kind == edm.KindBinary:
	case t == nil:
		return edm.Null, missingContentType()
	case t.typ != "text" && !isOwnType(req, t):
		return edm.Null, unsupportedMediaType()
	}
	in, err := e.payloadBody()
	if err != nil {
		return edm.Null, err
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return edm.Null, err
	}
	switch {
	case kind == edm.KindBinary:
		return edm.Binary(body), nil
	case !utf8.Valid(body):
		return edm.Null, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidText", Message: "The body is not UTF-8"}
	case kind == edm.KindString:
		return edm.String(string(body)), nil
	}
	v, err := edm.ParseText(kind, string(body))
	if err != nil || kind.IsSpatial() {
		return edm.Null, &odata.Error{Kind: odata.KindInvalid, Code: "TypeMismatch", Err: err,
			Message: "The body is not a value of the property's type"}
	}
	return v, nil
}

// isOwnType tells the media type that the model gives a property.
func isOwnType(req *odata.Request, t *mediaRange) bool {
	if req.Dynamic != "" {
		return false
	}
	own, ok := parseMediaRange(propertyMimeType(req.Property))
	return ok && own.typ == t.typ && own.subtype == t.subtype
}

func propertyMimeType(path []*metadata.Property) string { return path[len(path)-1].MimeType }
