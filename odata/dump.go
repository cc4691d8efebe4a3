package odata

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
)

// Dump prints e as one line for tests and logs:
//
//	(gt TTL:Int64 (convert 3600:Int32 Int64))
//
// Primitive types lose their "Edm." prefix. A nil expression prints as "true",
// the condition that always holds.
func Dump(e Expr) string {
	if e == nil {
		return "true"
	}
	var b strings.Builder
	dump(&b, e)
	return b.String()
}

func dump(b *strings.Builder, e Expr) {
	node := func(head string, children ...Expr) {
		b.WriteByte('(')
		b.WriteString(head)
		for _, c := range children {
			b.WriteByte(' ')
			dump(b, c)
		}
		b.WriteByte(')')
	}
	switch e := e.(type) {
	case *Literal:
		b.WriteString(e.Value.String())
		if !e.Of.IsZero() {
			b.WriteString(":" + typeName(e.Of))
		}
	case *Variable:
		b.WriteString(e.Name)
	case *Member:
		dumpPath(b, e.Of)
		b.WriteString(e.Property.Name + ":" + typeName(e.Property.TypeRef()))
	case *Dynamic:
		dumpPath(b, e.Of)
		b.WriteString(e.Name + ":?")
	case *Navigate:
		dumpPath(b, e.Of)
		if e.Nav.Name == "" {
			b.WriteString("~" + e.Nav.Partner().Name)
		} else {
			b.WriteString(e.Nav.Name)
		}
		if e.Where != nil {
			b.WriteByte('[')
			dump(b, e.Where)
			b.WriteByte(']')
		}
	case *TypeCast:
		dumpPath(b, e.Of)
		b.WriteString(e.Entity.QualifiedName())
	case *Unary:
		node(e.Op.String(), e.X)
	case *Binary:
		node(e.Op.String(), e.L, e.R)
	case *Convert:
		b.WriteString("(convert ")
		dump(b, e.X)
		b.WriteString(" " + strings.TrimPrefix(e.To.String(), "Edm.") + ")")
	case *Call:
		node(e.Function.Name, e.Args...)
	case *IsOf:
		b.WriteString("(isof ")
		dump(b, e.X)
		b.WriteString(" " + typeName(e.Of) + ")")
	case *Cast:
		b.WriteString("(cast ")
		dump(b, e.X)
		b.WriteString(" " + typeName(e.To) + ")")
	case *Lambda:
		head := "any"
		if e.All {
			head = "all"
		}
		if e.Body == nil {
			node(head, e.Of)
			return
		}
		b.WriteString("(" + head + " ")
		dump(b, e.Of)
		b.WriteString(" " + e.Var.Name + ": ")
		dump(b, e.Body)
		b.WriteByte(')')
	case *In:
		node("in", e.X...)
		for _, row := range e.Rows {
			b.WriteByte('[')
			for i, v := range row {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(v.String())
			}
			b.WriteByte(']')
		}
	}
}

// dumpPath prints the owner of a member and a slash, or nothing for $it.
func dumpPath(b *strings.Builder, of Expr) {
	if v, ok := of.(*Variable); of == nil || ok && v.Depth == 0 {
		return
	}
	dump(b, of)
	b.WriteByte('/')
}

func typeName(t metadata.TypeRef) string { return strings.TrimPrefix(t.String(), "Edm.") }
