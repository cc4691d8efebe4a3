package providertest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
)

// invariants are what every answer to a read obeys, whatever was asked. It
// returns what is wrong, a line each.
func invariants(request *http.Request, answer *httptest.ResponseRecorder) []string {
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	status, header, body := answer.Code, answer.Header(), answer.Body.Bytes()
	contentType, version := header.Get("Content-Type"), header.Get("DataServiceVersion")

	if status == http.StatusInternalServerError {
		report("status 500: no request is the service's mistake")
	}
	if v := header.Get("OData-Version"); v != "" {
		report("OData-Version %s: V3 does not have this header", v)
	}
	if bytes.HasPrefix(body, []byte("\ufeff")) {
		report("a byte order mark")
	}
	switch status {
	case http.StatusNoContent, http.StatusNotModified:
		if len(body) > 0 || contentType != "" {
			report("%d with a body or a type", status)
		}
		return problems
	}
	if n := header.Get("Content-Length"); n != "" && n != strconv.Itoa(len(body)) {
		report("Content-Length %s of %d bytes", n, len(body))
	}
	if len(header.Values("DataServiceVersion")) != 1 || len(header.Values("Content-Type")) != 1 {
		report("DataServiceVersion %q and Content-Type %q have to be there once", header.Values("DataServiceVersion"), header.Values("Content-Type"))
	}
	if most := request.Header.Get("MaxDataServiceVersion"); status == http.StatusOK && !strings.Contains(request.URL.Path, "$metadata") &&
		most != "" && most[0] >= '1' && version != "" && most[0] < version[0] {
		report("version %s is newer than the client's %s", version, most)
	}

	switch name, parameters, _ := strings.Cut(contentType, ";"); {
	case name == "application/json":
		if !strings.Contains(parameters, "odata=") {
			report("%s does not say which JSON", contentType)
		}
		if !json.Valid(body) {
			report("the body is no JSON")
		}
		root := "http://host" + rootOf(request)
		first := `{"odata.metadata":"` + root + "$metadata"
		described := strings.Contains(parameters, "minimalmetadata") || strings.Contains(parameters, "fullmetadata")
		if status == http.StatusOK && described && !bytes.HasPrefix(body, []byte(first)) {
			report("the body does not begin with %s", first)
		}
		if strings.Contains(parameters, "nometadata") && bytes.Contains(body, []byte(`"odata.metadata"`)) {
			report("a context without metadata")
		}
		if strings.Contains(parameters, "verbose") && status == http.StatusOK && !bytes.HasPrefix(body, []byte(`{"d":`)) {
			report("the body is not wrapped in d")
		}
		for _, c := range body {
			if c >= 0x80 {
				report("JSON is sent as ASCII")
				break
			}
		}
	case strings.HasSuffix(name, "xml"):
		if err := wellFormed(body); err != nil {
			report("the body is no XML: %v", err)
		}
	}
	return problems
}

// headDiffers compares the answer to HEAD with that to GET: the same without the
// body, or 501 of a service that has no HEAD.
func headDiffers(get, head *httptest.ResponseRecorder) string {
	switch {
	case head.Code == http.StatusNotImplemented:
		return ""
	case head.Body.Len() > 0:
		return "HEAD has a body"
	case head.Code != get.Code:
		return fmt.Sprintf("HEAD is %d where GET is %d", head.Code, get.Code)
	}
	for _, name := range []string{"Content-Type", "Content-Length", "DataServiceVersion", "ETag", "Allow"} {
		if g, h := get.Header().Get(name), head.Header().Get(name); g != h {
			return fmt.Sprintf("HEAD has %s %q where GET has %q", name, h, g)
		}
	}
	return ""
}

// rootOf is the service root a request is below, as the service writes it: its
// path has no case in requests, and the roots that rows use are in lower case.
func rootOf(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		path = path[:i]
	}
	return "/" + strings.ToLower(path) + "/"
}

// wellFormed reads XML to its end.
func wellFormed(document []byte) error {
	for d := xml.NewDecoder(bytes.NewReader(document)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
