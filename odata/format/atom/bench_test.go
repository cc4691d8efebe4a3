package atom_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// A ticket is the row of the benchmarks as a program without a framework would
// hold it.
type ticket struct {
	ID       edm.GUID
	Title    string
	Created  edm.DateTime
	Priority int32
	TTL      int64
	Cost     edm.Decimal
	Weight   float64
	Open     bool
	Closed   *string
	Owner    string
	Room     string
	Changed  edm.DateTime
}

func newTicket(t testing.TB, i int) ticket {
	return ticket{
		ID: formattest.Parse(t, edm.KindGuid, formattest.Order1).GUID(), Title: "Ticket number " + strconv.Itoa(i),
		Created:  formattest.Parse(t, edm.KindDateTime, "2015-06-23T11:34:38.58Z").DateTime(),
		Priority: int32(i), TTL: int64(i * i), Cost: formattest.Parse(t, edm.KindDecimal, "1234.50").Decimal(), Weight: 0.75, Open: true,
		Owner: `PRIV\priv.anna`, Room: "Building 7, room " + strconv.Itoa(i),
		Changed: formattest.Parse(t, edm.KindDateTime, "2015-06-24T00:00:00").DateTime(),
	}
}

func (k *ticket) row() odata.Row {
	return odata.Row{Values: []edm.Value{
		k.ID.Value(), edm.String(k.Title), k.Created.Value(), edm.Int32(k.Priority), edm.Int64(k.TTL),
		k.Cost.Value(), edm.Double(k.Weight), edm.Boolean(k.Open), edm.Null, edm.String(k.Owner),
		edm.String(k.Room), k.Changed.Value(),
	}}
}

// escapeByHand is the escaping a careful program would write for itself.
func escapeByHand(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		escape := ""
		switch c := s[i]; {
		case c == '&':
			escape = "&amp;"
		case c == '<':
			escape = "&lt;"
		case c == '>':
			escape = "&gt;"
		case c == '\r':
			escape = "&#xD;"
		case c < ' ' && c != '\t' && c != '\n':
			escape = "\uFFFD"
		default:
			continue
		}
		dst = append(append(dst, s[start:i]...), escape...)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// appendByHand is what the plan competes with: no names to look up, no kinds to
// tell apart, one literal between two values.
func (k *ticket) appendByHand(dst []byte) []byte {
	const root = "http://h/svc/"
	dst = append(dst, `<entry><id>`+root+`Tickets(guid'`...)
	dst = k.ID.AppendText(dst)
	dst = append(dst, `')</id><category term="Demo.Ticket" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" /><link rel="edit" title="Ticket" href="Tickets(guid'`...)
	dst = k.ID.AppendText(dst)
	dst = append(dst, `')" /><title /><updated>2015-07-12T06:40:00Z</updated><author><name /></author><content type="application/xml"><m:properties><d:Id m:type="Edm.Guid">`...)
	dst = k.ID.AppendText(dst)
	dst = escapeByHand(append(dst, `</d:Id><d:Title>`...), k.Title)
	dst = k.Created.AppendText(append(dst, `</d:Title><d:Created m:type="Edm.DateTime">`...))
	dst = strconv.AppendInt(append(dst, `</d:Created><d:Priority m:type="Edm.Int32">`...), int64(k.Priority), 10)
	dst = strconv.AppendInt(append(dst, `</d:Priority><d:TTL m:type="Edm.Int64">`...), k.TTL, 10)
	dst = k.Cost.AppendText(append(dst, `</d:TTL><d:Cost m:type="Edm.Decimal">`...))
	dst = edm.AppendText(append(dst, `</d:Cost><d:Weight m:type="Edm.Double">`...), edm.Double(k.Weight))
	dst = strconv.AppendBool(append(dst, `</d:Weight><d:Open m:type="Edm.Boolean">`...), k.Open)
	if k.Closed == nil {
		dst = append(dst, `</d:Open><d:Closed m:null="true" />`...)
	} else {
		dst = append(escapeByHand(append(dst, `</d:Open><d:Closed>`...), *k.Closed), `</d:Closed>`...)
	}
	dst = escapeByHand(append(dst, `<d:Owner>`...), k.Owner)
	dst = escapeByHand(append(dst, `</d:Owner><d:Room>`...), k.Room)
	dst = k.Changed.AppendText(append(dst, `</d:Room><d:Changed m:type="Edm.DateTime">`...))
	return append(dst, `</d:Changed></m:properties></content></entry>`...)
}

// ticketModel has the set Tickets with the properties of ticket.
func ticketModel(t testing.TB) world {
	t.Helper()
	return worldOf(t, formattest.Resolved(t, &metadata.Schema{
		Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Ticket", Key: []string{"Id"}, Properties: []*metadata.Property{
				{Name: "Id", Type: "Edm.Guid", NotNull: true}, {Name: "Title", Type: "Edm.String"},
				{Name: "Created", Type: "Edm.DateTime", NotNull: true}, {Name: "Priority", Type: "Edm.Int32", NotNull: true},
				{Name: "TTL", Type: "Edm.Int64", NotNull: true}, {Name: "Cost", Type: "Edm.Decimal"},
				{Name: "Weight", Type: "Edm.Double"}, {Name: "Open", Type: "Edm.Boolean"},
				{Name: "Closed", Type: "Edm.String"}, {Name: "Owner", Type: "Edm.String"},
				{Name: "Room", Type: "Edm.String"}, {Name: "Changed", Type: "Edm.DateTime"},
			}},
		},
		Containers: []*metadata.EntityContainer{{Name: "Desk", IsDefault: true, EntitySets: []*metadata.EntitySet{
			{Name: "Tickets", EntityType: "Ticket"}}}},
	}))
}

// TestByHand keeps the benchmark honest: both sides write the same bytes.
func TestByHand(t *testing.T) {
	k := newTicket(t, 7)
	row := k.row()
	byHand, planned := string(k.appendByHand(nil)), string(plain.Compile(ticketModel(t).All("Tickets")).AppendRow(nil, place, &row, true))
	if byHand != planned {
		t.Errorf("by hand %s\nplanned %s", byHand, planned)
	}
}

// TestRowAllocatesNothing holds for expanded, derived, open, media and
// customised entities, and for links.
func TestRowAllocatesNothing(t *testing.T) {
	d, w, j := newDemo(t), newPress(t), operationsModel(t)
	expanded := formattest.Related(d.Ann(), odata.Related{Rows: []odata.Row{d.Order(formattest.Order1, "5.00")}, Next: "$skiptoken=1"})
	long := d.Ann()
	long.Values[1] = edm.String(strings.Repeat("Gr\u00fc\u00dfe & <more>\x00\u20ac ", 20))
	tag := odata.Row{Values: []edm.Value{edm.String("x")}, Dynamic: []odata.DynamicProperty{
		{Name: "Born", Value: formattest.Parse(t, edm.KindDateTime, "2015-07-12T06:40:00")}, {Name: "\u00c4", Value: edm.Collection([]edm.Value{edm.Int32(1)})}}}
	job := odata.Row{Type: j.Entity("BigJob"), Values: []edm.Value{edm.Int32(1), edm.Null}}
	spot := odata.Row{Values: []edm.Value{edm.Int32(1), formattest.Complex(edm.Double(1), edm.Double(2), edm.String("&")), edm.String("n"), edm.Null, edm.Null}}
	ann, vera, photo, article := d.Ann(), d.Vera(), d.photo(), w.article()
	for _, tt := range []struct {
		name string
		p    *odata.Projection
		row  *odata.Row
	}{
		{"base", d.All("Customers"), &ann},
		{"derived", d.All("Customers"), &vera},
		{"escaped", d.All("Customers"), &long},
		{"expanded", formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), &expanded},
		{"open", d.All("Tags"), &tag},
		{"media", d.All("Photos"), &photo},
		{"operations", j.advertising(j.All("Jobs"), "Start", "Cost"), &job},
		{"mapped", w.All("Articles"), &article},
		{"custom elements", w.All("Places"), &spot},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := linked.Compile(tt.p)
			dst := make([]byte, 0, 1<<15)
			if n := testing.AllocsPerRun(10, func() { dst = e.AppendRow(dst[:0], place, tt.row, false) }); n != 0 {
				t.Errorf("%v allocations for a row", n)
			}
		})
	}
	url, dst := []byte("Tags('%C3%A4"+strings.Repeat("x", 100)+"')"), make([]byte, 0, 1<<10)
	if n := testing.AllocsPerRun(10, func() { dst = plain.AppendLink(dst[:0], place, url, false) }); n != 0 {
		t.Errorf("%v allocations for a link", n)
	}
}

// BenchmarkFeed is 500 entries of twelve properties.
func BenchmarkFeed(b *testing.B) {
	const n = 500
	tickets, rows := make([]ticket, n), make([]odata.Row, n)
	for i := range n {
		tickets[i] = newTicket(b, i)
		rows[i] = tickets[i].row()
	}
	e := plain.Compile(ticketModel(b).All("Tickets"))
	dst := make([]byte, 0, 1<<20)
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dst = e.AppendFeedStart(dst[:0], place, nil)
			for i := range tickets {
				dst = tickets[i].appendByHand(dst)
			}
			dst = e.AppendFeedEnd(dst, place, nil, "")
		}
		b.SetBytes(int64(len(dst)))
	})
	b.Run("planned", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dst = e.AppendFeedStart(dst[:0], place, nil)
			for i := range rows {
				dst = e.AppendRow(dst, place, &rows[i], i == 0)
			}
			dst = e.AppendFeedEnd(dst, place, nil, "")
		}
		b.SetBytes(int64(len(dst)))
	})
}

// BenchmarkRow is one entity of each shape.
func BenchmarkRow(b *testing.B) {
	d, w, s := newDemo(b), newPress(b), newSample(b)
	for _, bb := range []struct {
		name string
		p    *odata.Projection
		row  odata.Row
	}{
		{"links and entity tag", d.All("Customers"), d.Ann()},
		{"sample product", s.advertising(s.All("Products"), "Discount"), s.lemonade()},
		{"fully mapped", w.All("Articles"), w.article()},
	} {
		e, dst := linked.Compile(bb.p), make([]byte, 0, 1<<15)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendRow(dst[:0], place, &bb.row, true)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkText is a long value without and with what has to be looked at.
func BenchmarkText(b *testing.B) {
	d := newDemo(b)
	e, dst := plain.Compile(formattest.Selecting(d.All("OrderLines"), "", "Text")), make([]byte, 0, 1<<15)
	for _, bb := range []struct{ name, text string }{
		{"ASCII", strings.Repeat("The quick brown fox jumps over the lazy dog. ", 100)},
		{"German", strings.Repeat("Zw\u00f6lf Boxk\u00e4mpfer jagen Viktor \u00fcber den Sylter Deich. ", 100)},
		{"markup", strings.Repeat("<p class=\"x\">A & B</p>\n", 200)},
	} {
		row := odata.Row{Values: []edm.Value{formattest.Parse(b, edm.KindGuid, formattest.Order1), edm.Int32(2), edm.String(bb.text)}}
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendRow(dst[:0], place, &row, true)
			}
			b.SetBytes(int64(len(bb.text)))
		})
	}
}

// BenchmarkCompile is the price of a request with a projection of its own.
func BenchmarkCompile(b *testing.B) {
	d, w := newDemo(b), newPress(b)
	for _, bb := range []struct {
		name string
		p    *odata.Projection
	}{
		{"two selected", formattest.Selecting(d.All("Orders"), "", "OrderId", "Total")},
		{"all", d.All("Customers")},
		{"mapped", w.All("Articles")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				linked.Compile(bb.p)
			}
		})
	}
}
