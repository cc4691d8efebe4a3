package eval

import "github.com/pamodata/pamodata/odata"

// sameEntity compiles eq and ne between two entities, which are the same if
// their keys are, and between an entity and null.
func (c *compiler) sameEntity(e *odata.Binary) (conditionFunc, error) {
	if e.Op != odata.Eq && e.Op != odata.Ne {
		return nil, odata.Internalf("eval: entities have no order for %s", e.Op)
	}
	same := truthOf(e.Op == odata.Eq)
	differ := truthOf(e.Op != odata.Eq)
	left, right := e.L, e.R
	if isNull(left) {
		left, right = right, left
	}
	if isNull(left) {
		return func(*odata.Row, *scope) (truth, error) { return same, nil }, nil
	}
	l, err := c.entity(left)
	if err != nil {
		return nil, err
	}
	if isNull(right) {
		get := l.get
		return func(row *odata.Row, s *scope) (truth, error) {
			entity, err := get(row, s)
			if entity != nil {
				return differ, err
			}
			return same, err
		}, nil
	}
	r, err := c.entity(right)
	if err != nil {
		return nil, err
	}
	leftKey, err := keyFields(left, l.layout)
	if err != nil {
		return nil, err
	}
	rightKey, err := keyFields(right, r.layout)
	if err != nil {
		return nil, err
	}
	if len(leftKey) != len(rightKey) || len(leftKey) == 0 {
		return nil, odata.Internalf("eval: entities with different keys do not compare")
	}
	return func(row *odata.Row, s *scope) (truth, error) {
		a, err := l.get(row, s)
		if err != nil {
			return no, err
		}
		b, err := r.get(row, s)
		if err != nil {
			return no, err
		}
		switch equal, err := sameKey(a, leftKey, b, rightKey); {
		case err != nil:
			return no, err
		case equal:
			return same, nil
		}
		return differ, nil
	}, nil
}

// sameKey reports that a and b are the same entity, or both nothing.
func sameKey(a *odata.Row, keyOfA []int, b *odata.Row, keyOfB []int) (bool, error) {
	if a == nil || b == nil {
		return a == b, nil
	}
	for i := range keyOfA {
		x, err := fieldOf(a, keyOfA[i])
		if err != nil {
			return false, err
		}
		y, err := fieldOf(b, keyOfB[i])
		if err != nil || !equal(x, y) {
			return false, err
		}
	}
	return true, nil
}

// keyFields are the positions of the key of the entity that e leads to.
func keyFields(e odata.Expr, l *Layout) ([]int, error) {
	var fields []int
	for _, p := range e.Type().Entity.KeyProperties() {
		i, err := l.field(p)
		if err != nil {
			return nil, err
		}
		fields = append(fields, i)
	}
	return fields, nil
}

func isNull(e odata.Expr) bool {
	l, ok := e.(*odata.Literal)
	return ok && l.Value.IsNull()
}
