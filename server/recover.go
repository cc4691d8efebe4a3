package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/pamodata/pamodata/odata"
)

// recovered answers for a service that panicked: 500 when nothing was sent yet,
// and else a broken connection, which cannot be taken for a complete answer. The
// stack goes into the log only. It returns what is left to do at the very end.
func (x *exchange) recovered(p any) (last func()) {
	abort := func() { panic(http.ErrAbortHandler) }
	if p == http.ErrAbortHandler {
		return abort
	}
	x.server.logger.LogAttrs(x.logContext(), slog.LevelError, "panic",
		slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	if x.answer.status != 0 {
		return abort
	}
	last = func() {}
	defer func() {
		if recover() != nil { // the service cannot even write an error
			last = abort
		}
	}()
	x.refuse(odata.Internalf("panic: %v", p))
	return last
}
