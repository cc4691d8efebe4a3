package eval

import "github.com/pamodata/pamodata/odata"

// A trail leads from one entity to those that a navigation property relates it
// to: to what is expanded in its row, or by the step of its layout.
type trail struct {
	from   func(row *odata.Row, s *scope) (*odata.Row, error) // the entity it begins at
	layout *Layout                                            // of the related rows

	step  func(row *odata.Row, i int) (*odata.Row, error) // nil: the rows are expanded
	index int                                             // in Row.Related
	top   int64                                           // the limit of the expansion, noTop for none

	where conditionFunc // nil: no related entity is hidden
}

// trail compiles a navigation, to one entity or to many.
func (c *compiler) trail(e *odata.Navigate) (*trail, error) {
	of, err := c.entity(e.Of)
	if err != nil {
		return nil, err
	}
	t := &trail{from: of.get, top: noTop}
	if of.layout.Follow != nil {
		step, err := of.layout.Follow(e.Nav)
		if err != nil {
			return nil, err
		}
		t.step, t.layout = step.Row, &step.Layout
	} else {
		if t.index, t.layout, err = of.layout.expansion(e.Nav); err != nil {
			return nil, err
		}
		if top := of.layout.Expand[t.index].Query.Top; top != nil {
			t.top = *top
		}
	}
	if e.Where != nil {
		// Its $it is the related entity, and no range variable is in its scope.
		hiding := compiler{root: t.layout}
		if t.where, err = hiding.condition(e.Where); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// next returns the first related entity at or behind position i that is not
// hidden, and its position. It returns nil beyond the last.
func (t *trail) next(entity *odata.Row, i int) (*odata.Row, int, error) {
	for ; ; i++ {
		related, err := t.row(entity, i)
		if err != nil || related == nil || t.where == nil {
			return related, i, err
		}
		visible, err := t.where(related, nil)
		if err != nil {
			return nil, i, err
		}
		if visible == yes {
			return related, i, nil
		}
	}
}

// row returns the i-th related entity, hidden or not, and nil beyond the last.
func (t *trail) row(entity *odata.Row, i int) (*odata.Row, error) {
	if t.step != nil {
		return t.step(entity, i)
	}
	if t.index >= len(entity.Related) {
		return nil, shortRow("related entities")
	}
	if rows := entity.Related[t.index].Rows; i < len(rows) {
		return &rows[i], nil
	}
	return nil, nil
}

// isCut reports that a page limit has, or may have, cut the related entities
// short. It is asked once row has returned nil.
func (t *trail) isCut(entity *odata.Row) bool {
	if t.step != nil {
		return false
	}
	related := &entity.Related[t.index]
	return related.More || t.top >= 0 && int64(len(related.Rows)) >= t.top
}
