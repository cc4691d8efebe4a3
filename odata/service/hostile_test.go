package service_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/service"
)

// hostileGrowth bounds what one request may allocate: in all, which is about twice
// what it holds at once where slices grow.
const hostileGrowth = 40 << 20

// refuses sends a request that means harm: the answer has one of the statuses and
// is an OData error, and little was allocated on the way. took is for the log.
func refuses(t *testing.T, svc http.Handler, s sending, statuses ...int) (code string, took time.Duration) {
	t.Helper()
	return refusesWithin(t, svc, s, hostileGrowth, statuses...)
}

func refusesWithin(t *testing.T, svc http.Handler, s sending, growth uint64, statuses ...int) (code string, took time.Duration) {
	t.Helper()
	r, w := s.request(t), httptest.NewRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	svc.ServeHTTP(w, r)
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	if !slices.Contains(statuses, w.Code) {
		t.Errorf("status %d, want %v: %.300s", w.Code, statuses, w.Body)
	}
	code = codeOf(w.Body.String())
	if code == "" {
		t.Errorf("status %d with no OData error: %.300s", w.Code, w.Body)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > growth {
		t.Errorf("%d KiB were allocated, want %d at most", grown>>10, growth>>10)
	}
	return code, took
}

// A destination is a place that reads a body of some type.
type destination struct{ method, url, contentType string }

// destinationsOf are all places that read one format.
func destinationsOf(contentTypes ...string) []destination {
	var all []destination
	for _, c := range contentTypes {
		all = append(all,
			destination{"POST", "Customers", c}, destination{"POST", "Customers(1)/Orders", c}, destination{"POST", "Tags", c},
			destination{"PUT", "Customers(1)", c}, destination{"PATCH", "Customers(1)", c}, destination{"MERGE", "Tags('x')", c},
			destination{"PUT", "Customers(1)/Name", c}, destination{"PUT", "Customers(1)/Home", c}, destination{"PATCH", "Customers(1)/Home", c},
			destination{"PUT", "Customers(1)/Emails", c}, destination{"PUT", "Tags('a%2Fb')/Colour", c},
			destination{"POST", "Customers(1)/$links/Orders", c}, destination{"PUT", "Customers(1)/$links/BestFriend", c},
			destination{"POST", "Customers(1)/Promote", c}, destination{"POST", "Purge", c})
	}
	return all
}

func (d destination) with(body string) sending {
	s := sending{d.method, "/svc/" + d.url, map[string]string{"Content-Type": d.contentType}, body}
	if d.method != "POST" && strings.HasPrefix(d.url, "Customers") && !strings.Contains(d.url, "$links") {
		s.header["If-Match"] = "*"
	}
	return s
}

// members are n members of a JSON object with different names.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"m%d":1,`, i)
	}
	return b.String()
}

// wide is text in UTF-16 with a byte order mark.
func wide(text string, bigEndian bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if bigEndian {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// hostileJSON is text that no JSON format may take, wherever it is sent.
func hostileJSON() map[string]string {
	deep := 100_000
	return map[string]string{
		"arrays in arrays":        strings.Repeat("[", deep) + strings.Repeat("]", deep),
		"arrays without end":      strings.Repeat("[", deep),
		"objects in objects":      strings.Repeat(`{"Home":`, deep) + "1" + strings.Repeat("}", deep),
		"depth in a property":     `{"Code":"q","Id":77,"Colour":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}`,
		"depth in an annotation":  `{"odata.x":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}`,
		"depth in __metadata":     `{"__metadata":{"x":` + strings.Repeat(`{"y":`, deep) + "1" + strings.Repeat("}", deep+2),
		"depth in related":        strings.Repeat(`{"BestFriend":`, deep) + "null" + strings.Repeat("}", deep),
		"a million members":       `{` + members(1_000_000) + `"Code":"q"}`,
		"members up to the limit": `{"Code":"q",` + members(80_000) + `"z":[` + strings.Repeat("[],", 5_000) + "[]]}",
		"a million items":         `{"value":[` + strings.Repeat("0,", 1_000_000) + `0]}`,
		"a million strings":       `{"value":[` + strings.Repeat(`"",`, 300_000) + `""]}`,
		"a member twice":          `{"Code":"q","Code":"q","Id":77,"Id":77,"value":1,"value":1,"level":1,"level":1,"days":1,"days":1,"url":"a","url":"a","City":"a","City":"b"}`,
		"a member twice, escaped": `{"value":"a","v\u0061lue":"b"}`,
		"beyond doubles":          `{"value":1e400,"Score":1e400}`,
		"a lone high surrogate":   `{"value":"\ud800","Name":"\ud800"}`,
		"a lone low surrogate":    `{"value":"\udc00","Name":"\udc00"}`,
		"surrogates in order":     `{"value":"\udc00\ud800"}`,
		"invalid UTF-8":           "{\"value\":\"\xff\"}",
		"overlong UTF-8":          "{\"value\":\"\xc0\xaf\"}",
		"surrogates in UTF-8":     "{\"value\":\"\xed\xa0\x80\"}",
		"NUL":                     "{\"value\":\"a\x00b\"}",
		"NUL between members":     "{\"Code\":\"q\",\x00\"value\":1}",
		"a NUL name":              `{"\u0000":1}`,
		"UTF-16 LE":               wide(`{"Code":"q","Id":77,"Version":1}`, false),
		"UTF-16 BE":               wide(`{"Code":"q","Id":77,"Version":1}`, true),
		"UTF-16 without a mark":   wide(`{"Code":"q","Id":77,"Version":1}`, false)[2:],
		"a mark too many":         "\ufeff\ufeff{}",
		"an object behind":        `{"Code":"q","Id":77,"Version":1}{}`,
		"a comma behind":          `{"Code":"q","Id":77,"Version":1},`,
		"NUL behind":              "{\"Code\":\"q\",\"Id\":77,\"Version\":1}\x00",
		"a number of 10 MB":       `{"Id":1` + strings.Repeat("0", 10<<20) + `}`,
		"a number near the limit": `{"value":1` + strings.Repeat("0", 1<<20-20) + `}`,
		"an exponent":             `{"value":1e` + strings.Repeat("9", 1<<20-20) + `}`,
		"a huge Edm.Decimal":      `{"Id":78,"Version":1,"Credit":"1e999999999","Code":1,"value":{},"url":1}`,
		"a name near the limit":   `{"` + strings.Repeat("n", 1<<20-20) + `":{"x":1}}`,
		"escapes near the limit":  `{"` + strings.Repeat(`\u0061`, 170_000) + `":{"x":1}}`,
		"blanks, then nothing":    strings.Repeat(" ", 1<<20-20),
		"nothing":                 "",
		"null":                    "null",
		"an array":                "[]",
		"a string":                `"x"`,
		"NaN":                     "NaN",
		"a comment":               `{/* */"Code":"q"}`,
		"single quotes":           `{'Code':'q'}`,
		"a form":                  "Code=q&Id=77&level=1&days=2",
		"half a payload":          `{"Code":"q","Id":77,"Ver`,
	}
}

// hostileXML is text that the XML formats may not take, wherever it is sent.
// listening is an address that nobody may connect to.
func hostileXML(listening string) map[string]string {
	const atom = ` xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"`
	entry := func(inner string) string {
		return `<entry` + atom + `><content type="application/xml"><m:properties>` + inner + `</m:properties></content></entry>`
	}
	var attributes, laughs, prefixes strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&attributes, ` a%d=""`, i)
	}
	laughs.WriteString(`<!DOCTYPE l [<!ENTITY l0 "ha">`)
	for i := range 30 {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "&l%d;&l%d;&l%d;&l%d;">`, i+1, i, i, i, i)
	}
	for i := range 15_000 {
		fmt.Fprintf(&prefixes, `<x xmlns:p%d="u:%d">`, i, i)
	}
	deep := 100_000
	return map[string]string{
		"a document type":         `<!DOCTYPE entry>` + entry(""),
		"an internal entity":      `<!DOCTYPE entry [<!ENTITY x "y">]>` + entry(`<d:Code>&x;</d:Code>`),
		"an external entity":      `<!DOCTYPE entry [<!ENTITY x SYSTEM "http://` + listening + `/x">]>` + entry(`<d:Code>&x;</d:Code>`),
		"a file":                  `<!DOCTYPE entry [<!ENTITY x SYSTEM "file:///etc/hostname">]>` + entry(`<d:Code>&x;</d:Code>`),
		"an external document":    `<!DOCTYPE entry SYSTEM "http://` + listening + `/x.dtd">` + entry(""),
		"a public document":       `<!DOCTYPE entry PUBLIC "-//x" "http://` + listening + `/x.dtd">` + entry(""),
		"a parameter entity":      `<!DOCTYPE entry [<!ENTITY % x SYSTEM "http://` + listening + `/x">%x;]>` + entry(""),
		"a billion laughs":        laughs.String() + `]>` + entry(`<d:Code>&l30;</d:Code>`),
		"quadratic laughs":        `<!DOCTYPE e [<!ENTITY l "` + strings.Repeat("a", 100_000) + `">]>` + entry(`<d:Code>`+strings.Repeat("&l;", 100_000)+`</d:Code>`),
		"a type within":           `<entry` + atom + `><!DOCTYPE x></entry>`,
		"an unknown entity":       entry(`<d:Code>&x;</d:Code><d:Name>&x;</d:Name>`),
		"a million attributes":    `<entry` + atom + attributes.String() + `/>`,
		"attributes to the limit": `<entry` + atom + attributes.String()[:900_000] + `=""/>`,
		"an attribute twice":      `<entry a="1" a="1"` + atom + `/>`,
		"elements in elements":    strings.Repeat(`<a>`, deep) + strings.Repeat(`</a>`, deep),
		"elements without end":    strings.Repeat(`<a>`, deep),
		"depth in a property":     entry(strings.Repeat(`<d:Home>`, deep) + strings.Repeat(`</d:Home>`, deep)),
		"depth in what is passed": `<entry` + atom + `>` + strings.Repeat(`<x xmlns="u:x">`, deep/2) + strings.Repeat(`</x>`, deep/2) + `</entry>`,
		"depth in related":        strings.Repeat(`<entry`+atom+`><link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/BestFriend"><m:inline>`, 3_000),
		"prefixes":                `<entry` + atom + `>` + prefixes.String(),
		"a NUL":                   entry("<d:Code>a\x00</d:Code>"),
		"a NUL by reference":      entry(`<d:Code>&#0;</d:Code><d:Name>&#0;</d:Name>`),
		"a surrogate":             entry(`<d:Code>&#xD800;</d:Code><d:Name>&#xD800;</d:Name>`),
		"beyond Unicode":          entry(`<d:Code>&#x110000;</d:Code><d:Name>&#99999999999999999999;</d:Name>`),
		"invalid UTF-8":           entry("<d:Code>\xff</d:Code>"),
		"UTF-16 LE":               wide(entry(""), false),
		"UTF-16 BE":               wide(entry(""), true),
		"UTF-16 by declaration":   `<?xml version="1.0" encoding="utf-16"?>` + entry(""),
		"Latin-1":                 `<?xml version="1.0" encoding="iso-8859-1"?>` + entry("<d:Code>\xe9</d:Code>"),
		"UTF-7":                   `<?xml version="1.0" encoding="utf-7"?>` + entry("<d:Code>+AGE-</d:Code>"),
		"an element behind":       entry(`<d:Code>q</d:Code><d:Id>77</d:Id><d:Version>1</d:Version>`) + `<x/>`,
		"text behind":             entry(`<d:Code>q</d:Code><d:Id>77</d:Id><d:Version>1</d:Version>`) + `x`,
		"a property twice":        entry(`<d:Code>q</d:Code><d:Code>q</d:Code><d:Name/><d:Name/>`),
		"beyond doubles":          entry(`<d:Score m:type="Edm.Double">1e400</d:Score>`),
		"a number of 10 MB":       entry(`<d:Id>1` + strings.Repeat("0", 10<<20) + `</d:Id>`),
		"a number near the limit": entry(`<d:Id m:type="Edm.Int32">1` + strings.Repeat("0", 1<<20-500) + `</d:Id>`),
		"a name near the limit":   `<` + strings.Repeat("n", 1<<20-20) + `/>`,
		"a comment without end":   `<!--` + strings.Repeat("-", 1<<20-20),
		"instructions":            strings.Repeat(`<?x y?>`, 100_000),
		"open brackets":           strings.Repeat("<", 1<<20-20),
		"ampersands":              entry(`<d:Name>` + strings.Repeat("&", 1<<20-500)),
		"nothing":                 "",
		"JSON":                    `{"Code":"q"}`,
		"half a payload":          entry(`<d:Code>q</d:Code>`)[:200],
		"another document":        `<feed` + atom + `><feed/></feed>`,
	}
}

// listener is an address that counts who connects to it.
func listener(t *testing.T) (address string, connected func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan struct{}, 1_000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
			seen <- struct{}{}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), func() int { return len(seen) }
}

// TestHostilePayloads: what cannot be a payload is refused wherever payloads are
// read, at once and without a trace. The limits on length are tried as they are,
// and then lifted so far that the readers' own have to hold.
func TestHostilePayloads(t *testing.T) {
	address, connected := listener(t)
	for _, limit := range []int64{0, 32 << 20} {
		svc := writableService(t, func(c *service.Config) { quietly(c); c.Limits.Body = limit })
		before := everything(t, svc)
		var longest time.Duration
		var slowest string
		try := func(name string, d destination, body string) {
			t.Run(fmt.Sprintf("%d/%s %s/%s", limit, d.method, d.url, name), func(t *testing.T) {
				_, took := refusesWithin(t, svc, d.with(body), hostileGrowth+uint64(limit), 400, 413, 415)
				if took > longest {
					longest, slowest = took, name+" "+d.contentType+" "+d.method+" "+d.url
				}
			})
		}
		// Every place has the same readers behind it: long bodies go to one place for
		// each method of theirs.
		some := []string{"Tags", "Customers(1)/Name", "Customers(1)/Home", "Customers(1)/$links/Orders", "Purge"}
		goes := func(d destination, body string) bool {
			xml := strings.HasSuffix(d.contentType, "xml")
			switch {
			case xml && (d.url == "Purge" || strings.HasSuffix(d.url, "Promote")):
				return false // is JSON alone
			case limit > 0 && xml:
				return d.url == "Tags"
			}
			return limit == 0 && len(body) < 32<<10 || slices.Contains(some, d.url)
		}
		for name, body := range hostileJSON() {
			for _, d := range destinationsOf(lightBody, verboseBody) {
				if goes(d, body) && (limit == 0 || len(body) > 1<<20) {
					try(name, d, body)
				}
			}
		}
		for name, body := range hostileXML(address) {
			for _, d := range destinationsOf("application/atom+xml", "application/xml") {
				if goes(d, body) && (limit == 0 || len(body) > 1<<20) {
					try(name, d, body)
				}
			}
		}
		if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
			t.Errorf("data changed (-before +after):\n%s", diff)
		}
		t.Logf("limit %d: longest %v: %s", limit, longest, slowest)
	}
	if n := connected(); n > 0 {
		t.Errorf("%d connections were made to follow a reference of a document", n)
	}
}

// TestToleratedPayloads are close to what is refused.
func TestToleratedPayloads(t *testing.T) {
	for _, tt := range []struct{ name, contentType, body, why string }{
		{"a mark", lightBody, "\ufeff{\"Code\":\"q\"}", "UTF-8 may begin with a byte order mark"},
		{"a mark, verbose", verboseBody, "\ufeff{\"Code\":\"q\"}", "UTF-8 may begin with a byte order mark"},
		{"a mark, Atom", "application/atom+xml", "\ufeff<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\">" +
			`<m:properties xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><Code xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">q</Code></m:properties></content></entry>`,
			"UTF-8 may begin with a byte order mark"},
		{"blanks around", lightBody, "\r\n\t {\"Code\":\"q\"} \r\n", "JSON allows blanks around the value"},
		{"pairs of surrogates", lightBody, `{"Code":"q","Smile":"\ud83d\ude00"}`, "a pair is one character"},
		{"names in two cases", lightBody, `{"Code":"q","a":1,"A":2}`, "names differ by case"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := writableService(t, quietly)
			w := destination{"POST", "Tags", tt.contentType}.with(tt.body).to(t, svc)
			if w.Code != http.StatusCreated {
				t.Errorf("status %d: %s (%s)", w.Code, w.Body, tt.why)
			}
		})
	}
}

// TestCutPayloads: no beginning of a payload is one.
func TestCutPayloads(t *testing.T) {
	svc := writableService(t, quietly)
	before := everything(t, svc)
	const entry = `<entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" ` +
		`xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><content type="application/xml"><m:properties>` +
		`<d:Id m:type="Edm.Int32">9</d:Id><d:Name>x</d:Name><d:Version>1</d:Version></m:properties></content></entry>`
	for _, tt := range []struct {
		at   destination
		body string
	}{
		{destination{"POST", "Customers", lightBody}, `{"Id":9,"Version":1,"Home":{"City":"\u00fc"},"Emails":["a"],"BestFriend@odata.bind":"Customers(1)"}`},
		{destination{"POST", "Customers", verboseBody}, `{"__metadata":{"type":"Demo.Customer"},"Id":9,"Version":1,"BestFriend":{"__metadata":{"uri":"Customers(1)"}}}`},
		{destination{"POST", "Customers", "application/atom+xml"}, entry},
		{destination{"PUT", "Customers(1)/Name", lightBody}, `{"value":"x"}`},
		{destination{"PUT", "Customers(1)/Name", "application/xml"}, `<Name xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">x</Name>`},
		{destination{"POST", "Customers(2)/$links/Orders", lightBody}, `{"url":"Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')"}`},
		{destination{"POST", "Customers(1)/Promote", lightBody}, `{"level":2}`},
	} {
		for cut := range len(tt.body) {
			if s := tt.at.with(tt.body[:cut]); !t.Run(fmt.Sprintf("%s %s/%d", tt.at.contentType, tt.at.url, cut), func(t *testing.T) { refuses(t, svc, s, 400) }) {
				t.Logf("%s", s.body)
			}
		}
		if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
			t.Fatalf("data changed (-before +after):\n%s", diff)
		}
		if w := tt.at.with(tt.body).to(t, writableService(t, quietly)); w.Code >= 300 {
			t.Errorf("whole: status %d: %s", w.Code, w.Body)
		}
	}
}
