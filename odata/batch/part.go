package batch

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// A Request is one request of a batch. It is valid until the next part is asked
// for.
type Request struct {
	// Method is the verb: GET outside of change sets, a token other than GET
	// inside of them. X-HTTP-Method stays a header for the service to obey. It is
	// refused where it would get around this rule: outside of change sets, and
	// with the value GET inside.
	Method string

	// URL is the text between the first and the last blank of the request line.
	// It may contain blanks. [Root.Resolve] makes a path of it.
	URL string

	// Host is the Host header, empty without one. It is not among Header, and
	// good for nothing but [Root.Resolve].
	Host string

	// Header holds what may reach the service, in order. The version headers
	// of the batch are inherited by a request that lacks them, Accept is not:
	// that is the caller's part.
	Header Headers

	// ContentID is that of the request, or that of its MIME part. It is empty
	// without one, and otherwise a token, unique within the change set.
	ContentID string

	// ContentLength is the length of Body in bytes, -1 if only its end will
	// tell.
	ContentLength int64

	// Body is never nil. It ends with io.EOF. Other errors are *odata.Error, or
	// those of the underlying reader, and end the batch.
	Body io.Reader

	body body
}

// A partHeader is what matters of the MIME headers of a part.
type partHeader struct {
	delimiter string // of a change set, empty for a request
	contentID string
}

// block reads lines up to an empty line and calls each with every header, its
// name in lower case. A delimiter ends the block too, since some clients leave
// the empty line out; it is returned.
func (in *Reader) block(each func(name, value []byte) error) (mark, error) {
	in.seen.reset()
	size := 0
	for {
		line, err := in.line()
		if err != nil {
			return noMark, err
		}
		if len(line) == 0 {
			return noMark, nil
		}
		if found := in.scan.markOf(line); found != noMark {
			return found, nil
		}
		if size += len(line); size > in.limits.HeaderBytes || len(in.seen.each) == in.limits.Headers {
			return noMark, headersTooLarge.error(in.place())
		}
		name, value, ok := splitHeader(line)
		if !ok {
			return noMark, badHeader.error(in.place())
		}
		if name, ok = in.seen.add(name); !ok {
			return noMark, duplicateHeader.error(in.place())
		}
		if err := each(name, value); err != nil {
			return noMark, err
		}
	}
}

func (in *Reader) line() ([]byte, error) {
	line, err := in.scan.line(in.limits.Line)
	if errors.Is(err, errLongLine) {
		return nil, lineTooLong.error(in.place())
	}
	return line, in.cut(err)
}

// partHeader reads the MIME headers of a part. Those that it does not know,
// Content-Length among them, are informative.
func (in *Reader) partHeader() (partHeader, error) {
	var (
		media    mediaType
		encoding string
		header   partHeader
	)
	end, err := in.block(func(name, value []byte) error {
		switch string(name) {
		case "content-type":
			media = parseMediaType(string(value))
		case "content-transfer-encoding":
			encoding = string(value)
		case "content-id":
			header.contentID = string(value)
			return in.checkContentID(header.contentID)
		}
		return nil
	})
	if err != nil {
		return header, err
	}
	multipart := media.name == "multipart/mixed"
	switch {
	case !media.wellFormed || !multipart && media.name != "application/http":
		return header, badPartType.error(in.place())
	case !multipart && !strings.EqualFold(encoding, "binary"):
		return header, badTransferEncoding.error(in.place())
	case end != noMark:
		return header, noRequest.error(in.place())
	case !multipart:
		return header, nil
	}
	if header.delimiter = media.delimiter(); header.delimiter == "" {
		return header, badBoundary.error(in.place())
	}
	return header, nil
}

// request reads the request line and the headers of a request.
func (in *Reader) request(part partHeader) (*Request, error) {
	request := &Request{ContentID: part.contentID, ContentLength: -1}
	if err := in.requestLine(request); err != nil {
		return nil, err
	}
	if (request.Method == "GET") != (in.open == nil) {
		return nil, badMethod.error(in.place())
	}
	end, err := in.block(func(name, value []byte) error { return in.header(request, name, value) })
	if err != nil {
		return nil, err
	}
	if request.ContentLength > in.limits.Body {
		return nil, bodyTooLarge.error(in.place())
	}
	request.body = body{in: in, left: request.ContentLength, budget: in.limits.Body, lineStart: true}
	if end != noMark {
		if request.ContentLength > 0 {
			return nil, badContentLength.error(in.place())
		}
		request.body.next, request.body.err = end, io.EOF
	}
	in.current, request.Body = &request.body, &request.body
	return request, nil
}

// requestLine reads the verb and the URL. Empty lines before are skipped.
func (in *Reader) requestLine(request *Request) error {
	var line []byte
	for len(line) == 0 {
		var err error
		if line, err = in.line(); err != nil {
			return err
		}
	}
	if in.scan.markOf(line) != noMark {
		return noRequest.error(in.place())
	}
	first, last := bytes.IndexByte(line, ' '), bytes.LastIndexByte(line, ' ')
	if first < 0 || first == last || string(line[last+1:]) != "HTTP/1.1" {
		return badRequestLine.error(in.place())
	}
	verb, url := line[:first], line[first+1:last]
	if len(url) == 0 || url[0] == ' ' || url[len(url)-1] == ' ' {
		return badRequestLine.error(in.place())
	}
	for _, c := range url {
		if c < ' ' || c == 0x7f {
			return badRequestLine.error(in.place())
		}
	}
	if request.Method = verbText(verb); !isToken(request.Method) {
		return badRequestLine.error(in.place())
	}
	request.URL = string(url)
	return nil
}

// verbText is string(verb), without a copy for the usual verbs.
func verbText(verb []byte) string {
	for _, usual := range [...]string{"GET", "POST", "MERGE", "PATCH", "PUT", "DELETE"} {
		if string(verb) == usual {
			return usual
		}
	}
	return string(verb)
}

// header takes one header of a request, see [Headers].
func (in *Reader) header(request *Request, name, value []byte) error {
	if string(name) == "host" {
		request.Host = string(value)
		return nil
	}
	rule := ruleFor(name)
	switch {
	case rule.refused:
		return forbiddenHeader.error(in.place())
	case rule.name == "":
		return nil
	}
	text := string(value)
	switch rule.name {
	case contentID:
		if request.ContentID != "" && request.ContentID != text {
			return badContentID.error(in.place())
		}
		if err := in.checkContentID(text); err != nil {
			return err
		}
		request.ContentID = text
	case methodOverride:
		if in.open == nil || strings.EqualFold(text, "GET") {
			return badMethod.error(in.place())
		}
	case contentLength:
		length, ok := parseLength(text)
		if !ok {
			return badContentLength.error(in.place())
		}
		request.ContentLength = length
	}
	if request.Header == nil {
		request.Header = make(Headers, 0, 8)
	}
	request.Header = append(request.Header, Header{rule.name, text})
	return nil
}

func (in *Reader) checkContentID(id string) error {
	if !validContentID(id) {
		return badContentID.error(in.place())
	}
	return nil
}

// parseLength reads digits, nothing else. A length beyond int64 is not ok.
func parseLength(text string) (int64, bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
