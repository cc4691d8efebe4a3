package server

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

const (
	environPrefix = "PAMODATA_"
	// fileVariable names the file when Sources.File does not.
	fileVariable = environPrefix + "CONFIG"
)

// Sources are where [Load] looks, each overriding the one before: the file, the
// environment, the flags.
type Sources struct {
	// File is the path of a YAML file. Empty: the variable PAMODATA_CONFIG of
	// Environ names it, or there is none.
	File string

	// Environ has the form of os.Environ. Variables that begin with PAMODATA_
	// are keys; others are ignored.
	Environ []string

	// Flags are parsed flags that [Flags] registered; others are ignored. May be
	// nil.
	Flags *pflag.FlagSet
}

// Load reads the configuration of the server, and into extra the program's own
// keys. Everything that is wrong with it is reported at once: the error is a
// *[ConfigError], also for a file that cannot be read.
func Load(from Sources, extra ...Setting) (Config, error) {
	c := Defaults()
	l := loader{settings: append(c.Settings(), extra...), sources: map[string]string{}}
	l.readFile(from)
	l.readEnviron(from.Environ)
	l.readFlags(from.Flags)

	c.sources, c.extra = l.sources, extra
	if !l.mistaken("") { // without a whole source, the rest would only confuse
		for _, m := range c.check() {
			if !l.mistaken(m.Key) {
				l.mistakes = append(l.mistakes, m)
			}
		}
	}
	if len(l.mistakes) > 0 {
		return Config{}, &ConfigError{l.mistakes}
	}
	return c, nil
}

// Flags registers a flag for every key of the server and of extra.
func Flags(fs *pflag.FlagSet, extra ...Setting) {
	c := Defaults()
	for _, s := range append(c.Settings(), extra...) {
		usage, _, _ := strings.Cut(s.Doc, ". ")
		flag := fs.VarPF(newFlagValue(&s), s.flagName(), "", strings.TrimSuffix(usage, "."))
		if _, ok := s.Value.(*bool); ok {
			flag.NoOptDefVal = "true"
		}
	}
}

// A flagValue keeps what was typed; [Load] judges it together with the rest.
type flagValue struct {
	form  string
	items []string
	list  bool
	typed bool // items are no longer the default
}

func newFlagValue(s *Setting) *flagValue {
	items, list := s.texts()
	if s.Secret {
		items = nil
	}
	return &flagValue{form: s.kind(), items: items, list: list}
}

func (v *flagValue) String() string { return strings.Join(v.items, ",") }
func (v *flagValue) Type() string   { return v.form }

// Set is called for each occurrence; those of a list add up.
func (v *flagValue) Set(text string) error {
	if !v.list || !v.typed {
		v.items = nil
	}
	v.items, v.typed = append(v.items, text), true
	return nil
}

// A loader puts the layers into the settings.
type loader struct {
	settings []Setting
	sources  map[string]string
	mistakes []Mistake
}

func (l *loader) mistake(key, source, format string, args ...any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ") // YAML's have several lines
	l.mistakes = append(l.mistakes, Mistake{key, source, text})
}

// mistaken reports whether the value of key is known to be wrong.
func (l *loader) mistaken(key string) bool {
	return slices.ContainsFunc(l.mistakes, func(m Mistake) bool { return m.Key == key })
}

func (l *loader) readFile(from Sources) {
	path := from.File
	if path == "" {
		for _, variable := range from.Environ {
			if value, ok := strings.CutPrefix(variable, fileVariable+"="); ok {
				path = value
			}
		}
	}
	if path == "" {
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		l.mistake("", path, "%v", err)
		return
	}
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(text), yaml.Parser()); err != nil {
		l.mistake("", path, "not a YAML file of keys and values: %v", err)
		return
	}
	l.apply(k.All(), func(string) string { return path })
}

func (l *loader) readEnviron(environ []string) {
	keys := map[string]string{fileVariable: ""}
	for i := range l.settings {
		keys[l.settings[i].variable()] = l.settings[i].Key
	}
	k := koanf.New(".")
	err := k.Load(env.Provider(".", env.Opt{
		Prefix:      environPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(variable, value string) (string, any) {
			key, known := keys[variable]
			if !known {
				l.mistake(variable, "the environment", "unknown variable%s", suggest(variable, slices.Sorted(maps.Keys(keys))))
			}
			return key, value
		},
	}), nil)
	if err != nil {
		l.mistake("", "the environment", "%v", err)
		return
	}
	l.apply(k.All(), func(key string) string { return l.setting(key).variable() })
}

func (l *loader) readFlags(fs *pflag.FlagSet) {
	if fs == nil {
		return
	}
	k := koanf.New(".")
	err := k.Load(posflag.ProviderWithFlag(fs, ".", nil, func(f *pflag.Flag) (string, any) {
		value, ours := f.Value.(*flagValue)
		at := slices.IndexFunc(l.settings, func(s Setting) bool { return s.flagName() == f.Name })
		if !ours || at < 0 {
			return "", nil
		}
		return l.settings[at].Key, value.String()
	}), nil)
	if err != nil {
		l.mistake("", "the flags", "%v", err)
		return
	}
	l.apply(k.All(), func(key string) string { return "--" + l.setting(key).flagName() })
}

func (l *loader) setting(key string) *Setting {
	for i := range l.settings {
		if l.settings[i].Key == key {
			return &l.settings[i]
		}
	}
	return nil
}

// apply puts one layer into the settings.
func (l *loader) apply(layer map[string]any, source func(key string) string) {
	for _, key := range slices.Sorted(maps.Keys(layer)) {
		s := l.setting(key)
		if s == nil {
			l.unknown(key, layer[key], source(key))
			continue
		}
		l.sources[key] = source(key)
		if err := s.assign(layer[key]); err != nil {
			l.mistake(key, l.sources[key], "%v", err)
		}
	}
}

// unknown reports a key of the file that means nothing.
func (l *loader) unknown(key string, value any, source string) {
	var inside, all []string
	for i := range l.settings {
		all = append(all, l.settings[i].Key)
		if strings.HasPrefix(l.settings[i].Key, key+".") {
			inside = append(inside, l.settings[i].Key)
		}
	}
	section, _ := value.(map[string]any)
	switch {
	case len(inside) == 0:
		l.mistake(key, source, "unknown key%s", suggest(key, all))
	case value != nil && (section == nil || len(section) > 0):
		l.mistake(key, source, "is a section, not a value; its keys are %s", strings.Join(inside, ", "))
	}
}

// suggest names the known name that name may have been meant to be.
func suggest(name string, known []string) string {
	best, least := "", 1+len(name)/3
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	if best == "" { // perhaps only the section is wrong
		last := name[strings.LastIndexByte(name, '.')+1:]
		for _, candidate := range known {
			if candidate == last || strings.HasSuffix(candidate, "."+last) {
				best = candidate
				break
			}
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is the number of single-byte edits between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
