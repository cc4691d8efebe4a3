package uri

import (
	"strconv"
	"unicode/utf8"

	"github.com/pamodata/pamodata/odata"
)

// The codes of this package's errors. All are KindInvalid, status 400, except
// CodeURITooLong, which is KindURITooLong, status 414.
const (
	CodeInvalidEncoding    = "InvalidEncoding"    // a bad percent escape, or text that is not UTF-8
	CodeInvalidCharacter   = "InvalidCharacter"   // a control character outside a quoted value
	CodeInvalidSegment     = "InvalidSegment"     // a path segment's name or parentheses
	CodeInvalidKey         = "InvalidKey"         // the inside of a segment's parentheses
	CodeInvalidOption      = "InvalidOption"      // a system option without "="
	CodeUnknownOption      = "UnknownOption"      // a "$" option that OData V3 does not have
	CodeRepeatedOption     = "RepeatedOption"     // any option given twice
	CodeInvalidTop         = "InvalidTop"         // $top is not a non-negative Int32
	CodeInvalidSkip        = "InvalidSkip"        // $skip is not a non-negative Int32
	CodeInvalidInlineCount = "InvalidInlineCount" // $inlinecount is neither allpages nor none
	CodeInvalidSkipToken   = "InvalidSkipToken"   // $skiptoken is not a list of literals
	CodeInvalidExpand      = "InvalidExpand"      // the grammar of $expand
	CodeInvalidSelect      = "InvalidSelect"      // the grammar of $select
	CodeInvalidLiteral     = "InvalidLiteral"     // a literal, wherever it stands
	CodeSyntaxError        = "SyntaxError"        // the grammar of expressions: $filter and $orderby

	// The limits, see Limits.
	CodeURITooLong          = "URITooLong"
	CodePathTooDeep         = "PathTooDeep"
	CodeExpressionTooDeep   = "ExpressionTooDeep"
	CodeCallsTooDeep        = "CallsTooDeep"
	CodeLambdasTooDeep      = "LambdasTooDeep"
	CodeExpressionTooLarge  = "ExpressionTooLarge"
	CodeLiteralTooLong      = "LiteralTooLong"
	CodeTooManyOrderByTerms = "TooManyOrderByTerms"
	CodeExpandTooDeep       = "ExpandTooDeep"
	CodeTooManyExpandPaths  = "TooManyExpandPaths"
)

// A mistake is what is constant about an error: code and message never hold
// input.
type mistake struct{ code, message string }

var (
	uriTooLong = mistake{CodeURITooLong, "The URL is longer than the service accepts"}

	badEscape    = mistake{CodeInvalidEncoding, "A percent sign must be followed by two hexadecimal digits"}
	notUTF8      = mistake{CodeInvalidEncoding, "The decoded text is not valid UTF-8"}
	badCharacter = mistake{CodeInvalidCharacter, "A control character is allowed only inside a quoted value"}

	segmentUnnamed  = mistake{CodeInvalidSegment, "A path segment needs a name before its parenthesis"}
	segmentUnclosed = mistake{CodeInvalidSegment, "A path segment with a parenthesis must end with the closing one"}
	pathTooDeep     = mistake{CodePathTooDeep, "The path has more segments than the service accepts"}

	keyValueExpected = mistake{CodeInvalidKey, "A literal is expected between the parentheses"}
	keyNameExpected  = mistake{CodeInvalidKey, "A property or parameter name is expected before the equals sign"}
	keyCommaExpected = mistake{CodeInvalidKey, "A comma or the closing parenthesis is expected after a value"}
	keyUnnamed       = mistake{CodeInvalidKey, "Several values between parentheses must all be named"}
	keyRepeated      = mistake{CodeInvalidKey, "A name occurs twice between the parentheses"}

	optionWithoutValue = mistake{CodeInvalidOption, "A system query option needs an equals sign and a value"}
	optionUnknown      = mistake{CodeUnknownOption, "OData V3 has no system query option of this name"}
	optionRepeated     = mistake{CodeRepeatedOption, "A query option may be given only once"}
	badTop             = mistake{CodeInvalidTop, "$top must be an integer from 0 to 2147483647"}
	badSkip            = mistake{CodeInvalidSkip, "$skip must be an integer from 0 to 2147483647"}
	badInlineCount     = mistake{CodeInvalidInlineCount, "$inlinecount must be allpages or none"}
	badSkipToken       = mistake{CodeInvalidSkipToken, "$skiptoken must be literals separated by commas, as in a next link"}

	badLiteral      = mistake{CodeInvalidLiteral, "A literal is malformed or out of range"}
	unclosedQuote   = mistake{CodeInvalidLiteral, "A quoted value has no closing quote"}
	doubleQuote     = mistake{CodeInvalidLiteral, "Text must be written in single quotes"}
	unknownPrefix   = mistake{CodeInvalidLiteral, "A word directly before a quote must name a literal type, such as guid or datetime"}
	literalTooLong  = mistake{CodeLiteralTooLong, "A literal is longer than the service accepts"}
	literalExpected = mistake{CodeInvalidLiteral, "A single literal is expected"}

	operandExpected    = mistake{CodeSyntaxError, "A value, a name or an opening parenthesis is expected"}
	operatorExpected   = mistake{CodeSyntaxError, "An operator or the end of the expression is expected"}
	blankExpected      = mistake{CodeSyntaxError, "An operator needs a blank or a parenthesis on both sides"}
	closeExpected      = mistake{CodeSyntaxError, "An operator or a closing parenthesis is expected"}
	commaExpected      = mistake{CodeSyntaxError, "An operator, a comma or a closing parenthesis is expected"}
	memberExpected     = mistake{CodeSyntaxError, "A name must follow the slash directly"}
	blankBeforeSlash   = mistake{CodeSyntaxError, "A slash must not have blanks around it"}
	aliasNotAllowed    = mistake{CodeSyntaxError, "A parameter alias is allowed only as an argument in the path"}
	dollarNotAllowed   = mistake{CodeSyntaxError, "Of the names that begin with a dollar sign only $it may occur, and only where a path begins"}
	variableExpected   = mistake{CodeSyntaxError, "any and all need a range variable and a colon"}
	allWithoutBody     = mistake{CodeSyntaxError, "all needs a range variable and a condition"}
	orderTermEnd       = mistake{CodeSyntaxError, "An operator, asc, desc, a comma or the end is expected"}
	expressionTooDeep  = mistake{CodeExpressionTooDeep, "An expression nests deeper than the service accepts"}
	callsTooDeep       = mistake{CodeCallsTooDeep, "Function calls nest deeper than the service accepts"}
	lambdasTooDeep     = mistake{CodeLambdasTooDeep, "any and all nest deeper than the service accepts"}
	expressionTooLarge = mistake{CodeExpressionTooLarge, "The request has more terms than the service accepts"}
	tooManyOrders      = mistake{CodeTooManyOrderByTerms, "$orderby has more terms than the service accepts"}

	expandName      = mistake{CodeInvalidExpand, "A navigation property is expected"}
	expandSeparator = mistake{CodeInvalidExpand, "A slash, a comma or the end is expected after a name"}
	expandOptions   = mistake{CodeInvalidExpand, "$expand takes no options in parentheses; use $select with paths"}
	expandBlank     = mistake{CodeInvalidExpand, "A slash must not have blanks around it"}
	expandTypes     = mistake{CodeInvalidExpand, "A type in a path must be followed by a navigation property"}
	expandTooDeep   = mistake{CodeExpandTooDeep, "A path has more steps than the service accepts"}
	tooManyExpands  = mistake{CodeTooManyExpandPaths, "$expand has more paths than the service accepts"}

	selectName      = mistake{CodeInvalidSelect, "A name or an asterisk is expected"}
	selectSeparator = mistake{CodeInvalidSelect, "A slash, a comma or the end is expected after a name"}
	selectOptions   = mistake{CodeInvalidSelect, "$select takes no parentheses"}
	selectBlank     = mistake{CodeInvalidSelect, "A slash must not have blanks around it"}
	selectTypes     = mistake{CodeInvalidSelect, "A type in a path must be followed by a name it declares"}
	selectAfterStar = mistake{CodeInvalidSelect, "Nothing may follow an asterisk in a path"}
)

// error makes the public error for a place that is already known by name.
func (m mistake) error(target, detail string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: m.code, Message: m.message, Detail: detail, Target: target}
}

// quote shows input within a Detail: one line, and not much of it.
func quote(input string) string {
	const longest = 40
	if len(input) > longest {
		cut := longest
		for cut > 0 && !utf8.RuneStart(input[cut]) {
			cut--
		}
		input = input[:cut] + "…"
	}
	return strconv.Quote(input)
}
