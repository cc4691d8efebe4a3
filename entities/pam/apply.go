package pam

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A Change is new definitions of one source.
type Change struct {
	Source Source

	// Edit changes what the source defines. It may run again.
	Edit func(own *Definitions) error

	// Describe tells in words how definitions differ, for the audit trail.
	Describe func(old, new Definitions) []string

	Check CheckOptions
	Actor audit.Actor
}

// Definitions are all that are stored, of both sources.
func (d *Desk) Definitions(ctx context.Context) (Definitions, error) {
	_, all, err := newStored(d.db).read(ctx)
	return all, err
}

// Apply changes the definitions, and returns the differences. Requests whose creators
// have lost a role end at once. Nothing is changed, and nothing recorded, where there
// is no difference. The error tells all mistakes: they are checked together with
// what the other source defines.
func (d *Desk) Apply(ctx context.Context, c Change) ([]string, error) {
	s := newStored(d.db)
	var differences []string
	err := d.book(ctx, c.Actor, func(ctx context.Context, l *ledger) error {
		differences = nil
		if _, err := d.db.Exec(ctx, s.lock, nil); err != nil {
			return err
		}
		by, all, err := s.read(ctx)
		if err != nil {
			return err
		}
		before := clone(&all) // Edit may change lists in their place
		own := by[c.Source]
		own.sort()
		old := clone(own)
		if err := c.Edit(own); err != nil {
			return err
		}
		own.sort()
		if reflect.DeepEqual(old, clone(own)) {
			return nil
		}
		after := merged(by)
		if err := mistakesIn(&after, c.Check); err != nil {
			return err
		}
		if err := s.replace(ctx, c.Source, own); err != nil {
			return err
		}
		if err := s.resolve(ctx, &after); err != nil {
			return err
		}
		if _, err := d.db.Exec(ctx, s.disturb, []edm.Value{timeCell(l.now)}); err != nil {
			return err
		}
		differences = []string{"changed"}
		if c.Describe != nil {
			differences = c.Describe(before, after)
		}
		text, err := json.Marshal(after)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(text)
		l.record(audit.ConfigChanged, nil, audit.Success,
			cut("definitions "+hex.EncodeToString(digest[:8])+": "+strings.Join(differences, "; "), maxText))
		phones := map[edm.GUID]string{}
		for _, u := range before.Users {
			phones[u.ID] = u.Phone
		}
		for _, u := range after.Users {
			if phone, known := phones[u.ID]; known && phone != u.Phone {
				l.record(audit.PhoneChanged, nil, audit.Success, "").Subject = u.Account
			}
		}
		return nil
	})
	if err == nil && len(differences) > 0 {
		d.rouse()
	}
	return differences, err
}

func merged(by map[Source]*Definitions) (all Definitions) {
	for _, source := range []Source{FromFile, FromCommand} {
		own := by[source]
		all.Users, all.Groups = append(all.Users, own.Users...), append(all.Groups, own.Groups...)
		all.Teams, all.Roles = append(all.Teams, own.Teams...), append(all.Roles, own.Roles...)
	}
	return all
}

// sort puts definitions into the order of their names.
func (d *Definitions) sort() {
	slices.SortStableFunc(d.Users, func(a, b User) int { return cmp.Compare(AccountKey(a.Account), AccountKey(b.Account)) })
	slices.SortStableFunc(d.Groups, func(a, b Group) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.ID.Compare(b.ID)) })
	slices.SortStableFunc(d.Teams, func(a, b Team) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.ID.Compare(b.ID)) })
	slices.SortStableFunc(d.Roles, func(a, b Role) int { return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), a.ID.Compare(b.ID)) })
}

// clone is a copy that shares nothing with d, and whose empty lists are nil.
func clone(d *Definitions) Definitions {
	c := Definitions{Users: listOf(d.Users), Groups: listOf(d.Groups), Teams: listOf(d.Teams), Roles: listOf(d.Roles)}
	for i := range c.Teams {
		c.Teams[i].Members = listOf(c.Teams[i].Members)
	}
	for i := range c.Roles {
		r := &c.Roles[i]
		r.Groups, r.Candidates, r.Owners = listOf(r.Groups), listOf(r.Candidates), listOf(r.Owners)
		if r.Window != nil {
			w := *r.Window
			r.Window = &w
		}
	}
	return c
}

func listOf[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}

func mistakesIn(d *Definitions, o CheckOptions) error {
	var all []error
	for _, m := range d.Check(o) {
		all = append(all, m)
	}
	return errors.Join(all...)
}
