package uri

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shapeNames are the names of a model, without digits.
var shapeNames = []string{"Customers", "Orders", "Name", "Id", "Total", "Lines", "Demo.Vip", "Level", "A", "B", "GetTop", "category", "DemoService"}

func knownToShape(name string) bool { return slices.Contains(shapeNames, name) }

func TestShape(t *testing.T) {
	for _, tt := range []struct{ name, path, options, want, why string }{
		{"service document", "", "", "", "there is nothing to tell"},
		{"set", "Customers", "", "Customers", "names of the model are told"},
		{"key", "Customers('ALFKI')", "", "Customers(?)", "keys are not"},
		{"named keys", "Lines(A='secret',B=@b)", "@b=5L", "Lines(A=?,B=?)??=?", "nor are aliases"},
		{"empty parentheses", "Customers()", "", "Customers()", "what the client wrote has another meaning"},
		{"words of the protocol", "Customers(1)/$links/Orders/$count", "", "Customers(?)/$links/Orders/$count", "they are nobody's choice"},
		{"a word with a key", "$count(1)", "", "?(?)", "it is no word of the protocol"},
		{"unknown segment", "Customers(1)/S3cret", "", "Customers(?)/?", "undeclared properties are named by clients"},
		{"reference of a batch", "$1/Orders", "", "?/Orders", "it has a number"},
		{"type cast", "Customers/Demo.Vip(1)/Level", "", "Customers/Demo.Vip(?)/Level", "types are of the model"},
		{"all literals", "Customers", "$filter=Name eq 'O''Neil' and Id gt 7 or Total lt 5.5M and Name ne null", "Customers?$filter=Name eq ? and Id gt ? or Total lt ? and Name ne ?", "null and numbers are literals, too"},
		{"functions", "Customers", "$filter=startswith(tolower(Name),'x') and geo.distance(Place,geography'SRID=0;Point(1 2)') lt 3", "Customers?$filter=startswith(tolower(Name),?) and geo.distance(?,?) lt ?", "functions are of the protocol"},
		{"unknown function", "Customers", "$filter=s3cret(Name) eq 1", "Customers?$filter=?(Name) eq ?", "other names are not"},
		{"bound function", "Customers", "$filter=Orders/startswith(1) eq 1", "Customers?$filter=Orders/?(?) eq ?", "the canonical ones are not members"},
		{"range variables", "Customers", "$filter=Orders/any(jane:jane/Total gt 1 and jane/Lines/all(joe:joe/A eq jane/B or jane eq Jane))", "Customers?$filter=Orders/any(x:x/Total gt ? and x/Lines/all(y:y/A eq x/B or x eq ?))", "clients name them"},
		{"shadowed variable", "Customers", "$filter=Orders/any(o:o/Lines/any(o:o/A eq 1) and o/Total eq 1)", "Customers?$filter=Orders/any(x:x/Lines/any(y:y/A eq ?) and x/Total eq ?)", "the innermost one counts"},
		{"variable like a property", "Customers", "$filter=Orders/any(Name:Name/Total eq 1) and Name eq 1", "Customers?$filter=Orders/any(x:x/Total eq ?) and Name eq ?", "it is in scope in its lambda"},
		{"any", "Customers", "$filter=Orders/any()", "Customers?$filter=Orders/any()", "without a condition"},
		{"it", "Customers", "$filter=$it/Name eq 'x'", "Customers?$filter=$it/Name eq ?", "a word of the protocol"},
		{"precedence", "Customers", "$filter=not (Id eq 1 or Id eq 2) and -(Id add 1) mul 2 gt Id sub (Id sub 3)", "Customers?$filter=not (Id eq ? or ...) and -(Id add ?) mul ? gt Id sub (Id sub ?)", "parentheses are where they are needed"},
		{"list of alternatives", "Customers", "$filter=Id eq 1 or Id eq 2 or Id eq 3", "Customers?$filter=Id eq ? or ...", "lists of any length have one shape"},
		{"longer list", "Customers", "$filter=Id eq 1 or Id eq 2 or Id eq 3 or Id eq 4 or Id eq 5", "Customers?$filter=Id eq ? or ...", "lists of any length have one shape"},
		{"list between others", "Customers", "$filter=Name eq 'a' or Id eq 1 or Id eq 2 or Id eq 3 or Total eq 1 or Total eq 2 or Name eq 'b'", "Customers?$filter=Name eq ? or Id eq ? or ... or Total eq ? or ... or Name eq ?", "only neighbours are joined"},
		{"order", "Customers", "$orderby=Name desc,Orders/Total asc,length(Name)", "Customers?$orderby=Name desc,Orders/Total,length(Name)", "asc is the default"},
		{"shape of a page", "Customers", "$inlinecount=allpages&$skip=20&$top=10&$skiptoken='abc',1", "Customers?$top=?&$skip=?&$skiptoken=?&$inlinecount=allpages", "options have one order"},
		{"projection", "Customers", "$select=Name,Orders/*,DemoService.*,Demo.Vip/Level,S3cret&$expand=Orders/Lines,Demo.Vip/Orders", "Customers?$expand=Orders/Lines,Demo.Vip/Orders&$select=Name,Orders/*,DemoService.*,Demo.Vip/Level,?", "unknown names are hidden"},
		{"unknown container", "Customers", "$select=Secret.*", "Customers?$select=?.*", "unknown names are hidden"},
		{"format", "Customers", "$format=application/s3cret&$callback=run", "Customers?$format=?&$callback=?", "the client's text"},
		{"arguments", "GetTop", "category='S3cret'&count=5", "GetTop?category=?&?=?", "parameters are of the model"},
		{"custom options", "Customers", "token=S3cret&@a=1&other=2&=x", "Customers??=?", "what clients name is one mark"},
		{"blank options", "Customers", "$filter=&$top= ", "Customers", "they count as absent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse(tt.path, escapeBlanks(tt.options), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, r.Shape(knownToShape)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func escapeBlanks(options string) string { return strings.ReplaceAll(options, " ", "%20") }

// TestShapeIsBounded has a name whose letters take two bytes at the cut.
func TestShapeIsBounded(t *testing.T) {
	long := strings.Repeat("Žé", 9)
	for _, tt := range []struct{ name, options, why string }{
		{"names", "$select=" + strings.Repeat(long+",", 40) + long, "many names"},
		{"operators", "$filter=Id eq 1" + strings.Repeat(" add "+long, 40), "a long chain"},
		{"alternatives", "$filter=A eq 1" + strings.Repeat(" or B eq 1 or "+long+" eq 1", 40), "a long list of different operands"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse("Customers", escapeBlanks(tt.options), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := r.Shape(func(name string) bool { return name == long || knownToShape(name) })
			if len(got) > maxShape || !strings.HasSuffix(got, ellipsis) || strings.ToValidUTF8(got, "") != got {
				t.Errorf("%s: %d bytes %q", tt.why, len(got), got)
			}
		})
	}
}

// shapeWords is the vocabulary of shapes beside the names of the model.
var shapeWords = append([]string{
	"$metadata", "$batch", "$count", "$value", "$links", "$it", "$filter", "$orderby", "$top", "$skip", "$skiptoken", "$inlinecount",
	"$expand", "$select", "$format", "$callback", "none", "allpages", "desc", "not", "any", "all", "x", "y", "z",
	"and", "or", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "div", "mod",
	"substringof", "startswith", "endswith", "length", "indexof", "substring", "replace", "tolower", "toupper", "trim", "concat",
	"year", "month", "day", "hour", "minute", "second", "round", "floor", "ceiling", "geo.distance", "geo.length", "geo.intersects", "isof", "cast",
}, shapeNames...)

var (
	shapeWord = regexp.MustCompile(`[^ ?/(),=&*:-]+`)
	shapeDots = regexp.MustCompile(`^(\.\.\.|\.)$`)
)

// checkShape wants nothing in a shape but words of the closed vocabulary and the
// signs between them, so that nothing a client has written can be there by itself.
func checkShape(t *testing.T, shape string) {
	t.Helper()
	if len(shape) > maxShape {
		t.Fatalf("a shape of %d bytes", len(shape))
	}
	whole := strings.TrimSuffix(shape, ellipsis) == shape || len(shape) < maxShape-8
	words := shapeWord.FindAllString(shape, -1)
	for i, word := range words {
		if shapeDots.MatchString(word) || !whole && i == len(words)-1 {
			continue
		}
		word = strings.TrimSuffix(word, ".") // before an asterisk
		if slices.Contains(shapeWords, word) {
			continue
		}
		t.Fatalf("the shape %q has the word %q, which is in no vocabulary", shape, word)
	}
}

// FuzzShape: the shape of any request is of a closed vocabulary, which has neither
// digits nor quotes, and the same for the request as it prints itself.
func FuzzShape(f *testing.F) {
	for _, seed := range []struct{ path, query string }{
		{"Customers(1)/Orders/$count", "$filter=Name%20eq%20'S3cret'&v=1"},
		{"Lines(A='x%27%27y',B=@b)/Demo.Vip/Level", "@b=5L&$top=1&$skip=2"},
		{"%24metadata//..", "$format=json;odata=verbose"},
		{"pamrequests(guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4')/Close", "$inlinecount=allpages&$callback=f"},
		{"Customers", "$select=*,a/b,C.*&$expand=a/b,c&$orderby=a+desc,Name&$skiptoken='a',1"},
		{"Customers", "$filter=not+(a+or+-b/c)+and+Orders/any(secret:secret/Total+gt+1)"},
		{"Customers", "$filter=Id+eq+1+or+Id+eq+2+or+Name+eq+'a'+or+s3cret(1)/x"},
		{"(not)", "=&&=1&+a=%2B"},
		{"a;drop", "$filter=$it+eq+x/y/any(x:x/all(y:y))"},
	} {
		f.Add(seed.path, seed.query)
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		r, err := Parse(path, query, Limits{})
		if err != nil {
			return
		}
		shape := r.Shape(knownToShape)
		checkShape(t, shape)
		if len(shape) < maxShape-8 && strings.ContainsAny(shape, "0123456789'\"%") {
			t.Fatalf("the shape %q has signs of literals", shape)
		}
		path, query, _ = strings.Cut(r.String(), "?")
		again, err := Parse(path, query, reparse)
		if err != nil {
			t.Fatalf("%q does not parse: %v", r.String(), err)
		}
		if other := again.Shape(knownToShape); other != shape {
			t.Fatalf("the shape is %q, and %q for the same request printed", shape, other)
		}
	})
}

// TestShapeHidesLiterals changes nothing but literals: the shape stays.
func TestShapeHidesLiterals(t *testing.T) {
	const path, query = "Customers(#)/Orders", "$filter=Name eq # and substringof(#,Name)&$skiptoken=#&token=#"
	shapes := map[string]string{}
	for _, literal := range []string{"'a'", "1", "null", "5.5M", "guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4'", "'Name'", "'O''Neil'", "X'00'", "-7L", "'; DROP'"} {
		r, err := Parse(strings.ReplaceAll(path, "#", url.PathEscape(literal)), escapeBlanks(strings.ReplaceAll(query, "#", url.QueryEscape(literal))), Limits{})
		if err != nil {
			t.Fatalf("%s: %v", literal, err)
		}
		shapes[r.Shape(knownToShape)] = literal
	}
	if len(shapes) != 1 {
		t.Errorf("the literal shows in the shape: %v", shapes)
	}
}

// BenchmarkShape is what a slow query costs once more.
func BenchmarkShape(b *testing.B) {
	r, err := Parse("Customers(1)/Orders", escapeBlanks("$filter="+typicalFilter+"&$orderby=Name desc&$top=20"), Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Shape(knownToShape)
	}
}
