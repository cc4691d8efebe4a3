package sqldb_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// parcel is what comes and goes.
type parcel struct {
	_      struct{} `odata:"Parcel"`
	ID     int64    `odata:"Id,key" db:"id"`
	Name   string   `db:"name"`
	Weight *int32   `db:"weight"`
}

const (
	lastingParcels = 1200 // their keys are multiples of parcelGap
	passingParcels = 100  // at a time, at the begin
	parcelGap      = 1000
	parcelPage     = 40
	readerRest     = 30 * time.Millisecond // so that writers have their turn
	parcelsPerTurn = 20 * time.Millisecond // one comes and one goes, 50 of each a second
)

// TestPagesWhileWriting follows next links from the first page to the last, again
// and again, while entities come and go, before and behind and at the place where
// the reader is: nobody is met twice, and everybody who was there all the time is
// met, in order.
func TestPagesWhileWriting(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			db := d.open(t)
			set := sqldb.Set[parcel](db, "Parcels", sqldb.Guard(odata.Public()), sqldb.PageSize(parcelPage))
			create(t, db, set)
			svc, err := service.New(service.Config{Namespace: "Post", Root: "/svc"}, set)
			if err != nil {
				t.Fatal(err)
			}
			p := &post{t: t, service: svc, Rand: rand.New(rand.NewPCG(7, 7))}
			p.begin(db)
			orders := []string{"", "$orderby=Name", "$orderby=Name%20desc", "$orderby=Weight", "$orderby=Weight%20desc,Name%20desc"}
			walks := make([]int, len(orders))
			wants := make([][]string, len(orders))
			for i, order := range orders {
				if wants[i], _ = p.walk(order); len(wants[i]) != lastingParcels {
					t.Fatalf("%d parcels by %q, want %d", len(wants[i]), order, lastingParcels)
				}
			}
			length := lasting(3*time.Second, 20*time.Second)
			end := time.Now().Add(length)
			var all sync.WaitGroup
			for i, order := range orders {
				want := wants[i]
				all.Go(func() {
					for ; time.Now().Before(end) && !t.Failed(); time.Sleep(readerRest) {
						got, twice := p.walk(order)
						if walks[i]++; twice != "" {
							t.Errorf("by %q %s was met twice", order, twice)
						}
						if !slices.Equal(got, want) {
							t.Errorf("by %q %d parcels were met that were there all the time, want %d: missing %v", order, len(got), len(want), lacking(want, got))
						}
					}
				})
			}
			all.Go(func() { p.come(end) })
			all.Go(func() { p.goAway(end) })
			all.Wait()
			seconds := length.Seconds()
			t.Logf("%d, %d, %d, %d and %d walks, %d pages, %.0f inserts and %.0f deletes a second", walks[0], walks[1], walks[2], walks[3], walks[4],
				p.pages.Load(), float64(p.came.Load())/seconds, float64(p.went.Load())/seconds)
			if slices.Min(walks) == 0 || p.came.Load() == 0 || p.went.Load() == 0 {
				t.Error("nothing happened")
			}
		})
	}
}

func lacking(want, got []string) (missing []string) {
	for _, id := range want {
		if !slices.Contains(got, id) {
			missing = append(missing, id)
		}
	}
	return missing
}

// A post is a service of parcels, some of which are there for ever.
type post struct {
	t       *testing.T
	service http.Handler
	*rand.Rand

	mu      sync.Mutex
	passing []int64
	taken   map[int64]bool

	pages, came, went atomic.Int64
}

func (p *post) begin(db sqldb.DB) {
	p.t.Helper()
	p.taken = map[int64]bool{}
	var b strings.Builder
	b.WriteString(`INSERT INTO "Parcels" ("id", "name", "weight") VALUES `)
	for i := range lastingParcels {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, '%s', %s)", i*parcelGap, p.name(), p.weight("NULL"))
	}
	execute(p.t, db, b.String())
	for range passingParcels {
		p.insert()
	}
	p.came.Store(0)
}

// name and weight have ties; a third of the weights is null.
func (p *post) name() string { return "n" + strconv.Itoa(p.IntN(400)) }

func (p *post) weight(null string) string {
	if p.IntN(3) == 0 {
		return null
	}
	return strconv.Itoa(p.IntN(4))
}

// insert is for one goroutine at a time.
func (p *post) insert() {
	id := int64(0)
	for id%parcelGap == 0 || p.taken[id] {
		id = int64(p.IntN(lastingParcels * parcelGap))
	}
	p.taken[id] = true
	body := fmt.Sprintf(`{"Id":"%d","Name":"%s","Weight":%s}`, id, p.name(), p.weight("null"))
	if answer := ask(p.service, http.MethodPost, "Parcels", body); !strings.HasPrefix(answer, "201") {
		p.t.Errorf("a parcel does not come: %s", answer)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passing = append(p.passing, id)
	p.came.Add(1)
}

func (p *post) come(end time.Time) {
	for turn := time.Now(); turn.Before(end) && !p.t.Failed(); turn = turn.Add(parcelsPerTurn) {
		time.Sleep(time.Until(turn)) // not at all when it is late
		p.insert()
	}
}

func (p *post) goAway(end time.Time) {
	chance := rand.New(rand.NewPCG(8, 8))
	for turn := time.Now(); turn.Before(end) && !p.t.Failed(); turn = turn.Add(parcelsPerTurn) {
		time.Sleep(time.Until(turn))
		p.mu.Lock()
		if len(p.passing) == 0 {
			p.mu.Unlock()
			continue
		}
		at := chance.IntN(len(p.passing))
		id := p.passing[at]
		p.passing = slices.Delete(p.passing, at, at+1)
		p.mu.Unlock()
		if answer := ask(p.service, http.MethodDelete, fmt.Sprintf("Parcels(%dL)", id), ""); !strings.HasPrefix(answer, "204") {
			p.t.Errorf("a parcel does not go: %s", answer)
			return
		}
		p.went.Add(1)
	}
}

// walk follows next links from the first page to the last, and returns those of the
// lasting parcels it has met, in order, and one that it has met twice.
func (p *post) walk(order string) (met []string, twice string) {
	seen := map[string]bool{}
	for target := "/svc/Parcels?" + order; target != ""; {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Accept", "application/json")
		p.service.ServeHTTP(w, r)
		var page struct {
			Value []struct {
				ID string `json:"Id"`
			} `json:"value"`
			Next string `json:"odata.nextLink"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			p.t.Errorf("%d: %v: %s", w.Code, err, w.Body)
			return met, twice
		}
		p.pages.Add(1)
		for _, v := range page.Value {
			if seen[v.ID] {
				twice = v.ID
			}
			seen[v.ID] = true
			if n, err := strconv.ParseInt(v.ID, 10, 64); err == nil && n%parcelGap == 0 {
				met = append(met, v.ID)
			}
		}
		_, target, _ = strings.Cut(page.Next, "://example.com")
	}
	return met, twice
}
