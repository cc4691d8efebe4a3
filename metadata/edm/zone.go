package edm

// A Zone is what the text of a [DateTime] says about its time zone: nothing
// ([NoZone], the zero Zone), that it is UTC ([UTC], the letter Z), or an offset
// from UTC ([Offset]). An offset of zero is not the same Zone as UTC, although
// both mean the same instant: each prints as it was read.
//
// Zones are compared with ==.
type Zone int16

// The low two bits of a Zone say which of the three it is. The bits above hold
// the minutes of an offset.
const (
	NoZone Zone = 0 // the text ends after the clock
	UTC    Zone = 1 // the text ends in Z

	zoneOffset Zone = 2
	zoneKind   Zone = 3

	maxOffset = 14 * 60 // minutes, as in XML Schema
)

// Offset returns the Zone that lies the given number of minutes east of UTC,
// for example -420 for -07:00. It panics beyond 14 hours.
func Offset(minutes int) Zone {
	if minutes < -maxOffset || minutes > maxOffset {
		panic("edm: Offset beyond 14 hours")
	}
	return Zone(minutes)<<2 | zoneOffset
}

// Minutes returns how far the zone lies east of UTC: 0 for NoZone and UTC.
func (z Zone) Minutes() int {
	if z&zoneKind != zoneOffset {
		return 0
	}
	return int(z >> 2)
}

// String returns the text of the zone: "", "Z" or "-07:00".
func (z Zone) String() string {
	var buf [6]byte
	return string(z.appendText(buf[:0]))
}

func (z Zone) appendText(dst []byte) []byte {
	switch z & zoneKind {
	case NoZone:
		return dst
	case UTC:
		return append(dst, 'Z')
	}
	minutes := z.Minutes()
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	dst = append(dst, sign)
	dst = append2(dst, minutes/60)
	dst = append(dst, ':')
	return append2(dst, minutes%60)
}

// parseZone reads the zone that is all of s[at:]. A blank counts as a plus,
// because that is what an unescaped plus becomes in a query string.
func parseZone(s string, at int) (Zone, error) {
	if at == len(s) {
		return NoZone, nil
	}
	if s[at] == 'Z' {
		if at+1 != len(s) {
			return 0, syntaxError(at+1, "nothing may follow the zone")
		}
		return UTC, nil
	}
	if s[at] != '+' && s[at] != '-' && s[at] != ' ' {
		return 0, syntaxError(at, "expected a zone (Z or +hh:mm) or the end")
	}
	hours, ok := digits2(s, at+1)
	if !ok || at+3 >= len(s) || s[at+3] != ':' {
		return 0, syntaxError(at, "a zone offset has the form +hh:mm")
	}
	minutes, ok := digits2(s, at+4)
	if !ok {
		return 0, syntaxError(at, "a zone offset has the form +hh:mm")
	}
	if at+6 != len(s) {
		return 0, syntaxError(at+6, "nothing may follow the zone")
	}
	if minutes > 59 || hours*60+minutes > maxOffset {
		return 0, syntaxError(at, "a zone offset lies between -14:00 and +14:00")
	}
	total := hours*60 + minutes
	if s[at] == '-' {
		total = -total
	}
	return Offset(total), nil
}
