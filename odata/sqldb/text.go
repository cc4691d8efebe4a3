package sqldb

import (
	"strings"
	"unicode"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A term is a piece of SQL that yields a value.
type term struct {
	text  string
	kind  edm.Kind
	null  bool // it may yield NULL
	fails bool // computing it may end the statement with an error
	slot  *slot
}

// isConstant reports that the term is a literal of the query.
func (t term) isConstant() bool { return t.slot != nil }

// isNothing reports that the term is known to be null for all entities.
func (t term) isNothing() bool { return t.slot != nil && t.slot.constant == nullValue }

// all and any join conditions. Those of which one may fail are evaluated in
// their order, and no further than needed: databases are free to do otherwise
// but for CASE.
func all(l, r term) term {
	switch {
	case l.text == sqlTrue, r.text == sqlFalse && !l.fails:
		return r
	case r.text == sqlTrue, l.text == sqlFalse:
		return l
	case l.fails || r.fails:
		return term{text: "CASE WHEN " + l.text + " THEN " + r.text + " ELSE FALSE END", kind: edm.KindBoolean, null: r.null, fails: true}
	}
	return term{text: operand(l, " OR ") + " AND " + operand(r, " OR "), kind: edm.KindBoolean, null: l.null || r.null}
}

func either(l, r term) term {
	switch {
	case l.text == sqlFalse, r.text == sqlTrue && !l.fails:
		return r
	case r.text == sqlFalse, l.text == sqlTrue:
		return l
	case l.fails || r.fails:
		return term{text: "CASE WHEN " + l.text + " THEN TRUE ELSE " + r.text + " END", kind: edm.KindBoolean, null: r.null, fails: true}
	}
	return term{text: operand(l, "") + " OR " + operand(r, ""), kind: edm.KindBoolean, null: l.null || r.null}
}

// operand puts parentheses around a condition that has an operator binding less
// tightly at its surface. It errs on the side of parentheses.
func operand(t term, loose string) string {
	if loose != "" && strings.Contains(t.text, loose) {
		return "(" + t.text + ")"
	}
	return t.text
}

const (
	sqlTrue  = "TRUE"
	sqlFalse = "FALSE"
)

func truth(b bool) term {
	if b {
		return term{text: sqlTrue, kind: edm.KindBoolean}
	}
	return term{text: sqlFalse, kind: edm.KindBoolean}
}

// not is the opposite of a condition, NULL of NULL.
func not(t term) term {
	switch t.text {
	case sqlTrue:
		return truth(false)
	case sqlFalse:
		return truth(true)
	}
	t.text = "NOT (" + t.text + ")"
	return t
}

// untrue holds where a condition is false or NULL.
func untrue(t term) term {
	if !t.null {
		return not(t)
	}
	t.text, t.null = "("+t.text+") IS NOT TRUE", false
	return t
}

// exact is a condition that is never NULL.
func exact(t term) term {
	if t.null {
		t.text, t.null = "(("+t.text+") IS TRUE)", false
	}
	return t
}

// literal is text as SQL writes it.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// letters are the two arguments of translate that map the case of all letters as
// package eval does: one by one, in no language.
func letters(lower bool) (from, to string) {
	var a, b strings.Builder
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if r == 0xD800 {
			r = 0xE000
		}
		mapped := unicode.ToUpper(r)
		if lower {
			mapped = unicode.ToLower(r)
		}
		if mapped == r || lower && r == 'İ' || !lower && r == 'ı' {
			continue
		}
		a.WriteRune(r)
		b.WriteRune(mapped)
	}
	return a.String(), b.String()
}
