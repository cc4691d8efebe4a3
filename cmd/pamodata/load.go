package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/server"
)

// load reads the configuration for a command that has its flags. Environ is what the
// environment says, as in os.Environ.
func load(c *cobra.Command, file string, environ []string) (server.Config, *settings, error) {
	own := newSettings()
	cfg, err := server.Load(server.Sources{File: file, Environ: environ, Flags: c.Flags()}, own.list()...)
	own.complete()
	wrong := own.check()
	if err == nil && own.Deadlines.Answer >= cfg.Timeouts.Handler {
		wrong = append(wrong, server.Mistake{Key: "deadlines.answer", Text: fmt.Sprintf("%v does not end before timeouts.handler, %v", own.Deadlines.Answer, cfg.Timeouts.Handler)})
	}
	return cfg, own, withMistakes(err, wrong)
}

// loadForStore reads what commands need that work on the store: the program's own
// keys. The server's may be incomplete or wrong; they do not matter.
func loadForStore(file string, environ []string) (*settings, error) {
	own := newSettings()
	_, err := server.Load(server.Sources{File: file, Environ: environ}, own.list()...)
	own.complete()
	wrong, ok := errors.AsType[*server.ConfigError](err)
	if err != nil && !ok {
		return nil, err
	}
	if ok {
		defaults := server.Defaults()
		ignored := map[string]bool{"auth": true}
		for _, s := range defaults.Settings() {
			ignored[s.Key] = true
		}
		wrong.Mistakes = slices.DeleteFunc(wrong.Mistakes, func(m server.Mistake) bool { return ignored[m.Key] })
		if len(wrong.Mistakes) > 0 {
			return nil, withMistakes(wrong, own.check())
		}
	}
	return own, withMistakes(nil, own.check())
}

// withMistakes adds those that are not about keys err complains about already.
func withMistakes(err error, more []server.Mistake) error {
	known, ok := errors.AsType[*server.ConfigError](err)
	if len(more) == 0 || err != nil && !ok {
		return err
	}
	var before []server.Mistake
	if ok {
		before = known.Mistakes
	}
	all := &server.ConfigError{Mistakes: slices.Clone(before)}
	for _, m := range more {
		if !slices.ContainsFunc(before, func(k server.Mistake) bool { return k.Key == m.Key || k.Key == "" }) {
			all.Mistakes = append(all.Mistakes, m)
		}
	}
	return all
}

// configFlags registers a flag for the file and for every key.
func configFlags(c *cobra.Command, file *string) {
	c.Flags().StringVarP(file, "config", "c", "", "YAML file with the configuration (default: the variable PAMODATA_CONFIG)")
	server.Flags(c.Flags(), newSettings().list()...)
}

// configGiven reports whether there is a configuration to go by.
func configGiven(file string) bool { return file != "" || os.Getenv("PAMODATA_CONFIG") != "" }
