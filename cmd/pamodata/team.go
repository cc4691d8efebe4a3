package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func newTeam() *cobra.Command {
	f := &storeFlags{}
	c := group("team", "Keep the teams: names for several users",
		`Keep the teams, by which roles name several candidates or owners at once. Members
are users and other teams, and count as they are when it matters.`+"\n"+storeHelp,
		newTeamList(f), newTeamShow(f), newTeamAdd(f), newTeamRemove(f))
	f.register(c)
	return c
}

// A teamView is a team as JSON shows it.
type teamView struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Members []string   `json:"members"`
	Source  pam.Source `json:"source"`
	Users   []string   `json:"users,omitempty"` // members of members, too
}

func newTeamList(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the teams", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				names := namesOf(&all)
				views := []teamView{}
				t := &table{heads: []string{"NAME", "MEMBERS", "SOURCE"}}
				for _, team := range all.Teams {
					v := teamView{ID: team.ID.String(), Name: team.Name, Members: names(team.Members), Source: from(team.ID)}
					views = append(views, v)
					t.add(v.Name, joined(v.Members), string(v.Source))
				}
				if a.json {
					return a.printJSON(views)
				}
				return t.print(a.out)
			})
		},
	}
}

func newTeamShow(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show a team, and the users it comes to", Args: one("name of a team"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				team, err := find("team", all.Teams, args[0], teamName)
				if err != nil {
					return err
				}
				names := namesOf(&all)
				v := teamView{ID: team.ID.String(), Name: team.Name, Members: names(team.Members), Source: from(team.ID),
					Users: names(all.Members([]edm.GUID{team.ID}))}
				slices.Sort(v.Users)
				if a.json {
					return a.printJSON(v)
				}
				s := &sheet{}
				s.add("name", v.Name)
				s.add("id", v.ID)
				s.add("source", string(v.Source))
				s.add("members", v.Members...)
				s.add("users", v.Users...)
				return s.print(a.out)
			})
		},
	}
}

func newTeamAdd(f *storeFlags) *cobra.Command {
	var id string
	var members alteration
	c := &cobra.Command{
		Use: "add NAME", Short: "Add a team, or change its members", Args: one("name of a team"),
		Example: `  pamodata team add Operators --member 'PRIV\Jen' --member 'PRIV\Anna'
  pamodata team add Operators --drop-member 'PRIV\Anna'`,
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					t, err := owned("team", all.Teams, own.Teams, args[0], teamName)
					if err != nil {
						return err
					}
					if t == nil {
						own.Teams = append(own.Teams, pam.Team{ID: roles.TeamID(args[0]), Name: args[0]})
						t = &own.Teams[len(own.Teams)-1]
						if err := giveID(&t.ID, id); err != nil {
							return err
						}
					} else if err := sameID("team", t.Name, t.ID, id); err != nil {
						return err
					}
					t.Members, err = members.to(t.Members, func(texts []string) ([]edm.GUID, error) { return principals(all, texts) })
					return err
				})
			})
		},
	}
	alterationFlags(c, &members, "member", "an account or a team")
	c.Flags().StringVar(&id, "id", "", "identifier of a new team, a GUID (default: made from the name)")
	return c
}

func newTeamRemove(f *storeFlags) *cobra.Command {
	var everywhere bool
	c := &cobra.Command{
		Use: "remove NAME", Short: "Remove a team", Args: one("name of a team"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					t, err := mine("team", all.Teams, own.Teams, args[0], teamName)
					if err != nil {
						return err
					}
					id := t.ID
					own.Teams = slices.DeleteFunc(own.Teams, func(t pam.Team) bool { return t.ID == id })
					return leaveLists(own, id, "team "+shown(args[0]), everywhere)
				})
			})
		},
	}
	everywhereFlag(c, &everywhere)
	return c
}
