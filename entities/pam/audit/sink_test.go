package audit_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// someEvents are numbered events to send to a sink.
func someEvents(from, to int64) []audit.Event {
	var events []audit.Event
	for seq := from; seq <= to; seq++ {
		events = append(events, audit.Event{Sequence: seq, ID: audit.GrantFailed, Time: pamtest.Noon, Reason: "zażółć <b>\n", Hash: "00"})
	}
	return events
}

// textOf is what events are as lines.
func textOf(events ...audit.Event) string {
	var b strings.Builder
	for i := range events {
		b.Write(events[i].Line())
		b.WriteByte('\n')
	}
	return b.String()
}

func write(t *testing.T, s audit.Sink, events []audit.Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(background, 10*time.Second)
	defer cancel()
	if err := s.Write(ctx, events); err != nil {
		t.Fatal(err)
	}
}

// TestFileSink appends to a file that is rotated, removed and cut off.
func TestFileSink(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	s := audit.NewFileSink("file", path)
	defer s.Close()
	content := func(path string) string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	same := func(want, got, why string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", why, diff)
		}
	}
	write(t, s, someEvents(1, 2))
	write(t, s, someEvents(3, 3))
	same(textOf(someEvents(1, 3)...), content(path), "events are appended")
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v; want that only its owner reads it", info.Mode(), err)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, s, someEvents(4, 5))
	same(textOf(someEvents(1, 3)...), content(path+".1"), "a file that was rotated away gets nothing more")
	same(textOf(someEvents(4, 5)...), content(path), "a new one is made")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write(t, s, someEvents(6, 6))
	same(textOf(someEvents(6, 6)...), content(path), "also when it was removed")

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	torn := textOf(someEvents(6, 7)...)
	if err := os.WriteFile(path, []byte(torn[:len(torn)-20]), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, s, someEvents(7, 8))
	same(torn[:len(torn)-20]+"\n"+textOf(someEvents(7, 8)...), content(path), "what was cut off is ended")

	ctx, cancel := context.WithCancel(background)
	cancel()
	if err := s.Write(ctx, someEvents(9, 9)); err == nil {
		t.Error("it wrote after the end")
	}
	lost := audit.NewFileSink("file", filepath.Join(folder, "none", "audit.jsonl"))
	if err := lost.Write(background, someEvents(1, 1)); err == nil {
		t.Error("it wrote to a folder that is not there")
	}
	if err := os.Mkdir(filepath.Join(folder, "none"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, lost, someEvents(1, 1))
	if err := lost.Close(); err != nil {
		t.Error(err)
	}
}

// TestFileSinkFull fails where the disk is full.
func TestFileSinkFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	s := audit.NewFileSink("file", "/dev/full")
	for range 2 {
		if err := s.Write(background, someEvents(1, 1)); err == nil {
			t.Error("a full disk took an event")
		}
	}
}

// TestFileMatchesTrail compares what a forwarder has written with the database, when
// the sink has failed and events have come again.
func TestFileMatchesTrail(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 700)
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	_, stop := forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), audit.NewFileSink("file", path)), trail)
	stands(t, db, "file", 700)
	stop()
	execute(t, background, db, "UPDATE pam_audit_sink SET seq = 650") // as if the position had not been stored
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	_, stop = forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), audit.NewFileSink("file", path)), trail)
	stands(t, db, "file", 700)
	stop()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c, err := trail.Compare(background, file)
	if err != nil || len(c.Breaks) > 0 || c.Lines != 700 || c.From != 1 || c.To != 700 {
		t.Errorf("%+v, %v; want 700 lines that are those of the database", c, err)
	}
}
