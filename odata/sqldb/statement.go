package sqldb

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// NewStatement makes a statement of one's own, for what is not a query of an entity
// set. Its placeholders are written ?1, ?2, … for every dialect; a question mark
// that no digit follows stands for itself. Statements are made once and kept, see
// [DB].
func NewStatement(dialect Dialect, text string, params, columns []Form) *Statement {
	if dialect == PostgreSQL {
		var b strings.Builder
		for i := 0; i < len(text); i++ {
			if text[i] == '?' && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
				b.WriteByte('$')
				continue
			}
			b.WriteByte(text[i])
		}
		text = b.String()
	}
	return &Statement{Text: text, Params: params, Columns: columns}
}

// QueryEach runs a statement and calls each for its rows, one after the other. The
// cells are reused by the next row: clone what is kept.
func QueryEach(ctx context.Context, db DB, s *Statement, args []edm.Value, each func(cells []edm.Value) error) (err error) {
	rows, err := db.Query(ctx, s, args)
	if err != nil {
		return err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	cells := make([]edm.Value, len(s.Columns))
	for {
		more, err := rows.Next(cells)
		if err != nil || !more {
			return err
		}
		if err := each(cells); err != nil {
			return err
		}
	}
}

// QueryOne runs a statement and returns copies of the cells of its first row, nil
// without one.
func QueryOne(ctx context.Context, db DB, s *Statement, args ...edm.Value) (cells []edm.Value, err error) {
	rows, err := db.Query(ctx, s, args)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	row := make([]edm.Value, len(s.Columns))
	more, err := rows.Next(row)
	if err != nil || !more {
		return nil, err
	}
	for i := range row {
		row[i] = row[i].Clone()
	}
	return row, nil
}
