package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// parametersOf are the parameters that URLs and bodies have values for: all but
// the binding one.
func parametersOf(f *metadata.FunctionImport) []*metadata.Parameter {
	if f.IsBindable {
		return f.Parameters[1:]
	}
	return f.Parameters
}

// argumentsInside takes the arguments between the parentheses of a function.
// Their names choose the overload, which has exactly these parameters. Source:
// OData V3 URI conventions, functions.
func (w *walk) argumentsInside(call *odata.OperationCall, overloads []*metadata.FunctionImport, s *uri.Segment) *odata.Error {
	call.Import = nil
	for _, f := range overloads {
		if takes(f, s.Args) {
			call.Import = f
			break
		}
	}
	if call.Import == nil {
		return noSuchOverload(pathPlace(s.Span), s.Name, overloads)
	}
	parameters := parametersOf(call.Import)
	call.Arguments = make([]edm.Value, len(parameters))
	for i, p := range parameters {
		arg, err := argNamed(s.Args, p.Name), (*odata.Error)(nil)
		at := pathPlace(arg.Span)
		if arg.Alias == "" {
			call.Arguments[i], err = argument(p, &arg.Value, at)
		} else if call.Arguments[i], err = w.argumentOption(p, arg.Alias); err != nil {
			err.Target = at.target() // the alias is the client's word
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takes reports whether f has exactly the parameters that args name. The parser
// has made sure that no name occurs twice.
func takes(f *metadata.FunctionImport, args []uri.Arg) bool {
	parameters := parametersOf(f)
	if len(parameters) != len(args) {
		return false
	}
	for _, p := range parameters {
		if argNamed(args, p.Name) == nil {
			return false
		}
	}
	return true
}

func argNamed(args []uri.Arg, name string) *uri.Arg {
	for i := range args {
		if args[i].Name == name {
			return &args[i]
		}
	}
	return nil
}

// argumentsOutside takes the arguments from the query options that have the
// names of the parameters; other options mean something else. Of several
// overloads it takes the one with the most arguments among those that lack none.
// Source: OData V3 URI conventions, service operations and functions.
func (w *walk) argumentsOutside(call *odata.OperationCall, overloads []*metadata.FunctionImport) *odata.Error {
	most := -1
	for _, f := range overloads {
		if n := w.given(f); n > most {
			call.Import, most = f, n
		}
	}
	parameters := parametersOf(call.Import)
	if len(parameters) == 0 {
		return nil
	}
	call.Arguments = make([]edm.Value, len(parameters))
	for i, p := range parameters {
		var err *odata.Error
		if call.Arguments[i], err = w.argumentOption(p, p.Name); err != nil {
			return err
		}
	}
	return nil
}

// given is the number of parameters of f that query options have values for; -1
// if one that must have a value has none.
func (w *walk) given(f *metadata.FunctionImport) int {
	n := 0
	for _, p := range parametersOf(f) {
		text, _ := w.syntax.Option(p.Name)
		switch {
		case strings.TrimSpace(text) != "":
			n++
		case p.NotNull:
			return -1
		}
	}
	return n
}

// argumentOption is the value of a parameter in a query option: the one of its
// name, or the one that defines an alias. An option that is blank or not there
// stands for null.
func (w *walk) argumentOption(p *metadata.Parameter, option string) (edm.Value, *odata.Error) {
	text, _ := w.syntax.Option(option)
	if strings.TrimSpace(text) == "" {
		if p.NotNull {
			return edm.Null, missingArgument(p)
		}
		return edm.Null, nil
	}
	if !isLiteral(p.TypeRef()) {
		return edm.Null, argumentNotServed(place{in: option, at: odata.Span{End: len(text)}}, p)
	}
	literal, err := uri.ParseLiteral(option, text, w.b.literals)
	if err != nil {
		return edm.Null, odata.AsError(err)
	}
	return argument(p, &literal, place{in: option, at: literal.At})
}

// isLiteral reports the types whose values URLs write as literals. Those of
// others are JSON there, which is not served.
func isLiteral(t metadata.TypeRef) bool { return t.IsPrimitive() || t.Enum != nil && !t.Collection }

// argument is a literal as the value of a parameter. It must have the form of
// the parameter's type; a number without a suffix is read as that type.
func argument(p *metadata.Parameter, literal *uri.Literal, at place) (edm.Value, *odata.Error) {
	t := p.TypeRef()
	v := literal.Value
	switch {
	case !isLiteral(t):
		return edm.Null, argumentNotServed(at, p)
	case v.IsNull():
		if p.NotNull {
			return edm.Null, argumentMismatch(at, p, "null")
		}
		return edm.Null, nil
	case v.Kind() == t.Kind:
		if t.Enum != nil {
			if name, ok := namesMembers(t.Enum, v.Str()); !ok {
				return edm.Null, unknownEnumMember(at, t.Enum, name)
			}
		}
		return v, nil
	case v.Kind().IsNumeric() && t.Kind.IsNumeric() && isDigit(literal.Raw[len(literal.Raw)-1]):
		if number, err := edm.ParseText(t.Kind, literal.Raw); err == nil {
			return number, nil
		}
	}
	if b, ok := digitBoolean(t.Kind, literal.Raw); ok {
		return b, nil
	}
	return edm.Null, argumentMismatch(at, p, v.Kind().String())
}
