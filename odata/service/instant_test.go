package service_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// note is an entity whose set tells at which instants it is used.
type note struct {
	ID int32 `odata:",key"`
}

// An instants is a store of notes that records the instant of each use, and the guard
// of it, in one list for each.
type instants struct {
	guarded, used []string
	fail          bool // the next transaction is tried again
}

func (s *instants) note(ctx context.Context, to *[]string) {
	text := "none"
	if t, ok := odata.Instant(ctx); ok {
		text = t.Format("05.999999999")
	}
	*to = append(*to, text)
}

func (s *instants) Restrict(ctx context.Context, _ odata.Access) (odata.Expr, error) {
	s.note(ctx, &s.guarded)
	return nil, nil
}

func (s *instants) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	s.note(ctx, &s.used)
	return &odata.Result{Rows: func(yield func(odata.Row, error) bool) {
		row := odata.Row{}
		for range q.Fields {
			row.Values = append(row.Values, edm.Int32(1))
		}
		yield(row, nil)
	}}, nil
}

func (s *instants) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (odata.Row, error) {
	s.note(ctx, &s.used)
	row := odata.Row{}
	for range q.Fields {
		row.Values = append(row.Values, edm.Int32(1))
	}
	return row, nil
}

func (s *instants) Transact(ctx context.Context, work func(context.Context) error) error {
	if s.fail {
		s.fail = false
		if err := work(ctx); err != nil {
			return err
		}
	}
	return work(ctx)
}

// A request has one instant, which guards and providers see; a change set has one; and
// a service whose sets do not ask has none.
func TestInstant(t *testing.T) {
	read := readOf("Notes")
	insert := step{method: "POST", url: "Notes", contentType: lightBody, body: `{"ID":1}`}
	for _, tt := range []struct {
		name   string
		asks   bool
		again  bool
		send   sending
		used   []string // each instant has a letter
		single bool     // the guard sees the same one instant
		why    string
	}{
		{"read", true, false, sending{"GET", "/svc/Notes(1)", nil, ""}, []string{"a"}, true, ""},
		{"nobody asks", false, false, sending{"GET", "/svc/Notes(1)", nil, ""}, []string{"none"}, true, ""},
		{"insert", true, false, insert.alone(), []string{"a"}, true, ""},
		{"tried again", true, true, insert.alone(), []string{"a", "a"}, false, "the request is the same"},
		{"batch", true, false, batchOf(read, read), []string{"a", "b"}, false, "each part is a request, and so is the batch"},
		{"change set", true, false, batchOf(changeSetOf(insert, insert), read), []string{"a", "a", "b"}, false, "a change set is one change"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := &instants{fail: tt.again}
			set := memory.Set("Notes", []note{{1}})
			set.Reader, set.Inserter, set.Transactor, set.Guard, set.ReadsInstant = store, store, store, store, tt.asks
			ticks := 0
			svc, err := service.New(service.Config{Namespace: "N", Root: "/svc", Clock: func() time.Time {
				ticks++
				return time.Date(2016, 2, 29, 12, 0, ticks, 123456789, time.FixedZone("", 3600))
			}}, set)
			if err != nil {
				t.Fatal(err)
			}
			ticks = 0
			w := tt.send.to(t, svc)
			if w.Code >= http.StatusBadRequest || strings.Contains(w.Body.String(), "HTTP/1.1 4") || strings.Contains(w.Body.String(), "HTTP/1.1 5") {
				t.Fatalf("the answer is %d %s", w.Code, w.Body)
			}
			letters := map[string]string{"none": "none"}
			named := func(text string) string {
				if letters[text] == "" {
					letters[text] = string(rune('a' + len(letters) - 1))
				}
				return letters[text]
			}
			var used []string
			for _, text := range store.used {
				used = append(used, named(text))
				if text != "none" && !strings.HasSuffix(text, ".123456") {
					t.Errorf("the instant %s is not cut to microseconds", text)
				}
			}
			if diff := cmp.Diff(tt.used, used); diff != "" {
				t.Errorf("the instants (-want +got, %s):\n%s", tt.why, diff)
			}
			for _, at := range store.guarded {
				if tt.single && at != store.used[0] {
					t.Errorf("the guard sees %s, the provider %s", at, store.used[0])
				}
			}
			if len(store.guarded) == 0 {
				t.Error("the guard was not asked")
			}
		})
	}
}

// A service none of whose sets asks for the instant makes nothing for it: the request
// that a provider sees has the context that came in.
func TestInstantCostsNothing(t *testing.T) {
	seen := make([]any, 2)
	for i, asks := range []bool{false, true} {
		set := memory.Set("Notes", []note{{1}})
		set.Guard, set.ReadsInstant = odata.Public(), asks
		reader := set.Reader
		set.Reader = readerFunc(func(ctx context.Context, q *odata.Query) (*odata.Result, error) {
			seen[i] = ctx
			return reader.Read(ctx, q)
		})
		svc, err := service.New(service.Config{Namespace: "N", Root: "/svc"}, set)
		if err != nil {
			t.Fatal(err)
		}
		r := sending{"GET", "/svc/Notes", nil, ""}.request(t)
		svc.ServeHTTP(discard{http.Header{}}, r)
		if same := seen[i] == any(r.Context()); same == asks {
			t.Errorf("a set that asks (%v) sees the context of the request itself: %v", asks, same)
		}
	}
}

type readerFunc func(context.Context, *odata.Query) (*odata.Result, error)

func (f readerFunc) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	return f(ctx, q)
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
