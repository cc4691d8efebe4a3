package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/odata"
)

// Options say how a database is used. The zero Options are good defaults.
type Options struct {
	// MaxConns bounds the connections. 0 means pool_max_conns of the URL or,
	// without that, one for each processor and at least four.
	MaxConns int

	// Wait is how long a call waits for a connection while all are in use,
	// before it fails with KindUnavailable. 0 means 10 s.
	Wait time.Duration

	// ConnectTimeout bounds making one connection. 0 means connect_timeout of
	// the URL or, without that, 5 s.
	ConnectTimeout time.Duration

	// StatementTimeout is how long the server works on one statement before it
	// fails with KindUnavailable, in whole milliseconds. 0 means statement_timeout
	// of the URL or, without that, what the server is set to.
	StatementTimeout time.Duration

	// ApplicationName is what administrators see in pg_stat_activity. Empty
	// means application_name of the URL or, without that, "pamodata".
	ApplicationName string

	// Isolation is that of transactions.
	Isolation Isolation

	// Statements bounds the prepared statements of a connection; the one that
	// was not used for the longest time gives way. 0 means 256.
	Statements int
}

// An Isolation is how far transactions are kept apart.
type Isolation uint8

// The isolations. Conditions such as guards and If-Match are checked within the
// transaction that relies on them. Only Serializable promises that they still
// hold when it commits; the others leave that to conditions within the one
// statement that makes a change, and to constraints.
const (
	Serializable Isolation = iota
	RepeatableRead
	ReadCommitted
)

// begin is the statement that begins a transaction.
func (i Isolation) begin() string {
	switch i {
	case RepeatableRead:
		return "begin isolation level repeatable read"
	case ReadCommitted:
		return "begin isolation level read committed"
	}
	return "begin isolation level serializable"
}

const (
	defaultWait           = 10 * time.Second
	defaultConnectTimeout = 5 * time.Second
	defaultStatements     = 256

	// pingTimeout is how long a connection may take to show that it is alive
	// when it was idle for a second or more.
	pingTimeout = time.Second
)

// config reads the URL and adds the options to it.
func (o *Options) config(url string) (*pgxpool.Config, error) {
	if err := checkURL(url); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// err may contain parts of the URL, and those may be parts of the password.
		return nil, errURL("it cannot be read")
	}
	switch {
	case o.MaxConns < 0 || o.Statements < 0 || o.Wait < 0 || o.ConnectTimeout < 0 || o.StatementTimeout < 0:
		return nil, odata.Internal(errors.New("postgres: options must not be negative"))
	case o.Isolation > ReadCommitted:
		return nil, odata.Internal(errors.New("postgres: the isolation is none of those there are"))
	case o.MaxConns > 0:
		config.MaxConns = int32(min(o.MaxConns, 1<<15))
	}
	config.PingTimeout = pingTimeout

	connection := config.ConnConfig
	if o.ConnectTimeout > 0 {
		connection.ConnectTimeout = o.ConnectTimeout
	} else if connection.ConnectTimeout == 0 {
		connection.ConnectTimeout = defaultConnectTimeout
	}
	connection.StatementCacheCapacity, connection.DescriptionCacheCapacity = 0, 0 // of pgx: ours is used

	settings := settings(connection.RuntimeParams)
	settings.set("timezone", "UTC")
	settings.set("client_encoding", "UTF8")
	settings.set("standard_conforming_strings", "on")
	if o.StatementTimeout > 0 {
		settings.set("statement_timeout", strconv.FormatInt(max(o.StatementTimeout.Milliseconds(), 1), 10))
	}
	if o.ApplicationName != "" {
		settings.set("application_name", o.ApplicationName)
	} else if !settings.has("application_name") {
		settings.set("application_name", "pamodata")
	}
	return config, nil
}

// withoutJIT has a new session run statements without compiling them, unless the URL
// says something about that. Compiling is not cancelled, and takes longer than most
// statements run.
//
// It is no parameter of the connection's start, because servers that do not know the
// setting and poolers in between would refuse the connection.
func withoutJIT(ctx context.Context, conn *pgx.Conn) error {
	config := conn.Config()
	if params := settings(config.RuntimeParams); params.has("jit") || strings.Contains(strings.ToLower(params["options"]), "jit") {
		return nil
	}
	ctx, done := context.WithTimeout(ctx, config.ConnectTimeout)
	defer done()
	_, err := conn.PgConn().Exec(ctx, "SELECT set_config('jit', 'off', false) WHERE current_setting('jit', true) IS NOT NULL").ReadAll()
	if _, ok := errors.AsType[*pgconn.PgError](err); ok {
		return nil // the server goes its own way
	}
	return err
}

// settings are what a session begins with. Their names ignore case.
type settings map[string]string

func (s settings) has(name string) bool {
	for known := range s {
		if strings.EqualFold(known, name) {
			return true
		}
	}
	return false
}

func (s settings) set(name, value string) {
	for known := range s {
		if strings.EqualFold(known, name) {
			delete(s, known)
		}
	}
	s[name] = value
}

// checkURL refuses URLs in which an unescaped password would be taken for the
// name of a host or a database, because those appear in errors.
func checkURL(url string) error {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme != "postgres" && scheme != "postgresql" {
		return errURL("it does not begin with postgres://")
	}
	before, _, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(before, "/")
	if strings.Contains(path, "@") || strings.Count(authority, "@") > 1 || strings.Contains(before, "#") {
		return errURL("/, ?, #, @ and % within a name or a password are written %2F, %3F, %23, %40 and %25")
	}
	return nil
}

func errURL(reason string) error {
	return odata.Internalf("postgres: the URL of the database, postgres://user:password@host:port/database?option=value, is not valid: %s", reason)
}
