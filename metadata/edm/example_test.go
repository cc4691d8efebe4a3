package edm_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A literal carries its type; its text does not.
func ExampleParseLiteral() {
	for _, literal := range []string{"7", "7L", "2.50M", "7d", "'it''s'", "datetime'2015-07-12'", "DateTime'2015-13-01'"} {
		v, err := edm.ParseLiteral(literal)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(v.Kind(), v, string(edm.AppendText(nil, v)))
	}
	// Output:
	// Edm.Int32 7 7
	// Edm.Int64 7L 7
	// Edm.Decimal 2.50M 2.50
	// Edm.Double 7.0 7
	// Edm.String 'it''s' it's
	// Edm.DateTime datetime'2015-07-12T00:00:00' 2015-07-12T00:00:00
	// months run from 01 to 12 (at offset 14)
}

// Numbers compare exactly, whatever their kinds.
func ExampleCompare() {
	order, ok := edm.Compare(edm.Int64(9007199254740993), edm.Double(9007199254740992))
	fmt.Println(order, ok)
	// Output: 1 true
}

// A scan buffer can be read in place, as long as the row is used before the
// next one is scanned.
func ExampleStringBytes() {
	buffer := []byte("PRIV\\Jen")
	name := edm.StringBytes(buffer)
	kept := name.Clone()
	copy(buffer, "PRIV\\Bob")
	fmt.Println(name, kept)
	// Output: 'PRIV\Bob' 'PRIV\Jen'
}

func ExampleParseDateTime() {
	unset, _ := edm.ParseDateTime("0001-01-01T00:00:00")
	local, _ := edm.ParseDateTime("2015-07-11T23:40:00-07:00")
	fmt.Println(unset, unset.Zoned())
	fmt.Println(local, local.Day(), local.Instant())
	// Output:
	// 0001-01-01T00:00:00 false
	// 2015-07-11T23:40:00-07:00 11 2015-07-12 06:40:00 +0000 UTC
}

// The same place in the three forms of the protocol: mind the order of the
// coordinates.
func ExampleSpatial() {
	place, err := edm.ParseSpatial("SRID=4326;POINT(142.1 64.1)", true)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(place.Value())
	fmt.Printf("%s\n", edm.AppendGeoJSON(nil, place, true))
	fmt.Printf("%s\n", edm.AppendGML(nil, place))
	// Output:
	// geography'SRID=4326;POINT(142.1 64.1)'
	// {"type":"Point","coordinates":[142.1,64.1],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}
	// <gml:Point gml:srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><gml:pos>64.1 142.1</gml:pos></gml:Point>
}
