package providertest

import (
	"math"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Values of functions and sums are seldom in the data. So that comparisons with
// them tell entities apart, they are computed for one entity, the sample.

// sampled picks an entity of the type, for as long as a query is drawn.
func (g *generator) sampled(set *metadata.EntitySet, t *metadata.EntityType) {
	g.sample = brute{content: g.content, vars: map[string]any{}}
	var all []*record
	for _, r := range g.content.records[set] {
		if r.typ.Is(t) {
			all = append(all, r)
		}
	}
	if len(all) > 0 {
		g.sample.it = pick(g, all)
	}
}

// evaluated is an expression's value for the sample; nil if there is none.
func (g *generator) evaluated(text string) any {
	if g.sample.it == nil {
		return nil
	}
	node, err := uri.ParseFilter(text, uri.Limits{})
	if err != nil {
		return nil
	}
	t, err := g.sample.eval(node)
	if err != nil {
		return nil
	}
	return t.value
}

// sampleItem binds a range variable to some item of a collection, if it has any.
func (g *generator) sampleItem(name, path string) {
	var items []any
	switch all := g.evaluated(path).(type) {
	case []any:
		items = all
	case []*record:
		for _, r := range all {
			items = append(items, r)
		}
	}
	g.sample.vars[name] = nil
	if len(items) > 0 {
		g.sample.vars[name] = pick(g, items)
	}
}

// hit is the literal that an expression equals for the sample.
func (g *generator) hit(text string) (literal string, ok bool) {
	v := g.evaluated(text)
	if i, ok := whole(v); ok {
		return strconv.FormatInt(i, 10), true
	}
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), true
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'", true
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return strconv.FormatFloat(v, 'E', -1, 64), true
		}
	case fraction:
		text := strings.TrimRight(v.FloatString(12), "0")
		return strings.TrimSuffix(text, ".") + "M", isExactly(v.Rat, text)
	case guid:
		return "guid'" + string(v) + "'", true
	case span:
		return "time'" + v.text + "'", true
	case moment:
		if v.offset {
			return "datetimeoffset'" + v.text + "'", true
		}
		return "datetime'" + v.text + "'", true
	}
	return "", false
}
