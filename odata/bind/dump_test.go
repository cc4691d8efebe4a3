package bind

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// dumpRequest prints what matters of a request, one line for each part that is
// there:
//
//	entry Customers:Customer
//	filter (eq Id:Int32 1:Int32)
//	order Name:String desc, Id:Int32
//	rows Id Name
//	send Name ; key 0 tokens 1
func dumpRequest(r *odata.Request) string {
	var b strings.Builder
	b.WriteString(r.Kind.String())
	if r.Set != nil {
		fmt.Fprintf(&b, " %s:%s", r.Set.Name, r.Query.Type.Name)
	}
	b.WriteByte('\n')
	if r.Set == nil {
		return b.String()
	}
	dumpQuery(&b, "", r.Query)
	if r.InlineCount {
		b.WriteString("inlinecount\n")
	}
	if len(r.Property) > 0 {
		names := make([]string, len(r.Property))
		for i, p := range r.Property {
			names[i] = p.Name
		}
		fmt.Fprintf(&b, "property %s field %d members %v\n", strings.Join(names, "/"), r.Field, r.Members)
	}
	dumpProjection(&b, "", r.Projection)
	return b.String()
}

func dumpQuery(b *strings.Builder, indent string, q *odata.Query) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	if q.Filter != nil {
		line("filter %s", odata.Dump(q.Filter))
	}
	if len(q.OrderBy) > 0 {
		line("order %s", dumpOrder(q.OrderBy))
	}
	if q.Skip != 0 {
		line("skip %d", q.Skip)
	}
	if q.Top != nil {
		line("top %d", *q.Top)
	}
	if q.Total {
		line("total")
	}
	if len(q.Custom) > 0 {
		line("custom %v", q.Custom)
	}
	names := make([]string, len(q.Fields))
	for i, p := range q.Fields {
		names[i] = p.Name
	}
	line("rows %s", strings.Join(names, " "))
	for _, e := range q.Expand {
		line("expand %s from %s:%s", e.Nav.Name, e.Query.Set.Name, e.Query.Type.Name)
		dumpQuery(b, indent+"  ", e.Query)
	}
}

func dumpOrder(order []odata.Order) string {
	terms := make([]string, len(order))
	for i, o := range order {
		terms[i] = odata.Dump(o.By)
		if o.Descending {
			terms[i] += " desc"
		}
	}
	return strings.Join(terms, ", ")
}

func dumpProjection(b *strings.Builder, indent string, p *odata.Projection) {
	only := func(t *metadata.EntityType) string {
		if t == nil {
			return ""
		}
		return "(" + t.Name + ")"
	}
	parts := make([]string, 0, len(p.Fields))
	for _, f := range p.Fields {
		parts = append(parts, fmt.Sprintf("%s%s=%d", f.Property.Name, only(f.Only), f.Index))
	}
	fmt.Fprintf(b, "%ssend %s; key %v tokens %v", indent, strings.Join(parts, " "), p.Key, p.Tokens)
	for _, s := range p.Streams {
		b.WriteString(" stream " + s.Name)
	}
	if p.Dynamic {
		b.WriteString(" dynamic")
		if p.DynamicNames != nil {
			fmt.Fprintf(b, " %v", p.DynamicNames)
		}
	}
	if p.Select != "" {
		fmt.Fprintf(b, " select %q", p.Select)
	}
	b.WriteByte('\n')
	for _, n := range p.Navigation {
		fmt.Fprintf(b, "%s  nav %s%s", indent, n.Nav.Name, only(n.Only))
		if n.Expanded == nil {
			b.WriteString("\n")
			continue
		}
		fmt.Fprintf(b, " related %d%s\n", n.Index, only(n.ExpandOnly))
		dumpProjection(b, indent+"    ", n.Expanded)
	}
}

// addressed is what the path of a request means, on one line.
func addressed(r *odata.Request) string {
	text := r.Kind.String()
	if r.Set == nil {
		return text
	}
	text += " " + r.Set.Name + ":" + r.Query.Type.Name
	if r.Query.Filter != nil {
		text += " " + odata.Dump(r.Query.Filter)
	}
	if len(r.Property) > 0 {
		names := make([]string, len(r.Property))
		for i, p := range r.Property {
			names[i] = p.Name
		}
		text += fmt.Sprintf(" %s %v", strings.Join(names, "/"), r.Members)
	}
	return text
}

// dumpRoute prints how a request reaches what it addresses, one line for each
// part that is there:
//
//	entry Customers:Customer, or nothing
//	through Orders:Order where (eq OrderId:Guid …)
//	of operation Rated(5) on Customers:Customer where (eq Id:Int32 1:Int32)
//	where (any Orders x1: …)
//	link Customers/Orders, one
//	property Home/City [1]
//
// Queries that select from the result of an operation say so.
func dumpRoute(r *odata.Request) string {
	var b strings.Builder
	calls := map[*odata.Query]string{}
	for call := r.Operation; call != nil; call = call.Before {
		if call.Result != nil {
			calls[call.Result] = call.Import.Name
		}
	}
	target := func(q *odata.Query) string {
		text := q.Set.Name + ":" + q.Type.Name
		if name := calls[q]; name != "" {
			text = "the result of " + name + " in " + text
		}
		return text
	}
	where := func(q *odata.Query) string {
		if q.Filter == nil {
			return target(q)
		}
		return target(q) + " where " + odata.Dump(q.Filter)
	}
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	first := r.Kind.String()
	if r.Query != nil {
		first += " " + target(r.Query)
	}
	if r.MayBeAbsent {
		first += ", or nothing"
	}
	line("%s", first)
	for _, source := range r.Sources {
		line("through %s", where(source))
	}
	for call := r.Operation; call != nil; call = call.Before {
		arguments := make([]string, len(call.Arguments))
		for i, v := range call.Arguments {
			arguments[i] = v.String()
		}
		text := fmt.Sprintf("of %s %s(%s)", [...]string{"action", "function", "service operation"}[call.Kind()], call.Import.Name, strings.Join(arguments, ","))
		if call.Bound != nil {
			text += " on " + where(call.Bound)
		}
		line("%s", text)
	}
	if r.Query != nil && r.Query.Filter != nil {
		line("where %s", odata.Dump(r.Query.Filter))
	}
	if r.Query != nil && len(r.Query.OrderBy) > 0 {
		line("order %s", dumpOrder(r.Query.OrderBy))
	}
	if r.Link != nil {
		text := r.Link.Set.Name + "/"
		if r.Link.Type != nil {
			text += r.Link.Type.Name + "/"
		}
		text += r.Link.Nav.Name
		if r.Link.One {
			text += ", one"
		}
		line("link %s", text)
	}
	if len(r.Property) > 0 {
		names := make([]string, len(r.Property))
		for i, p := range r.Property {
			names[i] = p.Name
		}
		line("property %s %v", strings.Join(names, "/"), r.Members)
	}
	if r.Dynamic != "" {
		line("dynamic %s", r.Dynamic)
	}
	if r.Stream != nil {
		line("stream %s", r.Stream.Name)
	}
	if r.SkipToken != nil {
		line("after %s", *r.SkipToken)
	}
	return b.String()
}
