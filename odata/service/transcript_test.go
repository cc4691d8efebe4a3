package service_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
)

// TestTranscripts replays the folders of testdata against the demo model, each
// with a service of its own accent.
func TestTranscripts(t *testing.T) {
	clock := func() time.Time { return time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC) }
	for _, tt := range []struct {
		folder string
		change func(*service.Config)
	}{
		{"json", func(c *service.Config) { c.Profile = odata.Profile{JSON: true} }},
		{"formats", func(c *service.Config) { c.AssociationLinks, c.Clock = true, clock }},
		{"paging", func(c *service.Config) {
			c.Profile = odata.Profile{JSON: true}
			c.PageSize = 1
			c.TokenKey = []byte("a key for tests that is no secret")
		}},
		{"write", func(c *service.Config) { c.Profile, c.Clock = odata.Profile{JSON: true}, clock }},
	} {
		t.Run(tt.folder, func(t *testing.T) {
			serviceOf := demoService
			if tt.folder == "write" {
				serviceOf = writableService
			}
			providertest.TranscriptsOf(t, func(t *testing.T) http.Handler { return serviceOf(t, tt.change) }, "testdata/"+tt.folder)
		})
	}
}
