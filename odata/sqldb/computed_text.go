package sqldb

import (
	"strings"
)

// A piece of the SQL of a computed property: text, and what stands behind it.
type piece struct {
	text   string
	column string // the name of a column, or
	param  string // that of a parameter; empty at the end
}

// piecesOf takes an expression apart. problem tells what is wrong with it; empty for
// nothing. Comments are left out, and blanks and line breaks become one blank.
func piecesOf(sql string, dialect Dialect) (pieces []piece, problem string) {
	var text strings.Builder
	depth, blank := 0, false
	for i := 0; i < len(sql); {
		rest := sql[i:]
		switch c := sql[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			blank = true
			i++
			continue
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			i += end
			blank = true
			continue
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest, "*/")
			if end < 0 {
				return nil, "a comment is not closed"
			}
			i += end + 2
			blank = true
			continue
		}
		if blank && (text.Len() > 0 || len(pieces) > 0) {
			text.WriteByte(' ')
		}
		blank = false
		switch c := sql[i]; c {
		case '\'', '"':
			end := strings.IndexByte(rest[1:], c)
			if end < 0 {
				return nil, "a quote is not closed"
			}
			text.WriteString(rest[:end+2])
			i += end + 2
			continue
		case '{':
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return nil, "a brace is not closed"
			}
			name, isParam := strings.CutPrefix(rest[1:end], ":")
			if name == "" || strings.ContainsAny(name, "{\x00\n") {
				return nil, "braces hold the name of a column, or a colon and that of a parameter"
			}
			p := piece{text: text.String(), column: name}
			if isParam {
				p.column, p.param = "", name
			}
			text.Reset()
			pieces = append(pieces, p)
			i += end + 1
			continue
		case '}':
			return nil, "a brace is closed that is not open"
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return nil, "a parenthesis is closed that is not open"
			}
		case ';':
			return nil, "it is more than an expression"
		case 0:
			return nil, "it holds a NUL"
		case '$':
			return nil, "parameters are written as {:name}, and texts in quotes"
		case '?', ':', '@':
			// Operators of PostgreSQL, but parameters in SQLite.
			if dialect == SQLite {
				return nil, "parameters are written as {:name}; what SQLite does not understand is for Expression.PostgreSQL"
			}
		}
		text.WriteByte(sql[i])
		i++
	}
	switch {
	case depth > 0:
		return nil, "a parenthesis is not closed"
	case text.Len() == 0 && len(pieces) == 0:
		return nil, "it is empty"
	}
	return append(pieces, piece{text: text.String()}), ""
}
