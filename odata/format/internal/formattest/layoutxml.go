package formattest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
)

var betweenTags = regexp.MustCompile(`>\n *<`)

// joinedXML takes the layout out of a golden file.
func joinedXML(text string) string {
	return strings.TrimSuffix(betweenTags.ReplaceAllString(text, "><"), "\n")
}

// layoutXML puts every element on a line of its own; one that holds only text, or
// nothing, or XHTML, stays on it.
func layoutXML(text string) string {
	var b strings.Builder
	depth, leaf := 0, true
	for text != "" {
		end := strings.IndexByte(text, '>') + 1
		tag, rest := text[:end], text[end:]
		content := strings.IndexByte(rest, '<')
		if name, ok := strings.CutSuffix(tag, ` type="xhtml">`); ok {
			content = strings.Index(rest, "</"+name[1:]+">")
		}
		switch {
		case strings.HasPrefix(tag, "</"):
			depth--
			if !leaf {
				b.WriteString("\n" + strings.Repeat("  ", depth))
			}
			leaf = false
		default:
			if b.Len() > 0 {
				b.WriteString("\n" + strings.Repeat("  ", depth))
			}
			opens := !strings.HasSuffix(tag, "/>") && !strings.HasSuffix(tag, "?>")
			if leaf = opens; opens {
				depth++
			}
		}
		b.WriteString(tag)
		if content < 0 {
			break
		}
		b.WriteString(rest[:content])
		text = rest[content:]
	}
	return b.String() + "\n"
}

// WellFormed reads a whole document with the standard library's reader and
// checks what that one lets through: prefixes nobody declared, attributes that
// stand twice, and a second root.
func WellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if depth != 0 || roots != 1 {
				return errors.New("not one whole element")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			if !declared(token.Name) {
				return errors.New("undeclared prefix in " + token.Name.Space + ":" + token.Name.Local)
			}
			seen := map[xml.Name]bool{}
			for _, a := range token.Attr {
				if seen[a.Name] || !declared(a.Name) {
					return errors.New("attribute " + a.Name.Local + " stands twice or has an undeclared prefix")
				}
				seen[a.Name] = true
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(token)) > 0 {
				return errors.New("text outside of the root")
			}
		}
	}
}

// declared reports that a name's prefix was resolved: what is left of others is
// the bare prefix.
func declared(name xml.Name) bool {
	return name.Space == "" || name.Space == "xmlns" || strings.Contains(name.Space, "://")
}
