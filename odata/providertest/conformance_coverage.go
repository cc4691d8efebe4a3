package providertest

import "testing"

// sections are the parts of the protocol that reads are judged by; each needs a
// row.
var sections = [...]string{
	"1.1", "1.2", "1.3", "1.4", "1.5", "1.6",
	"2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7",
	"3.1", "3.2", "3.3", "3.4", "3.5", "3.6",
	"4.1", "4.2", "4.3", "4.4", "4.5", "4.6",
	"5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "5.10", "5.11", "5.12", "5.13",
	"6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "6.9", "6.10", "6.11", "6.12",
	"7.1", "7.2",
	"8.1", "8.2", "8.3", "8.4",
	"11.1", "11.2", "13.1", "13.2",
}

// uncovered are the points of the conformance checklist that the tables do not
// hold, and why.
var uncovered = []struct{ point, why string }{
	{"4, typed nulls", "null'Edm.String' is optional and not offered"},
	{"4, years and months in durations", "they may be refused or converted; both are conforming"},
	{"3.5, functions bound to entities, service operations by POST", "the models have none"},
	{"10, operations", "the models advertise no operation that the sets provide"},
	{"10, custom annotations", "they need Prefer, and a provider with annotations"},
	{"11, 12, 13", "requests that change data, and batches, have tables of their own: see WriteConformance"},
	{"14, 401, 403, 413, 500", "they depend on guards, limits and providers that fail"},
	{"15, the older service's samples", "they are transcripts of their own"},
	{"trap 14, 17, 18, 26", "they concern writing and batches: see WriteConformance"},
	{"trap 20", "a service root behind proxies is configuration"},
	{"trap 21", "cross-origin requests are answered before the service"},
}

// reportCoverage fails for a section without a row and prints what is left out.
func reportCoverage(t *testing.T, perSection map[string]int) {
	t.Helper()
	known := map[string]bool{}
	for _, s := range sections {
		known[s] = true
		if perSection[s] == 0 {
			t.Errorf("section %s has no row", s)
		}
		t.Logf("section %-4s %4d rows", s, perSection[s])
	}
	for s := range perSection {
		if !known[s] {
			t.Errorf("rows cite section %s, which is not listed", s)
		}
	}
	for _, u := range uncovered {
		t.Logf("not covered: %s: %s", u.point, u.why)
	}
}
