package typed

import (
	"reflect"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// fields adds the properties that t's fields make to into. entity is nil within
// complex types. offset is where t lies in the struct that into describes.
func (w *walker) fields(t reflect.Type, offset uintptr, into *structure, entity *metadata.EntityType) {
	w.within = append(w.within, t)
	defer func() { w.within = w.within[:len(w.within)-1] }()
	for f := range t.Fields() {
		back := w.at(w.title(t), f.Name, "")
		w.field(t, f, offset+f.Offset, into, entity)
		back()
	}
}

func (w *walker) field(t reflect.Type, f reflect.StructField, offset uintptr, into *structure, entity *metadata.EntityType) {
	if f.Name == "_" && f.Type == reflect.TypeFor[struct{}]() {
		return // speaks for the type, see about
	}
	said := parseTag(f.Tag, &w.report)
	if said.skip {
		return
	}
	if f.Anonymous && said.name == "" {
		if from, _ := sourceOf(f.Type); from == fromStruct {
			if w.tag != "" {
				w.add("an embedded struct takes no options", "write a name in front to make it one complex property, or remove the tag")
			}
			w.fields(f.Type, offset, into, entity)
			return
		}
		if f.Type.Kind() == reflect.Pointer {
			w.add("an embedded pointer may be nil and then has no fields", "embed the struct itself, or name the field")
			return
		}
	}
	if !f.IsExported() {
		if w.tag != "" {
			w.add("the field is not exported", "begin its name with a capital letter, or remove the tag")
		}
		return
	}
	if w.asked != nil && into == w.asked.in && !w.parameter(f.Type, &said) {
		return
	}
	if said.dynamic {
		w.dynamicField(f, offset, into, entity)
		return
	}
	name := said.name
	if name == "" {
		name = f.Name
	}
	p := property{goType: f.Type, tag: f.Tag}
	p.declared = &metadata.Property{Name: name, Source: t.String() + "." + f.Name}
	if !w.valueOf(f.Type, &said, &p) {
		return
	}
	p.offset = offset
	p.set = p.setter()
	if first, taken := into.byName[name]; taken {
		w.add("the property "+name+" is already made by "+into.properties[first].declared.Source, "give one of them another name, or leave it out with `odata:\"-\"`")
		return
	}
	into.byName[name] = len(into.properties)
	into.properties = append(into.properties, p)
	if said.key {
		switch {
		case entity == nil:
			w.add("a complex type has no key", "remove key")
		case p.pointer:
			w.add("a key is never null", "use "+f.Type.Elem().String()+" without the pointer")
		default:
			entity.Key = append(entity.Key, name)
		}
	}
	if said.etag && entity == nil {
		w.add("only properties of the entity itself are concurrency tokens", "remove etag")
	}
}

// valueOf works out type, nullability and facets of p, and how to read it.
func (w *walker) valueOf(t reflect.Type, said *tag, p *property) bool {
	if t.Kind() == reflect.Pointer {
		p.pointer = true
		t = t.Elem()
	}
	from, kind := sourceOf(t)
	p.from, p.to = from, kind
	p.declared.NotNull = !p.pointer && !said.nullable || said.notNull
	p.nilNull = from == fromBytes && said.nullable && !p.pointer
	item, itemType := &p.accessor, t
	if from == fromSlice {
		if p.pointer {
			w.add("a collection is never null", "use "+t.String()+" without the pointer")
			return false
		}
		itemType = t.Elem()
		item = &accessor{}
		item.from, item.to = sourceOf(itemType)
		p.item, p.stride = item, itemType.Size()
		p.declared.NotNull = true
		switch {
		case itemType.Kind() == reflect.Pointer:
			w.add("items of a collection are never null", "use []"+itemType.Elem().String())
			return false
		case item.from == fromSlice:
			w.add("a collection cannot hold collections", "use a slice of structs that hold the inner slice")
			return false
		}
	}
	switch {
	case item.from == fromNothing:
		w.add(refusal(itemType))
		return false
	case item.from == fromStruct:
		if said.typ != "" {
			w.add("type= names primitive types only", "remove it: a complex type is named like its Go type, or by its blank field")
		}
		inner := w.complexType(itemType)
		if inner == nil {
			return false
		}
		p.complex = inner
		p.declared.Type = inner.name
		for i := range inner.properties {
			item.members = append(item.members, inner.properties[i].accessor)
		}
	default:
		w.primitive(itemType, said, item)
		p.declared.Type = item.to.String()
	}
	if p.pointer && said.notNull {
		p.zero = reflect.New(t).UnsafePointer()
	}
	said.apply(p.declared, item.to, from == fromSlice, &w.report)
	if from == fromSlice {
		p.declared.Type = "Collection(" + p.declared.Type + ")"
	}
	if item.from == fromUint64 && said.precision == nil && said.scale == nil {
		p.declared.Precision, p.declared.Scale = new(20), new(0)
	}
	return true
}

// primitive settles the kind of values of the Go type t.
func (w *walker) primitive(t reflect.Type, said *tag, item *accessor) {
	if said.typ == "" {
		return
	}
	kind, ok := edm.ParseKind("Edm." + strings.TrimPrefix(said.typ, "Edm."))
	switch {
	case !ok:
		w.add("there is no type "+said.typ, "write a primitive type such as Edm.DateTime, Edm.Guid or Edm.Decimal")
	case !item.from.canBe(kind):
		w.add("not every "+t.String()+" is an "+kind.String(), adviseFor(kind))
	default:
		item.to = kind
	}
}

// adviseFor names the Go type whose values are of kind k.
func adviseFor(k edm.Kind) string {
	switch k {
	case edm.KindStream:
		return "leave streams out: they have no value in the struct"
	case edm.KindDateTime, edm.KindDateTimeOffset, edm.KindTime, edm.KindDecimal:
		return "use a field of type " + strings.Replace(k.String(), "Edm.", "edm.", 1)
	case edm.KindGuid:
		return "use a field of type edm.GUID"
	case edm.KindBinary:
		return "use a field of type []byte"
	case edm.KindBoolean:
		return "use a field of type bool"
	case edm.KindString:
		return "use a field of type string"
	case edm.KindByte:
		return "use a field of type uint8"
	case edm.KindSByte:
		return "use a field of type int8"
	case edm.KindInt16:
		return "use a field of type int16"
	case edm.KindInt32:
		return "use a field of type int32"
	case edm.KindInt64:
		return "use a field of type int64"
	case edm.KindSingle:
		return "use a field of type float32"
	case edm.KindDouble:
		return "use a field of type float64"
	}
	return "leave the field out with `odata:\"-\"`: no Go type stands for " + k.String()
}
