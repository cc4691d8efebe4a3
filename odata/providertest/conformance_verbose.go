package providertest

// verboseRows hold the shapes of JSON verbose and its dialects.
func verboseRows() []row {
	const verbose = "application/json;odata=verbose"
	const order = `{"__metadata":{"id":"http://host/svc/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')","uri":"http://host/svc/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')","type":"Demo.Order"}`
	return []row{
		{section: "7.1", target: "Customers(1)?$select=Id,Orders", accept: verbose, want: `={"d":{"__metadata":{"id":"http://host/svc/Customers(1)","uri":"http://host/svc/Customers(1)","etag":"W/\"3\"","type":"Demo.Customer"},"Orders":{"__deferred":{"uri":"http://host/svc/Customers(1)/Orders"}},"Id":1}}`,
			why: "an entry, with a link to what it leads to"},
		{section: "7.1", name: "values", target: "Customers(1)", accept: verbose, has: []string{`"Since":"2015-07-12T06:40:00","Points":"12","Credit":"7.50","Score":7,"Home":{"__metadata":{"type":"Demo.Address"},"Street":"High St 1","City":"Ulm"},"Emails":{"__metadata":{"type":"Collection(Edm.String)"},"results":["a@x.example","b@x.example"]},"Version":3`},
			why: "values of every shape"},
		{section: "7.1", target: "Orders?$top=1&$select=Total&$inlinecount=allpages", accept: verbose, has: []string{`{"d":{`, `"results":[` + order + `,"Total":"1.00"}]`, `"__count":"2"`}, why: "a feed with its count"},
		{section: "7.1", target: "Customers?$filter=false", accept: verbose, want: `={"d":{"results":[]}}`, why: "an empty feed"},
		{section: "7.1", target: "Customers(3)?$expand=Orders,BestFriend&$select=Orders,BestFriend/Name", accept: verbose, has: []string{`"Orders":{"results":[]}`, `"BestFriend":{"__metadata":{`, `"Name":"Ann"}`}, why: "what is expanded"},
		{section: "7.1", name: "cut", target: "/json/Customers(1)?$expand=Orders", accept: verbose, has: []string{`"Orders":{"results":[{`, `"__next":"http://host/json/Customers(1)/Orders?$skiptoken=`}, why: "the rest has a link"},
		{section: "7.1", name: "derived", target: "Customers(2)?$select=Id,Demo.VipCustomer/Level", accept: verbose, want: `={"d":{"__metadata":{"id":"http://host/svc/Customers(2)","uri":"http://host/svc/Customers(2)/Demo.VipCustomer","etag":"W/\"1\"","type":"Demo.VipCustomer"},"Id":2,"Level":9}}`, why: "the address has the type, the id has not"},
		{section: "7.1", target: "Tags('x')", accept: verbose, want: `={"d":{"__metadata":{"id":"http://host/svc/Tags('x')","uri":"http://host/svc/Tags('x')","type":"Demo.Tag"},"Code":"x"}}`, why: "an open entity without undeclared properties"},
		{section: "7.1", target: "/kinds/Spot", accept: verbose, want: `={"d":{"Spot":{"__metadata":{"type":"Kinds.Place"},"City":"Ulm","Code":"89073","Inner":null}}}`, why: "a complex value of an operation"},
		{section: "7.1", target: "/kinds/Spots", accept: verbose, has: []string{`{"d":{"results":[{"__metadata":{"type":"Kinds.Place"},"City":"Ulm"`}, why: "a collection of complex values"},
		{section: "7.1", target: "Customers(2)?$expand=BestFriend", accept: verbose, has: []string{`"BestFriend":null`}, why: "expanded nothing"},
		{section: "7.1", target: "Customers(1)/Name", accept: verbose, want: `={"d":{"Name":"Ann"}}`, why: "a property"},
		{section: "7.1", target: "Customers(2)/Name", accept: verbose, want: `={"d":{"Name":null}}`, why: "null"},
		{section: "7.1", target: "Customers(1)/Home", accept: verbose, want: `={"d":{"Home":{"__metadata":{"type":"Demo.Address"},"Street":"High St 1","City":"Ulm"}}}`, why: "a complex property"},
		{section: "7.1", target: "Customers(2)/Emails", accept: verbose, want: `={"d":{"Emails":{"__metadata":{"type":"Collection(Edm.String)"},"results":[]}}}`, why: "a collection property"},
		{section: "7.1", target: "/kinds/Texts", accept: verbose, has: []string{`{"d":{"results":["a",""]}}`}, why: "a collection of an operation"},
		{section: "7.1", target: "Ping", accept: verbose, want: `={"d":{"Ping":"pong"}}`, why: "a value of an operation"},
		{section: "7.1", target: "Customers(1)/$links/Orders?$top=1", accept: verbose, want: `={"d":{"results":[{"uri":"http://host/svc/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')"}]}}`, why: "links"},
		{section: "7.1", target: "Customers(1)/$links/BestFriend", accept: verbose, want: `={"d":{"uri":"http://host/svc/Customers(2)"}}`, why: "one link"},
		{section: "7.1", target: "", accept: verbose, want: `={"d":{"EntitySets":["Customers","Orders","OrderLines","Photos","Tags"]}}`, why: "the service document"},
		{section: "7.1", target: "Nope", accept: verbose, want: "404 NotFound", has: []string{`{"error":{"code":"NotFound","message":{"lang":"en-US","value":`}, lacks: []string{`"d"`}, why: "an error is not wrapped"},
		{section: "7.1", target: "Photos(1)", accept: verbose, has: []string{`"edit_media":"http://host/svc/Photos(1)/$value","media_src":"http://host/svc/Photos(1)/$value","content_type":"image/png"`, `"Thumb":{"__mediaresource":{"edit_media":`}, why: "streams"},
		{section: "7.2", name: "1.0", target: "Tags('a%2Fb')", header: []string{"MaxDataServiceVersion: 1.0"}, has: []string{`{"d":{"__metadata":`, `"Born":"\/Date(1436683200000)\/"`}, why: "dates as ticks"},
		{section: "7.2", name: "2.0", target: "Tags('a%2Fb')", header: []string{"MaxDataServiceVersion: 2.0"}, has: []string{`"Born":"\/Date(1436683200000)\/"`}, why: "dates as ticks"},
		{section: "7.2", name: "3.0", target: "Tags('a%2Fb')", accept: verbose, has: []string{`"Born":"2015-07-12T06:40:00"`}, why: "dates as text"},
		{section: "7.2", name: "1.0", target: "Customers(1)/$links/BestFriend", header: []string{"MaxDataServiceVersion: 1.0"}, want: `={"d":{"uri":"http://host/svc/Customers(2)"}}`, why: "one link is an object in every dialect"},
		{section: "7.2", name: "2.0", target: "Orders?$top=1&$select=Placed&$inlinecount=allpages", header: []string{"MaxDataServiceVersion: 2.0"}, has: []string{`"results":[`, `"Placed":"\/Date(1436774400000+0120)\/"`, `"__count":"2"`}, why: "a feed is an object from 2.0"},
		{section: "7.2", name: "2.0", target: "Orders?$top=1", header: []string{"MaxDataServiceVersion: 2.0"}, has: []string{`"id":"http://host/svc/Orders(`}, why: "an entry has its id in every dialect"},
		{section: "7.2", name: "2.0", target: "Customers(1)/Emails", header: []string{"MaxDataServiceVersion: 2.0"}, want: "400 VersionTooLow", why: "collections are 3.0"},
	}
}
