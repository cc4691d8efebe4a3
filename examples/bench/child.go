package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// variable is the environment variable that makes this program one of the two
// servers: the JSON of a childConfig.
const variable = "PAMODATA_BENCH_SERVER"

// A childConfig says which server to be.
type childConfig struct {
	Bare     bool
	Alone    bool // without package server around the services
	Postgres bool
	Database string // URL or path
	Rows     int
	Roles    int
}

// serveAsChild is the life of a server. It tells its address on standard output,
// answers a line for each line it reads, and ends with standard input, so that it
// does not outlive who started it.
func serveAsChild(text string, in io.Reader, out io.Writer) error {
	var c childConfig
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	serve, err := c.server()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- serve(l) }()
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	told := make(chan error, 1)
	go func() { told <- obey(in, out) }()
	select {
	case err := <-failed:
		return err
	case err := <-told:
		return err
	}
}

func (c childConfig) server() (serving, error) {
	ctx := context.Background()
	if c.Bare && c.Postgres {
		pool, err := pgxpool.New(ctx, c.Database)
		if err != nil {
			return nil, err
		}
		return plainBare(barePostgres{pool})
	}
	db, err := openDB(ctx, c.Database, c.Postgres)
	if err != nil {
		return nil, err
	}
	if c.Bare {
		return plainBare(bareSQLite{db.(*sqlite.DB)})
	}
	return newServed(db, size{c.Rows, c.Roles}, c.Alone)
}

func plainBare(db bareDB) (serving, error) {
	h, err := newBare(db)
	return plain(h), err
}

// obey carries out orders: "usage", "reset", "profile PATH" and "stop".
func obey(in io.Reader, out io.Writer) error {
	var profile *os.File
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		answer := any("done")
		order, path, _ := strings.Cut(lines.Text(), " ")
		var err error
		switch order {
		case "usage":
			answer = usageOfProcess()
		case "reset":
			resetPeak()
		case "profile":
			if profile, err = os.Create(path); err == nil {
				err = pprof.StartCPUProfile(profile)
			}
		case "stop":
			pprof.StopCPUProfile()
			err = profile.Close()
		}
		if err != nil {
			return err
		}
		if err := json.NewEncoder(out).Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// A usage is what a process has used of the machine.
type usage struct {
	CPU  time.Duration // so far, 0 if unknown
	Peak int64         // bytes of memory at most since the last reset, 0 if unknown
}

// A child is a server in a process of its own.
type child struct {
	address string
	process *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// start starts a server with one processor.
func start(c childConfig) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	p := exec.Command(program)
	p.Env = append(os.Environ(), variable+"="+string(text), "GOMAXPROCS=1")
	p.Stderr = os.Stderr
	s := &child{process: p}
	if s.orders, err = p.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answers = bufio.NewReader(out)
	if err := p.Start(); err != nil {
		return nil, err
	}
	if s.address, err = s.answers.ReadString('\n'); err != nil {
		s.stop()
		return nil, errors.New("a server did not start")
	}
	s.address = strings.TrimSpace(s.address)
	return s, nil
}

// order tells the server to do something.
func (s *child) order(text string, answer any) error {
	if _, err := fmt.Fprintln(s.orders, text); err != nil {
		return err
	}
	line, err := s.answers.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("a server has ended: %w", err)
	}
	return json.Unmarshal(line, answer)
}

func (s *child) usage() (u usage, err error) {
	err = s.order("usage", &u)
	return u, err
}

// stop ends the server and waits for it.
func (s *child) stop() {
	s.orders.Close()
	_ = s.process.Wait()
}

// fillAt fills an empty database.
func fillAt(ctx context.Context, at string, isPostgres bool, s size) (err error) {
	db, err := openDB(ctx, at, isPostgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := fill(ctx, db, s.rows, s.roles); err != nil {
		return err
	}
	statistics := "ANALYZE"
	if isPostgres {
		statistics = "VACUUM ANALYZE" // which also lets it count by indexes alone
	}
	_, err = db.Exec(ctx, &sqldb.Statement{Text: statistics}, nil)
	return err
}
