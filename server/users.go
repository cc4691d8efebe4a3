package server

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Users are the accounts of HTTP Basic, as a file keeps them:
//
//	# people
//	PRIV\Jen:$argon2id$v=19$m=19456,t=2,p=1$…$…
//	backup:$2b$12$…
//
// A line is a name, a colon and a hash. Names have no case and no colon. Empty
// lines and lines that begin with # are kept. A Users that the server has loaded
// is not changed any more; one from [NewUsers] or [LoadUsers] belongs to one
// goroutine.
type Users struct {
	path   string
	lines  []userLine
	byName map[string]int // lower case, to the line
	loaded []byte         // what the file held
	equal  passwordHash   // is checked for unknown names, for the time it takes
}

// A userLine is an account, or a line to keep.
type userLine struct {
	text string // of a line that is no account
	name string
	hash passwordHash
}

// Advice for a file that strangers can read: its hashes can be tried at leisure.
const tooOpen = "%s can be read or changed by others (mode %04o); do chmod 640, or 600"

// NewUsers is an empty list of accounts that [Users.Save] puts into a new file
// at path.
func NewUsers(path string) *Users {
	u := &Users{path: path, byName: map[string]int{}}
	u.setEqual()
	return u
}

// LoadUsers reads the file at path. It refuses a file that is open to others
// than its owner and group, and names the line of every mistake.
func LoadUsers(path string) (*Users, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o027 != 0 {
		return nil, fmt.Errorf(tooOpen, path, mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	u := NewUsers(path)
	u.loaded = text
	if err := u.parse(string(text)); err != nil {
		return nil, err
	}
	u.setEqual()
	return u, nil
}

func (u *Users) parse(text string) error {
	var problems []error
	report := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s:%d: "+format, append([]any{u.path, line}, args...)...))
		u.lines = append(u.lines, userLine{}) // keeps the count of lines right
	}
	at := 0
	for line := range strings.Lines(text) {
		at++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			u.lines = append(u.lines, userLine{text: line})
			continue
		}
		name, hashed, found := strings.Cut(line, ":")
		if !found {
			report(at, "not of the form name:hash")
			continue
		}
		if problem := accountProblem(name); problem != "" {
			report(at, "the account %s", problem)
			continue
		}
		hash, err := parsePasswordHash(hashed)
		if err != nil {
			report(at, "%w", err)
			continue
		}
		if first, twice := u.byName[strings.ToLower(name)]; twice {
			report(at, "%s is there already, in line %d", name, first+1)
			continue
		}
		u.byName[strings.ToLower(name)] = len(u.lines)
		u.lines = append(u.lines, userLine{name: name, hash: hash})
	}
	return errors.Join(problems...)
}

// setEqual prepares the hash that unknown names are checked against. It costs as
// much as that of the first account; a file with hashes of several costs tells
// by its time which ones it has not.
func (u *Users) setEqual() {
	u.equal = passwordHash{memory: newMemory, passes: newPasses, threads: newThreads, salt: make([]byte, 16), key: make([]byte, 32)}
	for _, line := range u.lines {
		if line.name != "" {
			u.equal = line.hash
			return
		}
	}
}

// check reports whether password is that of name. The account is returned, as
// the file writes it, also for a wrong password; it is empty for an unknown
// name, which takes the same time.
func (u *Users) check(name, password string) (account string, ok bool) {
	at, known := u.byName[strings.ToLower(name)]
	if !known {
		u.equal.matches(password)
		return "", false
	}
	line := &u.lines[at]
	return line.name, line.hash.matches(password)
}

// Add adds the account, or gives it a new password; replaced tells which.
func (u *Users) Add(name, password string) (replaced bool, err error) {
	if problem := accountProblem(name); problem != "" {
		return false, fmt.Errorf("the account %s", problem)
	}
	if strings.Contains(name, ":") || name[0] == '#' {
		return false, errors.New("the name of an account has no colon and does not begin with #")
	}
	if problem := passwordProblem(password); problem != "" {
		return false, errors.New(problem)
	}
	line := userLine{name: name, hash: newPasswordHash(password)}
	at, replaced := u.byName[strings.ToLower(name)]
	if replaced {
		line.name = u.lines[at].name
		u.lines[at] = line
		return true, nil
	}
	u.byName[strings.ToLower(name)] = len(u.lines)
	u.lines = append(u.lines, line)
	return false, nil
}

// Remove takes the account out, and reports whether there was one.
func (u *Users) Remove(name string) bool {
	at, ok := u.byName[strings.ToLower(name)]
	if !ok {
		return false
	}
	u.lines = slices.Delete(u.lines, at, at+1)
	u.byName = map[string]int{}
	for i, line := range u.lines {
		if line.name != "" {
			u.byName[strings.ToLower(line.name)] = i
		}
	}
	return true
}

// List is the names of the accounts, in the order of the file.
func (u *Users) List() []string {
	var list []string
	for _, line := range u.lines {
		if line.name != "" {
			list = append(list, line.name)
		}
	}
	return list
}

// Save puts the accounts into the file, all or nothing: a reader sees the old
// file or the new one. The file keeps its mode and owner; a new one is for its
// owner only. If the file has changed since it was loaded, Save refuses.
func (u *Users) Save() error {
	mode := fs.FileMode(0o600)
	info, err := os.Stat(u.path)
	switch {
	case err == nil:
		mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	present, err := os.ReadFile(u.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(present, u.loaded) {
		return fmt.Errorf("%s has changed in the meantime; nothing was saved, try again", u.path)
	}
	text := u.bytes()
	if err := replaceFile(u.path, text, mode, info); err != nil {
		return err
	}
	u.loaded = text
	return nil
}

func (u *Users) bytes() []byte {
	var b bytes.Buffer
	for _, line := range u.lines {
		if line.name == "" {
			b.WriteString(line.text)
		} else {
			b.WriteString(line.name + ":" + line.hash.String())
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// replaceFile writes a file beside path and moves it there. Former is the file
// there now, or nil.
func replaceFile(path string, text []byte, mode fs.FileMode, former fs.FileInfo) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := f.Chmod(mode); err != nil && runtime.GOOS != "windows" {
		return err
	}
	if former != nil {
		if err := keepOwner(f, former); err != nil {
			return err
		}
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}
