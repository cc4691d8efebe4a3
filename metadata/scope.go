package metadata

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A scope is the view from inside one schema: what its short names mean.
type scope struct {
	schema    *Schema
	namespace string
	aliases   map[string]string // own alias and those of Usings, to namespaces
}

// place is how errors name the schema.
func (s *scope) place() place { return place{element: s.namespace} }

// expand makes a name as written in the schema fully qualified.
func (s *scope) expand(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return qualify(s.namespace, name)
	}
	if namespace, ok := s.aliases[name[:dot]]; ok {
		return namespace + name[dot:]
	}
	return name
}

// typeRef finds the type that text means inside the schema. A bare name is a
// type of the schema's namespace or else a primitive type: CSDL lets documents
// write Int32 for Edm.Int32.
func (r *resolver) typeRef(s *scope, text string) (TypeRef, bool) {
	name, collection := cutCollection(text)
	ref, ok := r.index.typeRef(s.expand(name))
	if !ok && !strings.Contains(name, ".") {
		ref.Kind, ok = edm.ParseKind("Edm." + name)
	}
	if !ok || ref.Collection {
		return TypeRef{}, false
	}
	ref.Collection = collection
	return ref, true
}

// typeRef finds the type with a qualified name.
func (x *index) typeRef(name string) (TypeRef, bool) {
	item, collection := cutCollection(name)
	ref := TypeRef{Collection: collection}
	if strings.HasPrefix(item, "Edm.") {
		var ok bool
		if ref.Kind, ok = edm.ParseKind(item); !ok {
			return TypeRef{}, false
		}
		return ref, true
	}
	if ref.Entity = x.entities[item]; ref.Entity != nil {
		return ref, true
	}
	if ref.Complex = x.complexes[item]; ref.Complex != nil {
		ref.Kind = edm.KindComplex
		return ref, true
	}
	if ref.Enum = x.enums[item]; ref.Enum != nil {
		ref.Kind = edm.KindString
		return ref, true
	}
	return TypeRef{}, false
}

// cutCollection takes "Collection(T)" apart.
func cutCollection(name string) (item string, collection bool) {
	if item, ok := strings.CutPrefix(name, "Collection("); ok {
		if item, ok = strings.CutSuffix(item, ")"); ok {
			return item, true
		}
	}
	return name, false
}
