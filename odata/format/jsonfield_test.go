package format_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// TestAppendJSONFields requires of planned members what is written plainly here,
// whatever room the destination has.
func TestAppendJSONFields(t *testing.T) {
	values := []edm.Value{
		edm.Null, edm.Binary([]byte{1}), edm.Boolean(true), edm.Byte(1), parse(t, edm.KindDateTime, "2015-07-12T06:40:00"),
		parse(t, edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"), parse(t, edm.KindDecimal, "2.50"), edm.Double(7),
		edm.Double(math.NaN()), parse(t, edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), edm.Int16(-1),
		edm.Int32(-2), edm.Int64(3), edm.SByte(-4), edm.Single(0.5), edm.String("a\"b"), parse(t, edm.KindTime, "PT1H"),
	}
	names := []string{"A", strings.Repeat("n", 27), strings.Repeat("n", 28), strings.Repeat("n", 200), "Gr\u00f6\u00dfe"}
	for _, dialect := range []format.JSONDialect{format.DialectLight, format.DialectVerbose3, format.DialectVerbose2} {
		for _, name := range names {
			var fields []format.JSONField
			var want []byte
			for i := range values {
				at := len(values) - 1 - i // the order is that of the fields
				fields = append(fields, format.NewJSONField(name, at))
				want = format.AppendJSONString(append(want, ','), name)
				want = format.AppendJSONPrimitive(append(want, ':'), values[at], dialect)
			}
			for _, room := range []int{0, 31, 32, 10000} {
				got := format.AppendJSONFields(make([]byte, 0, room), fields, values, dialect)
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("name %q, dialect %d, room %d (-want +got):\n%s", name, dialect, room, diff)
				}
			}
		}
	}
}
