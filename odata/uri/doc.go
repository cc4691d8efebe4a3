// Package uri turns the text of a request URI into a syntax tree. It knows the
// grammar of OData V3 URIs and nothing of any model: whether a name exists and
// what it means is decided by the binder.
//
// [Parse] reads a whole request: the escaped path below the service root and
// the raw query. [ParseFilter], [ParseOrderBy], [ParseExpand], [ParseSelect],
// [ParseSkipToken] and [ParseLiteral] read the decoded text of one option.
// Every tree prints itself as text that parses to an equal tree (spans aside).
//
// # Path
//
//	path     = segment *( "/" segment )          ; empty segments are dropped
//	segment  = name [ "(" [ args ] ")" ]
//	args     = arg *( "," arg )                  ; several must all be named
//	arg      = [ identifier "=" ] ( literal / "@" identifier )
//
// The escaped path is split at "/" first and each segment is percent-decoded
// once, before its key is taken apart: "%2F" inside a key is part of the key.
// A "+" is a plus. The segments "." and ".." are names like any other.
//
// # Query
//
// The raw query is split at "&" only, then at the first "=", and both sides are
// decoded; "+" is a blank and ";" is data. Names that begin with "$" must be
// system query options, no name may occur twice, and a system option with an
// empty or blank value counts as absent.
//
// # Expressions
//
//	expr     = or
//	or       = and   *( RWS "or"  RWS and )
//	and      = cmp   *( RWS "and" RWS cmp )
//	cmp      = add   *( RWS ( "eq" / "ne" / "lt" / "le" / "gt" / "ge" ) RWS add )
//	add      = mul   *( RWS ( "add" / "sub" ) RWS mul )
//	mul      = unary *( RWS ( "mul" / "div" / "mod" ) RWS unary )
//	unary    = ( "-" / "not" RWS ) unary / primary
//	primary  = start *( "/" member )
//	start    = literal / "(" expr ")" / "$it" / name / call
//	member   = name / lambda / call
//	lambda   = "any" "(" [ identifier ":" expr ] ")" / "all" "(" identifier ":" expr ")"
//	call     = name "(" [ expr *( "," expr ) ] ")"
//	name     = identifier *( "." identifier )
//
// All binary operators associate to the left. Words are case-sensitive. A
// parenthesis may stand in place of a blank beside an operator; white space is
// allowed around parentheses, commas and colons, and not around slashes. A "-"
// directly before a digit or INF belongs to the literal. Only true, false,
// null, NaN, INF, NaNf and INFf are taken as literals where an operand begins:
// any other word, eq or desc among them, is a name there. The one exception is
// "not" followed by a blank or a parenthesis, which is the operator.
//
//	$orderby = order *( "," order )       order = expr [ RWS ( "asc" / "desc" ) ]
//	$expand  = path *( "," path )         path  = [ type "/" ] nav *( "/" [ type "/" ] nav ) [ "/" ]
//	$select  = item *( "," item )         item  = "*" / [ type "/" ] ( identifier / name ".*" / name ) / nav "/" item
//
// Source: OData V3 URI conventions and ABNF; literals as in package edm.
//
// # Limits and errors
//
// [Limits] bounds everything that could nest or repeat. One account is kept per
// request and handed to every parser below it, so nesting cannot reset it, and
// depth is checked before descending. Errors are *odata.Error; their codes are
// the constants Code… and their Target says where: "$filter[9:14]" counts bytes
// of the option's decoded text, "path[3:9]" bytes of the escaped path as given
// to Parse, "query[0:7]" bytes of the raw query.
//
// All functions are safe for concurrent use. Trees share memory with the text
// they came from and must be treated as immutable.
package uri
