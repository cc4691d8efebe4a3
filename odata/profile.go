package odata

// A Profile is how a service speaks where OData V3 leaves room, or where its
// clients know an older service's accent. The zero Profile speaks like WCF Data
// Services.
type Profile struct {
	// Version is the text of the DataServiceVersion header. Default "3.0;".
	Version string

	// JSON makes JSON light the answer to requests that accept anything or do
	// not say; the default is Atom, or XML, where the service offers it.
	JSON bool

	// JSONAlways leaves Atom and XML out, and answers with JSON light even
	// requests that accept only other types, instead of 406. $metadata stays XML.
	JSONAlways bool

	// EscapedMetadata writes the context URL with %24metadata in place of
	// $metadata. The document itself is served at both.
	EscapedMetadata bool

	// SpacedMediaTypes puts a blank after each semicolon of a Content-Type.
	SpacedMediaTypes bool

	// HideStreaming leaves the parameter streaming=true out of JSON light
	// content types.
	HideStreaming bool

	// CacheControl is sent with every answer except 304. Default "no-cache".
	CacheControl string

	// Pragma is sent beside it, for caches of HTTP/1.0. Default none.
	Pragma string

	// HideInput keeps request input out of error texts: Error.Detail is not
	// sent.
	HideInput bool

	// LateIsTimeout answers what the service does not manage within its own deadline
	// with 408, in place of 503.
	LateIsTimeout bool

	// PreconditionRequired makes a missing If-Match 428, where it is needed, in
	// place of 400.
	PreconditionRequired bool

	// DirectBatchFailure answers a change set that failed with one error part in
	// the batch itself, as the batch document has it, and not in a multipart of
	// its own.
	DirectBatchFailure bool

	// Describe translates an error to the code and message that this service's
	// clients know. Nil sends Code, and Message with Detail.
	Describe func(e *Error) (code, message string)

	// Loose is what the service forgives, above all in $filter and $orderby.
	Loose Looseness

	// CheckOptions judges the custom query options (those without a leading $)
	// of every request before anything else is done. Nil accepts all.
	CheckOptions func(custom map[string]string) error
}

// Looseness forgives clients what they were told by documents that contradict each
// other. It never changes the meaning of a condition that is valid without it.
type Looseness struct {
	// Names finds properties without regard to case, where no property has the name
	// as it is written. Where several would fit, none does.
	Names bool

	// Aliases are further names of properties, found without regard to case if Names
	// is set.
	Aliases map[string]string

	// Literals compares an integer or a GUID with a text literal that holds one, and
	// an Edm.DateTime with a DateTimeOffset literal, whose instant counts.
	Literals bool

	// Again accepts query options without a leading $ that are given once more with
	// the same value.
	Again bool
}
