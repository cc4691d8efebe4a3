package server

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"
)

// cheapHash is a bcrypt hash that costs a test little.
func cheapHash(t testing.TB, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

func writeUsers(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsersFile(t *testing.T) {
	path := writeUsers(t, "# people\n"+`PRIV\Jen:`+cheapHash(t, "secret")+"\r\n\n# end\n")
	u, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	if replaced, err := u.Add("bob", "pass:word"); replaced || err != nil {
		t.Fatalf("Add: %v, %v", replaced, err)
	}
	if replaced, err := u.Add(`priv\jen`, "other"); !replaced || err != nil {
		t.Fatalf("Add: %v, %v: names have no case", replaced, err)
	}
	if _, err := u.Add("gone", "x"); err != nil {
		t.Fatal(err)
	}
	if !u.Remove("GONE") || u.Remove("gone") {
		t.Error("Remove tells whether there was one")
	}
	if err := u.Save(); err != nil {
		t.Fatal(err)
	}
	if err := u.Save(); err != nil {
		t.Errorf("saving twice: %v", err)
	}
	text, _ := os.ReadFile(path)
	if !strings.HasPrefix(string(text), "# people\n"+`PRIV\Jen:$argon2id$v=19$m=19456,t=2,p=1$`) || !strings.Contains(string(text), "\n\n# end\nbob:$argon2id$") {
		t.Errorf("comments, order and the spelling of names are kept:\n%s", text)
	}
	back, err := LoadUsers(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`PRIV\Jen`, "bob"}, back.List()); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		name, password, account string
		ok                      bool
		why                     string
	}{
		{"BOB", "pass:word", "bob", true, "the password may have colons; the account is as in the file"},
		{"bob", "Pass:word", "bob", false, "passwords have case"},
		{`PRIV\Jen`, "secret", `PRIV\Jen`, false, "the old password is gone"},
		{"nobody", "x", "", false, "unknown names are not repeated"},
	} {
		if account, ok := back.check(tt.name, tt.password); account != tt.account || ok != tt.ok {
			t.Errorf("check(%q, %q) = %q, %v: %s", tt.name, tt.password, account, ok, tt.why)
		}
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: the file keeps its mode", info.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUsersNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users")
	if _, err := LoadUsers(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LoadUsers: %v: a program can ask whether the file is missing", err)
	}
	u := NewUsers(path)
	if _, err := u.Add("jen", "x"); err != nil {
		t.Fatal(err)
	}
	if err := u.Save(); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: a new file is for its owner", info.Mode())
	}
	other := NewUsers(path)
	if err := other.Save(); err == nil || !strings.Contains(err.Error(), "has changed in the meantime") {
		t.Errorf("Save: %v: it must not overwrite what it has not read", err)
	}
}

func TestUsersRefused(t *testing.T) {
	hash := cheapHash(t, "x")
	long := strings.Repeat("A", 22)
	for _, tt := range []struct{ name, text, want, why string }{
		{"no colon", "jen", ":1: not of the form name:hash", "the line is named"},
		{"no name", ":" + hash, ":1: the account has no name", "whose?"},
		{"blanks", "jen :" + hash, "blanks around it", "would never match"},
		{"control character", "je\x01n:" + hash, "control characters", "goes into logs"},
		{"not UTF-8", "j\xffn:" + hash, "not UTF-8", "goes into JSON"},
		{"twice", "# x\nwrong\njen:" + hash + "\nJEN:" + hash, ":4: JEN is there already, in line 3", "which password counts?"},
		{"plain password", "jen:secret", "not a hash of a kind known here", "must never be taken for one"},
		{"plain password is not quoted", "jen:secret", "", "the error goes into logs"},
		{"MD5", "jen:$apr1$x$y", "not a hash of a kind known here", "too weak"},
		{"cut bcrypt", "jen:" + hash[:40], "not a complete bcrypt hash", "would never match"},
		{"dear bcrypt", "jen:" + strings.Replace(hash, "$04$", "$31$", 1), "the bcrypt cost 31 is above 16", "a sign-in would take days"},
		{"argon2i", "jen:$argon2i$v=19$m=8,t=1,p=1$" + long + "$" + long, "not a hash of a kind", "argon2id only"},
		{"old argon2id", "jen:$argon2id$v=16$m=8,t=1,p=1$" + long + "$" + long, "not an argon2id hash of the form", "version 19 only"},
		{"argon2id without passes", "jen:$argon2id$v=19$m=8,t=0,p=1$" + long + "$" + long, "out of bounds", "the library would panic"},
		{"argon2id without threads", "jen:$argon2id$v=19$m=8,t=1,p=0$" + long + "$" + long, "out of bounds", "the library would panic"},
		{"argon2id with all memory", "jen:$argon2id$v=19$m=4294967295,t=1,p=1$" + long + "$" + long, "out of bounds", "4 TiB"},
		{"argon2id with junk", "jen:$argon2id$v=19$m=8,t=1,p=1x$" + long + "$" + long, "not of the form", "strict"},
		{"argon2id without salt", "jen:$argon2id$v=19$m=8,t=1,p=1$$" + long, "salt", "no rainbow tables"},
		{"argon2id with a short key", "jen:$argon2id$v=19$m=8,t=1,p=1$" + long + "$AAAA", "key", "easy to hit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadUsers(writeUsers(t, tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("LoadUsers: %v, want %q: %s", err, tt.want, tt.why)
			}
		})
	}
	if runtime.GOOS != "windows" {
		for mode, fine := range map[fs.FileMode]bool{0o600: true, 0o640: true, 0o644: false, 0o660: false, 0o602: false} {
			path := writeUsers(t, "jen:"+hash)
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadUsers(path); (err == nil) != fine {
				t.Errorf("mode %04o: %v: others must neither read hashes nor plant them", mode, err)
			}
		}
	}
}

func TestAddRefused(t *testing.T) {
	for _, tt := range []struct{ name, account, password, why string }{
		{"empty name", "", "x", "nobody"},
		{"colon", "a:b", "x", "ends the name in the file and in the header"},
		{"comment", "#a", "x", "would be read as a comment"},
		{"newline", "a\nb", "x", "would be two lines"},
		{"empty password", "a", "", "no password at all"},
		{"long password", "a", strings.Repeat("x", 2000), "costs without use"},
		{"control characters", "a", "x\x00y", "cannot be sent (RFC 7617)"},
	} {
		if _, err := NewUsers("x").Add(tt.account, tt.password); err == nil {
			t.Errorf("%s: Add(%q, …) succeeded: %s", tt.name, tt.account, tt.why)
		}
	}
}

func FuzzUsers(f *testing.F) {
	f.Add("# a\njen:" + "$2a$04$" + strings.Repeat("a", 53) + "\n\n")
	f.Add("a:$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		u := NewUsers("users")
		if u.parse(text) != nil {
			return
		}
		again := NewUsers("users")
		if err := again.parse(string(u.bytes())); err != nil {
			t.Fatalf("what is written cannot be read: %v", err)
		}
		if diff := cmp.Diff(string(u.bytes()), string(again.bytes())); diff != "" {
			t.Fatalf("written, read and written again:\n%s", diff)
		}
		if diff := cmp.Diff(u.List(), again.List()); diff != "" {
			t.Fatalf("accounts:\n%s", diff)
		}
	})
}
