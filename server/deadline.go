package server

import (
	"context"
	"net/http"
	"sync"
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

	mu     sync.Mutex
	timed  context.Context // made by Done
	cancel context.CancelFunc
}

func (c *requestContext) Deadline() (time.Time, bool) { return c.at, true }

func (c *requestContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed == nil {
		c.timed, c.cancel = context.WithDeadline(c.Context, c.at)
	}
	return c.timed.Done()
}

func (c *requestContext) Err() error {
	if timed := c.made(); timed != nil {
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
	if timed := c.made(); timed != nil {
		return timed.Value(key)
	}
	return c.Context.Value(key)
}

func (c *requestContext) made() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.timed
}

// end releases the timer. The request is over: net/http ends the parent.
func (c *requestContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel != nil {
		c.cancel()
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
