package bind

import (
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// FuzzBindFilter binds whatever parses, on entities of each kind. A bound tree
// has the types that evaluators rely on and survives being adopted; a mistake is
// the client's and never internal.
func FuzzBindFilter(f *testing.F) {
	for _, seed := range []string{
		"Name eq 'Ann'", "Credit gt 1.10 and Points gt 5", "BestFriend/Demo.VipCustomer/Level gt -1.5",
		"Orders/any(o:o/Total gt 5M and Emails/all(e:startswith(e,Name)))", "isof('Demo.VipCustomer') or cast(Score,'Edm.Int32') eq 1",
		"Colour eq 5 and not Flag and length(Made) add Size gt null", "Color eq 'Red' and Rights eq 'Read,Write'",
		"B add S mul I16 sub F div D mod I64 ge M", "substring(Name,1,2) eq concat('a','b')", "hour(Took) eq hour(Placed)",
		"Bin eq X'00' or On", "-null eq null", "Home eq null", "Where eq null", "round(B) eq floor(null)", "$it/Home/Geo/Lat eq INF",
	} {
		f.Add(seed)
	}
	b := demoBinder(f)
	f.Fuzz(func(t *testing.T, text string) {
		node, err := uri.ParseFilter(text, uri.Limits{})
		if err != nil {
			t.Skip()
		}
		for _, set := range b.model.DefaultContainer().AllEntitySets() {
			bound, err := b.Filter(set.Type(), node)
			if err != nil {
				if e := odata.AsError(err); e.Kind == odata.KindInternal || e.Message == "" || e.Target == "" {
					t.Errorf("%s: %q: %v", set.Name, text, err)
				}
				continue
			}
			if problem := checkTypes(bound); problem != "" {
				t.Errorf("%s: %q: %s", set.Name, text, problem)
			}
			again, err := Adopt(set.Type(), bound)
			if asksForStrangers(bound) {
				continue // legal in a request, a mistake in a guard
			}
			if err != nil {
				t.Errorf("%s: %q: bound to %s, which cannot be adopted: %v", set.Name, text, odata.Dump(bound), err)
			} else if first, second := odata.Dump(bound), odata.Dump(again); first != second {
				t.Errorf("%s: %q: bound to %s, adopted as %s", set.Name, text, first, second)
			}
		}
	})
}

// asksForStrangers reports an isof whose answer is no for every value.
func asksForStrangers(e odata.Expr) bool {
	strange := false
	odata.Walk(e, func(x odata.Expr) bool {
		if x, ok := x.(*odata.IsOf); ok {
			t := x.X.Type()
			switch {
			case x.Of.Entity != nil:
				strange = strange || t.Entity == nil || !t.Entity.Is(x.Of.Entity) && !x.Of.Entity.Is(t.Entity)
			case x.Of.Complex != nil:
				strange = strange || t.Complex != x.Of.Complex
			}
		}
		return true
	})
	return strange
}

// FuzzBindRequest binds whatever parses as a request. A request that binds is
// complete: positions are those of the fields they stand for.
func FuzzBindRequest(f *testing.F) {
	for _, seed := range [][2]string{
		{"Customers(1)/Home/City/$value", ""}, {"Customers", "$select=Name,Orders/Total&$expand=Orders,Demo.VipCustomer/Concierge&$top=1"},
		{"Customers/Demo.VipCustomer(1)/BestFriend/$links/Orders", ""}, {"OrderLines(LineNo=2,OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", ""},
		{"Tags('x')/Colour", "$format=json"}, {"DemoService.Orders/$count", "$orderby=Placed&$skip=3&$filter=Total%20gt%201"},
		{"$metadata", ""}, {"TopCustomers()", "n=3"}, {"Photos", "$select=*,Raw"},
	} {
		f.Add(seed[0], seed[1])
	}
	b := demoBinder(f)
	f.Fuzz(func(t *testing.T, path, query string) {
		syntax, err := uri.Parse(path, query, uri.Limits{})
		if err != nil {
			t.Skip()
		}
		r, err := b.Request(syntax)
		if err != nil {
			if e := odata.AsError(err); e.Kind == odata.KindInternal || e.Message == "" || e.Target == "" {
				t.Errorf("%s?%s: %v", path, query, err)
			}
			return
		}
		if r.Set == nil {
			return
		}
		checkProjection(t, r.Query, r.Projection)
		if r.Query.Filter != nil {
			if problem := checkTypes(r.Query.Filter); problem != "" {
				t.Errorf("%s?%s: %s", path, query, problem)
			}
		}
	})
}

// checkProjection compares the positions in a projection with the query they
// point into.
func checkProjection(t *testing.T, q *odata.Query, p *odata.Projection) {
	if p.Set != q.Set || p.Type != q.Type {
		t.Errorf("the projection is of %s:%s, the query of %s:%s", p.Set.Name, p.Type.Name, q.Set.Name, q.Type.Name)
	}
	for _, field := range p.Fields {
		if q.Field(field.Property) != field.Index {
			t.Errorf("%s is sent from position %d and read at %d", field.Property.Name, field.Index, q.Field(field.Property))
		}
	}
	if len(q.Fields) > 0 {
		for i, key := range q.Type.KeyProperties() {
			if p.Key[i] != q.Field(key) {
				t.Errorf("the key's %s is at %d and read at %d", key.Name, p.Key[i], q.Field(key))
			}
		}
		for i, token := range q.Type.ConcurrencyTokens() {
			if p.Tokens[i] != q.Field(token) {
				t.Errorf("the token %s is at %d and read at %d", token.Name, p.Tokens[i], q.Field(token))
			}
		}
	}
	expanded := 0
	for _, nav := range p.Navigation {
		if nav.Expanded == nil {
			continue
		}
		expanded++
		if e := q.Expand[nav.Index]; e.Nav != nav.Nav {
			t.Errorf("%s is sent from the expansion of %s", nav.Nav.Name, e.Nav.Name)
		} else {
			checkProjection(t, e.Query, nav.Expanded)
		}
	}
	if expanded != len(q.Expand) {
		t.Errorf("%d properties are expanded and %d sent", len(q.Expand), expanded)
	}
}
