package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
)

// sourceAll stands for both sources in --source.
const sourceAll = "all"

func newApply() *cobra.Command {
	f := &storeFlags{}
	var file, source string
	var onlyPlan bool
	c := &cobra.Command{
		Use:   "apply -f FILE",
		Short: "Make definitions those of a file",
		Long: `Make definitions those of a file, all at once or not at all: what the file does not
have is removed, and whoever loses a role by it loses the privileges at once. What
changes is printed; with --plan nothing is changed.

The file takes the place of what roles_file has defined, if the configuration names
one or the store has definitions from one; otherwise of what commands have
defined, which commands can change then. Say --source to choose. A file with
everything that commands have defined can take its place.` + "\n" + storeHelp,
		Example: `  pamodata apply -f roles.yaml --plan
  pamodata export > roles.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{fmt.Errorf("%s: name the file with -f, - for standard input", c.CommandPath())}
			}
			if source != "" && source != string(pam.FromFile) && source != string(pam.FromCommand) {
				return usageError{fmt.Errorf("%s: --source is file or command", c.CommandPath())}
			}
			text, err := readInput(c, file)
			if err != nil {
				return err
			}
			return f.with(c, !onlyPlan, func(ctx context.Context, a *admin) error {
				defs, err := roles.Read(text, file, a.check)
				if err != nil {
					return err
				}
				r := &revision{source: pam.Source(source), new: defs, check: a.check, actor: a.actor}
				if source == "" {
					if r.source, err = a.usualSource(ctx); err != nil {
						return err
					}
				}
				return a.revise(ctx, r, onlyPlan, c.ErrOrStderr())
			})
		},
	}
	c.Flags().StringVarP(&file, "file", "f", "", "definition file, - for standard input")
	c.Flags().BoolVar(&onlyPlan, "plan", false, "print what would change, and change nothing")
	c.Flags().StringVar(&source, "source", "", "what the file takes the place of: file or command")
	f.register(c)
	return c
}

// readInput reads a file, or standard input.
func readInput(c *cobra.Command, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(io.LimitReader(c.InOrStdin(), roles.MaxBytes+1))
	}
	return os.ReadFile(file)
}

// usualSource is what an applied file takes the place of.
func (a *admin) usualSource(ctx context.Context) (pam.Source, error) {
	if a.settings.RolesFile != "" {
		return pam.FromFile, nil
	}
	there, err := definedBy(ctx, a.desk, pam.FromFile)
	if err != nil || len(identifiers(&there)) == 0 {
		return pam.FromCommand, err
	}
	return pam.FromFile, nil
}

// revise makes a revision, or prints its plan.
func (a *admin) revise(ctx context.Context, r *revision, onlyPlan bool, stderr io.Writer) error {
	p, err := r.plan(ctx, a.desk)
	if err != nil {
		return err
	}
	for _, doubt := range p.doubts {
		fmt.Fprintf(stderr, "doubt: %s\n", doubt)
	}
	if onlyPlan {
		return a.changed(p.lines)
	}
	lines, err := r.apply(ctx, a.desk)
	if err != nil {
		return err
	}
	return a.changed(lines)
}

func newExport() *cobra.Command {
	f := &storeFlags{}
	var source string
	c := &cobra.Command{
		Use:   "export",
		Short: "Print the definitions as a file",
		Long: `Print the definitions in the format of roles_file, which 'pamodata apply' reads as
the same definitions. Phone numbers are among them.` + "\n" + storeHelp,
		Example: `  pamodata export > roles.yaml`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) (err error) {
				var defs pam.Definitions
				switch source {
				case sourceAll:
					defs, err = a.desk.Definitions(ctx)
				case string(pam.FromFile), string(pam.FromCommand):
					defs, err = definedBy(ctx, a.desk, pam.Source(source))
				default:
					return usageError{errors.New("--source is file, command or all")}
				}
				if err != nil {
					return err
				}
				var text bytes.Buffer
				if err := roles.Write(&text, defs); err != nil {
					if source != sourceAll {
						err = fmt.Errorf("%w\nthese definitions refer to others: use --source all", err)
					}
					return err
				}
				_, err = a.out.Write(text.Bytes())
				return err
			})
		},
	}
	c.Flags().StringVar(&source, "source", sourceAll, "which definitions: those from a file, those of commands, or all")
	f.register(c)
	return c
}
