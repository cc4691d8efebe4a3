package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Variable is the environment variable with the URL of a server to use.
const Variable = "PAMODATA_TEST_POSTGRES"

// shared is the server of the test binary. There is one for each process, as
// there is one TestMain.
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Main runs the tests, stops the server and ends the process.
func Main(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		shared.server.remove()
	}
	os.Exit(code)
}

// Database makes an empty database and returns its URL. It is removed when the
// test ends, and ends what is still connected to it.
//
// Its default collation is not that of bytes where the server allows, so that
// tests notice when an order was left to the database.
func Database(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		shared.once.Do(func() { shared.server, shared.err = start() })
		if shared.err != nil {
			lacking(t, shared.err)
		}
		server = shared.server.URL()
	}
	name := "test_" + strings.ToLower(rand.Text())
	Run(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { Run(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return at(t, server, name)
}

// at is the URL of another database of a server.
func at(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is not a URL", Variable) // it may have a password
	}
	u.Path = "/" + name
	return u.String()
}

// Run runs SQL, of several statements if need be, on a connection of its own.
func Run(t testing.TB, url, sql string) {
	t.Helper()
	ctx, done := context.WithTimeout(context.Background(), time.Minute)
	defer done()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		t.Fatalf("connecting: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// lacking skips the test, or fails it where nothing may be skipped.
func lacking(t testing.TB, err error) {
	t.Helper()
	const advice = "to run this test, install the package postgresql, or set " + Variable + " to the URL of a server"
	if os.Getenv("TEST_NO_SKIP") != "" {
		t.Fatalf("there is no PostgreSQL: %v: %s", err, advice)
	}
	t.Skipf("there is no PostgreSQL: %v: %s", err, advice)
}
