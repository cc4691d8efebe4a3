package webhook

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pamodata/pamodata/entities/pam"
)

// FuzzParseAnswer holds what is accepted to what encoding/json makes of the same text.
func FuzzParseAnswer(f *testing.F) {
	for _, seed := range []string{`{"reference":"17","state":"pending"}`, `{"state":"failed","reason":"+420 555 010 011\n"}`, `{"x":[{}],"state":"succeeded"}`,
		`{"state":"failed","state":"succeeded"}`, `{"state":"succeeded"}x`, `[]`, `{"reference":"../a","state":"pending"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := parseAnswer(text)
		if err != nil {
			if a != (answer{}) {
				t.Fatalf("%+v with the error %v", a, err)
			}
			return
		}
		var plain map[string]any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatalf("%q is accepted, and no JSON: %v", text, err)
		}
		state := map[pam.FactorState]string{pam.FactorPending: "pending", pam.FactorSucceeded: "succeeded", pam.FactorFailed: "failed"}[a.result.State]
		if plain["state"] != state {
			t.Fatalf("%q has the state %q", text, state)
		}
		if a.reference != "" {
			u, err := url.Parse("https://mfa.example/f/" + url.PathEscape(a.reference))
			if err != nil || u.Path != "/f/"+a.reference || u.JoinPath().Path != u.Path && !strings.Contains(a.reference, "/") {
				t.Fatalf("the reference %q does not stay what it is in an address", a.reference)
			}
		}
		if r := a.result.Reason; utf8.RuneCountInString(r) > maxReason || strings.ContainsAny(r, "\r\n\x00") || number.MatchString(r) {
			t.Fatalf("the reason %q", r)
		}
	})
}
