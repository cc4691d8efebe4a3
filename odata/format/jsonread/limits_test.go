package jsonread_test

import (
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// An endless repeats a text for ever behind a beginning, and counts what has
// been taken.
type endless struct {
	begin, repeat string
	taken         int
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		at := e.taken - len(e.begin)
		if at < 0 {
			p[n] = e.begin[e.taken]
		} else {
			p[n] = e.repeat[at%len(e.repeat)]
		}
		n++
		e.taken++
	}
	return n, nil
}

// TestHostilePayloads sends what is meant to exhaust the reader. Those without
// an end must be refused on the way; all must be so at a bounded cost.
func TestHostilePayloads(t *testing.T) {
	model := testmodel.Demo(t)
	var members strings.Builder
	members.WriteString(`{"Id":1`)
	for i := range 1_000_000 {
		members.WriteString(`,"__x.`)
		for n := i; n > 0; n /= 10 {
			members.WriteByte(byte('0' + n%10))
		}
		members.WriteString(`":1`)
	}
	members.WriteString(`}`)
	const kib, mib = 1 << 10, 1 << 20
	for _, tt := range []struct {
		name      string
		in        io.Reader
		want      string
		taken     int // bytes at most, of endless payloads
		allocated uint64
		why       string
	}{
		{"arrays", &endless{begin: `{"__x.y":`, repeat: `[`}, "! PayloadTooDeep body[40:40]", 4 * kib, 64 * kib, "depth is bounded in what is ignored"},
		{"objects", &endless{begin: `{"__x.y":`, repeat: `{"a":`}, "! PayloadTooDeep body[164:164]", 4 * kib, 64 * kib, "depth is bounded in what is ignored"},
		{"friends of friends", &endless{repeat: `{"BestFriend":`}, "! PayloadTooDeep " + strings.Repeat("BestFriend/", 31) + "BestFriend", 4 * kib, 64 * kib, "depth is bounded in deep inserts"},
		{"depth 100,000", strings.NewReader(`{"__x.y":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`), "! PayloadTooDeep body[40:40]", 0, 64 * kib, "it would be well-formed"},
		{"members 1,000,000", strings.NewReader(members.String()), "! 413 PayloadTooLarge body[", 0, 32 * mib, "members are counted also where they are ignored"},
		{"items", &endless{begin: `{"Emails":[`, repeat: `"",`}, "! 413 PayloadTooLarge Emails", 512 * kib, 32 * mib, "items are counted"},
		{"empty entities", &endless{begin: `{"Orders":[`, repeat: `{},`}, "! 413 TooManyEntities Orders[199]", 4 * kib, mib, "entities are counted"},
		{"number", &endless{begin: `{"Id":`, repeat: `1`}, "! MalformedJSON body[", 32 * kib, 64 * kib, "no number needs that many digits"},
		{"number of 10 MB", strings.NewReader(`{"Id":` + strings.Repeat("9", 10*mib) + `}`), "! MalformedJSON body[", 0, 64 * kib, "no number needs that many digits"},
		{"1e400", strings.NewReader(`{"Score":1e400}`), "! TypeMismatch Score", 0, 64 * kib, "it is no Double"},
		{"decimal 1e400000000", strings.NewReader(`{"Credit":1e400000000}`), "! TypeMismatch Credit", 0, 64 * kib, "zeros are not written out"},
		{"name of 1 MB", strings.NewReader(`{"` + strings.Repeat("n", mib) + `":1}`), "! UnknownProperty body[", 0, 32 * mib, "the name is not repeated in full"},
	} {
		for _, r := range readers {
			t.Run(tt.name+"/"+r.name, func(t *testing.T) {
				e, isEndless := tt.in.(*endless)
				if isEndless {
					e.taken = 0
				} else if _, err := tt.in.(io.Seeker).Seek(0, io.SeekStart); err != nil {
					t.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := r.reader.ReadEntry(tt.in, model, model.EntityType("Demo.Customer"), format.Limits{})
				runtime.ReadMemStats(&after)
				if err == nil {
					t.Fatalf("it was accepted (%s)", tt.why)
				}
				if got := readtest.Error(err); got != tt.want && !(strings.HasSuffix(tt.want, "[") && strings.HasPrefix(got, tt.want)) {
					t.Errorf("got %s, want %s (%s)", got, tt.want, tt.why)
				}
				if len(err.Error()) > 1000 {
					t.Errorf("the error has %d bytes (%s)", len(err.Error()), tt.why)
				}
				if isEndless && e.taken > tt.taken {
					t.Errorf("%d bytes were taken, want at most %d (%s)", e.taken, tt.taken, tt.why)
				}
				if n := after.TotalAlloc - before.TotalAlloc; n > tt.allocated {
					t.Errorf("%d bytes were allocated, want at most %d (%s)", n, tt.allocated, tt.why)
				}
			})
		}
	}
}

// TestManyDynamic accepts as many undeclared properties as the limits allow.
func TestManyDynamic(t *testing.T) {
	model := testmodel.Demo(t)
	var payload strings.Builder
	payload.WriteByte('{')
	for i := range 90_000 {
		if i > 0 {
			payload.WriteByte(',')
		}
		payload.WriteString(strconv.Quote("P"+strconv.Itoa(i)) + ":1")
	}
	payload.WriteByte('}')
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e, err := readers[0].reader.ReadEntry(strings.NewReader(payload.String()), model, model.EntityType("Demo.Tag"), format.Limits{})
	runtime.ReadMemStats(&after)
	if err != nil || len(e.Dynamic) != 90_000 {
		t.Fatal(err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}

// TestLimits holds the limits to their exact meaning.
func TestLimits(t *testing.T) {
	model := testmodel.Demo(t)
	for _, tt := range []struct {
		name, light, verbose string
		limits               format.Limits
		code                 string
		why                  string
	}{
		{"depth", `{"Orders":[{}]}`, `{"Orders":[{}]}`, format.Limits{Depth: 3}, "PayloadTooDeep", "objects and arrays count alike"},
		{"members", `{"Id":1,"Emails":["a","b"]}`, `{"Id":1,"Emails":["a","b"]}`, format.Limits{Members: 4}, "PayloadTooLarge", "members and items count alike"},
		{"objects", `{"Orders":[{},{}]}`, `{"Orders":[{},{}]}`, format.Limits{Objects: 3}, "TooManyEntities", "the outer entity counts"},
		{"objects bound", `{"Orders@odata.bind":["a","b"]}`, `{"Orders":[{"__metadata":{"uri":"a"}},{"__metadata":{"uri":"b"}}]}`,
			format.Limits{Objects: 3}, "TooManyEntities", "each one has to be looked up"},
	} {
		for i, in := range []string{tt.light, tt.verbose} {
			t.Run(tt.name+"/"+readers[i].name, func(t *testing.T) {
				read := func(limits format.Limits) error {
					_, err := readers[i].reader.ReadEntry(strings.NewReader(in), model, model.EntityType("Demo.Customer"), limits)
					return err
				}
				if err := read(tt.limits); err != nil {
					t.Errorf("%s within %+v: %v (%s)", in, tt.limits, err, tt.why)
				}
				less := format.Limits{Depth: tt.limits.Depth - 1, Members: tt.limits.Members - 1, Objects: tt.limits.Objects - 1}
				if err := read(less); err == nil || !strings.Contains(readtest.Error(err), tt.code) {
					t.Errorf("%s within %+v: %v, want it refused (%s)", in, less, err, tt.why)
				}
			})
		}
	}
}

// TestInputErrors passes on what the input fails with, which is not the
// client's mistake alone: a body limit, a time-out.
func TestInputErrors(t *testing.T) {
	model := testmodel.Demo(t)
	lost := errors.New("connection lost")
	const payload = "{\"Id\":12,\"Name\":\"a\\u00e9\",\"Home\":{\"City\":null},\"Emails\":[\"a\"]}"
	for _, r := range readers {
		for cut := range len(payload) {
			in := io.MultiReader(strings.NewReader(payload[:cut]), iotest.ErrReader(lost))
			if _, err := r.reader.ReadEntry(in, model, model.EntityType("Demo.Customer"), format.Limits{}); !errors.Is(err, lost) {
				t.Errorf("%s after %s: %v, want the error of the input", r.name, payload[:cut], err)
			}
		}
		in := io.MultiReader(strings.NewReader(payload), iotest.ErrReader(lost))
		if _, err := r.reader.ReadEntry(in, model, model.EntityType("Demo.Customer"), format.Limits{}); !errors.Is(err, lost) {
			t.Errorf("%s at the end: %v, want the error of the input", r.name, err)
		}
	}
	if _, err := readers[0].reader.ReadLink(stuck{}, format.Limits{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads: %v", err)
	}
}

// stuck is a reader that neither reads nor fails.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }
