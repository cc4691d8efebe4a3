package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam/audit"
)

// A brokenTrail is an audit trail that is not what was written.
type brokenTrail struct{ breaks int }

func (b brokenTrail) Error() string {
	if b.breaks == 1 {
		return "the audit trail is not what was written, in one place"
	}
	return fmt.Sprintf("the audit trail is not what was written, in %d places", b.breaks)
}

func newAudit() *cobra.Command {
	f := &storeFlags{}
	c := group("audit", "Check and export the audit trail",
		`Check and export the audit trail: events that are chained by hashes.`+"\n"+storeHelp,
		newAuditVerify(f), newAuditExport(f))
	f.register(c)
	return c
}

// A verification is what JSON shows of one.
type verification struct {
	Whole  bool        `json:"whole"`
	Events int64       `json:"events"`
	From   int64       `json:"from,omitempty"` // of the lines that were compared
	To     int64       `json:"to,omitempty"`
	Breaks []breakView `json:"breaks"`
}

type breakView struct {
	Sequence int64  `json:"seq"`
	Problem  string `json:"problem"`
}

func newAuditVerify(f *storeFlags) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "verify", Short: "Check that the audit trail is what was written", Args: noArguments,
		Long: `Check the chain of the store. With --file, check the chain in lines of JSON, which
'pamodata audit export' or a receiver has written; if a store is named as well, the
lines are compared with it, too. Whoever can write to the store can make a whole
chain anew: only lines that are kept elsewhere tell that.

The exit code is 3 if something is not what was written.` + "\n" + storeHelp,
		Example: `  pamodata audit verify -c pamodata.yaml
  pamodata audit verify --file /var/log/pam-audit.jsonl -c pamodata.yaml`,
		RunE: func(c *cobra.Command, _ []string) error {
			if file == "" {
				return f.with(c, false, func(ctx context.Context, a *admin) error {
					v, err := a.desk.Trail().Verify(ctx)
					if err != nil {
						return err
					}
					return a.verified("events", verification{Events: v.Events}, v.Breaks)
				})
			}
			own, err := f.settings()
			if err != nil {
				return err
			}
			lines, err := openLines(c, file)
			if err != nil {
				return err
			}
			v, err := audit.VerifyLines(lines)
			lines.Close()
			if err != nil {
				return err
			}
			alone := &admin{out: c.OutOrStdout(), json: f.json}
			if own.Store == "" || file == "-" {
				return alone.verified("lines", verification{Events: v.Events}, v.Breaks)
			}
			if len(v.Breaks) > 0 {
				return alone.verified("lines", verification{Events: v.Events}, v.Breaks)
			}
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				lines, err := openLines(c, file)
				if err != nil {
					return err
				}
				defer lines.Close()
				compared, err := a.desk.Trail().Compare(ctx, lines)
				if err != nil {
					return err
				}
				return a.verified("lines", verification{Events: compared.Lines, From: compared.From, To: compared.To}, compared.Breaks)
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "file with lines of JSON, - for standard input")
	return c
}

func openLines(c *cobra.Command, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(c.InOrStdin()), nil
	}
	return os.Open(file)
}

// verified prints what a check has found.
func (a *admin) verified(what string, v verification, breaks []audit.Break) error {
	v.Whole, v.Breaks = len(breaks) == 0, []breakView{}
	for _, b := range breaks {
		v.Breaks = append(v.Breaks, breakView{b.Sequence, b.Problem})
	}
	var err error
	switch {
	case a.json:
		err = a.printJSON(v)
	case v.Whole && v.From > 0:
		_, err = fmt.Fprintf(a.out, "%d %s, from event %d to %d: the chain is whole, and the same in the store\n", v.Events, what, v.From, v.To)
	case v.Whole:
		_, err = fmt.Fprintf(a.out, "%d %s: the chain is whole\n", v.Events, what)
	default:
		for _, b := range breaks {
			if _, err = fmt.Fprintln(a.out, b); err != nil {
				break
			}
		}
	}
	if err == nil && !v.Whole {
		return brokenTrail{len(breaks)}
	}
	return err
}

func newAuditExport(f *storeFlags) *cobra.Command {
	var from, to, format string
	c := &cobra.Command{
		Use: "export", Short: "Print the audit trail", Args: noArguments,
		Long: `Print events, all or those from and to a number or a time. A number is that of an
event, and is included; the time given with --to is not. Lines of JSON are what
'pamodata audit verify --file' reads; CSV is for spreadsheets.` + "\n" + storeHelp,
		Example: `  pamodata audit export > audit.jsonl
  pamodata audit export --from 2026-03-01 --to 2026-04-01 --format csv > march.csv`,
		RunE: func(c *cobra.Command, _ []string) error {
			if format != string(audit.JSONLines) && format != string(audit.CSV) {
				return usageError{fmt.Errorf("%s: --format is %s or %s", c.CommandPath(), audit.JSONLines, audit.CSV)}
			}
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				var span audit.Span
				var err error
				if span.From, span.Since, err = bound("--from", from, a.desk.Zone()); err != nil {
					return err
				}
				if span.To, span.Until, err = bound("--to", to, a.desk.Zone()); err != nil {
					return err
				}
				out := bufio.NewWriterSize(a.out, 64<<10)
				if _, err := a.desk.Trail().Export(ctx, out, span, audit.Format(format)); err != nil {
					return err
				}
				return out.Flush()
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "first event: its number, or a time such as 2026-03-01 or 2026-03-01T08:00:00Z")
	c.Flags().StringVar(&to, "to", "", "last event: its number, or a time before which it is")
	c.Flags().StringVar(&format, "format", string(audit.JSONLines), "jsonl or csv")
	return c
}

// bound reads one end of a span: a number or a time.
func bound(flag, text string, zone *time.Location) (seq int64, at time.Time, err error) {
	if text == "" {
		return 0, time.Time{}, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		return n, time.Time{}, nil
	}
	if at, err = parseWhen(text, zone); err != nil {
		return 0, time.Time{}, usageError{fmt.Errorf("%s: %w", flag, err)}
	}
	return 0, at, nil
}
