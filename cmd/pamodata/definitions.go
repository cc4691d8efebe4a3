package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A revision makes definitions all that a source defines.
type revision struct {
	source pam.Source
	new    pam.Definitions
	check  pam.CheckOptions
	actor  audit.Actor
}

// A plan is what a revision would change.
type plan struct {
	lines  []string
	doubts []string
}

// definedBy are the definitions of one source.
func definedBy(ctx context.Context, desk *pam.Desk, source pam.Source) (own pam.Definitions, err error) {
	_, err = desk.Apply(ctx, pam.Change{Source: source, Edit: func(d *pam.Definitions) error {
		own = pam.Definitions{Users: slices.Clone(d.Users), Groups: slices.Clone(d.Groups), Teams: slices.Clone(d.Teams), Roles: slices.Clone(d.Roles)}
		return nil // no change
	}})
	return own, err
}

// identifiers are those of everything in d.
func identifiers(d *pam.Definitions) map[edm.GUID]bool {
	ids := map[edm.GUID]bool{}
	for i := range d.Users {
		ids[d.Users[i].ID] = true
	}
	for i := range d.Groups {
		ids[d.Groups[i].ID] = true
	}
	for i := range d.Teams {
		ids[d.Teams[i].ID] = true
	}
	for i := range d.Roles {
		ids[d.Roles[i].ID] = true
	}
	return ids
}

// without are the definitions of d that have none of the identifiers.
func without(d pam.Definitions, ids map[edm.GUID]bool) (rest pam.Definitions) {
	for _, u := range d.Users {
		if !ids[u.ID] {
			rest.Users = append(rest.Users, u)
		}
	}
	for _, g := range d.Groups {
		if !ids[g.ID] {
			rest.Groups = append(rest.Groups, g)
		}
	}
	for _, t := range d.Teams {
		if !ids[t.ID] {
			rest.Teams = append(rest.Teams, t)
		}
	}
	for _, r := range d.Roles {
		if !ids[r.ID] {
			rest.Roles = append(rest.Roles, r)
		}
	}
	return rest
}

func together(a, b pam.Definitions) pam.Definitions {
	return pam.Definitions{Users: slices.Concat(a.Users, b.Users), Groups: slices.Concat(a.Groups, b.Groups),
		Teams: slices.Concat(a.Teams, b.Teams), Roles: slices.Concat(a.Roles, b.Roles)}
}

// errPartly is why a file cannot take the place of what commands have defined.
var errPartly = errors.New("some of what commands have defined is in the file as well, and some is not: " +
	"put all of it there, see 'pamodata export', or remove one of the two")

// takesOver reports whether the new definitions are in the place of those that
// commands have made, all of them: the way from commands to a file.
func (r *revision) takesOver(commanded *pam.Definitions) (bool, error) {
	if r.source != pam.FromFile {
		return false, nil
	}
	theirs, ours := identifiers(commanded), identifiers(&r.new)
	common := 0
	for id := range theirs {
		if ours[id] {
			common++
		}
	}
	switch common {
	case 0:
		return false, nil
	case len(theirs):
		return true, nil
	}
	return false, errPartly
}

// plan tells what the revision would change, or all that is wrong with it.
func (r *revision) plan(ctx context.Context, desk *pam.Desk) (*plan, error) {
	before, err := desk.Definitions(ctx)
	if err != nil {
		return nil, err
	}
	own, err := definedBy(ctx, desk, r.source)
	if err != nil {
		return nil, err
	}
	others := without(before, identifiers(&own))
	over, err := r.takesOver(&others)
	if err != nil {
		return nil, err
	}
	if over {
		others = pam.Definitions{}
	}
	after := together(others, r.new)
	if err := readable(&after, after.Check(r.check)); err != nil {
		return nil, err
	}
	p := &plan{lines: roles.Difference(before, after)}
	for _, doubt := range after.Doubts() {
		p.doubts = append(p.doubts, readableMistake(&after, doubt))
	}
	return p, nil
}

// apply makes the revision, and returns what it has changed.
func (r *revision) apply(ctx context.Context, desk *pam.Desk) (lines []string, err error) {
	commanded, err := definedBy(ctx, desk, pam.FromCommand)
	if err != nil {
		return nil, err
	}
	over, err := r.takesOver(&commanded)
	if err != nil {
		return nil, err
	}
	change := func(source pam.Source, to pam.Definitions, describe func(old, new pam.Definitions) []string) pam.Change {
		return pam.Change{Source: source, Check: r.check, Actor: r.actor, Describe: describe,
			Edit: func(own *pam.Definitions) error { *own = together(to, pam.Definitions{}); return nil }}
	}
	if !over {
		return desk.Apply(ctx, change(r.source, r.new, roles.Difference))
	}
	before, err := desk.Definitions(ctx)
	if err != nil {
		return nil, err
	}
	// In one transaction nobody loses a role between the two.
	err = desk.DB().Transact(ctx, func(ctx context.Context) error {
		_, err := desk.Apply(ctx, change(pam.FromCommand, pam.Definitions{}, func(pam.Definitions, pam.Definitions) []string {
			return []string{"a file takes the place of what commands have defined"}
		}))
		if err != nil {
			return err
		}
		_, err = desk.Apply(ctx, change(r.source, r.new, func(_, after pam.Definitions) []string {
			lines = roles.Difference(before, after)
			return lines
		}))
		return err
	})
	return lines, err
}

// readDefinitions reads a definition file.
func readDefinitions(file string, check pam.CheckOptions) (pam.Definitions, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return pam.Definitions{}, err
	}
	return roles.Read(text, file, check)
}

// applyRolesFile applies the file of the configuration, and logs what changes.
func applyRolesFile(ctx context.Context, desk *pam.Desk, s *settings, logger *slog.Logger) error {
	d, err := readDefinitions(s.RolesFile, s.checkOptions())
	if err != nil {
		return err
	}
	r := &revision{source: pam.FromFile, new: d, check: s.checkOptions(), actor: audit.Actor{Name: "system", Method: "file"}}
	lines, err := r.apply(ctx, desk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.RolesFile, err)
	}
	logger.InfoContext(ctx, "the definitions are those of the file", "file", s.RolesFile, "changes", len(lines))
	for _, line := range lines {
		logger.InfoContext(ctx, "definition changed", "change", line)
	}
	for _, doubt := range d.Doubts() {
		logger.WarnContext(ctx, "a definition is hardly as meant", "file", s.RolesFile, "doubt", readableMistake(&d, doubt))
	}
	return nil
}
