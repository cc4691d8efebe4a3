package providertest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
)

// An outcome is what can be told of any answer to a change.
type outcome struct {
	effective bool     // something was done that has to be seen in the data
	parts     string   // of a batch, see outcomesOf
	problems  []string // rules for all answers that this one breaks
}

// outcomeOf reads the answer to a change, and holds it to what all have to obey.
func outcomeOf(request *http.Request, w *httptest.ResponseRecorder) outcome {
	o := outcome{effective: succeeded(w.Code), problems: writeInvariants(w)}
	if w.Code != http.StatusAccepted {
		return o
	}
	o.effective = false
	contentType, body := w.Header().Get("Content-Type"), w.Body.Bytes()
	if v := w.Header().Get("Cache-Control"); v != "no-cache" {
		o.problems = append(o.problems, fmt.Sprintf("Cache-Control %q of a batch", v))
	}
	if !strings.Contains(contentType, "boundary=batchresponse_") {
		o.problems = append(o.problems, "the boundary of a batch begins with batchresponse_, not "+contentType)
	}
	if i := bytes.IndexByte(bytes.ReplaceAll(body, []byte("\r\n"), nil), '\n'); i >= 0 && !bytes.Contains(body, []byte("<edmx:Edmx")) {
		o.problems = append(o.problems, "lines of a batch end in CR LF")
	}
	var err error
	if o.parts, err = o.outcomesOf(request, contentType, body, false); err != nil {
		o.problems = append(o.problems, "the batch cannot be read: "+err.Error())
	}
	return o
}

func succeeded(status int) bool { return 200 <= status && status < 300 }

// writeInvariants are what every answer to a change obeys, beside what all
// answers do.
func writeInvariants(w *httptest.ResponseRecorder) []string {
	var problems []string
	h := w.Header()
	location, id := h.Get("Location"), h.Get("DataServiceId")
	switch {
	case w.Code == http.StatusCreated && (!strings.HasPrefix(location, "http://host/svc/") || id != ""):
		problems = append(problems, fmt.Sprintf("201 with Location %q and DataServiceId %q", location, id))
	case w.Code == http.StatusNoContent && (location == "") != (id == ""):
		problems = append(problems, fmt.Sprintf("204 with Location %q and DataServiceId %q", location, id))
	case w.Code != http.StatusCreated && w.Code != http.StatusNoContent && location+id != "":
		problems = append(problems, fmt.Sprintf("%d with Location %q and DataServiceId %q", w.Code, location, id))
	}
	if (w.Code == http.StatusMethodNotAllowed) != (h.Get("Allow") != "") {
		problems = append(problems, fmt.Sprintf("%d with Allow %q", w.Code, h.Get("Allow")))
	}
	if w.Code >= http.StatusBadRequest {
		if h.Get("ETag") != "" {
			problems = append(problems, "an error with an ETag")
		}
		if code := errorCode(w.Body.String()); code == "" || code == "without a code" {
			problems = append(problems, "an error without a code")
		}
		if h.Get("Preference-Applied") != "" {
			problems = append(problems, "an error that honours a preference")
		}
	}
	if applied := h.Get("Preference-Applied"); strings.HasPrefix(applied, "return-") && !strings.HasPrefix(h.Get("DataServiceVersion"), "3.0") {
		problems = append(problems, "an honoured preference with version "+h.Get("DataServiceVersion"))
	}
	if n := len(h.Values("DataServiceVersion")); n != 1 && w.Code != http.StatusNotModified || n != 0 && w.Code == http.StatusNotModified {
		problems = append(problems, fmt.Sprintf("DataServiceVersion %q", h.Values("DataServiceVersion")))
	}
	return problems
}

// outcomesOf reads a multipart of answers and writes the outcome of each on one
// line: the status, and the code of an error; a change set in brackets.
//
//	200, [201 204], 404 NotFound, [409 KeyExists]
func (o *outcome) outcomesOf(request *http.Request, contentType string, body []byte, within bool) (string, error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/mixed" || parameters["boundary"] == "" {
		return "", fmt.Errorf("%q is no multipart (%v)", contentType, err)
	}
	if !bytes.HasSuffix(bytes.TrimRight(body, "\r\n"), []byte("--"+parameters["boundary"]+"--")) {
		return "", fmt.Errorf("%s is not closed", parameters["boundary"])
	}
	var outcomes []string
	for in := multipart.NewReader(bytes.NewReader(body), parameters["boundary"]); ; {
		part, err := in.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return "", err
		}
		switch partType := part.Header.Get("Content-Type"); {
		case partType == "application/http" && part.Header.Get("Content-Transfer-Encoding") == "binary":
			text, err := o.answerIn(request, content, within)
			if err != nil {
				return "", err
			}
			outcomes = append(outcomes, text)
		case !within && strings.HasPrefix(partType, "multipart/mixed; boundary=changesetresponse_"):
			text, err := o.outcomesOf(request, partType, content, true)
			if err != nil {
				return "", err
			}
			outcomes = append(outcomes, "["+text+"]")
		default:
			return "", fmt.Errorf("a part has the headers %v", part.Header)
		}
	}
	separator := ", "
	if within {
		separator = " "
	}
	return strings.Join(outcomes, separator), nil
}

// answerIn reads one answer of a batch. Every one obeys what holds for answers of
// their own.
func (o *outcome) answerIn(request *http.Request, content []byte, within bool) (string, error) {
	request = request.Clone(request.Context())
	request.Header.Del("MaxDataServiceVersion") // a part may say another
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(content)), request)
	if err != nil {
		return "", fmt.Errorf("%w in %q", err, content)
	}
	defer answer.Body.Close()
	w := httptest.NewRecorder()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	// What a reader of HTTP would leave out is looked at as well.
	_, body, _ := bytes.Cut(content, []byte("\r\n\r\n"))
	w.Body.Write(body)
	if _, phrase, _ := strings.Cut(answer.Status, " "); phrase == "" {
		o.problems = append(o.problems, "a status line without a phrase breaks .NET: "+answer.Status)
	}
	o.problems = append(append(o.problems, invariants(request, w)...), writeInvariants(w)...)
	if within && succeeded(answer.StatusCode) {
		o.effective = true
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return answer.Status[:3] + " " + errorCode(w.Body.String()), nil
	}
	return strconv.Itoa(answer.StatusCode), nil
}
