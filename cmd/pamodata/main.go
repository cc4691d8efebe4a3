// Command pamodata serves the Privileged Access Management REST API over OData
// 3.0.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/server"
)

// Exit codes: 2 for a command line or configuration that cannot be used, 3 for an
// audit trail that is not what was written, 1 for everything else that failed.
const (
	exitFailure = 1
	exitUsage   = 2
	exitBroken  = 3
)

func main() {
	// The first signal ends the server in order; the second one, which is no
	// longer caught, ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, newCommand(), os.Stderr))
}

// run executes the command and says why it failed.
func run(ctx context.Context, command *cobra.Command, stderr interface{ Write([]byte) (int, error) }) int {
	err := command.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "pamodata: "+err.Error())
	if _, ok := errors.AsType[*server.ConfigError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintln(stderr, "Try 'pamodata --help'.")
		return exitUsage
	}
	if _, ok := errors.AsType[brokenTrail](err); ok {
		return exitBroken
	}
	return exitFailure
}

// A usageError is a command line that cannot be used.
type usageError struct{ error }

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "pamodata",
		Short: "Privileged access management over OData 3.0",
		Long: `pamodata serves the Privileged Access Management REST API of Microsoft Identity
Manager over OData 3.0, as one program without anything else to install.

To see what it does, with people and roles that are made up:

  pamodata serve --demo

To try it on this machine, signed in as an account of your choice:

  pamodata serve --dev-user 'PRIV\Jen'`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newServe(), newAccount(), newConfig(), newVersion(), newMetadata(),
		newUser(), newGroup(), newTeam(), newRole(), newApply(), newExport(), newImport(), newRequest(), newAudit())
	return root
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s: unknown argument %q", c.CommandPath(), args[0])}
	}
	return nil
}
