package formattest

import "strings"

// lineWidth is how long a line of a golden file may get.
const lineWidth = 110

// layoutJSON breaks compact JSON into lines: what fits stays on one, and the
// objects of a broken array have one or more each.
func layoutJSON(text string) string { return layoutJSONAt(text, 0) }

func layoutJSONAt(text string, indent int) string {
	if indent+len(text) <= lineWidth || text[0] != '{' && text[0] != '[' {
		return text
	}
	var b strings.Builder
	b.WriteByte(text[0])
	column := indent + 1
	for i, part := range parts(text[1 : len(text)-1]) {
		name, value := splitName(part)
		rendered := name + layoutJSONAt(value, indent+1)
		switch {
		case i == 0:
		case column+1+len(rendered) > lineWidth || text[0] == '[' && value[0] == '{':
			b.WriteString(",\n" + strings.Repeat(" ", indent+1))
			column = indent + 1
		default:
			b.WriteByte(',')
			column++
		}
		b.WriteString(rendered)
		if at := strings.LastIndexByte(rendered, '\n'); at >= 0 {
			column = len(rendered) - at - 1
		} else {
			column += len(rendered)
		}
	}
	b.WriteByte(text[len(text)-1])
	return b.String()
}

// splitName cuts "name": off a member; an item of an array has none.
func splitName(part string) (name, value string) {
	if end := jsonEnd(part); end < len(part) {
		return part[:end+1], part[end+1:]
	}
	return "", part
}

// parts splits the inside of an object or array at its commas.
func parts(text string) (all []string) {
	for text != "" {
		end := jsonEnd(text)
		if end < len(text) && text[end] == ':' {
			end += 1 + jsonEnd(text[end+1:])
		}
		all = append(all, text[:end])
		text = strings.TrimPrefix(text[end:], ",")
	}
	return all
}

// jsonEnd is the length of the value that text begins with.
func jsonEnd(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case depth == 0 && (c == ',' || c == ':'):
			return i
		}
	}
	return len(text)
}
