package audit

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A FileSink appends events to a file, a line of JSON for each. The file is only ever
// appended to, is made for its owner alone, and is on the disk when Write returns. When
// it was renamed or removed, as rotation does, the next write makes it anew. It takes
// part with local file systems; each node has a file and a name of its own.
type FileSink struct {
	name, path string
	file       *os.File
}

// NewFileSink makes a sink with a name. The file is opened when there is something to
// write.
func NewFileSink(name, path string) *FileSink { return &FileSink{name: name, path: path} }

// Name is the name under which its position is stored.
func (s *FileSink) Name() string { return s.name }

// Confirms is true: what was written is on the disk.
func (s *FileSink) Confirms() bool { return true }

// Write appends events and waits until they are on the disk.
func (s *FileSink) Write(ctx context.Context, events []Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.open()
	if err == nil {
		var lines []byte
		for i := range events {
			lines = append(append(lines, events[i].Line()...), '\n')
		}
		if _, err = s.file.Write(lines); err == nil {
			err = s.file.Sync()
		}
	}
	if err != nil {
		s.Close() // what was written in part is finished when it is opened again
	}
	return err
}

// open makes sure that the file is the one that has the path now.
func (s *FileSink) open() error {
	if s.file != nil {
		there, err := os.Stat(s.path)
		open, failed := s.file.Stat()
		if err == nil && failed == nil && os.SameFile(there, open) {
			return nil
		}
		s.Close()
	}
	_, err := os.Stat(s.path)
	made := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err = finishLine(file); err == nil && made {
		err = syncFolder(filepath.Dir(s.path))
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	s.file = file
	return nil
}

// finishLine ends a line that was written in part when the machine or the disk gave
// out. The same event follows in whole.
func finishLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil && err != io.EOF {
		return err
	}
	if last[0] != '\n' {
		_, err = file.Write([]byte{'\n'})
	}
	return err
}

// Close closes the file.
func (s *FileSink) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
