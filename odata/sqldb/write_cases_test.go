package sqldb_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestConditionsOfWrites: a write is done on the condition of its target, whatever
// that is made of.
func TestConditionsOfWrites(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			person := h.model.EntityType("Town.Person")
			manager := person.NavigationProperty("Manager")
			add := func(values, mood string, links ...odata.LinkChange) {
				t.Helper()
				c := h.change(person, values)
				c.Type, c.Links = person, links
				if mood != "" {
					c.Dynamic = []odata.DynamicProperty{{Name: "Mood", Value: edm.String(mood)}}
				}
				if _, err := h.sets["Persons"].Inserter.Insert(t.Context(), h.target("Persons", ""), c); err != nil {
					t.Fatal(err)
				}
			}
			add("Id=1 Name='Ann' Rank=1", "gay")
			add("Id=2 Name='Bob' Rank=2", "", odata.LinkChange{Nav: manager, Key: odata.Key{edm.Int32(1)}})
			it := odata.ItOf(person)
			text := func(s string) odata.Expr {
				return &odata.Literal{Value: edm.String(s), Of: metadata.PrimitiveType(edm.KindString)}
			}
			led := func(by string) odata.Expr {
				return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: &odata.Navigate{Of: it, Nav: manager}, Property: person.Property("Name")}, R: text(by)}
			}
			mood := func(s string) odata.Expr {
				return &odata.Binary{Op: odata.Eq, L: &odata.Dynamic{Of: it, Name: "Mood"}, R: text(s)}
			}
			for _, tt := range []struct {
				name string
				key  int32
				also odata.Expr
				want string
				why  string
			}{
				{"navigation that holds", 2, led("Ann"), "", "other tables take part"},
				{"navigation that does not", 2, led("Bob"), "NotFound", "other tables take part"},
				{"navigation to nothing", 1, led("Ann"), "NotFound", "null is not equal"},
				{"undeclared property that holds", 1, mood("gay"), "", "it is decided on the entity"},
				{"undeclared property that does not", 1, mood("sad"), "NotFound", "it is decided on the entity"},
				{"undeclared property that is not there", 2, mood("gay"), "NotFound", "it is decided on the entity"},
				{"several entities", 0, nil, "InternalError", "a write is for one"},
			} {
				q := h.target("Persons", "")
				if tt.key != 0 {
					q.Filter = is(person, person.Property("Id"), edm.Int32(tt.key))
				}
				q.Filter = odata.Conjunction(q.Filter, tt.also)
				_, err := h.sets["Persons"].Updater.Update(t.Context(), q, h.change(person, "Rank=7"))
				if code := codeOf(err); code != tt.want {
					t.Errorf("update on %s: %v, want %q: %s", tt.name, err, tt.want, tt.why)
				}
				if tt.want == "" {
					continue
				}
				if err := h.sets["Persons"].Deleter.Delete(t.Context(), q); codeOf(err) != tt.want {
					t.Errorf("delete on %s: %v, want %q: %s", tt.name, err, tt.want, tt.why)
				}
			}
			q := h.target("Persons", "Id=2")
			q.Filter = odata.Conjunction(q.Filter, led("Ann"))
			if err := h.sets["Persons"].Deleter.Delete(t.Context(), q); err != nil {
				t.Error(err)
			}
		})
	}
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return odata.AsError(err).Code
}

// TestTokensChange: a token that the store makes is another one after each update,
// of whatever kind it is.
func TestTokensChange(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			for _, tt := range []struct{ set, key, change, token string }{
				{"Notes", "Id=1", "Text='x'", "Version"},
				{"Persons", "Id=1", "Rank=1", "Version"},
				{"Remarks", "Code='a'", "LineNo=null", "Stamp"},
			} {
				values := tt.key
				if tt.set == "Persons" {
					values += " Rank=0"
				}
				row, err := h.insert(t.Context(), tt.set, values)
				if err != nil {
					t.Fatal(err)
				}
				at := h.target(tt.set, "").Field(h.target(tt.set, "").Type.Property(tt.token))
				seen := map[string]bool{}
				for range 20 {
					if text := row.Values[at].String(); seen[text] || row.Values[at].IsNull() {
						t.Fatalf("%s/%s is %s again", tt.set, tt.token, text)
					}
					seen[row.Values[at].String()] = true
					if row, err = h.update(t.Context(), tt.set, tt.key, tt.change); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

var errTorn = errors.New("the client went away")

// TestLongStreams: streams longer than a row and than what is kept in memory come
// back as they were, and one that fails leaves the former.
func TestLongStreams(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			if _, err := h.insert(t.Context(), "Photos", "Id=1"); err != nil {
				t.Fatal(err)
			}
			streams := h.sets["Photos"].Streamer
			target := h.target("Photos", "Id=1")
			random := rand.NewChaCha8([32]byte{1})
			for _, size := range []int{0, 1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 1 << 20, 3<<20 + 5} {
				content := make([]byte, size)
				_, _ = random.Read(content)
				etag, err := streams.Store(t.Context(), target, nil, media(bytes.NewReader(content)), "")
				if err != nil {
					t.Fatal(err)
				}
				torn := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(errTorn))
				if _, err := streams.Store(t.Context(), target, nil, media(torn), ""); !errors.Is(err, errTorn) {
					t.Errorf("a stream that fails: %v", err)
				}
				m, err := streams.Open(t.Context(), target, nil)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(m.Content)
				if err := errors.Join(err, m.Content.Close()); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, content) || m.Length != int64(size) || m.ETag != etag || m.ContentType != "image/png" || m.Modified.IsZero() {
					t.Errorf("a stream of %d bytes comes back with %d, %v", size, len(got), m)
				}
			}
			// Whoever stops reading keeps nothing busy.
			for range 100 {
				m, err := streams.Open(t.Context(), target, nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadFull(m.Content, make([]byte, 10)); err != nil {
					t.Fatal(err)
				}
				if err := m.Content.Close(); err != nil {
					t.Fatal(err)
				}
				if _, err := m.Content.Read(make([]byte, 1)); err == nil {
					t.Fatal("a closed stream can be read")
				}
			}
			err := h.store.Transact(t.Context(), func(ctx context.Context) error {
				if _, err := streams.Store(ctx, target, nil, media(bytes.NewReader([]byte("new"))), ""); err != nil {
					return err
				}
				m, err := streams.Open(ctx, target, nil)
				if err != nil {
					return err
				}
				if m.Length != 3 {
					t.Errorf("within the transaction the stream has %d bytes", m.Length)
				}
				return errTorn
			})
			if !errors.Is(err, errTorn) {
				t.Fatal(err)
			}
			if m, err := streams.Open(t.Context(), target, nil); err != nil || m.Length != 3<<20+5 {
				t.Errorf("after a transaction that failed: %v, %v", m, err)
			} else if err := m.Content.Close(); err != nil {
				t.Error(err)
			}
			if err := h.sets["Photos"].Deleter.Delete(t.Context(), target); err != nil {
				t.Fatal(err)
			}
			if _, err := h.insert(t.Context(), "Photos", "Id=1"); err != nil {
				t.Fatal(err)
			}
			if _, err := streams.Open(t.Context(), target, nil); !odata.IsNotFound(err) {
				t.Errorf("an entity has the stream of one before it: %v", err)
			}
		})
	}
}

func media(content io.Reader) *odata.Media {
	return &odata.Media{Content: io.NopCloser(content), ContentType: "image/png"}
}

// TestJoinedTransactions: what fails within a transaction fails it as a whole, and a
// context that outlives its transaction is of no use.
func TestJoinedTransactions(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			h := newTownhall(t, d.open(t))
			var kept context.Context
			err := h.store.Transact(t.Context(), func(ctx context.Context) error {
				kept = ctx
				if _, err := h.insert(ctx, "Seals", "Id=1"); err != nil {
					return err
				}
				_ = h.store.Transact(ctx, func(ctx context.Context) error {
					if _, err := h.insert(ctx, "Seals", "Id=2"); err != nil {
						return err
					}
					return errTorn
				})
				return nil
			})
			if !errors.Is(err, errTorn) {
				t.Errorf("the inner failure is lost: %v", err)
			}
			if all := h.all("Seals", ""); len(all) > 0 {
				t.Errorf("something remains: %v", all)
			}
			if _, err := h.insert(kept, "Seals", "Id=3"); codeOf(err) != "InternalError" {
				t.Errorf("the context of a transaction that has ended: %v", err)
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Error("a panic does not get through")
					}
				}()
				_ = h.store.Transact(t.Context(), func(ctx context.Context) error {
					if _, err := h.insert(ctx, "Seals", "Id=4"); err != nil {
						t.Error(err)
					}
					panic("within a transaction")
				})
			}()
			if all := h.all("Seals", ""); len(all) > 0 {
				t.Errorf("something remains of a panic: %v", all)
			}
		})
	}
}
