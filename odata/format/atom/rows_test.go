package atom_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

func parse(t testing.TB, kind edm.Kind, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, text, err)
	}
	return v
}

func complexOf(members ...edm.Value) edm.Value { return edm.Complex(members) }

// ann is the customer of the wire reference's examples.
func (w world) ann() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(1), edm.String("Ann"), parse(w.t, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Int64(12),
		parse(w.t, edm.KindDecimal, "7.50"), edm.Double(7), complexOf(edm.String("High St 1"), edm.Null),
		edm.Collection([]edm.Value{edm.String("a@x.example"), edm.String("b@x.example")}), edm.Int32(3),
		edm.Null,
	}}
}

// vera is a VIP of whom little is known.
func (w world) vera() odata.Row {
	return odata.Row{Type: w.entity("VipCustomer"), Values: []edm.Value{
		edm.Int32(2), edm.Null, parse(w.t, edm.KindDateTime, "0001-01-01T00:00:00"), edm.Int64(-1),
		edm.Null, edm.Null, complexOf(edm.String(" Gr\u00fcne Gasse \"2\" & <3>"), edm.String("")),
		edm.Collection(nil), edm.Int32(1),
		edm.Int32(9),
	}}
}

func (w world) order(id, total string) odata.Row {
	return odata.Row{Values: []edm.Value{
		parse(w.t, edm.KindGuid, id), parse(w.t, edm.KindDecimal, total),
		parse(w.t, edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"), parse(w.t, edm.KindTime, "PT1H"),
	}}
}

const (
	order1 = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
	order2 = "1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"
)

func (w world) photo() odata.Row {
	return odata.Row{
		Values:  []edm.Value{edm.Int32(1), edm.String("cat")},
		Media:   &odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`},
		Streams: []odata.StreamInfo{{ContentType: "image/png", ETag: `W/"t1"`, ReadURL: "http://cdn.example/t.png?a=1&b=2"}},
	}
}

// bread and lemonade are products of the public sample service.
func (w world) bread() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(0), edm.String("Bread"), edm.String("Whole grain bread"),
		parse(w.t, edm.KindDateTime, "1992-01-01T00:00:00"), edm.Null, edm.Int16(4), edm.Double(2.5),
	}}
}

func (w world) lemonade() odata.Row {
	return odata.Row{Type: w.entity("FeaturedProduct"), Values: []edm.Value{
		edm.Int32(9), edm.String("Lemonade"), edm.String("Classic, refreshing lemonade (Single bottle)"),
		parse(w.t, edm.KindDateTime, "1970-01-01T00:00:00"), edm.Null, edm.Int16(7), edm.Double(1.01),
	}}
}

func (w world) article() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(1), edm.String("Cats & <b>dogs</b>"), edm.String(`<p xmlns="http://www.w3.org/1999/xhtml">All of <em>them</em> &amp; more</p>`),
		edm.String("free"), parse(w.t, edm.KindDateTime, "2014-12-31T23:00:00.5"), parse(w.t, edm.KindDateTimeOffset, "2015-01-01T00:00:00+01:00"),
		complexOf(edm.String("Ann"), edm.String("ann@x.example"), complexOf(edm.String("http://x.example/ann"))),
		complexOf(edm.String("Bob"), edm.String("bob@x.example"), complexOf(edm.String("http://x.example/bob"))),
		complexOf(edm.String("http://x.example/?a=1&b=2"), edm.String("related"), edm.String("text/html"), edm.String("en"), edm.String("\"more\""), edm.Int64(512)),
		complexOf(edm.String("pets"), edm.String("http://x.example/topics"), edm.String("Pets")),
		edm.Null, edm.Null,
	}}
}

// location is where a supplier of the public sample service is.
func location(t testing.TB) edm.Value {
	t.Helper()
	p, err := edm.NewGeographyPoint(edm.DefaultGeographySRID, -122.03547668457, 47.6316604614258)
	if err != nil {
		t.Fatal(err)
	}
	return p.Value()
}
