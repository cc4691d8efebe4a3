package uri

import (
	"slices"
	"strings"
	"unicode"

	"github.com/pamodata/pamodata/odata"
)

// queryTarget is what Error.Target calls the raw query.
const queryTarget = "query"

// parseQuery splits the raw query at "&", each part at its first "=", and
// decodes both sides. Parts without name and value are dropped. again is that of
// [Limits].
func parseQuery(raw string, again bool) ([]Option, *odata.Error) {
	if raw == "" {
		return nil, nil
	}
	options := make([]Option, 0, min(1+strings.Count(raw, "&"), 8))
	var seen nameSet
	for start := 0; start <= len(raw); {
		end := len(raw)
		if n := strings.IndexByte(raw[start:], '&'); n >= 0 {
			end = start + n
		}
		option, err := parseOption(raw, odata.Span{Start: start, End: end})
		if err != nil {
			return nil, err
		}
		if option.Name != "" || option.Value != "" {
			if seen.add(options, option.Name) {
				if again && !option.IsSystem() && slices.ContainsFunc(options, func(o Option) bool { return o.Name == option.Name && o.Value == option.Value }) {
					start = end + 1 // what is said twice is said
					continue
				}
				return nil, optionRepeated.error(option.Span.In(queryTarget), quote(option.Name))
			}
			options = append(options, option)
		}
		start = end + 1
	}
	if len(options) == 0 {
		return nil, nil
	}
	return options, nil
}

func parseOption(raw string, at odata.Span) (Option, *odata.Error) {
	name, value, hasValue := strings.Cut(raw[at.Start:at.End], "=")
	option := Option{Span: at}
	var bad *badText
	if option.Name, bad = unescape(name, true); bad != nil {
		return Option{}, bad.mistake.error(bad.at(at.Start).In(queryTarget), quote(name))
	}
	if option.Value, bad = unescape(value, true); bad != nil {
		return Option{}, bad.mistake.error(bad.at(at.Start+len(name)+1).In(queryTarget), quote(value))
	}
	option.Name = strings.TrimSpace(option.Name)
	if strings.IndexFunc(option.Name, unicode.IsControl) >= 0 {
		return Option{}, badCharacter.error(at.In(queryTarget), quote(option.Name))
	}
	if option.IsSystem() {
		if !isSystemOption(option.Name) {
			return Option{}, optionUnknown.error(at.In(queryTarget), quote(option.Name))
		}
		if !hasValue {
			return Option{}, optionWithoutValue.error(at.In(queryTarget), quote(option.Name))
		}
	}
	return option, nil
}

// A nameSet finds repeated names: by looking at the few there usually are, by a map
// when there are many.
type nameSet struct{ index map[string]struct{} }

// add reports whether name is among the options before it.
func (n *nameSet) add(before []Option, name string) bool {
	const few = 16
	if len(before) < few {
		for i := range before {
			if before[i].Name == name {
				return true
			}
		}
		return false
	}
	if n.index == nil {
		n.index = make(map[string]struct{}, 2*few)
		for i := range before {
			n.index[before[i].Name] = struct{}{}
		}
	}
	_, repeated := n.index[name]
	n.index[name] = struct{}{}
	return repeated
}
