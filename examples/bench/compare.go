package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A pair is the two servers over a database, each with rows of its own.
type pair struct {
	database     string // its name
	served, bare *child
	workloads    []workload
	end          func() error // removes the rows
}

// startPair fills the database and starts the servers. at is a folder for SQLite
// and otherwise the URL of a PostgreSQL database.
func startPair(ctx context.Context, at string, isPostgres, alone bool, s size) (p *pair, err error) {
	p = &pair{database: "sqlite", workloads: workloads(s, lastKey(s)), end: func() error { return nil }}
	places := [2]string{at + "/pamodata.db", at + "/bare.db"}
	if isPostgres {
		p.database = "postgres"
		if places, p.end, err = makeSchemas(ctx, at); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	for i, place := range places {
		if err := fillAt(ctx, place, isPostgres, s); err != nil {
			return p, fmt.Errorf("filling the database: %w", err)
		}
		c, err := start(childConfig{Bare: i == 1, Alone: alone, Postgres: isPostgres, Database: place, Rows: s.rows, Roles: s.roles})
		if err != nil {
			return p, err
		}
		if i == 0 {
			p.served = c
		} else {
			p.bare = c
		}
	}
	return p, nil
}

func (p *pair) close() error {
	for _, c := range []*child{p.served, p.bare} {
		if c != nil {
			c.stop()
		}
	}
	return p.end()
}

// schemas are those of PostgreSQL that a run makes, and removes.
var schemas = [2]string{"pamodata_bench_served", "pamodata_bench_bare"}

func makeSchemas(ctx context.Context, at string) (places [2]string, end func() error, err error) {
	db, err := openDB(ctx, at, true)
	if err != nil {
		return places, nil, err
	}
	run := func(format string) (err error) {
		for _, name := range schemas {
			_, failed := db.Exec(ctx, &sqldb.Statement{Text: fmt.Sprintf(format, name)}, nil)
			err = errors.Join(err, failed)
		}
		return err
	}
	drop := func() error { return run("DROP SCHEMA IF EXISTS %s CASCADE") }
	end = func() error { return errors.Join(drop(), db.Close()) }
	if err := errors.Join(drop(), run("CREATE SCHEMA %s")); err != nil {
		return places, nil, errors.Join(err, end())
	}
	for i, name := range schemas {
		u, err := url.Parse(at)
		if err != nil {
			return places, nil, errors.Join(errors.New("the URL cannot be read"), end())
		}
		options := u.Query()
		options.Set("search_path", name)
		u.RawQuery = options.Encode()
		places[i] = u.String()
	}
	return places, end, nil
}

// lastKey is the key before the page at offset skip.
func lastKey(s size) edm.GUID {
	src := newSource(s.roles)
	keys := make([]edm.GUID, s.rows)
	for i := range keys {
		keys[i] = src.next(i).id
	}
	slices.SortFunc(keys, edm.GUID.Compare)
	return keys[s.skip()-1]
}

// target is the address of a workload at pamodata.
func (p *pair) target(w *workload) (string, error) {
	if !w.follow {
		return w.service, nil
	}
	answer, err := ask(p.served, w, w.service, 0)
	if err != nil {
		return "", err
	}
	return followed(answer)
}

// same asks both servers for a workload and tells where their answers differ.
func (p *pair) same(w *workload) error {
	target, err := p.target(w)
	if err != nil {
		return err
	}
	n := int(posts.Add(1))
	one, err := ask(p.served, w, target, n)
	if err != nil {
		return err
	}
	other, err := ask(p.bare, w, w.bare, n)
	if err != nil {
		return err
	}
	at := 0
	for at < min(len(one), len(other)) && one[at] == other[at] {
		at++
	}
	if at == len(one) && at == len(other) {
		return nil
	}
	from := max(at-60, 0)
	return fmt.Errorf("%s: the answers, of %d and %d bytes, differ at byte %d:\n\tpamodata %q\n\tbare     %q",
		w.name, len(one), len(other), at, one[from:min(at+60, len(one))], other[from:min(at+60, len(other))])
}
