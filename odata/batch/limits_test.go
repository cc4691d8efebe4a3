package batch_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
)

// TestLimits takes each limit at n and at n+1.
func TestLimits(t *testing.T) {
	long := func(n int) string { return header("Slug: " + strings.Repeat("x", n-len("Slug: "))) }
	headers := func(n int) string {
		var lines []string
		for i := range n {
			lines = append(lines, "X-"+strconv.Itoa(100+i)+": 1") // 8 bytes each
		}
		return header(strings.Join(lines, "\r\n"))
	}
	for _, tt := range []struct {
		name    string
		limits  batch.Limits
		at      string
		over    string
		want    string
		comment string
	}{
		{"parts", batch.Limits{Parts: 3}, strings.Repeat(get, 3) + end, strings.Repeat(get, 4) + end, "BatchTooManyParts kind=1 $batch/4", "the parts before were answered"},
		{"default parts", batch.Limits{}, strings.Repeat(get, 100) + end, strings.Repeat(get, 101) + end, "BatchTooManyParts kind=1 $batch/101", "100 by default"},
		{"operations", batch.Limits{Operations: 2}, open + strings.Repeat(post, 2) + shut + end, open + strings.Repeat(post, 3) + shut + end, "BatchTooManyOperations kind=1 $batch/1/3", "per change set"},
		{"line", batch.Limits{Line: 300}, long(300), long(301), "BatchLineTooLong kind=1 $batch/1", "without its end"},
		{"headers", batch.Limits{Headers: 10}, headers(10), headers(11), "BatchHeadersTooLarge kind=1 $batch/1", "lines in a block"},
		{"header bytes", batch.Limits{HeaderBytes: 80}, headers(10), headers(11), "BatchHeadersTooLarge kind=1 $batch/1", "bytes in a block"},
		{"body", batch.Limits{Body: 5}, put("Slug: a", "12345"), put("Slug: a", "123456"), "BatchBodyTooLarge kind=11 $batch/1/1", "413"},
		{"counted body", batch.Limits{Body: 5}, put("Content-Length: 5", "12345"), put("Content-Length: 6", "123456"), "BatchBodyTooLarge kind=11 $batch/1/1", "413"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := dump(strings.NewReader(tt.at), "multipart/mixed; boundary=b", tt.limits); !strings.HasSuffix(got, "end: EOF\n") {
				t.Errorf("at the limit (%s): %s", tt.comment, got)
			}
			if got := dump(strings.NewReader(tt.over), "multipart/mixed; boundary=b", tt.limits); !strings.HasSuffix(got, "end: "+tt.want+"\n") {
				t.Errorf("over the limit (%s): got %s, want %s", tt.comment, got, tt.want)
			}
		})
	}
}

// endless repeats a text for ever and counts what was taken.
type endless struct {
	head, text string
	at         int
	taken      int
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	if e.head != "" {
		n = copy(p, e.head)
		e.head = e.head[n:]
	} else {
		for n < len(p) {
			c := copy(p[n:], e.text[e.at:])
			n, e.at = n+c, (e.at+c)%len(e.text)
		}
	}
	e.taken += n
	return n, nil
}

// TestHostile: no text, however long, is read or kept beyond its limit.
func TestHostile(t *testing.T) {
	const chunk = 64 << 10
	for _, tt := range []struct {
		name, head, text, want string
		read                   int // bytes that may be taken from the client
		why                    string
	}{{
		name: "parts for ever", text: get, want: "BatchTooManyParts", read: 101*len(get) + chunk,
		why: "100,000 parts cost as much as 101",
	}, {
		name: "operations for ever", head: open, text: post, want: "BatchTooManyOperations", read: 101*len(post) + chunk,
		why: "100,000 operations cost as much as 101",
	}, {
		name: "headers for ever", head: strings.TrimSuffix(get, "\r\n\r\n\r\n") + "\r\n", text: "X: 1\r\n", want: "BatchDuplicateHeader", read: chunk,
		why: "the second is one too many",
	}, {
		name: "a header line for ever", head: strings.TrimSuffix(get, "\r\n\r\n\r\n") + "\r\nX: ", text: "x", want: "BatchLineTooLong", read: chunk,
		why: "a line is kept up to its limit",
	}, {
		name: "a MIME header line for ever", head: "--b\r\nX: ", text: "x", want: "BatchLineTooLong", read: chunk,
		why: "a line is kept up to its limit",
	}, {
		name: "a request line for ever", head: "--b\r\n" + mimeHead + "GET ", text: " ", want: "BatchLineTooLong", read: chunk,
		why: "a line is kept up to its limit",
	}, {
		name: "a body for ever", head: open + strings.TrimSuffix(post, "{}\r\n"), text: "\r\n--", want: "BatchBodyTooLarge", read: 1<<20 + chunk,
		why: "a body is read up to its limit",
	}, {
		name: "a body of almost boundaries", head: open + strings.TrimSuffix(post, "{}\r\n"), text: "\r\n--c \t \t--\r--c--x\n--b!", want: "BatchBodyTooLarge", read: 1<<20 + chunk,
		why: "a body is read up to its limit",
	}, {
		name: "padding for ever", head: open + post + "--c", text: " ", want: "BatchBodyTooLarge", read: 1<<20 + chunk,
		why: "a delimiter is decided within a bounded window, so this is a body",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			source := &endless{head: tt.head, text: tt.text}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			in, err := batch.NewReader(source, "multipart/mixed; boundary=b", batch.Limits{})
			for err == nil {
				_, err = in.Next()
			}
			runtime.ReadMemStats(&after)
			if e := odata.AsError(err); e.Code != tt.want {
				t.Errorf("%s: got %v, want %s", tt.why, err, tt.want)
			}
			if source.taken > tt.read {
				t.Errorf("%s: %d bytes taken, %d allowed", tt.why, source.taken, tt.read)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
				t.Errorf("%s: %d bytes allocated", tt.why, grown)
			}
		})
	}
}
