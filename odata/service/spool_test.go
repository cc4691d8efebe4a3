package service

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/odata"
)

// open files of the process; -1 where the system does not tell.
func filesOpen() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}

// TestSpool: a stream comes back as it was, as often as it is opened, and leaves
// no file.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	before := filesOpen()
	for _, size := range []int{0, 1, spoolMemory - 1, spoolMemory, spoolMemory + 1, 3*spoolMemory + 7} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 7)
		}
		for name, in := range map[string]io.Reader{"whole": bytes.NewReader(want), "in halves": iotest.HalfReader(bytes.NewReader(want)), "EOF with data": iotest.DataErrReader(bytes.NewReader(want))} {
			s, err := newSpool(in)
			if err != nil {
				t.Fatalf("%d, %s: %v", size, name, err)
			}
			if s.size != int64(size) {
				t.Errorf("%d, %s: size %d", size, name, s.size)
			}
			a, b := s.open(), s.open()
			half := make([]byte, size/2)
			if _, err := io.ReadFull(a, half); err != nil {
				t.Errorf("%d, %s: %v", size, name, err)
			}
			whole, err := io.ReadAll(b)
			if err != nil || !bytes.Equal(whole, want) {
				t.Errorf("%d, %s: %d bytes read that differ (%v)", size, name, len(whole), err)
			}
			rest, err := io.ReadAll(a)
			if err != nil || !bytes.Equal(append(half, rest...), want) {
				t.Errorf("%d, %s: two readings disturb each other (%v)", size, name, err)
			}
			if left, _ := filepath.Glob(dir + "/*"); len(left) > 0 {
				t.Errorf("%d, %s: a file has a name while it is used: %v", size, name, left)
			}
			s.Close()
			s.Close()
		}
	}
	if n := filesOpen(); n != before {
		t.Errorf("%d open files, %d before", n, before)
	}
}

// TestSpoolFails: an error of the stream is returned as it is, and nothing is left
// behind.
func TestSpoolFails(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	before := filesOpen()
	broken := errors.New("the client has left")
	for _, size := range []int64{0, 1, spoolMemory - 1, spoolMemory, spoolMemory + 1, 2 * spoolMemory} {
		in := io.MultiReader(io.LimitReader(zeros{}, size), iotest.ErrReader(broken))
		if _, err := newSpool(in); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", size, err)
		}
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "not there"))
	if _, err := newSpool(io.LimitReader(zeros{}, 2*spoolMemory)); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("without a place for files: %v", err)
	}
	if _, err := newSpool(io.LimitReader(zeros{}, spoolMemory-1)); err != nil {
		t.Errorf("small streams need no file: %v", err)
	}
	if n := filesOpen(); n != before {
		t.Errorf("%d open files, %d before", n, before)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
