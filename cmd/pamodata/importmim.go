package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/mim"
	"github.com/pamodata/pamodata/entities/pam/roles"
)

func newImport() *cobra.Command {
	f := &storeFlags{}
	c := group("import", "Take definitions over from other systems", "Take definitions over from other systems.", newImportMIM(f))
	f.register(c)
	return c
}

func newImportMIM(f *storeFlags) *cobra.Command {
	var apply bool
	c := &cobra.Command{
		Use:   "mim FILE",
		Short: "Read roles that were exported from Microsoft Identity Manager",
		Long: `Read roles that were exported from Microsoft Identity Manager 2016 as JSON or CSV,
and print them as a definition file. What was not taken over, was guessed or needs a
look is told on standard error. On the machine of MIM, the export is made by

  Get-PAMRole | ConvertTo-Json -Depth 5 | Set-Content -Encoding UTF8 roles.json

With --apply the definitions are added to what commands have defined, in place of
those with the same identifiers.`,
		Example: `  pamodata import mim roles.json > roles.yaml
  pamodata import mim roles.json --apply -c pamodata.yaml`,
		Args: one("file"),
		RunE: func(c *cobra.Command, args []string) error {
			text, err := readInput(c, args[0])
			if err != nil {
				return err
			}
			defs, notes, err := mim.Read(bytes.NewReader(text))
			if err != nil {
				return fmt.Errorf("%s:\n%w", args[0], err)
			}
			for _, note := range notes {
				fmt.Fprintf(c.ErrOrStderr(), "note: %s\n", note)
			}
			if !apply {
				var text bytes.Buffer
				if err := roles.Write(&text, defs); err != nil {
					return err
				}
				_, err := c.OutOrStdout().Write(text.Bytes())
				return err
			}
			return f.with(c, true, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error { return takeOverMIM(all, own, defs) })
			})
		},
	}
	c.Flags().BoolVar(&apply, "apply", false, "store the definitions instead of printing them")
	return c
}

// takeOverMIM adds imported definitions, in place of those of the same identifiers.
func takeOverMIM(all, own *pam.Definitions, defs pam.Definitions) error {
	imported := identifiers(&defs)
	theirs := without(*all, identifiers(own))
	for id := range identifiers(&theirs) {
		if imported[id] {
			return errors.New("some of these definitions are from the roles file already: print them without --apply, and take them over there")
		}
	}
	*own = together(without(*own, imported), defs)
	return nil
}
