package crash_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/server"
)

// nodeOrders are what a node is to be. It serves until its input ends.
type nodeOrders struct {
	Name, Place string // of the PostgreSQL database
	Directory   string
	Worker      bool // runs beside the service
}

// callTimeout bounds the calls of a node's granter, and leaseLength is how long the
// leases of a node last that come from it: longer than two calls.
const (
	callTimeout = 20 * time.Second
	leaseLength = 2*callTimeout + 10*time.Second
)

// root is where nodes have the service.
const root = "/api/pamresources/"

// serveNode is the life of a process that serves, with a clock that stands at noon.
// It says where it serves, and then answers each line of its input with one:
//
//	clock MILLISECONDS    the time
//	hold PLACE            holds up all calls of the granter there, "before" or "after"
//	down                  has all calls of the granter fail
//	up                    ends both
//	work                  does what is due, and says how much that was
//
// A call that is held up is told by a line of its own.
func serveNode(o nodeOrders) error {
	ctx := context.Background()
	db, err := openAt(ctx, onPostgreSQL, o.Place)
	if err != nil {
		return err
	}
	defer db.Close()
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	clock, control := pamtest.NewClock(pamtest.Noon), &control{say: say}
	control.up()
	desk := pam.NewDesk(pam.Config{DB: db, Node: o.Name, Clock: clock.Now, Logger: pamtest.Quiet(), CallTimeout: callTimeout,
		Granter: &directory{path: o.Directory, node: o.Name, at: control.at}})
	if err := desk.CatchUp(ctx); err != nil {
		return err
	}
	handler, err := compose(desk)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	go func() { _ = http.Serve(listener, handler) }() // ends with the process
	if o.Worker {
		working, cancel := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() { desk.Run(working); close(ended) }()
		defer func() { cancel(); <-ended }() // it finishes what it has begun
	}
	say("%v", listener.Addr())
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		word, argument, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "clock":
			ms, err := strconv.ParseInt(argument, 10, 64)
			if err != nil {
				return err
			}
			clock.Set(time.UnixMilli(ms).UTC())
			say("ok")
		case "hold":
			control.set(argument, nil)
			say("ok")
		case "down":
			control.set("", pamtest.ErrDown)
			say("ok")
		case "up":
			control.up()
			say("ok")
		case "work":
			n, err := desk.Work(ctx, desk.Now())
			if err != nil {
				return err
			}
			say("%d", n)
		default:
			return fmt.Errorf("nobody knows what %q means", word)
		}
	}
	return nil
}

// A control is what a test does to the granter of a node.
type control struct {
	say func(string, ...any)

	mu    sync.Mutex
	hold  string
	down  error
	again chan struct{} // closed when calls go on
}

func (c *control) set(hold string, down error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold, c.down = hold, down
}

func (c *control) up() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.again != nil {
		close(c.again)
	}
	c.hold, c.down, c.again = "", nil, make(chan struct{})
}

func (c *control) at(ctx context.Context, place string) error {
	c.mu.Lock()
	hold, down, again := c.hold, c.down, c.again
	c.mu.Unlock()
	if hold == "" || !strings.HasPrefix(place, hold+" ") {
		return down
	}
	c.say("held %s", place)
	select {
	case <-again:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compose is the server of a node, as the program composes it.
func compose(desk *pam.Desk) (http.Handler, error) {
	cfg := server.Defaults()
	cfg.Authenticators = []server.Authenticator{trusting{}}
	cfg.Ready = []func(context.Context) error{func(ctx context.Context) error {
		_, _, err := desk.Trail().Last(ctx)
		return err
	}}
	svc, err := service.New(service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      root,
		BaseURL:   server.NewOrigin(cfg).BaseURL,
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging,
		Limits:    service.Limits{Body: 64 << 10},
		Clock:     desk.Now,
		Logger:    pamtest.Quiet(),
	}, entities.All(desk)...)
	if err != nil {
		return nil, err
	}
	s, err := server.New(cfg, nil, server.Mount{Service: svc, AnyCase: true})
	if err != nil {
		return nil, err
	}
	return s.Handler(), nil
}

// trusting takes callers for who they say they are.
type trusting struct{}

func (trusting) Challenge() string { return "Test" }

func (trusting) Authenticate(r *http.Request) (odata.Principal, error) {
	account, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Test ")
	if !ok {
		return odata.Principal{}, server.ErrNoCredentials
	}
	if account == "" {
		return odata.Principal{}, errors.New("the account has no name")
	}
	return odata.Principal{Name: account, Method: "test"}, nil
}
