package providertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walks are requests below the root whose pages are walked to the end; together
// they have to hold what one page holds, in its order.
var walks = []struct{ query, want, why string }{
	{"Customers?$select=Id", "1 2 3", "in the order of the key"},
	{"Customers?$orderby=Id desc&$select=Id", "3 2 1", "in the order asked for"},
	{"Customers?$orderby=Home/City&$select=Id", "2 1 3", "ties of the order are in the order of the key"},
	{"Customers?$orderby=Score&$select=Id", "2 3 1", "a null among the values of the order"},
	{"Customers?$orderby=Score desc&$select=Id", "1 3 2", "a null at the end"},
	{"Customers?$orderby=Name desc,Id&$select=Id", "3 1 2", "signs in the values of the order"},
	{"Customers?$top=2&$select=Id", "1 2", "$top beyond a page"},
	{"Customers?$skip=1&$select=Id", "2 3", "$skip counts once"},
	{"Customers?$skip=1&$top=1&$select=Id", "2", "both"},
	{"Customers?$filter=Id ne 2&$select=Id", "1 3", "a condition"},
	{"Customers?$inlinecount=allpages&$select=Id", "1 2 3", "a count"},
	{"Customers?$format=json&v=1&$select=Id", "1 2 3", "$format and a custom option"},
	{"Customers?$expand=Orders&$select=Id,Orders", "1 2 3", "an expansion"},
	{"Customers/Demo.VipCustomer?$select=Id", "2", "a cast"},
	{"Customers(1)/Orders?$orderby=Total desc", "6 1", "related entities"},
	{"Customers(1)/$links/Orders", "Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11') Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", "links"},
	{"TopCustomers?n=2&$select=Id", "1 2", "the result of an operation"},
	{"Tags?$orderby=Colour desc", "a/b x", "an undeclared property"},
}

// walkPages follows the next links of walks as they are, and returns how many
// walks there were.
func walkPages(t *testing.T, handler http.Handler) int {
	t.Helper()
	for _, walk := range walks {
		t.Run("5.11/walk/"+strings.ReplaceAll(walk.query, "/", "|"), func(t *testing.T) {
			var found []string
			target := "/json/" + walk.query
			for page := 1; target != ""; page++ {
				if page > 10 {
					t.Fatalf("%s: no end after %d pages, with %v", walk.why, page-1, found)
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, row{target: target}.request())
				if w.Code != http.StatusOK {
					t.Fatalf("%s: page %d: status %d\n%s", walk.why, page, w.Code, w.Body)
				}
				found = append(found, keysOf(w.Body.String())...)
				var feed struct {
					Next string `json:"odata.nextLink"`
				}
				if err := json.Unmarshal(w.Body.Bytes(), &feed); err != nil {
					t.Fatal(err)
				}
				target = strings.TrimPrefix(feed.Next, "http://host")
			}
			if diff := cmp.Diff(walk.want, strings.Join(found, " ")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", walk.why, diff)
			}
		})
	}
	return len(walks)
}

// pagingRows hold pages that the service cuts; below /json/ each has one entity.
func pagingRows() []row {
	const next = `"odata.nextLink":"http://host/json/`
	return []row{
		{section: "5.11", name: "cut", target: "/json/Customers", want: "[1]", has: []string{next + "Customers?$skiptoken="}, why: "one entity is a page"},
		{section: "5.11", name: "order", target: "/json/Customers?$orderby=Id desc", want: "[3]", has: []string{"$orderby=Id%20desc", "$skiptoken="}, why: "the link keeps $orderby"},
		{section: "5.11", name: "filter", target: "/json/Customers?$filter=Id gt 1", want: "[2]", has: []string{"$filter=Id%20gt%201", "$skiptoken="}, why: "the link keeps $filter"},
		{section: "5.11", name: "rest of $top", target: "/json/Customers?$top=2", want: "[1]", has: []string{"$top=1&", "$skiptoken="}, why: "the link asks for what is left of $top"},
		{section: "5.11", name: "$top within", target: "/json/Customers?$top=1", want: "[1]", lacks: []string{"odata.nextLink"}, why: "what the client cut has no link"},
		{section: "5.11", name: "last page", target: "/json/Customers?$filter=Id eq 3", want: "[3]", lacks: []string{"odata.nextLink"}, why: "nothing is left"},
		{section: "5.11", name: "skip", target: "/json/Customers?$skip=1", want: "[2]", has: []string{"$skiptoken="}, lacks: []string{"$skip=1"}, why: "the link drops $skip, which is consumed"},
		{section: "5.11", name: "custom", target: "/json/Customers?v=1&$format=json", want: "[1]", has: []string{"v=1", "$format=json"}, why: "the link keeps $format and custom options"},
		{section: "5.11", name: "shape", target: "/json/Customers?$select=Id,Orders&$expand=Orders&$inlinecount=allpages", want: "[1]",
			has: []string{`"odata.count":"3"`, "$select=Id,Orders", "$expand=Orders", "$inlinecount=allpages"}, why: "the link keeps what shapes the answer"},
		{section: "5.11", name: "inner", target: "/json/Customers(1)?$expand=Orders", has: []string{`"Orders@odata.nextLink":"http://host/json/Customers(1)/Orders?`}, why: "an expansion is cut, too"},
		{section: "5.11", name: "links", target: "/json/Customers(1)/$links/Orders", has: []string{next + "Customers(1)/$links/Orders?$skiptoken="}, why: "links are cut, too"},
		{section: "5.11", name: "garbage", target: "/json/Customers?$skiptoken=garbage", want: "400 InvalidSkipToken", why: "no token"},
		{section: "5.11", name: "garbage", target: "/json/Customers?$skiptoken='Ann',1", want: "400 InvalidSkipToken", why: "not this service's token"},
		{section: "5.11", name: "JSON verbose", target: "/json/Customers", accept: "application/json;odata=verbose", has: []string{`"__next":"http://host/json/Customers?$skiptoken=`}, why: "the older spelling"},
		{section: "5.11", name: "Atom", target: "/json/Customers", accept: "application/atom+xml", has: []string{`<link rel="next" href="http://host/json/Customers?$skiptoken=`}, why: "the link is the last of the feed"},
		{section: "5.11", name: "XML", target: "/json/Customers(1)/$links/Orders", accept: "application/xml", has: []string{"<next>http://host/json/Customers(1)/$links/Orders?$skiptoken="}, why: "links as XML"},
	}
}
