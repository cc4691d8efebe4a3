package audit

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// positions are how far sinks have come, and who delivers to them: one node at a time,
// which has the lease sink/<name> while it has something to deliver.
type positions struct {
	db                    sqldb.DB
	node                  string
	find, put, lost       *sqldb.Statement
	take, extend, release *sqldb.Statement
}

func newPositions(db sqldb.DB, node string) *positions {
	d := db.Dialect()
	make := func(sql string, params, columns []sqldb.Form) *sqldb.Statement {
		return sqldb.NewStatement(d, sql, params, columns)
	}
	list := func(forms ...sqldb.Form) []sqldb.Form { return forms }
	return &positions{db: db, node: node,
		find: make("SELECT seq, lost_since FROM pam_audit_sink WHERE name = ?1", list(text), list(number, moment)),
		put: make("INSERT INTO pam_audit_sink (name, seq, at, lost_since) VALUES (?1, ?2, ?3, NULL)"+
			" ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, at = excluded.at, lost_since = NULL", list(text, number, moment), nil),
		lost: make("INSERT INTO pam_audit_sink (name, seq, at, lost_since) VALUES (?1, 0, ?2, ?2)"+
			" ON CONFLICT (name) DO UPDATE SET lost_since = COALESCE(pam_audit_sink.lost_since, excluded.lost_since)", list(text, moment), nil),
		take: make("INSERT INTO pam_lease (name, node, holder, until_time) VALUES (?1, ?2, ?3, ?4)"+
			" ON CONFLICT (name) DO UPDATE SET node = excluded.node, holder = excluded.holder, until_time = excluded.until_time"+
			" WHERE pam_lease.until_time <= ?5", list(text, text, text, moment, moment), nil),
		extend:  make("UPDATE pam_lease SET until_time = ?3 WHERE name = ?1 AND holder = ?2", list(text, text, moment), nil),
		release: make("DELETE FROM pam_lease WHERE name = ?1 AND holder = ?2", list(text, text), nil),
	}
}

// A place is where a sink stands.
type place struct {
	seq  int64
	lost time.Time // since when it takes nothing; zero while it does
}

// of is where a sink stands, at the beginning for one that is new.
func (p *positions) of(ctx context.Context, sink string) (at place, err error) {
	err = eachOf(ctx, p.db, p.find, func(c []edm.Value) { at = place{c[0].Int(), cellTime(c[1])} }, edm.String(sink))
	return at, err
}

// store has a sink stand behind an event. It is part of a transaction.
func (p *positions) store(ctx context.Context, sink string, seq int64, now time.Time) error {
	_, err := p.db.Exec(ctx, p.put, []edm.Value{edm.String(sink), edm.Int64(seq), timeCell(now)})
	return err
}

// miss notes that a sink takes nothing, unless that is known.
func (p *positions) miss(ctx context.Context, sink string, now time.Time) error {
	_, err := p.db.Exec(ctx, p.lost, []edm.Value{edm.String(sink), timeCell(now)})
	return err
}

// A holding is the right to deliver to a sink.
type holding struct {
	of           *positions
	name, holder string
}

// hold takes the right for a while, nil if another node has it.
func (p *positions) hold(ctx context.Context, sink string, now time.Time, length time.Duration) (*holding, error) {
	h := &holding{p, "sink/" + sink, p.node + "/" + rand.Text()}
	n, err := p.db.Exec(ctx, p.take, []edm.Value{edm.String(h.name), edm.String(p.node), edm.String(h.holder),
		timeCell(now.Add(length)), timeCell(now)})
	if err != nil || n == 0 {
		return nil, err
	}
	return h, nil
}

// last makes the right last until a time; ok is false when another node has it by
// now. It may be part of a transaction.
func (h *holding) last(ctx context.Context, until time.Time) (ok bool, err error) {
	n, err := h.of.db.Exec(ctx, h.of.extend, []edm.Value{edm.String(h.name), edm.String(h.holder), timeCell(until)})
	return n == 1, err
}

// end gives the right back.
func (h *holding) end(ctx context.Context) error {
	_, err := h.of.db.Exec(ctx, h.of.release, []edm.Value{edm.String(h.name), edm.String(h.holder)})
	return err
}
