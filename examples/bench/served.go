package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
	"github.com/pamodata/pamodata/server"
)

// newServed is pamodata as it is deployed: the whole server, with sign-in and
// limits, and behind it services over a store. With alone the services are served by
// net/http without the server around them, which tells the two apart.
func newServed(db sqldb.DB, s size, alone bool) (serving, error) {
	model, err := newModel()
	if err != nil {
		return nil, err
	}
	store, err := sqldb.NewStore(db, model)
	if err != nil {
		return nil, err
	}
	guard := odata.Everyone()
	if alone {
		guard = odata.Public()
	}
	logger := slog.New(slog.DiscardHandler)
	var mounts []server.Mount
	mux := http.NewServeMux()
	for path, page := range map[string]int{root: odata.NoPaging, pagedRoot: pageRows} {
		svc, err := service.New(service.Config{
			Root: path, Model: model, PageSize: page, Logger: logger,
			BaseURL: func(*http.Request) string { return base },
			Profile: odata.Profile{JSON: true},
			Limits:  service.Limits{Top: int64(max(s.feed(), 1000))},
		}, store.Sets(sqldb.Guard(guard))...)
		if err != nil {
			return nil, err
		}
		mounts = append(mounts, server.Mount{Service: svc})
		mux.Handle(path, svc)
	}
	if alone {
		return plain(mux), nil
	}
	cfg := server.Defaults()
	cfg.Auth.DevUser = `PRIV\Jen`
	srv, err := server.New(cfg, logger, mounts...)
	if err != nil {
		return nil, err
	}
	return func(l net.Listener) error { return srv.Serve(context.Background(), l) }, nil
}

// A serving answers the connections of a listener until the process ends.
type serving func(net.Listener) error

// plain serves by net/http alone, with the times that any server on a network
// needs: without them, clients that are slow or silent hold connections for ever.
func plain(h http.Handler) serving {
	times := server.Defaults().Timeouts
	return (&http.Server{Handler: h, ReadHeaderTimeout: times.Header, WriteTimeout: times.Write, IdleTimeout: times.Idle}).Serve
}

// openDB opens the database that a URL or the path of a file names.
func openDB(ctx context.Context, at string, isPostgres bool) (sqldb.DB, error) {
	if isPostgres {
		return postgres.Open(ctx, at, postgres.Options{})
	}
	return sqlite.Open(at, sqlite.Options{Call: sqldb.Call})
}
