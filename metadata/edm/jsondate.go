package edm

import (
	"strconv"
	"strings"
)

// This file is about the way JSON verbose writes dates before version 3: the
// milliseconds since 1970-01-01, as in /Date(1436683200000)/. Writers escape
// the slashes as \/; here the text is already unescaped.

const (
	jsonDateOpen  = "/Date("
	jsonDateClose = ")/"

	ticksPerMilli = TicksPerSecond / 1000
)

func isJSONDate(s string) bool { return strings.HasPrefix(s, jsonDateOpen) }

// parseJSONDate reads the milliseconds and the offset in minutes, if any.
func parseJSONDate(s string) (ticks int64, zone Zone, err error) {
	inside, ok := strings.CutSuffix(s[len(jsonDateOpen):], jsonDateClose)
	if !ok {
		return 0, 0, syntaxError(len(s), "a date of this form ends in )/")
	}
	zone = UTC
	if at := strings.LastIndexAny(inside, "+-"); at > 0 {
		minutes, err := strconv.Atoi(inside[at:])
		if err != nil || minutes < -maxOffset || minutes > maxOffset {
			return 0, 0, syntaxError(len(jsonDateOpen)+at, "an offset is up to 840 minutes either way")
		}
		zone = Offset(minutes)
		inside = inside[:at]
	}
	millis, err := strconv.ParseInt(inside, 10, 64)
	const first = -UnixEpochTicks / ticksPerMilli
	const last = (MaxDateTimeTicks - UnixEpochTicks) / ticksPerMilli
	if err != nil || millis < first || millis > last {
		return 0, 0, syntaxError(len(jsonDateOpen), "expected milliseconds since 1970 of the years 0001 to 9999")
	}
	return UnixEpochTicks + millis*ticksPerMilli, zone, nil
}

// parseJSONDateTime reads an Edm.DateTime; the milliseconds are those of the
// clock, which without an offset is UTC.
func parseJSONDateTime(s string) (Value, error) {
	ticks, zone, err := parseJSONDate(s)
	if err != nil {
		return Null, err
	}
	return DateTime{ticks: ticks, zone: zone}.Value(), nil
}

func parseJSONDateTimeOffset(s string) (Value, error) {
	ticks, zone, err := parseJSONDate(s)
	if err != nil {
		return Null, err
	}
	d, err := NewDateTimeOffset(ticks, zone.Minutes())
	if err != nil {
		return Null, syntaxError(0, err.Error())
	}
	return d.Value(), nil
}

// AppendJSONDate appends the form of JSON verbose before version 3, without
// escaping its slashes: /Date(1436683200000)/, the milliseconds of the instant
// since 1970 in UTC, a value without a zone taken as UTC. Fractions of a
// millisecond are cut off.
func (d DateTime) AppendJSONDate(dst []byte) []byte {
	dst = append(dst, jsonDateOpen...)
	dst = strconv.AppendInt(dst, floorDiv(d.instant()-UnixEpochTicks, ticksPerMilli), 10)
	return append(dst, jsonDateClose...)
}

// AppendJSONDate appends the form of JSON verbose before version 3, without
// escaping its slashes: /Date(1436683200000+0120)/, the milliseconds from 1970
// to the reading of the clock, and its offset in minutes. Fractions of a
// millisecond are cut off.
func (d DateTimeOffset) AppendJSONDate(dst []byte) []byte {
	dst = append(dst, jsonDateOpen...)
	dst = strconv.AppendInt(dst, floorDiv(d.ticks-UnixEpochTicks, ticksPerMilli), 10)
	sign, minutes := byte('+'), int(d.offset)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	dst = append(dst, sign)
	dst = append2(append2(dst, minutes/100), minutes%100)
	return append(dst, jsonDateClose...)
}
