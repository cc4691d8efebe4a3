package providertest

import "strings"

// kindValues is the table of primitive values: how each format writes them. An
// empty raw stands for the text of xml; a dash for no such answer.
var kindValues = []struct{ id, property, light, verbose, xml, raw, why string }{
	{"1", "Boolean", "true", "true", "true", "", "a word"},
	{"2", "Boolean", "false", "false", "false", "", "a word"},
	{"1", "Byte", "7", "7", "7", "", "a number"},
	{"2", "Byte", "0", "0", "0", "", "the least"},
	{"3", "Byte", "255", "255", "255", "", "the greatest"},
	{"1", "SByte", "-8", "-8", "-8", "", "a number"},
	{"2", "SByte", "-128", "-128", "-128", "", "the least"},
	{"3", "SByte", "127", "127", "127", "", "the greatest"},
	{"1", "Int16", "-300", "-300", "-300", "", "a number"},
	{"2", "Int16", "-32768", "-32768", "-32768", "", "the least"},
	{"3", "Int16", "32767", "32767", "32767", "", "the greatest"},
	{"1", "Int32", "70000", "70000", "70000", "", "a number"},
	{"2", "Int32", "-2147483648", "-2147483648", "-2147483648", "", "the least"},
	{"3", "Int32", "2147483647", "2147483647", "2147483647", "", "the greatest"},
	{"1", "Int64", `"7"`, `"7"`, "7", "", "a string in both JSON formats"},
	{"2", "Int64", `"-9223372036854775808"`, `"-9223372036854775808"`, "-9223372036854775808", "", "the least"},
	{"3", "Int64", `"9223372036854775807"`, `"9223372036854775807"`, "9223372036854775807", "", "the greatest"},
	{"1", "Single", "7.5", "7.5", "7.5", "", "a number"},
	{"2", "Single", "-3.4028235E+38", "-3.4028235E+38", "-3.4028235E+38", "", "the least"},
	{"3", "Single", "3.4028235E+38", "3.4028235E+38", "3.4028235E+38", "", "the greatest"},
	{"5", "Single", `"NaN"`, `"NaN"`, "NaN", "", "no JSON number"},
	{"6", "Single", `"Infinity"`, `"Infinity"`, "INF", "", "XML has its own word"},
	{"7", "Single", `"-Infinity"`, `"-Infinity"`, "-INF", "", "XML has its own word"},
	{"9", "Single", "1E+16", "1E+16", "1E+16", "", "an exponent"},
	{"1", "Double", "7.0", "7", "7", "", "JSON light keeps the point"},
	{"2", "Double", "-1.7976931348623157E+308", "-1.7976931348623157E+308", "-1.7976931348623157E+308", "", "the least"},
	{"3", "Double", "1.7976931348623157E+308", "1.7976931348623157E+308", "1.7976931348623157E+308", "", "the greatest"},
	{"5", "Double", `"NaN"`, `"NaN"`, "NaN", "", "no JSON number"},
	{"6", "Double", `"Infinity"`, `"Infinity"`, "INF", "", "XML has its own word"},
	{"7", "Double", `"-Infinity"`, `"-Infinity"`, "-INF", "", "XML has its own word"},
	{"8", "Double", "2.5", "2.5", "2.5", "", "a fraction"},
	{"1", "Decimal", `"7.50"`, `"7.50"`, "7.50", "", "the scale stays"},
	{"2", "Decimal", `"-79228162514264337593543950335"`, `"-79228162514264337593543950335"`, "-79228162514264337593543950335", "", "the least"},
	{"3", "Decimal", `"79228162514264337593543950335"`, `"79228162514264337593543950335"`, "79228162514264337593543950335", "", "the greatest"},
	{"6", "Decimal", `"0.10"`, `"0.10"`, "0.10", "", "the scale stays"},
	{"1", "String", `"Ann"`, `"Ann"`, "Ann", "", "text"},
	{"2", "String", `""`, `""`, "", "", "empty text is not null"},
	{"5", "String", `"Gr\u00fc\u00dfe \u4e16\u754c \ud83c\udf89"`, `"Gr\u00fc\u00dfe \u4e16\u754c \ud83c\udf89"`, "Grüße 世界 🎉", "", "JSON escapes what is beyond ASCII, surrogates apart"},
	{"6", "String", `"<a&b>'\"/\\\t"`, `"<a&b>'\"/\\\t"`, "&lt;a&amp;b&gt;", "<a&b>'\"/\\\t", "each format escapes its own signs only"},
	{"7", "String", `" padded "`, `" padded "`, `xml:space="preserve"> padded `, " padded ", "blanks at the ends are kept"},
	{"1", "Guid", `"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"`, `"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"`, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "", "lower case"},
	{"2", "Guid", `"00000000-0000-0000-0000-000000000000"`, `"00000000-0000-0000-0000-000000000000"`, "00000000-0000-0000-0000-000000000000", "", "the least"},
	{"3", "Guid", `"ffffffff-ffff-ffff-ffff-ffffffffffff"`, `"ffffffff-ffff-ffff-ffff-ffffffffffff"`, "ffffffff-ffff-ffff-ffff-ffffffffffff", "", "the greatest"},
	{"1", "Binary", `"Cv8="`, `"Cv8="`, "Cv8=", "\x0a\xff", "base64, but bytes when bare"},
	{"2", "Binary", `""`, `""`, "", "", "no bytes are not null"},
	{"3", "Binary", `"/w=="`, `"/w=="`, "/w==", "\xff", "base64 with its slash unescaped"},
	{"1", "DateTime", `"2015-07-12T06:40:00"`, `"2015-07-12T06:40:00"`, "2015-07-12T06:40:00", "", "no zone, no fraction"},
	{"2", "DateTime", `"0001-01-01T00:00:00"`, `"0001-01-01T00:00:00"`, "0001-01-01T00:00:00", "", "the least"},
	{"3", "DateTime", `"9999-12-31T23:59:59.9999999"`, `"9999-12-31T23:59:59.9999999"`, "9999-12-31T23:59:59.9999999", "", "the greatest"},
	{"6", "DateTime", `"2015-07-12T06:40:00.5Z"`, `"2015-07-12T06:40:00.5Z"`, "2015-07-12T06:40:00.5Z", "", "zeros of the fraction are cut, Z stays"},
	{"7", "DateTime", `"2015-07-11T23:40:00-07:00"`, `"2015-07-11T23:40:00-07:00"`, "2015-07-11T23:40:00-07:00", "", "the zone stays"},
	{"1", "DateTimeOffset", `"2015-07-12T06:40:00Z"`, `"2015-07-12T06:40:00Z"`, "2015-07-12T06:40:00Z", "", "no offset is Z"},
	{"2", "DateTimeOffset", `"0001-01-01T00:00:00Z"`, `"0001-01-01T00:00:00Z"`, "0001-01-01T00:00:00Z", "", "the least"},
	{"3", "DateTimeOffset", `"9999-12-31T23:59:59.9999999Z"`, `"9999-12-31T23:59:59.9999999Z"`, "9999-12-31T23:59:59.9999999Z", "", "the greatest"},
	{"6", "DateTimeOffset", `"2015-07-12T08:40:00.036164+02:00"`, `"2015-07-12T08:40:00.036164+02:00"`, "2015-07-12T08:40:00.036164+02:00", "", "an offset and a fraction"},
	{"7", "DateTimeOffset", `"2015-07-11T23:40:00-07:00"`, `"2015-07-11T23:40:00-07:00"`, "2015-07-11T23:40:00-07:00", "", "a negative offset"},
	{"1", "Time", `"PT1H30M"`, `"PT1H30M"`, "PT1H30M", "", "hours and minutes"},
	{"2", "Time", `"-P10675199DT2H48M5.4775808S"`, `"-P10675199DT2H48M5.4775808S"`, "-P10675199DT2H48M5.4775808S", "", "the least"},
	{"3", "Time", `"P10675199DT2H48M5.4775807S"`, `"P10675199DT2H48M5.4775807S"`, "P10675199DT2H48M5.4775807S", "", "the greatest"},
	{"8", "Time", `"PT0.25S"`, `"PT0.25S"`, "PT0.25S", "", "a fraction of a second"},
	{"9", "Time", `"-P1DT2H"`, `"-P1DT2H"`, "-P1DT2H", "", "negative"},
	{"1", "GeographyPoint", `{"type":"Point","coordinates":[142.1,64.1],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`,
		`{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[142.1,64.1],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`,
		"64.1 142.1", "-", "longitude first in JSON, latitude first in XML"},
	{"1", "GeometryPoint", `{"type":"Point","coordinates":[1.0,2.0],"crs":{"type":"name","properties":{"name":"EPSG:0"}}}`,
		`{"__metadata":{"type":"Edm.GeometryPoint"},"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"EPSG:0"}}}`,
		"1 2", "-", "no latitude on a plane"},
}

// valueRows hold each primitive type in each format.
func valueRows() []row {
	const minimal, verbose, xml = "application/json;odata=minimalmetadata", "application/json;odata=verbose", "application/xml"
	var rows []row
	nulls := map[string]bool{}
	for _, v := range kindValues {
		target := "/kinds/Values(" + v.id + ")/" + v.property
		section := "4.1"
		switch v.property {
		case "Single", "Double", "Decimal":
			section = "4.3"
		case "DateTime", "DateTimeOffset", "Time":
			section = "4.4"
		case "String":
			section = "4.5"
		case "GeographyPoint", "GeometryPoint":
			section = "4.6"
		}
		element := ">" + v.xml + "</d:" + v.property + ">"
		switch {
		case strings.HasPrefix(v.xml, "xml:"):
			element = v.xml + "</d:" + v.property + ">"
		case v.xml == "":
			element = "<d:" + v.property + " "
		case section == "4.6":
			element = "<gml:pos>" + v.xml + "</gml:pos>"
		}
		light := `{"odata.metadata":"http://host/kinds/$metadata#Edm.` + v.property + `",` + `"value":` + v.light + `}`
		old := `{"d":{"` + v.property + `":` + v.verbose + `}}`
		xmlRow := row{section: section, name: "XML", target: target, accept: xml, has: []string{element}, lacks: []string{"m:null"}, why: v.why}
		if v.property == "String" && v.id == "6" {
			xmlRow.has = []string{v.xml}
		}
		rows = append(rows,
			row{section: section, name: "JSON light", target: target, accept: minimal, want: "=" + light, why: v.why},
			row{section: section, name: "JSON verbose", target: target, accept: verbose, want: "=" + old, why: v.why},
			xmlRow)
		raw := v.raw
		if raw == "" {
			raw = v.xml
		}
		if raw == "-" {
			rows = append(rows, row{section: section, target: target + "/$value", accept: "none", want: "400 NoRawValue", why: "a spatial value has no bare form"})
		} else {
			rows = append(rows, row{section: section, target: target + "/$value", accept: "none", want: "=" + raw, why: v.why})
		}
		if nulls[v.property] {
			continue
		}
		nulls[v.property] = true
		target = "/kinds/Values(4)/" + v.property
		rows = append(rows,
			row{section: "4.1", name: "JSON light", target: target, accept: minimal,
				want: `={"odata.metadata":"http://host/kinds/$metadata#Edm.Null","odata.null":true}`, why: "null has a marker"},
			row{section: "4.1", name: "JSON verbose", target: target, accept: verbose, want: `={"d":{"` + v.property + `":null}}`, why: "null has a word"},
			row{section: "4.1", name: "XML", target: target, accept: xml, has: []string{`m:null="true"`}, why: "null has an attribute"},
			row{section: "4.1", target: target + "/$value", accept: "none", want: "404 NotFound", why: "null has no bare value"})
	}
	for _, d := range []struct{ id, property, text, why string }{
		{"1", "DateTime", `\/Date(1436683200000)\/`, "a date without zone counts as UTC"},
		{"2", "DateTime", `\/Date(-62135596800000)\/`, "the least"},
		{"3", "DateTime", `\/Date(253402300799999)\/`, "milliseconds are cut"},
		{"6", "DateTime", `\/Date(1436683200500)\/`, "milliseconds"},
		{"7", "DateTime", `\/Date(1436683200000)\/`, "a zone is converted"},
		{"1", "DateTimeOffset", `\/Date(1436683200000+0000)\/`, "no offset"},
		{"6", "DateTimeOffset", `\/Date(1436690400036+0120)\/`, "the clock of the value, the offset in minutes"},
		{"7", "DateTimeOffset", `\/Date(1436658000000-0420)\/`, "a negative offset"},
		{"1", "Int64", `7`, "a string"},
		{"1", "Time", `PT1H30M`, "text at every version"},
	} {
		for _, most := range []string{"1.0", "2.0"} {
			rows = append(rows, row{section: "4.4", name: "JSON verbose of " + most, target: "/kinds/Values(" + d.id + ")/" + d.property,
				header: []string{"MaxDataServiceVersion: " + most}, want: `={"d":{"` + d.property + `":"` + d.text + `"}}`, why: d.why})
		}
	}
	return append(rows,
		row{section: "4.1", target: "/kinds/Values(1)/Picture/$value", accept: "none", want: "=\x89PNG", typ: "image/png", why: "a property may say what its bytes are"},
		row{section: "4.1", name: "nulls", target: "/kinds/Values(4)", want: `={"odata.metadata":"http://host/kinds/$metadata#Values/@Element","Id":4,"Boolean":null,"Byte":null,"SByte":null,"Int16":null,"Int32":null,"Int64":null,"Single":null,"Double":null,"Decimal":null,` +
			`"String":null,"Guid":null,"Binary":null,"DateTime":null,"DateTimeOffset":null,"Time":null,"GeographyPoint":null,"GeometryPoint":null,"Picture":null,"Markup":null,"Place":null,"Longs":[],"Places":[],"desc":null,"eq":null}`, why: "every type can be null, but a collection"},
		row{section: "4.1", name: "types", target: "/kinds/Values(1)", accept: "application/json;odata=fullmetadata", has: []string{`"Byte@odata.type":"Edm.Byte"`, `"SByte@odata.type":"Edm.SByte"`, `"Int16@odata.type":"Edm.Int16"`, `"Int64@odata.type":"Edm.Int64"`,
			`"Single@odata.type":"Edm.Single"`, `"Decimal@odata.type":"Edm.Decimal"`, `"Guid@odata.type":"Edm.Guid"`, `"Binary@odata.type":"Edm.Binary"`, `"DateTime@odata.type":"Edm.DateTime"`, `"DateTimeOffset@odata.type":"Edm.DateTimeOffset"`, `"Time@odata.type":"Edm.Time"`,
			`"GeographyPoint@odata.type":"Edm.GeographyPoint"`}, lacks: []string{"Boolean@", "Int32@", "Double@", "String@"}, why: "every type JSON cannot tell is said"},
		row{section: "4.1", name: "types in Atom", target: "/kinds/Values(1)", accept: "application/atom+xml", has: []string{`<d:Boolean m:type="Edm.Boolean">true<`, `<d:Byte m:type="Edm.Byte">7<`, `<d:SByte m:type="Edm.SByte">-8<`, `<d:Int16 m:type="Edm.Int16">-300<`,
			`<d:Int64 m:type="Edm.Int64">7<`, `<d:Single m:type="Edm.Single">7.5<`, `<d:Decimal m:type="Edm.Decimal">7.50<`, `<d:String>Ann<`, `<d:Guid m:type="Edm.Guid">6f0c`, `<d:Binary m:type="Edm.Binary">Cv8=<`, `<d:Time m:type="Edm.Time">PT1H30M<`}, why: "every type but text is said"},
		row{section: "4.1", name: "named", target: "/kinds/Values(1)/Picture/$value", accept: "image/png", typ: "image/png", why: "and can be asked for by that"},
		row{section: "4.1", target: "/kinds/Values(1)/Markup/$value", accept: "none", want: "=<p>", why: "a property may say what its text is"},
		row{section: "4.3", target: "/kinds/Values(1)/Longs", want: `={"odata.metadata":"http://host/kinds/$metadata#Collection(Edm.Int64)","value":["1","-2"]}`,
			why: "Int64 is a string within collections, too"},
		row{section: "4.3", target: "/kinds/Values(1)/Place", want: `={"odata.metadata":"http://host/kinds/$metadata#Kinds.Place","City":"Ulm","Code":"89073","Inner":{"Size":"1.50"}}`,
			why: "and within complex values; Decimal likewise"},
		row{section: "4.3", target: "/kinds/Values(1)/Places", want: `={"odata.metadata":"http://host/kinds/$metadata#Collection(Kinds.Place)","value":[{"City":"Ulm","Code":"1","Inner":{"Size":"2.0"}}]}`,
			why: "and within collections of them"},
	)
}
