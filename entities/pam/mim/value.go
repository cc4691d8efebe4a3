package mim

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

const day = 24 * time.Hour

// asText is a value that is written as a text or a number; nothing is empty.
func asText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// asFlag is a Boolean: of JSON, or in the words of CSV. Nothing is false.
func asFlag(v any) (on, ok bool) {
	if b, isBool := v.(bool); isBool {
		return b, true
	}
	text, ok := asText(v)
	switch {
	case !ok:
		return false, false
	case text == "" || text == "0" || strings.EqualFold(text, "false"):
		return false, true
	case text == "1" || strings.EqualFold(text, "true"):
		return true, true
	}
	return false, false
}

// asID is an identifier: a text, in braces or as a urn, or an object around one.
func asID(v any) (edm.GUID, bool) {
	if object, ok := v.(map[string]any); ok {
		for _, name := range []string{"Value", "value", "Guid", "guid"} {
			if inner, ok := object[name].(string); ok {
				v = inner
				break
			}
		}
	}
	text, ok := asText(v)
	if !ok {
		return edm.GUID{}, false
	}
	text = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "urn:uuid:")
	if len(text) > 2 && text[0] == '{' && text[len(text)-1] == '}' {
		text = text[1 : len(text)-1]
	}
	if text == "" {
		return edm.GUID{}, true
	}
	id, err := edm.ParseGUID(text)
	return id, err == nil
}

// asDuration is a TimeSpan: an object with Ticks or TotalSeconds, a text such as
// 1.02:30:00, or a number of seconds. It is rounded to seconds, upwards so that it is
// never 0 where it was not.
func asDuration(v any) (time.Duration, bool) {
	if object, ok := v.(map[string]any); ok {
		r := objectOf("", object)
		if p, ok := r.get("Ticks"); ok {
			ticks, ok := asNumber(p.value)
			return seconds(ticks / 1e7), ok && seconds(ticks/1e7) >= 0
		}
		if p, ok := r.get("TotalSeconds"); ok {
			return asDuration(p.value)
		}
		if p, ok := r.get("value"); ok {
			if _, nested := p.value.(map[string]any); !nested {
				return asDuration(p.value)
			}
		}
		return 0, false
	}
	if n, ok := asNumber(v); ok {
		return seconds(n), seconds(n) >= 0
	}
	text, ok := asText(v)
	m := timeSpan.FindStringSubmatch(strings.TrimSpace(text))
	if !ok || m == nil {
		return 0, false
	}
	total := 0.0
	for i, unit := range []float64{86400, 3600, 60, 1} {
		if m[i+1] != "" {
			n, err := strconv.ParseFloat(m[i+1], 64)
			if err != nil || i > 0 && n >= []float64{0, 24, 60, 60}[i] {
				return 0, false
			}
			total += n * unit
		}
	}
	return seconds(total), seconds(total) >= 0
}

var timeSpan = regexp.MustCompile(`^(?:(\d{1,8})\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$`)

// seconds is n seconds, or -1 if no role can have them.
func seconds(n float64) time.Duration {
	if !(n >= 0 && n <= pam.MaxRoleTTL.Seconds()) {
		return -1
	}
	return time.Duration(math.Ceil(n)) * time.Second
}

// asNumber is a number, or the text of one.
func asNumber(v any) (float64, bool) {
	text, ok := asText(v)
	if !ok || text == "" || strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// A clock is a time of day.
type clock struct {
	time  time.Duration // in whole seconds
	there bool
	utc   bool // not as the clock on the wall showed it
}

// asClock is the time of a DateTime: the digits of a text, whatever the date in
// front of them, or the milliseconds since 1970 in UTC of /Date(…)/.
func asClock(v any) (clock, bool) {
	if object, ok := v.(map[string]any); ok {
		r := objectOf("", object)
		// Windows PowerShell adds the local time as a text to some.
		for _, name := range []string{"DateTime", "value"} {
			if p, ok := r.get(name); ok {
				if text, isText := p.value.(string); isText {
					if c, ok := asClock(text); ok {
						return c, true
					}
				}
			}
		}
		d, ok := asDuration(v)
		return clock{time: d, there: true}, ok && d < day
	}
	text, ok := asText(v)
	text = strings.TrimSpace(text)
	switch {
	case !ok:
		return clock{}, false
	case text == "":
		return clock{}, true
	}
	if m := jsonDate.FindStringSubmatch(text); m != nil {
		return clockOfDate(m[1], m[2])
	}
	m := clockText.FindStringSubmatch(text)
	if m == nil {
		return clock{}, false
	}
	hour, minute, second := number(m[1]), number(m[2]), number(m[3])
	switch strings.ToUpper(m[4]) {
	case "AM", "PM":
		if hour < 1 || hour > 12 {
			return clock{}, false
		}
		hour %= 12
		if strings.EqualFold(m[4], "PM") {
			hour += 12
		}
	}
	c := clock{time: time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second, there: true, utc: m[5] == "Z"}
	return c, hour < 24 && minute < 60 && second < 60
}

// jsonDate is the form of Windows PowerShell; the slashes were escaped.
var jsonDate = regexp.MustCompile(`^/Date\((-?\d{1,18})([+-]\d{4})?\)/$`)

// clockText is a time at the end of a text: 2 digits of ISO 8601 with what may
// follow them, or what a culture writes with AM and PM.
var clockText = regexp.MustCompile(`^(?:.*[ T,])?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AaPp][Mm])|(Z)|[+-]\d{2}:?\d{2})?$`)

// clockOfDate is the time of day of milliseconds since 1970, in UTC unless there is
// an offset.
func clockOfDate(millis, offset string) (clock, bool) {
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return clock{}, false
	}
	second := n / 1000
	if n < 0 && n%1000 != 0 {
		second--
	}
	if offset != "" {
		east := int64(number(offset[1:3])*3600 + number(offset[3:5])*60)
		if offset[0] == '-' {
			east = -east
		}
		second += east
	}
	second = (second%86400 + 86400) % 86400
	return clock{time: time.Duration(second) * time.Second, there: true, utc: offset == ""}, true
}

// number is a text of few digits.
func number(text string) int {
	n, _ := strconv.Atoi(text) // digits, or nothing, which is 0
	return n
}
