package bind

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// What can be wrong with a path: names, keys, and operations with their
// arguments.

func notFound(at place, detail string) *odata.Error {
	e := odata.NotFound()
	e.Target, e.Detail = at.target(), detail
	return e
}

func noSuchResource(at place, name string, candidates []string) *odata.Error {
	return notFound(at, "the service has no resource "+show(name)+suggestion(name, candidates))
}

func noSuchMember(at place, owner, name string, candidates []string) *odata.Error {
	return notFound(at, owner+" has no property "+show(name)+suggestion(name, candidates))
}

func nothingFollows(at place, before, name string) *odata.Error {
	return notFound(at, "nothing can follow "+before+": "+show(name))
}

func notImplemented(at place, what string) *odata.Error {
	return &odata.Error{Kind: odata.KindNotImplemented, Code: CodeNotImplemented,
		Message: "The service does not offer this resource", Detail: what, Target: at.target()}
}

func keyNotAllowed(at place, after string) *odata.Error {
	return at.invalid(CodeKeyNotAllowed, "Parentheses with a key are allowed only behind a collection of entities", after+" takes no key")
}

func keyNotNamed(at place, key []*metadata.Property) *odata.Error {
	return at.invalid(CodeKeyNotNamed, "A key of several properties needs the name of each", "the key is "+keyNames(key))
}

func wrongKeyCount(at place, key []*metadata.Property, given int) *odata.Error {
	return at.invalid(CodeWrongKeyCount, "A key needs exactly one value for each of its properties",
		fmt.Sprintf("the key is %s, but %d values are given", keyNames(key), given))
}

func unknownKeyProperty(at place, key []*metadata.Property, name string) *odata.Error {
	return at.invalid(CodeUnknownKeyProperty, "A key must name the key properties", "the key is "+keyNames(key)+", without "+show(name))
}

func keyTypeMismatch(at place, p *metadata.Property, given string) *odata.Error {
	return at.invalid(CodeKeyTypeMismatch, "A key value must be a literal of the key property's type",
		fmt.Sprintf("%s is %s and cannot be %s; write it like %s", p.Name, p.TypeRef(), given, literalForm(p.Kind())))
}

func keyNames(key []*metadata.Property) string {
	names := make([]string, len(key))
	for i, p := range key {
		names[i] = p.Name
	}
	return strings.Join(names, ",")
}

// literalForm is an example of how a URL writes values of a kind.
func literalForm(k edm.Kind) string {
	switch k {
	case edm.KindInt64:
		return "1L"
	case edm.KindDecimal:
		return "1.5M"
	case edm.KindSingle:
		return "1.5f"
	case edm.KindDouble:
		return "1.5"
	case edm.KindString:
		return "'text'"
	case edm.KindBoolean:
		return "true"
	case edm.KindGuid:
		return "guid'00000000-0000-0000-0000-000000000000'"
	case edm.KindDateTime:
		return "datetime'2015-07-12T06:40:00'"
	case edm.KindDateTimeOffset:
		return "datetimeoffset'2015-07-12T06:40:00Z'"
	case edm.KindTime:
		return "time'PT1H30M'"
	case edm.KindBinary:
		return "X'0AFF'"
	}
	return "1"
}

func segmentOnCollection(at place, name string) *odata.Error {
	return at.invalid(CodeCollectionNotExpected, "A path cannot go on behind a collection of entities without a key",
		show(name)+" needs a single entity before it")
}

func segmentNotAllowed(at place, name, after string) *odata.Error {
	return at.invalid(CodeSegmentNotAllowed, "A path segment does not apply to what is before it", show(name)+" after "+after)
}

func linksIncomplete(at place) *odata.Error {
	return at.invalid(CodeSegmentNotAllowed, "A navigation property must follow $links", "")
}

func tooManySteps(at place, limit int) *odata.Error {
	return at.invalid(CodeTooManySteps, "The path follows more navigation properties than the service accepts",
		fmt.Sprintf("the limit is %d", limit))
}

func noEntitySet(at place, what string) *odata.Error {
	return notFound(at, what+" leads to entities that belong to no entity set")
}

// Operations.

func operationNotBindable(at place, name, to string) *odata.Error {
	return at.invalid(CodeUnboundOperation, "The operation does not bind to this resource", show(name)+" cannot be called on "+to)
}

func noSuchOverload(at place, name string, overloads []*metadata.FunctionImport) *odata.Error {
	var forms []string
	for _, f := range overloads {
		var names []string
		for _, p := range parametersOf(f) {
			names = append(names, p.Name)
		}
		if form := "(" + strings.Join(names, ",") + ")"; !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return notFound(at, show(name)+" has no form with these parameters; it takes "+strings.Join(forms, " or "))
}

func argumentsOfAction(at place, name string) *odata.Error {
	return at.invalid(CodeArgumentInURL, "The arguments of an action belong into the body of the request", show(name))
}

func missingArgument(p *metadata.Parameter) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: CodeMissingArgument, Target: p.Name,
		Message: "An operation lacks an argument", Detail: fmt.Sprintf("%s of type %s must have a value", p.Name, p.TypeRef())}
}

func argumentMismatch(at place, p *metadata.Parameter, given string) *odata.Error {
	return at.invalid(CodeArgumentType, "An argument must be a literal of the parameter's type",
		fmt.Sprintf("%s is %s and cannot be %s; write it like %s", p.Name, p.TypeRef(), given, literalForm(p.TypeRef().Kind)))
}

func argumentNotServed(at place, p *metadata.Parameter) *odata.Error {
	e := notImplemented(at, p.Name+" is "+p.TypeRef().String())
	e.Message = "The service takes only literals as arguments in a URL"
	return e
}
