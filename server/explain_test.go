package server

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

func TestMayExplain(t *testing.T) {
	c := Defaults()
	if c.MayExplain() != nil {
		t.Error("by default somebody may explain")
	}
	c.Explain.Users = []string{`PRIV\Ops`, `PRIV\Root`}
	may := c.MayExplain()
	c.Explain.Users[0] = `PRIV\Jen` // too late
	for _, tt := range []struct {
		name   string
		caller *odata.Principal
		want   bool
		why    string
	}{
		{"anonymous", nil, false, "nobody has signed in"},
		{"no name", &odata.Principal{}, false, "an account has a name"},
		{"listed", &odata.Principal{Name: `PRIV\Ops`}, true, "it is in the list"},
		{"other case", &odata.Principal{Name: `priv\ROOT`}, true, "account names have no case"},
		{"not listed", &odata.Principal{Name: `PRIV\Jen`}, false, "it is not in the list"},
		{"group", &odata.Principal{Name: `PRIV\Jen`, Groups: []string{`PRIV\Ops`}}, false, "the list is of accounts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.Background()
			if tt.caller != nil {
				ctx = odata.WithPrincipal(ctx, *tt.caller)
			}
			if got := may(ctx); got != tt.want {
				t.Errorf("%v: %s", got, tt.why)
			}
		})
	}
}

func TestExplainSettings(t *testing.T) {
	base := []string{`PAMODATA_AUTH_DEV_USER=PRIV\Jen`}
	for _, tt := range []struct {
		name    string
		environ []string
		slow    time.Duration
		users   []string
		mistake string
		why     string
	}{
		{"defaults", nil, time.Second, nil, "", "a second is slow, and nobody may ask"},
		{"given", []string{"PAMODATA_LOG_SLOW_QUERY=250ms", `PAMODATA_EXPLAIN_USERS=PRIV\Ops, PRIV\Root`}, 250 * time.Millisecond, []string{`PRIV\Ops`, `PRIV\Root`}, "", "a duration and a list"},
		{"off", []string{"PAMODATA_LOG_SLOW_QUERY=0s"}, 0, nil, "", "zero switches it off"},
		{"negative", []string{"PAMODATA_LOG_SLOW_QUERY=-1s"}, 0, nil, "log.slow_query", "there is no such time"},
		{"no account", []string{"PAMODATA_EXPLAIN_USERS=PRIV\\Ops\x07"}, 0, nil, "explain.users", "nobody is called so"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Load(Sources{Environ: append(base, tt.environ...)})
			var mistakes []string
			if failed, ok := err.(*ConfigError); ok {
				for _, m := range failed.Mistakes {
					mistakes = append(mistakes, m.Key)
				}
			}
			want := []string(nil)
			if tt.mistake != "" {
				want = []string{tt.mistake}
			}
			if diff := cmp.Diff(want, mistakes); diff != "" {
				t.Fatalf("mistakes: %s (-want +got):\n%s", tt.why, diff)
			}
			if err == nil && (c.Log.SlowQuery != tt.slow || !cmp.Equal(c.Explain.Users, tt.users)) {
				t.Errorf("%v %q, want %v %q: %s", c.Log.SlowQuery, c.Explain.Users, tt.slow, tt.users, tt.why)
			}
		})
	}
}
