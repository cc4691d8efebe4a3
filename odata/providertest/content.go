package providertest

import (
	"context"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/uri"
)

// content is all that some entity sets hold, in plain Go values, as they
// themselves tell it. Answers to queries are judged by it.
type content struct {
	model   *metadata.Model
	binder  *bind.Binder
	sets    map[*metadata.EntitySet]odata.EntitySet
	order   []*metadata.EntitySet // of sets, as given
	records map[*metadata.EntitySet][]*record

	// values are the single values of all entities, for literals that hit.
	values []edm.Value

	// follows are the navigation properties whose links are known.
	follows map[*metadata.NavigationProperty]bool
}

// A record is one entity. Its values are what plain makes of them; what its type
// does not have is absent.
type record struct {
	typ     *metadata.EntityType
	key     string
	values  map[string]any
	dynamic map[string]any
	links   map[string][]*record // by navigation property
}

// The plain Go values. Integers, floats, strings and Booleans are Go's own, null
// is nil, and a collection is []any.
type (
	// members are the members of a complex value.
	members map[string]any

	// A fraction is an Edm.Decimal. text is how it is written, empty where it is
	// the result of a calculation.
	fraction struct {
		*big.Rat
		text string
	}

	octets string // Edm.Binary
	guid   string // in lower case

	// A moment is an Edm.DateTime, or with offset an Edm.DateTimeOffset.
	moment struct {
		instant time.Time
		clock   [6]int32 // year, month, day, hour, minute and second of its own clock
		text    string
		offset  bool
	}

	// A span is an Edm.Time.
	span struct {
		ticks int64 // of 100 ns
		text  string
	}

	// opaque is a value of a type that no query here looks into.
	opaque struct{}
)

// plain reads a value out of its edm form.
func plain(v edm.Value, t metadata.TypeRef) any {
	switch v.Kind() {
	case edm.KindNull:
		return nil
	case edm.KindBoolean:
		return v.Bool()
	case edm.KindByte:
		return uint8(v.Int())
	case edm.KindSByte:
		return int8(v.Int())
	case edm.KindInt16:
		return int16(v.Int())
	case edm.KindInt32:
		return int32(v.Int())
	case edm.KindInt64:
		return v.Int()
	case edm.KindSingle:
		return float32(v.Float())
	case edm.KindDouble:
		return v.Float()
	case edm.KindDecimal:
		text := v.Decimal().String()
		r, _ := new(big.Rat).SetString(text)
		return fraction{r, text}
	case edm.KindString:
		return strings.Clone(v.Str())
	case edm.KindBinary:
		return octets(v.Bytes())
	case edm.KindGuid:
		return guid(v.GUID().String())
	case edm.KindDateTime:
		return momentOf(v.DateTime().Instant(), v.DateTime().String(), false)
	case edm.KindDateTimeOffset:
		return momentOf(v.DateTimeOffset().Instant(), v.DateTimeOffset().String(), true)
	case edm.KindTime:
		return span{v.Time().Ticks(), v.Time().String()}
	case edm.KindComplex:
		if t.Complex == nil {
			return opaque{}
		}
		m := members{}
		for i, p := range t.Complex.AllProperties() {
			m[p.Name] = plain(v.Elements()[i], p.TypeRef())
		}
		return m
	case edm.KindCollection:
		items := []any{}
		for _, item := range v.Elements() {
			items = append(items, plain(item, t.Item()))
		}
		return items
	}
	return opaque{}
}

// momentOf takes the clock from the text, which begins yyyy-mm-ddThh:mm:ss.
func momentOf(instant time.Time, text string, offset bool) moment {
	m := moment{instant: instant, text: text, offset: offset}
	for i, at := range [...]int{0, 5, 8, 11, 14, 17} {
		width := 2
		if i == 0 {
			width = 4
		}
		for _, digit := range text[at : at+width] {
			m.clock[i] = m.clock[i]*10 + digit - '0'
		}
	}
	return m
}

// readContent asks each set for everything, and its Navigator for all links.
func readContent(ctx context.Context, model *metadata.Model, given []odata.EntitySet) (*content, error) {
	c := &content{model: model, sets: map[*metadata.EntitySet]odata.EntitySet{},
		records: map[*metadata.EntitySet][]*record{}, follows: map[*metadata.NavigationProperty]bool{}}
	bound := map[string]odata.EntitySet{}
	for _, set := range given {
		declared := model.DefaultContainer().EntitySet(set.Name)
		if declared == nil {
			return nil, fmt.Errorf("the model has no entity set %s", set.Name)
		}
		// What a service adds to a request is not the provider's.
		set.PageSize, set.OrderBy = odata.NoPaging, ""
		c.sets[declared], bound[set.Name] = set, set
		c.order = append(c.order, declared)
	}
	var err error
	if c.binder, err = bind.New(model, bind.Options{Sets: bound}); err != nil {
		return nil, err
	}
	keys := map[*metadata.EntitySet][]odata.Key{}
	for _, set := range c.order {
		if keys[set], err = c.readSet(ctx, set); err != nil {
			return nil, fmt.Errorf("reading all of %s: %w", set.Name, err)
		}
	}
	for _, set := range c.order {
		for _, t := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range t.AllNavigationProperties() {
				if err := c.link(ctx, set, t, nav, keys[set]); err != nil {
					return nil, fmt.Errorf("following %s of %s: %w", nav.Name, set.Name, err)
				}
			}
		}
	}
	return c, nil
}

func (c *content) everything(set *metadata.EntitySet) (*odata.Query, error) {
	syntax, err := uri.Parse(url.PathEscape(set.Name), "", uri.Limits{})
	if err != nil {
		return nil, err
	}
	req, err := c.binder.Request(syntax)
	if err != nil {
		return nil, err
	}
	return req.Query, nil
}

func (c *content) readSet(ctx context.Context, set *metadata.EntitySet) ([]odata.Key, error) {
	q, err := c.everything(set)
	if err != nil {
		return nil, err
	}
	result, err := c.sets[set].Reader.Read(ctx, q)
	if err == nil {
		result, err = eval.Finish(ctx, q, result, eval.Limits{})
	}
	if err != nil {
		return nil, err
	}
	var keys []odata.Key
	for row, err := range result.Rows {
		if err != nil {
			return nil, err
		}
		var key odata.Key
		for _, p := range set.Type().KeyProperties() {
			key = append(key, row.Values[q.Field(p)].Clone())
		}
		keys = append(keys, key)
		c.records[set] = append(c.records[set], recordOf(q, &row))
		c.collect(row.Values)
		for _, d := range row.Dynamic {
			c.collect([]edm.Value{d.Value})
		}
	}
	return keys, nil
}

func (c *content) collect(values []edm.Value) {
	for _, v := range values {
		switch v.Kind() {
		case edm.KindNull:
		case edm.KindComplex, edm.KindCollection:
			c.collect(v.Elements())
		default:
			c.values = append(c.values, v.Clone())
		}
	}
}

func recordOf(q *odata.Query, row *odata.Row) *record {
	r := &record{typ: row.Type, key: keyOf(q, row), values: map[string]any{}, dynamic: map[string]any{}, links: map[string][]*record{}}
	if r.typ == nil {
		r.typ = q.Type
	}
	for i, p := range q.Fields {
		if r.typ.Property(p.Name) == p {
			r.values[p.Name] = plain(row.Values[i], p.TypeRef())
		}
	}
	for _, d := range row.Dynamic {
		r.dynamic[d.Name] = plain(d.Value, metadata.TypeRef{})
	}
	return r
}

// keyOf is the key of a row as one text.
func keyOf(q *odata.Query, row *odata.Row) string {
	var parts []string
	for _, p := range q.Set.Type().KeyProperties() {
		parts = append(parts, row.Values[q.Field(p)].String())
	}
	return strings.Join(parts, ",")
}

// link finds the links along nav of the entities of type t, unless nobody knows
// them.
func (c *content) link(ctx context.Context, set *metadata.EntitySet, t *metadata.EntityType, nav *metadata.NavigationProperty, keys []odata.Key) error {
	target, navigator := set.NavigationTarget(nav), c.sets[set].Navigator
	if t != nav.DeclaringType() && t != set.Type() || target == nil || c.records[target] == nil {
		return nil
	}
	var from []*record
	var fromKeys []odata.Key
	for i, r := range c.records[set] {
		if r.typ.Is(nav.DeclaringType()) {
			from, fromKeys = append(from, r), append(fromKeys, keys[i])
		}
	}
	switch {
	case navigator != nil:
	case nav.Association().Constraint != nil:
		c.follows[nav] = true
		c.join(target, nav, from)
		return nil
	default:
		return nil
	}
	c.follows[nav] = true
	if len(from) == 0 {
		return nil
	}
	q, err := c.everything(target)
	if err != nil {
		return err
	}
	for edge, err := range navigator.Navigate(ctx, nav, fromKeys, q) {
		if err != nil {
			return err
		}
		key := keyOf(q, &edge.Row)
		at := slices.IndexFunc(c.records[target], func(r *record) bool { return r.key == key })
		if at < 0 {
			return fmt.Errorf("a link leads to %s(%s), which is not there", target.Name, key)
		}
		r := from[edge.From]
		r.links[nav.Name] = append(r.links[nav.Name], c.records[target][at])
	}
	return nil
}

// join links by the values that a referential constraint relates.
func (c *content) join(target *metadata.EntitySet, nav *metadata.NavigationProperty, from []*record) {
	constraint := nav.Association().Constraint
	here, there := constraint.DependentProperties, constraint.PrincipalProperties
	if nav.FromRole == constraint.PrincipalRole {
		here, there = there, here
	}
	for _, r := range from {
		for _, other := range c.records[target] {
			same := other.typ.Is(nav.Target())
			for i := range here {
				order, ordered := compared(r.values[here[i]], other.values[there[i]])
				same = same && ordered && order == 0
			}
			if same {
				r.links[nav.Name] = append(r.links[nav.Name], other)
			}
		}
	}
}
