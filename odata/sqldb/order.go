package sqldb

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A sortTerm is one term of an order in SQL.
type sortTerm struct {
	term
	collate    string // " COLLATE …", or empty
	descending bool
}

// order compiles the terms of the order. Constants sort nothing.
func (s *scope) order(order []odata.Order) ([]sortTerm, error) {
	terms := make([]sortTerm, len(order))
	for i, o := range order {
		t, err := s.value(o.By)
		if err != nil {
			return nil, err
		}
		if !comparable(t.kind) {
			return nil, unsupported("sorting by " + t.kind.String())
		}
		if t.text == sqlTrue || t.text == sqlFalse {
			t.slot = new(slot) // a constant after all
		}
		terms[i] = sortTerm{term: enclosed(t), collate: s.collation(t), descending: o.Descending}
	}
	return terms, nil
}

// collation orders as edm.Order does.
func (c *compiler) collation(t term) string {
	switch {
	case c.dialect == SQLite && t.kind == edm.KindDecimal:
		return " COLLATE odata_decimal"
	case c.dialect == PostgreSQL && t.kind == edm.KindString:
		return ` COLLATE "C"`
	}
	return ""
}

// orderBy is the ORDER BY clause, empty for no terms. Null comes before everything
// else, and NaN before numbers.
func (c *compiler) orderBy(terms []sortTerm) string {
	var list []string
	for _, t := range terms {
		if t.isConstant() {
			continue
		}
		direction := ""
		if t.descending {
			direction = " DESC"
		}
		if c.dialect == PostgreSQL && t.null {
			if t.descending {
				direction += " NULLS LAST"
			} else {
				direction += " NULLS FIRST"
			}
		}
		if isFloat(t.kind) {
			list = append(list, "("+t.text+" <> 'NaN')"+direction)
		}
		list = append(list, t.text+t.collate+direction)
	}
	return strings.Join(list, ", ")
}

// after is the condition that a row comes after a position in the order.
func (s *scope) after(terms []sortTerm, position []slot) (term, error) {
	if len(position) != len(terms) {
		return term{}, odata.Internalf("sqldb: a position of %d values in an order of %d terms", len(position), len(terms))
	}
	places := make([]term, len(terms))
	simple := true
	for i := range terms {
		at := position[i]
		places[i] = term{kind: at.kind, slot: &position[i]}
		switch at.constant {
		case anyValue, inexact:
			places[i].text = s.parameter(at.number, at.kind)
		case trueValue, falseValue:
			places[i] = truth(at.constant == trueValue)
			places[i].slot = &position[i]
		}
		simple = simple && (at.constant == anyValue) && !terms[i].null && !isFloat(terms[i].kind) &&
			terms[i].descending == terms[0].descending && !terms[i].isConstant()
	}
	if simple && len(terms) > 1 {
		var l, r []string
		for i := range terms {
			l, r = append(l, terms[i].text+terms[i].collate), append(r, places[i].text)
		}
		op := " > "
		if terms[0].descending {
			op = " < "
		}
		return s.fallible(term{text: "(" + strings.Join(l, ", ") + ")" + op + "(" + strings.Join(r, ", ") + ")"}, terms), nil
	}
	result := truth(false)
	for i := len(terms) - 1; i >= 0; i-- {
		if terms[i].isConstant() {
			continue
		}
		if result.text != sqlFalse {
			result = either(s.beyond(terms[i], places[i]), all(s.at(terms[i], places[i]), parenthesised(result)))
		} else {
			result = s.beyond(terms[i], places[i])
		}
		// A bound that an index can use.
		if at := position[i].constant; i == 0 && len(terms) > 1 && at == anyValue && !isFloat(terms[i].kind) && (!terms[i].null || !terms[i].descending) {
			op := " >= "
			if terms[i].descending {
				op = " <= "
			}
			bound := term{text: terms[i].text + terms[i].collate + op + places[i].text, null: true}
			result = all(bound, result)
		}
	}
	return s.fallible(result, terms), nil
}

func parenthesised(t term) term {
	t.text = "(" + t.text + ")"
	return t
}

func (s *scope) fallible(t term, terms []sortTerm) term {
	for i := range terms {
		t.fails = t.fails || terms[i].fails
	}
	return t
}

// beyond holds for values that come after a place in one term.
func (s *scope) beyond(t sortTerm, place term) term {
	column := t.text + t.collate
	switch at := place.slot.constant; {
	case at == nullValue && t.descending:
		return truth(false)
	case at == nullValue:
		return term{text: t.text + " IS NOT NULL"}
	case at == nanValue && t.descending:
		return term{text: t.text + " IS NULL"}
	case at == nanValue:
		return term{text: t.text + " <> 'NaN'", null: t.null}
	}
	if !t.descending {
		text := column + " > " + place.text
		if isFloat(t.kind) {
			text += " AND " + t.text + " <> 'NaN'"
		}
		return term{text: text, null: t.null}
	}
	result := term{text: column + " < " + place.text, null: t.null}
	if isFloat(t.kind) {
		result = either(result, term{text: t.text + " = 'NaN'", null: t.null})
	}
	if t.null {
		result = either(result, term{text: t.text + " IS NULL"})
	}
	return result
}

// at holds for values that are at a place in one term.
func (s *scope) at(t sortTerm, place term) term {
	switch place.slot.constant {
	case nullValue:
		return term{text: t.text + " IS NULL"}
	case nanValue:
		return term{text: t.text + " = 'NaN'", null: t.null}
	}
	return term{text: t.text + t.collate + " = " + place.text, null: t.null}
}
