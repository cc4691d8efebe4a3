package service

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// TestRecentChoices asks for the same again, and for what differs from it in one
// thing only: what is remembered must be what would be found anew.
func TestRecentChoices(t *testing.T) {
	headers := []string{"application/json", "application/json;odata=verbose", "application/atom+xml", "application/xml", "text/html, */*;q=0.1",
		"application/json;odata=fullmetadata", "nonsense", ",", strings.Repeat("text/html,", longestChoice/10+1) + "application/json"}
	rs := newRepresentations(odata.Profile{JSON: true})
	for range 3 {
		for _, accept := range headers {
			for _, offers := range [][]representation{rs.feed, rs.entry, rs.structured, rs.failure} {
				for _, max := range []version{v1, v2, v3} {
					got, err := rs.choose(offers, http.Header{"Accept": {accept}}, "", max)
					want, wantErr := rs.chooseBy(offers, []string{accept}, max)
					if got != want || (err == nil) != (wantErr == nil) {
						t.Errorf("Accept %q, version %v: %v, %v; want %v, %v", accept, max, got, err, want, wantErr)
					}
				}
			}
		}
	}
	for i := range rs.recent.slots {
		if c := rs.recent.slots[i].Load(); c != nil && len(c.accept) > longestChoice {
			t.Errorf("a header of %d bytes is remembered", len(c.accept))
		}
	}
}

// BenchmarkChoose is the negotiation for a client that asks as most do.
func BenchmarkChoose(b *testing.B) {
	rs := newRepresentations(odata.Profile{JSON: true})
	h := http.Header{"Accept": {"application/json;odata=minimalmetadata, application/json;q=0.5"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rs.choose(rs.feed, h, "", v3); err != nil {
			b.Fatal(err)
		}
	}
}
