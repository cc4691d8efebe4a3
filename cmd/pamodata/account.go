package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/pamodata/pamodata/server"
)

func newAccount() *cobra.Command {
	c := &cobra.Command{
		Use:   "account",
		Short: "Keep the accounts of HTTP Basic",
		Long: `Keep the accounts of HTTP Basic in a file: names and password hashes, one a line.
A running server takes up changes within seconds.

An account lets somebody sign in. What they may ask for is decided by definitions,
see 'pamodata user' and 'pamodata role'.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var file string
	c.PersistentFlags().StringVarP(&file, "file", "f", os.Getenv("PAMODATA_AUTH_BASIC_USERS_FILE"),
		"file with the accounts (default: the variable PAMODATA_AUTH_BASIC_USERS_FILE)")
	c.AddCommand(newAccountAdd(&file), newAccountList(&file), newAccountRemove(&file))
	return c
}

func newAccountAdd(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account, or give it a new password",
		Long: `Add an account, or give it a new password. The password is asked for on the
terminal, or read as one line from standard input. A new file is made readable
for its owner only.`,
		Example: `  pamodata account add -f users 'PRIV\Jen'
  printf '%s\n' "$PASSWORD" | pamodata account add -f users 'PRIV\Jen'`,
		Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			users, err := openUsers(*file)
			if errors.Is(err, fs.ErrNotExist) {
				users = server.NewUsers(*file)
			} else if err != nil {
				return err
			}
			password, err := readPassword(c, args[0])
			if err != nil {
				return err
			}
			replaced, err := users.Add(args[0], password)
			if err != nil {
				return err
			}
			if err := users.Save(); err != nil {
				return err
			}
			done := "added"
			if replaced {
				done = "changed the password of"
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s %s\n", done, args[0])
			return err
		},
	}
}

func newAccountList(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the accounts",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			users, err := openUsers(*file)
			if err != nil {
				return err
			}
			for _, name := range users.List() {
				if _, err := fmt.Fprintln(c.OutOrStdout(), name); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func newAccountRemove(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an account",
		Args:  oneName,
		RunE: func(c *cobra.Command, args []string) error {
			users, err := openUsers(*file)
			if err != nil {
				return err
			}
			if !users.Remove(args[0]) {
				return fmt.Errorf("%s has no account %s", *file, args[0])
			}
			if err := users.Save(); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "removed %s\n", args[0])
			return err
		},
	}
}

func oneName(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError{fmt.Errorf("%s: give one account name, such as 'PRIV\\Jen'", c.CommandPath())}
	}
	return nil
}

func openUsers(file string) (*server.Users, error) {
	if file == "" {
		return nil, usageError{errors.New("name the file with the accounts with --file")}
	}
	return server.LoadUsers(file)
}

// readPassword asks twice on a terminal, without showing what is typed, and
// reads one line otherwise.
func readPassword(c *cobra.Command, name string) (string, error) {
	in, ok := c.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
		if err != nil && (!errors.Is(err, io.EOF) || line == "") {
			return "", errors.New("no password: give it as one line on standard input")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(c.ErrOrStderr(), prompt)
		typed, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(c.ErrOrStderr())
		return string(typed), err
	}
	first, err := ask("Password for " + name + ": ")
	if err != nil {
		return "", err
	}
	again, err := ask("Again: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("the passwords differ")
	}
	return first, nil
}
