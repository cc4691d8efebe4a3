package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
)

const day = 24 * time.Hour

func joined(list []string) string { return strings.Join(list, ", ") }

// parseTTL reads 1h30m, 2d, 1d12h, or a number of seconds.
func parseTTL(text string) (time.Duration, error) {
	wrong := fmt.Errorf("%s is not a duration; write one such as 1h30m, 2d, or seconds", shown(text))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < 0 || n > int64(pam.MaxRoleTTL/time.Second) {
			return 0, wrong
		}
		return time.Duration(n) * time.Second, nil
	}
	var total time.Duration
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseInt(days, 10, 64)
		if err != nil || n < 0 || n > int64(pam.MaxRoleTTL/day) {
			return 0, wrong
		}
		if total, rest = time.Duration(n)*day, after; rest == "" {
			return total, nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || d%time.Second != 0 || d > pam.MaxRoleTTL {
		return 0, wrong
	}
	return total + d, nil
}

// ttlText writes what parseTTL reads.
func ttlText(d time.Duration) string {
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// parseWindow reads 08:30-18:00.
func parseWindow(text string) (*pam.Window, error) {
	from, to, ok := strings.Cut(text, "-")
	var w pam.Window
	if ok {
		w.From, ok = parseClock(from)
	}
	if ok {
		w.To, ok = parseClock(to)
	}
	if !ok {
		return nil, fmt.Errorf("%s is not a time of day; write it like 08:30-18:00, or none", shown(text))
	}
	return &w, nil
}

// parseClock reads a time of day, up to 24:00.
func parseClock(text string) (time.Duration, bool) {
	if text == "24:00" {
		return day, true
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(form, text); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, true
		}
	}
	return 0, false
}

// clockText writes what parseClock reads.
func clockText(d time.Duration) string {
	text := fmt.Sprintf("%02d:%02d", d/time.Hour, d/time.Minute%60)
	if s := d / time.Second % 60; s != 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	return text
}

// parseWhen reads a day or an instant: 2026-03-11, 2026-03-11T08:00 in zone, or with Z
// or an offset.
func parseWhen(text string, zone *time.Location) (time.Time, error) {
	for _, form := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%s is not a time; write it like 2026-03-11 or 2026-03-11T08:00:00Z", shown(text))
}
