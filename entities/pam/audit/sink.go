package audit

import "context"

// A Sink takes events to where they are kept beside the database.
type Sink interface {
	// Name is the name under which its position is stored: for good, and another one
	// than those of all other sinks of the database. Nodes that share a database and
	// deliver to the same place use the same name.
	Name() string

	// Write delivers events, in their order. It returns nil when all have arrived, as
	// far as the sink can tell. After an error they come again, so that events may
	// arrive more than once. It is called by one goroutine at a time and keeps nothing
	// of events. Errors have no secret in them.
	Write(ctx context.Context, events []Event) error

	// Confirms tells whether events are safe elsewhere once Write has returned nil, so
	// that a grant may depend on it.
	Confirms() bool

	// Close ends connections and closes files. The sink may be used again.
	Close() error
}
