package uri_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/uri"
)

func ExampleParse() {
	request, err := uri.Parse("/Customers('O%27%27Neil')/Orders", "%24filter=Total+gt+5M&$top=3&v=1", uri.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(request.Path[0].Name, request.Path[0].Args[0].Value.Value.Str())
	fmt.Println(request.Filter, *request.Top)
	fmt.Println(request)
	// Output:
	// Customers O'Neil
	// Total gt 5M 3
	// Customers('O%27%27Neil')/Orders?$filter=Total%20gt%205M&$top=3&v=1
}

func ExampleParseFilter_error() {
	_, err := uri.ParseFilter("Name eq 'Ann' und Age gt 30", uri.Limits{})
	fmt.Println(err)
	// Output:
	// SyntaxError: An operator or the end of the expression is expected: unexpected "und" after "'Ann'" ($filter[14:17])
}

func ExampleAppendKey() {
	link := uri.EscapeSegment(nil, "OrderLines")
	link = uri.AppendKey(link, []string{"Order", "LineNo"}, []edm.Value{edm.String("A/7"), edm.Int64(2)})
	fmt.Println(string(link))
	// Output:
	// OrderLines(Order='A%2F7',LineNo=2L)
}
