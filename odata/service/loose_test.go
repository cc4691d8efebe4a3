package service

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

var looseNames = []odata.LooseArgument{{Name: "RoleId", Aliases: []string{"Role"}}, {Name: "TTL"}, {Name: "ttl"}, {Name: "Reason"}}

// TestLooseFind: to the letter first, then without regard to case.
func TestLooseFind(t *testing.T) {
	l := loose{names: looseNames}
	for text, want := range map[string]string{
		"RoleId": "RoleId", "roleid": "RoleId", "ROLEID": "RoleId", "Role": "RoleId", "role": "RoleId",
		"TTL": "TTL", "ttl": "ttl", "Ttl": "TTL", "": "", "Rol": "", "RoleId ": "", "$filter": "",
	} {
		if got := l.find(text); got != want {
			t.Errorf("find(%q): %q, want %q", text, got, want)
		}
	}
}

// TestLooseObject reads arguments from JSON. "!" is a malformed body, "conflict" two
// values of one argument.
func TestLooseObject(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     map[string]string
		problem  string
		why      string
	}{
		{"nothing", `{}`, nil, "", "all may be left out"},
		{"texts", `{"RoleId":"x","Reason":"y"}`, map[string]string{"RoleId": "x", "Reason": "y"}, "", "as they are"},
		{"numbers", `{"TTL":1008.0000000000001}`, map[string]string{"TTL": "1008.0000000000001"}, "", "their text, not a float of it"},
		{"large number", `{"TTL":1e400}`, map[string]string{"TTL": "1e400"}, "", "their text, whatever its size"},
		{"truths", `{"TTL":true,"Reason":false}`, map[string]string{"TTL": "true", "Reason": "false"}, "", "themselves"},
		{"null", `{"TTL":null,"Reason":"y"}`, map[string]string{"Reason": "y"}, "", "left out"},
		{"empty", `{"TTL":""}`, nil, "", "left out"},
		{"unknown", `{"a":1,"b":[[],{"RoleId":1}],"c":{"TTL":{}},"TTL":1}`, map[string]string{"TTL": "1"}, "", "ignored, and what is inside too"},
		{"twice the same", `{"RoleId":"x","Role":"x","roleid":"x"}`, map[string]string{"RoleId": "x"}, "", "no harm"},
		{"twice", `{"RoleId":"x","Role":"y"}`, nil, "conflict", "one of them is wrong"},
		{"null beside a value", `{"RoleId":null,"Role":"y"}`, map[string]string{"RoleId": "y"}, "", "null is left out"},
		{"one that is not to the letter", `{"TTL":"1","ttl":"2"}`, map[string]string{"TTL": "1", "ttl": "2"}, "", "both are to the letter"},
		{"nested argument", `{"RoleId":{"Value":"x"}}`, nil, "!", "no text stands for it"},
		{"list argument", `{"RoleId":["x"]}`, nil, "!", "no text stands for it"},
		{"character in two halves", `{"Reason":"\ud83d\ude00"}`, map[string]string{"Reason": "😀"}, "", "a pair"},
		{"first half", `{"Reason":"\ud83d"}`, nil, "!", "no character"},
		{"second half", `{"Reason":"\ude00"}`, nil, "!", "no character"},
		{"halves the wrong way", `{"Reason":"\ude00\ud83d"}`, nil, "!", "no pair"},
		{"first half before another escape", `{"Reason":"\ud83d\n"}`, nil, "!", "no pair"},
		{"half in a name", `{"\ud83d":1}`, nil, "!", "no character"},
		{"backslash before what looks like a half", `{"Reason":"\\ud83d"}`, map[string]string{"Reason": `\ud83d`}, "", "the backslash is the escape"},
		{"replacement character", `{"Reason":"\ufffd"}`, map[string]string{"Reason": "\ufffd"}, "", "a character like others"},
		{"not UTF-8", "{\"Reason\":\"\xff\"}", nil, "!", "JSON is UTF-8"},
		{"byte order mark", "\ufeff{\"TTL\":1}", map[string]string{"TTL": "1"}, "", "some clients write one"},
		{"list", `[]`, nil, "!", "no names"},
		{"text", `"x"`, nil, "!", "no names"},
		{"two", `{}{}`, nil, "!", "which of them"},
		{"rest", `{}x`, nil, "!", "not JSON"},
		{"cut off", `{"TTL":1`, nil, "!", "not JSON"},
		{"cut off in an escape", `{"Reason":"\ud83d\u`, nil, "!", "not JSON"},
		{"ends in a backslash", `{"Reason":"\`, nil, "!", "not JSON"},
		{"comma", `{"TTL":1,}`, nil, "!", "not JSON"},
		{"deep", `{"a":` + strings.Repeat("[", maxLooseDepth) + strings.Repeat("]", maxLooseDepth) + `}`, nil, "", "within the bounds"},
		{"too deep", `{"a":` + strings.Repeat("[", maxLooseDepth+1) + strings.Repeat("]", maxLooseDepth+1) + `}`, nil, "!", "beyond the bounds"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := loose{names: looseNames, values: map[string]string{}}
			problem := ""
			if err := l.object([]byte(tt.in)); err != nil {
				problem = "!"
			} else if l.conflict != "" {
				problem = "conflict"
			}
			if problem != tt.problem {
				t.Fatalf("%s: %q, want %q: %s", tt.in, problem, tt.problem, tt.why)
			}
			if problem != "" {
				return
			}
			if tt.want == nil {
				tt.want = map[string]string{}
			}
			if diff := cmp.Diff(tt.want, l.values); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

// FuzzLooseObject holds arguments that are read to package json, and to what a form
// makes of them: written as texts, they are read as they were.
func FuzzLooseObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"RoleId":"x","TTL":1.5e3}`, `{"a":[{}],"TTL":null}`, `{"Reason":"\ud83d\ude00\\ud83d"}`, "\ufeff{\"TTL\":true}", `{"TTL":1,"ttl":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l := loose{names: looseNames, values: map[string]string{}}
		if err := l.object(text); err != nil {
			if e, ok := errors.AsType[*odata.Error](err); !ok || e.Kind != odata.KindInvalid {
				t.Fatalf("%q: %v is not the client's mistake", text, err)
			}
			return
		}
		if !json.Valid([]byte(strings.TrimPrefix(string(text), "\ufeff"))) {
			t.Fatalf("%q is no JSON, and was read", text)
		}
		if l.conflict != "" {
			return
		}
		again, err := json.Marshal(l.values)
		if err != nil {
			t.Fatal(err)
		}
		second := loose{names: looseNames, values: map[string]string{}}
		if err := second.object(again); err != nil || second.conflict != "" || !maps.Equal(l.values, second.values) {
			t.Fatalf("%q was read as %q, and that as %q (%v)", text, l.values, second.values, err)
		}
	})
}

// TestLooseForm: forms have the same rules.
func TestLooseForm(t *testing.T) {
	l := loose{names: looseNames, values: map[string]string{}}
	if err := l.form([]byte("roleid=a+b&TTL=&more=1&&Reason=%C5%99&Reason=%c5%99"), format.Limits{}); err != nil || l.conflict != "" {
		t.Fatal(err, l.conflict)
	}
	if diff := cmp.Diff(map[string]string{"RoleId": "a b", "Reason": "ř"}, l.values); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := l.form([]byte("Reason=y"), format.Limits{}); err != nil || l.conflict != "Reason" {
		t.Errorf("%v, conflict %q", err, l.conflict)
	}
	if err := l.form([]byte("Reason=%zz"), format.Limits{}); err == nil {
		t.Error("a percent sign without digits is taken")
	}
}
