package crash_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/migrations"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
)

// A cluster is a database with definitions, a directory, and the nodes over both.
type cluster struct {
	t         *testing.T
	db        sqldb.DB
	place     string
	directory string
}

// newCluster makes a cluster without nodes.
func newCluster(t *testing.T, place string, defs pam.Definitions) *cluster {
	t.Helper()
	if _, err := migrate.Up(t.Context(), place, migrations.Files); err != nil {
		t.Fatal(err)
	}
	db, err := openAt(t.Context(), onPostgreSQL, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c := &cluster{t: t, db: db, place: place, directory: filepath.Join(t.TempDir(), "members")}
	pamtest.Apply(t, pam.NewDesk(pam.Config{DB: db, Node: "setup", Granter: pamtest.NewGranter(), Logger: pamtest.Quiet()}), defs)
	return c
}

// facts are what is stored.
func (c *cluster) facts() *facts {
	c.t.Helper()
	f, err := factsIn(context.Background(), c.db)
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

// entries are what nodes have done in the directory.
func (c *cluster) entries() []entry {
	c.t.Helper()
	all, err := entriesIn(c.directory)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

// await waits until something holds of what is stored.
func (c *cluster) await(what string, holds func(*facts) bool) {
	c.t.Helper()
	for end := time.Now().Add(time.Minute); !holds(c.facts()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("in vain: %s", what)
		}
	}
}

// A node is a process that serves.
type node struct {
	t       *testing.T
	name    string
	address string
	process *exec.Cmd
	input   io.WriteCloser
	replies chan string
	held    chan string
	ended   chan struct{}
	errors  *strings.Builder // read when it has ended
}

// start starts a node.
func (c *cluster) start(name string, worker bool) *node {
	c.t.Helper()
	text, err := json.Marshal(nodeOrders{Name: name, Place: c.place, Directory: c.directory, Worker: worker})
	if err != nil {
		c.t.Fatal(err)
	}
	n := &node{t: c.t, name: name, process: exec.Command(os.Args[0]), replies: make(chan string, 16), held: make(chan string, 1000),
		ended: make(chan struct{}), errors: &strings.Builder{}}
	n.process.Env = append(os.Environ(), serving+"="+string(text))
	n.process.Stderr = n.errors
	n.input, err = n.process.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := n.process.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := n.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if place, ok := strings.CutPrefix(lines.Text(), "held "); ok {
				n.held <- place
			} else {
				n.replies <- lines.Text()
			}
		}
		_ = n.process.Wait() // many are killed
		close(n.ended)
	}()
	c.t.Cleanup(n.stop)
	n.address = n.reply()
	return n
}

// stop ends the process as one whose work is over.
func (n *node) stop() {
	n.input.Close()
	select {
	case <-n.ended:
	case <-time.After(10 * time.Second):
		n.kill()
	}
}

// kill ends the process where it is.
func (n *node) kill() {
	_ = n.process.Process.Kill()
	<-n.ended
}

func (n *node) reply() string {
	n.t.Helper()
	select {
	case text := <-n.replies:
		return text
	case <-n.ended:
		n.t.Fatalf("node %s has ended: %s", n.name, n.errors)
	case <-time.After(time.Minute):
		n.t.Fatalf("node %s does not answer", n.name)
	}
	return ""
}

// tell gives the node an order, and returns its reply.
func (n *node) tell(format string, args ...any) string {
	n.t.Helper()
	if _, err := fmt.Fprintf(n.input, format+"\n", args...); err != nil {
		n.t.Fatalf("node %s: %v", n.name, err)
	}
	return n.reply()
}

// clock sets the clocks of nodes, one after the other, to a time after noon.
func clock(after time.Duration, nodes ...*node) {
	for _, n := range nodes {
		n.tell("clock %d", pamtest.Noon.Add(after).UnixMilli())
	}
}

// awaitHeld waits until so many calls of the granter are held up, and returns where.
func (n *node) awaitHeld(count int) (places []string) {
	n.t.Helper()
	for range count {
		select {
		case place := <-n.held:
			places = append(places, place)
		case <-time.After(callTimeout):
			n.t.Fatalf("node %s: fewer than %d calls are held up", n.name, count)
		}
	}
	return places
}

// client asks nodes, which answer long before it gives up.
var client = &http.Client{Timeout: time.Minute}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask asks a node as somebody.
func (n *node) ask(account, method, path string, form url.Values) answer {
	n.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = root + path
	}
	r, err := http.NewRequestWithContext(n.t.Context(), method, "http://"+n.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		n.t.Error(err)
		return answer{}
	}
	r.Header.Set("Authorization", "Test "+account)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	res, err := client.Do(r)
	if err != nil {
		n.t.Errorf("node %s: %v", n.name, err)
		return answer{}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		n.t.Errorf("node %s: %v", n.name, err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// code is that of an error in the documented shape, empty for none.
func (a answer) code() string {
	var e struct {
		Error struct {
			Code string `json:"code"`
		} `json:"odata.error"`
	}
	if json.Unmarshal([]byte(a.body), &e) != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		return ""
	}
	return e.Error.Code
}

// create makes a request, starting at a time after noon if that is not 0, and returns
// it as it was answered.
func (n *node) create(account string, role edm.GUID, start time.Duration) (id edm.GUID, status string) {
	n.t.Helper()
	form := url.Values{"RoleId": {role.String()}, "RequestedTTL": {fmt.Sprint(tenMinutes)}}
	if start != 0 {
		form.Set("RequestedTime", pamtest.Noon.Add(start).Format(time.RFC3339))
	}
	a := n.ask(account, http.MethodPost, "pamrequests", form)
	var made struct{ RequestId, RequestStatus string }
	if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != http.StatusCreated {
		n.t.Errorf("node %s: creating a request is answered with %d %s", n.name, a.status, a.body)
		return id, ""
	}
	id, err := edm.ParseGUID(made.RequestId)
	if err != nil {
		n.t.Error(err)
	}
	return id, made.RequestStatus
}

// act posts to an action of an entity, and returns the answer.
func (n *node) act(account, set string, key edm.GUID, action string) answer {
	n.t.Helper()
	return n.ask(account, http.MethodPost, fmt.Sprintf("%s(guid'%v')/%s", set, key, action), nil)
}

// statuses are those of all requests of an account, as a list shows them.
func (n *node) statuses(account string) map[edm.GUID]string {
	n.t.Helper()
	var feed struct {
		Value []struct{ RequestId, RequestStatus string }
	}
	n.list(account, "pamrequests", &feed)
	all := map[edm.GUID]string{}
	for _, r := range feed.Value {
		if id, err := edm.ParseGUID(r.RequestId); err == nil {
			all[id] = r.RequestStatus
		}
	}
	return all
}

// pending are the requests that wait for an owner's decision, with the keys of it.
func (n *node) pending(account string) map[edm.GUID]edm.GUID {
	n.t.Helper()
	var feed struct {
		Value []struct{ FIMRequestID, ApprovalObjectID struct{ Value string } }
	}
	n.list(account, "pamrequeststoapprove", &feed)
	all := map[edm.GUID]edm.GUID{}
	for _, p := range feed.Value {
		id, err := edm.ParseGUID(p.FIMRequestID.Value)
		if err != nil {
			n.t.Error(err)
		}
		if all[id], err = edm.ParseGUID(p.ApprovalObjectID.Value); err != nil {
			n.t.Error(err)
		}
	}
	return all
}

func (n *node) list(account, set string, feed any) {
	n.t.Helper()
	a := n.ask(account, http.MethodGet, set, nil)
	if err := json.Unmarshal([]byte(a.body), feed); err != nil || a.status != http.StatusOK {
		n.t.Errorf("node %s: the list %s is answered with %d %s", n.name, set, a.status, a.body)
	}
}

// together runs all of them at the same time.
func together(all ...func()) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for _, one := range all {
		group.Go(func() {
			<-start
			one()
		})
	}
	close(start)
	group.Wait()
}
