package sqldb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

const benchRows = 10_000

// tenColumns is a set of 10,000 rows of ten plain columns.
func tenColumns(b *testing.B) (*metadata.Model, []odata.EntitySet) {
	model, err := csdl.Read(strings.NewReader(`<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Bench" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Item"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String" Nullable="false"/><Property Name="Note" Type="Edm.String"/><Property Name="Since" Type="Edm.DateTime" Nullable="false"/>
<Property Name="Points" Type="Edm.Int64" Nullable="false"/><Property Name="Score" Type="Edm.Double"/><Property Name="Price" Type="Edm.Decimal"/>
<Property Name="Owner" Type="Edm.Guid" Nullable="false"/><Property Name="Active" Type="Edm.Boolean" Nullable="false"/><Property Name="Level" Type="Edm.Int16"/>
</EntityType><EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Items" EntityType="Bench.Item"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`))
	if err != nil {
		b.Fatal(err)
	}
	items := make([]memory.Entity, benchRows)
	for i := range items {
		since, _ := edm.NewDateTime(635_000_000_000_000_000+int64(i)*36_000_000_000, edm.NoZone)
		items[i].Values = map[string]edm.Value{"Id": edm.Int32(int32(i)), "Name": edm.String(fmt.Sprintf("item number %d", i)), "Since": since.Value(),
			"Points": edm.Int64(int64(i) * 7), "Score": edm.Double(float64(i) / 3), "Price": edm.NewDecimal(int64(i), 2).Value(),
			"Owner": edm.GUID{1, 2, byte(i), byte(i >> 8)}.Value(), "Active": edm.Boolean(i%2 == 0), "Level": edm.Int16(int16(i % 100))}
	}
	source, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{"Items": items}})
	if err != nil {
		b.Fatal(err)
	}
	return model, source.Sets()
}

func BenchmarkRead10000(b *testing.B) {
	model, sets := tenColumns(b)
	for _, d := range databases {
		db := d.open(b)
		store := storeOf(b, db, model, sets)
		q := queryOf(b, model, sets, "Items", "$orderby=Id")
		set := store.Sets()[0]
		b.Run(d.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := consume(b, set.Reader, q); n != benchRows {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(d.name+" by hand", func(b *testing.B) {
			statement, err := store.StatementOf(q)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				rows, err := db.Query(context.Background(), statement, nil)
				if err != nil {
					b.Fatal(err)
				}
				cells := make([]edm.Value, len(statement.Columns))
				n := 0
				for {
					more, err := rows.Next(cells)
					if err != nil {
						b.Fatal(err)
					}
					if !more {
						break
					}
					n++
				}
				if err := rows.Close(); err != nil || n != benchRows {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkRequest asks for a page, and for one entity by key.
func BenchmarkRequest(b *testing.B) {
	model, sets := tenColumns(b)
	for _, d := range databases {
		store := storeOf(b, d.open(b), model, sets)
		set := store.Sets()[0]
		for _, request := range []struct{ name, path, options string }{
			{"key", "Items(4711)", ""},
			{"page", "Items", "$filter=Points gt 700 and startswith(Name,'item number 4')&$orderby=Id&$top=20"},
			{"count", "Items", "$filter=Level eq 7&$orderby=Id&$top=20&$inlinecount=allpages"},
		} {
			q := queryOf(b, model, sets, request.path, strings.ReplaceAll(request.options, " ", "%20"))
			b.Run(d.name+" "+request.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if consume(b, set.Reader, q) == 0 {
						b.Fatal("nothing found")
					}
				}
			})
		}
	}
}

func consume(b *testing.B, reader odata.Reader, q *odata.Query) (n int) {
	result, err := reader.Read(context.Background(), q)
	if err != nil {
		b.Fatal(err)
	}
	if result.Rest != nil {
		b.Fatal("something is left to do")
	}
	for _, err := range result.Rows {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}
