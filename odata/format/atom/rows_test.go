package atom_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
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
		formattest.Parse(w.T, edm.KindDateTime, "1992-01-01T00:00:00"), edm.Null, edm.Int16(4), edm.Double(2.5),
	}}
}

func (w world) lemonade() odata.Row {
	return odata.Row{Type: w.Entity("FeaturedProduct"), Values: []edm.Value{
		edm.Int32(9), edm.String("Lemonade"), edm.String("Classic, refreshing lemonade (Single bottle)"),
		formattest.Parse(w.T, edm.KindDateTime, "1970-01-01T00:00:00"), edm.Null, edm.Int16(7), edm.Double(1.01),
	}}
}

func (w world) article() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(1), edm.String("Cats & <b>dogs</b>"), edm.String(`<p xmlns="http://www.w3.org/1999/xhtml">All of <em>them</em> &amp; more</p>`),
		edm.String("free"), formattest.Parse(w.T, edm.KindDateTime, "2014-12-31T23:00:00.5"), formattest.Parse(w.T, edm.KindDateTimeOffset, "2015-01-01T00:00:00+01:00"),
		formattest.Complex(edm.String("Ann"), edm.String("ann@x.example"), formattest.Complex(edm.String("http://x.example/ann"))),
		formattest.Complex(edm.String("Bob"), edm.String("bob@x.example"), formattest.Complex(edm.String("http://x.example/bob"))),
		formattest.Complex(edm.String("http://x.example/?a=1&b=2"), edm.String("related"), edm.String("text/html"), edm.String("en"), edm.String("\"more\""), edm.Int64(512)),
		formattest.Complex(edm.String("pets"), edm.String("http://x.example/topics"), edm.String("Pets")),
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
