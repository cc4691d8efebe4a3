package edm

import "math"

// ParseSpatial reads well-known text with its SRID, as it stands inside a
// geography'…' or geometry'…' literal:
//
//	SRID=4326;POINT(142.1 64.1)
//	SRID=4326;POINT(142.1 64.1 12.5 7)        with Z and M
//	POINT(142.1 64.1 null 7)                  with M alone; the default SRID
//	LINESTRING(1 2,3 4)
//	POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))
//	MULTIPOINT((1 2),(3 4))                   or MULTIPOINT(1 2,3 4)
//	MULTILINESTRING((1 2,3 4),(5 6,7 8))
//	MULTIPOLYGON(((0 0,4 0,4 4,0 0)),EMPTY)
//	GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)   or COLLECTION(…)
//
// Words may have any case and blanks stand anywhere between them. Longitude
// comes before latitude. Without an SRID it is [DefaultGeographySRID] or
// [DefaultGeometrySRID]. Every shape but a ring may be EMPTY. FULLGLOBE, which
// is not in the model, and the tags Z, M and ZM, which other dialects write
// after the word, are refused.
//
// It fails beyond the limits that [Spatial] states. Errors are *SyntaxError.
//
// Grammar: OData V3 ABNF, geographyLiteral and geometryLiteral; from WCF Data
// Services come the optional SRID, EMPTY, null, the word GEOMETRYCOLLECTION,
// and the rules of lines and rings.
func ParseSpatial(s string, geography bool) (Spatial, error) {
	p := wktParser{text: s, build: shapeBuilder{geography: geography, stride: 2}}
	srid, err := p.srid()
	if err != nil {
		return Spatial{}, err
	}
	if point, ok := p.plainPoint(srid); ok {
		return point, nil
	}
	if err := p.tagged(0); err != nil {
		return Spatial{}, err
	}
	if p.skipBlanks(); p.at != len(s) {
		return Spatial{}, syntaxError(p.at, "nothing may follow the shape")
	}
	return p.build.spatial(srid), nil
}

// plainPoint reads the rest of the text if it is a plain point, so that most
// values need no builder and allocate nothing. Whatever is wrong is left to the
// general way.
func (p *wktParser) plainPoint(srid int32) (point Spatial, ok bool) {
	start := p.at
	if p.takeWord("point") && p.take('(') {
		place, err := p.place()
		if err == nil && place.dimensions() == 2 && p.take(')') && p.next() == 0 && p.at == len(p.text) &&
			checkPosition(place.x, place.y, p.build.geography) == "" && srid <= maxPlainSRID {
			point = Spatial{x: place.x, y: place.y}
			point.kind, point.srid = formPoint.kind(p.build.geography), srid
			return point, true
		}
	}
	p.at = start
	return Spatial{}, false
}

// formWords are the words of WKT.
var formWords = [...]string{
	formPoint:           "POINT",
	formLineString:      "LINESTRING",
	formPolygon:         "POLYGON",
	formCollection:      "GEOMETRYCOLLECTION",
	formMultiPoint:      "MULTIPOINT",
	formMultiLineString: "MULTILINESTRING",
	formMultiPolygon:    "MULTIPOLYGON",
}

// formOfWord finds the form that a word of WKT stands for, 0 if there is none.
func formOfWord(word string) form {
	for f := formPoint; f <= formMultiPolygon; f++ {
		if isWord(word, formWords[f]) {
			return f
		}
	}
	if isWord(word, "collection") {
		return formCollection
	}
	return 0
}

// A wktParser reads text from at onwards into build.
type wktParser struct {
	text  string
	at    int
	build shapeBuilder
}

func (p *wktParser) skipBlanks() {
	for p.at < len(p.text) && isBlank(p.text[p.at]) {
		p.at++
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// next returns the next character that is not blank, 0 at the end.
func (p *wktParser) next() byte {
	if p.skipBlanks(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// take consumes the character c if it comes next.
func (p *wktParser) take(c byte) bool {
	if p.next() != c {
		return false
	}
	p.at++
	return true
}

// word returns the letters that come next without consuming them.
func (p *wktParser) word() string {
	p.skipBlanks()
	end := p.at
	for end < len(p.text) && 'a' <= p.text[end]|0x20 && p.text[end]|0x20 <= 'z' {
		end++
	}
	return p.text[p.at:end]
}

// takeWord consumes the word if it comes next.
func (p *wktParser) takeWord(lower string) bool {
	word := p.word()
	if !isWord(word, lower) {
		return false
	}
	p.at += len(word)
	return true
}

// srid reads SRID=n; if it is there.
func (p *wktParser) srid() (int32, error) {
	if !p.takeWord("srid") {
		if p.build.geography {
			return DefaultGeographySRID, nil
		}
		return DefaultGeometrySRID, nil
	}
	if !p.take('=') {
		return 0, syntaxError(p.at, "expected = and a number after SRID")
	}
	p.skipBlanks()
	start := p.at
	var srid int64
	for p.at < len(p.text) && isDigit(p.text[p.at]) {
		srid = min(srid*10+int64(p.text[p.at]-'0'), math.MaxInt32+1)
		p.at++
	}
	switch {
	case p.at == start:
		return 0, syntaxError(start, "expected a digit of the SRID")
	case srid > math.MaxInt32:
		return 0, syntaxError(start, reasonSRID)
	case !p.take(';'):
		return 0, syntaxError(p.at, "expected a semicolon after the SRID")
	}
	return int32(srid), nil
}

// tagged reads a shape that begins with its word, within depth collections.
func (p *wktParser) tagged(depth int) error {
	word := p.word()
	f := formOfWord(word)
	switch {
	case f == 0:
		return syntaxError(p.at, "expected POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, "+
			"MULTIPOLYGON or GEOMETRYCOLLECTION")
	case f == formCollection && depth == MaxSpatialDepth:
		return syntaxError(p.at, reasonTooDeep)
	case f == formCollection:
		depth++
	}
	p.at += len(word)
	return p.shape(f, depth)
}

// shape reads what follows the word of a shape.
func (p *wktParser) shape(f form, depth int) error {
	p.skipBlanks()
	start := p.at
	index, reason := p.build.open(f)
	if reason != "" {
		return syntaxError(start, reason)
	}
	count := 0
	if !p.takeWord("empty") {
		if !p.take('(') {
			return syntaxError(p.at, "expected an opening parenthesis or EMPTY")
		}
		for more := !(f.isMulti() && p.take(')')); more; count++ {
			if err := p.element(f, depth); err != nil {
				return err
			}
			more = p.take(',')
			if !more && !p.take(')') {
				return syntaxError(p.at, "expected a comma or a closing parenthesis")
			}
		}
	}
	if reason := p.build.close(index, count); reason != "" {
		return syntaxError(start, reason)
	}
	return nil
}

// isMulti reports whether f consists of shapes and may be written with none.
func (f form) isMulti() bool { return formCollection <= f && f <= formMultiPolygon }

// element reads one of the positions or parts of a shape of form f.
func (p *wktParser) element(f form, depth int) error {
	switch {
	case f == formCollection:
		return p.tagged(depth)
	case f.hasPositions():
		return p.position()
	case f == formMultiPoint && p.next() != '(' && p.word() == "":
		return p.barePoint()
	}
	return p.shape(members[f], depth)
}

// barePoint reads a point of a MULTIPOINT without parentheses of its own.
func (p *wktParser) barePoint() error {
	index, reason := p.build.open(formPoint)
	if reason != "" {
		return syntaxError(p.at, reason)
	}
	if err := p.position(); err != nil {
		return err
	}
	p.build.close(index, 1) // one position is what a point has
	return nil
}

// position reads a position of the part that was opened last.
func (p *wktParser) position() error {
	p.skipBlanks()
	start := p.at
	place, err := p.place()
	if err != nil {
		return err
	}
	if reason := p.build.add(place); reason != "" {
		return syntaxError(start, reason)
	}
	return nil
}

// place reads two to four numbers, of which the third and fourth may be null.
func (p *wktParser) place() (place position, err error) {
	place.z, place.m = absent, absent
	for i, number := range [...]*float64{&place.x, &place.y, &place.z, &place.m} {
		c := p.next()
		if i >= 2 && (c == ',' || c == ')' || p.at == len(p.text)) {
			break
		}
		if i >= 2 && p.takeWord("null") {
			continue
		}
		if *number, err = p.number(); err != nil {
			return position{}, err
		}
	}
	return place, nil
}

func (p *wktParser) number() (float64, error) {
	rest := p.text[p.at:]
	n, err := scanNumber(rest, looseNumber)
	if err != nil {
		return 0, shifted(err, p.at)
	}
	f, err := floatFromScan(rest, n, 64)
	if err != nil {
		return 0, shifted(err, p.at)
	}
	p.at += n.end
	if p.at < len(p.text) && !isBlank(p.text[p.at]) && p.text[p.at] != ',' && p.text[p.at] != ')' {
		return 0, syntaxError(p.at, "expected a blank, a comma or a closing parenthesis after the number")
	}
	return f, nil
}

// appendTaggedWKT appends the next part of w with its word.
func appendTaggedWKT(dst []byte, w *walker) []byte {
	next := w.parts[0]
	dst = append(dst, formWords[next.form]...)
	if next.count == 0 {
		dst = append(dst, ' ')
	}
	return appendWKT(dst, w)
}

// appendWKT appends the next part of w without a word.
func appendWKT(dst []byte, w *walker) []byte {
	p := w.part()
	if p.count == 0 {
		return append(dst, "EMPTY"...)
	}
	for i := range p.count {
		if i == 0 {
			dst = append(dst, '(')
		} else {
			dst = append(dst, ',')
		}
		switch {
		case p.form == formCollection:
			dst = appendTaggedWKT(dst, w)
		case p.form.hasPositions():
			dst = wktPosition.append(dst, w.position())
		default:
			dst = appendWKT(dst, w)
		}
	}
	return append(dst, ')')
}

// A positionStyle is how the numbers of a position are written.
type positionStyle struct {
	separator byte
	absent    string // for an absent Z before an M
	pointed   bool   // whole numbers end in .0
}

var wktPosition = positionStyle{separator: ' ', absent: "null"}

func (style *positionStyle) append(dst []byte, p position) []byte {
	dst = style.appendNumber(dst, p.x)
	dst = style.appendNumber(append(dst, style.separator), p.y)
	dimensions := p.dimensions()
	if dimensions > 2 {
		dst = style.appendNumber(append(dst, style.separator), p.z)
	}
	if dimensions > 3 {
		dst = style.appendNumber(append(dst, style.separator), p.m)
	}
	return dst
}

func (style *positionStyle) appendNumber(dst []byte, f float64) []byte {
	switch {
	case isAbsent(f):
		return append(dst, style.absent...)
	case style.pointed:
		return appendDoubleLiteral(dst, f)
	}
	return appendFloat(dst, f, 64)
}
