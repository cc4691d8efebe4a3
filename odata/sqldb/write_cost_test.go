package sqldb_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// overheard is a database that notes its statements.
type overheard struct {
	sqldb.DB
	mu         sync.Mutex
	statements []string
}

func (db *overheard) note(s *sqldb.Statement) {
	db.mu.Lock()
	defer db.mu.Unlock()
	verb, _, _ := strings.Cut(s.Text, " ")
	db.statements = append(db.statements, verb)
}

func (db *overheard) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	db.note(s)
	return db.DB.Query(ctx, s, args)
}

func (db *overheard) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	db.note(s)
	return db.DB.Exec(ctx, s, args)
}

// townhall is a town in a database.
type townhall struct {
	t     testing.TB
	model *metadata.Model
	store *sqldb.Store
	sets  map[string]odata.EntitySet
}

func newTownhall(t testing.TB, db sqldb.DB) *townhall {
	t.Helper()
	h := &townhall{t: t, model: testmodel.Town(t)}
	source, err := memory.NewStore(h.model, memory.Data{})
	if err != nil {
		t.Fatal(err)
	}
	h.store = storeOf(t, db, h.model, source.Sets())
	h.sets = setsOf(h.store)
	return h
}

func setsOf(store *sqldb.Store) map[string]odata.EntitySet {
	sets := map[string]odata.EntitySet{}
	for _, set := range store.Sets() {
		sets[set.Name] = set
	}
	return sets
}

// change reads "Name=value" parts; a number takes the kind of its property.
func (h *townhall) change(typ *metadata.EntityType, text string) *odata.Change {
	c := &odata.Change{}
	for _, part := range strings.Fields(text) {
		path, literal, _ := strings.Cut(part, "=")
		names := strings.Split(path, "/")
		a := odata.Assignment{Property: typ.Property(names[0])}
		for _, name := range names[1:] {
			a.Within = append(a.Within, a.Property)
			a.Property = a.Property.TypeRef().Complex.Property(name)
		}
		v, err := edm.ParseLiteral(literal)
		if err == nil && v.Kind().IsNumeric() {
			v, err = edm.Convert(v, a.Property.Kind())
		}
		if err != nil {
			h.t.Fatal(err)
		}
		a.Value = v
		c.Set = append(c.Set, a)
	}
	return c
}

// target selects by "Name=value" parts.
func (h *townhall) target(set, text string) *odata.Query {
	s := h.model.DefaultContainer().EntitySet(set)
	q := &odata.Query{Set: s, Type: s.Type(), Fields: s.Type().StructuralProperties()}
	var conditions []odata.Expr
	for _, a := range h.change(q.Type, text).Set {
		conditions = append(conditions, is(q.Type, a.Property, a.Value))
	}
	q.Filter = odata.Conjunction(conditions...)
	return q
}

func (h *townhall) targetOf(set string, p *metadata.Property, v edm.Value) *odata.Query {
	q := h.target(set, "")
	q.Filter = is(q.Type, p, v)
	return q
}

func (h *townhall) insert(ctx context.Context, set, values string) (odata.Row, error) {
	q := h.target(set, "")
	c := h.change(q.Type, values)
	c.Type = q.Type
	return h.sets[set].Inserter.Insert(ctx, q, c)
}

func (h *townhall) insertLinked(set, values, nav string, key edm.Value) error {
	q := h.target(set, "")
	c := h.change(q.Type, values)
	c.Type, c.Links = q.Type, []odata.LinkChange{{Nav: q.Type.NavigationProperty(nav), Key: odata.Key{key}}}
	_, err := h.sets[set].Inserter.Insert(h.t.Context(), q, c)
	return err
}

func (h *townhall) update(ctx context.Context, set, where, values string) (odata.Row, error) {
	q := h.target(set, where)
	return h.sets[set].Updater.Update(ctx, q, h.change(q.Type, values))
}

// TestWriteStatements: writes take no more statements than they need.
func TestWriteStatements(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := &overheard{DB: d.open(t)}
			h := newTownhall(t, db)
			const team = "guid'00000000-0000-0000-0000-000000000001'"
			var stale *metadata.Property
			for _, p := range h.model.EntityType("Town.Person").StructuralProperties() {
				if p.Name == "Nicks" {
					stale = p
				}
			}
			for _, tt := range []struct {
				name string
				do   func() error
				want string
				why  string
			}{
				{"insert", func() error { _, err := h.insert(t.Context(), "Teams", "Id="+team+" Name='a'"); return err }, "INSERT", "generated values come back with it"},
				{"insert with a number", func() error { _, err := h.insert(t.Context(), "Persons", "Rank=1 Name='Ann'"); return err }, "INSERT", "the number is made by the statement"},
				{"insert of what refers", func() error { _, err := h.insert(t.Context(), "Tasks", "Id=1 TeamId="+team); return err }, "INSERT", "a foreign key checks it"},
				{"insert of a key that exists", func() error {
					_, err := h.insert(t.Context(), "Teams", "Id="+team+" Name='a'")
					return refused(t, err, "KeyExists")
				}, "INSERT", "it tells so itself"},
				{"insert of what refers to nothing", func() error {
					_, err := h.insert(t.Context(), "Passes", "Id=1 HolderId=99")
					return refused(t, err, "DanglingReference")
				}, "INSERT SELECT SELECT", "one to one: whether the other is taken; then the association is looked for, as the database has refused"},
				{"update", func() error { _, err := h.update(t.Context(), "Persons", "Id=1", "Rank=2"); return err }, "UPDATE", "the token is made by it"},
				{"update on conditions", func() error {
					_, err := h.update(t.Context(), "Persons", "Id=1 Version=2 Name='Ann'", "Rank=3")
					return err
				}, "UPDATE", "If-Match and guards are conditions"},
				{"update that matches nothing", func() error {
					_, err := h.update(t.Context(), "Persons", "Id=1 Version=2", "Rank=3")
					return refused(t, err, "NotFound")
				}, "UPDATE", "the token has changed"},
				{"update within a value", func() error {
					_, err := h.update(t.Context(), "Persons", "Id=1", "Home/City='Ulm'")
					return refused(t, err, "NotFound")
				}, "UPDATE", "there is no value to change"},
				{"update of what refers", func() error {
					_, err := h.update(t.Context(), "Tasks", "Id=1", "OwnerId=1")
					return err
				}, "UPDATE", "a foreign key checks it"},
				{"update of a collection", func() error {
					q := h.target("Persons", "Id=1")
					_, err := h.sets["Persons"].Updater.Update(t.Context(), q, &odata.Change{Set: []odata.Assignment{{Property: stale,
						Value: edm.Collection([]edm.Value{edm.String("x")})}}})
					return err
				}, "UPDATE", "it is one column"},
				{"insert with a link", func() error {
					return h.insertLinked("Persons", "Rank=1", "Manager", edm.Int32(1))
				}, "INSERT SELECT", "the row holds the link; whom it leads to must be of the right type"},
				{"insert with a link by a property", func() error {
					return h.insertLinked("Tasks", "Id=2 TeamId="+team, "Owner", edm.Int32(1))
				}, "SELECT INSERT", "the property is taken from whom it leads to"},
				{"delete of what is not there", func() error {
					return refused(t, h.sets["Remarks"].Deleter.Delete(t.Context(), h.target("Remarks", "Code='none'")), "NotFound")
				}, "DELETE", "it tells so itself"},
				{"delete of what nothing refers to", func() error {
					if _, err := h.insert(t.Context(), "Tags", "Code='a'"); err != nil {
						return err
					}
					db.statements = nil
					return h.sets["Tags"].Deleter.Delete(t.Context(), h.target("Tags", "Code='a'"))
				}, "DELETE", "links go by foreign keys"},
			} {
				db.statements = nil
				err := tt.do()
				if err != nil {
					t.Fatalf("%s: %v", tt.name, err)
				}
				if got := strings.Join(db.statements, " "); got != tt.want {
					t.Errorf("%s: %s, want %s: %s", tt.name, got, tt.want, tt.why)
				}
			}
		})
	}
}

// refused turns the refusal that is wanted into success.
func refused(t *testing.T, err error, code string) error {
	t.Helper()
	if e := odata.AsError(err); err != nil && e.Code == code {
		return nil
	}
	t.Errorf("got %v, want %s", err, code)
	return nil
}

// TestIncrements: increments on the condition of a token lose no update, whoever
// comes at the same time.
func TestIncrements(t *testing.T) {
	const clerks, each = 32, 10
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			if _, err := h.insert(t.Context(), "Persons", "Id=1 Rank=0"); err != nil {
				t.Fatal(err)
			}
			fields := h.target("Persons", "")
			rank, version := fields.Field(fields.Type.Property("Rank")), fields.Field(fields.Type.Property("Version"))
			var all sync.WaitGroup
			for range clerks {
				all.Go(func() {
					for range each {
						for {
							row, err := h.one("Persons", "Id=1")
							if err != nil {
								t.Error(err)
								return
							}
							_, err = h.update(t.Context(), "Persons", "Id=1 Version="+row.Values[version].String(),
								"Rank="+edm.Int32(int32(row.Values[rank].Int())+1).String())
							if err == nil {
								break
							}
							if !odata.IsNotFound(err) {
								t.Error(err)
								return
							}
						}
					}
				})
			}
			all.Wait()
			row, err := h.one("Persons", "Id=1")
			if err != nil || row.Values[rank].Int() != clerks*each || row.Values[version].Int() != clerks*each+1 {
				t.Errorf("%v, %v, want %d increments", row.Values, err, clerks*each)
			}
		})
	}
}

// one reads one entity.
func (h *townhall) one(set, where string) (found odata.Row, err error) {
	err = odata.NotFound()
	for row, failed := range h.rows(set, where) {
		found, err = row, failed
		found.Values = slices.Clone(row.Values)
		for i, v := range row.Values {
			found.Values[i] = v.Clone()
		}
	}
	return found, err
}

// all are the values of all entities as text.
func (h *townhall) all(set, where string) (all [][]string) {
	h.t.Helper()
	for row, err := range h.rows(set, where) {
		if err != nil {
			h.t.Fatal(err)
		}
		var texts []string
		for _, v := range row.Values {
			texts = append(texts, v.String())
		}
		all = append(all, texts)
	}
	return all
}

func (h *townhall) rows(set, where string) iter.Seq2[odata.Row, error] {
	result, err := h.sets[set].Reader.Read(h.t.Context(), h.target(set, where))
	if err != nil {
		return func(yield func(odata.Row, error) bool) { yield(odata.Row{}, err) }
	}
	return result.Rows
}

// TestNumbers: entities whose numbers the store makes never get the same one, and
// not one that a client gave.
func TestNumbers(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			var mu sync.Mutex
			var ids []int64
			for _, given := range []string{"Id=3", "Id=4", "Id=9"} {
				if _, err := h.insert(t.Context(), "Seals", given); err != nil {
					t.Fatal(err)
				}
			}
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for range 10 {
						row, err := h.insert(t.Context(), "Seals", "")
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						ids = append(ids, row.Values[0].Int())
						mu.Unlock()
					}
				})
			}
			all.Wait()
			slices.Sort(ids)
			if len(ids) != 80 || len(slices.Compact(slices.Clone(ids))) != 80 || slices.Contains(ids, 3) || slices.Contains(ids, 4) || slices.Contains(ids, 9) {
				t.Errorf("the numbers are %v", ids)
			}
		})
	}
}

// TestNumbersExhausted: after the greatest number there is none.
func TestNumbersExhausted(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			bearer := h.model.EntityType("Town.Badge").NavigationProperty("Bearer")
			q := h.target("Badges", "")
			made := 0
			for ; made < 300; made++ {
				owner, err := h.insert(t.Context(), "Persons", "Rank=1")
				if err != nil {
					t.Fatal(err)
				}
				row, err := h.sets["Badges"].Inserter.Insert(t.Context(), q, &odata.Change{Type: q.Type,
					Links: []odata.LinkChange{{Nav: bearer, Key: odata.Key{owner.Values[0]}}}})
				if errors.Is(err, &odata.Error{Kind: odata.KindConflict, Code: "NumbersExhausted"}) {
					break
				}
				if err != nil || row.Values[0].Int() != int64(made+1) {
					t.Fatalf("badge %d: %v, %v", made+1, row.Values, err)
				}
			}
			if made != 255 {
				t.Errorf("%d bytes were made, want all but 0", made)
			}
		})
	}
}
