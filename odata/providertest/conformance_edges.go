package providertest

// edgeRows are the corners of several sections that a careful implementation
// still gets wrong.
func edgeRows() []row {
	return []row{
		{section: "1.3", name: "most=0.0", target: "Customers", header: []string{"MaxDataServiceVersion: 0.0"}, want: "400 InvalidVersion", why: "a maximum below every version"},
		{section: "2.3", name: "application/json;q=0, */*", target: "Customers(1)/Name", accept: "application/json;q=0, */*", typ: "application/xml;charset=utf-8", why: "what is excluded is not taken, but something else is"},
		{section: "2.3", name: "application/json;odata.metadata=none", target: "Customers(1)/Name", accept: "application/json;odata.metadata=none", want: `={"value":"Ann"}`, why: "the level in the words of V4 has its V3 name, nometadata"},
		{section: "2.2", target: "/kinds/Values(1)/Markup/$value", accept: "none", want: "=<p>", typ: "text/html;charset=utf-8", why: "text says its charset"},
		{section: "4.1", target: "/kinds/EchoBoolean?value=1", want: `~"value":true`, why: "1 is a Boolean argument"},
		{section: "4.1", target: "/kinds/EchoBoolean?value=0", want: `~"value":false`, why: "0 is a Boolean argument"},
		{section: "4.1", target: "/kinds/BooleanKeys(1)", want: `~"Key":true`, why: "1 is a Boolean key"},
	}
}
