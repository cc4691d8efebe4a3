package server

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A Setting is one key of the configuration: where its value goes, and what it
// means. The file, the environment, the flags, the reference and `config print`
// are all made from it.
type Setting struct {
	// Key is the name in the file, dots between sections: "tls.cert_file". The
	// environment variable is PAMODATA_TLS_CERT_FILE.
	Key string

	// Value points to where the value goes; what is there before [Load] is the
	// default. Types: *string, *bool, *int, *time.Duration, *[Size],
	// *[]string, *[]netip.Prefix and *slog.Level.
	Value any

	// Doc says what the key is for, in sentences; the first one is the help of
	// the flag. Name the unit, and what an empty value means.
	Doc string

	// Flag is the name of the flag, for those that are typed often. Default:
	// Key with dashes, "tls-cert-file".
	Flag string

	// Secret keeps the value out of everything that is printed.
	Secret bool
}

// A Size is a number of bytes, written as 512, 64KiB, 1MiB or 1GiB.
type Size int64

// String writes s in the largest unit that leaves no fraction.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s >= u.bytes && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

var sizeUnits = [...]struct {
	name  string
	bytes Size
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// flagName and variable are the other names of the key.
func (s *Setting) flagName() string {
	if s.Flag != "" {
		return s.Flag
	}
	return strings.NewReplacer(".", "-", "_", "-").Replace(s.Key)
}

func (s *Setting) variable() string {
	return environPrefix + strings.ToUpper(strings.ReplaceAll(s.Key, ".", "_"))
}

// kind names the form of the value for readers.
func (s *Setting) kind() string {
	switch s.Value.(type) {
	case *bool:
		return "true|false"
	case *int:
		return "number"
	case *time.Duration:
		return "duration"
	case *Size:
		return "size"
	case *[]string, *[]netip.Prefix:
		return "list"
	case *slog.Level:
		return "level"
	}
	return "text"
}

// assign stores v, which is text, a list, or what YAML made of a scalar.
func (s *Setting) assign(v any) error {
	switch target := s.Value.(type) {
	case *[]string:
		list, err := listOf(v)
		if err == nil {
			*target = list
		}
		return err
	case *[]netip.Prefix:
		list, err := listOf(v)
		if err != nil {
			return err
		}
		networks := make([]netip.Prefix, 0, len(list))
		for _, text := range list {
			network, err := parseNetwork(text)
			if err != nil {
				return err
			}
			networks = append(networks, network)
		}
		*target = networks
		return nil
	}
	text, err := textOf(v)
	if err != nil {
		return err
	}
	switch target := s.Value.(type) {
	case *string:
		*target = text
	case *bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is not true or false", text)
		}
		*target = text == "true"
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*target = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration; write it with a unit, such as 30s, 5m or 1h30m", text)
		}
		*target = d
	case *Size:
		n, err := parseSize(text)
		if err != nil {
			return err
		}
		*target = n
	case *slog.Level:
		level, ok := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}[text]
		if !ok {
			return fmt.Errorf("%q is not a level; the levels are debug, info, warn and error", text)
		}
		*target = level
	default:
		panic(fmt.Sprintf("server: setting %s points to a %T, which has no form in the configuration", s.Key, s.Value))
	}
	return nil
}

// texts is the value as it is written: one text, or the items of a list.
func (s *Setting) texts() (items []string, list bool) {
	switch value := s.Value.(type) {
	case *string:
		return []string{*value}, false
	case *bool:
		return []string{strconv.FormatBool(*value)}, false
	case *int:
		return []string{strconv.Itoa(*value)}, false
	case *time.Duration:
		return []string{value.String()}, false
	case *Size:
		return []string{value.String()}, false
	case *slog.Level:
		return []string{strings.ToLower(value.String())}, false
	case *[]string:
		return *value, true
	case *[]netip.Prefix:
		for _, network := range *value {
			items = append(items, network.String())
		}
		return items, true
	}
	panic(fmt.Sprintf("server: setting %s points to a %T, which has no form in the configuration", s.Key, s.Value))
}

// textOf is the text of a scalar from YAML, the environment or a flag.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case []any, []string:
		return "", errors.New("a list is given where one value belongs")
	case map[string]any:
		return "", errors.New("a section is given where one value belongs")
	}
	return "", errors.New("the value is not plain text; put it in quotes")
}

// listOf is a list from YAML, or from text with commas.
func listOf(v any) ([]string, error) {
	switch v := v.(type) {
	case []string:
		return v, nil
	case []any:
		list := make([]string, 0, len(v))
		for _, item := range v {
			text, err := textOf(item)
			if err != nil {
				return nil, err
			}
			list = append(list, text)
		}
		return list, nil
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	var list []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list, nil
}

// parseNetwork reads 10.0.0.0/8, or a single address.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil || network.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q is not an address or a network, such as 10.1.2.3 or 10.0.0.0/8", text)
	}
	return network.Masked(), nil
}

func parseSize(text string) (Size, error) {
	number, unit := text, Size(1)
	for _, u := range sizeUnits {
		if before, ok := strings.CutSuffix(text, u.name); ok {
			number, unit = strings.TrimSpace(before), u.bytes
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/int64(unit) {
		return 0, fmt.Errorf("%q is not a size; write bytes, or a number with KiB, MiB or GiB", text)
	}
	return Size(n) * unit, nil
}
