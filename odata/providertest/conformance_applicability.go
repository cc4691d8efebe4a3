package providertest

import "strings"

// optionTexts are the system options of the table of resources and options, in
// the order of its columns. ORDER, EXPAND and SELECT stand for names the
// resource has.
var optionTexts = []string{"$filter=true", "$orderby=ORDER", "$top=1", "$skip=0", "$inlinecount=allpages", "$skiptoken=1", "$expand=EXPAND", "$select=SELECT"}

// applicability is the table of resources and options: y for an option that is
// taken, n for 400.
var applicability = []struct{ resource, target, order, expand, choice, letters, why string }{
	{"feed", "Customers", "Id", "Orders", "Id", "y y y y y n y y", "all but a token no page gave out"},
	{"related feed", "Customers(1)/Orders", "Total", "Customer", "Total", "y y y y y n y y", "as any feed"},
	{"feed of an operation", "TopCustomers()", "Id", "Orders", "Id", "y y y y y n y y", "as any feed"},
	{"entry", "Customers(1)", "Id", "Orders", "Id", "y n n n n n y y", "a condition guards; nothing is ordered or cut"},
	{"related entry", "Customers(1)/BestFriend", "Id", "Orders", "Id", "y n n n n n y y", "as any entry"},
	{"count", "Customers/$count", "Id", "Orders", "Id", "y y y y n n y y", "what changes the number counts, what shapes entities does not"},
	{"links", "Customers(1)/$links/Orders", "Total", "Customer", "Total", "y y y y y n n n", "links have no shape"},
	{"one link", "Customers(1)/$links/BestFriend", "Id", "Orders", "Id", "n n n n n n n n", "nothing to choose"},
	{"complex property", "Customers(1)/Home", "City", "Orders", "City", "y n n n n n n n", "a condition is ignored"},
	{"primitive property", "Customers(1)/Name", "Name", "Orders", "Name", "n n n n n n n n", "nothing to choose"},
	{"collection property", "Customers(1)/Emails", "Name", "Orders", "Name", "n n n n n n n n", "nothing to choose"},
	{"bare value", "Customers(1)/Name/$value", "Name", "Orders", "Name", "n n n n n n n n", "nothing to choose"},
	{"media resource", "Photos(1)/$value", "Id", "Orders", "Id", "n n n n n n n n", "bytes are not chosen"},
	{"named stream", "Photos(1)/Thumb", "Id", "Orders", "Id", "n n n n n n n n", "bytes are not chosen"},
	{"service document", "", "Id", "Orders", "Id", "n n n n n n n n", "a document is whole"},
	{"$metadata", "$metadata", "Id", "Orders", "Id", "n n n n n n n n", "a document is whole"},
	{"value of an operation", "Ping", "Id", "Orders", "Id", "n n n n n n n n", "nothing to choose"},
}

// applicabilityRows hold the table of resources and options, and option names.
func applicabilityRows() []row {
	var rows []row
	for _, a := range applicability {
		names := strings.NewReplacer("ORDER", a.order, "EXPAND", a.expand, "SELECT", a.choice)
		for column, letter := range strings.Fields(a.letters) {
			r := row{section: "5.2", name: a.resource, target: a.target + "?" + names.Replace(optionTexts[column]), why: a.why}
			if strings.HasSuffix(a.target, "$count") || a.target == "$metadata" || strings.HasSuffix(a.target, "$value") {
				r.accept = "none"
			}
			if letter == "n" {
				r.want = "400"
			}
			rows = append(rows, r)
		}
	}
	for _, option := range optionTexts {
		rows = append(rows, row{section: "5.2", name: "batch", method: "POST", target: "$batch?" + option, want: "400", why: "a batch takes none"})
	}
	return append(rows, rowsOf([]check{
		{"5.1", "Customers?$count=true", "400 UnknownOption", "V4"},
		{"5.1", "Customers?$search=x", "400 UnknownOption", "V4"},
		{"5.1", "Customers?$apply=x", "400 UnknownOption", "V4"},
		{"5.1", "Customers?$levels=1", "400 UnknownOption", "V4"},
		{"5.1", "Customers?$nope=1", "400 UnknownOption", "no such option"},
		{"5.1", "Customers?$=1", "400 UnknownOption", "no name"},
		{"5.1", "Customers?$Top=1", "400 UnknownOption", "names have a case"},
		{"5.1", "Customers?$FILTER=true", "400 UnknownOption", "names have a case"},
		{"5.1", "Customers?top=1&v=1&_=123", "[1 2 3]", "custom options are ignored"},
		{"5.1", "Customers?$filter=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$orderby=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$select=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$expand=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$top=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$skip=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$inlinecount=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?$format=", "[1 2 3]", "an empty value is no option"},
		{"5.1", "Customers?@a=1", "[1 2 3]", "an alias nobody uses"},
		{"5.2", "Customers(1)?$filter=Id eq 2", "404 NotFound", "a condition guards an entry"},
		{"5.2", "Customers(1)/BestFriend?$filter=Id eq 2", "#Customers/@Element", "a condition guards a related entry"},
		{"5.2", "Customers(1)/BestFriend?$filter=Id eq 9", "404 NotFound", "a condition guards a related entry"},
		{"5.2", "Customers(1)/$links/Orders?$filter=Total gt 4M", "[Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')]", "a condition on links"},
		{"5.2", "Customers(1)/$links/Orders?$orderby=Total desc&$top=1", "[Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')]", "links, ordered and cut"},
		{"5.2", "Customers/$count?$top=0", "=0", "a cut counts"},
		{"5.2", "Customers(1)?$filter=Id eq 1", "#Customers/@Element", "a condition guards an entry"},
		{"5.2", "Customers/$count?$inlinecount=none", "=3", "none is allowed"},
	})...)
}
