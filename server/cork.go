package server

import (
	"context"
	"net"
	"net/http"
)

// A corkedConn is a connection that can hold back small writes, to send them
// together with what follows. net/http has a buffer of 4 KiB for each connection:
// an answer beyond that takes two system calls or three, each of which costs as
// much as reading twenty rows. With a cork around the writing of a piece of the
// body it takes one.
//
// The cork is in the connection only while a call of answer.Write lasts. Only that
// call's goroutine writes then.
type corkedConn struct {
	*net.TCPConn
	corked bool
	held   []byte
	failed error
	vector [2][]byte // for net.Buffers, which would escape
	list   net.Buffers
}

// A corkedListener accepts them.
type corkedListener struct{ net.Listener }

func (l corkedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &corkedConn{TCPConn: tcp}, nil
	}
	return c, err
}

type corkKey struct{}

// withCork lets requests find their connection.
func withCork(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*corkedConn); ok {
		return context.WithValue(ctx, corkKey{}, c)
	}
	return ctx
}

// Write sends p, or holds it where the cork is in and p is no more than net/http's
// buffer, whose memory is used again.
func (c *corkedConn) Write(p []byte) (int, error) {
	switch {
	case c.failed != nil:
		return 0, c.failed
	case !c.corked:
		return c.TCPConn.Write(p)
	case len(p) <= netBuffer:
		c.held = append(c.held, p...)
		return len(p), nil
	}
	if err := c.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

const netBuffer = 4 << 10 // of net/http for a connection

// send sends what was held and p. A connection on which that fails is of no use
// any more, since nobody knows how much of it was sent.
func (c *corkedConn) send(p []byte) error {
	c.vector = [2][]byte{c.held, p}
	c.list = c.vector[:]
	_, err := c.list.WriteTo(c.TCPConn)
	c.vector, c.list = [2][]byte{}, nil
	if c.held = c.held[:0]; err != nil {
		c.failed = err
		_ = c.Close()
	}
	return err
}

// uncork sends what was held.
func (c *corkedConn) uncork() error {
	c.corked = false
	if len(c.held) == 0 {
		return c.failed
	}
	return c.send(nil)
}

// corkFrom is the size from which a piece of a body may pass net/http's buffer,
// with the headers before it.
const corkFrom = netBuffer - 1<<10

// writeCorked writes a large piece of the body in one system call. With all of it
// the rest in net/http's buffer goes, too.
func (a *answer) writeCorked(p []byte) (int, error) {
	c, _ := a.ctx.Value(corkKey{}).(*corkedConn)
	if c == nil || c.corked {
		return a.w.Write(p)
	}
	c.corked = true
	n, err := a.w.Write(p)
	if flusher, ok := a.w.(http.Flusher); ok && err == nil && a.whole == int64(n) {
		flusher.Flush()
	}
	if failed := c.uncork(); err == nil {
		err = failed
	}
	return n, err
}
