package providertest

// choiceRows hold the matching algorithm, $format and the older meaning of JSON.
func choiceRows() []row {
	const (
		property = "Customers(1)/Name"
		minimal  = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
		full     = "application/json;odata=fullmetadata;streaming=true;charset=utf-8"
		none     = "application/json;odata=nometadata;streaming=true;charset=utf-8"
		verbose  = "application/json;odata=verbose;charset=utf-8"
		xml      = "application/xml;charset=utf-8"
	)
	var rows []row
	for _, m := range []struct{ section, target, accept, most, typ, why string }{
		{"2.2", property, "APPLICATION/JSON;ODATA=FullMetadata", "", full, "the answer is spelled by the service"},
		{"2.2", "Customers(1)", "application/atom+xml", "", "application/atom+xml;type=entry;charset=utf-8", "the type parameter is said though not asked"},
		{"2.2", property, "application/json;charset=utf-8", "", minimal, "the charset is said once"},
		{"2.3", property, "application/json;q=0.1, */*;q=1", "", minimal, "specificity comes before q"},
		{"2.3", property, "application/json;q=0.2, application/xml;q=0.9", "", xml, "q decides between equals"},
		{"2.3", property, "application/json, application/json;odata=verbose", "", minimal, "plain JSON is minimal metadata, which stands earlier"},
		{"2.3", property, "application/json;odata=verbose, application/json", "", minimal, "the order of Accept does not count"},
		{"2.3", property, "application/json;odata=verbose;q=1.0, application/json;q=0.9", "", verbose, "but q does"},
		{"2.3", property, "application/json;q=0.333, application/xml;q=0.334", "", xml, "three decimals count"},
		{"2.3", property, "application/*", "", xml, "a wild subtype takes the first"},
		{"2.3", property, "text/*", "", "text/xml;charset=utf-8", "a wild subtype within a type"},
		{"2.3", property, "text/*;q=0.1, */*", "", "text/xml;charset=utf-8", "a wild subtype is more specific than anything"},
		{"2.3", property, "application/json;q=1, application/xml", "", xml, "no q is 1, and equals are in the service's order"},
		{"2.3", property, "application/json;q=0.999, application/xml;q=1.000", "", xml, "three decimals count"},
		{"2.3", property, "application/*;odata=verbose", "", verbose, "a parameter beside a wildcard prefers, though it does not demand"},
		{"2.3", property, "application/*;odata=nonsense", "", xml, "a parameter beside a wildcard is not demanded"},
		{"2.3", property, "application/json;odata=fullmetadata;q=0.5;foo=bar", "", full, "parameters behind q are ignored"},
		{"2.3", property, `application/json;odata="fullmetadata"`, "", full, "a parameter's value may be quoted"},
		{"2.3", property, "application/json ; odata=fullmetadata", "", full, "blanks around the semicolon"},
		{"2.3", property, "application/json;odata=fullmetadata;streaming=true", "", full, "both parameters match"},
		{"2.3", property, "application/json;streaming=true", "", minimal, "the level is added in front of other parameters"},
		{"2.3", property, "application/json;odata.metadata=full", "", full, "the level in the words of V4 has its V3 name"},
		{"2.3", property, "application/json;IEEE754Compatible=true", "", minimal, "V4 parameters say nothing on the second try"},
		{"2.3", property, "application/json;odata.metadata=minimal;odata.streaming=true", "", minimal, "V4 parameters say nothing on the second try"},
		{"2.3", property, "application/json;odata=nonsense", "", "", "a level that does not exist"},
		{"2.3", property, "application/json;version=1", "", "", "a parameter no offer has"},
		{"2.3", property, "application/json;q=0", "", "", "all that is named is excluded"},
		{"2.3", property, "image/png", "", "", "nothing of this type"},
		{"2.4", property, "application/json", "3.0", minimal, "JSON light from 3.0"},
		{"2.4", property, "application/json", "4.0", minimal, "a newer client understands 3.0"},
		{"2.4", property, "application/json", "2.0", verbose, "JSON verbose below"},
		{"2.4", property, "application/json", "1.0", verbose, "JSON verbose below"},
		{"2.4", property, "application/json;odata=minimalmetadata", "2.0", "", "JSON light does not exist below 3.0"},
		{"2.4", property, "application/json;odata=nometadata", "1.0", "", "JSON light does not exist below 3.0"},
		{"2.4", property, "application/json;odata=verbose", "1.0", verbose, "verbose at every version"},
		{"2.4", property, "application/json;odata=verbose", "2.0", verbose, "verbose at every version"},
		{"2.4", property, "application/json;odata=verbose", "3.0", verbose, "verbose at every version"},
		{"2.4", property, "*/*", "2.0", xml, "the default is XML at every version"},
		{"2.4", "/json/Customers(1)/Name", "*/*", "", minimal, "the default of a JSON service"},
		{"2.4", "/json/Customers(1)/Name", "none", "", minimal, "the default of a JSON service"},
		{"2.4", "/json/Customers(1)/Name", "*/*", "2.0", verbose, "the default of a JSON service below 3.0"},
		{"2.4", "/json/Customers(1)/Name", "application/xml", "", xml, "a JSON service has XML for who asks"},
		{"2.4", "/json/Customers(1)", "application/atom+xml", "", "application/atom+xml;type=entry;charset=utf-8", "a JSON service has Atom for who asks"},
		{"2.5", property + "?$format=json", "application/xml", "", minimal, "$format beats Accept"},
		{"2.5", property + "?$format=json", "text/html", "", minimal, "$format beats an Accept that cannot be met"},
		{"2.5", property + "?$format=json", "none", "2.0", verbose, "JSON means verbose below 3.0"},
		{"2.5", property + "?$format=verbosejson", "none", "", verbose, "a shorthand"},
		{"2.5", property + "?$format=xml", "application/json", "", xml, "a shorthand"},
		{"2.5", property + "?$format=atom", "", "", "", "a property is not Atom"},
		{"2.5", "Customers?$format=atom", "", "", "application/atom+xml;type=feed;charset=utf-8", "a shorthand"},
		{"2.5", "Customers?$format=xml", "", "", "", "a feed is not plain XML"},
		{"2.5", "Customers(1)?$format=xml", "", "", "", "an entry is not plain XML"},
		{"2.5", "?$format=xml", "", "", xml, "the service document is"},
		{"2.5", "Customers(1)/$links/Orders?$format=xml", "", "", xml, "links are"},
		{"2.5", property + "?$format=application/json;odata=fullmetadata", "", "", full, "a media type with its raw semicolon"},
		{"2.5", property + "?$format=application/json%3Bodata%3Dnometadata", "", "", none, "a media type, escaped"},
		{"2.5", property + "?$format=application/xml", "", "", xml, "a media type"},
		{"2.5", property + "?$format=text/xml", "", "", "text/xml;charset=utf-8", "a media type"},
		{"2.5", property + "?$format=JSON", "", "", "", "shorthands are case-sensitive"},
		{"2.5", property + "?$format=yaml", "", "", "", "neither a shorthand nor a media type"},
		{"2.5", property + "?$format=application/yaml", "", "", "", "a type nobody writes"},
		{"2.5", "$metadata?$format=xml", "", "", xml, "all $metadata can be"},
		{"2.5", "$metadata?$format=application/xml", "", "", xml, "all $metadata can be"},
		{"2.5", "$metadata?$format=json", "", "", "", "all $metadata can be is XML"},
		{"2.7", property, "application/json;odata=minimalmetadata;streaming=false", "", "application/json;odata=minimalmetadata;streaming=false;charset=utf-8", "no promise of order is made"},
	} {
		r := row{section: m.section, name: m.accept + " most=" + m.most, target: m.target, accept: m.accept, typ: m.typ, why: m.why, header: versionHeaders("", m.most, "")}
		if m.typ == "" {
			r.want = "406 NotAcceptable"
		}
		rows = append(rows, r)
	}
	return append(rows,
		row{section: "2.3", name: "charset", target: property, header: []string{"Accept-Charset: iso-8859-1"}, typ: minimal,
			why: "a charset the service does not write falls back to UTF-8"},
		row{section: "2.3", name: "two headers", target: property, accept: "text/html", header: []string{"Accept: application/json"}, typ: minimal,
			why: "two header lines are one list"},
		row{section: "2.3", name: "error of a failed negotiation", target: "Customers", accept: "text/html", want: "406 NotAcceptable", typ: xml,
			why: "the error is XML where nothing fits"},
		row{section: "2.3", name: "error of a failed negotiation", target: "/json/Customers", accept: "text/html", want: "406 NotAcceptable", typ: minimal,
			why: "the error of a JSON service is JSON"},
		row{section: "2.5", name: "batch", target: "$batch?$format=json", method: "POST", want: "400 OptionNotApplicable", why: "$format has no place on a batch"},
		row{section: "2.6", target: "Customers?$callback=fn", want: "400 OptionNotOffered", why: "JSONP is left out"},
		row{section: "2.6", name: "XML", target: "Customers?$callback=fn", accept: "application/atom+xml", want: "400 OptionNotOffered", why: "JSONP is left out"},
	)
}
