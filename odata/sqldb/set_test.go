package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

type bench struct {
	Row   int16 `db:"r"`
	Plate *plate
}

type plate struct {
	Text string `db:"txt"`
}

type stamped struct {
	Version int32     `odata:",etag,computed" db:"v"`
	Changed time.Time `odata:",type=DateTime,computed,nullable"`
}

// tool has a column of every kind.
type tool struct {
	_     struct{} `odata:"Tool"`
	ID    edm.GUID `odata:"ToolId,key" db:"tool_id"`
	Name  *string  `odata:",maxlength=60" db:"label"`
	Place bench    `db:"at"`
	Spare *bench
	Tags  []string     `db:"tags"`
	Price *edm.Decimal `odata:",precision=9,scale=2"`
	Score *float64
	Sharp bool
	Cut   *time.Duration
	Seen  *time.Time
	stamped
	More map[string]edm.Value `odata:",dynamic" db:"more"`
}

// screw has a key that the database counts.
type screw struct {
	_    struct{} `odata:"Screw"`
	No   int32    `odata:",key,identity" db:"screw_no"`
	Size string   `odata:",readonly,default=M5"`
	Head string
}

func workshop(db sqldb.DB) []odata.EntitySet {
	return []odata.EntitySet{
		sqldb.Set[tool](db, "Tools", sqldb.TableName("tool"), sqldb.Guard(odata.Public()), sqldb.UTC("Tools/Changed")),
		sqldb.Set[screw](db, "Screws", sqldb.Table("Screws", "screw"), sqldb.Column("Screws/Head", "head"), sqldb.Guard(odata.Public()), sqldb.OrderBy("No"), sqldb.PageSize(3)),
	}
}

// create makes the tables of sets.
func create(tb testing.TB, db sqldb.DB, sets ...odata.EntitySet) {
	tb.Helper()
	statements, err := sqldb.Schema(db.Dialect(), sets...)
	if err != nil {
		tb.Fatal(err)
	}
	execute(tb, db, statements...)
}

func execute(tb testing.TB, db sqldb.DB, statements ...string) {
	tb.Helper()
	for _, text := range statements {
		if _, err := db.Exec(tb.Context(), &sqldb.Statement{Text: text}, nil); err != nil {
			tb.Fatalf("%s: %v", text, err)
		}
	}
}

// composed is a model with the types of sets, as services make one.
func composed(tb testing.TB, sets ...odata.EntitySet) *metadata.Model {
	tb.Helper()
	s := &metadata.Schema{Namespace: "Workshop"}
	c := &metadata.EntityContainer{Name: "All", IsDefault: true}
	known := map[string]bool{}
	for _, set := range sets {
		if set.Schema.Err != nil {
			tb.Fatal(set.Schema.Err)
		}
		s.EntityTypes = append(s.EntityTypes, set.Schema.Entity)
		for _, t := range set.Schema.Complex {
			if !known[t.Name] {
				s.ComplexTypes = append(s.ComplexTypes, t)
			}
			known[t.Name] = true
		}
		c.EntitySets = append(c.EntitySets, &metadata.EntitySet{Name: set.Name, EntityType: set.Schema.Entity.Name})
	}
	s.Containers = []*metadata.EntityContainer{c}
	model := &metadata.Model{Schemas: []*metadata.Schema{s}}
	if err := model.Resolve(); err != nil {
		tb.Fatal(err)
	}
	return model
}

func serving(tb testing.TB, sets ...odata.EntitySet) http.Handler {
	tb.Helper()
	svc, err := service.New(service.Config{Namespace: "Workshop", Root: "/svc"}, sets...)
	if err != nil {
		tb.Fatal(err)
	}
	return svc
}

// ask sends one request and returns status and body.
func ask(h http.Handler, method, target, body string, headers ...string) string {
	r := httptest.NewRequest(method, "/svc/"+strings.ReplaceAll(target, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json;odata=nometadata")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return strings.TrimSpace(fmt.Sprintf("%d %s", w.Code, w.Body))
}

const hammer, saw = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"

// batch is a batch with one change set.
func batch(changes ...[3]string) (body, mediaType string) {
	var b strings.Builder
	b.WriteString("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n")
	for i, change := range changes {
		match := ""
		if change[0] != "POST" {
			match = "If-Match: *\r\n"
		}
		fmt.Fprintf(&b, "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: %d\r\n\r\n%s /svc/%s HTTP/1.1\r\n"+
			"Content-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s\r\n", i+1, change[0], change[1], match, len(change[2]), change[2])
	}
	b.WriteString("--c--\r\n--b--\r\n")
	return b.String(), "multipart/mixed; boundary=b"
}

// TestSet makes requests to a service with two sets of one database.
func TestSet(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			sets := workshop(db)
			create(t, db, sets...)
			svc := serving(t, sets...)
			together, mediaType := batch([3]string{"POST", "Screws", `{"Head":"together"}`}, [3]string{"PATCH", "Tools(guid'" + hammer + "')", `{"Sharp":true}`})
			apart, _ := batch([3]string{"POST", "Screws", `{"Head":"apart"}`}, [3]string{"DELETE", "Tools(guid'" + saw + "')", ""})
			for _, tt := range []struct {
				name, method, target, body string
				headers                    []string
				want, why                  string // want is contained
			}{
				{"insert", "POST", "Tools", `{"ToolId":"` + hammer + `","Name":"hammer","Place":{"Row":3,"Plate":{"Text":"x"}},"Tags":["a","b"],"Price":"2.50","Score":0.5,"Colour":"red"}`, nil,
					`"Place":{"Row":3,"Plate":{"Text":"x"}},"Spare":null,"Tags":["a","b"],"Price":"2.50","Score":0.5,"Sharp":false`, "complex values, collections and undeclared properties have columns"},
				{"key taken", "POST", "Tools", `{"ToolId":"` + hammer + `","Place":{"Row":1,"Plate":null}}`, nil, `409 `, "the table's key"},
				{"filter", "GET", "Tools?$filter=Place/Plate/Text eq 'x' and Score lt 1 and Tags/any(t:t eq 'b')&$select=Name,Version", "", nil,
					`200 {"value":[{"Name":"hammer","Version":1}]}`, ""},
				{"update", "PATCH", "Tools(guid'" + hammer + "')", `{"Spare":{"Row":9,"Plate":null}}`, []string{"If-Match", `W/"1"`}, "204", "tokens are made as those of a store"},
				{"lost update", "PATCH", "Tools(guid'" + hammer + "')", `{"Sharp":true}`, []string{"If-Match", `W/"1"`}, "412", ""},
				{"read", "GET", "Tools(guid'" + hammer + "')?$select=Spare,Version,Colour", "", nil, `{"Spare":{"Row":9,"Plate":null},"Version":2,"Colour":"red"}`, ""},
				{"counted key", "POST", "Screws", `{"Head":"flat","Size":"M6"}`, nil, `{"No":1,"Size":"M5","Head":"flat"}`, "Size is not the client's to set"},
				{"both sets", "POST", "$batch", together, []string{"Content-Type", mediaType}, "201 Created", "sets of one database share a transaction"},
				{"both have changed", "GET", "Screws?$filter=Head eq 'together'&$select=Head", "", nil, `200 {"value":[{"Head":"together"}]}`, ""},
				{"one fails", "POST", "$batch", apart, []string{"Content-Type", mediaType}, "404 Not Found", "there is no saw"},
				{"none has changed", "GET", "Screws?$filter=Head eq 'apart'&$inlinecount=allpages", "", nil, `"odata.count":"0"`, ""},
				{"and the other has", "GET", "Tools?$filter=Sharp&$select=Name", "", nil, `200 {"value":[{"Name":"hammer"}]}`, "the change set that succeeded"},
				{"delete", "DELETE", "Tools(guid'" + hammer + "')", "", []string{"If-Match", "*"}, "204", ""},
				{"gone", "GET", "Tools(guid'" + hammer + "')", "", nil, "404", ""},
			} {
				if got := ask(svc, tt.method, tt.target, tt.body, tt.headers...); !strings.Contains(got, tt.want) {
					t.Errorf("%s: %s\nwant %s (%s)", tt.name, got, tt.want, tt.why)
				}
			}
			if err := sqldb.Check(t.Context(), sets...); err != nil {
				t.Errorf("the tables that Schema makes do not fit: %v", err)
			}
		})
	}
}

// TestSetSchema shows the tables, in testdata/schema/set.sql.
func TestSetSchema(t *testing.T) {
	var b strings.Builder
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
		statements, err := sqldb.Schema(d, workshop(&noDB{})...)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "-- %s\n%s;\n\n", d, strings.Join(statements, ";\n"))
	}
	golden(t, "schema/set.sql", b.String())
}

// TestSetDifferential asks a set what package eval can answer too.
func TestSetDifferential(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			set := workshop(db)[0]
			create(t, db, set)
			svc := serving(t, set)
			rng := rand.New(rand.NewPCG(1, 1))
			pick := func(texts ...string) string { return texts[rng.IntN(len(texts))] }
			for i := range 20 {
				body := fmt.Sprintf(`{"ToolId":"%08x-7a3e-4a86-9a67-0d1f3c1b2a10","Name":%s,"Place":{"Row":%d,"Plate":%s},"Spare":%s,"Tags":%s,"Price":%s,"Score":%s,"Sharp":%s}`,
					i*0x1d2c0b5, pick("null", `"Ann"`, `"ann"`, `""`), i%4, pick("null", `{"Text":"x"}`), pick("null", `{"Row":1,"Plate":{"Text":"y"}}`), pick("[]", `["a","b"]`),
					pick("null", `"2.5"`, `"-7.25"`), pick("null", "0.5", `"NaN"`, `"INF"`), pick("true", "false"))
				if got := ask(svc, "POST", "Tools", body); !strings.HasPrefix(got, "201") {
					t.Fatal(got)
				}
			}
			providertest.Differential(t, composed(t, set), []odata.EntitySet{set}, queries(2_000), 300_000)
		})
	}
}

// TestSetServices has many services ask one set at a time.
func TestSetServices(t *testing.T) {
	db := openSQLite(t)
	sets := workshop(db)
	create(t, db, sets...)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			svc := serving(t, sets...)
			want := fmt.Sprintf(`"Head":"%d"`, i)
			if got := ask(svc, "POST", "Screws", "{"+want+"}"); !strings.Contains(got, want) {
				t.Error(got)
			}
			if got := ask(svc, "GET", fmt.Sprintf("Screws?$filter=Head eq '%d'", i), ""); !strings.Contains(got, want) {
				t.Error(got)
			}
		})
	}
	all.Wait()
}

// TestSetTransact is about what becomes of failures within a transaction.
func TestSetTransact(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			set := workshop(db)[1]
			create(t, db, set)
			if other := workshop(db)[0]; set.Transactor != other.Transactor {
				t.Error("two sets of one database have two transactors")
			}
			screws := composed(t, set).DefaultContainer().EntitySet("Screws")
			property := screws.Type().Property
			insert := func(ctx context.Context, no int32) error {
				q := &odata.Query{Set: screws, Type: screws.Type(), Fields: screws.Type().KeyProperties()}
				_, err := set.Inserter.Insert(ctx, q, &odata.Change{Type: q.Type, Set: []odata.Assignment{
					{Property: property("No"), Value: edm.Int32(no)}, {Property: property("Size"), Value: edm.String("")}, {Property: property("Head"), Value: edm.String("")}}})
				return err
			}
			taken := &odata.Error{Kind: odata.KindConflict, Code: "KeyExists"}
			wrong := errors.New("wrong")
			var kept context.Context
			for _, tt := range []struct {
				name string
				work func(ctx context.Context) error
				want error
				rows int
				why  string
			}{
				{"two", func(ctx context.Context) error { return errors.Join(insert(ctx, 1), insert(ctx, 2)) }, nil, 2, ""},
				{"undone", func(ctx context.Context) error { return errors.Join(insert(ctx, 3), wrong) }, wrong, 2, ""},
				{"a write fails", func(ctx context.Context) error {
					if err := insert(ctx, 1); !errors.Is(err, taken) {
						return fmt.Errorf("a key twice: %w", err)
					}
					return insert(ctx, 4)
				}, nil, 3, "nothing remains of the write, and the transaction goes on"},
				{"joined", func(ctx context.Context) error {
					return set.Transactor.Transact(ctx, func(ctx context.Context) error { return insert(ctx, 5) })
				}, nil, 4, ""},
				{"a part fails", func(ctx context.Context) error {
					_ = set.Transactor.Transact(ctx, func(ctx context.Context) error { return wrong })
					return insert(ctx, 6)
				}, wrong, 4, "what joins a transaction and fails has it fail"},
				{"kept", func(ctx context.Context) error { kept = ctx; return nil }, nil, 4, ""},
			} {
				if err := set.Transactor.Transact(t.Context(), tt.work); !errors.Is(err, tt.want) {
					t.Errorf("%s: %v, want %v (%s)", tt.name, err, tt.want, tt.why)
				}
				q := &odata.Query{Set: screws, Type: screws.Type(), Fields: screws.Type().KeyProperties()}
				result, err := set.Reader.Read(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, err := range result.Rows {
					if err != nil {
						t.Fatal(err)
					}
					n++
				}
				if n != tt.rows {
					t.Errorf("%s: there are %d rows, want %d (%s)", tt.name, n, tt.rows, tt.why)
				}
			}
			internal := &odata.Error{Kind: odata.KindInternal}
			if err := insert(kept, 7); !errors.Is(err, internal) {
				t.Errorf("a write after the transaction: %v", err)
			}
			if err := set.Transactor.Transact(kept, func(context.Context) error { return nil }); !errors.Is(err, internal) {
				t.Errorf("a transaction within one that has ended: %v", err)
			}
		})
	}
}

type (
	unnamed  struct{ ID int32 }
	tagTwice struct {
		ID   int32  `odata:",key"`
		Name string `db:"ID"`
	}
	tagEmpty struct {
		ID int32 `odata:",key" db:""`
	}
	tagMore struct {
		ID int32 `odata:",key" db:"id,omitempty"`
	}
	tagEmbedded struct {
		ID      int32 `odata:",key"`
		stamped `db:"stamp"`
	}
)

type incomparable struct {
	noDB
	_ []int
}

// TestSetMistakes finds mistakes in Schema.Err, each with its cure.
func TestSetMistakes(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  odata.EntitySet
		want string
	}{
		{"no key", sqldb.Set[unnamed](noDB{}, "S"), "no field is tagged as key"},
		{"no database", sqldb.Set[screw](nil, "S"), "db is nil"},
		{"a database like no other", sqldb.Set[screw](incomparable{}, "S"), "pass a pointer"},
		{"a column twice", sqldb.Set[tagTwice](noDB{}, "S"), `two columns are named "ID"`},
		{"an empty tag", sqldb.Set[tagEmpty](noDB{}, "S"), "the name of a column"},
		{"options in a tag", sqldb.Set[tagMore](noDB{}, "S"), "the name of a column"},
		{"an embedded struct", sqldb.Set[tagEmbedded](noDB{}, "S"), "remove the tag db"},
		{"no such property", sqldb.Set[screw](noDB{}, "S", sqldb.Column("S/Nope", "x")), `Column("S/Nope", …)`},
		{"another set's", sqldb.Set[screw](noDB{}, "S", sqldb.UTC("T/No")), `UTC("T/No")`},
		{"no table", sqldb.Set[screw](noDB{}, "S", sqldb.TableName("")), "the name is empty"},
		{"a guard", sqldb.Set[screw](noDB{}, "S", sqldb.Guard(typed.Owner(typed.Field(func(*screw) *string { return nil }), func(odata.Principal) string { return "" }))), "no property"},
	} {
		if err := tt.set.Schema.Err; err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		if _, err := sqldb.Schema(sqldb.SQLite, tt.set); err == nil && tt.name != "a guard" {
			t.Errorf("%s: there is a schema", tt.name)
		}
	}
	set := sqldb.Set[screw](noDB{}, "S", sqldb.TypeName("Bolt"))
	if set.Schema.Err != nil || set.Schema.Entity.Name != "Bolt" || !strings.HasPrefix(set.Source, "set_test.go:") {
		t.Errorf("%v, %s, made at %s", set.Schema.Err, set.Schema.Entity.Name, set.Source)
	}
}

// TestSetMisused gives a set to a service that has other plans with it.
func TestSetMisused(t *testing.T) {
	read := func(set, served odata.EntitySet) error {
		declared := composed(t, served).DefaultContainer().EntitySets[0]
		_, err := set.Reader.Read(t.Context(), &odata.Query{Set: declared, Type: declared.Type()})
		return err
	}
	renamed := sqldb.Set[screw](noDB{}, "Bolts")
	for _, tt := range []struct {
		name   string
		served odata.EntitySet
		want   string
	}{
		{"another name", renamed, "is served as Bolts"},
		{"another type", sqldb.Set[Part](noDB{}, "Screws"), "not the one that the struct describes"},
	} {
		err := read(sqldb.Set[screw](noDB{}, "Screws"), tt.served)
		if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if diff := cmp.Diff("", fmt.Sprint(sqldb.Set[unnamed](noDB{}, "S").Transactor)); diff == "" {
		t.Error("a set with mistakes has a transactor")
	}
}
