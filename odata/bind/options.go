package bind

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A treatment is what a resource does with a system query option.
type treatment uint8

const (
	refused treatment = iota
	ignored
	applied
)

// applicable are the options that each kind of resource takes. Source: OData V3
// URI conventions, system query options, and WCF Data Services where they leave
// it open.
type applicable struct {
	filter, page, expand, choose treatment // page: $orderby, $top and $skip
	inlineCount                  treatment // ignored: none is accepted, allpages is not
}

var applicability = [...]applicable{
	odata.Feed:  {filter: applied, page: applied, expand: applied, choose: applied, inlineCount: applied},
	odata.Entry: {filter: applied, expand: applied, choose: applied},
	odata.Count: {filter: applied, page: applied, expand: ignored, choose: ignored, inlineCount: ignored},

	odata.RawValue: {},
}

// checkOptions refuses the options that do not apply and values above the
// limits. $skiptoken is refused everywhere: it belongs to next links, which no
// feed has.
func (b *Binder) checkOptions(w *walk, kind odata.RequestKind, syntax *uri.Request) *odata.Error {
	if len(syntax.Options) == 0 {
		return nil
	}
	rules := applicability[kind]
	if w.at == atComplex {
		rules.filter = ignored
	}
	paged := rules.page != refused
	counted := rules.inlineCount == applied || rules.inlineCount == ignored && syntax.InlineCount == uri.InlineCountNone
	for _, option := range [...]struct {
		name           string
		given, allowed bool
	}{
		{"$filter", syntax.Filter != nil, rules.filter != refused},
		{"$orderby", syntax.OrderBy != nil, paged},
		{"$top", syntax.Top != nil, paged},
		{"$skip", syntax.Skip != nil, paged},
		{"$inlinecount", syntax.InlineCount != uri.InlineCountAbsent, counted},
		{"$skiptoken", syntax.SkipToken != nil, false},
		{"$expand", syntax.Expand != nil, rules.expand != refused},
		{"$select", syntax.Select != nil, rules.choose != refused},
		{"$format", syntax.Format != nil, kind != odata.Batch},
		{"$callback", syntax.Callback != nil, kind != odata.Batch},
	} {
		if option.given && !option.allowed {
			return optionNotApplicable(option.name, kind.String())
		}
	}
	if syntax.Top != nil && *syntax.Top > b.maxTop && !b.sets[w.set].unlimited {
		return topTooLarge(b.maxTop)
	}
	if syntax.Skip != nil && *syntax.Skip > b.maxSkip {
		return skipTooLarge(b.maxSkip)
	}
	return nil
}
