package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// explainPreference asks to be told how a request would be answered. With the value
// "plan" the plans of the database are told as well:
//
//	Prefer: pamodata.explain=plan
//
// It is an extension of this framework. Unlike a query option, a preference is never
// part of next links and tokens, and one that a service does not know means nothing:
// who may not ask gets the answer as if nothing had been asked.
const explainPreference = "pamodata.explain"

// explainPreferred reads the preference.
func explainPreferred(h http.Header) (asked, plan bool) {
	for _, line := range h["Prefer"] {
		for _, token := range splitQuoted(line, ',') {
			token, _, _ = strings.Cut(token, ";")
			name, value, _ := strings.Cut(token, "=")
			if strings.EqualFold(strings.TrimSpace(name), explainPreference) {
				asked = true
				plan = plan || strings.EqualFold(unquote(strings.TrimSpace(value)), "plan")
			}
		}
	}
	return asked, plan
}

// explainIfAsked answers with an explanation in place of the resource, where a caller
// who may ask for that does. No entity is read.
func (e *exchange) explainIfAsked(req *odata.Request) (done bool, err error) {
	s := e.service
	if s.explain == nil || len(e.r.Header["Prefer"]) == 0 {
		return false, nil
	}
	asked, plan := explainPreferred(e.r.Header)
	if !asked || !s.explain(e.r.Context()) {
		return false, nil
	}
	if e.method != http.MethodGet && e.method != http.MethodHead {
		return true, &odata.Error{Kind: odata.KindInvalid, Code: "PreferenceNotOffered", Target: "Prefer",
			Message: "Only requests that read can be explained"}
	}
	x := explaining{exchange: e, plan: plan, answer: explained{Request: req.Kind.String(), Reads: []explainedRead{}}}
	if err := x.request(req); err != nil {
		return true, err
	}
	return true, x.send()
}

// An explained is the answer to a request that is explained.
type explained struct {
	Request string          `json:"request"` // what the URL addresses
	Reads   []explainedRead `json:"reads"`   // in the order they would be made
}

// An explainedRead is one read of the request, guards included.
type explainedRead struct {
	Read       string               `json:"read"`           // what for
	Path       string               `json:"path,omitempty"` // of an expansion, or the name of an operation
	Set        string               `json:"set,omitempty"`
	Statements []explainedStatement `json:"statements"`
	Rest       string               `json:"rest"`             // what is left to the service
	Reason     string               `json:"reason,omitempty"` // why
	Note       string               `json:"note,omitempty"`
}

// An explainedStatement is one statement; its parameters are literals of OData.
type explainedStatement struct {
	Text       string   `json:"text"`
	Parameters []string `json:"parameters"`
	Plan       []string `json:"plan,omitempty"`
}

// What a note says where there is more to it than statements.
const (
	noteSilent    = "The set does not explain its reads"
	noteOperation = "The operation is not called: what it reads itself is not known"
	noteStream    = "Streams are opened by the set, which does not explain that"
	noteStarts    = "Shown for one starting entity, whose key is not known here; all that were read together go into one statement"
)

// An explaining collects the reads of a request. Its walk is that of the request
// itself, without the reading.
type explaining struct {
	exchange *exchange
	plan     bool
	answer   explained
}

// request explains what the request would read.
func (x *explaining) request(req *odata.Request) error {
	e := x.exchange
	var cut *page
	switch req.Kind {
	case odata.ServiceDocument, odata.MetadataDocument, odata.Batch:
		return nil
	case odata.Feed, odata.LinkFeed:
		cut = e.service.pageOf(e.service.sets[req.Set], req.Query)
		if err := e.resume(req); err != nil {
			return err
		}
	case odata.Count:
		countOnly(req.Query)
	}
	g := guarding{service: e.service, ctx: e.r.Context()}
	for _, source := range req.Sources {
		if err := g.restrict(source); err != nil {
			return err
		}
		if err := x.read(req, "source", source); err != nil {
			return err
		}
	}
	if req.Query == nil {
		return x.call(req, req.Operation)
	}
	if err := g.restrict(req.Query); err != nil {
		return err
	}
	switch req.Kind {
	case odata.Feed, odata.LinkFeed, odata.Entry:
		if _, err := e.advertise(req.Projection, req.Query); err != nil {
			return err
		}
	case odata.MediaResource, odata.NamedStream:
		if e.service.sets[req.Set].Streamer == nil {
			return odata.NotFound()
		}
		x.add(explainedRead{Read: req.Kind.String(), Set: req.Set.Name, Rest: req.Query.Clauses(), Note: noteStream})
		return nil
	}
	if err := x.read(req, req.Kind.String(), req.Query); err != nil || cut == nil {
		return err
	}
	return x.place(req.Query)
}

// place explains what is read to find where the last entity of a page stands, if
// its order looks at other entities.
func (x *explaining) place(q *odata.Query) error {
	order, err := x.exchange.newRanker(q)
	if err != nil || order.beyond == nil {
		return err
	}
	var all func(q *odata.Query, path []string) error
	all = func(q *odata.Query, path []string) error {
		for i := range q.Expand {
			path := append(slices.Clip(path), q.Expand[i].Nav.Name)
			if err := x.follow(q, &q.Expand[i], "next link", path); err != nil {
				return err
			}
			if err := all(q.Expand[i].Query, path); err != nil {
				return err
			}
		}
		return nil
	}
	return all(order.beyond, nil)
}

// countOnly makes a query ask for nothing but the number of entities.
func countOnly(q *odata.Query) {
	none := int64(0)
	q.Skip, q.Top, q.Total, q.OrderBy = 0, &none, true, nil
}

// read explains one query of a request, and the expansions it leaves. A query about
// the result of an operation is the operation's to answer.
func (x *explaining) read(req *odata.Request, what string, q *odata.Query) error {
	if call := callOf(req, q); call != nil {
		if err := x.call(req, call); err != nil {
			return err
		}
		last := &x.answer.Reads[len(x.answer.Reads)-1]
		last.Set, last.Rest = q.Set.Name, q.Clauses()
		return nil
	}
	asked := x.exchange.service.asked(q)
	explanation, err := x.ask(explainedRead{Read: what, Set: q.Set.Name}, q.Set, asked, odata.ExplainOptions{})
	if err != nil || q != req.Query {
		return err
	}
	if asked != q {
		explanation = nil // it was not asked about the expansions
	}
	return x.expansions(q, req.Projection, explanation, nil)
}

// call explains the reads before an operation is called, and notes that it would be.
func (x *explaining) call(req *odata.Request, call *odata.OperationCall) error {
	e := x.exchange
	if call.Bound == nil {
		if err := e.mayCallUnbound(call); err != nil {
			return err
		}
	} else if err := x.binding(req, call); err != nil {
		return err
	}
	x.add(explainedRead{Read: "operation", Path: call.Import.Name, Note: noteOperation})
	return nil
}

// binding explains how the entity is read that an operation is bound to. Entities
// that are bound to as a collection are read by the operation.
func (x *explaining) binding(req *odata.Request, call *odata.OperationCall) error {
	s, ctx := x.exchange.service, x.exchange.r.Context()
	q := call.Bound
	if callOf(req, q) == nil {
		q = new(*call.Bound)
	}
	invoke := guarding{service: s, ctx: ctx, use: odata.Invoke, operation: s.operations[call.Import].Name}
	own, err := invoke.condition(call.BoundSet)
	if err != nil {
		return err
	}
	q.Filter = odata.Conjunction(own, q.Filter)
	read := guarding{service: s, ctx: ctx}
	if err := read.restrict(q); err != nil {
		return err
	}
	if call.Import.Parameters[0].TypeRef().Collection {
		return nil
	}
	return x.read(req, "binding", q)
}

// ask lets the explainer of a set tell about a query, and adds what it tells. The
// explanation is nil where there is no explainer.
func (x *explaining) ask(read explainedRead, from *metadata.EntitySet, q *odata.Query, options odata.ExplainOptions) (*odata.Explanation, error) {
	e := x.exchange
	explainer := e.service.sets[from].Explainer
	if explainer == nil {
		read.Rest, read.Note = q.Clauses(), noteSilent
		x.add(read)
		return nil, nil
	}
	options.Plan = x.plan
	explanation, err := explainer.Explain(e.r.Context(), q, options)
	if err != nil {
		return nil, err
	}
	if explanation.Rest != nil && navigates(explanation.Rest) {
		return nil, notNavigable("")
	}
	for _, statement := range explanation.Statements {
		read.Statements = append(read.Statements, explainedStatement{statement.Text, literals(statement.Params), statement.Plan})
	}
	read.Rest, read.Reason = explanation.Rest.Clauses(), explanation.Reason
	x.add(read)
	return explanation, nil
}

func literals(values []edm.Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	return texts
}

func (x *explaining) add(read explainedRead) {
	if read.Statements == nil {
		read.Statements = []explainedStatement{}
	}
	x.answer.Reads = append(x.answer.Reads, read)
}

// expansions explains the expansions of q that its own read has not done, level by
// level. path leads to the entities of q.
func (x *explaining) expansions(q *odata.Query, p *odata.Projection, done *odata.Explanation, path []string) error {
	for i := range q.Expand {
		expansion := &q.Expand[i]
		n := navigationOf(p, i)
		if n == nil || done != nil && !leaves(done.Rest, expansion) {
			continue
		}
		path := append(slices.Clip(path), n.Nav.Name)
		if err := x.follow(q, expansion, "expansion", path); err != nil {
			return err
		}
		if err := x.expansions(expansion.Query, n.Expanded, nil, path); err != nil {
			return err
		}
	}
	return nil
}

// follow explains how an expansion of q is read on its own.
func (x *explaining) follow(q *odata.Query, expansion *odata.Expansion, what string, path []string) error {
	read := explainedRead{Read: what, Path: strings.Join(path, "/"), Set: expansion.Query.Set.Name, Note: noteStarts}
	target, options, from := expansion.Query, odata.ExplainOptions{Nav: expansion.Nav}, q.Set
	if x.exchange.service.sets[q.Set].Navigator == nil {
		target, options, from = constrained(expansion), odata.ExplainOptions{}, expansion.Query.Set
	}
	_, err := x.ask(read, from, target, options)
	return err
}

// leaves tells that an expansion is left to the service.
func leaves(rest *odata.Query, expansion *odata.Expansion) bool {
	return rest != nil && slices.ContainsFunc(rest.Expand, func(left odata.Expansion) bool {
		return left.Nav == expansion.Nav && left.Query == expansion.Query
	})
}

// constrained is the query by which a referential constraint is followed, from one
// entity whose values are not known: any of their kinds stand for them.
func constrained(expansion *odata.Expansion) *odata.Query {
	target := *expansion.Query
	target.Fields = slices.Clip(target.Fields)
	_, there := constraintOf(expansion.Nav)
	in := &odata.In{Rows: [][]edm.Value{make([]edm.Value, len(there))}}
	for i, property := range there {
		in.X = append(in.X, &odata.Member{Of: odata.ItOf(target.Set.Type()), Property: property})
		in.Rows[0][i] = anyOf(property.Kind())
		target.AddField(property)
	}
	target.Filter, target.Top = odata.Conjunction(in, target.Filter), nil
	return &target
}

// anyOf is some value of a kind that keys can have.
func anyOf(kind edm.Kind) edm.Value {
	for _, text := range []string{"0", "false", "00000000-0000-0000-0000-000000000000", "2000-01-01T00:00:00", "2000-01-01T00:00:00Z", "PT0S", ""} {
		if v, ok := edm.Cast(edm.String(text), kind); ok {
			return v
		}
	}
	return edm.Null
}

// send answers with what was collected. It is nobody else's, so that no cache may
// keep it.
func (x *explaining) send() error {
	e := x.exchange
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // statements are full of <, and the type is never guessed
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(x.answer); err != nil {
		return odata.Internal(err)
	}
	h := e.w.Header()
	h["Vary"] = append(slices.Clip(h["Vary"]), "Prefer")
	e.applied(explainPreference)
	e.writeHead(max(v1, e.versions.min), "application/json"+e.service.offers.separator+"charset=utf-8", body.Len())
	h["Cache-Control"] = []string{"no-store"}
	e.committed = true
	e.w.WriteHeader(http.StatusOK)
	if e.r.Method == http.MethodHead {
		return nil
	}
	_, err := e.w.Write(body.Bytes())
	return err
}
