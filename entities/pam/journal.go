package pam

import (
	"context"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A Journal is a granter that only records who is in which group, in the desk's own
// database: for trying things out, and where something else reads its table
// pam_membership and acts on it. Memberships end when they are revoked.
type Journal struct {
	db                sqldb.DB
	put, remove, list *sqldb.Statement
}

// NewJournal makes a journal in a database with the tables of PAM.
func NewJournal(db sqldb.DB) *Journal {
	d := db.Dialect()
	return &Journal{db: db,
		put: sqldb.NewStatement(d, "INSERT INTO pam_membership (user_id, group_id, until_time) VALUES (?1, ?2, ?3)"+
			" ON CONFLICT (user_id, group_id) DO UPDATE SET until_time = excluded.until_time", []sqldb.Form{guidForm, guidForm, momentForm}, nil),
		remove: sqldb.NewStatement(d, "DELETE FROM pam_membership WHERE user_id = ?1 AND group_id = ?2", []sqldb.Form{guidForm, guidForm}, nil),
		list: sqldb.NewStatement(d, "SELECT group_id, until_time FROM pam_membership WHERE user_id = ?1", []sqldb.Form{guidForm},
			[]sqldb.Form{guidForm, momentForm}),
	}
}

// Grant records memberships, all or none.
func (j *Journal) Grant(ctx context.Context, user User, memberships []Membership) error {
	return j.db.Transact(ctx, func(ctx context.Context) error {
		for _, m := range memberships {
			if _, err := j.db.Exec(ctx, j.put, []edm.Value{user.ID.Value(), m.Group.ID.Value(), timeCell(m.Until)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Revoke removes memberships.
func (j *Journal) Revoke(ctx context.Context, user User, groups []Group) error {
	return j.db.Transact(ctx, func(ctx context.Context) error {
		for _, g := range groups {
			if _, err := j.db.Exec(ctx, j.remove, []edm.Value{user.ID.Value(), g.ID.Value()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Inspect tells the memberships that are recorded.
func (j *Journal) Inspect(ctx context.Context, user User, groups []Group) (found []Membership, err error) {
	until := map[edm.GUID]time.Time{}
	err = eachOf(ctx, j.db, j.list, func(c []edm.Value) { until[c[0].GUID()] = cellTime(c[1]) }, user.ID.Value())
	for _, g := range groups {
		if t, ok := until[g.ID]; ok {
			found = append(found, Membership{g, t})
		}
	}
	return found, err
}

// Expires is false: a journal does nothing by itself.
func (j *Journal) Expires() bool { return false }
