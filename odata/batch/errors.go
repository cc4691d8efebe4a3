package batch

import "github.com/pamodata/pamodata/odata"

// A mistake is one way a batch can be wrong. The texts are constant: nothing of
// the request is repeated in them.
type mistake struct {
	kind    odata.Kind
	code    string
	message string
}

var (
	badMediaType = mistake{odata.KindInvalid, "BatchContentType",
		"The Content-Type of a batch must be multipart/mixed with a boundary"}
	badBoundary = mistake{odata.KindInvalid, "BatchBoundary",
		"There must be one boundary of 1 to 70 printable characters that does not end in a blank"}
	badCharset = mistake{odata.KindInvalid, "BatchCharset",
		"The charset of a batch must be UTF-8 or a single-byte one"}
	noDelimiter = mistake{odata.KindInvalid, "BatchNoDelimiter",
		"The body does not contain the boundary of its Content-Type"}

	truncated = mistake{odata.KindInvalid, "BatchTruncated",
		"The body ends before the closing boundary"}
	unclosedChangeSet = mistake{odata.KindInvalid, "BatchChangeSetNotClosed",
		"The change set ends without its closing boundary"}
	clashingBoundary = mistake{odata.KindInvalid, "BatchBoundaryClash",
		"A change set must have a boundary that differs from the one of the batch"}
	nestedChangeSet = mistake{odata.KindInvalid, "BatchNesting",
		"A change set must not contain another multipart"}
	badPartType = mistake{odata.KindInvalid, "BatchPartType",
		"The Content-Type of a part must be application/http, or multipart/mixed for a change set"}
	badTransferEncoding = mistake{odata.KindInvalid, "BatchTransferEncoding",
		"A part of type application/http must have Content-Transfer-Encoding: binary"}
	noRequest = mistake{odata.KindInvalid, "BatchNoRequest",
		"The part contains no request"}
	badRequestLine = mistake{odata.KindInvalid, "BatchRequestLine",
		"A request line must be a verb, one blank, a URL without control characters, one blank and HTTP/1.1"}
	badMethod = mistake{odata.KindInvalid, "BatchMethod",
		"Only GET may stand outside a change set, and only other verbs inside one"}

	badHeader = mistake{odata.KindInvalid, "BatchHeader",
		"A header line must be a name, a colon and a value without control characters"}
	duplicateHeader = mistake{odata.KindInvalid, "BatchDuplicateHeader",
		"A part must not have the same header twice"}
	forbiddenHeader = mistake{odata.KindInvalid, "BatchForbiddenHeader",
		"A part inherits identity, routing and framing from the batch and must not have headers for them"}
	badContentLength = mistake{odata.KindInvalid, "BatchContentLength",
		"The Content-Length of a part must be the decimal length of its body"}
	badContentID = mistake{odata.KindInvalid, "BatchContentID",
		"A Content-ID must be a token of at most 128 characters, the same on the part and its request"}
	duplicateContentID = mistake{odata.KindInvalid, "BatchDuplicateContentID",
		"The Content-IDs of a change set must differ"}

	tooManyParts = mistake{odata.KindInvalid, "BatchTooManyParts",
		"The batch has more parts than the service allows"}
	tooManyOperations = mistake{odata.KindInvalid, "BatchTooManyOperations",
		"The change set has more requests than the service allows"}
	lineTooLong = mistake{odata.KindInvalid, "BatchLineTooLong",
		"A request line or header line of the part is longer than the service allows"}
	headersTooLarge = mistake{odata.KindInvalid, "BatchHeadersTooLarge",
		"The part has more headers than the service allows"}
	bodyTooLarge = mistake{odata.KindTooLarge, "BatchBodyTooLarge",
		"The body of a part is longer than the service allows"}

	outsideRoot = mistake{odata.KindInvalid, "BatchURLOutsideService",
		"The URL must lie below the service root, on its host, without dot segments"}
	nestedBatch = mistake{odata.KindInvalid, "BatchInBatch",
		"A batch must not contain another batch"}
	unknownReference = mistake{odata.KindNotFound, "BatchUnknownReference",
		"No earlier request of the change set created an entity with this Content-ID"}
	bindQuery = mistake{odata.KindInvalid, "BatchBindQuery",
		"The URL of an entity to bind must not have a query"}
)

func (m mistake) error(target string) *odata.Error {
	return &odata.Error{Kind: m.kind, Code: m.code, Message: m.message, Target: target}
}
