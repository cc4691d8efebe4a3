package audit

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// storedInstant is a time as both databases write it: without the zeros at its end.
const storedInstant = "2006-01-02T15:04:05.999"

// rawColumns are the expressions that give the columns of pam_audit as texts: what was
// changed may not be of a column's kind any more, and has to be read all the same.
func rawColumns(d sqldb.Dialect) []string {
	raw := make([]string, len(columns))
	for i, c := range columns {
		switch {
		case d == sqldb.PostgreSQL && c.form == moment:
			raw[i] = "to_json(" + c.name + ") #>> '{}'" // ISO 8601, whatever the session has set
		default:
			raw[i] = "CAST(" + c.name + " AS TEXT)"
		}
	}
	return raw
}

// rawForms are the forms of [rawColumns], and of further columns.
func rawForms(more ...sqldb.Form) []sqldb.Form {
	forms := make([]sqldb.Form, len(columns))
	for i := range forms {
		forms[i] = text
	}
	return append(forms, more...)
}

// A rawRow reads the texts of a row. The first column that does not hold what the
// service writes is its flaw.
type rawRow struct {
	cells []edm.Value
	flaw  string
}

func (r *rawRow) flawed(at int) {
	if r.flaw == "" {
		r.flaw = "its column " + columns[at].name + " does not hold what was written"
	}
}

func (r *rawRow) text(at int) string {
	if r.cells[at].IsNull() {
		r.flawed(at)
		return ""
	}
	s := strings.Clone(r.cells[at].Str())
	if !isPlain(s) {
		r.flawed(at)
	}
	return s
}

func (r *rawRow) number(at int) int64 {
	s := r.text(at)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != s {
		r.flawed(at)
	}
	return n
}

func (r *rawRow) guid(at int) edm.GUID {
	if r.cells[at].IsNull() {
		return edm.GUID{}
	}
	s := r.cells[at].Str()
	id, err := edm.ParseGUID(s)
	if err != nil || id.IsZero() || id.String() != s {
		r.flawed(at)
	}
	return id
}

func (r *rawRow) time(at int) time.Time {
	if r.cells[at].IsNull() {
		return time.Time{}
	}
	s := r.cells[at].Str()
	t, err := time.Parse(storedInstant, s)
	if err != nil || t.IsZero() || t.Format(storedInstant) != s {
		r.flawed(at)
		return time.Time{}
	}
	return t
}

// rawEvent is the event in a row of texts. flaw is empty if the row is just as
// [Trail.Append] would write the event; otherwise it tells what is not.
func rawEvent(cells []edm.Value) (e Event, flaw string) {
	r := rawRow{cells: cells}
	e = Event{Sequence: r.number(0), ID: ID(r.number(1)), Time: r.time(4), Node: r.text(5), Correlation: r.text(6),
		Actor:   Actor{r.guid(7), r.text(8), r.text(9), r.text(10)},
		Request: r.guid(11), Role: r.guid(12), RoleName: r.text(13), Subject: r.text(14), Outcome: Outcome(r.text(15)), Reason: r.text(16),
		RequestedTTL: r.number(17), EffectiveTTL: r.number(18), Ends: r.time(19), Hash: r.text(21)}
	if groups := r.text(20); groups != "" {
		e.Groups = strings.Split(groups, "\n")
		for _, g := range e.Groups {
			if g == "" {
				r.flawed(20)
			}
		}
	}
	if cells[4].IsNull() {
		r.flawed(4)
	}
	if r.flaw == "" && (cells[2].IsNull() || cells[3].IsNull() || cells[2].Str() != e.ID.String() || cells[3].Str() != string(e.ID.Level())) {
		r.flaw = "its id, name and level do not belong together"
	}
	return e, r.flaw
}

// rows calls each for events as they are stored, in their order: those of a span, but
// not more than limit. flaw is that of [rawEvent]. cells are valid until each returns.
func (t *Trail) rows(ctx context.Context, s Span, limit int64, each func(e *Event, flaw string, cells []edm.Value) error) error {
	s.setDefaults()
	return sqldb.QueryEach(ctx, t.db, t.statements.rows,
		[]edm.Value{edm.Int64(s.From), edm.Int64(s.To), timeCell(s.Since), timeCell(s.Until), edm.Int64(limit)},
		func(cells []edm.Value) error {
			e, flaw := rawEvent(cells)
			return each(&e, flaw, cells)
		})
}

// A Span says which events are meant: those that fulfil all of it. The zero Span
// means all events.
type Span struct {
	From, To     int64     // sequence numbers, both inclusive; 0 for no bound
	Since, Until time.Time // Since is inclusive, Until exclusive; zero for no bound
}

func (s *Span) setDefaults() {
	if s.From == 0 {
		s.From = math.MinInt64
	}
	if s.To == 0 {
		s.To = math.MaxInt64
	}
}

// eachOf runs a query and calls each for its rows.
func eachOf(ctx context.Context, db sqldb.DB, s *sqldb.Statement, each func([]edm.Value), args ...edm.Value) error {
	return sqldb.QueryEach(ctx, db, s, args, func(c []edm.Value) error {
		each(c)
		return nil
	})
}
