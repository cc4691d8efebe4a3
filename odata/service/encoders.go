package service

import (
	"sync"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// keptEncoders is how many encoders are kept for projections that requests choose
// with $select and $expand. Beyond it a new one takes the place of any other.
const keptEncoders = 256

// encoders are those that were compiled for former requests.
type encoders struct {
	mu sync.RWMutex
	of map[encoderKey]format.Encoder
}

type encoderKey struct {
	projection *odata.Projection
	slot       int
}

// encoder finds the compiled encoder of a set's default projection, or that of the
// request's own.
func (s *Service) encoder(p *odata.Projection, out output) format.Encoder {
	if compiled, ok := s.encoders[p]; ok {
		return compiled[out.slot]
	}
	key := encoderKey{p, out.slot}
	s.chosen.mu.RLock()
	found := s.chosen.of[key]
	s.chosen.mu.RUnlock()
	if found != nil {
		return found
	}
	made := out.writer.Compile(p)
	if s.binder.Shares(p) {
		s.chosen.keep(key, made)
	}
	return made
}

func (e *encoders) keep(key encoderKey, made format.Encoder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for other := range e.of {
		if len(e.of) < keptEncoders {
			break
		}
		delete(e.of, other)
	}
	if e.of == nil {
		e.of = map[encoderKey]format.Encoder{}
	}
	e.of[key] = made
}
