package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func newRole() *cobra.Command {
	f := &storeFlags{}
	c := group("role", "Keep the roles: privileges that candidates can have for a time",
		`Keep the roles: which groups they give, to whom, for how long, and what is needed.`+"\n"+storeHelp,
		newRoleList(f), newRoleShow(f), newRoleAdd(f), newRoleRemove(f))
	f.register(c)
	return c
}

// A roleView is a role as JSON shows it.
type roleView struct {
	ID                         string      `json:"id"`
	Name                       string      `json:"name"`
	Description                string      `json:"description,omitempty"`
	TTL                        int64       `json:"ttl"` // seconds
	Groups                     []string    `json:"groups"`
	Candidates                 []string    `json:"candidates"`
	Owners                     []string    `json:"owners"`
	Window                     *windowView `json:"window,omitempty"`
	MFA                        bool        `json:"mfa"`
	Approval                   bool        `json:"approval"`
	DisableAutoApprovalIfOwner bool        `json:"disableAutoApprovalIfOwner"`
	TTLPolicy                  string      `json:"ttlPolicy"`
	Source                     pam.Source  `json:"source"`
}

type windowView struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func viewRole(r *pam.Role, names func([]edm.GUID) []string, source pam.Source) roleView {
	v := roleView{ID: r.ID.String(), Name: r.DisplayName, Description: r.Description, TTL: int64(r.TTL / time.Second),
		Groups: names(r.Groups), Candidates: names(r.Candidates), Owners: names(r.Owners), MFA: r.MFA, Approval: r.Approval,
		DisableAutoApprovalIfOwner: r.DisableAutoApprovalIfOwner, TTLPolicy: "cap", Source: source}
	if r.RefuseLongTTL {
		v.TTLPolicy = "reject"
	}
	if r.Window != nil {
		v.Window = &windowView{clockText(r.Window.From), clockText(r.Window.To)}
	}
	return v
}

func newRoleList(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the roles", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				names := namesOf(&all)
				views := []roleView{}
				t := &table{heads: []string{"NAME", "TTL", "NEEDS", "GROUPS", "CANDIDATES", "OWNERS", "SOURCE"}}
				for i := range all.Roles {
					v := viewRole(&all.Roles[i], names, from(all.Roles[i].ID))
					views = append(views, v)
					t.add(v.Name, ttlText(all.Roles[i].TTL), v.needs(), joined(v.Groups), joined(v.Candidates), joined(v.Owners), string(v.Source))
				}
				if a.json {
					return a.printJSON(views)
				}
				return t.print(a.out)
			})
		},
	}
}

// needs are the gates of a role, in a few words.
func (v *roleView) needs() string {
	var words []string
	if v.MFA {
		words = append(words, "MFA")
	}
	if v.Approval {
		words = append(words, "approval")
	}
	if v.Window != nil {
		words = append(words, v.Window.From+"-"+v.Window.To)
	}
	return joined(words)
}

func newRoleShow(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show a role", Args: one("name of a role"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				all, from, err := a.read(ctx)
				if err != nil {
					return err
				}
				r, err := find("role", all.Roles, args[0], roleName)
				if err != nil {
					return err
				}
				v := viewRole(r, namesOf(&all), from(r.ID))
				if a.json {
					return a.printJSON(v)
				}
				s := &sheet{}
				s.add("name", v.Name)
				s.add("id", v.ID)
				s.add("description", strings.Split(v.Description, "\n")...)
				s.add("ttl", ttlText(r.TTL))
				s.add("longer", v.TTLPolicy)
				if v.Window != nil {
					s.add("window", v.Window.From+"-"+v.Window.To)
				}
				s.add("mfa", yes(v.MFA))
				s.add("approval", yes(v.Approval))
				s.add("own requests", map[bool]string{true: "owners wait for another owner"}[v.DisableAutoApprovalIfOwner])
				s.add("source", string(v.Source))
				s.add("groups", v.Groups...)
				s.add("candidates", v.Candidates...)
				s.add("owners", v.Owners...)
				return s.print(a.out)
			})
		},
	}
}

// roleFlags are what can be said about a role.
type roleFlags struct {
	id, rename, description, ttl, window, policy string
	groups, candidates, owners                   alteration
	mfa, approval, noAuto                        bool
}

func newRoleAdd(f *storeFlags) *cobra.Command {
	var r roleFlags
	c := &cobra.Command{
		Use: "add NAME", Short: "Add a role, or change one", Args: one("name of a role"),
		Long: `Add a role, or change one: what no flag is given for stays as it is. Whoever loses
a role by it loses the privileges at once.` + "\n" + storeHelp,
		Example: `  pamodata role add 'DNS administrators' --ttl 1h30m --group 'DNS admins' \
    --candidate Operators --owner 'PRIV\Omar' --approval --window 08:30-18:00
  pamodata role add 'DNS administrators' --drop-candidate 'PRIV\Jen' --window none`,
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error { return r.apply(c, args[0], all, own) })
			})
		},
	}
	p := c.Flags()
	p.StringVar(&r.rename, "rename", "", "another name; the role keeps its identifier")
	p.StringVar(&r.description, "description", "", "what the role is for; empty for nothing")
	p.StringVar(&r.ttl, "ttl", "", "longest duration of an activation, such as 1h30m, 2d, or seconds")
	p.StringVar(&r.window, "window", "", "time of day at which an activation may begin, such as 08:30-18:00, or none")
	p.StringVar(&r.policy, "ttl-policy", "", "what becomes of longer requests: cap or reject")
	alterationFlags(c, &r.groups, "group", "the name of a group")
	alterationFlags(c, &r.candidates, "candidate", "an account or a team")
	alterationFlags(c, &r.owners, "owner", "an account or a team")
	p.BoolVar(&r.mfa, "mfa", false, "a second factor is needed; --mfa=false for none")
	p.BoolVar(&r.approval, "approval", false, "an owner has to approve; --approval=false for nobody")
	p.BoolVar(&r.noAuto, "disable-auto-approval-if-owner", false, "owners wait for another owner when they ask themselves")
	p.StringVar(&r.id, "id", "", "identifier of a new role, a GUID (default: made from the name)")
	return c
}

// alterationFlags are --name and --drop-name.
func alterationFlags(c *cobra.Command, a *alteration, name, what string) {
	c.Flags().StringArrayVar(&a.add, name, nil, "add one "+name+": "+what+"; once for each")
	c.Flags().StringArrayVar(&a.drop, "drop-"+name, nil, "take one "+name+" out; once for each")
}

// apply makes or changes the role.
func (f *roleFlags) apply(c *cobra.Command, name string, all, own *pam.Definitions) error {
	r, err := owned("role", all.Roles, own.Roles, name, roleName)
	if err != nil {
		return err
	}
	if r == nil {
		if f.ttl == "" {
			return usageError{fmt.Errorf("%s: a new role needs --ttl, its longest duration", c.CommandPath())}
		}
		own.Roles = append(own.Roles, pam.Role{ID: roles.RoleID(name), DisplayName: name})
		r = &own.Roles[len(own.Roles)-1]
		if err := giveID(&r.ID, f.id); err != nil {
			return err
		}
	} else if err := sameID("role", r.DisplayName, r.ID, f.id); err != nil {
		return err
	}
	given(c, "rename", &r.DisplayName, f.rename)
	given(c, "description", &r.Description, f.description)
	given(c, "mfa", &r.MFA, f.mfa)
	given(c, "approval", &r.Approval, f.approval)
	given(c, "disable-auto-approval-if-owner", &r.DisableAutoApprovalIfOwner, f.noAuto)
	if f.ttl != "" {
		if r.TTL, err = parseTTL(f.ttl); err != nil {
			return usageError{err}
		}
	}
	switch f.window {
	case "":
	case "none":
		r.Window = nil
	default:
		if r.Window, err = parseWindow(f.window); err != nil {
			return usageError{err}
		}
	}
	switch f.policy {
	case "":
	case "cap", "reject":
		r.RefuseLongTTL = f.policy == "reject"
	default:
		return usageError{fmt.Errorf("--ttl-policy %s is not cap or reject", shown(f.policy))}
	}
	people := func(texts []string) ([]edm.GUID, error) { return principals(all, texts) }
	if r.Groups, err = f.groups.to(r.Groups, func(texts []string) ([]edm.GUID, error) { return privileges(all, texts) }); err != nil {
		return err
	}
	if r.Candidates, err = f.candidates.to(r.Candidates, people); err != nil {
		return err
	}
	r.Owners, err = f.owners.to(r.Owners, people)
	return err
}

func newRoleRemove(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Remove a role, and end what is active", Args: one("name of a role"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				return a.change(ctx, func(all, own *pam.Definitions) error {
					r, err := mine("role", all.Roles, own.Roles, args[0], roleName)
					if err != nil {
						return err
					}
					id := r.ID
					own.Roles = slices.DeleteFunc(own.Roles, func(r pam.Role) bool { return r.ID == id })
					return nil
				})
			})
		},
	}
}
