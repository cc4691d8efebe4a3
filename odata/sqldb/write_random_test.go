package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// rivals are two stores of the same model that are written to in the same way:
// one in a database, and one in memory, which is right.
type rivals struct {
	*rand.Rand
	t     *testing.T
	model *metadata.Model
	sides [2]map[string]odata.EntitySet // the database's, and the one in memory
	navs  map[string][]*metadata.NavigationProperty
	names []string // of the sets
	tells map[string]int
	keys  map[string][]odata.Key // what there is, as of the last look
}

const inDatabase, inMemory = 0, 1

func newRivals(t *testing.T, db sqldb.DB, seed uint64, options ...sqldb.StoreOption) *rivals {
	t.Helper()
	r := &rivals{Rand: rand.New(rand.NewPCG(seed, 1)), t: t, model: testmodel.Town(t), navs: map[string][]*metadata.NavigationProperty{}, tells: map[string]int{}}
	source, err := memory.NewStore(r.model, memory.Data{})
	if err != nil {
		t.Fatal(err)
	}
	store := storeOf(t, db, r.model, source.Sets(), options...)
	for side, sets := range [][]odata.EntitySet{store.Sets(), source.Sets()} {
		r.sides[side] = map[string]odata.EntitySet{}
		for _, set := range sets {
			r.sides[side][set.Name] = set
		}
	}
	container := r.model.DefaultContainer()
	for _, set := range container.AllEntitySets() {
		r.names = append(r.names, set.Name)
	}
	for _, set := range container.AssociationSets {
		a := r.model.Association(set.Association)
		for end, at := range set.Ends {
			r.navs[at.EntitySet] = append(r.navs[at.EntitySet], navAlong(r.model, a, end))
		}
	}
	r.look()
	return r
}

// navAlong leads from an end of an association to the other.
func navAlong(model *metadata.Model, a *metadata.Association, end int) *metadata.NavigationProperty {
	for _, t := range model.Schemas[0].EntityTypes {
		for _, nav := range t.NavigationProperties {
			switch {
			case nav.Association() != a:
			case nav.FromRole == a.Ends[end].Role:
				return nav
			case nav.Partner() == nil:
				return nav.Inverse()
			}
		}
	}
	panic("nothing leads along " + a.Name)
}

func pick[T any](r *rivals, list []T) T { return list[r.IntN(len(list))] }

func (r *rivals) set(name string) *metadata.EntitySet {
	return r.model.DefaultContainer().EntitySet(name)
}

// query asks for all of a set.
func (r *rivals) query(name string) *odata.Query {
	set := r.set(name)
	q := &odata.Query{Set: set, Type: set.Type(), Fields: slices.Clone(set.Type().StructuralProperties())}
	for _, d := range set.Type().DerivedTypes() {
		q.Fields = append(q.Fields, d.StructuralProperties()[len(d.Base().StructuralProperties()):]...)
	}
	return q
}

// target selects an entity by its key.
func (r *rivals) target(name string, key odata.Key, also ...odata.Expr) *odata.Query {
	q := r.query(name)
	var conditions []odata.Expr
	for i, p := range q.Type.KeyProperties() {
		conditions = append(conditions, is(q.Type, p, key[i]))
	}
	q.Filter = odata.Conjunction(append(conditions, also...)...)
	return q
}

func is(t *metadata.EntityType, p *metadata.Property, v edm.Value) odata.Expr {
	return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: odata.ItOf(t), Property: p}, R: &odata.Literal{Value: v, Of: p.TypeRef()}}
}

// look notes the keys of all entities in memory.
func (r *rivals) look() {
	r.keys = map[string][]odata.Key{}
	for _, name := range r.names {
		for _, row := range r.read(r.t.Context(), inMemory, r.query(name)) {
			r.keys[name] = append(r.keys[name], keyIn(r.query(name), row))
		}
	}
}

func keyIn(q *odata.Query, row odata.Row) (key odata.Key) {
	for _, p := range q.Type.KeyProperties() {
		key = append(key, row.Values[q.Field(p)].Clone())
	}
	return key
}

func (r *rivals) read(ctx context.Context, side int, q *odata.Query) (rows []odata.Row) {
	r.t.Helper()
	result, err := r.sides[side][q.Set.Name].Reader.Read(ctx, q)
	if err != nil {
		r.t.Fatal(err)
	}
	for row, err := range result.Rows {
		if err != nil {
			r.t.Fatal(err)
		}
		row.Values = slices.Clone(row.Values)
		for i := range row.Values {
			row.Values[i] = row.Values[i].Clone()
		}
		row.Dynamic = slices.Clone(row.Dynamic)
		for i := range row.Dynamic {
			row.Dynamic[i].Value = row.Dynamic[i].Value.Clone()
		}
		if row.Media != nil {
			row.Media = new(*row.Media)
			row.Media.ContentType, row.Media.ETag = strings.Clone(row.Media.ContentType), strings.Clone(row.Media.ETag)
		}
		row.Streams = slices.Clone(row.Streams)
		for i := range row.Streams {
			row.Streams[i].ContentType, row.Streams[i].ETag = strings.Clone(row.Streams[i].ContentType), strings.Clone(row.Streams[i].ETag)
		}
		rows = append(rows, row)
	}
	return rows
}

// masked are values that the two may make differently.
func masked(p *metadata.Property) bool {
	return p.StoreGenerated == metadata.StoreGeneratedComputed && (p.Kind() == edm.KindBinary || p.Kind() == edm.KindDateTime)
}

// text tells all of a row.
func text(q *odata.Query, row odata.Row) string {
	var b strings.Builder
	b.WriteString(row.Type.QualifiedName())
	for i, p := range q.Fields {
		if !masked(p) {
			fmt.Fprintf(&b, " %s=%v", p.Name, row.Values[i])
		}
	}
	for _, d := range row.Dynamic {
		fmt.Fprintf(&b, " +%s=%v", d.Name, d.Value)
	}
	if row.Media != nil {
		fmt.Fprintf(&b, " media=%v", *row.Media)
	}
	fmt.Fprintf(&b, " %v", row.Streams)
	return b.String()
}

// dump tells everything: the entities, their links from both sides, and their
// streams.
func (r *rivals) dump(ctx context.Context, side int) (lines []string) {
	r.t.Helper()
	for _, name := range r.names {
		q := r.query(name)
		set := r.sides[side][name]
		var all []string
		var keys []odata.Key
		for _, row := range r.read(ctx, side, q) {
			if row.Type == nil {
				row.Type = q.Type
			}
			all = append(all, name+" "+text(q, row))
			keys = append(keys, keyIn(q, row))
			if set.Streamer == nil {
				continue
			}
			for _, stream := range []*metadata.Property{nil, q.Type.Property("Thumb")} {
				m, err := set.Streamer.Open(ctx, r.target(name, keys[len(keys)-1]), stream)
				if odata.IsNotFound(err) {
					continue
				}
				if err != nil {
					r.t.Fatal(err)
				}
				content, err := io.ReadAll(m.Content)
				if err := errors.Join(err, m.Content.Close()); err != nil {
					r.t.Fatal(err)
				}
				all = append(all, fmt.Sprintf("%s %v %s %s %d %q", name, keys[len(keys)-1], m.ContentType, m.ETag, m.Length, content))
			}
		}
		for _, nav := range r.navs[name] {
			target := r.set(name).NavigationTarget(nav)
			tq := r.query(target.Name)
			for edge, err := range set.Navigator.Navigate(ctx, nav, keys, tq) {
				if err != nil {
					r.t.Fatal(err)
				}
				all = append(all, fmt.Sprintf("%s %v %s>%s %v", name, keys[edge.From], nav.Association().Name, nav.ToRole, keyIn(tq, edge.Row)))
			}
		}
		slices.Sort(all)
		lines = append(lines, all...)
	}
	return lines
}

var errChangedMind = errors.New("changed my mind")

// told is what a side says to a deed.
type told struct {
	row odata.Row
	err error
}

func answerText(err error) string {
	if err == nil {
		return "ok"
	}
	e, ok := errors.AsType[*odata.Error](err)
	if !ok {
		return err.Error()
	}
	return fmt.Sprintf("%d %s %s %s", e.Kind, e.Code, e.Target, e.Detail)
}

// together does deeds as one transaction of each side, and compares all answers.
func (r *rivals) together(deeds []deed, fails, inside bool) {
	r.t.Helper()
	var answers [2][]told
	var dumps [2][]string
	var ends [2]error
	for side := range r.sides {
		sets := r.sides[side]
		ends[side] = sets["Persons"].Transactor.Transact(r.t.Context(), func(ctx context.Context) error {
			answers[side] = nil
			for i, d := range deeds {
				var made *odata.Row
				if side == inMemory && answers[inDatabase][i].err == nil {
					made = &answers[inDatabase][i].row
				}
				row, err := d.do(ctx, sets, made)
				answers[side] = append(answers[side], told{row, err})
				if err != nil && len(deeds) == 1 {
					return err
				}
			}
			if inside {
				dumps[side] = r.dump(ctx, side)
			}
			if fails {
				return errChangedMind
			}
			return nil
		})
	}
	for i, d := range deeds {
		if i >= len(answers[inDatabase]) {
			r.t.Fatalf("the database ended the transaction: %v", ends[inDatabase])
		}
		got, want := answers[inDatabase][i], answers[inMemory][i]
		r.tells[answerText(want.err)[:min(12, len(answerText(want.err)))]]++
		if answerText(got.err) != answerText(want.err) {
			r.t.Fatalf("%s: got %v, want %v", d.what, got.err, want.err)
		}
		if d.q != nil && want.err == nil {
			if got.row.Type == nil {
				got.row.Type = d.q.Type
			}
			if g, w := text(d.q, got.row), text(d.q, want.row); g != w {
				r.t.Fatalf("%s returned\n%s, want\n%s", d.what, g, w)
			}
		}
	}
	if diff := cmp.Diff(dumps[inMemory], dumps[inDatabase]); diff != "" {
		r.t.Fatalf("within the transaction (-want +got):\n%s", diff)
	}
	if a, b := answerText(ends[inDatabase]), answerText(ends[inMemory]); a != b {
		// Of several faults either may be told.
		conflict := func(err error) bool {
			e, ok := errors.AsType[*odata.Error](err)
			return ok && e.Kind == odata.KindConflict
		}
		if len(deeds) == 1 || !conflict(ends[inDatabase]) || !conflict(ends[inMemory]) {
			var whats []string
			for _, d := range deeds {
				whats = append(whats, d.what)
			}
			r.t.Fatalf("at the end: got %v, want %v\n%s", ends[inDatabase], ends[inMemory], strings.Join(whats, "\n"))
		}
	}
	if ends[inMemory] != nil {
		r.tells["end "+answerText(ends[inMemory])]++
	}
}

// TestWritesAgainstMemory writes at random into a database and into memory, alone
// and in transactions that may fail, and compares every answer and, now and then,
// everything.
func TestWritesAgainstMemory(t *testing.T) {
	for _, tt := range []struct {
		name    string
		open    func(t testing.TB) sqldb.DB
		writes  int
		options []sqldb.StoreOption
	}{
		{"SQLite", openSQLite, 20_000, nil},
		{"SQLite, a table per type", openSQLite, 3_000, []sqldb.StoreOption{sqldb.TablePerType("Persons", "Town.Chief", "Chiefs")}},
		{"PostgreSQL", openPostgres, 4_000, nil},
		{"PostgreSQL, a table per type", openPostgres, 1_000, []sqldb.StoreOption{sqldb.TablePerType("Persons", "Town.Chief", "Chiefs")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seed := uint64(5)
			if text := os.Getenv("SQLDB_TEST_SEED"); text != "" {
				seed, _ = strconv.ParseUint(text, 10, 64)
			}
			r := newRivals(t, tt.open(t), seed, tt.options...)
			for done, compared := 0, 0; done < queries(tt.writes); {
				n := 1
				if r.IntN(4) == 0 {
					n += r.IntN(8)
				}
				var deeds []deed
				for range n {
					deeds = append(deeds, r.deed())
				}
				r.together(deeds, n > 1 && r.IntN(3) == 0, n > 1 && r.IntN(40) == 0)
				r.look()
				if done += n; done-compared >= 300 {
					compared = done
					if diff := cmp.Diff(r.dump(t.Context(), inMemory), r.dump(t.Context(), inDatabase)); diff != "" {
						t.Fatalf("after %d writes (-want +got):\n%s", done, diff)
					}
				}
			}
			t.Log(r.tells)
		})
	}
}
