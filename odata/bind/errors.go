package bind

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// The codes of this package's errors. Kinds are KindInvalid, status 400, unless
// said otherwise.
const (
	CodeNotFound       = "NotFound"       // KindNotFound: the model has no such resource
	CodeNotImplemented = "NotImplemented" // KindNotImplemented: spatial functions, and arguments in a URL that are JSON

	CodeKeyNotAllowed         = "KeyNotAllowed"         // parentheses behind something that takes no key
	CodeKeyNotNamed           = "KeyNotNamed"           // a positional value for a compound key
	CodeWrongKeyCount         = "WrongKeyCount"         // too few or too many key values
	CodeUnknownKeyProperty    = "UnknownKeyProperty"    // a name that is not part of the key
	CodeKeyTypeMismatch       = "KeyTypeMismatch"       // a literal of another form than the key property's type, null included
	CodeCollectionNotExpected = "CollectionNotExpected" // a path goes on behind a collection
	CodeSegmentNotAllowed     = "SegmentNotAllowed"     // $value, $links and others where they mean nothing
	CodeUnrelatedType         = "UnrelatedType"         // a cast to a type that neither extends nor is extended by the one before
	CodeUnboundOperation      = "OperationNotBindable"  // an operation on something it does not bind to
	CodeTooManySteps          = "TooManySteps"          // more navigation properties than Options.MaxSteps
	CodeMissingArgument       = "MissingArgument"       // of an operation
	CodeArgumentInURL         = "ArgumentInURL"         // of an action, whose arguments are in the body

	CodeOptionNotApplicable = "OptionNotApplicable" // a system query option this resource does not take
	CodeTopTooLarge         = "TopTooLarge"
	CodeSkipTooLarge        = "SkipTooLarge"

	CodeUnknownProperty   = "UnknownProperty"
	CodeUnknownType       = "UnknownType"
	CodeUnknownFunction   = "UnknownFunction"
	CodeVariableClash     = "VariableClash"     // a range variable hides another one
	CodePathThroughValue  = "PathThroughValue"  // a path goes on behind a value without members
	CodeTypeMismatch      = "TypeMismatch"      // operands of one operator whose types do not go together
	CodeOperandType       = "OperandType"       // an operand whose type the operator does not take
	CodeNotBoolean        = "NotBoolean"        // a condition is not Edm.Boolean
	CodeArgumentCount     = "ArgumentCount"     // of a function
	CodeArgumentType      = "ArgumentType"      // of a function or an operation
	CodeUnknownEnumMember = "UnknownEnumMember" // text that names no member of the enum it is compared with
	CodeNotSortable       = "NotSortable"       // a $orderby term is not a single primitive value
	CodeNoEntitySet       = "NoEntitySet"       // a condition looks at entities that no set holds

	CodeNotNavigation    = "NotNavigation"    // $expand of a structural property
	CodeNotExpandable    = "NotExpandable"    // $expand towards entities that no set holds
	CodeNotExpanded      = "NotExpanded"      // $select of a path through a property that $expand does not name
	CodeMemberSelection  = "MemberSelection"  // $select of a part of a property
	CodeUnknownContainer = "UnknownContainer" // in $select
)

// A place is where in the request something stands: the text it is in, such as
// "$filter" or "path", and the bytes there.
type place struct {
	in string
	at odata.Span
}

func (p place) target() string { return p.at.In(p.in) }

// invalid is status 400. The message is constant; what depends on the request
// goes into the detail.
func (p place) invalid(code, message, detail string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message, Detail: detail, Target: p.target()}
}

// Options.

func optionNotApplicable(option string, kind string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: CodeOptionNotApplicable, Target: option,
		Message: "A system query option does not apply to this resource", Detail: option + " on " + kind}
}

func topTooLarge(limit int64) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: CodeTopTooLarge, Target: "$top",
		Message: "$top is greater than the service accepts", Detail: fmt.Sprintf("the limit is %d", limit)}
}

func skipTooLarge(limit int64) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: CodeSkipTooLarge, Target: "$skip",
		Message: "$skip is greater than the service accepts", Detail: fmt.Sprintf("the limit is %d", limit)}
}

// Names in expressions, $expand and $select.

func unknownProperty(at place, owner, name string, candidates []string) *odata.Error {
	return at.invalid(CodeUnknownProperty, "A property does not exist", owner+" has no property "+show(name)+suggestion(name, candidates))
}

func unknownType(at place, name string) *odata.Error {
	return at.invalid(CodeUnknownType, "A type does not exist", "there is no type "+show(name))
}

func typeNotQuoted(at place, function string) *odata.Error {
	return at.invalid(CodeArgumentType, "The type must be a literal in single quotes", function+" takes a type such as 'Edm.Int32' as its last argument")
}

func unrelatedType(at place, name, to string) *odata.Error {
	return at.invalid(CodeUnrelatedType, "A type cast must name a type related to the one before it", show(name)+" is not related to "+to)
}

func castTarget(at place, name string) *odata.Error {
	return at.invalid(CodeUnrelatedType, "A value cannot be cast to this type", "to "+show(name))
}

func unknownFunction(at place, name string) *odata.Error {
	detail := "there is no function " + show(name)
	if advice, ok := functionAdvice[name]; ok {
		detail += "; " + advice
	} else {
		detail += suggestion(name, functionNames())
	}
	return at.invalid(CodeUnknownFunction, "A function does not exist", detail)
}

// functionAdvice helps with functions of later protocol versions.
var functionAdvice = map[string]string{
	"contains":           "OData V3 has substringof(needle,text)",
	"now":                "write the time as a literal",
	"date":               "compare with datetime literals",
	"time":               "compare with datetime literals",
	"fractionalseconds":  "OData V3 has second",
	"totaloffsetminutes": "OData V3 has no function for offsets",
	"matchesPattern":     "OData V3 has substringof, startswith and endswith",
}

func variableClash(at place, name string) *odata.Error {
	return at.invalid(CodeVariableClash, "A range variable must have another name than the ones around it", show(name)+" is taken")
}

func collectionInPath(at place, what string) *odata.Error {
	return at.invalid(CodeCollectionNotExpected, "A collection can be used only with any or all", what+" is a collection")
}

func notCollection(at place, what string) *odata.Error {
	return at.invalid(CodeOperandType, "any and all need a collection", "found "+what)
}

func pathThroughValue(at place, what, name string) *odata.Error {
	return at.invalid(CodePathThroughValue, "A path can go on only behind an entity or a complex value", what+" has no member "+show(name))
}

func boundCall(at place, name string) *odata.Error {
	return at.invalid(CodeUnknownFunction, "A function does not exist", "there is no function "+show(name)+" on this path")
}

// Types in expressions.

func typeMismatch(at place, op odata.BinaryOp, l, r metadata.TypeRef) *odata.Error {
	detail := fmt.Sprintf("%s between %s and %s", op, l, r)
	if advice := mixAdvice(l.Kind, r.Kind); advice != "" {
		detail += "; " + advice
	}
	return at.invalid(CodeTypeMismatch, "The two sides of an operator have types that do not go together", detail)
}

// mixAdvice says how to write a literal so that two types go together.
func mixAdvice(l, r edm.Kind) string {
	is := func(a, b edm.Kind) bool { return l == a && r == b || l == b && r == a }
	switch {
	case is(edm.KindDateTime, edm.KindDateTimeOffset):
		return "a literal of the first is datetime'2015-07-12T06:40:00', of the second datetimeoffset'2015-07-12T06:40:00Z'"
	case is(edm.KindDecimal, edm.KindDouble), is(edm.KindDecimal, edm.KindSingle):
		return "a decimal literal is 1.5M"
	case is(edm.KindGuid, edm.KindString):
		return "a guid literal is " + literalForm(edm.KindGuid)
	}
	return ""
}

func operandType(at place, op fmt.Stringer, t metadata.TypeRef) *odata.Error {
	return at.invalid(CodeOperandType, "An operator does not take this type", fmt.Sprintf("%s of %s", op, t))
}

func notAValue(at place, t metadata.TypeRef) *odata.Error {
	return at.invalid(CodeOperandType, "An expression of this type cannot be used in conditions", t.String())
}

func notBoolean(at place, what string) *odata.Error {
	return at.invalid(CodeNotBoolean, "A condition must be true or false", "found "+what)
}

func unknownEnumMember(at place, t *metadata.EnumType, name string) *odata.Error {
	names := make([]string, len(t.Members))
	for i, m := range t.Members {
		names[i] = m.Name
	}
	return at.invalid(CodeUnknownEnumMember, "A text names no member of the enumeration it is compared with",
		t.QualifiedName()+" has no member "+show(name)+suggestion(name, names))
}

func argumentCount(at place, name string, given int) *odata.Error {
	return at.invalid(CodeArgumentCount, "A function has the wrong number of arguments",
		fmt.Sprintf("%s with %d; it takes %s", show(name), given, formsOf(name)))
}

func argumentType(at place, name string, given []metadata.TypeRef) *odata.Error {
	types := make([]string, len(given))
	for i, t := range given {
		types[i] = strings.TrimPrefix(t.String(), "Edm.")
	}
	return at.invalid(CodeArgumentType, "A function has an argument of the wrong type",
		fmt.Sprintf("%s(%s); it takes %s", show(name), strings.Join(types, ","), formsOf(name)))
}

// formsOf lists what a function can be called with.
func formsOf(name string) string {
	switch name {
	case "isof", "cast":
		return name + "('type') or " + name + "(value,'type')"
	}
	var forms []string
	for _, s := range overloads(name) {
		forms = append(forms, s.Overload)
	}
	return strings.Join(forms, " or ")
}

// outsideSets has no place: the names of a bound condition do not say where they
// stood.
func outsideSets(name string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: CodeNoEntitySet,
		Message: "A condition can look only at entities that belong to an entity set", Detail: name + " leads to none"}
}

func notSortable(at place, t metadata.TypeRef) *odata.Error {
	return at.invalid(CodeNotSortable, "$orderby needs single primitive values", fmt.Sprintf("found %s", t))
}

// $expand and $select.

func notNavigation(at place, owner, name string) *odata.Error {
	return at.invalid(CodeNotNavigation, "Only navigation properties can be expanded", owner+"/"+show(name)+" is not one")
}

func notExpandable(at place, name string) *odata.Error {
	return at.invalid(CodeNotExpandable, "The entities a navigation property leads to belong to no entity set", show(name))
}

func notExpanded(at place, name string) *odata.Error {
	return at.invalid(CodeNotExpanded, "$select can look into a navigation property only when $expand names it", show(name))
}

func memberSelection(at place, name string) *odata.Error {
	return at.invalid(CodeMemberSelection, "$select cannot pick a part of a property", show(name)+" can be selected only as a whole")
}

func typeSelection(at place, name string) *odata.Error {
	return at.invalid(uri.CodeInvalidSelect, "A type in a path must be followed by a name it declares", show(name))
}

func unknownContainer(at place, name string) *odata.Error {
	return at.invalid(CodeUnknownContainer, "An entity container does not exist", show(name))
}

// Adopted conditions: mistakes of the program, not of the caller.

func badCondition(format string, args ...any) *odata.Error {
	return odata.Internalf("condition: "+format, args...)
}

// show bounds how much of the request an error repeats.
func show(name string) string {
	const longest = 60
	if len(name) > longest {
		return strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}
