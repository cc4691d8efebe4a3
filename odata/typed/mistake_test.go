package typed_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/typed"
)

type (
	node struct {
		Name string
		Next *node
	}
	tree struct {
		Name     string
		Children []tree
	}
	opaque         struct{ _ int }
	generic[T any] struct{ Value T }
	nested         struct {
		Inner int64 `odata:",etag,key"`
	}
)

// Opaque is exported, so that it can be embedded by pointer.
type Opaque struct{ Hidden int32 }

func TestMistakes(t *testing.T) {
	other := typed.Describe[struct {
		id
		A address2
		B address
	}](typed.TypeName("T")).Schema.Err
	for _, tt := range []struct {
		name string
		err  error
		want string // each line is one mistake, "Field `tag`: problem; advice"
		why  string
	}{{
		name: "not a struct", err: typed.Describe[int32]().Schema.Err,
		want: "int32: an entity type is made of a struct; use a struct whose exported fields are the properties",
		why:  "only structs have fields",
	}, {
		name: "pointer", err: typed.Describe[*outer]().Schema.Err,
		want: "*typed_test.outer: an entity type is made of a struct; use typed_test.outer without the pointer",
		why:  "the commonest slip has its own advice",
	}, {
		name: "known struct", err: typed.Describe[edm.DateTime]().Schema.Err,
		want: "edm.DateTime: an entity type is made of a struct; use a struct whose exported fields are the properties",
		why:  "a primitive value is no entity although Go makes it of a struct",
	}, {
		name: "no key", err: schemaOf[struct{ Name string }]().Err,
		want: "struct{…}: no field is tagged as key; write `odata:\",key\"` on the field that identifies an entity",
		why:  "an entity without a key has no address",
	}, {
		name: "no name", err: typed.Describe[struct{ id }]().Schema.Err,
		want: "struct{…}: the type has no name; declare it by name",
		why:  "an anonymous struct cannot be named in $metadata",
	}, {
		name: "generic name", err: typed.Describe[struct {
			id
			V generic[int32]
		}](typed.TypeName("T")).Schema.Err,
		want: "struct{…}.V: the type cannot be named generic[int32]; give the type a blank field _ struct{} with the tag `odata:\"Name\"`, or give the Go type another name",
		why:  "the name of an instantiated type is no identifier",
	}, {
		name: "two types of one name", err: other,
		want: "struct{…}.B: the name Address is taken by typed_test.address2; give the type a blank field _ struct{} with the tag `odata:\"Name\"`, or give the Go type another name",
		why:  "names are unique within a namespace",
	}, {
		name: "options on a type", err: schemaOf[struct {
			_ struct{} `odata:"X,open"`
			id
		}]().Err,
		want: "struct{…}._ `odata:\"X,open\"`: a type takes no options such as open; write the type's name alone",
		why:  "nothing is ignored silently",
	}, {
		name: "unknown option", err: schemaOf[struct {
			ID int32 `odata:",key,readonyl"`
		}]().Err,
		want: "struct{…}.ID `odata:\",key,readonyl\"`: option \"readonyl\" does not exist; write one of key, readonly, …",
		why:  "a misspelt option is no option",
	}, {
		name: "options with blanks", err: schemaOf[struct {
			ID int32 `odata:"ID, key"`
		}]().Err,
		want: "struct{…}.ID `odata:\"ID, key\"`: option \" key\" does not exist; write one of key, readonly, …\n" +
			"struct{…}: no field is tagged as key; write `odata:\",key\"` on the field that identifies an entity",
		why: "options are taken as written",
	}, {
		name: "open quote", err: schemaOf[struct {
			id
			Name string `odata:",default='a"`
		}]().Err,
		want: "struct{…}.Name `odata:\",default='a\"`: a quoted value has no closing quote; write 'value', and '' for a quote within it",
		why:  "where the value ends is unclear",
	}, {
		name: "property name", err: schemaOf[struct {
			id
			Name string `odata:"first-name"`
		}]().Err,
		want: "struct{…}.Name `odata:\"first-name\"`: \"first-name\" cannot name a property; write a letter, then letters, digits and underscores",
		why:  "property names are identifiers of CSDL",
	}, {
		name: "twice", err: schemaOf[struct {
			id
			Name string `odata:",maxlength=3,maxlength=4"`
		}]().Err,
		want: "struct{…}.Name `odata:\",maxlength=3,maxlength=4\"`: option maxlength is given twice; write it once",
		why:  "one of the two is wrong",
	}, {
		name: "values", err: schemaOf[struct {
			id
			A string      `odata:",nullable=yes"`
			B string      `odata:",maxlength=long"`
			C string      `odata:",maxlength=0"`
			D string      `odata:",unicode=maybe"`
			E string      `odata:",mime="`
			F string      `odata:",default"`
			G edm.Decimal `odata:",precision=99999999999"`
		}]().Err,
		want: "struct{…}.A `odata:\",nullable=yes\"`: option nullable takes no value; write nullable\n" +
			"struct{…}.B `odata:\",maxlength=long\"`: option maxlength needs a whole number from 1; write maxlength=2 or another number\n" +
			"struct{…}.C `odata:\",maxlength=0\"`: option maxlength needs a whole number from 1; write maxlength=2 or another number\n" +
			"struct{…}.D `odata:\",unicode=maybe\"`: option unicode is yes or no; write unicode or unicode=false\n" +
			"struct{…}.E `odata:\",mime=\"`: option mime needs a value; write mime=value\n" +
			"struct{…}.F `odata:\",default\"`: option default needs a value; write default=value, or default= for the empty string\n" +
			"struct{…}.G `odata:\",precision=99999999999\"`: option precision needs a whole number from 0; write precision=1 or another number",
		why: "every value is checked, and one mistake does not hide the next",
	}, {
		name: "contradictions", err: schemaOf[struct {
			ID int32       `odata:",key,nullable"`
			A  string      `odata:",nullable,notnull"`
			B  string      `odata:",identity,computed"`
			C  edm.Decimal `odata:",precision=2,scale=3"`
			D  string      `odata:",readonly,immutable"`
			E  string      `odata:",readonly,computed"`
			F  string      `odata:",key,immutable"`
		}]().Err,
		want: "struct{…}.ID `odata:\",key,nullable\"`: a key is never null; remove nullable or key\n" +
			"struct{…}.A `odata:\",nullable,notnull\"`: nullable and notnull exclude each other; write one of them\n" +
			"struct{…}.B `odata:\",identity,computed\"`: a value is made on insert (identity) or on every write (computed); write one of them\n" +
			"struct{…}.C `odata:\",precision=2,scale=3\"`: scale is greater than precision; write a precision that counts all digits, those after the point included\n" +
			"struct{…}.D `odata:\",readonly,immutable\"`: clients give the value never (readonly) or on insert (immutable); write one of them\n" +
			"struct{…}.E `odata:\",readonly,computed\"`: what the store makes is never taken from clients; remove readonly and immutable\n" +
			"struct{…}.F `odata:\",key,immutable\"`: a key never changes; remove immutable",
		why: "options that exclude each other say nothing",
	}, {
		name: "misplaced options", err: schemaOf[struct {
			id
			A int32     `odata:",maxlength=3"`
			B bool      `odata:",fixedlength"`
			C []byte    `odata:",unicode"`
			D int64     `odata:",precision=3"`
			E edm.Time  `odata:",precision=3,scale=3"`
			F []string  `odata:",mime=text/plain"`
			G address   `odata:",default=x"`
			H []int32   `odata:",key"`
			I []address `odata:",etag"`
			J []int32   `odata:",nullable"`
			K *int32    `odata:",key"`
			L address   `odata:",identity"`
		}]().Err,
		want: "struct{…}.A `odata:\",maxlength=3\"`: option maxlength does not fit Edm.Int32; use it on text and bytes only\n" +
			"struct{…}.B `odata:\",fixedlength\"`: option fixedlength does not fit Edm.Boolean; use it on text and bytes only\n" +
			"struct{…}.C `odata:\",unicode\"`: option unicode does not fit Edm.Binary; use it on text only\n" +
			"struct{…}.D `odata:\",precision=3\"`: option precision does not fit Edm.Int64; use it on decimals, dates and times only\n" +
			"struct{…}.E `odata:\",precision=3,scale=3\"`: option scale does not fit Edm.Time; use it on decimals only\n" +
			"struct{…}.F `odata:\",mime=text/plain\"`: option mime does not fit Collection(Edm.String); use it on single primitive values only\n" +
			"struct{…}.G `odata:\",default=x\"`: option default does not fit a complex type; use it on single primitive values only\n" +
			"struct{…}.H `odata:\",key\"`: option key does not fit Collection(Edm.Int32); use it on single primitive values only\n" +
			"struct{…}.I `odata:\",etag\"`: option etag does not fit a collection of complex values; use it on single primitive values only\n" +
			"struct{…}.J `odata:\",nullable\"`: option nullable does not fit Collection(Edm.Int32); use it on single values only\n" +
			"struct{…}.K `odata:\",key\"`: a key is never null; use int32 without the pointer\n" +
			"struct{…}.L `odata:\",identity\"`: option identity does not fit a complex type; use it on single primitive values only",
		why: "an option that means nothing for a type is a misunderstanding",
	}, {
		name: "types", err: schemaOf[struct {
			id
			A int
			B []uint
			C map[string]string
			D **int32
			E [4]byte
			F complex128
			G chan int32
			H sql.NullString
			I opaque
			J []*int32
			K [][]string
			L *[]string
			M struct{ X int32 }
			N []any
		}]().Err,
		want: "struct{…}.A: the size of int depends on the machine; use int32 for Edm.Int32 or int64 for Edm.Int64\n" +
			"struct{…}.B: the size of uint depends on the machine; use int32 for Edm.Int32 or int64 for Edm.Int64\n" +
			"struct{…}.C: Go type map[string]string has no EDM type; tag a map[string]edm.Value or map[string]any with `odata:\",dynamic\"`, or leave the field out with `odata:\"-\"`\n" +
			"struct{…}.D: Go type *int32 has no EDM type; use at most one pointer, which makes the property nullable\n" +
			"struct{…}.E: Go type [4]uint8 has no EDM type; use a slice, or [16]byte for Edm.Guid\n" +
			"struct{…}.F: Go type complex128 has no EDM type; use a struct of two float64 fields, or leave the field out with `odata:\"-\"`\n" +
			"struct{…}.G: Go type chan int32 has no EDM type; use another type, or leave the field out with `odata:\"-\"`\n" +
			"struct{…}.H: Go type sql.NullString has no EDM type; use a pointer: *string, *int64, *time.Time, ...\n" +
			"struct{…}.I: Go type typed_test.opaque has no exported fields; use another type, or leave the field out with `odata:\"-\"`\n" +
			"struct{…}.J: items of a collection are never null; use []int32\n" +
			"struct{…}.K: a collection cannot hold collections; use a slice of structs that hold the inner slice\n" +
			"struct{…}.L: a collection is never null; use []string without the pointer\n" +
			"struct{…}.M: the type of the field has no name; declare the struct as a type\n" +
			"struct{…}.N: Go type interface {} has no EDM type; use another type, or leave the field out with `odata:\"-\"`",
		why: "each refusal says what to use",
	}, {
		name: "named types", err: schemaOf[struct {
			id
			A string  `odata:",type=Edm.Guid"`
			B string  `odata:",type=Text"`
			C int64   `odata:",type=Int32"`
			D address `odata:",type=Home"`
			E []byte  `odata:",type=Edm.Stream"`
			F float64 `odata:",type=Single"`
			G string  `odata:",type=DateTime"`
			H string  `odata:",type=GeographyPoint"`
		}]().Err,
		want: "struct{…}.A `odata:\",type=Edm.Guid\"`: not every string is an Edm.Guid; use a field of type edm.GUID\n" +
			"struct{…}.B `odata:\",type=Text\"`: there is no type Text; write a primitive type such as Edm.DateTime, Edm.Guid or Edm.Decimal\n" +
			"struct{…}.C `odata:\",type=Int32\"`: not every int64 is an Edm.Int32; use a field of type int32\n" +
			"struct{…}.D `odata:\",type=Home\"`: type= names primitive types only; remove it: a complex type is named like its Go type, or by its blank field\n" +
			"struct{…}.E `odata:\",type=Edm.Stream\"`: not every []uint8 is an Edm.Stream; leave streams out: they have no value in the struct\n" +
			"struct{…}.F `odata:\",type=Single\"`: not every float64 is an Edm.Single; use a field of type float32\n" +
			"struct{…}.G `odata:\",type=DateTime\"`: not every string is an Edm.DateTime; use a field of type edm.DateTime\n" +
			"struct{…}.H `odata:\",type=GeographyPoint\"`: not every string is an Edm.GeographyPoint; leave the field out with `odata:\"-\"`: no Go type stands for Edm.GeographyPoint",
		why: "a conversion that could fail would fail while a response is written",
	}, {
		name: "cycle through a pointer", err: schemaOf[struct {
			id
			List node
		}]().Err,
		want: "typed_test.node.Next: the type contains itself: typed_test.node > typed_test.node; leave the field out with `odata:\"-\"`, or refer to the other by its key",
		why:  "complex types of V3 are finite",
	}, {
		name: "cycle through a slice", err: schemaOf[struct {
			id
			Root tree
		}]().Err,
		want: "typed_test.tree.Children: the type contains itself: typed_test.tree > typed_test.tree; leave the field out with `odata:\"-\"`, or refer to the other by its key",
		why:  "a collection makes no difference",
	}, {
		name: "cycle through the entity", err: typed.Describe[employee]().Schema.Err,
		want: "typed_test.desk.Owner: the type contains itself: typed_test.employee > typed_test.desk > typed_test.employee; leave the field out with `odata:\"-\"`, or refer to the other by its key",
		why:  "the way round is named",
	}, {
		name: "double", err: schemaOf[struct {
			id
			Name  string `odata:"Title"`
			Title string
		}]().Err,
		want: "struct{…}.Title: the property Title is already made by struct{…}.Name; give one of them another name, or leave it out with `odata:\"-\"`",
		why:  "a property has one field",
	}, {
		name: "embedding", err: schemaOf[struct {
			id `odata:",key"`
			*Opaque
			uniqueID `odata:"Who"`
		}]().Err,
		want: "struct{…}.id `odata:\",key\"`: an embedded struct takes no options; write a name in front to make it one complex property, or remove the tag\n" +
			"struct{…}.Opaque: an embedded pointer may be nil and then has no fields; embed the struct itself, or name the field\n" +
			"struct{…}.uniqueID `odata:\"Who\"`: the field is not exported; begin its name with a capital letter, or remove the tag",
		why: "embedding means flattening or one complex property, and which it is must be clear",
	}, {
		name: "unexported", err: schemaOf[struct {
			id
			name string `odata:"Name"`
		}]().Err,
		want: "struct{…}.name `odata:\"Name\"`: the field is not exported; begin its name with a capital letter, or remove the tag",
		why:  "a tag shows that the field was meant to be seen",
	}, {
		name: "dynamic", err: schemaOf[struct {
			id
			A map[string]any       `odata:",dynamic"`
			B map[string]edm.Value `odata:",dynamic"`
			C map[string]string    `odata:",dynamic"`
			D struct {
				_ struct{}       `odata:"Closed"`
				E map[string]any `odata:",dynamic"`
			}
		}]().Err,
		want: "struct{…}.B `odata:\",dynamic\"`: dynamic properties are already in A; keep one of the two maps\n" +
			"struct{…}.C `odata:\",dynamic\"`: dynamic properties cannot be in a map[string]string; use map[string]edm.Value or map[string]any\n" +
			"struct{…}.E `odata:\",dynamic\"`: a complex type cannot be open in V3; move the map to the entity",
		why: "only entities are open, and by one map",
	}, {
		name: "key and token within a complex type", err: schemaOf[struct {
			id
			Part nested
		}]().Err,
		want: "typed_test.nested.Inner `odata:\",etag,key\"`: a complex type has no key; remove key\n" +
			"typed_test.nested.Inner `odata:\",etag,key\"`: only properties of the entity itself are concurrency tokens; remove etag",
		why: "keys and ETags belong to entities",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == nil {
				t.Fatalf("%s: no mistake found", tt.why)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(shortened(tt.err.Error()), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

type address2 struct {
	_    struct{} `odata:"Address"`
	Line string
}

type (
	employee struct {
		id
		Desk desk
	}
	desk struct{ Owner *employee }
)

// shortened abbreviates what makes messages of anonymous structs long.
func shortened(text string) string {
	for {
		start := strings.Index(text, "struct {")
		if start < 0 {
			break
		}
		depth, end := 0, start
		quoted := false
		for end = start; end < len(text); end++ {
			switch c := text[end]; {
			case c == '\\':
				end++
			case c == '"':
				quoted = !quoted
			case c == '{' && !quoted:
				depth++
			case c == '}' && !quoted:
				depth--
			}
			if depth == 0 && text[end] == '}' && !quoted {
				break
			}
		}
		text = text[:start] + "struct{…}" + text[end+1:]
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if at := strings.Index(line, "write one of key, readonly, "); at >= 0 {
			lines[i] = line[:at] + "write one of key, readonly, …"
		}
	}
	return strings.Join(lines, "\n")
}
