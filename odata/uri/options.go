package uri

import (
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// The system query options of OData V3. Source: OData V3 URI conventions,
// system query options.
const (
	optionFilter      = "$filter"
	optionOrderBy     = "$orderby"
	optionTop         = "$top"
	optionSkip        = "$skip"
	optionSkipToken   = "$skiptoken"
	optionInlineCount = "$inlinecount"
	optionExpand      = "$expand"
	optionSelect      = "$select"
	optionFormat      = "$format"
	optionCallback    = "$callback"
)

func isSystemOption(name string) bool {
	switch name {
	case optionFilter, optionOrderBy, optionTop, optionSkip, optionSkipToken,
		optionInlineCount, optionExpand, optionSelect, optionFormat, optionCallback:
		return true
	}
	return false
}

// apply parses one option into its field. Custom options stay text.
func (r *Request) apply(b *budget, o *Option) (err *odata.Error) {
	if !o.IsSystem() || isAllBlank(o.Value) {
		return nil
	}
	switch o.Name {
	case optionFilter:
		r.Filter, err = newParser(b, optionFilter, o.Value).whole()
	case optionOrderBy:
		r.OrderBy, err = newParser(b, optionOrderBy, o.Value).orderBy()
	case optionTop:
		r.Top, err = parseInt32(badTop, optionTop, o.Value)
	case optionSkip:
		r.Skip, err = parseInt32(badSkip, optionSkip, o.Value)
	case optionInlineCount:
		r.InlineCount, err = parseInlineCount(o.Value)
	case optionExpand:
		r.Expand, err = newParser(b, optionExpand, o.Value).expand()
	case optionSelect:
		r.RawSelect = o.Value
		r.Select, err = newParser(b, optionSelect, o.Value).selectList()
	case optionSkipToken:
		r.SkipToken = &o.Value
	case optionFormat:
		r.Format = &o.Value
	case optionCallback:
		r.Callback = &o.Value
	}
	return err
}

// parseInt32 reads $top and $skip: decimal digits, blanks around them allowed.
func parseInt32(m mistake, where, text string) (*int64, *odata.Error) {
	digits := strings.Trim(text, blanks)
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !isDigit(digits[0]) {
		return nil, m.error(odata.Span{End: len(text)}.In(where), quote(text))
	}
	return &n, nil
}

func parseInlineCount(text string) (InlineCount, *odata.Error) {
	for _, c := range []InlineCount{InlineCountNone, InlineCountAllPages} {
		if text == c.String() {
			return c, nil
		}
	}
	return 0, badInlineCount.error(odata.Span{End: len(text)}.In(optionInlineCount), quote(text))
}

// blanks are the characters white space in options consists of.
const blanks = " \t\r\n"

func isAllBlank(text string) bool { return strings.Trim(text, blanks) == "" }

// ParseFilter reads the decoded text of $filter, or any other text that is one
// expression.
func ParseFilter(text string, limits Limits) (Node, error) {
	return result(newParser(newBudget(limits), optionFilter, text).whole())
}

// ParseOrderBy reads the decoded text of $orderby.
func ParseOrderBy(text string, limits Limits) ([]OrderItem, error) {
	return result(newParser(newBudget(limits), optionOrderBy, text).orderBy())
}

// ParseExpand reads the decoded text of $expand.
func ParseExpand(text string, limits Limits) ([]ExpandItem, error) {
	return result(newParser(newBudget(limits), optionExpand, text).expand())
}

// ParseSelect reads the decoded text of $select.
func ParseSelect(text string, limits Limits) ([]SelectItem, error) {
	return result(newParser(newBudget(limits), optionSelect, text).selectList())
}

// result turns a typed nil into a plain one, and drops what an error leaves.
func result[T any](value T, err *odata.Error) (T, error) {
	if err != nil {
		return *new(T), err
	}
	return value, nil
}
