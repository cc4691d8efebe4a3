package postgres

import (
	"bytes"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// FuzzNumeric: what is encoded is read back, and what can be read is encoded as
// the same number.
func FuzzNumeric(f *testing.F) {
	for _, text := range []string{"0", "-0.00", "1", "2.50", "10000", "0.0001", "0.00001", "99999999.9999", "12345678901234567890123456789012345678901234567890.1234567", "1e100", "-9223372036854775808"} {
		d, err := edm.ParseDecimal(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, appendNumeric(nil, d))
	}
	f.Add("", []byte{0, 1, 0x7f, 0xff, 0, 0, 0, 0, 0, 1})                   // very large
	f.Add("", []byte{0, 1, 0x80, 0, 0, 0, 0, 1, 0, 1})                      // very small
	f.Add("", []byte{0, 2, 0, 0, 0x40, 0, 0, 2, 0, 0, 0x04, 0xd2})          // digits beyond the scale
	f.Add("", []byte{0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0})       // zeros at both ends
	f.Add("", []byte{0, 0, 0, 0, 0xc0, 0, 0, 0})                            // NaN
	f.Add("", []byte{0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10})                   // a digit of 10,000
	f.Add("", append([]byte{0, 3, 0xff, 0xfe, 0, 0, 0, 20}, 0, 1, 0, 2, 0)) // cut short
	f.Fuzz(func(t *testing.T, text string, raw []byte) {
		if d, err := edm.ParseDecimal(text); err == nil {
			encoded := appendNumeric(nil, d)
			if got, err := numeric(encoded); err != nil || !got.Equal(d) {
				t.Errorf("%s is read back as %s, %v", d, got, err)
			}
		}
		d, err := numeric(raw)
		if err != nil {
			return
		}
		encoded := appendNumeric(nil, d)
		again, err := numeric(encoded)
		if err != nil || !again.Equal(d) {
			t.Errorf("%x is %s, and read back %s, %v", raw, d, again, err)
		}
		if !bytes.Equal(encoded, appendNumeric(nil, again)) {
			t.Errorf("%s is encoded in two ways", d)
		}
	})
}

// FuzzDecode: whatever the server sends is refused, or is a value that is read
// back when it is encoded.
func FuzzDecode(f *testing.F) {
	f.Add(uint32(pgtype.Int4OID), uint8(edm.KindInt32), []byte{0, 0, 0, 7})
	f.Add(uint32(pgtype.TimestampOID), uint8(edm.KindDateTime), []byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add(uint32(pgtype.DateOID), uint8(edm.KindDateTime), []byte{0x80, 0, 0, 0})
	f.Add(uint32(pgtype.DateOID), uint8(edm.KindDateTime), []byte("8 00")) // its ticks overflow
	f.Add(uint32(pgtype.TimestamptzOID), uint8(edm.KindDateTimeOffset), make([]byte, 8))
	f.Add(uint32(pgtype.TextOID), uint8(edm.KindGeographyPoint), []byte("POINT(1 2)"))
	f.Add(uint32(pgtype.TextOID), uint8(edm.KindGuid), []byte("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"))
	f.Add(uint32(pgtype.JSONBOID), uint8(edm.KindComplex), []byte("\x01{}"))
	f.Add(uint32(pgtype.Float8OID), uint8(edm.KindDouble), []byte{0x7f, 0xf8, 0, 0, 0, 0, 0, 1})
	f.Add(uint32(pgtype.NumericOID), uint8(edm.KindInt64), []byte{0, 0, 0, 0, 0, 0, 0, 0})
	for kind := edm.KindBinary; kind <= edm.KindCollection; kind++ {
		f.Add(parameterType(kind), uint8(kind), []byte{})
	}
	f.Fuzz(func(t *testing.T, oid uint32, kind uint8, raw []byte) {
		read, _, ok := readingOf(edm.Kind(kind), oid)
		if !ok {
			return
		}
		c := column{sqldb.Form{Kind: edm.Kind(kind)}, read}
		v, err := c.decode(raw)
		if err != nil || v.IsNull() {
			return
		}
		var a arguments
		encoded, err := a.encode([]sqldb.Form{{Kind: v.Kind()}}, []edm.Value{v})
		if err != nil {
			if v.Kind() == edm.KindString {
				return // what the server does not send
			}
			t.Fatalf("%s cannot be encoded: %v", edm.AppendLiteral(nil, v), err)
		}
		back, format, ok := readingOf(v.Kind(), parameterType(v.Kind()))
		if !ok || format != binaryFormat[0] {
			t.Fatalf("there is no reading of %s from the type of its parameters", v.Kind())
		}
		own := column{sqldb.Form{Kind: v.Kind(), UTC: v.Kind() == edm.KindDateTime && v.DateTime().Zoned()}, back}
		if got, err := own.decode(encoded[0]); err != nil || !got.Equal(v) {
			t.Errorf("%s is read back as %s, %v", edm.AppendLiteral(nil, v), edm.AppendLiteral(nil, got), err)
		}
	})
}
