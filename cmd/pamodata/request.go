package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

func newRequest() *cobra.Command {
	f := &storeFlags{}
	c := group("request", "Look at requests, and revoke them",
		`Look at the requests of all users, and end them.`+"\n"+storeHelp,
		newRequestList(f), newRequestShow(f), newRequestRevoke(f))
	f.register(c)
	return c
}

// A requestView is a request as JSON shows it.
type requestView struct {
	ID            string     `json:"id"`
	Status        pam.Status `json:"status"`
	Role          string     `json:"role"`
	RoleID        string     `json:"roleId"`
	User          string     `json:"user"`
	Created       string     `json:"created"`
	RequestedTTL  int64      `json:"requestedTTL"` // seconds
	RequestedTime string     `json:"requestedTime,omitempty"`
	Expiration    string     `json:"expiration,omitempty"`
	Justification string     `json:"justification,omitempty"`
	Decided       string     `json:"decided,omitempty"`
	Decision      string     `json:"decision,omitempty"`
	DecidedBy     string     `json:"decidedBy,omitempty"`
	Granted       string     `json:"granted,omitempty"`
	Closed        string     `json:"closed,omitempty"`
	Revoked       string     `json:"revoked,omitempty"`
	Groups        []string   `json:"groups,omitempty"`
}

func (r *requestRow) user() string {
	if r.account == "" {
		return r.Requestor
	}
	return r.account
}

func (r *requestRow) decision() (what, by string) {
	switch {
	case r.Decided.IsZero():
		return "", ""
	case r.decidedByRule():
		by = "the rule for owners"
	default:
		by = r.decider
	}
	if r.Approved {
		return "approved", by
	}
	return "rejected", by
}

// decidedByRule reports an automatic approval.
func (r *requestRow) decidedByRule() bool { return r.Approved && r.decider == "" }

func (r *requestRow) view() requestView {
	v := requestView{ID: r.ID.String(), Status: r.status, Role: r.RoleName, RoleID: r.Role.String(), User: r.user(), Created: instant(r.Created),
		RequestedTTL: r.TTL, RequestedTime: instant(r.Wanted), Expiration: instant(r.Expiration), Justification: r.Justification,
		Decided: instant(r.Decided), Granted: instant(r.Granted), Closed: instant(r.Closed), Revoked: instant(r.Revoked)}
	v.Decision, v.DecidedBy = r.decision()
	return v
}

var statuses = []pam.Status{pam.Processing, pam.PendingMFA, pam.PendingApproval, pam.Scheduled, pam.Active, pam.Closing,
	pam.Closed, pam.Expired, pam.Rejected}

func newRequestList(f *storeFlags) *cobra.Command {
	var user, role string
	var status []string
	var open bool
	c := &cobra.Command{
		Use: "list", Short: "List requests, the latest last", Args: noArguments,
		Example: `  pamodata request list --open
  pamodata request list --user 'PRIV\Jen' --status Active --status Scheduled`,
		RunE: func(c *cobra.Command, _ []string) error {
			var wanted []pam.Status
			for _, text := range status {
				at := slices.IndexFunc(statuses, func(s pam.Status) bool { return strings.EqualFold(string(s), text) })
				if at < 0 {
					return usageError{fmt.Errorf("%s: --status %s is not one of %s", c.CommandPath(), shown(text), joined(words(statuses)))}
				}
				wanted = append(wanted, statuses[at])
			}
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				views := []requestView{}
				t := &table{heads: []string{"ID", "STATUS", "USER", "ROLE", "CREATED", "TTL", "ENDS"}}
				zone := a.desk.Zone()
				err := a.eachRequest(ctx, edm.GUID{}, func(r *requestRow) {
					switch {
					case user != "" && !strings.EqualFold(user, r.user()),
						role != "" && !strings.EqualFold(role, r.RoleName) && !strings.EqualFold(role, r.Role.String()),
						len(wanted) > 0 && !slices.Contains(wanted, r.status),
						open && !r.status.Open():
						return
					}
					if a.json {
						views = append(views, r.view())
						return
					}
					t.add(r.ID.String(), string(r.status), r.user(), r.RoleName, moment(r.Created, zone), requestedText(r.TTL), moment(r.Expiration, zone))
				})
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(views)
				}
				return t.print(a.out)
			})
		},
	}
	c.Flags().StringVar(&user, "user", "", "only those of this account")
	c.Flags().StringVar(&role, "role", "", "only those for this role, by its name at that time or its identifier")
	c.Flags().StringArrayVar(&status, "status", nil, "only those with this status; once for each")
	c.Flags().BoolVar(&open, "open", false, "only those that have not ended")
	return c
}

func words[T ~string](list []T) (texts []string) {
	for _, item := range list {
		texts = append(texts, string(item))
	}
	return texts
}

// requestedText is a requested duration, which may be longer than time.Duration has.
func requestedText(seconds int64) string {
	if seconds == 0 {
		return "given up"
	}
	if seconds > int64(pam.MaxRoleTTL/time.Second) {
		return fmt.Sprintf("%ds", seconds)
	}
	return ttlText(time.Duration(seconds) * time.Second)
}

// oneRequest is the request of an argument.
func (a *admin) oneRequest(ctx context.Context, argument string) (found *requestRow, err error) {
	id, err := edm.ParseGUID(argument)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s is not the identifier of a request, see 'pamodata request list'", shown(argument))}
	}
	if err := a.eachRequest(ctx, id, func(r *requestRow) { found = r }); err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("there is no request %s", id)
	}
	return found, nil
}

func newRequestShow(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show a request", Args: one("identifier of a request"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, false, func(ctx context.Context, a *admin) error {
				r, err := a.oneRequest(ctx, args[0])
				if err != nil {
					return err
				}
				v := r.view()
				if v.Groups, err = a.groupsOf(ctx, r.ID); err != nil {
					return err
				}
				if a.json {
					return a.printJSON(v)
				}
				zone := a.desk.Zone()
				s := &sheet{}
				s.add("id", v.ID)
				s.add("status", string(v.Status))
				s.add("user", v.User)
				s.add("role", v.Role)
				s.add("created", moment(r.Created, zone))
				s.add("requested", requestedText(r.TTL))
				if !r.Wanted.Equal(r.Created) {
					s.add("start", moment(r.Wanted, zone))
				}
				s.add("justification", strings.Split(v.Justification, "\n")...)
				if !r.FactorDone.IsZero() {
					s.add("second factor", moment(r.FactorDone, zone))
				}
				if v.Decision != "" {
					s.add(v.Decision, moment(r.Decided, zone)+" by "+v.DecidedBy)
				}
				s.add("granted", moment(r.Granted, zone))
				s.add("ends", moment(r.Expiration, zone))
				s.add("closed", moment(r.Closed, zone))
				s.add("withdrawn", moment(r.Revoked, zone))
				s.add("groups", v.Groups...)
				return s.print(a.out)
			})
		},
	}
}

// errNoGranter is why a request cannot be revoked without knowing how.
var errNoGranter = errors.New("to revoke is to withdraw privileges, which needs the service's configuration: name it with -c, or say --granter journal " +
	"where the service has no directory")

func newRequestRevoke(f *storeFlags) *cobra.Command {
	var reason, granter string
	c := &cobra.Command{
		Use: "revoke ID", Short: "End a request, and withdraw its privileges",
		Long: `End a request, whatever its stage, and withdraw its privileges, in the way that the
configuration of the service says. A directory that cannot be reached is tried again
by the service.` + "\n" + storeHelp,
		Example: `  pamodata request revoke 7a02f2f8-8f92-4f3c-9a3c-5d0b4e5e2a11 --reason 'Ticket 4711 is done' -c pamodata.yaml`,
		Args:    one("identifier of a request"),
		RunE: func(c *cobra.Command, args []string) error {
			if reason == "" {
				return usageError{fmt.Errorf("%s: give a --reason, for the audit trail", c.CommandPath())}
			}
			if len(reason) > 4000 || strings.ContainsFunc(reason, func(r rune) bool { return r < ' ' }) {
				return usageError{fmt.Errorf("%s: the reason has control characters or is longer than 4000 bytes", c.CommandPath())}
			}
			if granter != "" && granter != granterJournal {
				return usageError{fmt.Errorf("%s: --granter is %s; a directory is described in the configuration", c.CommandPath(), granterJournal)}
			}
			if granter == "" && !configGiven(f.config) && os.Getenv("PAMODATA_GRANTER") == "" {
				return usageError{errNoGranter}
			}
			return f.with(c, false, func(ctx context.Context, a *admin) error { return a.revoke(ctx, args[0], granter, reason) })
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why, for the audit trail")
	c.Flags().StringVar(&granter, "granter", "", "journal, where the service has no directory (default: that of the configuration)")
	return c
}

func (a *admin) revoke(ctx context.Context, id, granter, reason string) error {
	r, err := a.oneRequest(ctx, id)
	if err != nil {
		return err
	}
	if r.status.Terminal() {
		return fmt.Errorf("request %s has ended: it is %s", r.ID, r.status)
	}
	if granter != "" {
		a.settings.Granter = granter
	}
	g, closed, err := a.settings.openGranter(ctx, a.db, a.logger)
	if err != nil {
		return err
	}
	defer closing(a.logger, "granter", closed)
	desk, err := a.newDesk(g)
	if err != nil {
		return err
	}
	if err := desk.Revoke(ctx, r.ID, a.actor, reason); err != nil {
		return err
	}
	if r, err = a.oneRequest(ctx, id); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(r.view())
	}
	more := ""
	if r.status == pam.Closing {
		more = "; the service goes on withdrawing its privileges"
	}
	_, err = fmt.Fprintf(a.out, "request %s of %s for %s is %s%s\n", r.ID, shown(r.user()), shown(r.RoleName), r.status, more)
	return err
}
