package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func newUser() *cobra.Command {
	f := &storeFlags{}
	c := group("user", "Keep the users: who may ask for roles or decide about them",
		`Keep the users: who may ask for roles or decide about them. How they sign in is
another matter, see 'pamodata account'.`+"\n"+storeHelp,
		newUserList(f), newUserShow(f), newUserAdd(f), newUserRemove(f))
	f.register(c)
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if text := err.Error(); strings.HasSuffix(text, "flag: --file") || strings.HasPrefix(text, "unknown shorthand flag: 'f'") {
			err = fmt.Errorf("%w; passwords of HTTP Basic are kept by 'pamodata account'", err)
		}
		return usageError{err}
	})
	return c
}

// A userView is a user as JSON shows it.
type userView struct {
	ID          string     `json:"id"`
	Account     string     `json:"account"`
	DisplayName string     `json:"displayName"`
	Phone       string     `json:"phone,omitempty"`
	Disabled    bool       `json:"disabled"`
	Source      pam.Source `json:"source"`
	Teams       []string   `json:"teams,omitempty"`
	CandidateOf []string   `json:"candidateOf,omitempty"`
	OwnerOf     []string   `json:"ownerOf,omitempty"`
}

func viewUser(u *pam.User, from func(edm.GUID) pam.Source) userView {
	return userView{ID: u.ID.String(), Account: u.Account, DisplayName: u.DisplayName, Phone: u.Phone, Disabled: u.Disabled, Source: from(u.ID)}
}

func newUserList(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the users", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				views := []userView{}
				t := &table{heads: []string{"ACCOUNT", "NAME", "PHONE", "DISABLED", "SOURCE"}}
				for i := range all.Users {
					u := &all.Users[i]
					views = append(views, viewUser(u, from))
					t.add(u.Account, u.DisplayName, yes(u.Phone != ""), yes(u.Disabled), string(from(u.ID)))
				}
				if a.json {
					return a.printJSON(views)
				}
				return t.print(a.out)
			})
		},
	}
}

func newUserShow(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show ACCOUNT", Short: "Show a user, and the roles it has a part in", Args: one("account"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				u, err := find("user", all.Users, args[0], userName)
				if err != nil {
					return err
				}
				v := viewUser(u, from)
				for i := range all.Teams {
					if slices.Contains(all.Members([]edm.GUID{all.Teams[i].ID}), u.ID) {
						v.Teams = append(v.Teams, all.Teams[i].Name)
					}
				}
				for i := range all.Roles {
					if slices.Contains(all.Members(all.Roles[i].Candidates), u.ID) {
						v.CandidateOf = append(v.CandidateOf, all.Roles[i].DisplayName)
					}
					if slices.Contains(all.Members(all.Roles[i].Owners), u.ID) {
						v.OwnerOf = append(v.OwnerOf, all.Roles[i].DisplayName)
					}
				}
				if a.json {
					return a.printJSON(v)
				}
				s := &sheet{}
				s.add("account", v.Account)
				s.add("id", v.ID)
				s.add("name", v.DisplayName)
				s.add("phone", v.Phone)
				s.add("disabled", yes(v.Disabled))
				s.add("source", string(v.Source))
				s.add("teams", v.Teams...)
				s.add("candidate of", v.CandidateOf...)
				s.add("owner of", v.OwnerOf...)
				return s.print(a.out)
			})
		},
	}
}

func newUserAdd(f *storeFlags) *cobra.Command {
	var name, phone, id string
	var disabled bool
	c := &cobra.Command{
		Use: "add ACCOUNT", Short: "Add a user, or change one", Args: one("account"),
		Long: `Add a user, or change one: what no flag is given for stays as it is.` + "\n" + storeHelp,
		Example: `  pamodata user add 'PRIV\Jen' --phone '+420 555 0100'
  pamodata user add 'PRIV\Jen' --disabled`,
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					u, err := owned("user", all.Users, own.Users, args[0], userName)
					if err != nil {
						return err
					}
					if u == nil {
						own.Users = append(own.Users, pam.User{ID: roles.UserID(args[0]), Account: args[0],
							DisplayName: strings.Replace(args[0], `\`, ".", 1)})
						u = &own.Users[len(own.Users)-1]
						if err := giveID(&u.ID, id); err != nil {
							return err
						}
					} else if err := sameID("user", u.Account, u.ID, id); err != nil {
						return err
					}
					given(c, "name", &u.DisplayName, name)
					given(c, "phone", &u.Phone, phone)
					given(c, "disabled", &u.Disabled, disabled)
					return nil
				})
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "name that owners read (default: the account with a dot for the backslash)")
	c.Flags().StringVar(&phone, "phone", "", "phone of the second factor; empty for none")
	c.Flags().BoolVar(&disabled, "disabled", false, "take all rights away, and end what is active; --disabled=false gives them back")
	c.Flags().StringVar(&id, "id", "", "identifier of a new user, a GUID (default: made from the account)")
	return c
}

func newUserRemove(f *storeFlags) *cobra.Command {
	var everywhere bool
	c := &cobra.Command{
		Use: "remove ACCOUNT", Short: "Remove a user, and end what is active", Args: one("account"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					u, err := mine("user", all.Users, own.Users, args[0], userName)
					if err != nil {
						return err
					}
					id := u.ID
					own.Users = slices.DeleteFunc(own.Users, func(u pam.User) bool { return u.ID == id })
					return leaveLists(own, id, "user "+shown(args[0]), everywhere)
				})
			})
		},
	}
	everywhereFlag(c, &everywhere)
	return c
}

func everywhereFlag(c *cobra.Command, everywhere *bool) {
	c.Flags().BoolVar(everywhere, "everywhere", false, "take it out of all teams and roles, too")
}

// leaveLists takes what is removed out of teams and roles, if it may; otherwise it
// tells where it is.
func leaveLists(own *pam.Definitions, id edm.GUID, what string, everywhere bool) error {
	var places []string
	take := func(list *[]edm.GUID, place string) {
		if slices.Contains(*list, id) {
			places = append(places, place)
			*list = slices.DeleteFunc(slices.Clone(*list), func(member edm.GUID) bool { return member == id })
		}
	}
	for i := range own.Teams {
		take(&own.Teams[i].Members, "team "+shown(own.Teams[i].Name))
	}
	for i := range own.Roles {
		r := &own.Roles[i]
		take(&r.Groups, "role "+shown(r.DisplayName))
		take(&r.Candidates, "candidates of role "+shown(r.DisplayName))
		take(&r.Owners, "owners of role "+shown(r.DisplayName))
	}
	if len(places) > 0 && !everywhere {
		return fmt.Errorf("%s is in use: %s; with --everywhere it is taken out of there, too", what, strings.Join(places, ", "))
	}
	return nil
}

// one is the check of a command that takes one thing.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 || args[0] == "" {
			return usageError{fmt.Errorf("%s: give one %s", c.CommandPath(), what)}
		}
		return nil
	}
}

// given stores the value of a flag, if it was given.
func given[T any](c *cobra.Command, flag string, to *T, value T) {
	if c.Flags().Changed(flag) {
		*to = value
	}
}

// giveID stores an identifier, if one was given.
func giveID(to *edm.GUID, text string) error {
	if text == "" {
		return nil
	}
	id, err := edm.ParseGUID(text)
	if err != nil {
		return usageError{fmt.Errorf("--id %s is not a GUID", shown(text))}
	}
	*to = id
	return nil
}

// read returns all definitions, and where each is from.
func (a *admin) read(ctx context.Context) (all pam.Definitions, from func(edm.GUID) pam.Source, err error) {
	if all, err = a.desk.Definitions(ctx); err != nil {
		return all, nil, err
	}
	own, err := definedBy(ctx, a.desk, pam.FromCommand)
	if err != nil {
		return all, nil, err
	}
	commanded := identifiers(&own)
	return all, func(id edm.GUID) pam.Source {
		if commanded[id] {
			return pam.FromCommand
		}
		return pam.FromFile
	}, nil
}
