package typed_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

var (
	creator  = typed.Field(func(e *everything) *edm.GUID { return &e.GUID })
	anID     = must(edm.ParseGUID("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"))
	embedded = typed.Field(func(e *outer) *int32 { return &e.ID })
)

// noTypes takes away the types of properties in dumps: definitions have none
// yet, the model adds them.
var noTypes = strings.NewReplacer(":Null ", " ", ":Null)", ")")

func TestConditions(t *testing.T) {
	ttl := typed.Field(func(e *everything) *int64 { return &e.Int64 })
	for _, tt := range []struct {
		name string
		got  odata.Expr
		want string
		why  string
	}{
		{"eq", creator.Eq(anID), "(eq GUID guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10':Guid)", "the field's property against a literal of its type"},
		{"ne", ttl.Ne(1), "(ne Int64 1L:Int64)", "each operator has its method"},
		{"lt", ttl.Lt(1), "(lt Int64 1L:Int64)", "each operator has its method"},
		{"le", ttl.Le(1), "(le Int64 1L:Int64)", "each operator has its method"},
		{"gt", ttl.Gt(1), "(gt Int64 1L:Int64)", "each operator has its method"},
		{"ge", ttl.Ge(1), "(ge Int64 1L:Int64)", "each operator has its method"},
		{"in", ttl.In(1, 2), "(in Int64)[1L][2L]", "one row for each value"},
		{"in nothing", ttl.In(), "(in Int64)", "no row equals one of none"},
		{"embedded", embedded.Eq(3), "(eq ID 3:Int32)", "fields of embedded structs are the entity's own"},
		{"defined type", typed.Field(func(e *everything) *status { return &e.Status }).Eq("open"), "(eq Status 'open':String)", "values are read by the rules of fields"},
		{"chosen kind", typed.Field(func(e *everything) *uint8 { return &e.Wide }).Eq(7), "(eq Wide 7:Int32)", "the literal has the property's type, not the Go type's"},
		{"pointer", typed.Field(func(e *everything) **int32 { return &e.Pointer }).Eq(new(int32(5))), "(eq Pointer 5:Int32)", "a nullable property takes a pointer"},
		{"null", typed.Field(func(e *everything) **int32 { return &e.Pointer }).Eq(nil), "(eq Pointer null:Int32)", "and nil is its null"},
		{"member", typed.Field(func(e *everything) *string { return &e.Home.Street }).Eq("x"), "(eq Home:Null/Street 'x':String)", "members of complex values are reached through them"},
		{"first member", typed.Field(func(e *everything) *string { return &e.Work.Street }).Eq("x"), "(eq Work:Null/Street 'x':String)", "a pointer on the way does not matter"},
		{"nullable bytes", typed.Field(func(e *everything) *[]byte { return &e.NoBytes }).Eq(nil), "(eq NoBytes null:Binary)", "nil bytes are null where the tag says so"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := noTypes.Replace(odata.Dump(tt.got))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestConditionsShareNoMemory(t *testing.T) {
	field := typed.Field(func(e *everything) *[]byte { return &e.Bytes })
	key := []byte{1, 2}
	condition := field.Eq(key)
	key[0] = 9
	got := condition.(*odata.Binary).R.(*odata.Literal).Value
	if !got.Equal(edm.Binary([]byte{1, 2})) {
		t.Errorf("the condition changed with the caller's bytes: %s", got)
	}
}

func TestOrders(t *testing.T) {
	asc, desc := creator.Asc(), creator.Desc()
	if odata.Dump(asc.By) != odata.Dump(desc.By) || asc.Descending || !desc.Descending {
		t.Errorf("Asc is %+v, Desc is %+v", asc, desc)
	}
}

func TestFieldMistakes(t *testing.T) {
	type noKey struct{ Name string }
	elsewhere := ""
	for _, tt := range []struct {
		name string
		err  error
		want string
		why  string
	}{
		{"sound", creator.Err(), "", "a property has no mistake"},
		{"mistake elsewhere", typed.Field(func(n *noKey) *string { return &n.Name }).Err(), "", "mistakes in the struct belong to its set"},
		{"elsewhere", typed.Field(func(*everything) *string { return &elsewhere }).Err(), "no property of typed_test.everything is a string at this address", "the address must lie in the struct"},
		{"nil", typed.Field(func(*everything) *string { return nil }).Err(), "no property", "nil is no address"},
		{"panic", typed.Field(func(e *everything) *string { return &e.Tags[0] }).Err(), "panics", "an item of a collection is no property"},
		{"skipped", typed.Field(func(e *skipping) *string { return &e.Secret }).Err(), "no property", "what is left out cannot be named"},
		{"complex", typed.Field(func(e *everything) *address { return &e.Home }).Err(), "Home is not primitive", "complex values do not compare with literals"},
		{"collection", typed.Field(func(e *everything) *[]string { return &e.Tags }).Err(), "Tags is not primitive", "nor do collections"},
		{"no struct", typed.Field(func(e *int32) *int32 { return e }).Err(), "an entity type is made of a struct", "an int32 has no fields"},
		{"zero value", typed.FieldOf[everything, string]{}.Err(), "the zero value stands for no field", "zero values refuse loudly"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == "" {
				if tt.err != nil {
					t.Errorf("%s: %v", tt.why, tt.err)
				}
				return
			}
			mistake, ok := errors.AsType[*typed.Mistake](tt.err)
			if !ok || !strings.Contains(mistake.Error(), tt.want) {
				t.Errorf("%s: got %v, want %q", tt.why, tt.err, tt.want)
			}
			if tt.name != "zero value" && !strings.Contains(tt.err.Error(), "field_test.go:") {
				t.Errorf("%v: does not say where typed.Field is called", tt.err)
			}
		})
	}
}

type skipping struct {
	id
	Secret string `odata:"-"`
}

func TestBrokenFieldsMatchNoModel(t *testing.T) {
	broken := typed.Field(func(e *skipping) *string { return &e.Secret })
	entity := resolved(t, typed.Describe[skipping]().Schema)
	for _, e := range []odata.Expr{broken.Eq("x"), broken.In("x"), broken.Asc().By} {
		found := false
		odata.Walk(e, func(e odata.Expr) bool {
			if m, ok := e.(*odata.Member); ok {
				found = true
				if entity.Property(m.Property.Name) != nil {
					t.Errorf("%s names a property of the model", odata.Dump(e))
				}
			}
			return true
		})
		if !found {
			t.Errorf("%s has no member the service could refuse", odata.Dump(e))
		}
	}
}

func TestOwner(t *testing.T) {
	byID := func(p odata.Principal) edm.GUID { return p.ID }
	pointer := typed.Field(func(e *ownedByPointer) **edm.GUID { return &e.Owner })
	signedIn := odata.WithPrincipal(context.Background(), odata.Principal{Name: `PRIV\Jen`, ID: anID})
	nameOnly := odata.WithPrincipal(context.Background(), odata.Principal{Name: `PRIV\Jen`})
	for _, tt := range []struct {
		name  string
		guard odata.Guard
		ctx   context.Context
		want  string
		kind  error
		why   string
	}{
		{"own", typed.Owner(creator, byID), signedIn, "(eq GUID:Null guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10':Guid)", nil, "the field must equal the caller's value"},
		{"anonymous", typed.Owner(creator, byID), context.Background(), "", &odata.Error{Kind: odata.KindUnauthenticated}, "nobody owns nothing, and is told to sign in"},
		{"unknown id", typed.Owner(creator, byID), nameOnly, "false:Boolean", nil, "rows whose field is zero as well are nobody's, not this caller's"},
		{"by name", typed.Owner(typed.Field(func(e *everything) *string { return &e.Text }), func(p odata.Principal) string { return p.Name }), signedIn,
			`(eq Text:Null 'PRIV\Jen':String)`, nil, "any primitive field can hold the owner"},
		{"pointer", typed.Owner(pointer, func(p odata.Principal) *edm.GUID { return &p.ID }), signedIn,
			"(eq Owner:Null guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10':Guid)", nil, "nullable fields take pointers"},
		{"nil", typed.Owner(pointer, func(odata.Principal) *edm.GUID { return nil }), signedIn, "false:Boolean", nil, "null is the owner of nothing"},
		{"pointer to zero", typed.Owner(pointer, func(p odata.Principal) *edm.GUID { return &p.ID }), nameOnly, "false:Boolean", nil, "nor is a pointer to nothing"},
		{"broken field", typed.Owner(typed.Field(func(e *skipping) *string { return &e.Secret }), func(p odata.Principal) string { return p.Name }), signedIn,
			"", &odata.Error{Kind: odata.KindInternal}, "a guard that cannot be checked admits nobody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.guard.Restrict(tt.ctx, odata.Access{})
			if !errors.Is(err, tt.kind) {
				t.Fatalf("%s: got error %v", tt.why, err)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(tt.want, odata.Dump(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

type ownedByPointer struct {
	id
	Owner *edm.GUID
}

func TestOwnerReportsItsField(t *testing.T) {
	for _, tt := range []struct {
		name  string
		guard odata.Guard
		bad   bool
	}{
		{"sound", typed.Owner(creator, func(p odata.Principal) edm.GUID { return p.ID }), false},
		{"broken", typed.Owner(typed.Field(func(e *skipping) *string { return &e.Secret }), func(odata.Principal) string { return "" }), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reporter, ok := tt.guard.(interface{ Err() error })
			if !ok || (reporter.Err() != nil) != tt.bad {
				t.Errorf("providers ask guards for mistakes when they are made: got %v", reporter)
			}
		})
	}
}
