package entities_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// newServiceAt is the PAM service as cmd/pamodata composes it, with a desk of this clock
// whose identifiers are counted, and with what change says of the desk and of the service.
func newServiceAt(t testing.TB, db sqldb.DB, clock *pamtest.Clock, change func(*pam.Config, *service.Config)) (*service.Service, *pam.Desk) {
	t.Helper()
	var made atomic.Int32
	ofDesk := pam.Config{
		Clock:  clock.Now,
		Factor: pamtest.NewFactor(),
		Zone:   time.FixedZone("CET", 3600),
		NewID: func() edm.GUID {
			n := made.Add(1)
			return edm.GUID{0: 9, 6: 0x40, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
		},
	}
	ofService := service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      "/api/pamresources/",
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging,
		Limits:    service.Limits{Body: 64 << 10},
		Logger:    pamtest.Quiet(),
		Clock:     clock.Now,
	}
	if change != nil {
		change(&ofDesk, &ofService)
	}
	desk, _, _ := pamtest.NewDesk(t, db, ofDesk)
	svc, err := service.New(ofService, entities.All(desk)...)
	if err != nil {
		t.Fatal(err)
	}
	return svc, desk
}

// The roles that transcripts have beside those of [pamtest.Definitions]. Anna is the
// only candidate.
var (
	shortRole, oddRole, lonelyRole, strictRole = pamtest.ID(3, 6), pamtest.ID(3, 7), pamtest.ID(3, 8), pamtest.ID(3, 9)
)

// definitions are those of [pamtest.Definitions] and roles that show more of the
// documented answers.
func definitions() pam.Definitions {
	d := pamtest.Definitions()
	role := func(id edm.GUID, name, description string, ttl time.Duration) pam.Role {
		return pam.Role{ID: id, DisplayName: name, Description: description, TTL: ttl,
			Groups: []edm.GUID{pamtest.Files}, Candidates: []edm.GUID{pamtest.Anna}, Owners: []edm.GUID{pamtest.Anna}}
	}
	lonely, strict := role(lonelyRole, "Vault", "", time.Hour), role(strictRole, "Signing", "", time.Hour)
	lonely.Approval, lonely.DisableAutoApprovalIfOwner = true, true
	strict.RefuseLongTTL = true
	d.Roles = append(d.Roles, role(shortRole, "Short work  ", "Ten minutes, <b>no more</b>", 10*time.Minute), role(oddRole, "Odd jobs", "", 1000*time.Second), lonely, strict)
	return d
}

// A ticking handler is one whose clock goes on before each request, by what shows
// every length of a fraction of a second.
type ticking struct {
	http.Handler
	clock *pamtest.Clock
}

func (h ticking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.clock.Add(1125 * time.Millisecond)
	h.Handler.ServeHTTP(w, r)
}

// databases are those that the PAM service runs on.
var databases = []struct {
	name string
	open func(testing.TB) sqldb.DB
}{
	{"sqlite", pamtest.SQLite},
	{"postgres", func(t testing.TB) sqldb.DB { db, _ := pamtest.Postgres(t); return db }},
}

// TestTranscripts plays whole requests on both databases: the same bytes come from
// either. Each file begins without any request.
func TestTranscripts(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			providertest.TranscriptsOf(t, func(t *testing.T) http.Handler {
				for _, table := range []string{"pam_request_group", "pam_membership", "pam_request", "pam_lease"} {
					if _, err := db.Exec(t.Context(), sqldb.NewStatement(db.Dialect(), "DELETE FROM "+table, nil, nil), nil); err != nil {
						t.Fatal(err)
					}
				}
				clock := pamtest.NewClock(pamtest.Noon)
				svc, desk := newServiceAt(t, db, clock, nil)
				pamtest.Apply(t, desk, definitions())
				return ticking{svc, clock}
			}, "testdata")
		})
	}
}
