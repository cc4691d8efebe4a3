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

func newGroup() *cobra.Command {
	f := &storeFlags{}
	c := group("group", "Keep the groups: the privileges that roles give",
		`Keep the groups of the directory that roles make their users members of.`+"\n"+storeHelp,
		newGroupList(f), newGroupShow(f), newGroupAdd(f), newGroupRemove(f))
	f.register(c)
	return c
}

// A groupView is a group as JSON shows it.
type groupView struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Target string     `json:"target,omitempty"`
	Source pam.Source `json:"source"`
	Roles  []string   `json:"roles,omitempty"`
}

func newGroupList(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the groups", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				views := []groupView{}
				t := &table{heads: []string{"NAME", "TARGET", "SOURCE"}}
				for _, g := range all.Groups {
					views = append(views, groupView{ID: g.ID.String(), Name: g.Name, Target: g.Target, Source: from(g.ID)})
					t.add(g.Name, g.Target, string(from(g.ID)))
				}
				if a.json {
					return a.printJSON(views)
				}
				return t.print(a.out)
			})
		},
	}
}

func newGroupShow(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show a group, and the roles that give it", Args: one("name of a group"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				g, err := find("group", all.Groups, args[0], groupName)
				if err != nil {
					return err
				}
				v := groupView{ID: g.ID.String(), Name: g.Name, Target: g.Target, Source: from(g.ID)}
				for i := range all.Roles {
					if slices.Contains(all.Roles[i].Groups, g.ID) {
						v.Roles = append(v.Roles, all.Roles[i].DisplayName)
					}
				}
				if a.json {
					return a.printJSON(v)
				}
				s := &sheet{}
				s.add("name", v.Name)
				s.add("id", v.ID)
				s.add("target", v.Target)
				s.add("source", string(v.Source))
				s.add("roles", v.Roles...)
				return s.print(a.out)
			})
		},
	}
}

func newGroupAdd(f *storeFlags) *cobra.Command {
	var target, id string
	c := &cobra.Command{
		Use: "add NAME", Short: "Add a group, or change one", Args: one("name of a group"),
		Example: `  pamodata group add 'DNS admins' --target 'CN=DNS admins,OU=Managed,DC=priv,DC=example'`,
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					g, err := owned("group", all.Groups, own.Groups, args[0], groupName)
					if err != nil {
						return err
					}
					if g == nil {
						own.Groups = append(own.Groups, pam.Group{ID: roles.GroupID(args[0]), Name: args[0]})
						g = &own.Groups[len(own.Groups)-1]
						if err := giveID(&g.ID, id); err != nil {
							return err
						}
					} else if err := sameID("group", g.Name, g.ID, id); err != nil {
						return err
					}
					given(c, "target", &g.Target, target)
					return nil
				})
			})
		},
	}
	c.Flags().StringVar(&target, "target", "", "how the granter knows the group: its DN (default: the name)")
	c.Flags().StringVar(&id, "id", "", "identifier of a new group, a GUID (default: made from the name)")
	return c
}

// sameID refuses another identifier for what has one.
func sameID(kind, name string, has edm.GUID, text string) error {
	if text == "" || strings.EqualFold(text, has.String()) {
		return nil
	}
	return fmt.Errorf("%s %s has the identifier %s, which stays", kind, shown(name), has)
}

func newGroupRemove(f *storeFlags) *cobra.Command {
	var everywhere bool
	c := &cobra.Command{
		Use: "remove NAME", Short: "Remove a group", Args: one("name of a group"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					g, err := mine("group", all.Groups, own.Groups, args[0], groupName)
					if err != nil {
						return err
					}
					id := g.ID
					own.Groups = slices.DeleteFunc(own.Groups, func(g pam.Group) bool { return g.ID == id })
					return leaveLists(own, id, "group "+shown(args[0]), everywhere)
				})
			})
		},
	}
	everywhereFlag(c, &everywhere)
	return c
}

// mine is owned for what must exist.
func mine[T any](kind string, all, own []T, text string, of func(*T) (edm.GUID, string)) (*T, error) {
	found, err := owned(kind, all, own, text, of)
	if err == nil && found == nil {
		return find(kind, own, text, of)
	}
	return found, err
}
