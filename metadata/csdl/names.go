package csdl

// The XML namespaces of a $metadata document.
const (
	edmxSpace       = "http://schemas.microsoft.com/ado/2007/06/edmx"
	metadataSpace   = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
	annotationSpace = "http://schemas.microsoft.com/ado/2009/02/edm/annotation"
	xmlSpace        = "http://www.w3.org/XML/1998/namespace"
)

// edmxVersion is the version of the wrapping in all of OData V1 to V3.
const edmxVersion = "1.0"

// schemaVersions are the CSDL versions by namespace. Source: CSDL 3.0, Schema
// namespaces; 2009/08 was used by previews of CSDL 2.0.
var schemaVersions = map[string]string{
	"http://schemas.microsoft.com/ado/2006/04/edm": "1.0",
	"http://schemas.microsoft.com/ado/2007/05/edm": "1.1",
	"http://schemas.microsoft.com/ado/2008/01/edm": "1.2",
	"http://schemas.microsoft.com/ado/2008/09/edm": "2.0",
	"http://schemas.microsoft.com/ado/2009/08/edm": "2.0",
	"http://schemas.microsoft.com/ado/2009/11/edm": "3.0",
}

// schemaSpaces are the namespaces to write, by CSDL version.
var schemaSpaces = map[string]string{
	"1.0": "http://schemas.microsoft.com/ado/2006/04/edm",
	"1.1": "http://schemas.microsoft.com/ado/2007/05/edm",
	"1.2": "http://schemas.microsoft.com/ado/2008/01/edm",
	"2.0": "http://schemas.microsoft.com/ado/2008/09/edm",
	"3.0": "http://schemas.microsoft.com/ado/2009/11/edm",
}

// isForeign reports whether elements of a namespace are extensions, and none of
// CSDL or its wrapping.
func isForeign(space string) bool {
	return space != "" && space != edmxSpace && schemaVersions[space] == ""
}
