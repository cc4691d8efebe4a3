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
	skipToken                    treatment // where there are next links
	bare                         bool      // not even $format
}

var applicability = [...]applicable{
	odata.Batch: {bare: true},
	odata.Feed:  {filter: applied, page: applied, expand: applied, choose: applied, inlineCount: applied, skipToken: applied},
	odata.Entry: {filter: applied, expand: applied, choose: applied},
	odata.Count: {filter: applied, page: applied, expand: ignored, choose: ignored, inlineCount: ignored},

	odata.LinkFeed:      {filter: applied, page: applied, inlineCount: applied, skipToken: applied},
	odata.MediaResource: {bare: true},
	odata.NamedStream:   {bare: true},
	odata.Invocation:    {},
}

// rules are the options that what w has come to takes. Only what can be composed
// further takes options behind an operation.
func (w *walk) rules(kind odata.RequestKind) applicable {
	if w.closed != "" {
		return applicable{}
	}
	rules := applicability[kind]
	if kind == odata.PropertyValue && (w.at == atComplex || w.at == atDynamic) {
		rules.filter = ignored
	}
	if rules.skipToken == applied && !w.paged() {
		rules.skipToken = refused
	}
	return rules
}

// paged tells that the service cuts the entities into pages, which a client asks
// for by following links: with GET, and $skiptoken.
func (w *walk) paged() bool { return w.b.sets[w.here.set].paged && w.closed == "" && !w.posted }

// checkOptions refuses the options that do not apply and values above the
// limits.
func (b *Binder) checkOptions(w *walk, kind odata.RequestKind, syntax *uri.Request) *odata.Error {
	if len(syntax.Options) == 0 {
		return nil
	}
	rules := w.rules(kind)
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
		{"$skiptoken", syntax.SkipToken != nil, rules.skipToken != refused},
		{"$expand", syntax.Expand != nil, rules.expand != refused},
		{"$select", syntax.Select != nil, rules.choose != refused},
		{"$format", syntax.Format != nil, !rules.bare},
		{"$callback", syntax.Callback != nil, !rules.bare},
	} {
		if option.given && !option.allowed {
			return optionNotApplicable(option.name, w.describe(kind))
		}
	}
	if syntax.Top != nil && *syntax.Top > b.maxTop && !b.sets[w.here.set].unlimited {
		return topTooLarge(b.maxTop)
	}
	if syntax.Skip != nil && *syntax.Skip > b.maxSkip {
		return skipTooLarge(b.maxSkip)
	}
	return nil
}

// describe names for errors what options do not apply to.
func (w *walk) describe(kind odata.RequestKind) string {
	if w.closed != "" {
		return w.closed
	}
	return kind.String()
}
