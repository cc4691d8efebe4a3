package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// load writes data into sets of any provider, by what they offer to all: first
// the entities, then the links between them, then the streams. Keys consist of
// one property.
func load(ctx context.Context, model *metadata.Model, sets []odata.EntitySet, data memory.Data) error {
	l := loader{model: model, sets: map[string]odata.EntitySet{}}
	for _, set := range sets {
		l.sets[set.Name] = set
	}
	for _, name := range slices.Sorted(maps.Keys(data.Entities)) {
		for i, entity := range data.Entities[name] {
			if err := l.entity(ctx, name, entity); err != nil {
				return fmt.Errorf("entity %d of %s: %w", i, name, err)
			}
		}
	}
	for _, links := range data.Links {
		for _, pair := range links.Pairs {
			if err := l.link(ctx, links, pair); err != nil {
				return fmt.Errorf("link %s(%s)/%s(%s): %w", links.Set, pair[0], links.Navigation, pair[1], err)
			}
		}
	}
	for _, stream := range data.Streams {
		if err := l.stream(ctx, stream); err != nil {
			return fmt.Errorf("stream %s(%s)/%s: %w", stream.Set, stream.Key, stream.Property, err)
		}
	}
	return nil
}

type loader struct {
	model *metadata.Model
	sets  map[string]odata.EntitySet
}

func (l *loader) entity(ctx context.Context, set string, e memory.Entity) error {
	of := l.model.DefaultContainer().EntitySet(set)
	change := &odata.Change{Type: of.Type()}
	for _, derived := range of.Type().DerivedTypes() {
		if derived.Name == e.Type {
			change.Type = derived
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		if p := change.Type.Property(name); p != nil {
			change.Set = append(change.Set, odata.Assignment{Property: p, Value: e.Values[name]})
		} else {
			change.Dynamic = append(change.Dynamic, odata.DynamicProperty{Name: name, Value: e.Values[name]})
		}
	}
	_, err := l.sets[set].Inserter.Insert(ctx, &odata.Query{Set: of, Type: of.Type()}, change)
	return err
}

func (l *loader) link(ctx context.Context, links memory.Links, pair [2]string) error {
	from, err := l.one(links.Set, pair[0])
	if err != nil {
		return err
	}
	to, err := edm.ParseLiteral(pair[1])
	if err != nil {
		return err
	}
	for _, t := range append([]*metadata.EntityType{from.Type}, from.Type.DerivedTypes()...) {
		if nav := t.NavigationProperty(links.Navigation); nav != nil {
			_, err := l.sets[links.Set].Updater.Update(ctx, from, &odata.Change{Links: []odata.LinkChange{{Nav: nav, Key: odata.Key{to}}}})
			return err
		}
	}
	return errors.New("the type has no such navigation property")
}

func (l *loader) stream(ctx context.Context, s memory.Stream) error {
	of, err := l.one(s.Set, s.Key)
	if err != nil {
		return err
	}
	var named *metadata.Property // nil for the media resource
	if s.Property != "" {
		named = of.Type.Property(s.Property)
	}
	media := &odata.Media{
		Content: io.NopCloser(bytes.NewReader(s.Content)), Length: int64(len(s.Content)),
		ContentType: s.ContentType,
	}
	_, err = l.sets[s.Set].Streamer.Store(ctx, of, named, media, "")
	return err
}

// one is the query for the entity of a set that has a key.
func (l *loader) one(set, key string) (*odata.Query, error) {
	v, err := edm.ParseLiteral(key)
	if err != nil {
		return nil, err
	}
	of := l.model.DefaultContainer().EntitySet(set)
	return &odata.Query{Set: of, Type: of.Type(), Filter: equal(of.Type(), of.Type().KeyProperties()[0], v)}, nil
}
