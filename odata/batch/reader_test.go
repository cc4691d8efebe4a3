package batch_test

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
)

const (
	mimeHead = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
	get      = "--b\r\n" + mimeHead + "GET Customers HTTP/1.1\r\n\r\n\r\n"
	open     = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
	post     = "--c\r\n" + mimeHead + "POST Customers HTTP/1.1\r\n\r\n{}\r\n"
	shut     = "--c--\r\n"
	end      = "--b--\r\n"
)

func TestEnvelope(t *testing.T) {
	for _, tt := range []struct{ name, contentType, body, want, why string }{{
		name: "plain", contentType: "multipart/mixed; boundary=b", body: end, want: "end: EOF",
		why: "a batch without parts is a batch",
	}, {
		name: "other parameters", contentType: "MULTIPART/MIXED ; charset=ISO-8859-1;; x=\"a;boundary=q\\\"\" ; boundary = \"b\" ;", body: end, want: "end: EOF",
		why: "names ignore case, blanks and empty parameters are harmless, a quoted semicolon separates nothing (batch request: single-byte charsets)",
	}, {
		name: "70 characters", contentType: "multipart/mixed; boundary=" + strings.Repeat("x", 70), body: "--" + strings.Repeat("x", 70) + "--", want: "end: EOF",
		why: "RFC 2046, section 5.1.1: up to 70 characters",
	}, {
		name: "71 characters", contentType: "multipart/mixed; boundary=" + strings.Repeat("x", 71), body: "--" + strings.Repeat("x", 71) + "--", want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "RFC 2046, section 5.1.1: up to 70 characters",
	}, {
		name: "no boundary", contentType: "multipart/mixed", body: end, want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "the boundary is mandatory (batch request, grammar)",
	}, {
		name: "empty boundary", contentType: `multipart/mixed; boundary=""`, body: "--\r\n----", want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "two dashes alone occur in any text",
	}, {
		name: "two boundaries", contentType: "multipart/mixed; boundary=b; Boundary=b", body: end, want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "which one counts would be a guess, even if they are equal",
	}, {
		name: "boundary ends in a blank", contentType: `multipart/mixed; boundary="b "`, body: "--b --", want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "blanks after a boundary are padding",
	}, {
		name: "control character", contentType: "multipart/mixed; boundary=\"b\r\nX\"", body: end, want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "a boundary is a part of one line",
	}, {
		name: "open quotes", contentType: `multipart/mixed; boundary="b`, body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "the end of the boundary is unknown",
	}, {
		name: "text after quotes", contentType: `multipart/mixed; boundary="b"c`, body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "the boundary is ambiguous",
	}, {
		name: "parameter after quotes", contentType: `multipart/mixed; boundary="b" c=d`, body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "a semicolon is missing, or a quote too many",
	}, {
		name: "beyond ASCII", contentType: "multipart/mixed; boundary=bé", body: "--bé--", want: "envelope: BatchBoundary kind=1 Content-Type",
		why: "its bytes depend on the charset of the header",
	}, {
		name: "boundary that ends like the last delimiter", contentType: "multipart/mixed; boundary=b--", body: "--b--\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--b----\r\n", want: "end: BatchBoundaryClash kind=1 $batch/1",
		why: "the end of the change set is the next part of the batch",
	}, {
		name: "parameter without value", contentType: `multipart/mixed; boundary`, body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "no parameter can be read from it",
	}, {
		name: "other type", contentType: "application/json", body: "{}", want: "envelope: BatchContentType kind=1 Content-Type",
		why: "a malformed envelope is 400 for the whole request (batch response)",
	}, {
		name: "multipart/form-data", contentType: "multipart/form-data; boundary=b", body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "a form that a page can post across sites must never be a batch",
	}, {
		name: "no type", contentType: "", body: end, want: "envelope: BatchContentType kind=1 Content-Type",
		why: "nothing says how to read the body",
	}, {
		name: "wide charset", contentType: "multipart/mixed; boundary=b; charset=UTF-16", body: end, want: "envelope: BatchCharset kind=1 Content-Type",
		why: "UTF-8 or single-byte only (batch request, grammar)",
	}, {
		name: "byte order mark", contentType: "multipart/mixed; boundary=b", body: "\xef\xbb\xbf" + end, want: "end: EOF",
		why: "tolerated on requests",
	}, {
		name: "empty body", contentType: "multipart/mixed; boundary=b", body: "", want: "envelope: BatchNoDelimiter kind=1 $batch",
		why: "without a delimiter there is no first part to answer by an error part",
	}, {
		name: "other boundary in the body", contentType: "multipart/mixed; boundary=b", body: "--B\r\n--bb--\r\n -- b", want: "envelope: BatchNoDelimiter kind=1 $batch",
		why: "boundaries are compared byte by byte, whole lines",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.TrimSuffix(dump(strings.NewReader(tt.body), tt.contentType, batch.Limits{}), "\n")
			if got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.why, got, tt.want)
			}
		})
	}
}

// partCases are whole bodies with the boundary b, and how reading them ends.
var partCases = []struct{ name, body, want, why string }{{
	name: "fine", body: get + open + post + shut + get + end, want: "EOF",
	why: "the pieces of this table are right",
}, {
	name: "ends in a body", body: get + open + post, want: "BatchTruncated kind=1 $batch/2/1",
	why: "a change set that was cut off must not be committed",
}, {
	name: "ends after a part", body: get, want: "BatchTruncated kind=1 $batch/1",
	why: "nobody knows what was to follow",
}, {
	name: "ends in MIME headers", body: "--b\r\nContent-Type: applica", want: "BatchTruncated kind=1 $batch/1",
	why: "the part may be incomplete",
}, {
	name: "ends in headers", body: "--b\r\n" + mimeHead + "GET A HTTP/1.1\r\nAccept: x", want: "BatchTruncated kind=1 $batch/1",
	why: "the request may be incomplete",
}, {
	name: "delimiters of a change set after its end", body: open + post + shut + "--c\r\nx\r\n" + get + "--c--\r\n" + end, want: "EOF",
	why: "they are text like any other",
}, {
	name: "ends after a delimiter", body: "--b", want: "BatchTruncated kind=1 $batch/1",
	why: "a delimiter announces a part",
}, {
	name: "ends after a change set", body: open + post + shut, want: "BatchTruncated kind=1 $batch/1/1",
	why: "only the delimiter of the batch ends its parts",
}, {
	name: "ends in the preamble of a change set", body: open + "hello", want: "BatchTruncated kind=1 $batch/1",
	why: "the change set has not begun",
}, {
	name: "text after the end", body: get + end + "--b\r\nnonsense", want: "EOF",
	why: "the epilogue is ignored (RFC 2046, section 5.1.1)",
}, {
	name: "change set never begins", body: open + end, want: "BatchChangeSetNotClosed kind=1 $batch/1",
	why: "a delimiter of the batch inside a change set ends nothing properly",
}, {
	name: "change set without end", body: open + post + get + end, want: "BatchChangeSetNotClosed kind=1 $batch/1/1",
	why: "what is missing may be a part of the transaction",
}, {
	name: "change set with the boundary of the batch", body: strings.Replace(open, "=c", "=b", 1) + end, want: "BatchBoundaryClash kind=1 $batch/1",
	why: "every delimiter would be ambiguous",
}, {
	name: "change set boundary looks like the end of the batch", body: strings.Replace(open, "=c", "=b--", 1) + end, want: "BatchBoundaryClash kind=1 $batch/1",
	why: "every delimiter would be ambiguous",
}, {
	name: "change set without boundary", body: "--b\r\nContent-Type: multipart/mixed\r\n\r\n" + end, want: "BatchBoundary kind=1 $batch/1",
	why: "the boundary is mandatory",
}, {
	name: "change set in a change set", body: open + "--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d--\r\n" + shut + end, want: "BatchNesting kind=1 $batch/1/1",
	why: "no nesting of change sets (batch request, grammar)",
}, {
	name: "no Content-Type", body: "--b\r\nContent-Transfer-Encoding: binary\r\n\r\nGET A HTTP/1.1\r\n\r\n" + end, want: "BatchPartType kind=1 $batch/1",
	why: "a part is application/http or multipart/mixed",
}, {
	name: "other Content-Type", body: "--b\r\nContent-Type: application/json\r\nContent-Transfer-Encoding: binary\r\n\r\n{}\r\n" + end, want: "BatchPartType kind=1 $batch/1",
	why: "a part is application/http or multipart/mixed",
}, {
	name: "no transfer encoding", body: "--b\r\nContent-Type: application/http\r\n\r\nGET A HTTP/1.1\r\n\r\n" + end, want: "BatchTransferEncoding kind=1 $batch/1",
	why: "missing is an error for the part (batch request, grammar)",
}, {
	name: "base64", body: strings.Replace(get, "binary", "base64", 1) + end, want: "BatchTransferEncoding kind=1 $batch/1",
	why: "nothing decodes it",
}, {
	name: "no request", body: "--b\r\n" + mimeHead + end, want: "BatchNoRequest kind=1 $batch/1",
	why: "a part holds one request",
}, {
	name: "no request and no empty line", body: "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n" + end, want: "BatchNoRequest kind=1 $batch/1",
	why: "a part holds one request",
}, {
	name: "POST outside", body: strings.Replace(get, "GET", "POST", 1) + end, want: "BatchMethod kind=1 $batch/1",
	why: "only GET outside of change sets",
}, {
	name: "GET inside", body: open + strings.Replace(post, "POST", "GET", 1) + shut + end, want: "BatchMethod kind=1 $batch/1/1",
	why: "anything but GET inside of change sets",
}, {
	name: "get in small letters", body: strings.Replace(get, "GET", "get", 1) + end, want: "BatchMethod kind=1 $batch/1",
	why: "verbs have a case",
}, {
	name: "HEAD outside", body: strings.Replace(get, "GET", "HEAD", 1) + end, want: "BatchMethod kind=1 $batch/1",
	why: "only GET outside of change sets",
}, {
	name: "tunnelled DELETE outside", body: header("X-HTTP-Method: DELETE"), want: "BatchMethod kind=1 $batch/1",
	why: "a change outside of a change set by another name",
}, {
	name: "tunnelled GET inside", body: put("x-http-method: get", "{}"), want: "BatchMethod kind=1 $batch/1/1",
	why: "a query inside of a change set by another name",
}, {
	name: "tunnelled MERGE inside", body: put("X-HTTP-Method: MERGE", "{}"), want: "EOF",
	why: "MERGE works through X-HTTP-Method in a batch too",
}, {
	name: "Content-Length and no body", body: "--b\r\n" + mimeHead + "GET A HTTP/1.1\r\nContent-Length: 2\r\n" + end, want: "BatchContentLength kind=1 $batch/1",
	why: "the delimiter ends the headers, so the body is not there",
}, {
	name: "counted body ends the text", body: strings.TrimSuffix(put("Content-Length: 2", "{}"), "\r\n"+shut+end), want: "BatchTruncated kind=1 $batch/1/1",
	why: "the closing delimiters are missing",
}, {
	name: "long line after a counted body", body: put("Content-Length: 0", strings.Repeat("x", 20_000)), want: "BatchContentLength kind=1 $batch/1/1",
	why: "what is left over is not kept",
}, {
	name: "unknown verb inside", body: open + strings.Replace(post, "POST", "BREW", 1) + shut + end, want: "EOF",
	why: "501 for an unknown verb is the service's answer",
}, {
	name: "HTTP/1.0", body: strings.Replace(get, "HTTP/1.1", "HTTP/1.0", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "HTTP/1.1 exactly",
}, {
	name: "blank after the version", body: strings.Replace(get, "HTTP/1.1", "HTTP/1.1 ", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "HTTP/1.1 exactly, after the last blank",
}, {
	name: "no URL", body: strings.Replace(get, "Customers ", "", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "verb, URL, version",
}, {
	name: "two blanks", body: strings.Replace(get, "GET ", "GET  ", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "the URL is between the first and the last blank, and no URL begins with one",
}, {
	name: "two blanks after the URL", body: strings.Replace(get, " HTTP", "  HTTP", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "no URL ends with a blank",
}, {
	name: "NUL in the URL", body: strings.Replace(get, "Customers", "Cust\x00omers", 1) + end, want: "BatchRequestLine kind=1 $batch/1",
	why: "control characters are never meant",
}, {
	name: "verb with a colon", body: open + strings.Replace(post, "POST", "PO:ST", 1) + shut + end, want: "BatchRequestLine kind=1 $batch/1/1",
	why: "a header line is no request line",
}, {
	name: "same header twice", body: header("Accept: a\r\nAccept: b"), want: "BatchDuplicateHeader kind=1 $batch/1",
	why: "no duplicates with the same spelling (batch request, grammar)",
}, {
	name: "same header in other letters", body: header("Accept: a\r\naccept: b"), want: "BatchDuplicateHeader kind=1 $batch/1",
	why: "which of the two counts would depend on the reader",
}, {
	name: "unknown header twice", body: header("X-A: a\r\nX-A: a"), want: "BatchDuplicateHeader kind=1 $batch/1",
	why: "the rule is about every header",
}, {
	name: "same MIME header twice", body: "--b\r\nContent-Type: application/http\r\n" + mimeHead + end, want: "BatchDuplicateHeader kind=1 $batch/1",
	why: "the type of the part would be a guess",
}, {
	name: "folded header", body: header("Accept: a\r\n b"), want: "BatchHeader kind=1 $batch/1",
	why: "folding hides headers from readers that do not know it",
}, {
	name: "blank before the colon", body: header("Accept : a"), want: "BatchHeader kind=1 $batch/1",
	why: "some readers take it for another header (RFC 9112, section 5.1)",
}, {
	name: "no colon", body: header("Accept"), want: "BatchHeader kind=1 $batch/1",
	why: "not a header",
}, {
	name: "NUL in a header", body: header("Slug: a\x00b"), want: "BatchHeader kind=1 $batch/1",
	why: "values go into Location and ETag",
}, {
	name: "DEL in a header", body: header("Slug: a\x7fb"), want: "BatchHeader kind=1 $batch/1",
	why: "a control character too",
}, {
	name: "long name", body: header(strings.Repeat("x", 129) + ": 1"), want: "BatchHeader kind=1 $batch/1",
	why: "comparing names must stay cheap",
}, {
	name: "Content-Length with a sign", body: header("Content-Length: +0"), want: "BatchContentLength kind=1 $batch/1",
	why: "digits only: readers disagree about everything else",
}, {
	name: "Content-Length beyond int64", body: header("Content-Length: 99999999999999999999"), want: "BatchContentLength kind=1 $batch/1",
	why: "no overflow",
}, {
	name: "Content-Length too small", body: put("Content-Length: 1", "{}"), want: "BatchContentLength kind=1 $batch/1/1",
	why: "what is left over could be another request",
}, {
	name: "Content-Length too large", body: put("Content-Length: 8", "{}"), want: "BatchContentLength kind=1 $batch/1/1",
	why: "it reaches into the next part",
}, {
	name: "Content-Length over the end of the change set", body: put("Content-Length: 9", "{}"), want: "BatchChangeSetNotClosed kind=1 $batch/1/1",
	why: "the delimiter was counted into the body",
}, {
	name: "Content-Length beyond the text", body: put("Content-Length: 999", "{}"), want: "BatchTruncated kind=1 $batch/1/1",
	why: "the body is not there",
}, {
	name: "Content-Length over the limit", body: put("Content-Length: 1048577", "{}"), want: "BatchBodyTooLarge kind=11 $batch/1/1",
	why: "413 before the request is handed out",
}, {
	name: "Content-Length without a blank line after the body", body: put("Content-Length: 4", "{}"), want: "EOF",
	why: "a line end that the client counted belongs to the body",
}, {
	name: "Content-ID with a blank", body: put("Content-ID: a b", "{}"), want: "BatchContentID kind=1 $batch/1/1",
	why: "a token",
}, {
	name: "empty Content-ID", body: put("Content-ID:", "{}"), want: "BatchContentID kind=1 $batch/1/1",
	why: "a token has a character",
}, {
	name: "long Content-ID", body: put("Content-ID: "+strings.Repeat("1", 129), "{}"), want: "BatchContentID kind=1 $batch/1/1",
	why: "it is echoed",
}, {
	name: "two different Content-IDs", body: open + "--c\r\nContent-ID: 1\r\n" + mimeHead + "POST A HTTP/1.1\r\nContent-ID: 2\r\n\r\n\r\n" + shut + end, want: "BatchContentID kind=1 $batch/1/1",
	why: "the one of the part and the one of the request are the same thing",
}, {
	name: "Content-ID twice in a change set", body: open + numbered(1) + numbered(1) + shut + end, want: "BatchDuplicateContentID kind=1 $batch/1/2",
	why: "unique per change set",
}, {
	name: "Content-ID in two change sets", body: open + numbered(1) + shut + open + numbered(1) + shut + end, want: "EOF",
	why: "unique per change set, not per batch",
}}

func header(lines string) string {
	return "--b\r\n" + mimeHead + "GET A HTTP/1.1\r\n" + lines + "\r\n\r\n" + end
}

func put(lines, body string) string {
	return open + "--c\r\n" + mimeHead + "PUT A HTTP/1.1\r\n" + lines + "\r\n\r\n" + body + "\r\n" + shut + end
}

func numbered(id int) string {
	return "--c\r\n" + mimeHead + "POST A HTTP/1.1\r\nContent-ID: " + strconv.Itoa(id) + "\r\n\r\n{}\r\n"
}

func TestParts(t *testing.T) {
	for _, tt := range partCases {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(strings.TrimSuffix(dump(strings.NewReader(tt.body), "multipart/mixed; boundary=b", batch.Limits{}), "\n"), "\n")
			if got := lines[len(lines)-1]; got != "end: "+tt.want {
				t.Errorf("%s: got %q, want %q", tt.why, got, "end: "+tt.want)
			}
		})
	}
}

// TestPieces: what is read must not depend on how the text arrives, nor on
// whether the caller reads the bodies.
func TestPieces(t *testing.T) {
	for _, tt := range partCases {
		const contentType = "multipart/mixed; boundary=b"
		want := dump(strings.NewReader(tt.body), contentType, batch.Limits{})
		for _, source := range []struct {
			name string
			r    io.Reader
		}{
			{"one byte", iotest.OneByteReader(strings.NewReader(tt.body))},
			{"halves", iotest.HalfReader(strings.NewReader(tt.body))},
			{"data with EOF", iotest.DataErrReader(strings.NewReader(tt.body))},
		} {
			if diff := cmp.Diff(want, dump(source.r, contentType, batch.Limits{})); diff != "" {
				t.Errorf("%s in %s (-want +got):\n%s", tt.name, source.name, diff)
			}
		}
		in, err := batch.NewReader(strings.NewReader(tt.body), contentType, batch.Limits{})
		for err == nil {
			_, err = in.Next()
		}
		if got := "end: " + brief(err) + "\n"; !strings.HasSuffix(want, got) {
			t.Errorf("%s, skipping: got %s, want the end of:\n%s", tt.name, got, want)
		}
		if _, again := in.Next(); !errors.Is(again, err) {
			t.Errorf("%s: the error changed from %v to %v", tt.name, err, again)
		}
	}
}

func TestForbiddenHeaders(t *testing.T) {
	for _, name := range []string{
		"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "Forwarded", "X-Forwarded-For", "x-forwarded-host",
		"X-Forwarded-Client-Cert", "X-Real-IP", "Remote-User", "X-Remote-User", "X-MS-Client-Principal-Name", "X-Original-URL",
		"X-Rewrite-Url", "Transfer-Encoding", "Content-Encoding", "X-Auth-Request-User",
	} {
		got := dump(strings.NewReader(header(name+": x")), "multipart/mixed; boundary=b", batch.Limits{})
		if want := "end: BatchForbiddenHeader kind=1 $batch/1\n"; got != want {
			t.Errorf("%s: got %q: a part has the caller of its batch", name, got)
		}
	}
}

// TestSourceErrors: the error of the underlying reader is the caller's own, such
// as its limit for the whole batch, and comes back as it is.
func TestSourceErrors(t *testing.T) {
	cause := errors.New("cause")
	whole := get + open + post + shut + get
	for n := range len(whole) {
		in, err := batch.NewReader(io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(cause)), "multipart/mixed; boundary=b", batch.Limits{})
		for err == nil {
			var part batch.Part
			if part, err = in.Next(); err == nil && part.Request != nil {
				_, err = io.Copy(io.Discard, part.Request.Body)
			}
		}
		if !errors.Is(err, cause) {
			t.Fatalf("after %d bytes: got %v, want the cause", n, err)
		}
	}
}

func TestStale(t *testing.T) {
	in, err := batch.NewReader(strings.NewReader(open+post+post+shut+get+end), "multipart/mixed; boundary=b", batch.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := in.Next()
	if err != nil {
		t.Fatal(err)
	}
	first, err := part.ChangeSet.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Next(); err != nil {
		t.Fatalf("a change set that was left early: %v", err)
	}
	if n, err := first.Body.Read(make([]byte, 9)); n != 0 || err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a body of an earlier part must not read as empty: %d, %v", n, err)
	}
	if _, err := part.ChangeSet.Next(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a change set that was skipped must not look complete: %v", err)
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("the batch goes on: %v", err)
	}
}

// TestBrokenChangeSet: a change set that broke says so as often as it is asked,
// for io.EOF means that it may be committed.
func TestBrokenChangeSet(t *testing.T) {
	in, err := batch.NewReader(strings.NewReader(open+post+"--c\r\n"+end), "multipart/mixed; boundary=b", batch.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := in.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.ChangeSet.Next(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := part.ChangeSet.Next(); err == nil || odata.AsError(err).Kind != odata.KindInvalid {
			t.Errorf("the second request is missing: got %v, want an *odata.Error", err)
		}
	}
}
