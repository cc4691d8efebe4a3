package odata_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pamodata/pamodata/"

type importRule struct {
	packages string
	may      []string
	never    []string // of the standard library
	why      string
}

// importRules say who may import whom: metadata <- odata <- entities, server <-
// cmd. A package may import the standard library except what a rule forbids,
// the packages of the module that its rule lists, and the listed libraries.
//
// A pattern ending in /... covers everything below; the first rule that matches
// a package is the one that counts.
var importRules = []importRule{
	{"metadata/edm", []string{"github.com/cockroachdb/apd/v3"}, []string{"net/http"},
		"values stand below everything; apd does decimal arithmetic"},
	{"metadata", []string{"metadata/edm"}, []string{"net/http", "encoding/xml"},
		"the model is plain values; its XML form is metadata/csdl"},
	{"metadata/csdl", []string{"metadata", "metadata/edm", "github.com/beevik/etree"}, []string{"net/http"},
		"reading and writing $metadata needs the model and an XML tree"},
	{"odata", []string{"metadata", "metadata/edm"}, []string{"net/http"},
		"the vocabulary is about data; HTTP is known to odata/service alone"},
	{"odata/uri", []string{"odata", "metadata/edm"}, []string{"net/http", "net/url"},
		"syntax knows no model; net/url merges and drops what must be seen"},
	{"odata/bind", []string{"odata", "odata/uri", "metadata", "metadata/edm"}, []string{"net/http"},
		"binding turns syntax into meaning and touches no data"},
	{"odata/eval", []string{"odata", "metadata", "metadata/edm"}, []string{"net/http"},
		"evaluation sees bound expressions, never text"},
	{"odata/typed", []string{"odata", "metadata", "metadata/edm"}, []string{"net/http"},
		"generics turn Go types into schemas and stay out of the pipeline"},
	{"odata/format", []string{"odata", "metadata", "metadata/edm"}, []string{"net/http"},
		"formats append bytes; sending them is the service's business"},
	{"odata/format/internal/formattest", []string{"odata", "odata/format", "odata/providertest/testmodel", "metadata/...", "github.com/google/go-cmp/..."}, []string{"net/http"},
		"tests of all formats share their models, payloads and golden files; only test files import it"},
	{"odata/format/...", []string{"odata", "odata/format", "odata/format/jsonread", "odata/format/xmlread", "odata/format/internal/window", "metadata", "metadata/edm"}, []string{"net/http"},
		"formats append bytes; sending them is the service's business"},
	{"odata/batch", []string{"odata", "metadata", "metadata/edm"}, []string{"net/http", "mime/multipart"},
		"batch is multipart text; running the parts is the service's business"},
	{"odata/memory", []string{"odata", "odata/eval", "odata/typed", "metadata", "metadata/edm"}, []string{"net/http"},
		"a provider answers queries and knows no protocol"},
	{"odata/sqldb/sqlite", []string{"odata", "odata/sqldb", "metadata/edm", "modernc.org/..."}, []string{"net/http", "database/sql"},
		"a driver reads rows and knows no queries; database/sql costs half of the speed"},
	{"odata/sqldb/postgres/...", []string{"odata", "odata/sqldb", "odata/sqldb/postgres", "metadata/edm", "github.com/jackc/pgx/v5/..."}, []string{"net/http", "database/sql"},
		"a driver reads rows and knows no queries; database/sql costs half of the speed"},
	{"odata/sqldb/migrate", []string{"github.com/pressly/goose/v3/...", "github.com/jackc/pgx/v5/...", "modernc.org/..."}, []string{"net/http"},
		"migrations run by way of database/sql, as goose does; they are not where rows are read"},
	{"odata/sqldb", []string{"odata", "odata/eval", "odata/typed", "metadata", "metadata/edm"}, []string{"net/http", "database/sql"},
		"a provider answers queries and knows no protocol; drivers come in through sqldb.DB"},
	{"odata/service", []string{"odata", "odata/uri", "odata/bind", "odata/eval", "odata/format/...", "odata/batch", "metadata", "metadata/edm", "metadata/csdl"}, nil,
		"providers reach the service as odata.EntitySet values, not as imports"},
	{"odata/providertest/...", []string{"odata/...", "metadata/...", "github.com/google/go-cmp/..."}, nil,
		"the contract kit tests every layer below it"},
	{"entities/pam/pamtest", []string{"odata", "odata/sqldb/...", "metadata/edm", "entities/pam/..."}, []string{"net/http"},
		"tests of everything above the desk share its databases, clocks and granters; only test files import it"},
	{"entities/pam/ldap/...", []string{"entities/pam", "metadata/edm", "github.com/go-ldap/ldap/v3", "github.com/go-asn1-ber/asn1-ber"}, []string{"net/http"},
		"a granter knows the desk's contract and its directory"},
	{"entities/pam/webhook", []string{"entities/pam", "metadata/edm"}, nil,
		"a factor is a client of somebody's service; it serves nothing"},
	{"entities/pam/audit", []string{"odata", "odata/sqldb", "metadata/edm"}, nil,
		"sinks are clients of the network; the trail serves nothing"},
	{"entities/pam/roles", []string{"entities/pam", "metadata/edm", "github.com/google/uuid", "go.yaml.in/yaml/v3"}, []string{"net/http"},
		"definitions are text; applying them is the desk's business"},
	{"entities/pam/mim", []string{"entities/pam", "entities/pam/roles", "metadata/edm", "golang.org/x/text/..."}, []string{"net/http"},
		"an export becomes definitions, and nothing else"},
	{"entities/...", []string{"odata", "odata/typed", "odata/memory", "odata/sqldb", "metadata/edm", "entities/..."}, []string{"net/http"},
		"an entity set is data and rules; it must not know that HTTP or echo exist"},
	{"server", []string{"odata", "odata/service",
		"github.com/labstack/echo/v4/...", "github.com/knadh/koanf/...", "github.com/spf13/pflag", "golang.org/x/crypto/..."}, nil,
		"the server receives services and does not know their sets"},
	{"cmd/...", []string{"odata/...", "metadata/...", "entities/...", "server", "github.com/spf13/...", "golang.org/x/term"}, nil,
		"commands compose; they hold no logic of their own"},
	{"examples/bench", []string{"odata/...", "metadata/...", "server", "github.com/labstack/echo/v4/...", "github.com/jackc/pgx/v5/..."}, nil,
		"the benchmark compares with what one writes by hand on the same libraries"},
	{"examples/...", []string{"odata/...", "metadata/...", "entities/...", "server"}, nil,
		"examples use what any user can"},
}

// TestImports holds every package to importRules. Test files are free.
func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		at := slices.IndexFunc(importRules, func(r importRule) bool { return covers(r.packages, path) })
		if at < 0 {
			t.Errorf("%s has no import rule: add one to importRules that says what it may import and why", path)
			continue
		}
		rule := importRules[at]
		for _, imported := range p.Imports {
			own := strings.TrimPrefix(imported, module)
			switch {
			case own == imported && !strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
				if slices.Contains(rule.never, imported) {
					t.Errorf("%s must not import %s: %s", path, imported, rule.why)
				}
			case !slices.ContainsFunc(rule.may, func(pattern string) bool { return covers(pattern, own) }):
				t.Errorf("%s must not import %s: %s", path, own, rule.why)
			}
		}
	}
}

// TestEveryRuleIsUsed finds rules for packages that no longer exist.
func TestEveryRuleIsUsed(t *testing.T) {
	packages := listPackages(t)
	for _, rule := range importRules {
		if !slices.ContainsFunc(packages, func(p listed) bool {
			return covers(rule.packages, strings.TrimPrefix(p.ImportPath, module))
		}) {
			t.Errorf("the rule for %s covers no package", rule.packages)
		}
	}
}

func covers(pattern, path string) bool {
	if below, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == below || strings.HasPrefix(path, below+"/")
	}
	return pattern == path
}

type listed struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages
		case err != nil:
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}
