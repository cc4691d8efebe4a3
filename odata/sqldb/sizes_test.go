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

// usualSeed is that of random tests that must say the same each day.
const usualSeed = 1_000_000

// seedOfTheDay is another seed each day for tests at their full size, so that they see
// more as time goes by; others only log it. A failure can be repeated with the seed
// that is logged, in the environment variable SQLDB_TEST_SEED.
func seedOfTheDay(t testing.TB) uint64 {
	t.Helper()
	day := uint64(time.Now().UTC().Unix()) / (24 * 60 * 60)
	seed := day * 1_000_000
	text := os.Getenv("SQLDB_TEST_SEED")
	switch {
	case text != "":
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	case !isLong():
		t.Logf("the seed is %d; with %s=1 it would be that of the day, %d", usualSeed, atLength, seed)
		return usualSeed
	}
	t.Logf("the seed is %d", seed)
	return seed
}
