package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// A client sends requests over one connection that is kept. It does less than
// net/http's, so that one processor for all clients can outrun a server.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

const answerTime = 30 * time.Second

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { c.conn.Close() }

// do sends a request and reads its answer, whose body goes to w; nil drops it.
func (c *client) do(method, target string, body []byte, w io.Writer) (status int, err error) {
	out := append(append(append(append(c.out[:0], method...), ' '), target...), " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"...)
	if method == "POST" {
		out = strconv.AppendInt(append(out, "Content-Type: application/json\r\nContent-Length: "...), int64(len(body)), 10)
		out = append(out, "\r\n"...)
	}
	out = append(append(out, "\r\n"...), body...)
	c.out = out
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, err
	}
	if _, err := c.conn.Write(out); err != nil {
		return 0, err
	}
	return c.read(w)
}

func (c *client) read(w io.Writer) (status int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, fmt.Errorf("no answer of HTTP/1.1: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, chunked := int64(-1), false
	for {
		line, err := c.line()
		if err != nil {
			return 0, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.ParseInt(string(value), 10, 64); err != nil {
				return 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	switch {
	case chunked:
		return status, c.chunks(w)
	case length >= 0:
		return status, c.copy(w, length)
	}
	return status, fmt.Errorf("an answer %d of unknown length", status)
}

func (c *client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimSuffix(line, []byte("\r\n")), err
}

func (c *client) chunks(w io.Writer) error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(line), 16, 64)
		if err != nil {
			return err
		}
		if err := c.copy(w, n); err != nil {
			return err
		}
		if _, err := c.in.Discard(2); err != nil || n == 0 {
			return err
		}
	}
}

func (c *client) copy(w io.Writer, n int64) error {
	if w == nil {
		_, err := c.in.Discard(int(n))
		return err
	}
	_, err := io.CopyN(w, c.in, n)
	return err
}

// ask asks one server for a workload once and returns its answer.
func ask(s *child, w *workload, target string, n int) (string, error) {
	c, err := dial(s.address)
	if err != nil {
		return "", err
	}
	defer c.close()
	var body bytes.Buffer
	method, content := w.request(n)
	status, err := c.do(method, target, content, &body)
	if err != nil {
		return "", err
	}
	if status != w.status() {
		return "", fmt.Errorf("%s %s: %d %s", method, target, status, body.String())
	}
	return body.String(), nil
}

// followed is the address that a next link leads to.
func followed(answer string) (string, error) {
	_, rest, ok := strings.Cut(answer, `"odata.nextLink":"`)
	link, _, _ := strings.Cut(rest, `"`)
	if !ok {
		return "", fmt.Errorf("there is no next link in %.200s", answer)
	}
	return strings.TrimPrefix(link, base), nil
}
