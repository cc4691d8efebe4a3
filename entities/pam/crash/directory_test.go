package crash_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A directory is a granter that keeps memberships in a file, which survives the
// process and may be written by several. Each line is a change, and is there for good
// before the call goes on: the word "in" or "out", the user, the group, the end in
// milliseconds, and the node that has made it.
type directory struct {
	path   string
	native bool // memberships end by themselves
	node   string

	// at is told where a call is, and may end the process or hold it up; an error
	// ends the call.
	at func(ctx context.Context, place string) error
}

func (d *directory) Expires() bool { return d.native }

// Grant adds one membership after the other.
func (d *directory) Grant(ctx context.Context, user pam.User, memberships []pam.Membership) error {
	return d.call(ctx, "grant", len(memberships), func(i int) string {
		m := memberships[i]
		return fmt.Sprintf("in %v %v %d %s\n", user.ID, m.Group.ID, m.Until.UnixMilli(), d.node)
	})
}

// Revoke removes one membership after the other.
func (d *directory) Revoke(ctx context.Context, user pam.User, groups []pam.Group) error {
	return d.call(ctx, "revoke", len(groups), func(i int) string {
		return fmt.Sprintf("out %v %v 0 %s\n", user.ID, groups[i].ID, d.node)
	})
}

// call writes n lines. The places of a call are before it, after each of its effects
// but the last, and after it: between the last effect and the answer nothing happens.
func (d *directory) call(ctx context.Context, name string, n int, line func(int) string) error {
	if err := d.at(ctx, "before "+name); err != nil {
		return err
	}
	for i := range n {
		if i > 0 {
			if err := d.at(ctx, fmt.Sprintf("in %s, %d of %d done", name, i, n)); err != nil {
				return err
			}
		}
		if err := d.write(line(i)); err != nil {
			return err
		}
	}
	return d.at(ctx, "after "+name)
}

func (d *directory) write(line string) error {
	f, err := os.OpenFile(d.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Sync(), f.Close())
}

// Inspect tells the memberships there are.
func (d *directory) Inspect(_ context.Context, user pam.User, groups []pam.Group) (found []pam.Membership, err error) {
	members, err := membersIn(d.path)
	for _, g := range groups {
		if until, ok := members[membership{user.ID, g.ID}]; ok {
			found = append(found, pam.Membership{Group: g, Until: until})
		}
	}
	return found, err
}

// A membership is that of a user in a group.
type membership struct{ user, group edm.GUID }

// An entry is a line of the file.
type entry struct {
	membership
	added bool
	until time.Time
	node  string
}

// entriesIn reads the file of a directory, which may not be there yet.
func entriesIn(path string) (all []entry, err error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		var word, user, group, node string
		var ms int64
		if _, err := fmt.Sscan(line, &word, &user, &group, &ms, &node); err != nil {
			return nil, fmt.Errorf("the line %q of the directory: %w", line, err)
		}
		e := entry{added: word == "in", until: time.UnixMilli(ms).UTC(), node: node}
		if e.user, err = edm.ParseGUID(user); err != nil {
			return nil, err
		}
		if e.group, err = edm.ParseGUID(group); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// membersIn are the memberships that the file of a directory comes to, with their ends.
func membersIn(path string) (map[membership]time.Time, error) {
	entries, err := entriesIn(path)
	members := map[membership]time.Time{}
	for _, e := range entries {
		if e.added {
			members[e.membership] = e.until
		} else {
			delete(members, e.membership)
		}
	}
	return members, err
}
