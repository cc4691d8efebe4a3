package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/server"
)

// storeFlags are those of commands that work on the store.
type storeFlags struct {
	config string
	store  string
	json   bool
}

const storeHelp = `
The store is that of the configuration (-c, or the variable PAMODATA_CONFIG), or the
one named with --store. The service may be running meanwhile.`

func (f *storeFlags) register(c *cobra.Command) {
	p := c.PersistentFlags()
	p.StringVarP(&f.config, "config", "c", "", "YAML file with the configuration (default: the variable PAMODATA_CONFIG)")
	p.StringVar(&f.store, "store", "", "store, such as sqlite:///path/of/a.db or postgres://user@host/database (default: that of the configuration)")
	p.BoolVar(&f.json, "json", false, "print JSON")
}

// group is a command that only has others below it.
func group(use, short, long string, below ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Long: long, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(below...)
	return c
}

// An admin works on the store by commands.
type admin struct {
	settings *settings
	db       sqldb.DB
	desk     *pam.Desk
	logger   *slog.Logger
	check    pam.CheckOptions
	actor    audit.Actor
	out      io.Writer
	json     bool
}

// with opens the store for work. With make, a store that has nothing yet is made.
func (f *storeFlags) with(c *cobra.Command, make bool, work func(ctx context.Context, a *admin) error) error {
	ctx := c.Context()
	own, err := f.settings()
	if err != nil {
		return err
	}
	target, err := own.target()
	if err != nil {
		return err
	}
	db, err := openExisting(ctx, target, make)
	if err != nil {
		return err
	}
	defer db.Close()
	a := &admin{settings: own, db: db, out: c.OutOrStdout(), json: f.json, actor: operator(),
		logger: slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	// Without a configuration a command cannot know whether there is a second factor;
	// the service looks when it starts.
	a.check = pam.CheckOptions{MFA: own.MFA.URL != "" || !configGiven(f.config)}
	if a.desk, err = a.newDesk(pam.NewJournal(db)); err != nil {
		return err
	}
	return causeOf(work(ctx, a))
}

// newDesk makes a desk with the name of a node of its own.
func (a *admin) newDesk(granter pam.Granter) (*pam.Desk, error) {
	config, err := a.settings.deskConfig(a.db, a.logger)
	if err != nil {
		return nil, err
	}
	config.Granter = granter
	config.Node = fmt.Sprintf("%s/command/%d", a.settings.Node, os.Getpid())
	config.Within = config.CallTimeout + config.Within // a command has the time, and ends with what it has begun
	return pam.NewDesk(config), nil
}

// settings are those of the configuration, with the store of the command line.
func (f *storeFlags) settings() (*settings, error) {
	own, err := loadForStore(f.config, os.Environ())
	if err != nil {
		return nil, err
	}
	if f.store == "" {
		return own, nil
	}
	if problem := storeProblem(f.store); problem != "" {
		return nil, &server.ConfigError{Mistakes: []server.Mistake{{Key: "store", Source: "--store", Text: problem}}}
	}
	if f.store != own.Store {
		own.StorePass, own.password = "", "" // they are of the other one
	}
	own.Store = f.store
	own.takePassword()
	return own, nil
}

// operator is whoever runs the command, as the system knows them.
func operator() audit.Actor {
	a := audit.Actor{Name: "unknown", Method: "command"}
	if me, err := user.Current(); err == nil {
		a.Name = me.Username
	}
	if name, err := os.Hostname(); err == nil && !strings.ContainsAny(a.Name, `\@`) {
		a.Name += "@" + name
	}
	return a
}

// change edits what commands have defined, and prints what that comes to. The edit
// sees all definitions as well, and may run again.
func (a *admin) change(ctx context.Context, edit func(all, own *pam.Definitions) error) error {
	all, err := a.desk.Definitions(ctx)
	if err != nil {
		return err
	}
	lines, err := a.desk.Apply(ctx, pam.Change{Source: pam.FromCommand, Describe: roles.Difference, Check: a.check, Actor: a.actor,
		Edit: func(own *pam.Definitions) error {
			theirs := without(all, identifiers(own))
			if err := edit(&all, own); err != nil {
				return err
			}
			after := together(theirs, *own)
			return readable(&after, after.Check(a.check))
		}})
	if err != nil {
		return err
	}
	return a.changed(lines)
}

// changed prints what a command has changed.
func (a *admin) changed(lines []string) error {
	if a.json {
		return a.printJSON(map[string]any{"changes": notNil(lines)})
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(a.out, "nothing changed")
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

// readable are mistakes with the names of definitions in place of their numbers; nil
// without any.
func readable(d *pam.Definitions, mistakes []pam.Mistake) error {
	var all []error
	for _, m := range mistakes {
		all = append(all, errors.New(readableMistake(d, m)))
	}
	return errors.Join(all...)
}

func readableMistake(d *pam.Definitions, m pam.Mistake) string {
	kind, rest, _ := strings.Cut(m.Path, "[")
	number, rest, _ := strings.Cut(rest, "]")
	n := 0
	if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
		return m.Error()
	}
	name := ""
	switch {
	case kind == "users" && n < len(d.Users):
		name = d.Users[n].Account
	case kind == "groups" && n < len(d.Groups):
		name = d.Groups[n].Name
	case kind == "teams" && n < len(d.Teams):
		name = d.Teams[n].Name
	case kind == "roles" && n < len(d.Roles):
		name = d.Roles[n].DisplayName
	default:
		return m.Error()
	}
	m.Path = strings.TrimSuffix(kind, "s") + " " + shown(name) + strings.Replace(rest, ".", ", ", 1)
	return m.Error()
}
