package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

func newMetadata() *cobra.Command {
	c := &cobra.Command{
		Use:   "metadata",
		Short: "Make $metadata documents",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newMetadataFromDatabase())
	return c
}

func newMetadataFromDatabase() *cobra.Command {
	var options sqldb.LiveOptions
	var keys, types []string
	c := &cobra.Command{
		Use:   "from-database URL",
		Short: "Print the model of a database's tables",
		Long: `Print a $metadata document for the tables and views of a SQLite file or a
PostgreSQL database, which is only read. What the model does not have, and what is
named otherwise in the database, is told on standard error.

The URL is postgres://user@host/database or sqlite:///path/of/a.db; the path of a
file will do. A password is better given in the variable PGPASSWORD or in a
password file than in the URL, which others on this machine may see.`,
		Example: `  pamodata metadata from-database shop.db > shop.xml
  pamodata metadata from-database postgres://jen@db.example/shop --namespace Shop --table orders --table customers
  pamodata metadata from-database shop.db --key open_orders=order_no --type orders.placed=Edm.DateTime`,
		Args: oneDatabase,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if options.Keys, err = keysOf(c, keys); err != nil {
				return err
			}
			if options.Types, err = typesOf(c, types); err != nil {
				return err
			}
			db, err := openDatabase(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer db.Close()
			live, err := sqldb.ModelOf(c.Context(), db, options)
			if err != nil {
				return causeOf(err)
			}
			if err := csdl.Write(c.OutOrStdout(), live.Model); err != nil {
				return err
			}
			for _, n := range live.Names {
				fmt.Fprintf(c.ErrOrStderr(), "named: %s is %q in the database\n", n.Path, n.Name)
			}
			for _, set := range live.Views {
				fmt.Fprintf(c.ErrOrStderr(), "view: %s\n", set)
			}
			for _, l := range live.LeftOut {
				fmt.Fprintf(c.ErrOrStderr(), "left out: %s\n", l)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&options.Namespace, "namespace", "Database", "namespace of the model")
	f.StringArrayVar(&options.Tables, "table", nil, "table or view to take, once for each (default: all)")
	f.StringArrayVar(&keys, "key", nil, "key of a view or table, as in view=column,column")
	f.StringArrayVar(&types, "type", nil, "type of a column, as in table.column=Edm.Guid")
	f.StringVar(&options.Schema, "schema", "", "schema of PostgreSQL, which must be in the search path (default: the first there)")
	return c
}

func oneDatabase(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError{fmt.Errorf("%s: give one database, such as postgres://user@host/database or the path of a SQLite file", c.CommandPath())}
	}
	return nil
}

// keysOf reads view=column,column.
func keysOf(c *cobra.Command, texts []string) (map[string][]string, error) {
	keys := map[string][]string{}
	for _, text := range texts {
		table, columns, ok := strings.Cut(text, "=")
		if !ok || table == "" || columns == "" {
			return nil, usageError{fmt.Errorf("%s: --key %s: give it as view=column,column", c.CommandPath(), text)}
		}
		keys[table] = strings.Split(columns, ",")
	}
	return keys, nil
}

// typesOf reads table.column=Edm.Guid.
func typesOf(c *cobra.Command, texts []string) (map[string]string, error) {
	types := map[string]string{}
	for _, text := range texts {
		column, typ, ok := strings.Cut(text, "=")
		if !ok || !strings.Contains(column, ".") {
			return nil, usageError{fmt.Errorf("%s: --type %s: give it as table.column=Edm.Guid", c.CommandPath(), text)}
		}
		types[column] = typ
	}
	return types, nil
}

// openDatabase opens a database to look at it.
func openDatabase(ctx context.Context, url string) (sqldb.DB, error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		db, err := postgres.Open(ctx, url, postgres.Options{MaxConns: 2})
		if err != nil {
			return nil, causeOf(err)
		}
		return db, nil
	}
	path := strings.TrimPrefix(url, "sqlite://")
	if strings.Contains(path, "://") { // it may have a password, so that it is not repeated
		return nil, usageError{errors.New("the URL of a database is postgres://user@host/database or sqlite:///path/of/a.db")}
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := sqlite.Open(path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return nil, causeOf(err)
	}
	return db, nil
}

// causeOf is what an operator wants to read of an error that is made for clients.
func causeOf(err error) error {
	if e, ok := errors.AsType[*odata.Error](err); ok && e.Err != nil {
		return e.Err
	}
	return err
}
