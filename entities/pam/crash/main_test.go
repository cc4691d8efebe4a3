// Package crash_test ends processes and servers of the PAM service at every moment
// that matters, and looks what is left: no privilege without a record, none beyond its
// end, nothing twice. Processes are real ones: the test binary runs itself.
package crash_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// The variables that make the test binary another process: one that does a deed and
// may be killed at it, or a node that serves.
const (
	doing   = "PAMODATA_TEST_PAM_DEED"
	serving = "PAMODATA_TEST_PAM_NODE"
)

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(doing); ok {
		os.Exit(be(text, doDeed))
	}
	if text, ok := os.LookupEnv(serving); ok {
		os.Exit(be(text, serveNode))
	}
	pgtest.Main(m)
}

// be does what the process is there for, with the orders that are in a text.
func be[T any](text string, do func(T) error) (code int) {
	var orders T
	err := json.Unmarshal([]byte(text), &orders)
	if err == nil {
		err = do(orders)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// long is for runs that take all the time they need.
func long() bool { return os.Getenv("PAMODATA_LONG") == "1" }
