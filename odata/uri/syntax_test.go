package uri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// dump shows the structure of a tree on one line: (and (eq A 1) (any Orders o
// (gt o/Total 5M))).
func dump(n Node) string {
	var b strings.Builder
	dumpNode(&b, n)
	return b.String()
}

func dumpNode(b *strings.Builder, n Node) {
	list := func(head string, children ...Node) {
		b.WriteString("(" + head)
		for _, c := range children {
			b.WriteByte(' ')
			dumpNode(b, c)
		}
		b.WriteByte(')')
	}
	owner := func(of Node) {
		if of != nil {
			dumpNode(b, of)
			b.WriteByte('/')
		}
	}
	switch n := n.(type) {
	case *Literal:
		b.WriteString(n.Raw)
	case *Name:
		owner(n.Of)
		b.WriteString("<" + n.Name + ">")
	case *Unary:
		list(n.Op.String(), n.X)
	case *Binary:
		list(n.Op.String(), n.L, n.R)
	case *Call:
		owner(n.Of)
		list("call "+n.Name, n.Args...)
	case *Lambda:
		owner(n.Of)
		head := "any"
		if n.All {
			head = "all"
		}
		if n.Body == nil {
			list(head)
		} else {
			list(head+" "+n.Var+":", n.Body)
		}
	default:
		panic("unknown node")
	}
}

// sameTree compares syntax without places. Values are compared as edm does.
var sameTree = cmp.Options{
	cmpopts.IgnoreTypes(odata.Span{}),
	cmp.Comparer(func(a, b edm.Value) bool { return a.Equal(b) }),
}

// failure is code and target of an error, "" for none.
func failure(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e := odata.AsError(err)
	if e.Kind == odata.KindInternal {
		t.Fatalf("internal error: %v", err)
	}
	return strings.TrimSpace(e.Code + " " + e.Target)
}

// A failureCase is input that must be refused with a code at a place.
type failureCase struct{ name, in, want, why string }

func checkFailures(t *testing.T, cases []failureCase, parse func(string) error) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, failure(t, parse(tt.in))); diff != "" {
				t.Errorf("%q: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestSpans(t *testing.T) {
	const text = "Name eq 'x' and not (Orders/any( o : o/Total gt 5 ))"
	n, err := ParseFilter(text, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	and := n.(*Binary)
	not := and.R.(*Unary)
	lambda := not.X.(*Lambda)
	for _, tt := range []struct {
		name string
		at   odata.Span
		want string
		why  string
	}{
		{"whole", and.Span(), text, "a binary reaches from the first to the last byte of its operands"},
		{"left", and.L.Span(), "Name eq 'x'", "blanks around an operand are outside"},
		{"literal", and.L.(*Binary).R.Span(), "'x'", "quotes belong to a literal"},
		{"not", not.Span(), "not (Orders/any( o : o/Total gt 5 ))", "the operand's parentheses are inside its operator"},
		{"lambda", lambda.Span(), "Orders/any( o : o/Total gt 5 )", "a step reaches from the beginning of its path"},
		{"lambda step", lambda.At, "any( o : o/Total gt 5 )", "At leaves out the path before"},
		{"variable", lambda.VarAt, "o", "a variable is found for errors"},
		{"member", lambda.Body.(*Binary).L.(*Name).At, "Total", "an unknown member is reported by name only"},
		{"member path", lambda.Body.(*Binary).L.Span(), "o/Total", "and its whole path is known too"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := text[tt.at.Start:tt.at.End]; got != tt.want {
				t.Errorf("span is %q, want %q: %s", got, tt.want, tt.why)
			}
		})
	}
}
