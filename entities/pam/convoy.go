package pam

import (
	"context"
	"errors"
	"sync"

	"github.com/pamodata/pamodata/odata/sqldb"
)

// A convoy carries out transactions that wait for each other in one, so that they share
// its commit: what takes longest is to wait for the disk. While one is on its way, those
// that come get together for the next; nobody waits for company.
//
// It is for databases that carry out one transaction at a time anyway. If a work fails,
// all of its transaction is undone and done again one by one, each for itself.
type convoy struct {
	db sqldb.DB

	mu      sync.Mutex
	moving  bool
	waiting []*passenger
}

// A passenger is a transaction to be.
type passenger struct {
	ctx  context.Context
	work func(context.Context) error
	told chan error // its result, or what else to do
}

var (
	errLead  = errors.New("pam: lead the next convoy")
	errAlone = errors.New("pam: go alone")
)

// maxConvoy bounds how long one waits for others.
const maxConvoy = 64

// transact is [sqldb.DB].Transact, for work that may run again. ctx must not be that of
// a transaction.
func (c *convoy) transact(ctx context.Context, work func(context.Context) error) error {
	p := &passenger{ctx, work, make(chan error, 1)}
	c.mu.Lock()
	c.waiting = append(c.waiting, p)
	lead := !c.moving
	c.moving = true
	c.mu.Unlock()
	err := errLead
	if !lead {
		err = <-p.told
	}
	if err == errLead {
		err = c.drive(p)
	}
	if err == errAlone {
		err = c.db.Transact(ctx, work)
	}
	return err
}

// drive carries out what waits, p first, and has another lead the next convoy.
func (c *convoy) drive(p *passenger) error {
	c.mu.Lock()
	all := c.waiting[:min(len(c.waiting), maxConvoy)]
	c.waiting = c.waiting[len(all):]
	c.mu.Unlock()
	results := make([]error, len(all))
	arrived := false
	defer func() {
		for i, other := range all {
			switch {
			case other == p:
			case !arrived:
				other.told <- errAlone // p has panicked, alone
			default:
				other.told <- results[i]
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.waiting) == 0 {
			c.moving, c.waiting = false, nil
			return
		}
		c.waiting[0].told <- errLead
	}()
	if len(all) == 1 {
		err := c.db.Transact(p.ctx, p.work)
		arrived = true
		return err
	}
	c.carry(all, results)
	arrived = true
	return results[0] // whoever leads has waited longest
}

// carry does the work of all in one transaction, or tells them to go alone.
func (c *convoy) carry(all []*passenger, results []error) {
	begun := false
	err := c.db.Transact(context.Background(), func(tx context.Context) error {
		begun = true
		for i, p := range all {
			if results[i] = p.ctx.Err(); results[i] != nil {
				continue
			}
			if err := p.board(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return
	}
	for i := range results {
		if results[i] = err; begun {
			results[i] = errAlone
		}
	}
}

// board does the work in the transaction of others. Work that panics does so once more
// when it is alone, where nobody else is.
func (p *passenger) board(tx context.Context) (err error) {
	done := false
	defer func() {
		if !done {
			_ = recover()
			err = errAlone
		}
	}()
	if err = p.work(aboard{p.ctx, tx}); err == nil {
		err = p.ctx.Err()
	}
	done = true
	return err
}

// aboard is a context that is also in a transaction.
type aboard struct {
	context.Context
	tx context.Context
}

// Value is that of the context, and then that of the transaction's.
func (w aboard) Value(key any) any {
	if v := w.Context.Value(key); v != nil {
		return v
	}
	return w.tx.Value(key)
}
