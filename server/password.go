package server

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// A passwordHash is a password as the users file keeps it: argon2id in the PHC
// string format, or bcrypt.
type passwordHash struct {
	bcrypt  []byte // nil for argon2id
	memory  uint32 // KiB
	passes  uint32
	threads uint8
	salt    []byte
	key     []byte
}

// New passwords: argon2id with 19 MiB, two passes, one thread, as OWASP's
// password storage cheat sheet has it.
const (
	newMemory  = 19 << 10
	newPasses  = 2
	newThreads = 1
)

// The most that a hash in the file may cost, so that a typo cannot take the
// machine's memory with each sign-in.
const (
	mostMemory  = 1 << 20 // KiB
	mostPasses  = 64
	mostThreads = 64
	mostBcrypt  = 16
)

// longestPassword is in bytes. bcrypt ignores what is beyond its 72: such
// passwords are refused with it.
const longestPassword = 1024

func passwordProblem(password string) string {
	switch {
	case password == "":
		return "the password is empty"
	case len(password) > longestPassword:
		return "the password is too long"
	case !utf8.ValidString(password):
		return "the password is not UTF-8"
	case strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "the password has control characters"
	}
	return ""
}

// newPasswordHash hashes password with a fresh salt.
func newPasswordHash(password string) passwordHash {
	h := passwordHash{memory: newMemory, passes: newPasses, threads: newThreads, salt: make([]byte, 16)}
	_, _ = rand.Read(h.salt) // never fails, see crypto/rand
	h.key = h.derive(password, 32)
	return h
}

func (h passwordHash) derive(password string, length int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(length))
}

// matches reports whether password is the one; the time depends on the cost of
// the hash alone.
func (h passwordHash) matches(password string) bool {
	if h.bcrypt != nil {
		return bcrypt.CompareHashAndPassword(h.bcrypt, []byte(password)) == nil && len(password) <= 72
	}
	return subtle.ConstantTimeCompare(h.derive(password, len(h.key)), h.key) == 1
}

// String is the form of the users file.
func (h passwordHash) String() string {
	if h.bcrypt != nil {
		return string(h.bcrypt)
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parsePasswordHash reads a hash. Errors do not quote it.
func parsePasswordHash(text string) (passwordHash, error) {
	if strings.HasPrefix(text, "$argon2id$") {
		return parseArgon2id(text)
	}
	if !strings.HasPrefix(text, "$2") {
		return passwordHash{}, errors.New("not a hash of a kind known here; make one with the account commands (argon2id), or use bcrypt")
	}
	cost, err := bcrypt.Cost([]byte(text))
	if err != nil || len(text) != 60 {
		return passwordHash{}, errors.New("not a complete bcrypt hash")
	}
	if cost > mostBcrypt {
		return passwordHash{}, fmt.Errorf("the bcrypt cost %d is above %d", cost, mostBcrypt)
	}
	return passwordHash{bcrypt: []byte(text)}, nil
}

func parseArgon2id(text string) (passwordHash, error) {
	var h passwordHash
	parts := strings.Split(text, "$") // "", argon2id, v, parameters, salt, key
	if len(parts) != 6 || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errors.New("not an argon2id hash of the form $argon2id$v=19$m=…,t=…,p=…$salt$key")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", h.memory, h.passes, h.threads) {
		return h, errors.New("the argon2id parameters are not of the form m=19456,t=2,p=1")
	}
	if h.memory < 8*uint32(h.threads) || h.memory > mostMemory || h.passes < 1 || h.passes > mostPasses || h.threads < 1 || h.threads > mostThreads {
		return h, errors.New("the argon2id parameters are out of bounds")
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(h.salt) < 8 || len(h.salt) > 64 {
		return h, errors.New("the salt of the argon2id hash is not base64 of 8 to 64 bytes")
	}
	if h.key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(h.key) < 16 || len(h.key) > 128 {
		return h, errors.New("the key of the argon2id hash is not base64 of 16 to 128 bytes")
	}
	return h, nil
}
