package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pressly/goose/v3/database"
)

// A record is a migration that was applied.
type record struct {
	version  int64
	name     string
	checksum string
	applied  time.Time
}

// A history is the table of what was applied, as goose uses it. Its key is what
// keeps a migration from being applied twice.
type history struct {
	dialect  dialect
	files    map[int64]file
	holder   string              // of the lock; PostgreSQL only
	inserted map[int64]time.Time // by version, also by transactions that have failed
}

const historyTable = "pamodata_migration"

var _ database.StoreExtender = (*history)(nil)

func (h *history) Tablename() string { return historyTable }

func (h *history) TableExists(ctx context.Context, db database.DBTxConn) (bool, error) {
	text := `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '` + historyTable + `'`
	if h.dialect == postgresDialect {
		text = `SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = '` + historyTable + `'`
	}
	var n int
	err := db.QueryRowContext(ctx, text).Scan(&n)
	return n > 0, err
}

func (h *history) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+historyTable+
		` (version bigint NOT NULL PRIMARY KEY, file text NOT NULL, checksum text NOT NULL, applied_at text NOT NULL)`)
	return err
}

// Insert remembers a migration in the transaction that has applied it, if that may
// be committed: goose calls it last. Version 0 is goose's own.
func (h *history) Insert(ctx context.Context, db database.DBTxConn, r database.InsertRequest) error {
	if h.dialect == sqliteDialect && r.Version > 0 {
		if err := checkReferences(ctx, db); err != nil {
			return err
		}
	}
	f := h.files[r.Version]
	now := time.Now().UTC()
	h.inserted[r.Version] = now
	args := []any{r.Version, f.name, f.checksum, now.Format(time.RFC3339Nano)}
	text := `INSERT INTO ` + historyTable + ` (version, file, checksum, applied_at) `
	if h.dialect == postgresDialect {
		// The row of the lock stays locked until the transaction ends: nobody can
		// take the lock over before what was done under it is visible.
		text += `SELECT $1::bigint, $2::text, $3::text, $4::text FROM ` + lockTable +
			` WHERE id = 1 AND holder = $5 AND expires > clock_timestamp() FOR UPDATE`
		args = append(args, h.holder)
	} else {
		text += `VALUES (?1, ?2, ?3, ?4)`
		if r.Version == 0 {
			text += ` ON CONFLICT DO NOTHING`
		}
	}
	result, err := db.ExecContext(ctx, text, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 && h.dialect == postgresDialect {
		return errLost
	}
	return nil
}

// checkReferences finds rows of SQLite that refer to nothing.
func checkReferences(ctx context.Context, db database.DBTxConn) error {
	var table, to string
	var row, key sql.NullInt64
	switch err := db.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &to, &key); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("a row of %s would refer to one that %s does not have", table, to)
}

// Delete is for going down.
func (h *history) Delete(context.Context, database.DBTxConn, int64) error {
	return database.ErrNotImplemented
}

func (h *history) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	records, err := h.records(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.version == version {
			return &database.GetMigrationResult{Timestamp: r.applied, IsApplied: true}, nil
		}
	}
	return nil, database.ErrVersionNotFound
}

func (h *history) GetLatestVersion(ctx context.Context, db database.DBTxConn) (int64, error) {
	records, err := h.records(ctx, db)
	switch {
	case err != nil:
		return 0, err
	case len(records) == 0:
		return 0, database.ErrVersionNotFound
	}
	return records[len(records)-1].version, nil
}

func (h *history) ListMigrations(ctx context.Context, db database.DBTxConn) ([]*database.ListMigrationsResult, error) {
	records, err := h.records(ctx, db)
	list := make([]*database.ListMigrationsResult, len(records))
	for i, r := range records {
		list[len(records)-1-i] = &database.ListMigrationsResult{Version: r.version, IsApplied: true}
	}
	return list, err
}

// records are all that is in the table, by version, goose's own row among them.
func (h *history) records(ctx context.Context, db database.DBTxConn) ([]record, error) {
	rows, err := db.QueryContext(ctx, `SELECT version, file, checksum, applied_at FROM `+historyTable+` ORDER BY version`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []record
	for rows.Next() {
		var r record
		var applied string
		if err := rows.Scan(&r.version, &r.name, &r.checksum, &applied); err != nil {
			return nil, err
		}
		if r.applied, err = time.Parse(time.RFC3339Nano, applied); err != nil {
			return nil, fmt.Errorf("version %d of the table %s: %w", r.version, historyTable, err)
		}
		records = append(records, r)
	}
	return records, rows.Err()
}

// applied are the migrations that were applied; none where the table is not there.
func (h *history) applied(ctx context.Context, db database.DBTxConn) ([]record, error) {
	exists, err := h.TableExists(ctx, db)
	if err != nil || !exists {
		return nil, err
	}
	records, err := h.records(ctx, db)
	if len(records) > 0 && records[0].version == 0 {
		records = records[1:]
	}
	return records, err
}
