package audit_test

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/entities/pam/audit"
)

// Lines that a sink has received are verified without the database.
func ExampleVerifyLines() {
	received := `{"seq":1,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:00.000Z","hash":"` + firstHash + `"}
{"seq":2,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:01.000Z","hash":"` + secondHash + `"}
`
	v, err := audit.VerifyLines(strings.NewReader(received))
	fmt.Println(v.Events, v.Breaks, err)
	// Output: 2 [event 2: its contents or its hash were changed] <nil>
}
