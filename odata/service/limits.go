package service

import (
	"github.com/pamodata/pamodata/odata/batch"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/uri"
)

// Limits bound the work one request can cause. A zero field means its default;
// there is no way to switch a limit off.
type Limits struct {
	// URI bounds the request URI and the expressions in it.
	URI uri.Limits

	// Rows is the greatest number of entities one request may read from a
	// provider and hold for sorting or send. Default 50,000. Passing it is 503
	// with the code BudgetExceeded.
	Rows int

	// Top and Skip are the greatest values of $top and $skip. Defaults 1,000 and
	// 100,000. Passing them is 400.
	Top  int64
	Skip int64

	// Body is the greatest length in bytes of a payload, BatchBody that of a
	// whole batch, and Media that of a stream. Defaults 1 MiB, 4 MiB and 16 MiB.
	// Passing them is 413 with the code BodyTooLarge.
	Body, BatchBody, Media int64

	// Payload bounds what a payload may hold, and Batch what a batch may.
	// Batch.Body, the greatest body of a part, streams included, is Body by
	// default.
	Payload format.Limits
	Batch   batch.Limits

	// FlushSize is how many bytes of an answer are gathered before the status
	// is committed and they are sent. Errors before the first flush have a
	// proper status; an answer below it has a Content-Length. Default 32 KiB.
	FlushSize int
}

func (l Limits) withDefaults() Limits {
	if l.Rows <= 0 {
		l.Rows = 50_000
	}
	if l.Top <= 0 {
		l.Top = 1_000
	}
	if l.Skip <= 0 {
		l.Skip = 100_000
	}
	if l.Body <= 0 {
		l.Body = 1 << 20
	}
	if l.BatchBody <= 0 {
		l.BatchBody = 4 << 20
	}
	if l.Media <= 0 {
		l.Media = 16 << 20
	}
	if l.FlushSize <= 0 {
		l.FlushSize = 32 << 10
	}
	return l
}
