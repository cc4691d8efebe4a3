package batch_test

import (
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/batch"
)

func BenchmarkRead(b *testing.B) {
	entity := `{"odata.type":"Demo.Customer","Id":7,"Name":"Eve","Since":"2015-07-12T06:40:00","Orders@odata.bind":["Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')"]}`
	operation := func(body string) string {
		return "--c\r\n" + mimeHead + "POST Customers HTTP/1.1\r\nContent-ID: 1\r\nAccept: application/json;odata=minimalmetadata\r\n" +
			"Content-Type: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\nUser-Agent: x\r\n\r\n" + body + "\r\n"
	}
	set := func(operations string) string { return open + operations + shut }
	unnumbered := strings.Replace(operation(entity), "Content-ID: 1\r\n", "", 1)
	for _, bb := range []struct{ name, text string }{
		{"queries", strings.Repeat(get, 100) + end},
		{"changes", set(strings.Repeat(unnumbered, 100)) + end},
		{"body of JSON", set(operation(strings.Repeat(entity, 1_000_000/len(entity)))) + end},
		{"body of short lines", set(operation(strings.Repeat("a\r\n", 300_000))) + end},
		{"body of dashes", set(operation(strings.Repeat("-", 1_000_000))) + end},
		{"body of almost boundaries", set(operation(strings.Repeat("\r\n--c--x\r\n--b!", 70_000))) + end},
		{"many headers", set(strings.Repeat(strings.Replace(post, "\r\n\r\n{}", "\r\n"+manyHeaders()+"\r\n{}", 1), 100)) + end},
		{"text before the first part", strings.Repeat("\r\n-", 300_000) + "\r\n" + end},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			r := strings.NewReader(bb.text)
			for b.Loop() {
				r.Reset(bb.text)
				readAll(b, r)
			}
		})
	}
}

// manyHeaders are as many as the default limit allows, all dropped.
func manyHeaders() string {
	var lines strings.Builder
	for i := range 64 {
		lines.WriteString("X-" + strconv.Itoa(i) + ":\r\n")
	}
	return lines.String()
}

func readAll(b *testing.B, r io.Reader) {
	in, err := batch.NewReader(r, "multipart/mixed; boundary=b", batch.Limits{})
	for err == nil {
		var part batch.Part
		part, err = in.Next()
		for err == nil && part.ChangeSet != nil {
			var request *batch.Request
			if request, err = part.ChangeSet.Next(); err == nil {
				_, err = io.Copy(io.Discard, request.Body)
			} else if err == io.EOF {
				part, err = batch.Part{}, nil
			}
		}
	}
	if err != io.EOF {
		b.Fatal(err)
	}
}

func BenchmarkWrite(b *testing.B) {
	body := []byte(strings.Repeat(`{"Id":7,"Name":"Eve"},`, 10))
	answer := batch.Answer{Status: 200, Header: batch.Headers{
		{Name: "Cache-Control", Value: "no-cache"},
		{Name: "DataServiceVersion", Value: "3.0;"},
		{Name: "Content-Type", Value: "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"},
	}}
	b.ReportAllocs()
	b.SetBytes(int64(100 * len(body)))
	for b.Loop() {
		w := batch.NewWriter(io.Discard)
		for range 100 {
			if err := w.StartPart(answer); err != nil {
				b.Fatal(err)
			}
			if _, err := w.Write(body); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	svc := root(b, "http://h/api/svc/")
	for _, bb := range []struct{ name, url string }{
		{"relative", "Customers(1)/Orders?$top=5"},
		{"absolute", "http://h/api/svc/Customers(1)/Orders?$top=5"},
		{"encoded", "Customers('a%20b')/Orders?$top=5"},
		{"reference", "$1/Orders"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := svc.Resolve(bb.url, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
