package providertest

// versionRows hold the negotiation of protocol versions.
func versionRows() []row {
	var rows []row

	// One line per request: DataServiceVersion, MaxDataServiceVersion and
	// MinDataServiceVersion, the status of a feed as Atom, and the version of the
	// answer.
	for _, m := range []struct{ section, own, most, least, want, version, why string }{
		{"1.3", "", "", "", "200", "3.0;", "nothing said: the service's highest version"},
		{"1.3", "1.0", "", "", "200", "3.0;", "the request's own version does not bound the answer"},
		{"1.3", "2.0", "", "", "200", "3.0;", "a known version"},
		{"1.3", "3.0", "", "", "200", "3.0;", "a known version"},
		{"1.2", "3.0;NetFx", "3.0;NetFx", "", "200", "3.0;", "client information is ignored"},
		{"1.2", "3.0;", "", "", "200", "3.0;", "an empty client information"},
		{"1.2", "3.0; NetFx", "", "", "200", "3.0;", "a blank before client information"},
		{"1.2", "3.0;a.b;c=d", "", "", "200", "3.0;", "everything behind the first semicolon is ignored"},
		{"1.2", "3", "", "", "400 InvalidVersion", "", "the grammar has a dot"},
		{"1.2", "3.", "", "", "400 InvalidVersion", "", "the grammar has digits behind the dot"},
		{"1.2", ".0", "", "", "400 InvalidVersion", "", "the grammar has digits before the dot"},
		{"1.2", "3.0.0", "", "", "400 InvalidVersion", "", "the grammar has one dot"},
		{"1.2", "v3", "", "", "400 InvalidVersion", "", "the grammar has digits only"},
		{"1.2", "3.0 NetFx", "", "", "400 InvalidVersion", "", "client information needs a semicolon"},
		{"1.2", "", "x", "", "400 InvalidVersion", "", "a maximum that cannot be read"},
		{"1.2", "", "", "x", "400 InvalidVersion", "", "a minimum that cannot be read"},
		{"1.3", "4.0", "", "", "400 InvalidVersion", "", "above the service's maximum"},
		{"1.3", "2.5", "", "", "400 InvalidVersion", "", "no such version"},
		{"1.3", "0.9", "", "", "400 InvalidVersion", "", "no such version"},
		{"1.3", "x", "", "", "400 InvalidVersion", "", "no version"},
		{"1.3", "", "0.9", "", "400 InvalidVersion", "", "a maximum below every version"},
		{"1.3", "", "", "4.0", "400 InvalidVersion", "", "a minimum above the service's maximum"},
		{"1.3", "", "", "2.5", "400 InvalidVersion", "", "a minimum that is no version"},
		{"1.3", "", "2.0", "3.0", "400 InvalidVersion", "", "a maximum below the minimum"},
		{"1.3", "", "1.0", "2.0", "400 InvalidVersion", "", "a maximum below the minimum"},
		{"1.3", "3.0", "4.0", "", "200", "3.0;", "a maximum may be newer than anything known"},
		{"1.3", "", "9.9", "", "200", "3.0;", "a maximum may be newer than anything known"},
		{"1.3", "", "3.0", "3.0", "200", "3.0;", "a range of one version"},
		{"1.3", "", "3.0", "1.0", "200", "3.0;", "a wide range"},
		{"1.3", "3.0", "3.0", "2.0", "200", "3.0;", "all three headers"},
		{"1.3", "1.0", "3.0", "", "200", "3.0;", "the answer may be newer than the request"},
		{"1.5", "", "2.0", "", "400 VersionTooLow", "", "customers have a collection property, which 2.0 cannot express"},
		{"1.5", "", "1.0", "", "400 VersionTooLow", "", "nor can 1.0"},
		{"1.5", "", "2.5", "", "400 VersionTooLow", "", "between versions counts as the lower one"},
	} {
		rows = append(rows, row{section: m.section, target: "Customers", accept: "application/atom+xml", why: m.why,
			name:   "own=" + m.own + " most=" + m.most + " least=" + m.least,
			header: versionHeaders(m.own, m.most, m.least), want: m.want, answer: versionAnswer(m.version)})
	}

	// What needs a version, by what the client says it understands.
	for _, m := range []struct{ section, target, accept, own, most, want, version, why string }{
		{"1.4", "Customers(1)?$select=Id", "", "1.0", "", "400 VersionTooLow", "", "$select needs 2.0"},
		{"1.4", "Customers?$inlinecount=allpages", "", "1.0", "", "400 VersionTooLow", "", "$inlinecount needs 2.0"},
		{"1.4", "Customers/$count", "", "1.0", "", "400 VersionTooLow", "", "/$count needs 2.0"},
		{"1.4", "Customers(1)?$select=Id", "", "2.0", "", "", "3.0;", "2.0 has $select"},
		{"1.4", "Customers?$inlinecount=allpages", "", "2.0", "", "", "3.0;", "2.0 has $inlinecount"},
		{"1.4", "/json/Customers?$skiptoken=1", "", "1.0", "", "400 VersionTooLow", "", "$skiptoken needs 2.0"},
		{"1.4", "Customers?$filter=Orders/any()", "", "2.0", "", "400 VersionTooLow", "", "any needs 3.0"},
		{"1.4", "Customers?$filter=not Orders/all(o:o/Total gt 1M) and true", "", "2.0", "", "400 VersionTooLow", "", "all needs 3.0, wherever it stands"},
		{"1.4", "Customers?$orderby=Id,Orders/any()", "", "2.0", "", "400 VersionTooLow", "", "any needs 3.0 in $orderby, too"},
		{"1.4", "Customers?$filter=Orders/any()", "", "", "2.0", "400 VersionTooLow", "", "a client that names only its maximum speaks that version"},
		{"1.4", "Customers?$filter=Emails/any()", "", "3.0", "", "[1 3]", "3.0;", "3.0 has any"},
		{"1.4", "Customers?$filter=Emails/any()", "", "", "", "[1 3]", "3.0;", "no version said is 3.0"},
		{"1.4", "Customers/Demo.VipCustomer", "", "1.0", "", "[2]", "3.0;", "casts depend on the service's version alone"},
		{"1.4", "Customers?$filter=true&$orderby=Id&$top=1&$skip=1", "", "1.0", "", "[2]", "3.0;", "1.0 has these"},
		{"1.4", "Customers(1)?$filter=true&$expand=Orders", "", "1.0", "", "", "3.0;", "1.0 has $filter and $expand"},
		{"1.3", "Customers(1)?$select=Id", "", "", "1.0", "", "1.0;", "a request of a client of 1.0 is read as 2.0, which has $select"},
		{"1.3", "Customers(1)?$select=Id", "", "", "1.5", "", "1.0;", "between versions counts as the lower one"},
		{"1.3", "Orders", "", "", "2.5", "", "2.0;", "between versions counts as the lower one"},
		{"1.3", "Orders", "", "", "3.7", "", "3.0;", "between versions counts as the lower one"},
		{"1.5", "Tags", "", "", "2.0", "", "2.0;", "open types come in the version the client takes"},
		{"1.5", "Tags('x')", "", "", "1.0", "", "1.0;", "one open entity, too"},
		{"1.5", "Orders", "", "", "2.0", "", "2.0;", "nothing in an order needs 3.0"},
		{"1.5", "Orders", "", "", "1.0", "400 VersionTooLow", "", "a feed of a service that pages can hold a next link, which 1.0 has not"},
		{"1.5", "OrderLines?$inlinecount=allpages", "", "", "1.0", "400 VersionTooLow", "", "a count needs 2.0"},
		{"1.5", "Customers/$count", "none", "", "1.0", "400 VersionTooLow", "", "/$count needs 2.0"},
		{"1.5", "Customers/$count", "none", "", "2.0", "=3", "2.0;", "/$count is 2.0"},
		{"1.5", "Photos(1)", "", "", "2.0", "400 VersionTooLow", "", "named streams need 3.0"},
		{"1.5", "Customers(1)?$select=Name", "", "", "2.0", "", "2.0;", "what is not selected does not count"},
		{"1.5", "Customers(1)/Emails", "", "", "2.0", "400 VersionTooLow", "", "a collection property needs 3.0"},
		{"1.5", "Customers(1)/Name", "", "", "2.0", "", "2.0;", "a primitive property does not"},
		{"1.5", "Customers(1)/Name", "", "", "", "", "3.0;", "JSON light is 3.0"},
		{"1.5", "/kinds/Values(1)/GeographyPoint", "", "", "2.0", "400 VersionTooLow", "", "a spatial property needs 3.0"},
		{"1.5", "$metadata", "none", "", "1.0", "", "3.0;", "the document says what the model needs, whatever the client says"},
		{"1.5", "Nope", "", "", "", "404 NotFound", "3.0;", "an error in JSON light is 3.0"},
		{"1.5", "Nope", "application/xml", "", "", "404 NotFound", "1.0;", "an error in XML is 1.0"},
		{"1.5", "Nope", "application/json;odata=verbose", "", "", "404 NotFound", "1.0;", "an error in JSON verbose is 1.0"},
		{"1.5", "Customers(2)/BestFriend", "", "", "", "204", "3.0;", "no content is in the newest version the client takes"},
		{"1.5", "Tags('x')/Code", "", "", "1.0", "", "1.0;", "and so is content"},
		{"1.5", "Photos(1)/$value", "none", "", "1.0", "=not really a picture", "1.0;", "bytes need no version"},
	} {
		rows = append(rows, row{section: m.section, target: m.target, accept: m.accept, why: m.why,
			name:   "own=" + m.own + " most=" + m.most + " accept=" + m.accept,
			header: versionHeaders(m.own, m.most, ""), want: m.want, answer: versionAnswer(m.version)})
	}
	return append(rows,
		row{section: "1.5", name: "minimum", target: "Nope", accept: "application/xml", header: []string{"MinDataServiceVersion: 2.0"},
			want: "404 NotFound", answer: []string{"DataServiceVersion: 2.0;"}, why: "an error is at least what the client wants"},
		row{section: "1.5", name: "minimum", target: "Customers(2)/BestFriend", header: []string{"MinDataServiceVersion: 3.0"},
			want: "204", answer: []string{"DataServiceVersion: 3.0;"}, why: "no content is at least what the client wants"},
		row{section: "1.5", name: "not modified", target: "Customers(1)", header: []string{`If-None-Match: W/"3"`}, want: "304",
			answer: []string{"DataServiceVersion:", "Content-Type:", "Cache-Control:", `ETag: W/"3"`}, why: "304 says nothing but the ETag"},
		row{section: "1.1", name: "V4 headers", target: "Customers?$select=Id", header: []string{"OData-Version: 4.0", "OData-MaxVersion: 4.0"},
			want: "[1 2 3]", answer: []string{"OData-Version:", "DataServiceVersion: 3.0;"}, why: "headers of V4 are neither read nor sent"},
		row{section: "1.1", name: "one header", target: "Customers?$select=Id", answer: []string{"DataServiceVersion: 3.0;"},
			why: "the header is sent once, in one spelling"},
		row{section: "1.2", name: "given twice", target: "Customers", header: []string{"DataServiceVersion: 3.0", "DataServiceVersion: 3.0"},
			want: "400 InvalidVersion", why: "two values cannot both be meant"},
		row{section: "1.2", name: "empty", target: "Customers?$select=Id", header: []string{"DataServiceVersion: ", "MaxDataServiceVersion: "},
			want: "[1 2 3]", why: "an empty header is an absent one"},
		row{section: "1.6", name: "cache", target: "Customers", answer: []string{"Cache-Control: no-cache"}, why: "answers are not to be kept by caches"},
		row{section: "1.6", name: "cache of errors", target: "Nope", want: "404 NotFound", answer: []string{"Cache-Control: no-cache"}, why: "nor errors"},
		row{section: "1.6", name: "cache of documents", target: "", answer: []string{"Cache-Control: no-cache"}, why: "nor documents"},
	)
}

func versionHeaders(own, most, least string) []string {
	var header []string
	for _, h := range [][2]string{{"DataServiceVersion", own}, {"MaxDataServiceVersion", most}, {"MinDataServiceVersion", least}} {
		if h[1] != "" {
			header = append(header, h[0]+": "+h[1])
		}
	}
	return header
}

func versionAnswer(version string) []string {
	if version == "" {
		return nil
	}
	return []string{"DataServiceVersion: " + version}
}
