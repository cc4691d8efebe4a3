package service

import (
	"bytes"
	"io"
	"os"

	"github.com/pamodata/pamodata/odata"
)

// A spool keeps a stream that a client sends until all of it has arrived: a store
// must not hold a transaction open for a slow client, and may have to read the
// bytes again. What is small stays in memory, the rest goes to a temporary file.
type spool struct {
	head []byte
	file *os.File // nil when head is all
	size int64
}

const spoolMemory = 256 << 10

// newSpool reads in to its end. An error of in is returned as it is, and leaves
// nothing behind.
func newSpool(in io.Reader) (*spool, error) {
	head, err := io.ReadAll(io.LimitReader(in, spoolMemory))
	s := &spool{head: head, size: int64(len(head))}
	if err != nil || len(head) < spoolMemory {
		return s, err
	}
	if s.file, err = os.CreateTemp("", "pamodata-upload-*"); err != nil {
		return nil, odata.Internal(err)
	}
	// The file has no name from here on, so it ends with the process at the
	// latest.
	_ = os.Remove(s.file.Name())
	n, err := io.Copy(s.file, in)
	s.size += n
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// open reads the stream from its beginning.
func (s *spool) open() io.ReadCloser {
	if s.file == nil {
		return io.NopCloser(bytes.NewReader(s.head))
	}
	return io.NopCloser(io.MultiReader(bytes.NewReader(s.head), io.NewSectionReader(s.file, 0, s.size-int64(len(s.head)))))
}

// Close removes the file.
func (s *spool) Close() {
	if s.file != nil {
		_ = s.file.Close()
	}
}
