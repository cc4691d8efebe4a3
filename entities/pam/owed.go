package pam

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// owed are events about ended privileges that the trail could not take at the time.
type owed struct {
	db                 sqldb.DB
	insert, list, drop *sqldb.Statement
	kept               atomic.Uint64 // orders events of the same time
}

func newOwed(db sqldb.DB) *owed {
	d := db.Dialect()
	o := &owed{db: db,
		insert: sqldb.NewStatement(d, "INSERT INTO pam_audit_owed (id, at, event) VALUES (?1, ?2, ?3)", []sqldb.Form{guidForm, momentForm, textForm}, nil),
		list:   sqldb.NewStatement(d, "SELECT id, event FROM pam_audit_owed ORDER BY at, id LIMIT 100", nil, []sqldb.Form{guidForm, textForm}),
		drop:   sqldb.NewStatement(d, "DELETE FROM pam_audit_owed WHERE id = ?1", []sqldb.Form{guidForm}, nil),
	}
	o.kept.Store(uint64(time.Now().UnixNano())) // above those of the process before this one
	return o
}

// next is an identifier above all before it.
func (o *owed) next() edm.GUID {
	id := edm.NewGUID()
	binary.BigEndian.PutUint64(id[:], o.kept.Add(1))
	return id
}

// keep stores the events of a ledger beside the chain.
func (o *owed) keep(ctx context.Context, l *ledger) error {
	for _, e := range l.events {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := o.db.Exec(ctx, o.insert, []edm.Value{o.next().Value(), timeCell(e.Time), edm.String(string(text))}); err != nil {
			return err
		}
	}
	return nil
}

// settleOwed adds what is owed to the chain, as events of their own time, after one
// that says so.
func (d *Desk) settleOwed(ctx context.Context) error {
	type debt struct {
		id    edm.GUID
		event audit.Event
	}
	for {
		var debts []debt
		err := sqldb.QueryEach(ctx, d.db, d.owed.list, nil, func(c []edm.Value) error {
			debts = append(debts, debt{id: c[0].GUID()})
			return json.Unmarshal([]byte(c[1].Str()), &debts[len(debts)-1].event)
		})
		if err != nil || len(debts) == 0 {
			return err
		}
		err = d.book(ctx, audit.System, func(ctx context.Context, l *ledger) error {
			l.record(audit.Gap, nil, audit.Failure, fmt.Sprintf("%d events were recorded late", len(debts)))
			for i := range debts {
				n, err := d.db.Exec(ctx, d.owed.drop, []edm.Value{debts[i].id.Value()})
				if err != nil {
					return err
				}
				if n == 1 { // no other node was faster
					e := debts[i].event
					l.events = append(l.events, &e)
				}
			}
			if len(l.events) == 1 {
				l.events = nil
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
