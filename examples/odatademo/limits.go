package main

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// What the writable copies of the public service could hold: a set with more
// than this many entities took no further one, and no text was longer.
const (
	fullSet  = 50
	longText = 256 // characters
)

// limit holds what clients write to those limits, so that a service open to all
// does not grow without end.
func limit(set *odata.EntitySet) {
	l := limited{*set}
	set.Inserter, set.Updater = l, l
}

// A limited set refuses what would make it too large.
type limited struct{ of odata.EntitySet }

func (l limited) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (row odata.Row, err error) {
	if err := checkTexts(change); err != nil {
		return row, err
	}
	err = l.of.Transactor.Transact(ctx, func(ctx context.Context) error {
		there, err := read(ctx, l.of.Reader, &odata.Query{Set: q.Set, Type: q.Set.Type()})
		switch {
		case err != nil:
			return err
		case len(there) > fullSet:
			return &odata.Error{Kind: odata.KindInvalid, Code: "SetFull", Target: l.of.Name,
				Message: fmt.Sprintf("The set takes a further entity while it has at most %d; delete some", fullSet)}
		}
		row, err = l.of.Inserter.Insert(ctx, q, change)
		return err
	})
	return row, err
}

func (l limited) Update(ctx context.Context, target *odata.Query, change *odata.Change) (row odata.Row, err error) {
	if err := checkTexts(change); err != nil {
		return row, err
	}
	return l.of.Updater.Update(ctx, target, change)
}

func checkTexts(change *odata.Change) error {
	for _, a := range change.Set {
		if tooLong(a.Value) {
			return textTooLong(a.Property.Name)
		}
	}
	for _, p := range change.Dynamic {
		if tooLong(p.Value) {
			return textTooLong(p.Name)
		}
	}
	return nil
}

// tooLong looks for a long text in a value and in what that consists of.
func tooLong(v edm.Value) bool {
	switch v.Kind() {
	case edm.KindString:
		return utf8.RuneCountInString(v.Str()) > longText
	case edm.KindComplex, edm.KindCollection:
		return slices.ContainsFunc(v.Elements(), tooLong)
	}
	return false
}

func textTooLong(property string) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "TextTooLong", Target: property,
		Message: fmt.Sprintf("A text can have at most %d characters", longText)}
}
