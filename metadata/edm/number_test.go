package edm_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestFloatText(t *testing.T) {
	for _, tt := range []struct {
		f    float64
		want string
		why  string
	}{
		{0, "0", "no point"},
		{7, "7", "no point"},
		{-1.5, "-1.5", "plain"},
		{0.1, "0.1", "shortest"},
		{100, "100", "zeros before the point"},
		{0.001, "0.001", "zeros after the point"},
		{0.0001, "0.0001", "three zeros after the point"},
		{0.00012345, "0.00012345", "three zeros after the point"},
		{0.00001, "1E-05", "more than three, exponent of two digits"},
		{1.25e-10, "1.25E-10", "small"},
		{999999999999999, "999999999999999", "15 digits"},
		{100000000000000, "100000000000000", "15 digits with zeros"},
		{1e15, "1E+15", "16 digits, 15 of them zeros"},
		{1e16, "1E+16", "the reference's example"},
		{1234567890123456, "1234567890123456", "16 digits that are all there"},
		{9007199254740993, "9007199254740992", "2^53"},
		{12345678901234567, "12345678901234568", "17 digits that are all there"},
		{123456789012345678, "1.2345678901234568E+17", "18 digits are not there"},
		{1234567890123450, "1.23456789012345E+15", "the last digit would be made up"},
		{123456789.125, "123456789.125", "both sides of the point"},
		{math.MaxFloat64, "1.7976931348623157E+308", "largest"},
		{math.SmallestNonzeroFloat64, "5E-324", "smallest"},
		{math.Copysign(0, -1), "-0", "negative zero"},
	} {
		if got := string(edm.AppendText(nil, edm.Double(tt.f))); got != tt.want {
			t.Errorf("%g prints as %s, want %s: %s", tt.f, got, tt.want, tt.why)
		}
	}
	for _, tt := range []struct {
		f    float32
		want string
		why  string
	}{
		{0.1, "0.1", "shortest for 32 bits"},
		{9999999, "9999999", "7 digits"},
		{1e7, "1E+07", "8 digits, 7 of them zeros"},
		{12345678, "12345678", "8 digits that are all there"},
		{123456789, "1.2345679E+08", "9 digits are not there"},
		{math.MaxFloat32, "3.4028235E+38", "largest"},
		{math.SmallestNonzeroFloat32, "1E-45", "smallest"},
	} {
		if got := string(edm.AppendText(nil, edm.Single(tt.f))); got != tt.want {
			t.Errorf("%g prints as %s, want %s: %s", tt.f, got, tt.want, tt.why)
		}
	}
}

// randomBits favours short numbers and the edges of the format.
func randomFloat(random *rand.Rand) float64 {
	switch random.IntN(4) {
	case 0:
		return float64(random.Int64N(2_000_000)-1_000_000) / []float64{1, 10, 100, 1000, 8}[random.IntN(5)]
	case 1:
		return math.Ldexp(1, random.IntN(2100)-1074)
	case 2:
		return math.Pow10(random.IntN(40)-20) * float64(random.IntN(100))
	}
	return math.Float64frombits(random.Uint64())
}

// Text must be the shortest that reads back, whatever its layout: the digits
// and the exponent are those strconv finds.
func TestFloatTextAgainstStrconv(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	canonical := func(text string, bits int) string {
		f, err := strconv.ParseFloat(text, bits)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatFloat(f, 'e', -1, bits)
	}
	digits := func(text string) string {
		text, _, _ = strings.Cut(text, "E")
		text = strings.Trim(strings.Replace(strings.TrimPrefix(text, "-"), ".", "", 1), "0")
		return text
	}
	for range 20_000 {
		f := randomFloat(random)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		for _, bits := range []int{64, 32} {
			v := edm.Double(f)
			if bits == 32 {
				if v = edm.Single(float32(f)); math.IsInf(v.Float(), 0) {
					continue
				}
			}
			text := string(edm.AppendText(nil, v))
			want := strconv.FormatFloat(v.Float(), 'E', -1, bits)
			if canonical(text, bits) != canonical(want, bits) || digits(text) != digits(want) {
				t.Fatalf("%d bits: %s prints as %s", bits, want, text)
			}
			if len(text) > 24 {
				t.Fatalf("%d bits: %s prints as %s, which is longer than any float needs", bits, want, text)
			}
			if literal := mustLiteral(t, v.String()); !literal.Equal(v) {
				t.Fatalf("%v reads back as %v %v", v, literal.Kind(), literal)
			}
		}
	}
}

// randomNumber returns the text of a number literal, some of them out of range,
// and its parts.
func randomNumber(random *rand.Rand) (number, suffix string) {
	var text strings.Builder
	if random.IntN(3) == 0 {
		text.WriteByte('-')
	}
	limits := []string{"127", "128", "255", "256", "32767", "32768", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616"}
	switch random.IntN(8) {
	case 0:
		text.WriteString(limits[random.IntN(len(limits))])
	default:
		for range 1 + random.IntN([]int{3, 11, 21, 45}[random.IntN(4)]) {
			text.WriteByte(byte('0' + random.IntN(10)))
		}
	}
	if random.IntN(3) == 0 {
		text.WriteByte('.')
		for range 1 + random.IntN(20) {
			text.WriteByte(byte('0' + random.IntN(10)))
		}
	}
	if random.IntN(6) == 0 {
		fmt.Fprintf(&text, "%c%s%d", "eE"[random.IntN(2)], []string{"", "+", "-"}[random.IntN(3)], random.IntN([]int{5, 40, 330}[random.IntN(3)]))
	}
	return text.String(), []string{"", "", "", "L", "M", "f", "d", "l", "m", "F", "D"}[random.IntN(11)]
}

// The oracle for number literals: exact, or refused. 100 000 random ones.
func TestNumberLiteralsAgainstBig(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	kinds := map[edm.Kind]int{}
	refused := 0
	for range 100_000 {
		number, suffix := randomNumber(random)
		want, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Fatalf("the oracle cannot read %q", number)
		}
		got, err := edm.ParseLiteral(number + suffix)
		wholeForm := !strings.ContainsAny(number, ".eE")
		wantErr := false
		wantKind := edm.KindNull
		switch strings.ToUpper(suffix) {
		case "M":
			wantKind = edm.KindDecimal
		case "F":
			wantKind = edm.KindSingle
			f, _ := want.Float32()
			wantErr = math.IsInf(float64(f), 0)
		case "D":
			wantKind = edm.KindDouble
		case "L":
			wantKind = edm.KindInt64
			wantErr = !wholeForm
		default:
			wantKind = edm.KindDouble
			if wholeForm {
				wantKind = edm.KindInt64
				if want.Num().IsInt64() && want.Num().Int64() == int64(int32(want.Num().Int64())) {
					wantKind = edm.KindInt32
				}
			}
		}
		switch wantKind {
		case edm.KindDouble:
			f, _ := want.Float64()
			wantErr = math.IsInf(f, 0)
		case edm.KindInt64:
			wantErr = wantErr || !want.Num().IsInt64()
		}
		if wantErr {
			refused++
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%s%s is %v %v, %v; want it refused", number, suffix, got.Kind(), got, err)
			}
			continue
		}
		if err != nil || got.Kind() != wantKind {
			t.Fatalf("%s%s is a %v, %v; want %v", number, suffix, got.Kind(), err, wantKind)
		}
		kinds[wantKind]++
		exact := false
		switch {
		case wantKind.IsInteger():
			exact = new(big.Rat).SetInt64(got.Int()).Cmp(want) == 0
		case wantKind == edm.KindDecimal:
			exact = ratOf(got.Decimal()).Cmp(want) == 0
		case wantKind == edm.KindDouble:
			f, _ := want.Float64()
			exact = f == got.Float()
		case wantKind == edm.KindSingle:
			f, _ := want.Float32()
			exact = float64(f) == got.Float()
		}
		if !exact {
			t.Fatalf("%s%s is %v", number, suffix, got)
		}
		if again, err := edm.ParseLiteral(got.String()); err != nil || !again.Equal(got) {
			t.Fatalf("%s%s prints %v, which reads back as %v, %v", number, suffix, got, again, err)
		}
	}
	if len(kinds) != 5 || refused < 1000 {
		t.Errorf("the random numbers cover too little: %v, %d refused", kinds, refused)
	}
}
