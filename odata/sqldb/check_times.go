package sqldb

import (
	"context"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// SQLite has no type for times: it compares the texts that stand for them. Those that
// other programs have written in another form, such as CURRENT_TIMESTAMP's with a blank,
// are read, but compare with constants as no time does. Only what is stored tells.

// sampledRows is how many rows of a table are looked at.
const sampledRows = 100

// times looks at the times in the first rows of a table of SQLite.
func (c *checker) times(ctx context.Context, w *expected) error {
	for _, x := range w.columns {
		if x.form.Kind != edm.KindDateTime && x.form.Kind != edm.KindDateTimeOffset {
			continue
		}
		odd, err := QueryOne(ctx, c.db, sampleOf(w.name, x.name))
		if err != nil {
			return err
		}
		if odd == nil {
			continue
		}
		column := quoted(x.name)
		advice := "store them so, or serve the property as a computed one that makes such a text of it"
		if odd[0].Bool() {
			advice = "store them so (UPDATE " + quoted(w.name) + " SET " + column + " = replace(" + column + ", ' ', 'T')), as defaults too (strftime('%Y-%m-%dT%H:%M:%S', 'now')), " +
				"or serve the property as a computed one: replace({" + x.name + "}, ' ', 'T')"
		}
		c.found.add("%s: table %q: the column %q has times that are not written as 2015-07-12T06:40:00 or 2015-07-12T06:40:00.25, which filters and orders would mistake; %s",
			w.of, w.name, x.name, advice)
	}
	return nil
}

// sampleOf asks for a time of another form than [Form] says among the first rows, and
// whether it has a blank for the T and no other fault.
func sampleOf(table, column string) *Statement {
	digits := func(n int) string { return strings.Repeat("[0-9]", n) }
	seconds := digits(4) + "-" + digits(2) + "-" + digits(2) + "T" + digits(2) + ":" + digits(2) + ":" + digits(2)
	is := func(x string) string {
		fraction := "substr(" + x + ", 21)"
		return "(" + x + " GLOB '" + seconds + "' OR " + x + " GLOB '" + seconds + ".[0-9]*' AND " + fraction + " NOT GLOB '*[^0-9]*' AND " + fraction + " NOT GLOB '*0')"
	}
	return &Statement{
		Text: "SELECT c NOT GLOB '*T*' AND " + is("replace(c, ' ', 'T')") + " FROM (SELECT " + quoted(column) + " AS c FROM " + quoted(table) +
			" LIMIT " + strconv.Itoa(sampledRows) + ") WHERE c IS NOT NULL AND NOT (typeof(c) = 'text' AND " + is("c") + ") LIMIT 1",
		Columns: forms(edm.KindBoolean),
	}
}
