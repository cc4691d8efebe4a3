package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// receivers are where events go beside the store, and when they leave it.
type receivers struct {
	forwarder *audit.Forwarder // nil without any
	node      string           // of the forwarder's leases
	required  bool
	retention audit.Retention
	logger    *slog.Logger
}

// openReceivers makes the receivers that the settings name. A file belongs to a node;
// the others are the same for all nodes of the store.
func (s *settings) openReceivers(db sqldb.DB, logger *slog.Logger) (*receivers, error) {
	var sinks []audit.Sink
	names := map[string]string{sinkFile: sinkFile + "/" + s.Node, sinkSyslog: sinkSyslog, sinkHTTP: sinkHTTP}
	if s.Audit.File != "" {
		sinks = append(sinks, audit.NewFileSink(names[sinkFile], s.Audit.File))
	}
	if s.Audit.Syslog != "" {
		network, address, err := syslogAddress(s.Audit.Syslog)
		if err != nil {
			return nil, inSection("audit.syslog", err)
		}
		sink, err := audit.NewSyslogSink(audit.SyslogConfig{Name: names[sinkSyslog], Network: network, Address: address, CAFile: s.Audit.SyslogCAFile})
		if err != nil {
			return nil, inSection("audit.syslog", err)
		}
		sinks = append(sinks, sink)
	}
	if s.Audit.HTTP != "" {
		sink, err := audit.NewHTTPSink(audit.HTTPConfig{Name: names[sinkHTTP], URL: s.Audit.HTTP, AllowPlaintext: s.Audit.Plaintext,
			CAFile: s.Audit.HTTPCAFile, TokenFile: s.Audit.HTTPTokenFile})
		if err != nil {
			return nil, inSection("audit.http", err)
		}
		sinks = append(sinks, sink)
	}
	// Leases of the node itself are ended when the desk catches up, while events are
	// delivered already.
	r := &receivers{node: s.Node + "/audit", required: len(s.Audit.Require) > 0, logger: logger,
		retention: audit.Retention{Period: s.Audit.Retention, Node: s.Node, Logger: logger}}
	for _, sink := range sinks {
		r.retention.Sinks = append(r.retention.Sinks, sink.Name())
	}
	if len(sinks) == 0 {
		return r, nil
	}
	var required []string
	for _, name := range s.Audit.Require {
		required = append(required, names[name])
	}
	var err error
	if r.forwarder, err = audit.NewForwarder(audit.Forwarding{DB: db, Sinks: sinks, Required: required, Node: r.node, Logger: logger}); err != nil {
		return nil, inSection("audit.require", err)
	}
	return r, nil
}

// acknowledged is pam.Config.Acknowledged: nil where the store is enough.
func (r *receivers) acknowledged() func(ctx context.Context, seq int64) error {
	if !r.required {
		return nil
	}
	return r.forwarder.Acknowledged
}

// run delivers events, and deletes old ones, until ctx ends.
func (r *receivers) run(ctx context.Context, desk *pam.Desk) {
	var group sync.WaitGroup
	group.Go(func() { desk.Trail().Retain(ctx, r.retention) })
	if r.forwarder != nil {
		group.Go(func() {
			if err := r.endLeases(ctx, desk.DB()); err != nil {
				r.logger.WarnContext(ctx, "receivers of the audit trail may have to wait", "error", causeOf(err))
			}
			r.forwarder.Run(ctx, desk.Trail())
		})
	}
	group.Wait()
}

// endLeases ends the leases of a process of this node that has died while it delivered.
func (r *receivers) endLeases(ctx context.Context, db sqldb.DB) error {
	end := sqldb.NewStatement(db.Dialect(), "DELETE FROM pam_lease WHERE node = ?1", []sqldb.Form{{Kind: edm.KindString}}, nil)
	_, err := db.Exec(ctx, end, []edm.Value{edm.String(r.node)})
	return err
}
