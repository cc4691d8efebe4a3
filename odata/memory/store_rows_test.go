package memory_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// TestStoreRows checks what the rows of a hierarchy hold.
func TestStoreRows(t *testing.T) {
	s := demoShop(t)
	customer, vip := s.typ("Customers"), s.model.EntityType("Demo.VipCustomer")
	level, name, key := vip.Property("Level"), customer.Property("Name"), customer.Property("Id")
	for _, tt := range []struct {
		name   string
		typ    *metadata.EntityType
		fields []*metadata.Property
		order  string
		want   [][]string
		why    string
	}{
		{"base", customer, []*metadata.Property{key, level, name}, "", [][]string{
			{"VipCustomer", "1", "3", "'Ann'"}, {"Customer", "2", "null", "'Bob'"}, {"VipCustomer", "4", "1", "'Dee'"}, {"Customer", "3", "null", "null"}},
			"a field of a derived type is null elsewhere; the order is that of the data"},
		{"derived", vip, []*metadata.Property{level}, "", [][]string{{"VipCustomer", "3"}, {"VipCustomer", "1"}}, "only instances of the type"},
		{"derived in order", vip, []*metadata.Property{level}, "Level", [][]string{{"VipCustomer", "1"}, {"VipCustomer", "3"}}, "by a property of the type"},
		{"no fields", vip, nil, "", [][]string{{"VipCustomer"}, {"VipCustomer"}}, "a count needs none"},
		{"prefix", customer, customer.StructuralProperties()[:2], "Id desc", [][]string{
			{"VipCustomer", "4", "'Dee'"}, {"Customer", "3", "null"}, {"Customer", "2", "'Bob'"}, {"VipCustomer", "1", "'Ann'"}}, "as they stand in the store"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := &odata.Query{Set: s.set("Customers"), Type: tt.typ, Fields: tt.fields, OrderBy: s.order(t, tt.typ, tt.order)}
			rows, _, err := s.read(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for _, row := range rows {
				texts := []string{row.Type.Name}
				for _, v := range row.Values {
					texts = append(texts, v.String())
				}
				got = append(got, texts)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// TestRowsCannotBeGrownIntoTheStore appends to what a row refers to.
func TestRowsCannotBeGrownIntoTheStore(t *testing.T) {
	s := demoShop(t)
	q := s.query("Customers")
	q.Fields = q.Fields[:3]
	for row, err := range must(s.sets["Customers"].Reader.Read(t.Context(), q)).Rows {
		if err != nil {
			t.Fatal(err)
		}
		_ = append(row.Values, edm.String("overwritten"))
	}
	full := s.query("Customers")
	rows, _, err := s.read(t.Context(), full)
	if err != nil || rows[0].Values[3].String() != "10L" {
		t.Errorf("appending to a row has changed the store: %v, %v", rows[0].Values, err)
	}
}

func TestStoreOpenTypes(t *testing.T) {
	s := demoShop(t)
	rows, _, err := s.read(t.Context(), s.query("Tags"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]odata.DynamicProperty{{{Name: "Colour", Value: edm.String("red")}}, nil}
	if diff := cmp.Diff(want, [][]odata.DynamicProperty{rows[0].Dynamic, rows[1].Dynamic}, sameValue); diff != "" {
		t.Errorf("undeclared properties (-want +got):\n%s", diff)
	}
}

// TestStreamsInRows checks what rows say about streams.
func TestStreamsInRows(t *testing.T) {
	s := demoShop(t)
	rows, _, err := s.read(t.Context(), s.query("Photos"))
	if err != nil {
		t.Fatal(err)
	}
	etag := func(set, key string, stream *metadata.Property) string {
		m, err := s.openStream(set, key, stream)
		if err != nil {
			t.Fatal(err)
		}
		return m.ETag
	}
	thumb := s.typ("Photos").Property("Thumb")
	type streams struct {
		Media   *odata.StreamInfo
		Streams []odata.StreamInfo
	}
	want := []streams{
		{&odata.StreamInfo{ContentType: "image/png", ETag: etag("Photos", "1", nil)}, []odata.StreamInfo{{ContentType: "image/gif", ETag: etag("Photos", "1", thumb)}}},
		{},
		{nil, []odata.StreamInfo{{ContentType: "application/octet-stream", ETag: etag("Photos", "3", thumb)}}},
	}
	var got []streams
	for _, row := range rows {
		got = append(got, streams{row.Media, row.Streams})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("streams of photos (-want +got):\n%s", diff)
	}
	if rows, _, _ := s.read(t.Context(), s.query("Customers")); rows[0].Media != nil || rows[0].Streams != nil {
		t.Error("customers have no streams")
	}
}

// openStream opens a stream of the entity with this key.
func (s *shop) openStream(set, key string, stream *metadata.Property) (*odata.Media, error) {
	q := &odata.Query{Set: s.set(set), Type: s.typ(set)}
	q.Filter = equal(&odata.Member{Of: odata.ItOf(q.Type), Property: q.Type.KeyProperties()[0]}, must(edm.ParseLiteral(key)))
	return s.sets[set].Streamer.Open(context.Background(), q, stream)
}

func TestOpen(t *testing.T) {
	demo, sample := demoShop(t), oDataDemo(t)
	thumb, photo := demo.typ("Photos").Property("Thumb"), sample.typ("PersonDetails").Property("Photo")
	for _, tt := range []struct {
		name        string
		shop        *shop
		set, key    string
		stream      *metadata.Property
		want        string
		contentType string
		why         string
	}{
		{"media resource", demo, "Photos", "1", nil, "cat picture", "image/png", "no stream is named"},
		{"named stream", demo, "Photos", "1", thumb, "small cat", "image/gif", "by its property"},
		{"of a plain entity", sample, "PersonDetails", "0", photo, "Test named stream data 2", "application/octet-stream", "named streams need no media entity"},
		{"no media resource", demo, "Photos", "3", nil, "", "", "not given"},
		{"no named stream", demo, "Photos", "2", thumb, "", "", "not given"},
		{"no entity", demo, "Photos", "9", nil, "", "", "nothing has the key"},
		{"other stream", demo, "Photos", "1", photo, "", "", "of another type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := tt.shop.openStream(tt.set, tt.key, tt.stream)
			if tt.want == "" {
				if !errors.Is(err, &odata.Error{Kind: odata.KindNotFound}) {
					t.Errorf("%s: got %v, want NotFound", tt.why, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			content := must(io.ReadAll(m.Content))
			if string(content) != tt.want || m.ContentType != tt.contentType || m.Length != int64(len(tt.want)) || len(m.ETag) < 10 || m.ETag[0] != '"' {
				t.Errorf("%s: got %q and %+v", tt.why, content, m)
			}
			if _, ok := m.Content.(io.Seeker); !ok {
				t.Error("ranges can be asked for only of content that seeks")
			}
			if err := m.Content.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenObeysTheTarget(t *testing.T) {
	s := demoShop(t)
	target := &odata.Query{Set: s.set("Photos"), Type: s.typ("Photos"), Filter: s.filter(t, s.typ("Photos"), "Id eq 1 and Caption eq 'secret'")}
	if _, err := s.sets["Photos"].Streamer.Open(t.Context(), target, nil); !errors.Is(err, odata.NotFound()) {
		t.Errorf("a photo that the guard hides is not found, got %v", err)
	}
	target.Filter = nil
	if m, err := s.sets["Photos"].Streamer.Open(t.Context(), target, nil); err != nil || m.ContentType != "image/png" {
		t.Errorf("without a condition any photo will do, got %v, %v", m, err)
	}
}

func TestStreamETags(t *testing.T) {
	open := func(contentType, content string) string {
		model := demoShop(t).model
		s := open(t, model, memory.Data{Entities: map[string][]memory.Entity{"Photos": {{Values: map[string]edm.Value{"Id": edm.Int32(1)}}}},
			Streams: []memory.Stream{{Set: "Photos", Key: "1", ContentType: contentType, Content: []byte(content)}}})
		m, err := s.openStream("Photos", "1", nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.ETag
	}
	first := open("image/png", "x")
	if open("image/png", "x") != first {
		t.Error("the same content has the same ETag in every process")
	}
	if open("image/png", "y") == first || open("image/gif", "x") == first {
		t.Error("other content, or another type, has another ETag")
	}
}

// TestStoreSets checks the sets' capabilities and options.
func TestStoreSets(t *testing.T) {
	model := demoShop(t).model
	store := must(memory.NewStore(model, memory.Data{}))
	type set struct {
		Name                string
		Navigates, Streams  bool
		PageSize            int
		SameType, HasSource bool
	}
	var got []set
	for _, s := range store.Sets(memory.PageSize(7)) {
		got = append(got, set{s.Name, s.Navigator != nil, s.Streamer != nil, s.PageSize, s.Schema.Entity == model.DefaultContainer().EntitySet(s.Name).Type(),
			s.Source != "" && s.Schema.Err == nil})
	}
	want := []set{{"Customers", true, false, 7, true, true}, {"Orders", true, false, 7, true, true}, {"OrderLines", false, false, 7, true, true},
		{"Photos", false, true, 7, true, true}, {"Tags", false, false, 7, true, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sets (-want +got):\n%s", diff)
	}
	for _, s := range store.Sets() {
		if s.Inserter == nil || s.Updater == nil || s.Deleter == nil || s.Transactor != store.Sets()[0].Transactor {
			t.Errorf("%s: all sets can be changed, and in one transaction", s.Name)
		}
	}
	for _, s := range store.Sets(memory.ReadOnly()) {
		if s.Inserter != nil || s.Updater != nil || s.Deleter != nil || s.Transactor != nil {
			t.Errorf("%s: ReadOnly leaves out what changes it", s.Name)
		}
		if s.Streamer == nil {
			continue
		}
		target := &odata.Query{Set: model.DefaultContainer().EntitySet(s.Name), Type: s.Schema.Entity}
		if _, err := s.Streamer.Store(t.Context(), target, nil, &odata.Media{}, ""); !errors.Is(err, &odata.Error{Kind: odata.KindForbidden, Code: "ReadOnly"}) {
			t.Errorf("the stream is read-only, got %v", err)
		}
	}
	if _, err := store.Sets()[0].Guard.Restrict(t.Context(), odata.Access{}); !errors.Is(err, &odata.Error{Kind: odata.KindUnauthenticated}) {
		t.Errorf("without an option sets are closed to anonymous callers, got %v", err)
	}
	if store.Sets(memory.TypeName("X"))[0].Schema.Err == nil {
		t.Error("the model names the types")
	}
}

// TestStoreCopiesItsData changes everything the store was made of.
func TestStoreCopiesItsData(t *testing.T) {
	model := demoShop(t).model
	name, picture := []byte("Ann"), []byte("picture")
	data := memory.Data{
		Entities: map[string][]memory.Entity{"Photos": {{Values: map[string]edm.Value{"Id": edm.Int32(1), "Caption": edm.StringBytes(name)}}}},
		Streams:  []memory.Stream{{Set: "Photos", Key: "1", Content: picture}},
	}
	s := open(t, model, data)
	name[0], picture[0] = 'X', 'X'
	data.Entities["Photos"][0].Values["Id"] = edm.Int32(9)
	rows, _, err := s.read(t.Context(), s.query("Photos"))
	if err != nil || rows[0].Values[0].String()+rows[0].Values[1].String() != "1'Ann'" {
		t.Errorf("entities share memory with the caller: %v, %v", rows, err)
	}
	if m, err := s.openStream("Photos", "1", nil); err != nil || string(must(io.ReadAll(m.Content))) != "picture" {
		t.Errorf("streams share memory with the caller: %v", err)
	}
}

// TestOtherModels asks a store with queries of a model it does not have.
func TestOtherModels(t *testing.T) {
	s, other := demoShop(t), demoShop(t)
	own := s.query("Customers")
	strange := *own
	strange.Filter = binary(odata.Eq, other.path("Customers", "BestFriend"), &odata.Literal{})
	field := *own
	field.Fields = other.query("Customers").Fields
	for name, q := range map[string]*odata.Query{
		"set": other.query("Customers"), "type": {Set: own.Set, Type: s.typ("Orders")}, "navigation": &strange, "fields": &field,
		"no set": {Type: own.Type}, "no type": {Set: own.Set},
	} {
		if _, err := s.sets["Customers"].Reader.Read(t.Context(), q); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
			t.Errorf("%s of another model: got %v, want KindInternal", name, err)
		}
	}
}

// TestUnboundNavigation follows a navigation property that no association set
// binds, which the model allows where only one end has a set.
func TestUnboundNavigation(t *testing.T) {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		EntityTypes: []*metadata.EntityType{
			{Name: "A", Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}},
				NavigationProperties: []*metadata.NavigationProperty{{Name: "B", Relationship: "AB", FromRole: "A", ToRole: "B"}}},
			{Name: "B", Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}},
				NavigationProperties: []*metadata.NavigationProperty{{Name: "As", Relationship: "AB", FromRole: "B", ToRole: "A"}}},
		},
		Associations: []*metadata.Association{{Name: "AB", Ends: [2]metadata.AssociationEnd{
			{Type: "A", Role: "A", Multiplicity: metadata.Many}, {Type: "B", Role: "B", Multiplicity: metadata.ZeroOrOne}}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "As", EntityType: "A"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	s := open(t, model, memory.Data{Entities: map[string][]memory.Entity{"As": {{Values: map[string]edm.Value{"Id": edm.Int32(1)}}}}})
	b := &odata.Navigate{Of: odata.ItOf(s.typ("As")), Nav: s.nav("As", "B")}
	for _, tt := range []struct {
		filter odata.Expr
		want   []string
	}{
		{&odata.In{X: []odata.Expr{member(b, "Id")}, Rows: [][]edm.Value{{edm.Null}}}, []string{"1"}},
		{&odata.In{X: []odata.Expr{member(b, "Id")}, Rows: [][]edm.Value{{edm.Int32(1)}}}, []string{}},
		{anyOf(&odata.Navigate{Of: b, Nav: b.Nav.Inverse()}, 1, id(1)), []string{}},
	} {
		q := s.query("As")
		q.Filter = tt.filter
		if got := s.keys(t, q); !slices.Equal(got, tt.want) {
			t.Errorf("%s: nothing is linked, so want %v, got %v", odata.Dump(tt.filter), tt.want, got)
		}
	}
	for filter, want := range map[string][]string{"B eq null": {"1"}, "B/Id eq 1": {}, "B/As/any()": {}, "B/As/all(a: a/B/Id eq 2)": {"1"}} {
		q := s.query("As")
		q.Filter = s.filter(t, q.Type, filter)
		if got := s.keys(t, q); !slices.Equal(got, want) {
			t.Errorf("%s: nothing is linked, so want %v, got %v", filter, want, got)
		}
	}
	if s.sets["As"].Navigator != nil {
		t.Error("there is nothing to navigate")
	}
}

// TestSetOfADerivedType stores entities of a type that extends another one.
func TestSetOfADerivedType(t *testing.T) {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		EntityTypes: []*metadata.EntityType{
			{Name: "Root", Key: []string{"Id"}, Abstract: true, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}},
			{Name: "Middle", BaseType: "Root", Properties: []*metadata.Property{{Name: "Name", Type: "Edm.String"}, {Name: "Face", Type: "Edm.Stream"}}},
			{Name: "Leaf", BaseType: "Middle", Properties: []*metadata.Property{{Name: "Size", Type: "Edm.Int32"}, {Name: "Voice", Type: "Edm.Stream"}}},
			{Name: "Other", BaseType: "Root"},
		},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "Middles", EntityType: "Middle"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	s := open(t, model, memory.Data{Entities: map[string][]memory.Entity{"Middles": entities(t, model, "Middles", "Id|Type|Name|Size\n1||a|\n2|Leaf|b|7")},
		Streams: []memory.Stream{{Set: "Middles", Key: "2", Property: "Voice", ContentType: "audio/mpeg"}}})
	q := s.query("Middles")
	q.Filter = s.filter(t, q.Type, "N.Leaf/Size eq 7")
	if got := s.keys(t, q); !slices.Equal(got, []string{"2"}) {
		t.Errorf("the leaf has the size, got %v", got)
	}
	for _, typ := range []*metadata.EntityType{s.typ("Middles"), s.model.EntityType("N.Leaf")} {
		rows, _, err := s.read(t.Context(), &odata.Query{Set: q.Set, Type: typ, Filter: q.Filter})
		if err != nil || len(rows) != 1 || len(rows[0].Streams) != len(typ.NamedStreams()) || typ.Name == "Leaf" && rows[0].Streams[1].ContentType != "audio/mpeg" {
			t.Errorf("streams are parallel to those of the type that is asked for, %s: got %+v, %v", typ.Name, rows, err)
		}
	}
	q.Fields = q.Type.KeyProperties() // declared by the root
	q.Filter = nil
	if got := s.keys(t, q); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("both have a key, got %v", got)
	}
	if _, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{"Middles": {{Type: "Other", Values: map[string]edm.Value{"Id": edm.Int32(1)}}}}}); err == nil {
		t.Error("a sibling is not in the set")
	}
}
