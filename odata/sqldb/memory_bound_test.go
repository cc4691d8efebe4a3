package sqldb_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// event is a row of a long feed.
type event struct {
	_     struct{}  `odata:"Event"`
	ID    int64     `odata:"Id,key" db:"id"`
	Name  string    `db:"name"`
	Note  *string   `db:"note"`
	Score float64   `db:"score"`
	At    time.Time `odata:",type=DateTime" db:"at"`
}

const (
	oneFeed    = 16 << 20 // bytes of heap that a feed may take, however long
	manyFeeds  = 32 << 20
	feedsAtAll = 16
	feedRows   = 10_000 // of each of many
	firstByte  = 5 * time.Millisecond
	busyByte   = time.Second // on a machine that has other things to do
)

// TestFeedMemory has clients read long feeds over HTTP: memory does not depend on the
// number of rows, and the first of them is sent long before the last is read.
func TestFeedMemory(t *testing.T) {
	for _, d := range databases {
		if d.name != "SQLite" && !isLong() {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			rows := sized(200_000, 1_000_000)
			db := d.open(t)
			set := sqldb.Set[event](db, "Events", sqldb.Guard(odata.Public()), sqldb.PageSize(odata.NoPaging))
			create(t, db, set)
			fill := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i, 'event number ' || i, CASE WHEN i %% 3 > 0 THEN 'note ' || i END, i / 7.0, '2015-07-12T06:40:00' FROM n"
			if db.Dialect() == sqldb.PostgreSQL {
				fill = "SELECT i, 'event number ' || i, CASE WHEN i %% 3 > 0 THEN 'note ' || i END, i / 7.0, timestamp '2015-07-12T06:40:00' FROM generate_series(1, %d) i"
			}
			execute(t, db, `INSERT INTO "Events" ("id", "name", "note", "score", "at") `+fmt.Sprintf(fill, rows))
			limits := service.Limits{Rows: 2 * rows, Top: int64(rows)}
			svc, err := service.New(service.Config{Namespace: "Log", Root: "/svc", Limits: limits}, set)
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(svc)
			defer server.Close()
			client := server.Client()
			fetch(t, client, server.URL+"/svc/Events?$top=100", new(feedSize)) // what is made once is made

			sampled := heapPeak(t, func() {
				kept := make([]byte, oneFeed)
				time.Sleep(100 * time.Millisecond)
				runtime.KeepAlive(kept)
			})
			if sampled < oneFeed {
				t.Fatalf("%d bytes are measured of %d", sampled, oneFeed)
			}

			var first []time.Duration
			var got feedSize
			begin := time.Now()
			peak := heapPeak(t, func() { first = append(first, fetch(t, client, server.URL+"/svc/Events", &got)) })
			t.Logf("%d rows, %d MiB in %v: %.1f MiB of heap, first byte after %v", rows, got.bytes.Load()>>20, time.Since(begin).Round(time.Millisecond),
				float64(peak)/(1<<20), first[0].Round(10*time.Microsecond))
			if peak > oneFeed {
				t.Errorf("a feed took %d bytes of heap, want %d at most", peak, oneFeed)
			}
			if n := got.rows.Load(); n != int64(rows) {
				t.Errorf("%d rows were sent, want %d", n, rows)
			}

			target := fmt.Sprintf("%s/svc/Events?$top=%d&$orderby=Id", server.URL, feedRows)
			peak = heapPeak(t, func() {
				var all sync.WaitGroup
				var mu sync.Mutex
				for range feedsAtAll {
					all.Go(func() {
						var size feedSize
						took := fetch(t, client, target, &size)
						if n := size.rows.Load(); n != feedRows {
							t.Errorf("%d rows were sent, want %d", n, feedRows)
						}
						mu.Lock()
						defer mu.Unlock()
						first = append(first, took)
					})
				}
				all.Wait()
			})
			t.Logf("%d feeds of %d rows at once: %.1f MiB of heap", feedsAtAll, feedRows, float64(peak)/(1<<20))
			if peak > manyFeeds {
				t.Errorf("%d feeds took %d bytes of heap, want %d at most", feedsAtAll, peak, manyFeeds)
			}

			first = first[:0]
			for range sized(20, 100) {
				first = append(first, fetch(t, client, server.URL+"/svc/Events?$top=1000", new(feedSize)))
			}
			slices.Sort(first)
			t.Logf("first byte after %v (median), %v (most), want %v", first[len(first)/2], first[len(first)-1], firstByte)
			if first[len(first)/2] > busyByte {
				t.Errorf("the first byte comes after %v", first[len(first)/2])
			}
		})
	}
}

// A feedSize counts what comes.
type feedSize struct{ bytes, rows atomic.Int64 }

func (s *feedSize) add(part []byte) {
	s.bytes.Add(int64(len(part)))
	s.rows.Add(int64(bytes.Count(part, []byte{'{'})))
}

// fetch reads an answer to its end and counts it. It returns the time until the first
// byte.
func fetch(t *testing.T, client *http.Client, target string, size *feedSize) time.Duration {
	request, err := http.NewRequest(http.MethodGet, target, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Accept", "application/json")
	begin := time.Now()
	r, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer r.Body.Close()
	buf := make([]byte, 32<<10)
	n, err := r.Body.Read(buf[:1])
	first := time.Since(begin)
	var last []byte
	for err == nil {
		size.add(buf[:n])
		n, err = r.Body.Read(buf)
		if n > 0 {
			last = append(last[:0], buf[n-1])
		}
	}
	size.add(buf[:n])
	size.rows.Add(-1) // the feed itself
	if err != io.EOF || r.StatusCode != http.StatusOK || string(last) != "}" {
		t.Errorf("%d, %v, ends with %q", r.StatusCode, err, last)
	}
	return first
}

// heapPeak is how much the heap grows at most while do is working, garbage included.
func heapPeak(t *testing.T, do func()) uint64 {
	t.Helper()
	runtime.GC()
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	idle, peak, samples := sample[0].Value.Uint64(), uint64(0), 0
	done := make(chan struct{})
	var sampler sync.WaitGroup
	sampler.Go(func() {
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			samples++
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	do()
	close(done)
	sampler.Wait()
	metrics.Read(sample) // garbage of the end included
	peak = max(peak, sample[0].Value.Uint64())
	t.Logf("%d samples of a heap of %.1f MiB when idle", samples, float64(idle)/(1<<20))
	return max(peak, idle) - idle
}
