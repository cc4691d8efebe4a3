package crash_test

import (
	"context"
	"os"
	"sync"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// points counts the places that a process comes to, and kills it at one of them.
type points struct {
	kill int // from 1 on; 0 for never

	mu    sync.Mutex
	names []string
}

// at is a place. The process ends there as by kill -9: nothing is run any more, and
// what is not written is lost.
func (p *points) at(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names = append(p.names, name)
	if len(p.names) != p.kill {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // the signal is on its way
}

// A watched database has places before and after each transaction, before its commit,
// and around what is changed without one.
type watched struct {
	sqldb.DB
	points *points
}

type within struct{}

func (w watched) Transact(ctx context.Context, work func(context.Context) error) error {
	w.points.at("before a transaction")
	err := w.DB.Transact(ctx, func(ctx context.Context) error {
		err := work(context.WithValue(ctx, within{}, true))
		w.points.at("before a commit")
		return err
	})
	w.points.at("after a transaction")
	return err
}

func (w watched) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	if ctx.Value(within{}) != nil {
		return w.DB.Exec(ctx, s, args)
	}
	w.points.at("before a statement")
	n, err := w.DB.Exec(ctx, s, args)
	w.points.at("after a statement")
	return n, err
}
