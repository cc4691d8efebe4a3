package providertest

import "strings"

// depthRows hold the limits of nesting: some depth is taken, and too much is a
// mistake of the client, however it is made.
func depthRows() []row {
	nested := func(depth int, open, inner, end string) string {
		return "Customers?$filter=" + strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
	}
	var rows []row
	for _, d := range []struct{ name, open, inner, end string }{
		{"parentheses", "(", "Id eq 1", ")"},
		{"not", "not not ", "(Id eq 1)", ""},
		{"minus", "--", "Id eq 1", ""},
		{"and", "true and (", "Id eq 1", ")"},
		{"calls", "trim(", "Name", ") eq 'Ann'"},
		{"arithmetic", "1 mul (", "Id", ") eq 1"},
	} {
		few, many := nested(5, d.open, d.inner, d.end), nested(5000, d.open, d.inner, d.end)
		if d.name == "calls" || d.name == "arithmetic" {
			tail := strings.TrimLeft(d.end, ")")
			few, many = nested(5, d.open, d.inner, ")")+tail, nested(5000, d.open, d.inner, ")")+tail
		}
		rows = append(rows,
			row{section: "5.4", name: "depth of 5 " + d.name, target: few, want: "[1]", why: "a few levels are ordinary"},
			row{section: "5.4", name: "depth of 5000 " + d.name, target: many, want: "4xx", why: "there is a limit, and it is the client's mistake"})
	}
	for _, w := range []struct{ name, option, term, separator string }{
		{"terms", "$filter", "Id eq 1", " or "},
		{"sums", "$filter", "Id", " lt 1 add "},
		{"order terms", "$orderby", "Id", ","},
		{"paths", "$expand", "BestFriend/BestFriend,Orders/Customer", ","},
	} {
		many := w.term + strings.Repeat(w.separator+w.term, 20000)
		rows = append(rows, row{section: "5.4", name: "20000 " + w.name, target: "Customers?" + w.option + "=" + many, want: "4xx", why: "width has a limit, too"})
	}
	return append(rows,
		row{section: "5.4", name: "long literal", target: "Customers?$filter=Name eq '" + strings.Repeat("x", 1<<20) + "'", want: "4xx", why: "length has a limit, too"},
		row{section: "3.1", name: "deep path", target: "Customers(1)" + strings.Repeat("/BestFriend", 1000), want: "4xx", why: "a path has a limit, too"})
}
