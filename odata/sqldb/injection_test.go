package sqldb_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A recordingDB remembers the texts of all statements.
type recordingDB struct {
	sqldb.DB
	mu    sync.Mutex
	texts map[string]bool
}

func (r *recordingDB) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	r.record(s)
	return r.DB.Query(ctx, s, args)
}

func (r *recordingDB) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	r.record(s)
	return r.DB.Exec(ctx, s, args)
}

func (r *recordingDB) record(s *sqldb.Statement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.texts[s.Text] = true
}

func (r *recordingDB) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.texts))
}

// inLiterals are requests with a place for a text in a literal, written ‹›, and
// inNames are such with a place for one where names or other syntax belong.
var (
	inLiterals = []string{
		"Customers?$filter=Name eq ‹›", "Customers?$filter=Name ne ‹›", "Customers?$filter=Name lt ‹› or ‹› le Home/City", "Customers?$filter=substringof(‹›,Name)",
		"Customers?$filter=startswith(Name,‹›) or endswith(Name,‹›)", "Customers?$filter=indexof(Name,‹›) ge 0", "Customers?$filter=concat(Name,‹›) eq concat(‹›,Name)",
		"Customers?$filter=tolower(Name) eq tolower(‹›) or toupper(concat(Name,'x')) eq ‹›", "Customers?$filter=trim(concat(‹›,Name)) eq ‹›",
		"Customers?$filter=replace(concat(Name,'q'),'q',‹›) eq ‹›", "Customers?$filter=substring(concat(‹›,Name),1) gt ‹›", "Customers?$filter=length(concat(Name,‹›)) gt 3",
		"Customers?$filter=Emails/any(e: e eq ‹› or startswith(e,‹›))", "Customers?$filter=Emails/all(e: e ne ‹›)", "Customers?$orderby=substringof(‹›,Name),Name desc&$top=5",
		"Customers?$filter=BestFriend/Name eq ‹›", "Customers?$filter=Name ne ‹›&$orderby=Id&$expand=BestFriend", "Customers/$count?$filter=Name ge ‹›", "Orders?$filter=Customer/Name eq ‹› or Customer/Home/City eq ‹›",
		"Customers?$filter=Name eq cast(‹›,'Edm.String')&$inlinecount=allpages", "Tags(‹›)", "Tags(Code=‹›)/Code", "Tags?$filter=Colour eq ‹›", "Tags?$filter=Code gt ‹› and Colour ne ‹›&$top=3",
	}
	inNames = []string{
		"Customers?$filter=‹› eq 1", "Customers?$filter=Home/‹› eq 'a'", "Customers?$filter=Name eq '‹›", "Customers?$filter=‹›", "Customers?$filter=Id eq ‹›",
		"Customers?$orderby=‹›", "Customers?$orderby=Name ‹›", "Customers?$select=‹›", "Customers?$select=Id,‹›", "Customers?$expand=‹›", "Customers?$expand=Orders/‹›",
		"Customers?$skiptoken=‹›", "Customers?$top=‹›", "Customers?$skip=‹›", "Customers?$inlinecount=‹›", "Customers?$format=‹›", "Customers?custom=‹›&$orderby=Id", "Customers?‹›=1&$orderby=Id",
		"Customers(‹›)", "Customers(Id=‹›)", "Customers/‹›", "Customers(1)/‹›", "‹›", "Tags?$filter=‹› eq 'x'", "Tags(Code='x')/‹›",
	}
)

// bearing is a request with a text in its places.
func bearing(template, text string) string {
	path, query, _ := strings.Cut(template, "?")
	path = strings.ReplaceAll(path, "‹›", url.PathEscape(text))
	if query == "" {
		return path
	}
	var options []string
	for option := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(option, "=")
		name = strings.ReplaceAll(name, "‹›", url.QueryEscape(text))
		options = append(options, name+"="+url.QueryEscape(strings.ReplaceAll(value, "‹›", text)))
	}
	return path + "?" + strings.Join(options, "&")
}

func quotedText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// TestInjection sends thousands of hostile texts, in every place that a client can
// fill, to services over memory, SQLite and PostgreSQL: they answer alike, and the
// databases see the statements they would see for any other text.
func TestInjection(t *testing.T) {
	model := testmodel.Demo(t)
	model.DefaultContainer().FunctionImports = nil
	rng := rand.New(rand.NewPCG(11, 11))
	source, err := memory.NewStore(model, hostileData(rng))
	if err != nil {
		t.Fatal(err)
	}
	members := []member{memberOf(t, "memory", model, source.Sets(memory.Guard(odata.Public())))}
	var recorders []*recordingDB
	for _, d := range databases {
		db := &recordingDB{DB: d.open(t), texts: map[string]bool{}}
		store := storeOf(t, db, model, source.Sets())
		members = append(members, memberOf(t, d.name, model, store.Sets(sqldb.Guard(odata.Public()))))
		db.texts = map[string]bool{} // those of loading are of no interest
		recorders = append(recorders, db)
	}
	statuses := map[string]int{}
	alike := func(template, target string) {
		t.Helper()
		want := told200(ask(members[0].service, http.MethodGet, target, ""))
		statuses[want[:3]]++
		if want[:3] >= "500" {
			t.Errorf("%s: memory answers %s to %s", template, want, target)
		}
		for _, m := range members[1:] {
			if got := told200(ask(m.service, http.MethodGet, target, "")); got != want {
				t.Errorf("%s: %s answers to %s (-memory +%s):\n%s", template, m.name, target, m.name, cmp.Diff(want, got))
			}
		}
	}
	// The shapes there are: with a text, and with one that PostgreSQL cannot hold.
	for _, template := range inLiterals {
		alike(template, bearing(template, quotedText("harmless")))
		alike(template, bearing(template, quotedText("harm\x00less")))
	}
	// What some of them are where names belong.
	for _, template := range inNames {
		for _, name := range []string{"Id", "Name", "0", "1", "null", "desc", "json", ""} {
			alike(template, bearing(template, name))
		}
	}
	var known [][]string
	for _, r := range recorders {
		known = append(known, r.all())
	}
	n := sized(5_000, 50_000)
	for i := range n {
		text := hostileText(rng)
		if i < len(attacks) {
			text = attacks[i]
		}
		if i%4 < 3 {
			template := inLiterals[i%len(inLiterals)]
			alike(template, bearing(template, quotedText(text)))
		} else {
			template := inNames[i%len(inNames)]
			alike(template, bearing(template, text))
		}
		if t.Failed() {
			break
		}
	}
	for i, r := range recorders {
		if diff := cmp.Diff(known[i], r.all()); diff != "" {
			t.Errorf("%s: statements depend on texts (-without +with):\n%s", members[1+i].name, diff)
		}
		t.Logf("%s: %d texts, %d statements", members[1+i].name, n, len(known[i]))
	}
	t.Log(statuses)
}

// told200 is what is compared of an answer: all of one that succeeds, and the status
// and code of another.
func told200(answer string) string {
	if strings.HasPrefix(answer, "200") {
		return answer
	}
	code := ""
	if m := errorCode.FindStringSubmatch(answer); m != nil {
		code = " " + m[1]
	}
	return answer[:3] + code
}

var errorCode = regexp.MustCompile(`"code":"(\w*)"`)

// hostileData has hostile texts for keys and names.
func hostileData(rng *rand.Rand) memory.Data {
	data := kept(village())
	var texts []string
	for _, a := range attacks {
		if isStorable(a) {
			texts = append(texts, a)
		}
	}
	for _, e := range data.Entities["Customers"] {
		e.Values["Name"] = edm.String(texts[rng.IntN(len(texts))])
		e.Values["Emails"] = edm.Collection([]edm.Value{edm.String(texts[rng.IntN(len(texts))]), edm.String(texts[rng.IntN(len(texts))])})
	}
	seen := map[string]bool{}
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			data.Entities["Tags"] = append(data.Entities["Tags"], memory.Entity{Values: map[string]edm.Value{"Code": edm.String(text), "Colour": edm.String(texts[rng.IntN(len(texts))])}})
		}
	}
	return data
}

// TestHostileValues writes hostile texts, and reads and deletes what has them, by
// services over databases.
func TestHostileValues(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := testmodel.Demo(t)
			model.DefaultContainer().FunctionImports = nil
			db := &recordingDB{DB: d.open(t), texts: map[string]bool{}}
			empty, err := memory.NewStore(model, memory.Data{})
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, db, model, empty.Sets())
			db.texts = map[string]bool{}
			svc := memberOf(t, d.name, model, store.Sets(sqldb.Guard(odata.Public()))).service
			rng := rand.New(rand.NewPCG(12, 12))
			var known []string
			written := map[string]bool{}
			for i := range sized(300, 3_000) {
				text := "harmless"
				if i > 0 {
					text = hostileText(rng)
				}
				if !isStorable(text) || written[text] {
					continue
				}
				written[text] = true
				inJSON, err := json.Marshal(text)
				if err != nil {
					t.Fatal(err)
				}
				one := bearing("Tags(‹›)", quotedText(text))
				for _, step := range []struct{ method, target, body, want string }{
					{http.MethodPost, "Tags", `{"Code":` + string(inJSON) + `,"Colour":"!"}`, "201"},
					{http.MethodGet, one + "/Colour/$value", "", "200 !"},
					{http.MethodPatch, one, `{"Colour":` + string(inJSON) + `}`, "204"},
					{http.MethodGet, bearing("Tags/$count?$filter=Colour eq ‹› and Code eq ‹›", quotedText(text)), "", "200 1"},
					{http.MethodDelete, one, "", "204"},
					{http.MethodGet, one, "", "404"},
				} {
					headers := []string{}
					if step.method == http.MethodGet {
						headers = []string{"Accept", "*/*"}
					}
					if got := ask(svc, step.method, step.target, step.body, headers...); !strings.HasPrefix(got, step.want) {
						t.Fatalf("%q: %s %s: got %s, want %s", text, step.method, step.target, got, step.want)
					}
				}
				if i == 0 {
					known = db.all()
				}
			}
			if diff := cmp.Diff(known, db.all()); diff != "" {
				t.Errorf("statements depend on texts (-without +with):\n%s", diff)
			}
			t.Logf("%d texts, %d statements", len(written), len(known))
		})
	}
}

// TestHostileLiterals gives providers literals that no URL can hold: texts that are
// no UTF-8, which PostgreSQL has no way to look for, and very long ones.
func TestHostileLiterals(t *testing.T) {
	model := testmodel.Demo(t)
	source, err := memory.NewStore(model, hostileData(rand.New(rand.NewPCG(13, 13))))
	if err != nil {
		t.Fatal(err)
	}
	typ := model.EntityType("Demo.Customer")
	name := typ.Property("Name")
	for _, d := range databases {
		db := &recordingDB{DB: d.open(t), texts: map[string]bool{}}
		store := storeOf(t, db, model, source.Sets())
		db.texts = map[string]bool{}
		for _, op := range []odata.BinaryOp{odata.Eq, odata.Ne, odata.Lt, odata.Ge} {
			for i, text := range []string{"harmless", "\xff", "'\xff--", "\xc0\xa7 OR 1=1", "\xed\xa0\x80", "a\xe2\x80", strings.Repeat("'", 1<<20), strings.Repeat("x\\", 1<<19), strings.Repeat("$1", 1<<16)} {
				q := queryOf(t, model, source.Sets(), "Customers", "$orderby=Id")
				q.Filter = &odata.Binary{Op: op, L: &odata.Member{Of: odata.ItOf(typ), Property: name},
					R: &odata.Literal{Value: edm.String(text), Of: metadata.PrimitiveType(edm.KindString)}}
				want, _ := testify(t.Context(), source.Sets()[0].Reader, q)
				got, leaves := testify(t.Context(), store.Sets()[0].Reader, q)
				if d.name == "PostgreSQL" && !utf8.ValidString(text) {
					if got.err == nil || odata.AsError(got.err).Code != "InvalidText" {
						t.Errorf("%s: %s %q: %v, want a refusal", d.name, op, text, got.err)
					}
					continue
				}
				if got.err != nil || leaves {
					t.Errorf("%s: %s %.20q: %v", d.name, op, text, got.err)
				} else if diff := cmp.Diff(len(want.rows), len(got.rows)); diff != "" {
					t.Errorf("%s: %s %.20q: entities (-memory +database):\n%s", d.name, op, text, diff)
				}
				if n := len(db.all()); i > 0 && n != int(op-odata.Eq)+1 && op <= odata.Lt {
					t.Errorf("%s: %d statements", d.name, n)
				}
			}
		}
	}
}
