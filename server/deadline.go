package server

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

type exchangeKey struct{}

// A requestContext is the context of a request: its parent, which ends when the
// client leaves, with a deadline. The timer for the deadline is made when
// somebody first waits for Done; asking for Err, as loops over rows do, needs
// none. That makes it free for the requests that end in time.
type requestContext struct {
	context.Context
	exchange *exchange
	at       time.Time

	mu    sync.Mutex // held while Done makes timed
	timed atomic.Pointer[timedContext]
}

// A timedContext is a context with a timer.
type timedContext struct {
	context.Context
	cancel context.CancelFunc
}

func (c *requestContext) Deadline() (time.Time, bool) { return c.at, true }

func (c *requestContext) Done() <-chan struct{} {
	if timed := c.timed.Load(); timed != nil {
		return timed.Done()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	timed := c.timed.Load()
	if timed == nil {
		timed = new(timedContext)
		timed.Context, timed.cancel = context.WithDeadline(c.Context, c.at)
		c.timed.Store(timed)
	}
	return timed.Done()
}

func (c *requestContext) Err() error {
	if timed := c.timed.Load(); timed != nil {
		return timed.Err()
	}
	if err := c.Context.Err(); err != nil {
		return err
	}
	if !time.Now().Before(c.at) {
		return context.DeadlineExceeded
	}
	return nil
}

// Value looks into the timed context once there is one, because the standard
// library finds the parent to cancel with by a value.
func (c *requestContext) Value(key any) any {
	if key == (exchangeKey{}) {
		return c.exchange
	}
	if timed := c.timed.Load(); timed != nil {
		return timed.Value(key)
	}
	return c.Context.Value(key)
}

// end releases the timer. The request is over: net/http ends the parent.
func (c *requestContext) end() {
	if timed := c.timed.Load(); timed != nil {
		timed.cancel()
	}
}

// settle answers for a service that said nothing: 503 when its time was over,
// and else the 200 that net/http makes of it.
func (x *exchange) settle() error {
	if x.answer.status != 0 {
		return nil
	}
	if x.ctx.Err() == context.DeadlineExceeded {
		return outOfTime()
	}
	x.answer.WriteHeader(http.StatusOK)
	return nil
}
