package pam

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldName is the form in which accounts and names are compared.
func foldName(name string) string { return strings.ToLower(name) }

// name checks the text of a name at path.
func (c *checker) name(path, name string) {
	if strings.TrimSpace(name) == "" {
		c.wrong(path, "is empty", "")
		return
	}
	c.text(path, name, MaxName, "")
}

// account checks that the text at path has the form DOMAIN\account.
func (c *checker) account(path, account string) {
	domain, user, found := strings.Cut(account, `\`)
	switch {
	case strings.TrimSpace(account) == "":
		c.wrong(path, "is empty", "")
		return
	case !found || strings.TrimSpace(domain) == "" || strings.TrimSpace(user) == "" || strings.ContainsRune(user, '\\'):
		c.wrong(path, `does not have the form DOMAIN\account`, accountAdvice(account))
	case domain != strings.TrimSpace(domain) || user != strings.TrimSpace(user):
		c.wrong(path, "has blanks around its parts", `write it as DOMAIN\account`)
	}
	c.text(path, account, MaxName, "")
}

// accountAdvice tells those apart who have lost the backslash on the way here.
func accountAdvice(account string) string {
	if strings.IndexFunc(account, unicode.IsControl) >= 0 {
		return `in double quotes a backslash is written twice: "DOMAIN\\account"`
	}
	return ""
}

// text checks the characters of a text at path and their number. Control
// characters are refused, except for allowed.
func (c *checker) text(path, text string, limit int, allowed string) {
	switch {
	case !utf8.ValidString(text):
		c.wrong(path, "is not UTF-8", "")
		return
	case strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) }) >= 0:
		c.wrong(path, "has a control character", "take it out")
	}
	if n := utf8.RuneCountInString(text); n > limit {
		c.wrong(path, fmt.Sprintf("has %d characters", n), fmt.Sprintf("at most %d are allowed", limit))
	}
}
