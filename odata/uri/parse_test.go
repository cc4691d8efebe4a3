package uri

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

func TestParseFilter(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		text           string // canonical; empty where it is in itself
		why            string
	}{
		// Literals.
		{"string", "'a'", "'a'", "", "text in single quotes"},
		{"empty string", "''", "''", "", "no text is a text"},
		{"doubled quote", "'it''s'", "'it''s'", "", "a doubled quote stands for one"},
		{"quote at the ends", "''''", "''''", "", "one quote only"},
		{"operators in a string", "'a and (b eq'", "'a and (b eq'", "", "nothing is special in quotes"},
		{"string beyond ASCII", "'žluť 😀'", "'žluť 😀'", "", "text is UTF-8"},
		{"null", "null", "null", "", "a reserved word"},
		{"true", "true", "true", "", "a reserved word"},
		{"false", "false", "false", "", "a reserved word"},
		{"NaN", "NaN", "NaN", "", "a reserved word"},
		{"INF", "INF", "INF", "", "a reserved word"},
		{"Single specials", "NaNf eq INFF", "(eq NaNf INFF)", "", "the suffix is in any case"},
		{"negative infinity", "-INF", "-INF", "", "a minus before INF belongs to it"},
		{"negative Single infinity", "-INFf", "-INFf", "", "with a suffix, too"},
		{"integer", "42", "42", "", "no suffix"},
		{"negative integer", "-42", "-42", "", "a minus before a digit belongs to the literal"},
		{"Int64", "42L", "42L", "", "suffix"},
		{"Decimal", "4.20m", "4.20m", "", "suffix in any case, scale kept"},
		{"Single", "1f", "1f", "", "suffix"},
		{"Double", "1d", "1d", "", "suffix"},
		{"Double by fraction", "1.5", "1.5", "", "no suffix needed"},
		{"Double by exponent", "1E+10", "1E+10", "", "the sign belongs to the exponent"},
		{"exponent without a sign", "-1.5e3", "-1.5e3", "", "lower case, no sign"},
		{"guid", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", "", "prefix"},
		{"datetime", "DateTime'2015-07-12T06:40'", "DateTime'2015-07-12T06:40'", "", "prefixes are in any case"},
		{"datetime with zone", "datetime'2026-03-01T08:26:49.721Z'", "datetime'2026-03-01T08:26:49.721Z'", "", "existing clients send nothing else"},
		{"datetimeoffset", "datetimeoffset'2015-07-12T06:40:00+02:00'", "datetimeoffset'2015-07-12T06:40:00+02:00'", "", "prefix"},
		{"plus read as a blank", "datetimeoffset'2015-07-12T06:40:00 02:00'", "datetimeoffset'2015-07-12T06:40:00+02:00'",
			"datetimeoffset'2015-07-12T06:40:00+02:00'", "careless clients do not escape the plus of a zone"},
		{"plus read as a blank in datetime", "datetime'2015-07-12T06:40 02:00'", "datetime'2015-07-12T06:40+02:00'",
			"datetime'2015-07-12T06:40+02:00'", "zones are accepted there, so this one is, too"},
		{"time", "time'PT1H30M'", "time'PT1H30M'", "", "prefix"},
		{"binary", "X'0aFF'", "X'0aFF'", "", "short prefix"},
		{"long binary", "binary'0aFF'", "binary'0aFF'", "", "long prefix"},

		// Names.
		{"name", "Name", "<Name>", "", "a member of the entity"},
		{"underscores and digits", "_a1_", "<_a1_>", "", "digits may not begin a name"},
		{"name beyond ASCII", "Straße", "<Straße>", "", "names are identifiers of CSDL"},
		{"combining mark", "e\u0301", "<e\u0301>", "", "marks may continue a name"},
		{"member path", "Home/City", "<Home>/<City>", "", "complex member"},
		{"long path", "A/B/C/D", "<A>/<B>/<C>/<D>", "", "path"},
		{"it", "$it", "<$it>", "", "the entity itself"},
		{"member of it", "$it/Id", "<$it>/<Id>", "", "explicit"},
		{"cast of it", "Demo.VipCustomer/Level", "<Demo.VipCustomer>/<Level>", "", "a qualified type name is one step"},
		{"cast in a path", "BestFriend/My.Demo.VipCustomer/Level", "<BestFriend>/<My.Demo.VipCustomer>/<Level>", "", "namespaces have dots"},
		{"operator as a name", "eq eq eq", "(eq <eq> <eq>)", "", "where an operand is expected, operator words are names"},
		{"desc as a name", "desc eq 1", "(eq <desc> 1)", "", "the same"},
		{"case of words", "Null eq True", "(eq <Null> <True>)", "", "reserved words are lower-case"},
		{"any as a name", "any eq 1", "(eq <any> 1)", "", "any needs a slash and parentheses"},
		{"any as a member", "Home/any eq 1", "(eq <Home>/<any> 1)", "", "parentheses make the lambda"},
		{"reserved word as a member", "Home/null eq 1", "(eq <Home>/<null> 1)", "", "after a slash no literal can stand"},
		{"guid as a name", "guid eq 1", "(eq <guid> 1)", "", "the quote makes the prefix"},
		{"not as a name", "not/City", "<not>/<City>", "(not)/City", "without a blank or parenthesis it is no operator"},
		{"not in parentheses", "(not) eq 1", "(eq <not> 1)", "", "so the name can be written anywhere"},
		{"name beginning with not", "nothing eq 1", "(eq <nothing> 1)", "", "words are whole"},

		// Operators, each once.
		{"or", "a or b", "(or <a> <b>)", "", "logical"},
		{"and", "a and b", "(and <a> <b>)", "", "logical"},
		{"eq", "a eq b", "(eq <a> <b>)", "", "comparison"},
		{"ne", "a ne b", "(ne <a> <b>)", "", "comparison"},
		{"lt", "a lt b", "(lt <a> <b>)", "", "comparison"},
		{"le", "a le b", "(le <a> <b>)", "", "comparison"},
		{"gt", "a gt b", "(gt <a> <b>)", "", "comparison"},
		{"ge", "a ge b", "(ge <a> <b>)", "", "comparison"},
		{"add", "a add b", "(add <a> <b>)", "", "arithmetic"},
		{"sub", "a sub b", "(sub <a> <b>)", "", "arithmetic"},
		{"mul", "a mul b", "(mul <a> <b>)", "", "arithmetic"},
		{"div", "a div b", "(div <a> <b>)", "", "arithmetic"},
		{"mod", "a mod b", "(mod <a> <b>)", "", "arithmetic"},
		{"not", "not a", "(not <a>)", "", "unary"},
		{"minus", "-a", "(- <a>)", "", "unary"},
		{"minus and blank", "- 5", "(- 5)", "-(5)", "a blank separates the operator from the number"},
		{"minus in parentheses", "-(5)", "(- 5)", "", "and so does a parenthesis"},
		{"two minus signs", "--5", "(- -5)", "-(-5)", "the second one belongs to the number"},
		{"not twice", "not not a", "(not (not <a>))", "", "unary operators nest"},
		{"minus not", "-not a", "(- (not <a>))", "", "they nest in any order"},
		{"minus INFinity", "-INFinity", "(- <INFinity>)", "", "words are whole"},
		{"sub of a negative", "a sub -5", "(sub <a> -5)", "", "sub is the only binary minus"},
		{"not touching", "not(a)", "(not <a>)", "not a", "a parenthesis replaces the blank"},
		{"operators touching", "(a)eq(b)", "(eq <a> <b>)", "a eq b", "on both sides"},

		// Precedence of neighbours, and associativity.
		{"or and", "a or b and c", "(or <a> (and <b> <c>))", "", "and binds tighter"},
		{"and or", "a and b or c", "(or (and <a> <b>) <c>)", "", "and binds tighter"},
		{"and eq", "a and b eq c", "(and <a> (eq <b> <c>))", "", "comparison binds tighter"},
		{"eq and", "a eq b and c", "(and (eq <a> <b>) <c>)", "", "comparison binds tighter"},
		{"eq lt", "a eq b lt c", "(lt (eq <a> <b>) <c>)", "", "all comparisons are one level"},
		{"lt eq", "a lt b eq c", "(eq (lt <a> <b>) <c>)", "", "all comparisons are one level"},
		{"eq add", "a eq b add c", "(eq <a> (add <b> <c>))", "", "sums bind tighter"},
		{"add eq", "a add b eq c", "(eq (add <a> <b>) <c>)", "", "sums bind tighter"},
		{"add mul", "a add b mul c", "(add <a> (mul <b> <c>))", "", "products bind tighter"},
		{"mul add", "a mul b add c", "(add (mul <a> <b>) <c>)", "", "products bind tighter"},
		{"sub sub", "a sub b sub c", "(sub (sub <a> <b>) <c>)", "", "to the left"},
		{"sub in parentheses", "a sub (b sub c)", "(sub <a> (sub <b> <c>))", "", "parentheses that matter stay"},
		{"div mod", "a div b mod c", "(mod (div <a> <b>) <c>)", "", "to the left"},
		{"or or", "a or b or c", "(or (or <a> <b>) <c>)", "", "to the left"},
		{"and in parentheses", "a and (b and c)", "(and <a> (and <b> <c>))", "", "the structure is kept as written"},
		{"not eq", "not a eq b", "(eq (not <a>) <b>)", "", "not binds tighter than any binary operator"},
		{"not in parentheses around eq", "not (a eq b)", "(not (eq <a> <b>))", "", "which is how it has to be written"},
		{"not mul", "not a mul b", "(mul (not <a>) <b>)", "", "tighter than products, too"},
		{"minus mul", "-a mul b", "(mul (- <a>) <b>)", "", "tighter than products, too"},
		{"minus path", "-a/b", "(- <a>/<b>)", "", "a path binds tightest"},
		{"all levels", "a or b and c eq d add e mul -f", "(or <a> (and <b> (eq <c> (add <d> (mul <e> (- <f>))))))", "", "every level once"},
		{"all levels back", "-a mul b add c eq d and e or f", "(or (and (eq (add (mul (- <a>) <b>) <c>) <d>) <e>) <f>)", "", "every level once"},
		{"or in parentheses", "(a or b) and c", "(and (or <a> <b>) <c>)", "", "grouping wins"},
		{"redundant parentheses", "((a)) and ((b eq (c)))", "(and <a> (eq <b> <c>))", "a and b eq c", "grouping leaves no node"},
		{"member of a group", "(a add b)/c", "(add <a> <b>)/<c>", "", "the grammar lets any start continue"},
		{"member of a literal", "-5/c", "-5/<c>", "", "and so it does a literal"},
		{"minus and member of a literal", "-(5/c)", "(- 5/<c>)", "", "parentheses keep the minus apart"},

		// Calls.
		{"call", "startswith(Name,'A')", "(call startswith <Name> 'A')", "", "function"},
		{"call without arguments", "now()", "(call now)", "", "whether it exists is the binder's question"},
		{"call compared", "startswith(Name,'A') eq true", "(eq (call startswith <Name> 'A') true)", "", "what some clients emit"},
		{"calls nested", "length(trim(Name)) gt 3", "(gt (call length (call trim <Name>)) 3)", "", "arguments are expressions"},
		{"operators in arguments", "f(a or b,c add 1)", "(call f (or <a> <b>) (add <c> 1))", "", "of any precedence"},
		{"blanks in a call", "concat ( 'a' , 'b' )", "(call concat 'a' 'b')", "concat('a','b')", "blanks are tolerated"},
		{"dotted call", "geo.distance(A,B)", "(call geo.distance <A> <B>)", "", "spatial functions have a dot"},
		{"isof", "isof('Demo.VipCustomer')", "(call isof 'Demo.VipCustomer')", "", "type names are quoted"},
		{"cast", "cast(Score,'Edm.Double') gt 1", "(gt (call cast <Score> 'Edm.Double') 1)", "", "type names are quoted"},
		{"any without a slash", "any(x)", "(call any <x>)", "", "a lambda stands only after a slash"},
		{"bound call", "BestFriend/Rating(1)", "<BestFriend>/(call Rating 1)", "", "a call can be a step"},
		{"member of a call", "Pick(1)/Name", "(call Pick 1)/<Name>", "", "and a start"},

		// Lambdas.
		{"any without a condition", "Orders/any()", "<Orders>/(any)", "", "not empty"},
		{"any", "Orders/any(o:o/Total gt 5M)", "<Orders>/(any o: (gt <o>/<Total> 5M))", "", "condition"},
		{"all", "Orders/all(o:o/Total gt 5M)", "<Orders>/(all o: (gt <o>/<Total> 5M))", "", "condition"},
		{"any over a path", "BestFriend/Orders/any(o:o/Total gt 5M)", "<BestFriend>/<Orders>/(any o: (gt <o>/<Total> 5M))", "", "condition"},
		{"any over values", "Emails/any(e:startswith(e,'x'))", "<Emails>/(any e: (call startswith <e> 'x'))", "", "the variable itself"},
		{"it in a lambda", "Orders/all(o:o/Customer/Id eq $it/Id)", "<Orders>/(all o: (eq <o>/<Customer>/<Id> <$it>/<Id>))", "", "outer names stay visible"},
		{"lambda in a lambda", "Orders/any(o:o/Lines/all(l:l/Qty gt 1))", "<Orders>/(any o: <o>/<Lines>/(all l: (gt <l>/<Qty> 1)))", "", "nested"},
		{"blanks in a lambda", "Orders/any( o : o/Total gt 5 )", "<Orders>/(any o: (gt <o>/<Total> 5))", "Orders/any(o:o/Total gt 5)", "blanks around parentheses and colon"},
		{"lambda as operand", "Orders/any() and not Orders/all(o:o/Paid)", "(and <Orders>/(any) (not <Orders>/(all o: <o>/<Paid>)))", "", "a lambda is an operand"},

		// White space.
		{"blanks outside", " \t a eq 1\r\n ", "(eq <a> 1)", "a eq 1", "documented examples end in a blank"},
		{"many blanks", "a   eq\t\t1", "(eq <a> 1)", "a eq 1", "blanks are white space of any length"},
		{"blanks in parentheses", "( a eq 1 )", "(eq <a> 1)", "a eq 1", "tolerated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := ParseFilter(tt.in, Limits{})
			if err != nil {
				t.Fatalf("ParseFilter(%q): %v (%s)", tt.in, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, dump(n)); diff != "" {
				t.Errorf("ParseFilter(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			text := tt.text
			if text == "" {
				text = tt.in
			}
			if diff := cmp.Diff(text, n.String()); diff != "" {
				t.Errorf("String of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestParseFilterFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"empty", "", "SyntaxError $filter[0:0]", "an expression is expected"},
		{"blank", "  ", "SyntaxError $filter[2:2]", "an expression is expected"},
		{"operand missing", "a eq ", "SyntaxError $filter[5:5]", "at the end"},
		{"two operands", "a b", "SyntaxError $filter[2:3]", "an operator is expected"},
		{"two literals", "1 2", "SyntaxError $filter[2:3]", "an operator is expected"},
		{"operator only", "and eq", "SyntaxError $filter[6:6]", "and is a name here, and the operand after eq is missing"},
		{"upper-case operator", "a EQ 1", "SyntaxError $filter[2:4]", "operators are lower-case"},
		{"symbol operator", "a = 1", "SyntaxError $filter[2:3]", "V3 has words"},
		{"no blank before an operator", "'a'eq 'b'", "SyntaxError $filter[3:5]", "operators need blanks"},
		{"no blank after an operator", "a eq-5", "SyntaxError $filter[2:4]", "operators need blanks"},
		{"operator touching a string", "a eq'x'", "InvalidLiteral $filter[2:4]", "reads as a literal with an unknown prefix"},
		{"no blank after not", "not-a", "SyntaxError $filter[3:4]", "not needs a blank or parenthesis, so it is a name"},
		{"not without an operand", "not ", "SyntaxError $filter[4:4]", "not followed by a blank is the operator"},
		{"minus without an operand", "-", "SyntaxError $filter[1:1]", "an operand is expected"},
		{"plus", "+5", "SyntaxError $filter[0:1]", "there is no plus"},

		{"parenthesis open", "(a", "SyntaxError $filter[2:2]", "not closed"},
		{"parenthesis closed", "a)", "SyntaxError $filter[1:2]", "not opened"},
		{"parentheses empty", "()", "SyntaxError $filter[1:2]", "an expression is expected"},
		{"two expressions in parentheses", "(a,b)", "SyntaxError $filter[2:3]", "that is no list"},
		{"comma", "a,b", "SyntaxError $filter[1:2]", "a filter is one expression"},

		{"call not closed", "f(a", "SyntaxError $filter[3:3]", "not closed"},
		{"call with a trailing comma", "f(a,)", "SyntaxError $filter[4:5]", "an argument is expected"},
		{"call with a leading comma", "f(,a)", "SyntaxError $filter[2:3]", "an argument is expected"},
		{"call of it", "$it(1)", "SyntaxError $filter[0:3]", "$it is no function"},
		{"call of a literal", "null(1)", "SyntaxError $filter[4:5]", "reserved words are no functions"},
		{"named argument", "f(a=1)", "SyntaxError $filter[3:4]", "arguments in expressions are positional"},

		{"slash at the end", "a/", "SyntaxError $filter[2:2]", "a member is expected"},
		{"slash at the beginning", "/a", "SyntaxError $filter[0:1]", "an operand is expected"},
		{"two slashes", "a//b", "SyntaxError $filter[2:3]", "a member is expected"},
		{"blank before a slash", "a /b", "SyntaxError $filter[2:3]", "paths have no blanks"},
		{"blank after a slash", "a/ b", "SyntaxError $filter[3:4]", "paths have no blanks"},
		{"literal after a slash", "a/'b'", "SyntaxError $filter[2:5]", "a member is expected"},
		{"it after a slash", "a/$it", "SyntaxError $filter[2:5]", "only where a path begins"},
		{"count", "Orders/$count gt 1", "SyntaxError $filter[7:13]", "that is V4"},
		{"other dollar name", "$root/a", "SyntaxError $filter[0:5]", "that is V4"},
		{"dollar alone", "$ eq 1", "SyntaxError $filter[0:1]", "no name"},
		{"alias", "@a eq 1", "SyntaxError $filter[0:2]", "only as an argument in the path"},
		{"at sign alone", "@ eq 1", "SyntaxError $filter[0:1]", "no name"},
		{"dot at the end", "a. eq 1", "SyntaxError $filter[1:2]", "an identifier is expected"},
		{"dot at the beginning", ".5 eq 1", "SyntaxError $filter[0:1]", "numbers begin with a digit"},
		{"two dots", "a..b", "SyntaxError $filter[1:2]", "an identifier is expected"},

		{"all without a body", "Orders/all()", "SyntaxError $filter[11:12]", "only any may be empty"},
		{"any without a variable", "Orders/any(Total gt 5)", "SyntaxError $filter[17:19]", "a colon is expected"},
		{"any with a literal", "Orders/any(5)", "SyntaxError $filter[11:12]", "a variable is expected"},
		{"any without a body", "Orders/any(o:)", "SyntaxError $filter[13:14]", "an expression is expected"},
		{"any with a dotted variable", "Orders/any(a.b:true)", "SyntaxError $filter[11:14]", "a variable is an identifier"},
		{"any with it", "Orders/any($it:true)", "SyntaxError $filter[11:14]", "$it is taken"},
		{"any with two bodies", "Orders/any(o:o,o)", "SyntaxError $filter[14:15]", "one condition"},
		{"any not closed", "Orders/any(o:o", "SyntaxError $filter[14:14]", "not closed"},
		{"lambda without a slash", "any(o:o)", "SyntaxError $filter[5:6]", "only after a path"},
		{"colon alone", "a:b", "SyntaxError $filter[1:2]", "only in any and all"},

		{"double quotes", `a eq "x"`, "InvalidLiteral $filter[5:6]", "an error of early documentation"},
		{"double quotes with a prefix", `datetime"2015"`, "InvalidLiteral $filter[8:9]", "an error of early documentation"},
		{"string open", "a eq 'x", "InvalidLiteral $filter[5:7]", "not closed"},
		{"string open after a doubled quote", "'x''", "InvalidLiteral $filter[0:4]", "not closed"},
		{"prefixed literal open", "guid'6f", "InvalidLiteral $filter[4:7]", "not closed"},
		{"unknown prefix", "foo'x'", "InvalidLiteral $filter[0:3]", "no such type"},
		{"V4 duration", "duration'PT1H'", "InvalidLiteral $filter[0:8]", "V3 says time"},
		{"prefix apart", "guid 'x'", "SyntaxError $filter[5:8]", "a prefix touches the quote"},
		{"number and letters", "5abc", "InvalidLiteral $filter[0:4]", "no such suffix"},
		{"number and dot", "5. eq 1", "InvalidLiteral $filter[0:2]", "a digit is expected"},
		{"number and quote", "5'x'", "InvalidLiteral $filter[0:2]", "no such prefix"},
		{"two suffixes", "5LL", "InvalidLiteral $filter[0:3]", "one suffix"},
		{"suffix and digits", "6f0c0b5e", "InvalidLiteral $filter[0:8]", "a guid without its prefix"},
		{"exponent empty", "5e", "InvalidLiteral $filter[0:2]", "a digit is expected"},
		{"hexadecimal", "0x1F", "InvalidLiteral $filter[0:4]", "not in V3"},
		{"integer beyond Int64", "99999999999999999999", "InvalidLiteral $filter[0:20]", "what the model cannot hold"},

		{"semicolon", "a;b", "SyntaxError $filter[1:2]", "means nothing"},
		{"percent", "a%20eq", "SyntaxError $filter[1:2]", "options are decoded once"},
		{"NUL", "a\x00", "SyntaxError $filter[1:2]", "control characters stand only in quotes"},
		{"emoji", "😀", "SyntaxError $filter[0:4]", "no letter"},
		{"leading mark", "\u0301e", "SyntaxError $filter[0:2]", "marks do not begin names"},
		{"malformed UTF-8", "\xff", "SyntaxError $filter[0:1]", "no letter"},
		{"star", "*", "SyntaxError $filter[0:1]", "only in $select"},
	}, func(in string) error {
		_, err := ParseFilter(in, Limits{})
		return err
	})
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ name, in, message, detail, why string }{
		{"end", "a eq", "A value, a name or an opening parenthesis is expected", `unexpected the end after "eq"`,
			"the message is constant and the detail names the place"},
		{"word", "a eq 1 foo", "An operator or the end of the expression is expected", `unexpected "foo" after "1"`,
			"input is only in the detail"},
		{"beginning", ")", "A value, a name or an opening parenthesis is expected", `unexpected ")" at the beginning`,
			"nothing precedes"},
		{"long input", "a '" + string(make([]byte, 100)) + "'", "An operator or the end of the expression is expected",
			"unexpected " + quote("'"+string(make([]byte, 100))) + ` after "a"`, "long input is cut"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseFilter(tt.in, Limits{})
			e := odata.AsError(err)
			if diff := cmp.Diff([]string{tt.message, tt.detail}, []string{e.Message, e.Detail}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}
