package audit

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A Format is a form of exported events.
type Format string

// The formats.
const (
	// JSONLines is a line for each event, as [Event.Line] writes it: what
	// [VerifyLines] reads.
	JSONLines Format = "jsonl"

	// CSV is that of RFC 4180, with a line of column names and with each column as it
	// is stored, for spreadsheets. Texts that a spreadsheet would take for a formula
	// have an apostrophe before them, so that it is not the form to verify.
	CSV Format = "csv"
)

// ErrFormat is the answer to formats that are not known.
var ErrFormat = errors.New("audit: the format is jsonl or csv")

// Export writes the events of a span, in the order of the chain, and returns how many
// they are. It keeps none of them, and reads in portions, so that writers do not wait
// for w. What was changed in the database is written as it is there.
func (t *Trail) Export(ctx context.Context, w io.Writer, s Span, f Format) (int64, error) {
	out := bufio.NewWriterSize(w, 64<<10)
	var write func(e *Event, cells []edm.Value) error
	switch f {
	case JSONLines:
		write = func(e *Event, _ []edm.Value) error {
			out.Write(e.Line())
			return out.WriteByte('\n') // failures of a bufio.Writer stay
		}
	case CSV:
		table := csv.NewWriter(out)
		table.UseCRLF = true
		record := make([]string, len(columns))
		for i, c := range columns {
			record[i] = c.name
		}
		if err := table.Write(record); err != nil {
			return 0, err
		}
		table.Flush()
		write = func(_ *Event, cells []edm.Value) error {
			for i, c := range cells {
				record[i] = ""
				if !c.IsNull() {
					record[i] = inert(c.Str(), columns[i].form == text)
				}
			}
			err := table.Write(record)
			table.Flush()
			return err
		}
	default:
		return 0, ErrFormat
	}
	n, err := t.exportTo(ctx, s, write)
	return n, errors.Join(err, out.Flush())
}

func (t *Trail) exportTo(ctx context.Context, s Span, write func(*Event, []edm.Value) error) (n int64, err error) {
	for {
		count := 0
		var last int64
		err := t.rows(ctx, s, portionOf, func(e *Event, _ string, cells []edm.Value) error {
			count++
			n++
			last = e.Sequence
			return write(e, cells)
		})
		if err != nil || count < portionOf || last == math.MaxInt64 || s.To != 0 && last >= s.To {
			return n, err
		}
		if s.From = last + 1; s.From == 0 {
			s.From = 1 // an event 0 is none of the service's
		}
	}
}

// inert is a text that no spreadsheet takes for a formula.
func inert(s string, free bool) string {
	if free && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return strings.Clone(s)
}
