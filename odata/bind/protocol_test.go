package bind_test

import (
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/uri"
)

// TestResourcePaths binds the paths of the protocol's own table on the model
// that all layers share. Source: OData V3 URI conventions, resource path.
func TestResourcePaths(t *testing.T) {
	binder, err := bind.New(testmodel.Demo(t), bind.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const guid = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	for _, tt := range []struct{ path, want string }{
		{"/", "service document"},
		{"/$metadata", "$metadata"},
		{"/Customers", "feed"},
		{"/Customers()", "feed"},
		{"/Customers(1)", "entry"},
		{"/OrderLines(OrderId=" + guid + ",LineNo=2)", "entry"},
		{"/Customers(1)/Name", "property"},
		{"/Customers(1)/Name/$value", "$value"},
		{"/Customers(1)/Home", "property"},
		{"/Customers(1)/Home/City", "property"},
		{"/Customers(1)/Home/City/$value", "$value"},
		{"/Customers(1)/Emails", "property"},
		{"/Customers(1)/Orders", "feed"},
		{"/Customers(1)/Orders(" + guid + ")", "entry"},
		{"/Customers(1)/BestFriend", "entry"},
		{"/Customers(1)/BestFriend/Orders", "feed"},
		{"/Customers/$count", "$count"},
		{"/Customers(1)/Orders/$count", "$count"},
		{"/Customers(1)/$links/Orders", "$links"},
		{"/Customers(1)/$links/Orders(" + guid + ")", "link"},
		{"/Customers(1)/$links/Orders/$count", "$count"},
		{"/Customers(1)/$links/BestFriend", "link"},
		{"/Customers/Demo.VipCustomer", "feed"},
		{"/Customers(1)/Demo.VipCustomer", "entry"},
		{"/Customers/Demo.VipCustomer(1)/Level", "property"},
		{"/Customers(1)/Demo.VipCustomer/Concierge", "entry"},
		{"/Photos(1)/$value", "media resource"},
		{"/Photos(1)/Thumb", "named stream"},
		{"/TopCustomers", "feed"},
		{"/TopCustomers()", "feed"},
		{"/Customers(1)/Promote", "entry"},
		{"/Customers(1)/DemoService.Promote", "entry"},
		{"/Customers/ResetAll", "operation"},
		{"/Purge", "operation"},
		{"/Tags('x')/Colour", "property"},

		{"/Customers/Orders", "400"},
		{"/Customers(1)(2)", "400"},
		{"/Customers(1)/$count", "404"},
		{"/Customers(1)/Name/$count", "404"},
		{"/Customers/$value", "400"},
		{"/Customers(1)/$value", "400"},
		{"/Customers(1)/$links", "400"},
		{"/Customers(1)/$links/Name", "400"},
		{"/Customers(1)/$links/Orders/Total", "404"},
	} {
		if got := outcome(binder, tt.path); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.path, got, tt.want)
		}
	}
}

// outcome is the kind of resource that a path addresses, or the status of the
// error.
func outcome(binder *bind.Binder, path string) string {
	syntax, err := uri.Parse(path, "", uri.Limits{})
	if err == nil {
		var r *odata.Request
		if r, err = binder.Request(syntax); err == nil {
			return r.Kind.String()
		}
	}
	switch e := odata.AsError(err); e.Kind {
	case odata.KindInvalid:
		return "400"
	case odata.KindNotFound:
		return "404"
	default:
		return e.Error()
	}
}
