package bind

import (
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
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
			return
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
// complete: positions are those of the fields they stand for, conditions have
// the types that evaluators rely on, and guards reach every navigation in them.
func FuzzBindRequest(f *testing.F) {
	const guid = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	for _, seed := range [][2]string{
		{"Customers(1)/Home/City/$value", ""}, {"Customers", "$select=Name,Orders/Total&$expand=Orders,Demo.VipCustomer/Concierge&$top=1"},
		{"Customers/Demo.VipCustomer(1)/BestFriend/$links/Orders", "$filter=Total%20gt%201"}, {"OrderLines(LineNo=2,OrderId=" + guid + ")", ""},
		{"Tags('x')/Colour", "$format=json"}, {"DemoService.Orders/$count", "$orderby=Placed&$skip=3&$filter=Total%20gt%201"},
		{"$metadata", ""}, {"TopCustomers()", "n=3"}, {"Photos", "$select=*,Raw"}, {"Tags", "$select=Colour,DemoService.*"},
		{"Customers(1)/Orders(" + guid + ")/Customer/BestFriend/Orders", "$filter=Boxes/any()&$skiptoken=1"},
		{"Albums(1)/Cover/Demo.Portrait/Frame", ""}, {"Albums(1)/Owner", "$expand=Orders/Customer"}, {"Lucky/BestFriend/Promote", ""},
		{"Customers(1)/Rated(min=@a,max=2)/Mean()", "@a=1"}, {"TopCustomers(1)/Orders", "n=3&$top=2"}, {"Office/Geo/Lat/$value", ""},
		{"Import", "source='x'&color='Red'&price=1.5"}, {"Customers/Closest(lat=1)/Orders/$count", ""}, {"Photos(1)/$value", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	b := demoBinder(f)
	f.Fuzz(func(t *testing.T, path, query string) {
		syntax, err := uri.Parse(path, query, uri.Limits{})
		if err != nil {
			return
		}
		r, err := b.Request(syntax)
		if err != nil {
			if e := odata.AsError(err); e.Kind == odata.KindInternal || e.Message == "" || e.Target == "" {
				t.Errorf("%s?%s: %v", path, query, err)
			}
			return
		}
		if problem := checkRequest(r); problem != "" {
			t.Errorf("%s?%s: %s", path, query, problem)
		}
		if r.Query != nil {
			checkProjection(t, r.Query, r.Projection)
		}
		for _, q := range queriesOf(r) {
			if problem := checkGuarding(q); problem != "" {
				t.Errorf("%s?%s: %s", path, query, problem)
			}
		}
	})
}

// queriesOf are all queries of a request but its expansions.
func queriesOf(r *odata.Request) []*odata.Query {
	queries := slices.Clone(r.Sources)
	if r.Query != nil {
		queries = append(queries, r.Query)
	}
	for call := r.Operation; call != nil; call = call.Before {
		if call.Bound != nil {
			queries = append(queries, call.Bound)
		}
	}
	return queries
}

// checkRequest reports a part of a request that its kind does not have, or lacks.
func checkRequest(r *odata.Request) string {
	queries := queriesOf(r)
	for _, q := range queries {
		if q.Set == nil || !q.Type.Is(q.Set.Type()) {
			return "a query is not of its set's type"
		}
		if q != r.Query && !slices.Equal(q.Fields, q.Type.KeyProperties()) {
			return "a source does not ask for the key"
		}
		if q.Filter != nil {
			if problem := checkTypes(q.Filter); problem != "" {
				return problem
			}
		}
	}
	for call := r.Operation; call != nil; call = call.Before {
		if (call.Result != nil) != (call.Import.Result().Entity != nil) || call.Result != nil && !slices.Contains(queries, call.Result) {
			return "no query selects from the result of " + call.Import.Name
		}
		if call.Kind() != odata.Action && len(call.Arguments) != len(parametersOf(call.Import)) {
			return "arguments are missing"
		}
	}
	links := r.Kind == odata.LinkFeed || r.Kind == odata.LinkEntry
	feed := r.Kind == odata.LinkFeed || r.Kind == odata.Feed
	switch {
	case links != (r.Link != nil), links && len(r.Sources) == 0:
		return "links without a start, or a start without links"
	case (r.Kind == odata.NamedStream) != (r.Stream != nil):
		return "a stream where none is, or none where one is"
	case r.SkipToken != nil && !feed:
		return "a page of what is no feed"
	case (r.Set == nil) != (r.Query == nil) || (r.Query == nil) != (r.Projection == nil):
		return "a set without a query or a projection"
	case r.Query == nil && r.Operation == nil && r.Kind > odata.Batch:
		return "nothing to read from"
	}
	return ""
}

// checkGuarding restricts a query's conditions and reports a navigation that is
// left unrestricted.
func checkGuarding(q *odata.Query) string {
	guarded, err := Guarded(q.Filter, q.Set, func(*metadata.EntitySet) (odata.Expr, error) {
		return &odata.Literal{Value: edm.Boolean(true)}, nil
	})
	if err != nil {
		if e := odata.AsError(err); e.Code != CodeNoEntitySet {
			return err.Error()
		}
		return ""
	}
	problem := ""
	odata.Walk(guarded, func(e odata.Expr) bool {
		if nav, ok := e.(*odata.Navigate); ok && nav.Where == nil {
			problem = "a navigation is not restricted: " + odata.Dump(guarded)
		}
		return true
	})
	if problem == "" && guarded != nil {
		problem = checkTypes(guarded)
	}
	return problem
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
