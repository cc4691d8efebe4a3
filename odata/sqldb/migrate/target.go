package migrate

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

type dialect int

const (
	sqliteDialect dialect = iota
	postgresDialect
)

// folder is where the files of a dialect are.
func (d dialect) folder() string { return [...]string{"sqlite", "postgres"}[d] }

// dialectOf tells what a target is, and the path if it is that of a file.
func dialectOf(target string) (d dialect, path string, err error) {
	if strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://") {
		return postgresDialect, "", nil
	}
	path = strings.TrimPrefix(target, "sqlite://")
	switch {
	case strings.Contains(path, "://"), strings.HasPrefix(path, "file:"), path == "", strings.ContainsRune(path, 0):
		// It may have a password, so that it is not repeated.
		return 0, "", errors.New("migrate: the target is neither postgres://user@host/database nor the path of a SQLite file")
	case path == ":memory:":
		return 0, "", errors.New("migrate: a database in memory would be gone when its migration ends; run Store.Schema's statements in it instead")
	}
	return sqliteDialect, path, nil
}

// open opens a database for a few connections.
func open(d dialect, target, path string) (*sql.DB, error) {
	var db *sql.DB
	if d == sqliteDialect {
		// The driver has no other way to say so than a URI. References are not
		// enforced, which is SQLite's default; see history.Insert.
		query := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(1000)", "foreign_keys(0)"}}
		name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
		c := &sqliteConnector{driver: &sqlite.Driver{}, name: name}
		if err := c.driver.RegisterCollationUtf8("odata_decimal", compareDecimals); err != nil {
			return nil, err
		}
		db = sql.OpenDB(c)
	} else {
		config, err := pgxpool.ParseConfig(target)
		if err != nil {
			// The error may have parts of the password.
			return nil, errors.New("migrate: the URL of the database cannot be read; it is postgres://user:password@host:port/database?option=value")
		}
		if config.ConnConfig.ConnectTimeout == 0 {
			config.ConnConfig.ConnectTimeout = 5 * time.Second
		}
		db = stdlib.OpenDB(*config.ConnConfig)
	}
	db.SetMaxOpenConns(3)
	return db, nil
}

// A sqliteConnector opens connections with a driver of its own: what is registered
// with the driver of the module is registered for the whole process.
type sqliteConnector struct {
	driver *sqlite.Driver
	name   string
}

func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

func (c *sqliteConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.name) }

// isBusy reports that SQLite waited for another connection in vain.
func isBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == lib.SQLITE_BUSY || e.Code()&0xff == lib.SQLITE_LOCKED)
}

// compareDecimals is the collation odata_decimal of package sqlite, which
// indexes are ordered by: by the number, and texts that are no decimals last.
func compareDecimals(a, b string) int {
	x, xOK := decimal(a)
	y, yOK := decimal(b)
	switch {
	case xOK && yOK:
		return x.Cmp(y)
	case xOK:
		return -1
	case yOK:
		return 1
	}
	return strings.Compare(a, b)
}

// decimal reads digits with an optional minus and fraction.
func decimal(s string) (*big.Rat, bool) {
	whole, fraction, hasFraction := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	isNumber := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if !isNumber(whole) || hasFraction && !isNumber(fraction) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}
