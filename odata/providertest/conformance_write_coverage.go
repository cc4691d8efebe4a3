package providertest

import (
	"slices"
	"strings"
	"testing"
)

// writeSections are the parts of the protocol that changes are judged by; each
// needs a row.
var writeSections = []string{
	"1.4", "1.5",
	"9.1", "9.2", "9.3", "9.4", "9.5", "9.6", "9.7", "9.8", "9.9", "9.10",
	"10.1", "10.2", "10.3", "10.4",
	"11.1", "11.2", "12.4",
}

// writePoints are the lines of the conformance checklist about changes, and what
// each consists of; everything needs a row.
var writePoints = []struct {
	line   string
	points []string
}{
	{"11, insert, replace, merge, delete, links, streams, actions in three request formats; Prefer on each; tunnelled verbs", slices.Concat(
		inAllFormats("insert", "bind", "deep insert", "mixed array", "null link", "put", "patch", "merge", "property", "link", "echo"),
		[]string{"delete", "link removed", "raw value", "stream", "action", "Prefer", "tunnelled verbs"})},
	{"12, ETags", []string{"ETag"}},
	{"13, batch", []string{"mixed batch", "failing change set", "forward reference", "backward reference", "LF line ends", "quoted boundary", "absolute URL", "relative URL", "too many parts"}},
}

func inAllFormats(points ...string) []string {
	var all []string
	for _, point := range points {
		for _, f := range bodyFormats {
			all = append(all, point+" in "+string(f))
		}
	}
	return all
}

// A writeCoverage counts rows by what they hold.
type writeCoverage struct{ sections, points map[string]int }

func newWriteCoverage() writeCoverage {
	return writeCoverage{map[string]int{}, map[string]int{}}
}

func (c writeCoverage) add(s script) {
	c.sections[s.section]++
	for point := range strings.SplitSeq(s.points, ",") {
		if point != "" {
			c.points[point]++
		}
	}
}

// report fails for a section or a point without a row.
func (c writeCoverage) report(t *testing.T) {
	t.Helper()
	for _, s := range writeSections {
		if c.sections[s] == 0 {
			t.Errorf("section %s has no row about changes", s)
		}
		t.Logf("changes, section %-4s %4d rows", s, c.sections[s])
	}
	for s := range c.sections {
		if !slices.Contains(writeSections, s) {
			t.Errorf("rows about changes cite section %s, which is not listed", s)
		}
	}
	known := map[string]bool{}
	for _, line := range writePoints {
		t.Logf("checklist %s:", line.line)
		for _, point := range line.points {
			known[point] = true
			if c.points[point] == 0 {
				t.Errorf("the checklist's %q has no row", point)
			}
			t.Logf("    %-24s %4d rows", point, c.points[point])
		}
	}
	for point := range c.points {
		if !known[point] {
			t.Errorf("rows cite %q, which is not on the checklist", point)
		}
	}
}
