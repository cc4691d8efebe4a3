package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMetadata: the model that clients get says what the file says, and in the
// read-only copy all of it but for the actions.
func TestMetadata(t *testing.T) {
	whole := statements(t, document)
	withoutActions := slices.DeleteFunc(slices.Clone(whole), func(line string) bool {
		return strings.Contains(line, `Name="Discount"`) || strings.Contains(line, "> FunctionImport Discount ") ||
			strings.Contains(line, `Name="IncreaseSalaries"`) || strings.Contains(line, "> FunctionImport IncreaseSalaries ")
	})
	if len(withoutActions) != len(whole)-5 {
		t.Fatalf("the actions and their parameters are %d elements of the file, want 5", len(whole)-len(withoutActions))
	}
	for _, tt := range []struct {
		name     string
		readOnly bool
		want     []string
	}{{"writable", false, whole}, {"read-only", true, withoutActions}} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			demo(t, memoryOnly, tt.readOnly).ServeHTTP(w, httptest.NewRequest(http.MethodGet, root+"$metadata", nil))
			if w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if diff := cmp.Diff(tt.want, statements(t, w.Body.Bytes())); diff != "" {
				t.Errorf("$metadata means something else (-file +answer):\n%s", diff)
			}
		})
	}
}

// statements are the elements of an XML document, one line each, with their
// attributes and the names of what they are in. The order of elements counts
// for parameters and parts of a key alone.
func statements(t *testing.T, document []byte) []string {
	t.Helper()
	var lines, path []string
	parameters := 0
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			slices.Sort(lines)
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			var attributes []string
			for _, a := range token.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
					continue
				}
				attributes = append(attributes, fmt.Sprintf("%s %s=%q", a.Name.Space, a.Name.Local, a.Value))
				if a.Name.Local == "Name" || a.Name.Local == "Target" {
					name += " " + a.Value
				}
			}
			switch token.Name.Local {
			case "Key", "FunctionImport":
				parameters = 0
			case "PropertyRef", "Parameter":
				parameters++
				attributes = append(attributes, fmt.Sprint("position ", parameters))
			}
			slices.Sort(attributes)
			lines = append(lines, fmt.Sprintf("%s > %s:%s %s", strings.Join(path, " > "), token.Name.Space, token.Name.Local, strings.Join(attributes, ", ")))
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}
