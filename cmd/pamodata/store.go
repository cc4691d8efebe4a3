package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pamodata/pamodata/entities/pam/migrations"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// openStore brings the database at target up to date and opens it: postgres://… or
// the path of a SQLite file, with or without sqlite:// before it. An empty target is
// a file that is gone when the store is closed.
func openStore(ctx context.Context, target string) (db sqldb.DB, closed func() error, err error) {
	folder := ""
	if target == "" {
		if folder, err = os.MkdirTemp("", "pamodata-"); err != nil {
			return nil, nil, err
		}
		target = filepath.Join(folder, "pam.db")
	}
	remove := func() error {
		if folder == "" {
			return nil
		}
		return os.RemoveAll(folder)
	}
	if err = bringUp(ctx, target); err == nil {
		db, err = openTarget(ctx, target)
	}
	if err != nil {
		return nil, nil, errors.Join(causeOf(err), remove())
	}
	return db, func() error { return errors.Join(db.Close(), remove()) }, nil
}

// openExisting opens a store that a service has made, as it is. Commands do not bring
// it up to date: a service that is older may be at work on it. With make, one that has
// nothing yet is made.
func openExisting(ctx context.Context, target string, make bool) (sqldb.DB, error) {
	if target == "" {
		return nil, usageError{errors.New("name the store with --store, or the configuration that does with -c")}
	}
	if path := sqlitePath(target); path != "" && !make {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no store: %w; 'pamodata serve' and 'pamodata apply' make one", err)
		}
	}
	if make {
		if err := makeStore(ctx, target); err != nil {
			return nil, err
		}
	}
	versions, err := migrate.Status(ctx, target, migrations.Files)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.Applied.IsZero() {
			return nil, fmt.Errorf("the store lacks %s: 'pamodata serve' of this version brings it up to date", v.File)
		}
	}
	db, err := openTarget(ctx, target)
	return db, causeOf(err)
}

// makeStore brings a store that has nothing yet up to date.
func makeStore(ctx context.Context, target string) error {
	path := sqlitePath(target)
	if _, err := os.Stat(path); path != "" && err != nil {
		return bringUp(ctx, target)
	}
	versions, err := migrate.Status(ctx, target, migrations.Files)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if !v.Applied.IsZero() {
			return nil
		}
	}
	return bringUp(ctx, target)
}

// bringUp brings a store up to date. A new file is its owner's alone: it has phone
// numbers, and shows who may do what.
func bringUp(ctx context.Context, target string) error {
	if path := sqlitePath(target); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case err == nil:
			if err := f.Close(); err != nil {
				return err
			}
		case !errors.Is(err, fs.ErrExist):
			return err
		}
	}
	_, err := migrate.Up(ctx, target, migrations.Files)
	return err
}

// sqlitePath is the path of a SQLite store, empty for others.
func sqlitePath(target string) string {
	if isPostgres(target) {
		return ""
	}
	return strings.TrimPrefix(target, "sqlite://")
}

func openTarget(ctx context.Context, target string) (sqldb.DB, error) {
	if isPostgres(target) {
		return openPostgres(ctx, target)
	}
	return openSQLite(sqlitePath(target))
}

// The desk locks the rows that its rules look at, so that transactions need no more
// than to see what is committed.
func openPostgres(ctx context.Context, url string) (sqldb.DB, error) {
	db, err := postgres.Open(ctx, url, postgres.Options{Isolation: postgres.ReadCommitted})
	if err != nil {
		return nil, err
	}
	return db, nil
}

func openSQLite(path string) (sqldb.DB, error) {
	db, err := sqlite.Open(path, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		return nil, err
	}
	return db, nil
}
