package eval_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
)

// A source makes random rows and random well-typed expressions over them. Both
// draw from the same small pools, so that comparisons are often equal, and the
// pools hold the values at which rules change.
type source struct {
	*rand.Rand
	w         *world
	pools     map[edm.Kind][]edm.Value
	functions map[edm.Kind][]*odata.Function // by result
	vars      []*odata.Variable              // in scope while generating
}

func newSource(t testing.TB, w *world, seed uint64) *source {
	s := &source{Rand: rand.New(rand.NewPCG(seed, 1)), w: w, pools: map[edm.Kind][]edm.Value{}, functions: map[edm.Kind][]*odata.Function{}}
	add := func(values ...edm.Value) {
		s.pools[values[0].Kind()] = append(s.pools[values[0].Kind()], values...)
	}
	add(edm.Boolean(true), edm.Boolean(false))
	for _, i := range []int64{0, 1, -1, 2, 3, 7, -7, 100, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, 1<<53 + 1} {
		add(edm.Int64(i))
		if i == int64(int32(i)) {
			add(edm.Int32(int32(i)))
		}
		if i == int64(int8(i)) {
			add(edm.SByte(int8(i)))
		}
	}
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1, 1.5, 2.5, -2.5, 0.5, -0.5, 7, 1e300, -1e300, 1 << 53, math.NaN(), math.Inf(1), math.Inf(-1)} {
		add(edm.Double(f))
		add(edm.Single(float32(f)))
	}
	for _, d := range []string{"0", "0.00", "1", "-1", "1.5", "2.5", "2.50", "-2.5", "0.1", "7", "123456789012345678901234567890.123456789", "-99999999999999999999999999999999999999"} {
		add(decimal(t, d))
	}
	for _, text := range []string{"", "a", "A", "ab", "abc", "b", " ab ", "äÄ", "Iıİi", "\U0001F41Da", "a\U0001F41Db", "aXbXc", "X", "\u00a0x\u2003", "ß", "2015", strings.Repeat("long ", 2000)} {
		add(edm.String(text))
	}
	for _, d := range []string{"0001-01-01T00:00:00", "2015-07-12T06:40:00Z", "2015-07-11T23:40:00-07:00", "2015-07-12T06:40:00", "2016-02-29T23:59:59.9999999+14:00", "9999-12-31T23:59:59.9999999"} {
		add(dateTime(t, d))
	}
	for _, d := range []string{"2015-07-12T06:40:00Z", "2015-07-11T23:40:00-07:00", "2016-02-29T00:00:01+14:00"} {
		v, err := edm.ParseDateTimeOffset(d)
		if err != nil {
			t.Fatal(err)
		}
		add(v.Value())
	}
	for _, d := range []string{"PT0S", "PT1H30M", "-PT1H30M", "P3DT2H59M59.5S"} {
		v, err := edm.ParseTime(d)
		if err != nil {
			t.Fatal(err)
		}
		add(v.Value())
	}
	add(edm.GUID{}.Value(), edm.GUID{15: 1}.Value(), edm.GUID{0: 255}.Value())
	add(edm.Binary(nil), edm.Binary([]byte{0}), edm.Binary([]byte{1, 2}))
	for _, f := range bind.Functions() {
		if !f.Params[0].IsSpatial() {
			s.functions[f.Result] = append(s.functions[f.Result], f)
		}
	}
	return s
}

func pick[T any](s *source, from []T) T { return from[s.IntN(len(from))] }

func (s *source) chance(percent int) bool { return s.IntN(100) < percent }

// kinds in which values are declared, compared and calculated.
var kinds = []edm.Kind{edm.KindBoolean, edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindSingle, edm.KindDecimal, edm.KindString,
	edm.KindDateTime, edm.KindDateTimeOffset, edm.KindTime, edm.KindGuid, edm.KindBinary}

// constant is a value of the kind.
func (s *source) constant(kind edm.Kind) edm.Value { return pick(s, s.pools[kind]) }

// nullable is a value of the kind, or null.
func (s *source) nullable(kind edm.Kind) edm.Value {
	if s.chance(20) {
		return edm.Null
	}
	return s.constant(kind)
}

func (s *source) place() edm.Value {
	if s.chance(20) {
		return edm.Null
	}
	spot := edm.Complex([]edm.Value{s.nullable(edm.KindDouble), s.nullable(edm.KindDouble)})
	if s.chance(20) {
		spot = edm.Null
	}
	return edm.Complex([]edm.Value{s.nullable(edm.KindString), spot})
}

func (s *source) valueOf(t metadata.TypeRef) edm.Value {
	switch {
	case t.Collection:
		items := make([]edm.Value, s.IntN(4))
		for i := range items {
			items[i] = s.valueOf(t.Item())
		}
		return edm.Collection(items)
	case t.Complex == s.w.place:
		return s.place()
	case t.Enum != nil:
		return edm.String("Red")
	}
	return s.nullable(t.Kind)
}

// thing makes a row of the world's query; depth 0 has no friend.
func (s *source) thing(depth int) odata.Row {
	r := *s.w.row(nil)
	for i, p := range s.w.fields() {
		r.Values[i] = s.valueOf(p.TypeRef())
	}
	r.Values[0] = edm.Int32(int32(s.IntN(3)))
	switch {
	case s.chance(30):
		r.Type = s.w.special
	case s.chance(30):
		r.Type = s.w.thing
	}
	parts := &r.Related[0].Rows
	if depth > 0 {
		if s.chance(60) {
			r.Related[0].Rows = []odata.Row{s.thing(depth - 1)}
		}
		parts = &r.Related[1].Rows
	} else {
		r.Related = r.Related[:1]
	}
	for range s.IntN(4) {
		part := s.w.partRow(int32(s.IntN(3)), s.constant(edm.KindString).Str(), s.constant(edm.KindInt64).Int())
		if s.chance(50) {
			part.Type = s.w.spare
			part.Related[0].Next = "$skiptoken=1"
		}
		*parts = append(*parts, part)
	}
	if s.chance(30) {
		r.Media = &odata.StreamInfo{ContentType: "image/png", ETag: `"1"`}
		r.Streams = []odata.StreamInfo{{ReadURL: "http://host/1"}, {}}
		r.Advertised = []bool{true, false}
	}
	for _, name := range []string{"D", "E"} {
		if s.chance(70) {
			r.Dynamic = append(r.Dynamic, odata.DynamicProperty{Name: name, Value: s.nullable(pick(s, kinds))})
		}
	}
	return r
}

// The names of the properties that hold each kind.
var propertiesOf = map[edm.Kind][]string{
	edm.KindBoolean: {"Flag"}, edm.KindInt32: {"Id", "I32"}, edm.KindInt64: {"I64"}, edm.KindDouble: {"Double"}, edm.KindSingle: {"Single"},
	edm.KindDecimal: {"Decimal"}, edm.KindString: {"Text", "Text2"}, edm.KindDateTime: {"Moment"}, edm.KindDateTimeOffset: {"Zoned"},
	edm.KindTime: {"Span"}, edm.KindGuid: {"Guid"}, edm.KindBinary: {"Binary"}, edm.KindSByte: {"Small"},
}

// entity is an expression that leads to a thing.
func (s *source) entity() odata.Expr {
	switch s.IntN(10) {
	case 0, 1:
		return s.friend()
	case 2:
		return &odata.TypeCast{Of: s.w.it(), Entity: s.w.special}
	case 3:
		return &odata.TypeCast{Of: s.friend(), Entity: s.w.special}
	}
	return s.w.it()
}

// friend and parts lead away from $it; a guard hides some of what is there.

func (s *source) friend() odata.Expr {
	e := &odata.Navigate{Of: s.w.it(), Nav: s.w.thing.NavigationProperty("Friend")}
	if s.chance(30) {
		e.Where = pick(s, []odata.Expr{
			s.w.member("Flag"),
			binary(odata.Ne, s.w.member("Text"), null()),
			&odata.Lambda{Of: s.w.member("Parts")},
		})
	}
	return e
}

func (s *source) parts(of odata.Expr) odata.Expr {
	e := &odata.Navigate{Of: of, Nav: s.w.thing.NavigationProperty("Parts")}
	if s.chance(30) {
		e.Where = binary(odata.Gt, pathFrom(odata.ItOf(s.w.part), "Size"), lit(edm.Int64(0)))
	}
	return e
}

// expr is an expression of the kind.
func (s *source) expr(kind edm.Kind, depth int) odata.Expr {
	if depth <= 0 || s.chance(15) {
		return s.leaf(kind)
	}
	depth--
	if f := s.functions[kind]; f != nil && kind != edm.KindBoolean && s.chance(35) {
		return s.call(pick(s, f), depth)
	}
	switch {
	case kind == edm.KindBoolean:
		return s.condition(depth)
	case kind.IsNumeric() && s.chance(70):
		if s.chance(20) {
			return negate(s.expr(kind, depth))
		}
		return binary(pick(s, []odata.BinaryOp{odata.Add, odata.Sub, odata.Mul, odata.Div, odata.Mod}), s.expr(kind, depth), s.expr(kind, depth))
	case kind == edm.KindInt32 && s.chance(30):
		return &odata.Convert{X: pathFrom(s.entity(), "Small"), To: kind}
	case kind == edm.KindInt64 || kind == edm.KindDouble || kind == edm.KindDecimal:
		return &odata.Convert{X: s.expr(edm.KindInt32, depth), To: kind}
	case kind == edm.KindSingle:
		return &odata.Convert{X: s.expr(edm.KindInt64, depth), To: kind}
	}
	// Text of numbers is cast through, so that casts fail now and then.
	return &odata.Cast{X: s.expr(pick(s, []edm.Kind{edm.KindString, edm.KindInt32, kind}), depth), To: metadata.PrimitiveType(kind)}
}

func (s *source) leaf(kind edm.Kind) odata.Expr {
	switch {
	case s.chance(8):
		return &odata.Literal{Of: metadata.PrimitiveType(kind)}
	case s.chance(30):
		return lit(s.constant(kind))
	case s.chance(40) && len(s.vars) > 0:
		if v := pick(s, s.vars); v.Of.Kind == kind && v.Of.Entity == nil && v.Of.Complex == nil {
			return v
		} else if v.Of.Entity == s.w.part && kind == edm.KindString {
			return pathFrom(v, "Name")
		} else if v.Of.Entity == s.w.part && kind == edm.KindInt64 {
			return pathFrom(v, "Size")
		} else if v.Of.Complex != nil && kind == edm.KindDouble {
			return pathFrom(v, "Spot", "X")
		}
	case s.chance(20) && kind == edm.KindString:
		return pathFrom(s.entity(), pick(s, []string{"Home", "Work"}), "City")
	case s.chance(20) && kind == edm.KindDouble:
		return pathFrom(s.entity(), "Home", "Spot", pick(s, []string{"X", "Y"}))
	case s.chance(30) && kind == edm.KindInt32:
		return pathFrom(&odata.TypeCast{Of: s.entity(), Entity: s.w.special}, "Level")
	}
	return pathFrom(s.entity(), pick(s, propertiesOf[kind]))
}

func (s *source) call(f *odata.Function, depth int) odata.Expr {
	args := make([]odata.Expr, len(f.Params))
	for i, kind := range f.Params {
		args[i] = s.expr(kind, depth)
	}
	return &odata.Call{Function: f, Args: args}
}

var comparisons = []odata.BinaryOp{odata.Eq, odata.Ne, odata.Lt, odata.Le, odata.Gt, odata.Ge}

func (s *source) condition(depth int) odata.Expr {
	switch s.IntN(15) {
	case 14:
		return s.anyCase(depth)
	case 0, 1:
		return not(s.expr(edm.KindBoolean, depth))
	case 2, 3, 4:
		return binary(pick(s, []odata.BinaryOp{odata.And, odata.Or}), s.expr(edm.KindBoolean, depth), s.expr(edm.KindBoolean, depth))
	case 5:
		return s.call(pick(s, s.functions[edm.KindBoolean]), depth)
	case 6:
		return s.lambda(depth)
	case 7:
		x := s.entity()
		if s.chance(50) {
			return &odata.IsOf{X: x, Of: metadata.EntityRef(s.w.special)}
		}
		return binary(pick(s, comparisons[:2]), x, pick(s, []odata.Expr{null(), s.entity()}))
	case 8:
		return s.in(depth)
	case 9:
		dynamic := &odata.Dynamic{Of: s.entity(), Name: pick(s, []string{"D", "E"})}
		if s.chance(20) {
			return &odata.IsOf{X: dynamic, Of: metadata.PrimitiveType(pick(s, kinds))}
		}
		other := s.expr(pick(s, kinds), depth)
		if s.chance(50) {
			return binary(pick(s, comparisons), other, dynamic)
		}
		return binary(pick(s, comparisons), dynamic, other)
	}
	if s.chance(10) {
		return binary(pick(s, comparisons[:2]), s.w.member("Home"), pick(s, []odata.Expr{s.w.member("Work"), pathFrom(s.entity(), "Home"), null()}))
	}
	kind := pick(s, kinds)
	return binary(pick(s, comparisons), s.expr(kind, depth), s.expr(kind, depth))
}

// anyCase is a search without regard to case, as clients write it.
func (s *source) anyCase(depth int) odata.Expr {
	mapped := call(pick(s, []string{"tolower(String)", "toupper(String)"}), edm.KindString, s.expr(edm.KindString, depth))
	wanted := lit(s.constant(edm.KindString))
	switch s.IntN(5) {
	case 0:
		return binary(pick(s, comparisons), wanted, mapped)
	case 1:
		return binary(pick(s, comparisons), mapped, wanted)
	case 2:
		return call("substringof(String,String)", edm.KindBoolean, wanted, mapped)
	}
	return call(pick(s, []string{"startswith(String,String)", "endswith(String,String)"}), edm.KindBoolean, mapped, wanted)
}

func (s *source) lambda(depth int) odata.Expr {
	of := pick(s, []odata.Expr{s.w.member("Tags"), s.w.member("Places"), s.parts(s.w.it()), s.parts(s.friend()),
		&odata.TypeCast{Of: s.parts(s.w.it()), Entity: s.w.spare}})
	if s.chance(10) {
		return &odata.Lambda{Of: of}
	}
	v := &odata.Variable{Name: "v", Depth: len(s.vars) + 1, Of: of.Type().Item()}
	if of.Type().Entity != nil {
		v.Of.Entity = s.w.part
	}
	s.vars = append(slices.Clip(s.vars), v)
	body := s.expr(edm.KindBoolean, depth)
	s.vars = s.vars[:len(s.vars)-1]
	return &odata.Lambda{All: s.chance(50), Of: of, Var: v, Body: body}
}

func (s *source) in(depth int) odata.Expr {
	of := make([]edm.Kind, 1+s.IntN(2))
	e := &odata.In{X: make([]odata.Expr, len(of)), Rows: make([][]edm.Value, s.IntN(5))}
	for i := range of {
		of[i] = pick(s, kinds)
		e.X[i] = s.expr(of[i], depth)
	}
	for i := range e.Rows {
		e.Rows[i] = make([]edm.Value, len(of))
		for j, kind := range of {
			e.Rows[i][j] = s.nullable(kind)
		}
	}
	return e
}
