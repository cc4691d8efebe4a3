package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// vouching is a way to sign in that believes a header.
type vouching struct{}

func (vouching) Authenticate(r *http.Request) (odata.Principal, error) {
	return odata.Principal{Name: r.Header.Get("X-Name"), Method: "test"}, nil
}

func (vouching) Challenge() string { return "" }

// TestDomains: names of Kerberos become accounts, as the configuration says.
func TestDomains(t *testing.T) {
	cfg := Defaults()
	cfg.Auth.Domains = []string{"PRIV.EXAMPLE.COM=PRIV", "corp.example.com=CORP"}
	cfg.Authenticators = []Authenticator{vouching{}}
	service := &fakeService{}
	s, err := New(cfg, nil, Mount{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, in, want, why string }{
		{"realm", "jen@PRIV.EXAMPLE.COM", `PRIV\jen`, "the realm is named"},
		{"case", "jen@Priv.Example.com", `PRIV\jen`, "realms have no case"},
		{"second", "jen@CORP.EXAMPLE.COM", `CORP\jen`, "each realm has its domain"},
		{"unknown realm", "jen@ELSEWHERE", "jen@ELSEWHERE", "nobody said what it is"},
		{"account", `PRIV\jen`, `PRIV\jen`, "it is one already"},
		{"instance", "jen/admin@PRIV.EXAMPLE.COM", `PRIV\jen/admin`, "an instance is another account"},
		{"no user", "@PRIV.EXAMPLE.COM", "@PRIV.EXAMPLE.COM", "there is no account without a name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if res := ask(s.Handler(), "GET", "/api/pamresources/x", "X-Name: "+tt.in); res.StatusCode != http.StatusOK {
				t.Fatalf("status %d", res.StatusCode)
			}
			caller, _ := odata.PrincipalFrom(service.seen[len(service.seen)-1].Context())
			if caller.Name != tt.want {
				t.Errorf("%s is %s, want %s: %s", tt.in, caller.Name, tt.want, tt.why)
			}
		})
	}
	for _, entry := range []string{"PRIV", "=PRIV", "PRIV.EXAMPLE.COM=", `R=PR\IV`, "a@b=C"} {
		wrong := Defaults()
		wrong.Auth.Domains = []string{entry}
		if err := wrong.Check(); err == nil || !strings.Contains(err.Error(), "auth.domains") {
			t.Errorf("%q is accepted: %v", entry, err)
		}
	}
}
