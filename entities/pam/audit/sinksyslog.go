package audit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// SyslogConfig says where a [SyslogSink] sends events to.
type SyslogConfig struct {
	// Name is that of the sink.
	Name string

	// Network is how: "unix" with the path of a socket, of datagrams or of a stream;
	// "udp"; "tcp" with octet counting; or "tls", which is the same encrypted.
	Network string

	// Address is where: a path such as /dev/log, or host:port.
	Address string

	// CAFile has the certificates, in PEM, of those who may vouch for a receiver with
	// TLS. Empty means those whom the system trusts. It is read once.
	CAFile string

	// Facility is the facility of messages. Default 13, log audit.
	Facility int
}

// A SyslogSink sends events as messages of RFC 5424, framed as RFC 6587 and RFC 5425
// say. The message's text is the event as a line of JSON, its MSGID the event's name,
// and its severity follows the event's level.
//
// Syslog has no answers. Over tcp and tls, Write waits until the system of the receiver
// has taken all bytes, where this can be known, and sends the latest events again after
// the connection was lost; what the receiver does with them nobody learns. Over udp and
// unix nothing is known. Datagrams of more than 60,000 bytes lack the event's groups.
type SyslogSink struct {
	config     SyslogConfig
	encryption *tls.Config
	text       syslogText
	conn       *syslogConn
	sent       []byte // the latest events of a stream
	lost       bool   // they may not have arrived
}

const facilityAudit = 13

// NewSyslogSink makes a sink. It sends nothing yet. The error tells every mistake in
// the configuration.
func NewSyslogSink(c SyslogConfig) (*SyslogSink, error) {
	var mistakes []error
	switch c.Network {
	case "unix":
		if c.Address == "" {
			mistakes = append(mistakes, errors.New("the path of the socket is empty"))
		}
	case "udp", "tcp", "tls":
		if host, port, err := net.SplitHostPort(c.Address); err != nil || host == "" || port == "" {
			mistakes = append(mistakes, errors.New("the address has the form host:port"))
		}
	default:
		mistakes = append(mistakes, errors.New("the network is unix, udp, tcp or tls"))
	}
	if c.Facility == 0 {
		c.Facility = facilityAudit
	}
	if c.Facility < 0 || c.Facility > 23 {
		mistakes = append(mistakes, errors.New("the facility is from 1 to 23"))
	}
	s := &SyslogSink{config: c, text: newSyslogText(c.Facility)}
	if c.Network == "tls" {
		var err error
		s.encryption, err = encryptionOf(c.CAFile)
		mistakes = append(mistakes, err)
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, fmt.Errorf("audit: syslog: %w", err)
	}
	return s, nil
}

// Name is the name under which its position is stored.
func (s *SyslogSink) Name() string { return s.config.Name }

// Confirms tells whether it is known when the system of the receiver has the events:
// over tcp and tls, on Linux.
func (s *SyslogSink) Confirms() bool {
	return knowsQueue && (s.config.Network == "tcp" || s.config.Network == "tls")
}

// Write sends events.
func (s *SyslogSink) Write(ctx context.Context, events []Event) (err error) {
	defer func() {
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			s.drop()
		}
	}()
	if s.conn != nil && s.conn.ended() {
		s.drop()
	}
	if s.conn == nil {
		if s.conn, err = s.dial(ctx); err != nil {
			return err
		}
	}
	deadline, limited := ctx.Deadline()
	if !limited {
		deadline = time.Time{}
	}
	if err := s.conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if s.conn.datagrams {
		return s.writeDatagrams(events)
	}
	var frames, message []byte
	for i := range events {
		message = s.text.message(message[:0], &events[i], events[i].Line())
		if s.config.Network == "unix" {
			frames = append(append(frames, message...), '\n')
			continue
		}
		frames = strconv.AppendInt(frames, int64(len(message)), 10)
		frames = append(append(frames, ' '), message...)
	}
	if s.lost {
		if _, err := s.conn.Write(s.sent); err != nil {
			return err
		}
	}
	if _, err := s.conn.Write(frames); err != nil {
		return err
	}
	if err := s.conn.delivered(ctx); err != nil {
		return err
	}
	s.sent, s.lost = frames, false
	return nil
}

func (s *SyslogSink) writeDatagrams(events []Event) error {
	var message []byte
	for i := range events {
		message = s.text.message(message[:0], &events[i], short(&events[i]))
		if _, err := s.conn.Write(message); err != nil {
			return err
		}
	}
	return nil
}

// drop gives a connection up.
func (s *SyslogSink) drop() {
	if s.conn != nil {
		s.conn.Close()
		s.conn, s.lost = nil, true
	}
}

// Close ends the connection.
func (s *SyslogSink) Close() error {
	if s.conn == nil {
		return nil
	}
	err := s.conn.Close()
	s.conn = nil
	return err
}

// A syslogConn is a connection, and notices its end.
type syslogConn struct {
	net.Conn
	raw       net.Conn // below the encryption
	datagrams bool
	gone      chan struct{} // closed when a stream has ended
}

func (s *SyslogSink) dial(ctx context.Context) (*syslogConn, error) {
	var dialer net.Dialer
	c := &syslogConn{gone: make(chan struct{})}
	var err error
	switch s.config.Network {
	case "unix":
		if c.raw, err = dialer.DialContext(ctx, "unixgram", s.config.Address); err == nil {
			c.datagrams = true
		} else if ctx.Err() == nil {
			c.raw, err = dialer.DialContext(ctx, "unix", s.config.Address)
		}
	case "udp":
		c.datagrams = true
		c.raw, err = dialer.DialContext(ctx, "udp", s.config.Address)
	default:
		c.raw, err = dialer.DialContext(ctx, "tcp", s.config.Address)
	}
	if err != nil {
		return nil, err
	}
	c.Conn = c.raw
	if s.encryption != nil {
		settings := s.encryption.Clone()
		settings.ServerName, _, _ = net.SplitHostPort(s.config.Address)
		encrypted := tls.Client(c.raw, settings)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, c.raw.Close())
		}
		c.Conn = encrypted
	}
	if !c.datagrams {
		go c.watch()
	}
	return c, nil
}

// watch reads what a receiver should not send, until the connection ends. Without it
// the end would show only after something was lost.
func (c *syslogConn) watch() {
	defer close(c.gone)
	_, _ = io.Copy(io.Discard, c.Conn)
}

func (c *syslogConn) ended() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

var errEnded = errors.New("the receiver has ended the connection")

// delivered waits until the receiver's system has all that was written, as far as this
// can be known.
func (c *syslogConn) delivered(ctx context.Context) error {
	const longest = 5 * time.Millisecond
	for pause := 50 * time.Microsecond; ; pause = min(2*pause, longest) {
		n, err := queued(c.raw)
		if err != nil {
			return err
		}
		if c.ended() {
			return errEnded
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.gone:
		case <-time.After(pause):
		}
	}
}
