package batch_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
)

var update = flag.Bool("update", false, "rewrite testdata; review the difference like code")

// TestReadGolden reads whole batches. A file holds a why, the Content-Type, the
// batch and what is read from it. A CR is shown as ␍, an LF is a new line.
func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, rest, ok1 := strings.Cut(string(text), "-- in --\n")
			in, want, ok2 := strings.Cut(rest, "\n-- out --\n")
			why, contentType, ok3 := strings.Cut(head, "\nContent-Type: ")
			if !ok1 || !ok2 || !ok3 {
				t.Fatalf("%s lacks a section", file)
			}
			contentType = strings.TrimSuffix(contentType, "\n")
			got := dump(strings.NewReader(strings.ReplaceAll(in, "␍", "\r")), contentType, batch.Limits{})
			if *update {
				if err := os.WriteFile(file, []byte(head+"-- in --\n"+in+"\n-- out --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", why, diff)
			}
		})
	}
}

// dump reads a batch to its end and shows what came out.
func dump(r io.Reader, contentType string, limits batch.Limits) string {
	var b strings.Builder
	in, err := batch.NewReader(r, contentType, limits)
	if err != nil {
		return "envelope: " + brief(err) + "\n"
	}
	for n := 1; ; n++ {
		part, err := in.Next()
		if err != nil {
			return b.String() + "end: " + brief(err) + "\n"
		}
		if part.Request != nil {
			dumpRequest(&b, fmt.Sprint(n), part.Request)
			continue
		}
		fmt.Fprintf(&b, "%d change set\n", n)
		for m := 1; ; m++ {
			request, err := part.ChangeSet.Next()
			if err != nil {
				fmt.Fprintf(&b, "%d end: %s\n", n, brief(err))
				break
			}
			dumpRequest(&b, fmt.Sprintf("%d.%d", n, m), request)
		}
	}
}

func dumpRequest(b *strings.Builder, number string, r *batch.Request) {
	fmt.Fprintf(b, "%s %s %q", number, r.Method, r.URL)
	if r.ContentID != "" {
		fmt.Fprintf(b, " id=%s", r.ContentID)
	}
	if r.Host != "" {
		fmt.Fprintf(b, " host=%s", r.Host)
	}
	b.WriteByte('\n')
	for _, h := range r.Header {
		fmt.Fprintf(b, "  %s: %s\n", h.Name, h.Value)
	}
	body, err := io.ReadAll(r.Body)
	if len(body) > 0 || err != nil {
		fmt.Fprintf(b, "  body %q", body)
		if err != nil {
			fmt.Fprintf(b, " %s", brief(err))
		}
		b.WriteByte('\n')
	}
}

// brief shows what the service sees of an error: its kind, code and target.
func brief(err error) string {
	if e, ok := errors.AsType[*odata.Error](err); ok {
		return fmt.Sprintf("%s kind=%d %s", e.Code, e.Kind, e.Target)
	}
	return err.Error()
}
