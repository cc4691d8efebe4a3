package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// A Version is one migration.
type Version struct {
	Number  int64
	File    string    // without its folder, such as 0001_start.sql
	Applied time.Time // by the clock of who applied it, in UTC; zero while it is pending
}

// Up applies all migrations that the database does not have yet, and returns those
// that it has applied itself, also with an error. The target is what packages sqlite
// and postgres open: the path of a file, with or without sqlite:// before it, which is
// made if it does not exist, or the URL of a PostgreSQL database. The tables are made
// in the first schema of its search path.
//
// While another program is at it, Up waits until that has ended, or ctx does. The
// database should be open for nobody who relies on the new version before Up has
// returned. Errors name the file and the version, and what the database says; they do
// not have the target's password.
func Up(ctx context.Context, target string, source fs.FS) (applied []Version, err error) {
	return up(ctx, target, source, leaseTime)
}

func up(ctx context.Context, target string, source fs.FS, lease time.Duration) (applied []Version, err error) {
	m, err := begin(target, source)
	if err != nil {
		return nil, err
	}
	defer m.db.Close()
	if m.dialect == postgresDialect {
		return m.upLocked(ctx, lease)
	}
	return m.up(ctx)
}

// Status returns the migrations of the source and those that the database has
// besides, by version. It changes nothing, and waits for nobody. The error may tell
// what Up would refuse, such as a file that was changed after it was applied; the
// versions are returned all the same.
func Status(ctx context.Context, target string, source fs.FS) ([]Version, error) {
	m, err := begin(target, source)
	if err != nil {
		return nil, err
	}
	defer m.db.Close()
	var records []record
	if m.exists() {
		if records, err = m.history.applied(ctx, m.db); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
	}
	var list []Version
	add := func(v Version) { list = append(list, v) }
	rest := records
	for _, f := range m.files {
		for len(rest) > 0 && rest[0].version < f.version {
			add(rest[0].asVersion())
			rest = rest[1:]
		}
		v := Version{Number: f.version, File: f.name}
		if len(rest) > 0 && rest[0].version == f.version {
			v.Applied = rest[0].applied
			rest = rest[1:]
		}
		add(v)
	}
	for _, r := range rest {
		add(r.asVersion())
	}
	if err := compare(m.files, records); err != nil {
		return list, fmt.Errorf("migrate: %w", err)
	}
	return list, nil
}

func (r record) asVersion() Version { return Version{r.version, r.name, r.applied} }

// A migration is what one call of Up or Status works with.
type migration struct {
	dialect dialect
	path    string // of a file
	source  fs.FS  // the folder of the dialect
	files   []file
	db      *sql.DB
	history *history
}

func begin(target string, source fs.FS) (*migration, error) {
	d, path, err := dialectOf(target)
	if err != nil {
		return nil, err
	}
	m := &migration{dialect: d, path: path, history: &history{dialect: d, files: map[int64]file{}, inserted: map[int64]time.Time{}}}
	if m.files, err = readSource(source, d); err != nil {
		return nil, err
	}
	for _, f := range m.files {
		m.history.files[f.version] = f
	}
	if m.source, err = fs.Sub(source, d.folder()); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if m.db, err = open(d, target, path); err != nil {
		return nil, err
	}
	return m, nil
}

// exists reports whether there is a database to look at.
func (m *migration) exists() bool {
	if m.dialect == postgresDialect {
		return true
	}
	_, err := os.Stat(m.path)
	return !errors.Is(err, fs.ErrNotExist)
}

// upLocked migrates a database while nobody else does.
func (m *migration) upLocked(ctx context.Context, duration time.Duration) ([]Version, error) {
	// Most programs start with nothing to do, and need no lock for that.
	if records, err := m.history.applied(ctx, m.db); err == nil {
		if err := compare(m.files, records); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		if len(m.pending(records)) == 0 {
			return nil, nil
		}
	}
	m.history.holder = newHolder()
	l := &lease{db: m.db, holder: m.history.holder, time: duration}
	held, release, err := l.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	applied, err := m.up(held)
	if err != nil && ctx.Err() == nil && held.Err() != nil {
		err = fmt.Errorf("migrate: %w (%v)", context.Cause(held), err)
	}
	return applied, err
}

func (m *migration) pending(records []record) (files []file) {
	have := map[int64]bool{}
	for _, r := range records {
		have[r.version] = true
	}
	for _, f := range m.files {
		if !have[f.version] {
			files = append(files, f)
		}
	}
	return files
}

// up applies what is pending. In SQLite others may be at it at the same time: the
// first that begins to write applies a migration, and the key of the history undoes
// what others do in vain. They look again then.
func (m *migration) up(ctx context.Context) (applied []Version, err error) {
	for {
		records, err := m.history.applied(ctx, m.db)
		if isBusy(err) {
			if err = sleep(ctx, 10*time.Millisecond); err == nil {
				continue
			}
		}
		if err != nil {
			return applied, fmt.Errorf("migrate: %w", err)
		}
		if err := compare(m.files, records); err != nil {
			return applied, fmt.Errorf("migrate: %w", err)
		}
		if len(m.pending(records)) == 0 {
			return applied, nil
		}
		done, failed, err := m.run(ctx)
		applied = append(applied, done...)
		if err == nil || ctx.Err() == nil && (isBusy(err) || m.overtaken(ctx, failed)) {
			continue
		}
		return applied, err
	}
}

// overtaken reports that another program has applied a migration meanwhile.
func (m *migration) overtaken(ctx context.Context, version int64) bool {
	if m.dialect != sqliteDialect || version == 0 {
		return false
	}
	records, err := m.history.applied(ctx, m.db)
	for _, r := range records {
		if r.version == version {
			return true
		}
	}
	return isBusy(err)
}

// run has goose apply what is pending, and returns which version has failed, 0 if it
// was none.
func (m *migration) run(ctx context.Context) (applied []Version, failed int64, err error) {
	provider, err := goose.NewProvider(goose.DialectCustom, m.db, m.source, goose.WithStore(m.history), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, 0, fmt.Errorf("migrate: %w", err)
	}
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		results, failed = partial.Applied, partial.Failed.Source.Version
		err = fmt.Errorf("migrate: %s/%s (version %d): %w", m.dialect.folder(), m.history.files[failed].name, failed, partial.Err)
	} else if err != nil {
		err = fmt.Errorf("migrate: %s: %w", m.dialect.folder(), err)
	}
	for _, r := range results {
		n := r.Source.Version
		applied = append(applied, Version{n, m.history.files[n].name, m.history.inserted[n]})
	}
	return applied, failed, err
}

// File is the text of a file that runs statements, such as those of
// sqldb.Store.Schema or sqldb.Schema: the first migration of a new database. The
// statements have no semicolon at their end. Once the file was applied it must not be
// written anew, even if the model has changed: that is the second migration's.
func File(statements []string) string {
	var b strings.Builder
	b.WriteString("-- +goose Up\n")
	for _, s := range statements {
		b.WriteString("-- +goose StatementBegin\n" + s + ";\n-- +goose StatementEnd\n")
	}
	return b.String()
}
