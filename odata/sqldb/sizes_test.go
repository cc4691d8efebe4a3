package sqldb_test

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// atLength is the variable that has tests run at their full size.
const atLength = "PAMODATA_LONG"

func isLong() bool { return os.Getenv(atLength) != "" }

// sized is how much a test does: usually, a tenth of that with -short, or all.
func sized(usually, all int) int {
	switch {
	case isLong():
		return all
	case testing.Short():
		return max(usually/10, 1)
	}
	return usually
}

// lasting is how long a test does something.
func lasting(usually, all time.Duration) time.Duration {
	return time.Duration(sized(int(usually), int(all)))
}

// seedOfTheDay is another seed each day, so that random tests see more as time goes
// by. A failure can be repeated with the seed that is logged, in the environment
// variable SQLDB_TEST_SEED.
func seedOfTheDay(t testing.TB) uint64 {
	t.Helper()
	day := uint64(time.Now().UTC().Unix()) / (24 * 60 * 60)
	seed := day * 1_000_000
	if text := os.Getenv("SQLDB_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("the seed of the day is %d", seed)
	return seed
}
