package typed_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// definitions compares schemas as definitions, apart from what Resolve adds and
// from where they come from.
var definitions = cmp.Options{
	cmpopts.IgnoreUnexported(metadata.EntityType{}, metadata.ComplexType{}, metadata.Property{}),
	cmpopts.IgnoreFields(metadata.EntityType{}, "Source"),
	cmpopts.IgnoreFields(metadata.ComplexType{}, "Source"),
	cmpopts.IgnoreFields(metadata.Property{}, "Source"),
	cmpopts.EquateEmpty(),
}

type id struct {
	ID int32 `odata:",key"`
}

type (
	status   string
	level    int16
	uuid     [16]byte
	moment   time.Time
	uniqueID struct{ Value edm.GUID }
	address  struct {
		_      struct{} `odata:"Address" doc:"Where to send letters"`
		Street string
		City   *string `odata:",maxlength=40"`
	}
	place struct {
		Home address `odata:"Where"`
		Tags []string
	}
)

func TestDescribe(t *testing.T) {
	key := func(more ...*metadata.Property) *metadata.EntityType {
		return &metadata.EntityType{Name: "T", Key: []string{"ID"},
			Properties: append([]*metadata.Property{{Name: "ID", Type: "Edm.Int32", NotNull: true}}, more...)}
	}
	for _, tt := range []struct {
		name   string
		schema odata.Schema
		want   odata.Schema
		why    string
	}{{
		name: "name and key",
		schema: schemaOf[struct {
			RequestID edm.GUID `odata:"RequestId,key"`
			Note      string
		}](),
		want: odata.Schema{Entity: &metadata.EntityType{Name: "T", Key: []string{"RequestId"}, Properties: []*metadata.Property{
			{Name: "RequestId", Type: "Edm.Guid", NotNull: true},
			{Name: "Note", Type: "Edm.String", NotNull: true},
		}}},
		why: "the tag's first part names the property; without one the Go name does",
	}, {
		name: "composite key",
		schema: schemaOf[struct {
			Order edm.GUID `odata:",key"`
			Line  int32    `odata:",key"`
		}](),
		want: odata.Schema{Entity: &metadata.EntityType{Name: "T", Key: []string{"Order", "Line"}, Properties: []*metadata.Property{
			{Name: "Order", Type: "Edm.Guid", NotNull: true},
			{Name: "Line", Type: "Edm.Int32", NotNull: true},
		}}},
		why: "several key fields make one key, in the order of the struct",
	}, {
		name: "skipped and unexported",
		schema: schemaOf[struct {
			id
			Secret string `odata:"-"`
			hidden bool
		}](),
		want: odata.Schema{Entity: key()},
		why:  "a dash and a small letter keep fields out; embedded fields join in",
	}, {
		name: "primitive types",
		schema: schemaOf[struct {
			id
			Bool     bool
			Int8     int8
			Int16    int16
			Int64    int64
			Uint8    uint8
			Uint16   uint16
			Uint32   uint32
			Uint64   uint64
			Float32  float32
			Float64  float64
			Bytes    []byte
			GUID     edm.GUID
			DateTime edm.DateTime
			Offset   edm.DateTimeOffset
			Time     edm.Time
			Decimal  edm.Decimal
			Instant  time.Time
			Duration time.Duration
		}](),
		want: odata.Schema{Entity: key(
			&metadata.Property{Name: "Bool", Type: "Edm.Boolean", NotNull: true},
			&metadata.Property{Name: "Int8", Type: "Edm.SByte", NotNull: true},
			&metadata.Property{Name: "Int16", Type: "Edm.Int16", NotNull: true},
			&metadata.Property{Name: "Int64", Type: "Edm.Int64", NotNull: true},
			&metadata.Property{Name: "Uint8", Type: "Edm.Byte", NotNull: true},
			&metadata.Property{Name: "Uint16", Type: "Edm.Int32", NotNull: true},
			&metadata.Property{Name: "Uint32", Type: "Edm.Int64", NotNull: true},
			&metadata.Property{Name: "Uint64", Type: "Edm.Decimal", NotNull: true, Facets: metadata.Facets{Precision: new(20), Scale: new(0)}},
			&metadata.Property{Name: "Float32", Type: "Edm.Single", NotNull: true},
			&metadata.Property{Name: "Float64", Type: "Edm.Double", NotNull: true},
			&metadata.Property{Name: "Bytes", Type: "Edm.Binary", NotNull: true},
			&metadata.Property{Name: "GUID", Type: "Edm.Guid", NotNull: true},
			&metadata.Property{Name: "DateTime", Type: "Edm.DateTime", NotNull: true},
			&metadata.Property{Name: "Offset", Type: "Edm.DateTimeOffset", NotNull: true},
			&metadata.Property{Name: "Time", Type: "Edm.Time", NotNull: true},
			&metadata.Property{Name: "Decimal", Type: "Edm.Decimal", NotNull: true},
			&metadata.Property{Name: "Instant", Type: "Edm.DateTimeOffset", NotNull: true},
			&metadata.Property{Name: "Duration", Type: "Edm.Time", NotNull: true},
		)},
		why: "each Go type has the smallest EDM type that holds all its values",
	}, {
		name: "defined types",
		schema: schemaOf[struct {
			id
			Status status
			Level  level
			UUID   uuid
			Moment moment
		}](),
		want: odata.Schema{Entity: key(
			&metadata.Property{Name: "Status", Type: "Edm.String", NotNull: true},
			&metadata.Property{Name: "Level", Type: "Edm.Int16", NotNull: true},
			&metadata.Property{Name: "UUID", Type: "Edm.Guid", NotNull: true},
			&metadata.Property{Name: "Moment", Type: "Edm.DateTimeOffset", NotNull: true},
		)},
		why: "a type defined from a known one is treated alike",
	}, {
		name: "named types",
		schema: schemaOf[struct {
			id
			Date   time.Time   `odata:",type=Edm.DateTime"`
			Short  uint8       `odata:",type=Int32"`
			Amount int64       `odata:",type=Decimal,precision=19,scale=0"`
			Wide   float32     `odata:",type=Double"`
			Many   []uint8     `odata:",type=Binary"`
			Dates  []time.Time `odata:",type=DateTime"`
		}](),
		want: odata.Schema{Entity: key(
			&metadata.Property{Name: "Date", Type: "Edm.DateTime", NotNull: true},
			&metadata.Property{Name: "Short", Type: "Edm.Int32", NotNull: true},
			&metadata.Property{Name: "Amount", Type: "Edm.Decimal", NotNull: true, Facets: metadata.Facets{Precision: new(19), Scale: new(0)}},
			&metadata.Property{Name: "Wide", Type: "Edm.Double", NotNull: true},
			&metadata.Property{Name: "Many", Type: "Edm.Binary", NotNull: true},
			&metadata.Property{Name: "Dates", Type: "Collection(Edm.DateTime)", NotNull: true},
		)},
		why: "type= chooses among the EDM types that hold every value; on a slice it is the items'",
	}, {
		name: "nullability",
		schema: schemaOf[struct {
			id
			Pointer   *int32
			Declared  string `odata:",nullable"`
			Never     *bool  `odata:",notnull"`
			Redundant *bool  `odata:",nullable"`
		}](),
		want: odata.Schema{Entity: key(
			&metadata.Property{Name: "Pointer", Type: "Edm.Int32"},
			&metadata.Property{Name: "Declared", Type: "Edm.String"},
			&metadata.Property{Name: "Never", Type: "Edm.Boolean", NotNull: true},
			&metadata.Property{Name: "Redundant", Type: "Edm.Boolean"},
		)},
		why: "pointers are nullable, everything else is not, and options overrule both",
	}, {
		name: "options",
		schema: schemaOf[struct {
			Version  int32       `odata:",key,etag,identity"`
			Made     string      `odata:",readonly,maxlength=max,unicode=false,fixedlength"`
			Founder  string      `odata:",immutable"`
			Changed  int32       `odata:",computed,etag"`
			Computed string      `odata:",computed,unicode,fixedlength=false,maxlength=7"`
			Secret   string      `odata:",onselect" doc:"Only on demand"`
			Price    edm.Decimal `odata:",precision=9,scale=2,default=0.00"`
			Page     string      `odata:",mime=text/html,default='a,''b'''"`
			Empty    string      `odata:",default="`
		}](),
		want: odata.Schema{Entity: &metadata.EntityType{Name: "T", Key: []string{"Version"}, Properties: []*metadata.Property{
			{Name: "Version", Type: "Edm.Int32", NotNull: true, ConcurrencyMode: metadata.ConcurrencyFixed, StoreGenerated: metadata.StoreGeneratedIdentity},
			{Name: "Made", Type: "Edm.String", NotNull: true, Writable: metadata.WriteNever,
				Facets: metadata.Facets{MaxLength: new(metadata.MaxLengthMax), Unicode: new(false), FixedLength: new(true)}},
			{Name: "Founder", Type: "Edm.String", NotNull: true, Writable: metadata.WriteOnInsert},
			{Name: "Changed", Type: "Edm.Int32", NotNull: true, ConcurrencyMode: metadata.ConcurrencyFixed, StoreGenerated: metadata.StoreGeneratedComputed},
			{Name: "Computed", Type: "Edm.String", NotNull: true, StoreGenerated: metadata.StoreGeneratedComputed,
				Facets: metadata.Facets{MaxLength: new(7), Unicode: new(true), FixedLength: new(false)}},
			{Name: "Secret", Type: "Edm.String", NotNull: true, OnSelect: true, Documentation: &metadata.Documentation{Summary: "Only on demand"}},
			{Name: "Price", Type: "Edm.Decimal", NotNull: true,
				Facets: metadata.Facets{Precision: new(9), Scale: new(2), DefaultValue: new("0.00")}},
			{Name: "Page", Type: "Edm.String", NotNull: true, MimeType: "text/html", Facets: metadata.Facets{DefaultValue: new("a,'b'")}},
			{Name: "Empty", Type: "Edm.String", NotNull: true, Facets: metadata.Facets{DefaultValue: new("")}},
		}}},
		why: "each option is one attribute of the property",
	}, {
		name: "complex types",
		schema: schemaOf[struct {
			id
			Home   address
			Work   *address
			Places []place
			Who    uniqueID
		}](),
		want: odata.Schema{
			Entity: key(
				&metadata.Property{Name: "Home", Type: "Address", NotNull: true},
				&metadata.Property{Name: "Work", Type: "Address"},
				&metadata.Property{Name: "Places", Type: "Collection(place)", NotNull: true},
				&metadata.Property{Name: "Who", Type: "uniqueID", NotNull: true},
			),
			Complex: []*metadata.ComplexType{{
				Name: "Address", Documentation: &metadata.Documentation{Summary: "Where to send letters"},
				Properties: []*metadata.Property{
					{Name: "Street", Type: "Edm.String", NotNull: true},
					{Name: "City", Type: "Edm.String", Facets: metadata.Facets{MaxLength: new(40)}},
				},
			}, {
				Name: "place", Properties: []*metadata.Property{
					{Name: "Where", Type: "Address", NotNull: true},
					{Name: "Tags", Type: "Collection(Edm.String)", NotNull: true},
				},
			}, {
				Name: "uniqueID", Properties: []*metadata.Property{{Name: "Value", Type: "Edm.Guid", NotNull: true}},
			}},
		},
		why: "structs are complex types, each listed once; a blank field names and documents its type",
	}, {
		name: "embedding",
		schema: schemaOf[struct {
			ID       int32 `odata:",key"`
			UniqueID `odata:"Who"`
			address
			Moment
		}](),
		want: odata.Schema{
			Entity: key(
				&metadata.Property{Name: "Who", Type: "UniqueID", NotNull: true},
				&metadata.Property{Name: "Street", Type: "Edm.String", NotNull: true},
				&metadata.Property{Name: "City", Type: "Edm.String", Facets: metadata.Facets{MaxLength: new(40)}},
				&metadata.Property{Name: "Moment", Type: "Edm.DateTimeOffset", NotNull: true},
			),
			Complex: []*metadata.ComplexType{{
				Name: "UniqueID", Properties: []*metadata.Property{{Name: "Value", Type: "Edm.Guid", NotNull: true}},
			}},
		},
		why: "an embedded struct is flattened, unless it has a name or is a known type",
	}, {
		name: "open type",
		schema: schemaOf[struct {
			id
			More map[string]any `odata:",dynamic"`
		}](),
		want: odata.Schema{Entity: func() *metadata.EntityType { e := key(); e.OpenType = true; return e }()},
		why:  "a map tagged dynamic is no property but makes the type open",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.schema.Err != nil {
				t.Fatalf("%s: %v", tt.why, tt.schema.Err)
			}
			if diff := cmp.Diff(tt.want, tt.schema, definitions); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// Moment and UniqueID are exported, so that they can be embedded as values.
type (
	Moment   time.Time
	UniqueID struct{ Value edm.GUID }
)

// schemaOf describes an anonymous struct, which has no name of its own.
func schemaOf[T any]() odata.Schema { return typed.Describe[T](typed.TypeName("T")).Schema }

func TestTypeName(t *testing.T) {
	type Plain struct{ id }
	type Blank struct {
		_ struct{} `odata:"Session" doc:"A sign-in"`
		id
	}
	for _, tt := range []struct {
		name string
		got  odata.Schema
		want string
		why  string
	}{
		{"struct", typed.Describe[Plain]().Schema, "Plain", "an entity type is named after its struct"},
		{"blank field", typed.Describe[Blank]().Schema, "Session", "a blank field may name it"},
		{"option", typed.Describe[Blank](typed.TypeName("Login")).Schema, "Login", "the option wins over both"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got.Err != nil || tt.got.Entity.Name != tt.want {
				t.Errorf("%s: got %q, %v", tt.why, tt.got.Entity.Name, tt.got.Err)
			}
		})
	}
	if doc := typed.Describe[Blank]().Schema.Entity.Documentation; doc == nil || doc.Summary != "A sign-in" {
		t.Errorf("the blank field documents its type, got %v", doc)
	}
}

func TestSourcesNameTheGoField(t *testing.T) {
	schema := typed.Describe[outer]().Schema
	if schema.Err != nil {
		t.Fatal(schema.Err)
	}
	got := []string{schema.Entity.Source, schema.Entity.Properties[0].Source, schema.Entity.Properties[1].Source, schema.Complex[0].Source}
	want := []string{"typed_test.outer", "typed_test.id.ID", "typed_test.outer.Home", "typed_test.address"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a mistake found later must lead to the Go field (-want +got):\n%s", diff)
	}
}

type outer struct {
	id
	Home address `db:"home_address"`
}

func TestTag(t *testing.T) {
	shape := typed.Describe[outer]()
	if column, ok := shape.Tag("Home", "db"); !ok || column != "home_address" {
		t.Errorf("providers read their own tags by property: got %q, %t", column, ok)
	}
	for _, missing := range [][2]string{{"Home", "json"}, {"Nope", "db"}} {
		if got, ok := shape.Tag(missing[0], missing[1]); ok {
			t.Errorf("Tag(%q, %q) = %q, want none", missing[0], missing[1], got)
		}
	}
}

func TestDescribeIsDeterministic(t *testing.T) {
	// The service takes types of one name for the same only if they are equal.
	a, b := typed.Describe[outer]().Schema, typed.Describe[outer]().Schema
	if diff := cmp.Diff(a, b, cmpopts.IgnoreUnexported(metadata.EntityType{}, metadata.ComplexType{}, metadata.Property{})); diff != "" {
		t.Errorf("two descriptions of one type differ:\n%s", diff)
	}
}

func TestMistakeIsFound(t *testing.T) {
	_, ok := errors.AsType[*typed.Mistake](typed.Describe[int]().Schema.Err)
	if !ok {
		t.Error("tools need the parts of a mistake, not only its text")
	}
}
