package memory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

const teamA, teamB, teamX = "guid'00000000-0000-0000-0000-00000000000a'", "guid'00000000-0000-0000-0000-00000000000b'", "guid'00000000-0000-0000-0000-00000000000f'"

// built is a town with a few entities of most sets.
func built(t testing.TB) *shop {
	t.Helper()
	s := emptyTown(t)
	if err := s.do(t.Context(), t,
		"insert Persons Id=1 Name='Ann' Rank=1",
		"insert Persons Id=2 Name='Bob' Rank=2 | Manager=1 Liked=1",
		"insert Persons :Chief Id=3 Name='Cid' Rank=3 | Manager=1",
		"insert Teams Id="+teamA+" Name='a'", "insert Teams Id="+teamB+" Name='b'",
		"insert Tasks Id=1 OwnerId=1 TeamId="+teamA, "insert Tasks Id=2 TeamId="+teamA,
		"insert Lines TaskId=1 No=1", "insert Lines TaskId=1 No=2",
		"insert Remarks Code='r' LineTask=1L LineNo=2",
		"insert Passes Id=1 HolderId=1", "insert Passes Id=2",
		"insert Badges Id=1 | Bearer=1",
		"insert Notes Id=1 | Author=2", "insert Notes Id=2",
		"insert Seals Id=1", "insert Seals Id=2",
		"insert Cells Id=1", "insert Cells Id=2 | Prev=1", "insert Cells Id=3 | Prev=2 Next=1", "insert Cells Id=4",
		"insert Docs Id=1", "insert OldDocs Id=1", "insert Tags Code='x'", "insert Tags Code='y'", "insert OldTags Code='x'",
		"insert Photos Id=1"); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRules does writes and compares what they answer, and what a condition says
// of the state afterwards.
func TestRules(t *testing.T) {
	conflict := func(code string) error { return &odata.Error{Kind: odata.KindConflict, Code: code} }
	invalid := func(code, target string) error {
		return &odata.Error{Kind: odata.KindInvalid, Code: code, Target: target}
	}
	for _, tt := range []struct {
		name, set, writes string
		want              error
		then              string // "filter > keys" of set
		why               string
	}{
		// Keys.
		{"a key that exists", "Persons", "insert Persons Id=1 Rank=1", conflict("KeyExists"), "Id eq 1 and Name eq 'Ann' > 1", "the first one stays"},
		{"the next number", "Persons", "insert Persons Rank=9", nil, "Rank eq 9 > 4", "one more than the greatest"},
		{"the next number after a deletion", "Persons", "insert Persons Id=9 Rank=0; delete Persons Id eq 9; insert Persons Rank=9", nil, "Rank eq 9 > 10", "one more than the greatest ever used"},
		{"no number left", "Badges", "insert Badges Id=255 | Bearer=2; insert Badges Colour='red' | Bearer=3", conflict("NumbersExhausted"), "Id gt 1 > 255", "overflow is a clean error"},
		{"a number below the greatest", "Cells", "insert Cells Id=-5; insert Cells", nil, "Id lt 0 or Id gt 4 > -5 5", "negative keys do not count"},
		{"part of a key", "Lines", "insert Lines TaskId=2", nil, "TaskId eq 2L > 2L,3", "each part that is a number is made by itself"},
		{"a key from a link", "Lines", "insert Lines No=7 | Task=2", nil, "No eq 7 > 2L,7", "the key follows from what the entity depends on"},
		{"no text for a key", "Tags", "insert Tags", invalid("KeyMissing", "Code"), "true > 'x' 'y'", "a store makes no text"},
		{"a key that changes", "Persons", "update Persons Id eq 1 | Id=9", invalid("KeyImmutable", "Id"), "Id eq 9 > ", "keys are for ever"},

		// Values.
		{"a missing value", "Teams", "insert Teams Id=" + teamX, invalid("MissingProperty", "Name"), "Id eq " + teamX + " > ", "the service has filled in what has a default"},
		{"a value taken away", "Teams", "update Teams Id eq " + teamA + " | Name=null", invalid("MissingProperty", "Name"), "Name eq 'a' > " + teamA, "nor can it be removed"},
		{"within null", "Persons", "update Persons Id eq 1 | Home/City='Ulm'", odata.NotFound(), "Home/City eq 'Ulm' > ", "there is nothing to write to"},
		{"a token moves", "Persons", "update Persons Id eq 1 and Version eq 1 | Rank=7; update Persons Id eq 1 and Version eq 1 | Rank=8", odata.NotFound(), "Rank eq 7 and Version eq 2 > 1", "a token that the store makes changes with every update"},
		{"a token stays", "Teams", "update Teams Id eq " + teamA + " | Edition='e'; update Teams Edition eq 'e' | Name='c'", nil, "Name eq 'c' and Edition eq 'e' > " + teamA, "the store invents no values for other tokens"},
		{"serial numbers", "Persons", "insert Persons Id=7 Rank=0; delete Persons Id eq 7; insert Persons Id=8 Rank=0", nil, "Serial gt 4 > 8", "an identity is not used twice"},
		{"many match", "Persons", "update Persons Rank gt 1 | Rank=0", &odata.Error{Kind: odata.KindInternal}, "Rank eq 0 > ", "a change is for one entity"},
		{"none matches", "Persons", "delete Persons Id eq 1 and Rank eq 9", odata.NotFound(), "Id eq 1 > 1", "a condition that fails and an entity that is not there are the same"},

		// Links that nothing but the store knows.
		{"to one", "Persons", "update Persons Id eq 2 | | Manager=3", nil, "Manager/Id eq 3 > 2", "an end that can have one link parts from the former"},
		{"to many", "Persons", "update Persons Id eq 1 | | Reports=1", nil, "Reports/any() > 1", "an entity may be linked to itself"},
		{"from the many side", "Persons", "update Persons Id eq 3 | | Reports=2", nil, "Manager/Id eq 3 > 2", "a link is the same from both ends"},
		{"again", "Persons", "update Persons Id eq 2 | | Liked=1", nil, "Liked/any(p: p/Id eq 1) > 2", "a link that exists is no other"},
		{"away", "Persons", "update Persons Id eq 2 | | -Liked=1 -Manager=", nil, "Liked/any() or Manager/Id eq 1 > 3", "links are removed one by one"},
		{"away again", "Persons", "update Persons Id eq 1 | | -Liked=2", nil, "Liked/any() > 2", "removing what is not there changes nothing"},
		{"backwards without a name", "Persons", "update Persons Id eq 1 | | ~Liked=3", nil, "Liked/any(p: p/Id eq 1) > 2 3", "the way back needs no name"},
		{"to nobody", "Persons", "update Persons Id eq 1 | | Manager=77", odata.NotFound(), "Manager/Id eq 77 > ", "an entity that is not there is not found"},
		{"another set of the association", "OldDocs", "update OldDocs Id eq 1 | | Tags='y'", odata.NotFound(), "Tags/any() > ", "tags of old documents are old tags"},
		{"one set of the association", "Docs", "update Docs Id eq 1 | | Tags='y'; update OldDocs Id eq 1 | | Tags='x'", nil, "Tags/any(t: t/Code eq 'y') > 1", "each has links of its own"},
		{"the wrong type at the start", "Persons", "update Persons Id eq 1 | | Seal=1", invalid("LinkType", ""), "isof('Town.Chief') and cast('Town.Chief')/Id eq 1 > ", "only chiefs have seals"},
		{"the wrong type at the end", "Seals", "update Seals Id eq 1 | | ~Persons/Seal=1", invalid("LinkType", ""), "true > 1 2", "from the other end, too"},
		{"one to one", "Badges", "insert Badges Id=2 | Bearer=2; update Badges Id eq 2 | | Bearer=1", conflict("LinkRequired"), "Bearer/Id eq 1 > 1", "the former badge would be nobody's"},
		{"one to one, with a successor", "Badges", "begin; insert Badges Id=2 | Bearer=2; update Badges Id eq 2 | | Bearer=1; update Badges Id eq 1 | | Bearer=2; commit", nil, "Bearer/Id eq 1 > 2", "what counts is the end"},
		{"required", "Badges", "insert Badges Id=2", conflict("LinkRequired"), "true > 1", "a badge has a bearer"},
		{"required, later", "Badges", "begin; insert Badges Id=2; update Persons Id eq 3 | | Badge=2; commit", nil, "Bearer/Id eq 3 > 2", "what counts is the end"},
		{"required, taken away", "Badges", "update Badges Id eq 1 | | -Bearer=1", conflict("LinkRequired"), "Bearer/Id eq 1 > 1", "nor can it be removed"},

		// Links that follow from values.
		{"by value", "Tasks", "update Tasks Id eq 2L | OwnerId=3", nil, "Owner/Name eq 'Cid' > 2", "the link follows"},
		{"by link", "Tasks", "update Tasks Id eq 2L | | Owner=3", nil, "OwnerId eq 3 and Owner/Id eq 3 > 2", "the value follows"},
		{"by link from the principal", "Tasks", "update Persons Id eq 3 | | Owned=1", nil, "OwnerId eq 3 and Version eq 2 > 1", "and from the other end; the entity has changed"},
		{"to null", "Tasks", "update Tasks Id eq 1L | OwnerId=null", nil, "Owner ne null > ", "no value, no link"},
		{"by removing the link", "Tasks", "update Persons Id eq 1 | | -Owned=1", nil, "OwnerId ne null > ", "no link, no value"},
		{"never null", "Tasks", "update Tasks Id eq 1L | | -Team=", conflict("LinkRequired"), "TeamId eq " + teamA + " > 1 2", "a value that is never null keeps its link"},
		{"fixed by the key", "Lines", "update Tasks Id eq 2L | | Lines=1,1", conflict("LinkFixedByKey"), "Task/Id eq 1L > 1L,1 1L,2", "a line belongs to its task"},
		{"fixed by the key, but the same", "Lines", "update Lines TaskId eq 1L and No eq 1 | | Task=1", nil, "Task/Id eq 1L > 1L,1 1L,2", "unless nothing changes"},
		{"removed, but fixed by the key", "Lines", "update Lines TaskId eq 1L and No eq 1 | | -Task=1", conflict("LinkFixedByKey"), "Task/Id eq 1L > 1L,1 1L,2", "and cannot leave it"},
		{"two properties", "Remarks", "update Remarks Code eq 'r' | | Line=1,1", nil, "LineTask eq 1L and LineNo eq 1 and Line/No eq 1 > 'r'", "each part of the key has its property"},
		{"half a key", "Remarks", "update Remarks Code eq 'r' | LineNo=null", nil, "Line eq null > 'r'", "half a key refers to nothing"},
		{"the link decides", "Tasks", "update Tasks Id eq 2L | OwnerId=3 | Owner=2", nil, "OwnerId eq 2 > 2", "links come after values"},
		{"to nothing", "Tasks", "update Tasks Id eq 1L | OwnerId=77", conflict("DanglingReference"), "OwnerId eq 1 > 1", "a value names an entity or is null"},
		{"to what comes later", "Tasks", "begin; insert Tasks Id=5 OwnerId=77 TeamId=" + teamX + "; insert Teams Id=" + teamX + " Name='x'; insert Persons Id=77 Name='new' Rank=0; look Tasks Owner/Name eq 'new' and Team/Name eq 'x' > 5; commit", nil, "Owner/Name eq 'new' > 5", "the order within a transaction is free"},
		{"to what never comes", "Tasks", "begin; insert Tasks Id=5 OwnerId=77 TeamId=" + teamA + "; commit", conflict("DanglingReference"), "true > 1 2", "but it has to come"},
		{"to one that is taken, by value", "Passes", "update Passes Id eq 2 | HolderId=1", conflict("LinkTaken"), "HolderId eq 1 > 1", "two entities cannot refer to one that can have one"},
		{"to one that is taken, by link", "Passes", "update Passes Id eq 2 | | Holder=1", nil, "HolderId eq 1 > 2", "a link moves"},
		{"swapped", "Passes", "begin; update Passes Id eq 2 | HolderId=1; update Passes Id eq 1 | HolderId=2; commit", nil, "HolderId eq 1 > 2", "what counts is the end"},

		// Deletion.
		{"cascade", "Lines", "delete Tasks Id eq 1L", nil, "true > ", "lines go with their task"},
		{"behind a cascade", "Remarks", "delete Tasks Id eq 1L", nil, "LineTask eq null and LineNo eq null > 'r'", "what refers to them refers to nothing"},
		{"cascade without a constraint", "Notes", "delete Persons Id eq 2", nil, "true > 2", "notes go with their author"},
		{"a cascade in a circle", "Cells", "delete Cells Id eq 2", nil, "true > 4", "each is deleted once"},
		{"links go", "Persons", "begin; delete Badges Id eq 1; delete Persons Id eq 1; commit", nil, "Manager eq null and not Liked/any() > 2 3", "nobody is linked to what is not there"},
		{"values go", "Tasks", "begin; delete Badges Id eq 1; delete Persons Id eq 1; commit", nil, "OwnerId eq null and Owner eq null > 1 2", "nor refers to it"},
		{"a required link", "Persons", "delete Persons Id eq 1", conflict("LinkRequired"), "Id eq 1 > 1", "its badge would be nobody's"},
		{"a required reference", "Teams", "delete Teams Id eq " + teamA, conflict("LinkRequired"), "true > " + teamA + " " + teamB, "its tasks would be nobody's"},
		{"a required reference, resolved", "Tasks", "begin; delete Teams Id eq " + teamA + "; update Tasks Id eq 1L | TeamId=" + teamB + "; delete Tasks Id eq 2L; commit", nil, "Team/Name eq 'b' > 1", "what counts is the end"},
		{"a required reference, restored", "Tasks", "begin; delete Teams Id eq " + teamA + "; insert Teams Id=" + teamA + " Name='again'; commit", nil, "Team/Name eq 'again' > 1 2", "who comes again is referred to again"},
		{"another dangling one", "Tasks", "begin; delete Teams Id eq " + teamA + "; update Tasks Id eq 1L | TeamId=" + teamB + "; update Tasks Id eq 2L | TeamId=" + teamX + "; commit", conflict("DanglingReference"), "TeamId eq " + teamA + " > 1 2", "that value was written"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := built(t)
			before := s.state(t.Context(), t)
			err := s.play(t, tt.writes)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v: %s", err, tt.want, tt.why)
			}
			if err != nil {
				for _, part := range []string{"Ann", "77", teamX} {
					if strings.Contains(err.(*odata.Error).Message+err.(*odata.Error).Detail, part) {
						t.Errorf("%v tells what is stored", err)
					}
				}
				if diff := cmp.Diff(before, s.state(t.Context(), t)); diff != "" && strings.Count(tt.writes, ";") == 0 {
					t.Errorf("something remains of a write that failed (-before +after):\n%s", diff)
				}
			}
			s.look(t.Context(), t, tt.set, tt.then, tt.why)
		})
	}
}

// play does the writes of a text, those between begin and commit in one
// transaction, and stops at the first error.
func (s *shop) play(t *testing.T, text string) error {
	t.Helper()
	inner, transaction := strings.CutPrefix(text, "begin; ")
	steps := strings.Split(strings.TrimSuffix(inner, "; commit"), "; ")
	perform := func(ctx context.Context) error {
		for _, step := range steps {
			if look, ok := strings.CutPrefix(step, "look "); ok {
				set, then, _ := strings.Cut(look, " ")
				s.look(ctx, t, set, then, "a transaction sees what it has written")
				continue
			}
			if err := s.do(ctx, t, step); err != nil {
				return err
			}
		}
		return nil
	}
	if transaction {
		return s.transact(t.Context(), perform)
	}
	return perform(t.Context())
}

// look compares the keys of the entities for which a condition holds.
func (s *shop) look(ctx context.Context, t *testing.T, set, then, why string) {
	t.Helper()
	filter, want, _ := strings.Cut(then, " > ")
	q := s.query(set)
	q.Filter = s.filter(t, q.Type, filter)
	rows, _, err := s.read(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	brief := strings.NewReplacer("guid'00000000-0000-0000-0000-00000000000", "", "'", "", "L", "")
	want, got := strings.TrimSpace(brief.Replace(want)), brief.Replace(strings.Join(keysOf(q, rows), " "))
	if got != want {
		t.Errorf("%s where %s: %s, want %s: %s", set, filter, got, want, why)
	}
}

// TestReferenceThatMayBeNullButIsRequired deletes what an entity must refer to,
// although the property could be null.
func TestReferenceThatMayBeNullButIsRequired(t *testing.T) {
	model := testmodel.Town(t)
	model.Association("Town.Owners").Ends[1].Multiplicity = metadata.One
	s := openTown(t, model, memory.Data{})
	err := s.do(t.Context(), t, "insert Persons Id=1 Rank=1", "insert Teams Id="+teamA+" Name='a'", "insert Tasks Id=1 OwnerId=1 TeamId="+teamA)
	if err != nil {
		t.Fatal(err)
	}
	required := &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired"}
	for _, write := range []string{"delete Persons Id eq 1", "update Tasks Id eq 1L | OwnerId=null", "update Tasks Id eq 1L | | -Owner="} {
		if err := s.do(t.Context(), t, write); !errors.Is(err, required) {
			t.Errorf("%s: got %v, want LinkRequired: the end has the multiplicity 1", write, err)
		}
	}
}

// TestWriteStreams stores and replaces streams on all conditions.
func TestWriteStreams(t *testing.T) {
	s := built(t)
	thumb := s.typ("Photos").Property("Thumb")
	failed := errors.New("the line is dead")
	precondition := &odata.Error{Kind: odata.KindPreconditionFailed}
	store := func(key int32, stream *metadata.Property, content io.Reader, contentType, ifMatch string) (string, error) {
		q := s.query("Photos")
		q.Filter = s.filter(t, q.Type, fmt.Sprintf("Id eq %d", key))
		return s.sets["Photos"].Streamer.Store(t.Context(), q, stream, &odata.Media{Content: io.NopCloser(content), ContentType: contentType}, ifMatch)
	}
	etags := map[string]string{`"nonsense"`: `"nonsense"`, "*": "*", "": ""}
	for _, tt := range []struct {
		name    string
		key     int32
		stream  *metadata.Property
		content io.Reader
		typ     string
		ifMatch string
		want    error
		then    string // what the stream is afterwards
	}{
		{"not there yet", 1, nil, strings.NewReader("x"), "", "*", precondition, ""},
		{"the first", 1, nil, strings.NewReader("one"), "", "", nil, "application/octet-stream one"},
		{"another ETag", 1, nil, strings.NewReader("two"), "", `"nonsense"`, precondition, "application/octet-stream one"},
		{"the right ETag", 1, nil, strings.NewReader("two"), "text/plain", "the first", nil, "text/plain two"},
		{"an old ETag", 1, nil, strings.NewReader("three"), "text/plain", "the first", precondition, "text/plain two"},
		{"any that exists", 1, nil, strings.NewReader(""), "text/plain", "*", nil, "text/plain "},
		{"a broken stream", 1, nil, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(failed)), "", "", failed, "text/plain "},
		{"no media type", 1, nil, strings.NewReader("x"), "nonsense\n", "", &odata.Error{Kind: odata.KindInvalid, Code: "InvalidContentType"}, "text/plain "},
		{"a named one", 1, thumb, strings.NewReader("small"), "image/gif", "", nil, "image/gif small"},
		{"nobody's", 9, nil, strings.NewReader("x"), "", "", odata.NotFound(), ""},
	} {
		etag, err := store(tt.key, tt.stream, tt.content, tt.typ, etags[tt.ifMatch])
		if !errors.Is(err, tt.want) {
			t.Fatalf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		etags[tt.name] = etag
		got := ""
		if m, err := s.openStream("Photos", fmt.Sprint(tt.key), tt.stream); err == nil {
			got = m.ContentType + " " + string(must(io.ReadAll(m.Content)))
			if tt.want == nil && (m.ETag != etag || !m.Modified.Equal(townNow)) {
				t.Errorf("%s: ETag %s, modified %v, want %s, %v", tt.name, m.ETag, m.Modified, etag, townNow)
			}
		}
		if got != tt.then {
			t.Errorf("%s: the stream is %q, want %q", tt.name, got, tt.then)
		}
	}
	if err := s.do(t.Context(), t, "delete Photos Id eq 1", "insert Photos Id=1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.openStream("Photos", "1", thumb); !errors.Is(err, odata.NotFound()) {
		t.Errorf("streams go with their entity, got %v", err)
	}
	_, err := s.sets["Photos"].Inserter.Insert(t.Context(), s.query("Photos"), &odata.Change{Type: s.typ("Photos"), Media: &odata.Media{Content: io.NopCloser(iotest.ErrReader(failed))}})
	if rows, _, _ := s.read(t.Context(), s.query("Photos")); err != failed || len(rows) != 1 {
		t.Errorf("nothing remains of an insert whose stream broke, which fails with its error: %v, %d photos", err, len(rows))
	}
}

// TestSlowStreamsDoNotBlock stores a stream that is still being sent.
func TestSlowStreamsDoNotBlock(t *testing.T) {
	s := built(t)
	reader, writer := io.Pipe()
	stored := make(chan error)
	go func() {
		q := s.query("Photos")
		_, err := s.sets["Photos"].Streamer.Store(t.Context(), q, nil, &odata.Media{Content: reader}, "")
		stored <- err
	}()
	if _, err := writer.Write([]byte("first half")); err != nil { // it is being read
		t.Fatal(err)
	}
	if err := s.do(t.Context(), t, "update Persons Id eq 1 | Rank=7"); err != nil {
		t.Error(err)
	}
	writer.Close()
	if err := <-stored; err != nil {
		t.Error(err)
	}
}

// TestWritesKeepCopies changes the memory that a change came in.
func TestWritesKeepCopies(t *testing.T) {
	s := emptyTown(t)
	name, home := []byte("Ann"), edm.Complex([]edm.Value{edm.StringBytes([]byte("Ulm")), edm.Null})
	set := func(name string, v edm.Value) odata.Assignment {
		return odata.Assignment{Property: s.typ("Persons").Property(name), Value: v}
	}
	change := &odata.Change{Type: s.typ("Persons"), Set: []odata.Assignment{set("Id", edm.Int32(1)), set("Rank", edm.Int32(1)), set("Name", edm.StringBytes(name)), set("Home", home)},
		Dynamic: []odata.DynamicProperty{{Name: "Mood", Value: edm.StringBytes(name)}}}
	if _, err := s.sets["Persons"].Inserter.Insert(t.Context(), s.query("Persons"), change); err != nil {
		t.Fatal(err)
	}
	name[0], home.Elements()[0] = 'X', edm.Null
	q := s.query("Persons")
	q.Filter = s.filter(t, q.Type, "Name eq 'Ann' and Mood eq 'Ann' and Home/City eq 'Ulm'")
	if rows, _, err := s.read(t.Context(), q); err != nil || len(rows) != 1 {
		t.Errorf("a store keeps no memory of its callers: %d rows, %v", len(rows), err)
	}
}

// TestMistakesOfCallers are those that no request can make.
func TestMistakesOfCallers(t *testing.T) {
	s, other := built(t), built(t)
	internal := &odata.Error{Kind: odata.KindInternal}
	persons, inserter := s.typ("Persons"), s.sets["Persons"].Inserter
	rank := func(of *shop) odata.Assignment {
		return odata.Assignment{Property: of.typ("Persons").Property("Rank"), Value: edm.Int32(1)}
	}
	one := s.query("Persons")
	one.Filter = s.filter(t, persons, "Id eq 1")
	update := func(q *odata.Query, c *odata.Change) error {
		_, err := s.sets["Persons"].Updater.Update(t.Context(), q, c)
		return err
	}
	insert := func(q *odata.Query, c *odata.Change) error {
		_, err := inserter.Insert(t.Context(), q, c)
		return err
	}
	for name, err := range map[string]error{
		"no type":                     insert(s.query("Persons"), &odata.Change{}),
		"a type of another set":       insert(s.query("Persons"), &odata.Change{Type: s.typ("Teams")}),
		"a type of another model":     insert(s.query("Persons"), &odata.Change{Type: other.typ("Persons")}),
		"a query of another set":      insert(s.query("Teams"), &odata.Change{Type: persons}),
		"a stream of a plain entity":  insert(s.query("Persons"), &odata.Change{Type: persons, Media: &odata.Media{}}),
		"a property of another model": update(one, &odata.Change{Set: []odata.Assignment{rank(other)}}),
		"within what is not complex":  update(one, &odata.Change{Set: []odata.Assignment{{Property: rank(s).Property, Within: []*metadata.Property{persons.Property("Name")}}}}),
		"a link without a key":        update(one, &odata.Change{Links: []odata.LinkChange{{Nav: s.nav("Persons", "Manager")}}}),
		"a key of two parts":          update(one, &odata.Change{Links: []odata.LinkChange{{Nav: s.nav("Persons", "Manager"), Key: odata.Key{edm.Int32(1), edm.Int32(2)}}}}),
		"a link of another model":     update(one, &odata.Change{Links: []odata.LinkChange{{Nav: other.nav("Persons", "Manager"), Key: odata.Key{edm.Int32(1)}}}}),
	} {
		if !errors.Is(err, internal) {
			t.Errorf("%s: got %v, want an internal error", name, err)
		}
	}
	undeclared := &odata.Error{Kind: odata.KindInvalid, Code: "UndeclaredProperty"}
	dynamic := func(name string, v edm.Value) *odata.Change {
		return &odata.Change{Dynamic: []odata.DynamicProperty{{Name: name, Value: v}}}
	}
	tag := s.query("Tags")
	tag.Filter = s.filter(t, tag.Type, "Code eq 'x'")
	_, closed := s.sets["Tags"].Updater.Update(t.Context(), tag, dynamic("Mood", edm.Int32(1)))
	for name, err := range map[string]error{
		"a type that is not open": closed,
		"a declared name":         update(one, dynamic("Rank", edm.Int32(1))),
		"a navigation property":   update(one, dynamic("Manager", edm.Int32(1))),
		"no identifier":           update(one, dynamic("a b", edm.Int32(1))),
		"no primitive value":      update(one, dynamic("Mood", edm.Collection(nil))),
	} {
		if !errors.Is(err, undeclared) {
			t.Errorf("%s: got %v, want UndeclaredProperty", name, err)
		}
	}
}

// TestEqualKeysInOtherWords refers to a key that is written differently.
func TestEqualKeysInOtherWords(t *testing.T) {
	part := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: name == "Id"}
	}
	for _, tt := range []struct {
		kind         edm.Kind
		one, another string
	}{
		{edm.KindDecimal, "2.50", "2.5"}, {edm.KindDouble, "-0", "0"},
		{edm.KindDateTime, "2015-07-12T06:40:00Z", "2015-07-12T08:40:00+02:00"}, {edm.KindDateTimeOffset, "2015-07-12T06:40:00Z", "2015-07-12T08:40:00+02:00"},
	} {
		model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N",
			EntityTypes: []*metadata.EntityType{
				{Name: "Coin", Key: []string{"Id"}, Properties: []*metadata.Property{part("Id", tt.kind.String())}},
				{Name: "Find", Key: []string{"Id"}, Properties: []*metadata.Property{part("Id", "Edm.Int32"), part("CoinId", tt.kind.String())}}},
			Associations: []*metadata.Association{{Name: "Found", Ends: [2]metadata.AssociationEnd{
				{Type: "N.Find", Role: "Find", Multiplicity: metadata.Many}, {Type: "N.Coin", Role: "Coin", Multiplicity: metadata.ZeroOrOne}},
				Constraint: &metadata.ReferentialConstraint{PrincipalRole: "Coin", PrincipalProperties: []string{"Id"}, DependentRole: "Find", DependentProperties: []string{"CoinId"}}}},
			Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true,
				EntitySets: []*metadata.EntitySet{{Name: "Coins", EntityType: "N.Coin"}, {Name: "Finds", EntityType: "N.Find"}},
				AssociationSets: []*metadata.AssociationSet{{Name: "Found", Association: "N.Found", Ends: [2]metadata.AssociationSetEnd{
					{Role: "Find", EntitySet: "Finds"}, {Role: "Coin", EntitySet: "Coins"}}}}}},
		}}}
		if err := model.Resolve(); err != nil {
			t.Fatal(err)
		}
		s := openTown(t, model, memory.Data{})
		insert := func(ctx context.Context, set string, values ...edm.Value) error {
			change := &odata.Change{Type: s.typ(set)}
			for i, v := range values {
				change.Set = append(change.Set, odata.Assignment{Property: s.typ(set).StructuralProperties()[i], Value: v})
			}
			_, err := s.sets[set].Inserter.Insert(ctx, s.query(set), change)
			return err
		}
		one, another := must(edm.ParseText(tt.kind, tt.one)), must(edm.ParseText(tt.kind, tt.another))
		err := s.sets["Coins"].Transactor.Transact(t.Context(), func(ctx context.Context) error {
			return errors.Join(insert(ctx, "Finds", edm.Int32(1), one), insert(ctx, "Coins", another))
		})
		if err != nil {
			t.Errorf("%v refers to %v: %v", one, another, err)
		}
		if err := insert(t.Context(), "Coins", one); !errors.Is(err, &odata.Error{Kind: odata.KindConflict, Code: "KeyExists"}) {
			t.Errorf("%v is the key %v: got %v", one, another, err)
		}
	}
}
