package service

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

func TestChoose(t *testing.T) {
	const (
		minimal    = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
		unstreamed = "application/json;odata=minimalmetadata;streaming=false;charset=utf-8"
		full       = "application/json;odata=fullmetadata;streaming=true;charset=utf-8"
		none       = "application/json;odata=nometadata;streaming=true;charset=utf-8"
		verbose    = "application/json;odata=verbose;charset=utf-8"
		xml        = "application/xml;charset=utf-8"
		datajs     = "application/atomsvc+xml;q=0.8, application/json;odata=verbose;q=0.5, */*;q=0.1"
		devExtreme = "application/json;odata=verbose,text/plain, */*; q=0.01"
	)
	for _, tt := range []struct {
		name, accept, format string
		max                  version
		want                 string // empty: 406
		why                  string
	}{
		{"no Accept", "", "", v3, minimal, "the first offer"},
		{"anything", "*/*", "", v3, minimal, "the first offer"},
		{"plain JSON", "application/json", "", v3, minimal, "odata=minimalmetadata is implied at 3.0"},
		{"minimal", "application/json;odata=minimalmetadata", "", v3, minimal, "the streaming form is echoed"},
		{"not streamed", "application/json;odata=minimalmetadata;streaming=false", "", v3, unstreamed, "the parameter has to match"},
		{"full", "application/json;odata=fullmetadata", "", v3, full, "the level asked for"},
		{"none", "application/json;odata=nometadata", "", v3, none, "the level asked for"},
		{"case", "Application/JSON;OData=FullMetadata", "", v3, full, "types, parameters and values have no case"},
		{"quoted parameter", `application/json;odata="fullmetadata"`, "", v3, full, "parameter values may be quoted"},
		{"wild subtype", "application/*", "", v3, minimal, "a wildcard takes the first of the type"},
		{"specific beats quality", "application/json;odata=nometadata;q=0.1, */*;q=1", "", v3, none, "specificity comes before q"},
		{"quality decides between equals", "application/json;odata=nometadata;q=0.4, application/json;odata=fullmetadata;q=0.7", "", v3, full, "the higher q"},
		{"excluded", "application/json;q=0", "", v3, "", "q=0 excludes"},
		{"excluded, but something else will do", "application/json;q=0, */*", "", v3, full, "the other levels are other types"},
		{"no level in the words of V4", "application/json;odata.metadata=none", "", v3, none, "it has a name in V3"},
		{"level in the words of V4", "application/json;odata.metadata=full", "", v3, full, "it has a name in V3"},
		{"streaming in the words of V4", "application/json;odata.streaming=true", "", v3, minimal, "other parameters of V4 say nothing to a V3 service"},
		{"quality without a zero", "application/json;q=.8, */*;q=.1", "", v3, minimal, "not the grammar, but clear"},
		{"quality with many digits", "application/json;q=0.12345", "", v3, minimal, "not the grammar, but clear"},
		{"a bare star", "text/html, *; q=.2, */*; q=.2", "", v3, minimal, "an old spelling of */*"},
		{"an empty list", " , ", "", v3, minimal, "nothing is asked for"},
		{"$format with a blank for the plus", "", "application/atom xml", v3, "", "a property is no entry, but the text is read"},
		{"Power Query", "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7", "", v3, minimal, "the V3 spelling in its list matches"},
		{"jQuery", "application/json, text/javascript, */*; q=0.01", "", v3, minimal, "as its pages send it"},
		{"other parameter", "application/json;version=1", "", v3, "", "a parameter no offer has matches nothing"},
		{"unknown value", "application/json;odata=nonsense", "", v3, "", "a level that does not exist"},
		{"only HTML", "text/html", "", v3, "", "nothing to offer"},
		{"charset", "application/json;charset=utf-16", "", v3, minimal, "answers are UTF-8 whatever is asked"},
		{"nonsense beside something usable", "???, application/json", "", v3, minimal, "what cannot be read is passed over"},
		{"nonsense alone", "???", "", v3, "", "nothing usable was asked for"},
		{"an old client", "application/json", "", v2, verbose, "plain JSON means the older format below 3.0"},
		{"an old client that wants the new format", "application/json;odata=minimalmetadata", "", v2, "", "JSON light does not exist below 3.0"},
		{"verbose", "application/json;odata=verbose", "", v3, verbose, "at every version"},
		{"$format verbosejson", "", "verbosejson", v3, verbose, "a shorthand"},
		{"$format xml", "", "xml", v3, xml, "a shorthand"},
		{"$format atom", "", "atom", v3, "", "a property is not an entry"},
		{"datajs", datajs, "", v2, verbose, "q of what a property can be"},
		{"DevExtreme", devExtreme, "", v3, verbose, "named exactly"},
		{"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", v3, xml, "named exactly beats the wildcard"},
		{"$format json", "text/html", "json", v3, minimal, "$format overrides Accept"},
		{"$format media type", "", "application/json;odata=fullmetadata", v3, full, "a media type may be given"},
		{"$format unknown", "", "yaml", v3, "", "neither a shorthand nor a media type"},
		{"$format with another case", "", "JSON", v3, "", "the shorthands are case-sensitive"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rs := newRepresentations(odata.Profile{JSON: true})
			h := http.Header{}
			if tt.accept != "" {
				h.Set("Accept", tt.accept)
			}
			got, err := rs.choose(rs.structured, h, tt.format, tt.max)
			if tt.want == "" {
				if !errors.Is(err, &odata.Error{Kind: odata.KindNotAcceptable}) {
					t.Errorf("got %+v, %v; want 406: %s", got, err, tt.why)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v: %s", err, tt.why)
			}
			if diff := cmp.Diff(tt.want, got.contentType); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestContentTypeOfProfiles(t *testing.T) {
	for _, tt := range []struct {
		name    string
		profile odata.Profile
		want    string
	}{
		{"WCF", odata.Profile{JSON: true}, "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"},
		{"Web API", odata.Profile{JSON: true, SpacedMediaTypes: true}, "application/json; odata=minimalmetadata; streaming=true; charset=utf-8"},
		{"PAM", odata.Profile{JSON: true, SpacedMediaTypes: true, HideStreaming: true}, "application/json; odata=minimalmetadata; charset=utf-8"},
	} {
		rs := newRepresentations(tt.profile)
		if got := rs.structured[0].contentType; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestDefaults: what a client gets that does not say what it wants.
func TestDefaults(t *testing.T) {
	atom, json := newRepresentations(odata.Profile{}), newRepresentations(odata.Profile{JSON: true})
	for _, tt := range []struct {
		name   string
		offers []representation
		want   string
	}{
		{"feed", atom.feed, "application/atom+xml;type=feed;charset=utf-8"},
		{"entry", atom.entry, "application/atom+xml;type=entry;charset=utf-8"},
		{"property", atom.structured, "application/xml;charset=utf-8"},
		{"service document", atom.service, "application/xml;charset=utf-8"},
		{"error", atom.failure, "application/xml;charset=utf-8"},
		{"feed in JSON", json.feed, "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"},
		{"error in JSON", json.failure, "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"},
	} {
		if got := tt.offers[0].contentType; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzAccept(f *testing.F) {
	for _, s := range []string{"*/*", `application/json;odata="a\"b";q=0.5, text/*;q=0`, ";;,,", "a/b;q=1.0001"} {
		f.Add(s)
	}
	rs := newRepresentations(odata.Profile{})
	f.Fuzz(func(t *testing.T, accept string) {
		for _, r := range parseAccept([]string{accept}) {
			if r.quality < 0 || r.quality > 1000 || r.typ == "" || r.subtype == "" {
				t.Errorf("%q gave %+v", accept, r)
			}
		}
		offer, err := rs.choose(rs.structured, http.Header{"Accept": {accept}}, "", v3)
		if (offer == nil) == (err == nil) {
			t.Errorf("%q: %v, %v", accept, offer, err)
		}
	})
}
