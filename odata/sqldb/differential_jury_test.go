package sqldb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A jury is three stores with the same data: memory, SQLite and PostgreSQL, in that
// order. It answers only what they agree on.
type jury struct {
	*rand.Rand
	t       testing.TB
	members [3]member

	asked, alike, failed, spared, left   int
	served, refused, servedBySome, pages int
}

// A member is one of the stores, as providers and as a service.
type member struct {
	name    string
	sets    []odata.EntitySet
	readers map[string]odata.Reader
	service http.Handler
}

func newJury(t testing.TB, model *metadata.Model, data memory.Data, openPostgres func(testing.TB) sqldb.DB, options []sqldb.StoreOption) *jury {
	t.Helper()
	model.DefaultContainer().FunctionImports = nil // they are not asked
	source, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	j := &jury{Rand: rand.New(rand.NewPCG(1, 2)), t: t}
	j.members[0] = memberOf(t, "memory", model, source.Sets(memory.Guard(odata.Public())))
	for i, open := range []func(testing.TB) sqldb.DB{openSQLite, openPostgres} {
		store := storeOf(t, open(t), model, source.Sets(), options...)
		j.members[1+i] = memberOf(t, databases[i].name, model, store.Sets(sqldb.Guard(odata.Public())))
	}
	return j
}

// juryPage is small, so that most feeds have several pages.
const juryPage = 7

func memberOf(t testing.TB, name string, model *metadata.Model, sets []odata.EntitySet) member {
	t.Helper()
	m := member{name: name, sets: sets, readers: map[string]odata.Reader{}}
	for _, s := range sets {
		m.readers[s.Name] = s.Reader
	}
	config := service.Config{Model: model, Root: "/svc", PageSize: juryPage, TokenKey: []byte("one key for all of them")}
	var err error
	if m.service, err = service.New(config, sets...); err != nil {
		t.Fatal(err)
	}
	return m
}

// sets are those of memory, with the jury as their Reader.
func (j *jury) sets() []odata.EntitySet {
	sets := slices.Clone(j.members[0].sets)
	for i := range sets {
		sets[i].Reader = juror{j, sets[i].Name}
	}
	return sets
}

type juror struct {
	*jury
	set string
}

// errDisagree is what the stores do not agree on. It is no failure that a query may
// have, so that it is reported, with the least query that still leads to it.
type errDisagree struct{ text string }

func (e errDisagree) Error() string { return "the stores disagree: " + e.text }

// Read asks all of them, and returns what one of them answers, each in its turn.
func (j juror) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	j.asked++
	var answers []testimony
	var left [len(j.members)]bool
	for i, m := range j.members {
		a, leaves := testify(ctx, m.readers[j.set], q)
		if left[i] = leaves; leaves {
			if j.left++; !looksAtMany(q) {
				return nil, errDisagree{m.name + " leaves a query that looks at no more than one entity at the end of each path"}
			}
			continue
		}
		if a.name = m.name; a.err != nil && odata.AsError(a.err).Kind != odata.KindInvalid {
			return nil, errDisagree{m.name + ": " + a.err.Error()}
		}
		answers = append(answers, a)
	}
	if err := j.serve(q, left); err != nil {
		return nil, err
	}
	good := slices.DeleteFunc(slices.Clone(answers), func(a testimony) bool { return a.err != nil })
	for _, a := range good {
		if diff := cmp.Diff(good[0].text(q), a.text(q)); diff != "" {
			return nil, errDisagree{fmt.Sprintf("(-%s +%s)\n%s", good[0].name, a.name, diff)}
		}
	}
	switch {
	case len(answers) > 0 && len(good) == 0:
		j.failed++
		return nil, answers[0].err
	case len(good) < len(answers):
		j.spared++
		if fails, chooses := hazards(q); !fails || !chooses {
			return nil, errDisagree{fmt.Sprintf("%s answers, and others do not: %v", good[0].name, firstError(answers))}
		}
		// Brute force goes on in the order of memory.
		if answers[0].err != nil {
			return nil, answers[0].err
		}
	default:
		j.alike++
	}
	chosen := good[j.asked%len(good)]
	if len(good) < len(answers) {
		chosen = answers[0]
	}
	return &odata.Result{Total: chosen.total, Rows: func(yield func(odata.Row, error) bool) {
		for _, row := range chosen.rows {
			if !yield(row, nil) {
				return
			}
		}
	}}, nil
}

func firstError(answers []testimony) error {
	for _, a := range answers {
		if a.err != nil {
			return a.err
		}
	}
	return nil
}

// A testimony is the answer of one store.
type testimony struct {
	name  string
	rows  []odata.Row
	total *int64
	err   error
}

// testify has a provider answer, and does what it leaves over, unless that needs
// the entities of other sets.
func testify(ctx context.Context, reader odata.Reader, q *odata.Query) (a testimony, leaves bool) {
	result, err := reader.Read(ctx, q)
	if err != nil {
		return testimony{err: err}, false
	}
	if rest := result.Rest; rest != nil {
		look := func(e odata.Expr) bool {
			if _, ok := e.(*odata.Navigate); ok {
				leaves = true
			}
			return !leaves
		}
		odata.Walk(rest.Filter, look)
		for _, o := range rest.OrderBy {
			odata.Walk(o.By, look)
		}
		if leaves {
			return testimony{}, true
		}
	}
	if result, err = eval.Finish(ctx, q, result, eval.Limits{}); err != nil {
		return testimony{err: err}, false
	}
	a.total = result.Total
	for row, err := range result.Rows {
		if err != nil {
			return testimony{err: err}, false
		}
		if row.Type == nil {
			row.Type = q.Type
		}
		values := make([]edm.Value, len(row.Values))
		for i := range values {
			values[i] = row.Values[i].Clone()
		}
		row.Values, row.Dynamic = values, slices.Clone(row.Dynamic)
		for i := range row.Dynamic {
			row.Dynamic[i].Name, row.Dynamic[i].Value = strings.Clone(row.Dynamic[i].Name), row.Dynamic[i].Value.Clone()
		}
		slices.SortFunc(row.Dynamic, func(a, b odata.DynamicProperty) int { return strings.Compare(a.Name, b.Name) })
		a.rows = append(a.rows, row)
	}
	return a, false
}

// text is an answer as it is compared. The order counts where a page is cut.
func (a testimony) text(q *odata.Query) []string {
	lines := make([]string, len(a.rows))
	for i, row := range a.rows {
		lines[i] = text(q, row)
	}
	if q.Top == nil && q.Skip == 0 {
		slices.Sort(lines)
	}
	if q.Total {
		lines = append(lines, fmt.Sprint("total ", *a.total))
	}
	return lines
}

// hazards tells why a store may answer a query where another fails: something in it
// can fail, and something decides whether that is looked at.
func hazards(q *odata.Query) (fails, chooses bool) {
	chooses = q.Top != nil || q.Skip > 0 || len(q.OrderBy) > 0
	look := func(e odata.Expr) bool {
		fails = fails || canFail(e)
		switch e := e.(type) {
		case *odata.Lambda:
			chooses = true
		case *odata.Member:
			chooses = chooses || slices.Contains(q.Set.Type().KeyProperties(), e.Property)
		}
		return true
	}
	odata.Walk(q.Filter, look)
	for _, o := range q.OrderBy {
		odata.Walk(o.By, look)
	}
	return fails, chooses
}

// looksAtMany tells that a query has any or all of related entities.
func looksAtMany(q *odata.Query) (many bool) {
	look := func(e odata.Expr) bool {
		if n, ok := e.(*odata.Navigate); ok && n.Nav.IsCollection() {
			many = true
		}
		return !many
	}
	odata.Walk(q.Filter, look)
	for _, o := range q.OrderBy {
		odata.Walk(o.By, look)
	}
	return many
}

// canFail tells that an expression has no value for some operands.
func canFail(e odata.Expr) bool {
	switch e := e.(type) {
	case *odata.Binary:
		return e.Op.IsArithmetic()
	case *odata.Unary:
		return e.Op == odata.Negate
	case *odata.Call:
		return slices.Contains([]string{"round", "floor", "ceiling", "replace"}, e.Function.Name)
	}
	return false
}

// serve sends the query to the three services, and follows next links for a while.
// Those that leave something to the service that it cannot do say so.
func (j *jury) serve(q *odata.Query, left [3]bool) error {
	expand, choose := adorned(j.Rand, q)
	target := "/svc/" + requestOf(q, expand, choose)
	for page := 0; target != "" && page < 2; page++ {
		var replies [len(j.members)]string
		var codes [len(j.members)]int // 0 where it was left
		next := ""
		for i, m := range j.members {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.Header.Set("Accept", "application/json;odata=minimalmetadata")
			m.service.ServeHTTP(w, r)
			if left[i] {
				if w.Code != http.StatusNotImplemented {
					return errDisagree{fmt.Sprintf("%s answers %d to %s", m.name, w.Code, target)}
				}
				continue
			}
			codes[i] = w.Code
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
				return errDisagree{fmt.Sprintf("%s answers %d %s to %s", m.name, w.Code, w.Body, target)}
			}
			if w.Code != http.StatusOK {
				continue
			}
			replies[i] = w.Body.String()
			next = nextIn(replies[i])
		}
		first := slices.Index(codes[:], http.StatusOK)
		for i := range j.members {
			if first >= 0 && codes[i] == http.StatusOK && replies[i] != replies[first] {
				return errDisagree{fmt.Sprintf("by %s (-%s +%s)\n%s", target, j.members[first].name, j.members[i].name,
					cmp.Diff(strings.Split(replies[first], "},{"), strings.Split(replies[i], "},{")))}
			}
		}
		switch {
		case first < 0:
			j.refused++
		case slices.Max(codes[:]) != http.StatusOK:
			j.servedBySome++
			if fails, _ := hazards(q); !fails { // a page is cut
				return errDisagree{fmt.Sprintf("by %s: %v", target, codes)}
			}
		case page == 0:
			j.served++
		default:
			j.pages++
		}
		target = next
	}
	return nil
}

// nextIn is the path and query of the next link in a feed; empty for none.
func nextIn(body string) string {
	const begin = `"odata.nextLink":"`
	at := strings.LastIndex(body, begin)
	if at < 0 {
		return ""
	}
	link := body[at+len(begin):]
	end := strings.IndexByte(link, '"')
	if end < 0 || strings.Contains(link[end:], "]") {
		return "" // that of an expansion
	}
	_, path, _ := strings.Cut(link[:end], "://example.com")
	return path
}

// kept are data with all that not every database keeps taken out: zones, fractions
// of a microsecond, and the sign of zero.
func kept(data memory.Data) memory.Data {
	for _, entities := range data.Entities {
		for _, e := range entities {
			for name, v := range e.Values {
				e.Values[name] = keptValue(v)
			}
		}
	}
	return data
}

func keptValue(v edm.Value) edm.Value {
	switch v.Kind() {
	case edm.KindDateTime:
		ticks := v.DateTime().Ticks()
		d, err := edm.NewDateTime(ticks-ticks%10, edm.NoZone)
		if err != nil {
			panic(err)
		}
		return d.Value()
	case edm.KindDateTimeOffset:
		ticks := v.DateTimeOffset().Ticks()
		d, err := edm.NewDateTimeOffset(ticks-ticks%10, 0)
		if err != nil {
			panic(err)
		}
		return d.Value()
	case edm.KindDouble:
		if v.Float() == 0 {
			return edm.Double(0)
		}
	}
	return v
}
