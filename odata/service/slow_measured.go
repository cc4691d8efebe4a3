package service

import (
	"iter"
	"sync"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A measured is one read of a provider, and what it costs. Time that goes into other
// reads, or into sending, is not its own. They are reused, and their methods bound
// once, so that measuring allocates nothing.
type measured struct {
	exchange *exchange
	next     *measured // in the exchange
	set      *metadata.EntitySet
	via      string // the navigation property or operation; empty for a read of the set

	spent            time.Duration
	began, elsewhere time.Duration // of what is running
	running          bool
	read, examined   int // rows: those the service is given, and those eval has gone through

	given, result odata.Result // of the provider, and of the service
	all, source   iter.Seq2[odata.Row, error]
	edges         iter.Seq2[odata.Edge, error]
	yield         func(odata.Row, error) bool
	yieldSource   func(odata.Row, error) bool
	yieldEdge     func(odata.Edge, error) bool

	bound struct {
		all, source  iter.Seq2[odata.Row, error]
		edges        iter.Seq2[odata.Edge, error]
		one, examine func(odata.Row, error) bool
		edge         func(odata.Edge, error) bool
	}
}

var measuredReads = sync.Pool{New: func() any {
	m := new(measured)
	m.bound.all, m.bound.source, m.bound.edges = m.eachRow, m.eachSource, m.eachEdge
	m.bound.one, m.bound.examine, m.bound.edge = m.oneRow, m.oneSource, m.oneEdge
	return m
}}

// measure begins a read, nil where nothing is measured.
func (e *exchange) measure(set *metadata.EntitySet, via string) *measured {
	if e.service.slow == nil {
		return nil
	}
	m := measuredReads.Get().(*measured)
	m.exchange, m.set, m.via = e, set, via
	return m
}

// keep leaves a read to be judged at the end of the request.
func (m *measured) keep() {
	m.next, m.exchange.reads = m.exchange.reads, m
}

// release forgets a read.
func (m *measured) release() {
	*m = measured{bound: m.bound}
	measuredReads.Put(m)
}

func (m *measured) start() {
	if m == nil {
		return
	}
	m.running = true
	m.began, m.elsewhere = m.exchange.service.slow.now(), m.exchange.elsewhere
}

func (m *measured) stop() {
	if m == nil || !m.running {
		return
	}
	m.running = false
	e := m.exchange
	whole := e.service.slow.now() - m.began
	m.spent += whole - (e.elsewhere - m.elsewhere)
	e.elsewhere = m.elsewhere + whole
}

// sending and sent are around what is sent to the client in the middle of a read.
func (e *exchange) sending() time.Duration {
	if e.service.slow == nil {
		return 0
	}
	return e.service.slow.now()
}

func (e *exchange) sent(since time.Duration) {
	if e.service.slow != nil {
		e.elsewhere += e.service.slow.now() - since
	}
}

// answer is Service.answer for a query of the request, measured.
func (e *exchange) answer(q *odata.Query) (*odata.Result, error) {
	m := e.measure(q.Set, "")
	if m == nil {
		return e.service.answer(e.r.Context(), q)
	}
	m.keep()
	m.start()
	result, err := e.service.answerMeasured(e.r.Context(), q, m)
	m.stop()
	if err != nil || result.Rows == nil {
		return result, err
	}
	m.result, m.all = *result, result.Rows
	m.result.Rows = m.bound.all
	return &m.result, nil
}

// examines counts the rows that eval goes through to finish the answer to q.
func (m *measured) examines(q *odata.Query, given *odata.Result) *odata.Result {
	if m == nil || given.Rows == nil || !leavesWork(q, given) {
		return given
	}
	m.given, m.source = *given, given.Rows
	m.given.Rows = m.bound.source
	return &m.given
}

// leavesWork reports that something but expansions is left to eval.
func leavesWork(q *odata.Query, result *odata.Result) bool {
	if rest := result.Rest; rest != nil && (rest.Filter != nil || len(rest.OrderBy) > 0 || rest.After != nil || rest.Skip > 0 || rest.Top != nil) {
		return true
	}
	return q.Total && result.Total == nil
}

func (m *measured) eachRow(yield func(odata.Row, error) bool) {
	m.yield = yield
	m.start()
	m.all(m.bound.one)
	m.stop()
}

func (m *measured) oneRow(row odata.Row, err error) bool {
	m.read++
	return m.yield(row, err)
}

func (m *measured) eachSource(yield func(odata.Row, error) bool) {
	m.yieldSource = yield
	m.source(m.bound.examine)
}

func (m *measured) oneSource(row odata.Row, err error) bool {
	m.examined++
	return m.yieldSource(row, err)
}

// following measures what an expansion leads to.
func (e *exchange) following(expansion *odata.Expansion, edges iter.Seq2[odata.Edge, error]) iter.Seq2[odata.Edge, error] {
	m := e.measure(expansion.Query.Set, expansion.Nav.Name)
	if m == nil {
		return edges
	}
	m.edges = edges
	m.keep()
	return m.bound.edges
}

func (m *measured) eachEdge(yield func(odata.Edge, error) bool) {
	m.yieldEdge = yield
	m.start()
	m.edges(m.bound.edge)
	m.stop()
}

func (m *measured) oneEdge(edge odata.Edge, err error) bool {
	m.read++
	return m.yieldEdge(edge, err)
}

// calling measures an operation. The caller stops it.
func (e *exchange) calling(call *odata.OperationCall) *measured {
	m := e.measure(call.BoundSet, call.Import.Name)
	if m != nil {
		m.keep()
		m.start()
	}
	return m
}
