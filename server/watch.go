package server

import (
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A watch notices that one of its files is another than before. It looks when it
// is asked, and at most once per interval, so asking is nearly free.
type watch struct {
	every time.Duration
	next  atomic.Int64 // Unix nanoseconds

	mu    sync.Mutex
	paths []string
	seen  []os.FileInfo // nil for a file that was not there
}

// watchEvery is how stale a file can be.
const watchEvery = time.Second

// newWatch remembers the files as they are. Make it before reading them: what
// changes in between is noticed then.
func newWatch(paths ...string) *watch {
	w := &watch{every: watchEvery, paths: paths}
	w.seen = w.look()
	return w
}

func (w *watch) look() []os.FileInfo {
	infos := make([]os.FileInfo, len(w.paths))
	for i, path := range w.paths {
		infos[i], _ = os.Stat(path)
	}
	return infos
}

// changed reports a change once. While one goroutine looks, others are told that
// nothing has changed.
func (w *watch) changed() bool {
	now := time.Now().UnixNano()
	if now < w.next.Load() || !w.mu.TryLock() {
		return false
	}
	defer w.mu.Unlock()
	w.next.Store(now + int64(w.every))
	infos := w.look()
	same := true
	for i, info := range infos {
		same = same && sameFile(w.seen[i], info)
	}
	w.seen = infos
	return !same
}

func sameFile(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}

// A usersFile is the users file in effect. A changed file is taken up; one that
// cannot be read leaves the accounts as they were, and a line in the log.
type usersFile struct {
	path   string
	watch  *watch
	logger *slog.Logger
	users  atomic.Pointer[Users]
}

func openUsersFile(path string, logger *slog.Logger) (*usersFile, error) {
	f := &usersFile{path: path, watch: newWatch(path), logger: logger}
	users, err := LoadUsers(path)
	if err != nil {
		return nil, err
	}
	f.users.Store(users)
	return f, nil
}

func (f *usersFile) now() *Users {
	if f.watch.changed() {
		if users, err := LoadUsers(f.path); err != nil {
			f.logger.Error("the users file has changed and cannot be used; the accounts stay as they were", "error", err.Error())
		} else {
			f.users.Store(users)
			f.logger.Info("the users file has changed", "accounts", len(users.List()))
		}
	}
	return f.users.Load()
}
