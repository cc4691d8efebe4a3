package service

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// entry answers with one entity; 204 where a single-valued navigation leads
// nowhere.
func (e *exchange) entry(req *odata.Request) error {
	s := e.service
	out, err := e.choose(s.offers.entry, req, e.needs(req))
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if row == nil {
			if len(e.r.Header["If-Match"]) > 0 {
				return changed()
			}
			return e.empty(out.version)
		}
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		status := http.StatusOK
		if req.Operation != nil && s.operations[req.Operation.Import].CreatedOnSuccess {
			status = http.StatusCreated
			e.locate(req, row)
		}
		if err := e.dress(req.Projection, row); err != nil {
			return err
		}
		buf := borrowBuffer()
		defer returnBuffer(buf)
		*buf = s.encoder(req.Projection, out).AppendEntry(*buf, &e.base, row)
		return e.send(status, out.version, out.contentType, *buf)
	})
}

// property answers with the value of a property, null included.
func (e *exchange) property(req *odata.Request) error {
	name, t := addressed(req)
	least := v1
	if t.Collection || t.Kind.IsSpatial() || holdsV3(t.Complex, nil) {
		least = v3
	}
	out, err := e.choose(e.service.offers.structured, req, least)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if row == nil {
			return odata.NotFound()
		}
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		v, known := valueOf(req, row)
		if !known {
			return odata.NotFound()
		}
		p := format.Property{Name: name, Type: t, Value: v}
		if req.Dynamic != "" {
			p.Type = typeOfValue(v)
		}
		return e.send(http.StatusOK, out.version, out.contentType, out.writer.AppendProperty(nil, &e.base, p))
	})
}

// addressed is the name and declared type of the addressed property.
func addressed(req *odata.Request) (string, metadata.TypeRef) {
	if req.Dynamic != "" {
		return req.Dynamic, metadata.TypeRef{}
	}
	last := req.Property[len(req.Property)-1]
	return last.Name, last.TypeRef()
}

// rawValue answers with the bare text or bytes of a primitive property. Null has
// none: 404. Source: OData V3 URI conventions, $value.
func (e *exchange) rawValue(req *odata.Request) error {
	offers, err := e.rawOffers(req)
	if err != nil {
		return err
	}
	out, err := e.choose(offers, req, v1)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if row == nil {
			return odata.NotFound()
		}
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		v, _ := valueOf(req, row)
		return e.sendRaw(out, v)
	})
}

// sendRaw sends the bare text or bytes of a value.
func (e *exchange) sendRaw(out output, v edm.Value) error {
	switch {
	case v.IsNull():
		return odata.NotFound()
	case v.Kind().IsSpatial():
		return &odata.Error{Kind: odata.KindInvalid, Code: "NoRawValue",
			Message: "Spatial values have no bare text"}
	case v.Kind() == edm.KindBinary:
		return e.send(http.StatusOK, out.version, out.contentType, v.Bytes())
	}
	return e.send(http.StatusOK, out.version, out.contentType, edm.AppendText(nil, v))
}

// rawOffers is the one media type a raw value has.
func (e *exchange) rawOffers(req *odata.Request) ([]representation, error) {
	if req.Dynamic != "" {
		return e.service.offers.text, nil
	}
	last := req.Property[len(req.Property)-1]
	switch {
	case last.MimeType != "":
		r, ok := parseMediaRange(last.MimeType)
		if !ok {
			return nil, odata.Internalf("%s/%s: %q is not a media type", last.DeclaringType(), last.Name, last.MimeType)
		}
		contentType := last.MimeType
		if r.typ == "text" && !slices.ContainsFunc(r.params, func(p parameter) bool { return p.name == "charset" }) {
			contentType += e.service.offers.separator + "charset=utf-8"
		}
		return []representation{{contentType: contentType, least: v1}}, nil
	case last.Kind() == edm.KindBinary:
		return e.service.offers.binary, nil
	}
	return e.service.offers.text, nil
}

// valueOf follows the request's property path within the row. Members of a null
// complex value are null. known is false for an undeclared property that the
// entity does not have.
func valueOf(req *odata.Request, row *odata.Row) (v edm.Value, known bool) {
	if req.Dynamic != "" {
		for _, d := range row.Dynamic {
			if d.Name == req.Dynamic {
				return d.Value, true
			}
		}
		return edm.Null, false
	}
	v = row.Values[req.Field]
	for _, member := range req.Members {
		if v.IsNull() {
			return v, true
		}
		v = v.Elements()[member]
	}
	return v, true
}

// typeOfValue is the type of a value that nothing declares.
func typeOfValue(v edm.Value) metadata.TypeRef {
	if v.Kind() == edm.KindCollection {
		item := metadata.TypeRef{Kind: edm.KindString, Collection: true}
		for _, element := range v.Elements() {
			item.Kind = element.Kind()
		}
		return item
	}
	return metadata.PrimitiveType(v.Kind())
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }
