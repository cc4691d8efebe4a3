package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/server"
)

func newConfig() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Look at the configuration",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newConfigPrint(), newConfigReference())
	return c
}

func newConfigPrint() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "print",
		Short: "Print the configuration in effect",
		Long: `Print the configuration in effect as a YAML file that can be used again: every
key with its meaning, its value, and where the value came from. Takes the file,
the flags and the environment that 'pamodata serve' takes.`,
		Example: `  pamodata config print > pamodata.yaml
  PAMODATA_LOG_FORMAT=json pamodata config print -c pamodata.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := load(c, file, os.Environ())
			if err != nil {
				return err
			}
			return cfg.Print(c.OutOrStdout())
		},
	}
	configFlags(c, &file)
	return c
}

func newConfigReference() *cobra.Command {
	return &cobra.Command{
		Use:   "reference",
		Short: "Print all keys as a table in Markdown",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return server.Reference(c.OutOrStdout(), newSettings().list()...)
		},
	}
}
