package verbose_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// desk is the model of the benchmarks: twelve properties and a navigation.
const desk = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Desk" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Ticket"><Key><PropertyRef Name="Id" /></Key>
	<Property Name="Id" Type="Edm.Guid" Nullable="false" />
	<Property Name="Title" Type="Edm.String" />
	<Property Name="Created" Type="Edm.DateTime" Nullable="false" />
	<Property Name="Priority" Type="Edm.Int32" Nullable="false" />
	<Property Name="TTL" Type="Edm.Int64" Nullable="false" />
	<Property Name="Cost" Type="Edm.Decimal" />
	<Property Name="Weight" Type="Edm.Double" />
	<Property Name="Open" Type="Edm.Boolean" />
	<Property Name="Closed" Type="Edm.String" />
	<Property Name="Owner" Type="Edm.String" />
	<Property Name="Room" Type="Edm.String" />
	<Property Name="Changed" Type="Edm.DateTime" />
	<NavigationProperty Name="Parent" Relationship="Desk.Ticket_Parent" FromRole="Child" ToRole="Parent" />
</EntityType>
<Association Name="Ticket_Parent">
	<End Type="Desk.Ticket" Role="Child" Multiplicity="*" /><End Type="Desk.Ticket" Role="Parent" Multiplicity="0..1" />
</Association>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Tickets" EntityType="Desk.Ticket" />
	<AssociationSet Name="Ticket_Parent" Association="Desk.Ticket_Parent">
	<End Role="Child" EntitySet="Tickets" /><End Role="Parent" EntitySet="Tickets" /></AssociationSet>
</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`

func deskDemo(t testing.TB) demo {
	t.Helper()
	model, err := csdl.Read(strings.NewReader(desk))
	if err != nil {
		t.Fatal(err)
	}
	return demo{formattest.World{T: t, Models: []*metadata.Model{model}}}
}

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

// newTickets makes n tickets and the rows that hold the same.
func newTickets(t testing.TB, n int) ([]ticket, []odata.Row) {
	tickets, rows := make([]ticket, n), make([]odata.Row, n)
	created := formattest.Parse(t, edm.KindDateTime, "2015-06-23T11:34:38.58Z")
	cost := formattest.Parse(t, edm.KindDecimal, "1234.50")
	id := formattest.Parse(t, edm.KindGuid, formattest.Order1).GUID()
	for i := range tickets {
		id[0], id[1] = byte(i), byte(i>>8)
		k := ticket{
			ID: id, Title: "Ticket number " + strconv.Itoa(i), Created: created.DateTime(), Priority: int32(i),
			TTL: int64(i * i), Cost: cost.Decimal(), Weight: float64(i) / 4, Open: true, Owner: `PRIV\priv.anna`,
			Room: "Building 7, room " + strconv.Itoa(i), Changed: created.DateTime(),
		}
		tickets[i] = k
		rows[i] = odata.Row{Values: []edm.Value{
			k.ID.Value(), edm.String(k.Title), k.Created.Value(), edm.Int32(k.Priority), edm.Int64(k.TTL), k.Cost.Value(),
			edm.Double(k.Weight), edm.Boolean(k.Open), edm.Null, edm.String(k.Owner), edm.String(k.Room), k.Changed.Value(),
		}}
	}
	return tickets, rows
}

// appendByHand is what the plan competes with: no names to look up, no kinds to
// tell apart.
func (k *ticket) appendByHand(dst []byte, c *format.Context) []byte {
	dst = append(dst, `{"__metadata":{"id":"`...)
	start := len(dst)
	dst = format.AppendJSONText(dst, c.Root)
	dst = k.ID.AppendText(append(dst, `Tickets(guid'`...))
	dst = append(dst, `')`...)
	url := dst[start:]
	dst = append(append(dst, `","uri":"`...), url...)
	dst = append(append(dst, `","type":"Desk.Ticket"},"Parent":{"__deferred":{"uri":"`...), url...)
	dst = k.ID.AppendText(append(dst, `/Parent"}},"Id":"`...))
	dst = format.AppendJSONString(append(dst, `","Title":`...), k.Title)
	dst = k.Created.AppendText(append(dst, `,"Created":"`...))
	dst = strconv.AppendInt(append(dst, `","Priority":`...), int64(k.Priority), 10)
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), k.TTL, 10)
	dst = k.Cost.AppendText(append(dst, `","Cost":"`...))
	dst = append(dst, `","Weight":`...)
	if whole := math.Trunc(k.Weight); k.Weight == whole && math.Abs(whole) < 1e15 {
		dst = strconv.AppendInt(dst, int64(whole), 10)
	} else {
		dst = strconv.AppendFloat(dst, k.Weight, 'f', -1, 64)
	}
	dst = strconv.AppendBool(append(dst, `,"Open":`...), k.Open)
	dst = append(dst, `,"Closed":`...)
	if k.Closed == nil {
		dst = append(dst, "null"...)
	} else {
		dst = format.AppendJSONString(dst, *k.Closed)
	}
	dst = format.AppendJSONString(append(dst, `,"Owner":`...), k.Owner)
	dst = format.AppendJSONString(append(dst, `,"Room":`...), k.Room)
	dst = k.Changed.AppendText(append(dst, `,"Changed":"`...))
	return append(dst, `"}`...)
}

// appendValuesByHand does the same with the values of a row, whose kinds it
// takes for granted.
func appendValuesByHand(dst []byte, c *format.Context, v []edm.Value) []byte {
	dst = append(dst, `{"__metadata":{"id":"`...)
	start := len(dst)
	dst = format.AppendJSONText(dst, c.Root)
	dst = v[0].GUID().AppendText(append(dst, `Tickets(guid'`...))
	dst = append(dst, `')`...)
	url := dst[start:]
	dst = append(append(dst, `","uri":"`...), url...)
	dst = append(append(dst, `","type":"Desk.Ticket"},"Parent":{"__deferred":{"uri":"`...), url...)
	dst = v[0].GUID().AppendText(append(dst, `/Parent"}},"Id":"`...))
	dst = format.AppendJSONString(append(dst, `","Title":`...), v[1].Str())
	dst = v[2].DateTime().AppendText(append(dst, `,"Created":"`...))
	dst = strconv.AppendInt(append(dst, `","Priority":`...), v[3].Int(), 10)
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), v[4].Int(), 10)
	dst = v[5].Decimal().AppendText(append(dst, `","Cost":"`...))
	dst = format.AppendJSONPrimitive(append(dst, `","Weight":`...), v[6], format.DialectVerbose3)
	dst = strconv.AppendBool(append(dst, `,"Open":`...), v[7].Bool())
	dst = format.AppendJSONPrimitive(append(dst, `,"Closed":`...), v[8], format.DialectVerbose3)
	dst = format.AppendJSONString(append(dst, `,"Owner":`...), v[9].Str())
	dst = format.AppendJSONString(append(dst, `,"Room":`...), v[10].Str())
	dst = v[11].DateTime().AppendText(append(dst, `,"Changed":"`...))
	return append(dst, `"}`...)
}

// appendFeedByHand writes the feed of n tickets with one of the two.
func appendFeedByHand(dst []byte, n int, ticket func(dst []byte, i int) []byte) []byte {
	dst = append(dst, `{"d":{"results":[`...)
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = ticket(dst, i)
	}
	return append(dst, "]}}"...)
}

func appendFeed(dst []byte, e format.Encoder, rows []odata.Row) []byte {
	dst = e.AppendFeedStart(dst, place, nil)
	for i := range rows {
		dst = e.AppendRow(dst, place, &rows[i], i == 0)
	}
	return e.AppendFeedEnd(dst, place, nil, "")
}

// A competitor writes the i-th ticket by hand.
type competitor struct {
	name   string
	ticket func(dst []byte, i int) []byte
}

func competitors(tickets []ticket, rows []odata.Row) []competitor {
	return []competitor{
		{"by hand from structs", func(dst []byte, i int) []byte { return tickets[i].appendByHand(dst, place) }},
		{"by hand from values", func(dst []byte, i int) []byte { return appendValuesByHand(dst, place, rows[i].Values) }},
	}
}

// TestByHand keeps the benchmark honest: all sides write the same bytes.
func TestByHand(t *testing.T) {
	tickets, rows := newTickets(t, 9)
	planned := string(appendFeed(nil, verbose.New(verbose.Options{}).Compile(deskDemo(t).All("Tickets")), rows))
	for _, c := range competitors(tickets, rows) {
		if got := string(appendFeedByHand(nil, len(rows), c.ticket)); got != planned {
			t.Errorf("%s %s\nplanned %s", c.name, got, planned)
		}
	}
}

// TestRowAllocatesNothing holds in every dialect and for every sort of entity.
func TestRowAllocatesNothing(t *testing.T) {
	d := newDemo(t)
	ann, vera, tag, entry := d.Ann(), d.Vera(), d.tag(), d.log()
	expanded := formattest.Related(d.Ann(), d.orders())
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")},
		Media: &odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`}, Streams: []odata.StreamInfo{{ReadURL: "http://x"}}}
	urgent := odata.Row{Type: d.Entity("More.UrgentTicket"), Values: []edm.Value{edm.Int32(2), edm.Null},
		Advertised: []bool{true, false, true, true, true, true}}
	for _, tt := range []struct {
		name string
		p    *odata.Projection
		row  *odata.Row
	}{
		{"base", d.All("Customers"), &ann},
		{"derived", d.All("Customers"), &vera},
		{"expanded", formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), &expanded},
		{"open", d.All("Tags"), &tag},
		{"media", d.All("Photos"), &photo},
		{"operations", d.All("Tickets"), &urgent},
		{"encoded key and tokens", d.All("Logs"), &entry},
	} {
		for _, dialect := range dialects() {
			t.Run(tt.name+"/"+dialect.Name, func(t *testing.T) {
				e := verbose.New(verbose.Options{Version: dialect.version, AssociationLinks: true}).Compile(tt.p)
				dst := make([]byte, 0, 8192)
				if n := testing.AllocsPerRun(10, func() { dst = e.AppendRow(dst[:0], place, tt.row, false) }); n != 0 {
					t.Errorf("%v allocations for a row", n)
				}
			})
		}
	}
}

// TestLinkAllocatesNothing is the same for lists of links.
func TestLinkAllocatesNothing(t *testing.T) {
	w := verbose.New(verbose.Options{})
	dst, url := make([]byte, 0, 1024), []byte("Orders(guid'"+formattest.Order1+"')")
	if n := testing.AllocsPerRun(10, func() { dst = w.AppendLink(dst[:0], place, url, false) }); n != 0 {
		t.Errorf("%v allocations for a link", n)
	}
}

func BenchmarkFeed(b *testing.B) {
	p := deskDemo(b).All("Tickets")
	tickets, rows := newTickets(b, 500)
	dst := make([]byte, 0, 1<<20)
	for _, c := range competitors(tickets, rows) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = appendFeedByHand(dst[:0], len(rows), c.ticket)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
	for _, bb := range []struct {
		name    string
		options verbose.Options
	}{
		{"3.0", verbose.Options{}},
		{"3.0 with association links", verbose.Options{AssociationLinks: true}},
		{"2.0", verbose.Options{Version: verbose.Version2}},
	} {
		e := verbose.New(bb.options).Compile(p)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = appendFeed(dst[:0], e, rows)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkRow writes entities that need more than names and values.
func BenchmarkRow(b *testing.B) {
	d := newDemo(b)
	vera, expanded := d.Vera(), formattest.Related(d.Ann(), d.orders())
	urgent := odata.Row{Type: d.Entity("More.UrgentTicket"), Values: []edm.Value{edm.Int32(2), edm.Null}}
	for _, bb := range []struct {
		name string
		p    *odata.Projection
		row  *odata.Row
	}{
		{"derived", d.All("Customers"), &vera},
		{"expanded", formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), &expanded},
		{"operations", d.All("Tickets"), &urgent},
	} {
		e := verbose.New(verbose.Options{AssociationLinks: true}).Compile(bb.p)
		b.Run(bb.name, func(b *testing.B) {
			dst := make([]byte, 0, 8192)
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendRow(dst[:0], place, bb.row, true)
			}
		})
	}
}

// BenchmarkCompile is the price of a request with a projection of its own.
func BenchmarkCompile(b *testing.B) {
	d := newDemo(b)
	w := verbose.New(verbose.Options{AssociationLinks: true})
	for _, bb := range []struct {
		name string
		p    *odata.Projection
	}{
		{"two selected", formattest.Selecting(d.All("Orders"), "OrderId", "Total")},
		{"all", d.All("Customers")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.Compile(bb.p)
			}
		})
	}
}
