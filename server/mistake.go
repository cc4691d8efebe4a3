package server

import "strings"

// A ConfigError is everything that is wrong with a configuration.
type ConfigError struct{ Mistakes []Mistake }

// A Mistake is one thing wrong with a configuration.
type Mistake struct {
	Key    string // "tls.key_file"; empty when it is about a whole source
	Source string // where the value came from: "pamodata.yaml", "PAMODATA_LISTEN", "--addr"; empty for defaults
	Text   string // what is wrong and what would be right
}

// String is "key (source): text".
func (m Mistake) String() string {
	switch {
	case m.Key == "":
		return m.Source + ": " + m.Text
	case m.Source == "":
		return m.Key + ": " + m.Text
	}
	return m.Key + " (" + m.Source + "): " + m.Text
}

// Error lists the mistakes, a line each.
func (e *ConfigError) Error() string {
	var b strings.Builder
	b.WriteString("the configuration is not valid")
	for _, m := range e.Mistakes {
		b.WriteString("\n  " + m.String())
	}
	return b.String()
}
