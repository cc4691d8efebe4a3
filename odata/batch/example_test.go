package batch_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pamodata/pamodata/odata/batch"
)

// A change set whose second request refers to what the first one has created.
func Example() {
	text := `--b
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: application/http
Content-Transfer-Encoding: binary

POST Customers HTTP/1.1
Content-ID: 1

{"Id":9}
--c
Content-Type: application/http
Content-Transfer-Encoding: binary

POST $1/Orders HTTP/1.1

{}
--c--
--b--
`
	root, err := batch.NewRoot("http://host/svc/", false)
	if err != nil {
		panic(err)
	}
	in, err := batch.NewReader(strings.NewReader(text), "multipart/mixed; boundary=b", batch.Limits{})
	if err != nil {
		panic(err) // answers the whole batch
	}
	part, err := in.Next()
	if err != nil {
		panic(err) // answers this part, after which processing stops
	}
	var refs batch.References
	for {
		request, err := part.ChangeSet.Next()
		if errors.Is(err, io.EOF) {
			break // commit
		}
		if err != nil {
			panic(err) // roll back
		}
		target, err := root.Resolve(request.URL, request.Host)
		if err == nil {
			target, err = refs.Replace(target)
		}
		if err != nil {
			panic(err)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s %s %s\n", request.Method, target.Path, body)
		if request.ContentID != "" {
			if err := refs.Register(request.ContentID, "Customers(9)"); err != nil {
				panic(err)
			}
		}
	}
	// Output:
	// POST Customers {"Id":9}
	// POST Customers(9)/Orders {}
}

func ExampleWriter() {
	var text strings.Builder
	out := batch.NewWriter(&text)
	if err := out.StartPart(batch.Answer{
		Status: 200,
		Header: batch.Headers{{Name: "Content-Type", Value: "text/plain"}},
	}); err != nil {
		panic(err)
	}
	if _, err := io.WriteString(out, "42"); err != nil {
		panic(err)
	}
	if err := out.Close(); err != nil {
		panic(err)
	}
	fmt.Print(strings.NewReplacer(out.Boundary(), "batchresponse_x", "\r", "").Replace(text.String()))
	// Output:
	// --batchresponse_x
	// Content-Type: application/http
	// Content-Transfer-Encoding: binary
	//
	// HTTP/1.1 200 OK
	// Content-Type: text/plain
	//
	// 42
	// --batchresponse_x--
}
