// Package typed makes OData of Go types: struct tags become an [odata.Schema],
// field addresses become conditions for guards, struct values become rows and
// rows struct values, and functions become operations. Generics live here; the
// request pipeline has none.
//
//	// Product is sold by the shop.
//	type Product struct {
//		ID    int32       `odata:",key"`
//		Name  string      `odata:",maxlength=60" doc:"As printed on the label"`
//		Price edm.Decimal `odata:"UnitPrice,precision=9,scale=2"`
//		Since *time.Time  `odata:",type=DateTime"`
//	}
//
// # Tags
//
// Every exported field becomes a property, in the order of the struct. The
// fields of an embedded struct join those around it. The odata tag begins with
// the property's name; without one it is the field's. "-" leaves the field out.
// Options follow, separated by commas:
//
//	key              part of the key; several make a composite one, in field order
//	readonly         never taken from clients: the store or an operation sets it
//	immutable        taken from clients on insert only
//	identity         made by the store on insert
//	computed         made by the store on insert and update
//	etag             a concurrency token: part of the entity's ETag
//	onselect         left out of payloads unless $select names it
//	nullable         declared nullable although the field is no pointer
//	notnull          declared not nullable although the field is a pointer
//	type=DateTime    the EDM type, where the Go type allows several
//	maxlength=60     of text and bytes; max for the keyword Max
//	fixedlength      of text and bytes
//	unicode=false    of text
//	precision=9      digits of a decimal, or of the fraction of a second
//	scale=2          digits after the point of a decimal
//	mime=text/html   media type of the raw value
//	default=0        default value, as text
//	dynamic          on a map: undeclared properties, which makes the type open
//
// A value that holds a comma stands between single quotes: default='a,b'. The
// doc tag is the property's documentation in $metadata.
//
// A blank field of type struct{} speaks for the type itself: its tag gives the
// type's name in the model and its documentation.
//
//	_ struct{} `odata:"Product" doc:"Something the shop sells"`
//
// # Types
//
//	bool                        Edm.Boolean
//	int8 int16 int32 int64      Edm.SByte Edm.Int16 Edm.Int32 Edm.Int64
//	uint8 uint16 uint32 uint64  Edm.Byte Edm.Int32 Edm.Int64 Edm.Decimal
//	float32 float64             Edm.Single Edm.Double
//	string []byte               Edm.String Edm.Binary
//	edm.GUID, any [16]byte      Edm.Guid
//	edm.DateTime                Edm.DateTime
//	edm.DateTimeOffset          Edm.DateTimeOffset
//	edm.Time, time.Duration     Edm.Time
//	edm.Decimal                 Edm.Decimal
//	time.Time                   Edm.DateTimeOffset; Edm.DateTime by type=
//	other structs               a complex type, named like the Go type
//	slices of these             a collection
//
// Types defined from these are treated alike. By type=, integers may also be
// any wider integer type or Edm.Decimal, and float32 may be Edm.Double. There
// is no int and no uint: their size depends on the machine, and that of a
// property must not.
//
// A time.Time is an instant with an offset, as Edm.DateTimeOffset is, so that
// is what it becomes unless told otherwise. As Edm.DateTime it is written with
// its zone: Z in UTC, an offset elsewhere. Times are cut to 100 nanoseconds.
//
// A pointer is nullable and nil is null; everything else is not nullable. The
// option nullable on a field that is no pointer changes the declaration only,
// except that a nil []byte then is null. The option notnull on a pointer makes
// nil the zero value. A nil slice is an empty collection: V3 has no null ones.
//
// # Operations
//
// [Action], [Function] and their kin make an [odata.Operation] of a function
// from In to Out. It is a plain value, whose other fields are yours to set:
//
//	approve := typed.Action("Approve", desk.Approve)
//	approve.Available = typed.When(status.Eq("PendingApproval"))
//	approve.FormParameters = true
//	set.Operations = append(set.Operations, approve)
//
// In is a struct whose exported fields are the parameters, in their order and by
// the rules of properties; struct{} has none. Of the options only the name,
// "-", nullable, notnull and type= mean something. A parameter that is a pointer
// or tagged nullable may be left out and then is nil or the zero value; so is a
// slice, which then is empty. Entities cannot be parameters. An argument that
// the Go type cannot hold is answered with KindInvalid and [CodeMismatch].
//
// Out is what the operation returns:
//
//	None, struct{}                   nothing
//	any type of a property           a value; a nil pointer is null
//	a struct with a key, a pointer   one entity
//	a slice of one of them           entities
//	Matching[E]                      the entities E for which a condition holds
//
// Entities are not sent as they are returned: the service reads those with their
// keys through the set that ResultSet names, which must be set. So a caller sees
// only what the guard of that set lets through, and as the set has it, in the
// order of the set; query options work as on any feed. A nil pointer is no
// entity. Entities must be written before the function returns, to be found.
//
// # Computed properties
//
// [Computed] defines a property whose values follow from others and from the request,
// in SQL and in Go. Providers take the definition as an option.
//
// # Mistakes
//
// [Describe], [Field] and the makers of operations never fail and never panic.
// What is wrong with a type or a tag is kept, all of it, and surfaces when the
// service starts: each [Mistake] names the Go type, field and tag, and what to
// write instead.
//
// Import rule: this package may import odata, metadata and metadata/edm.
package typed
