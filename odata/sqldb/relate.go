package sqldb

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// typeOf finds an entity by its key and tells its type.
func (s *Store) typeOf(ctx context.Context, t *table, key odata.Key) (*metadata.EntityType, bool, error) {
	q := s.sql("SELECT ")
	if t.discriminator == "" {
		q.add("1")
		q.columns = []Form{{Kind: edm.KindInt32}}
	} else {
		q.add(quoted(t.discriminator)).returns(t.rules.typeName)
	}
	row, err := q.add(" FROM ", quoted(t.parts[0].name), " WHERE ").equals(t.key, key).row(ctx)
	switch {
	case err != nil || row == nil:
		return nil, false, err
	case t.discriminator == "":
		return t.set.Type(), true, nil
	}
	typ := (*metadata.EntityType)(nil)
	if !row[0].IsNull() {
		typ = t.types[row[0].Str()]
	}
	if typ == nil {
		return nil, false, odata.Internalf("sqldb: an entity of %s has a type that the set does not have", t.set.Name)
	}
	return typ, true, nil
}

// ends checks one change of a link, and finds the type of the entity at its other
// end, nil where the change names none.
func (o *operation) ends(ctx context.Context, t *table, typ *metadata.EntityType, change *odata.LinkChange) (*tie, *metadata.EntityType, error) {
	r := t.tie(change.Nav)
	switch {
	case r == nil:
		return nil, nil, odata.Internalf("sqldb: no association set says where %s leads from %s", change.Nav.Name, t.set.Name)
	case !typ.Is(r.types[0]):
		return nil, nil, linkType(r, r.near.Role)
	case change.Key == nil && (!change.Remove || r.far.Multiplicity == metadata.Many):
		return nil, nil, odata.Internalf("sqldb: a change of a link of %s without a key", r.association.QualifiedName())
	case change.Key == nil:
		return r, nil, nil
	case len(change.Key) != len(r.to.key):
		return nil, nil, odata.Internalf("sqldb: a key of %d values for an entity of %s", len(change.Key), r.to.set.Name)
	}
	other, found, err := o.store.typeOf(ctx, r.to, change.Key)
	if err == nil && !found {
		err = odata.NotFound()
	}
	return r, other, err
}

// relate performs one change of an entity's links.
func (o *operation) relate(ctx context.Context, t *table, typ *metadata.EntityType, key odata.Key, change *odata.LinkChange) error {
	r, other, err := o.ends(ctx, t, typ, change)
	if err != nil {
		return err
	}
	if other == nil {
		return o.partAll(ctx, r, key, nil)
	}
	linked, err := o.has(ctx, r, key, change.Key)
	switch {
	case err != nil:
		return err
	case change.Remove && linked:
		return o.part(ctx, r, key, change.Key)
	case change.Remove || linked:
		return nil
	case !other.Is(r.types[1]):
		return linkType(r, r.far.Role)
	}
	return o.bind(ctx, r, key, change.Key)
}

// bind links two entities that are not linked yet. Ends that can have only one
// link part from what they had.
func (o *operation) bind(ctx context.Context, r *tie, key, other odata.Key) error {
	if r.dependent {
		// The dependent end parts from its former principal as its values change.
		if r.held != nearHolds {
			r, key, other = r.back, other, key
		}
		if r.near.Multiplicity != metadata.Many {
			if err := o.partAll(ctx, r.back, other, key); err != nil {
				return err
			}
		}
		return o.refer(ctx, r, key, outOfKey(r.to, r.end.far, other), nil)
	}
	if r.far.Multiplicity != metadata.Many {
		if err := o.partAll(ctx, r, key, other); err != nil {
			return err
		}
	}
	if r.near.Multiplicity != metadata.Many {
		if err := o.partAll(ctx, r.back, other, key); err != nil {
			return err
		}
	}
	return o.link(ctx, r, key, other)
}

// partAll parts an entity from all it is linked to but one.
func (o *operation) partAll(ctx context.Context, r *tie, key, but odata.Key) error {
	linked, err := o.linked(ctx, r, key)
	if err != nil {
		return err
	}
	for _, former := range linked {
		if but != nil && keysEqual(former, but) {
			continue
		}
		if err := o.part(ctx, r, key, former); err != nil {
			return err
		}
	}
	return nil
}

// part removes a link. A dependent entity loses the key that it refers with.
func (o *operation) part(ctx context.Context, r *tie, key, other odata.Key) error {
	switch {
	case !r.dependent:
		return o.unlink(ctx, r, key, other)
	case r.held == nearHolds:
		return o.referToNone(ctx, r, key)
	}
	return o.referToNone(ctx, r.back, other)
}

// referToNone takes the key that a dependent entity refers with: as much of it as
// may be null.
func (o *operation) referToNone(ctx context.Context, r *tie, key odata.Key) error {
	switch {
	case r.fixed:
		return linkFixed(r)
	case !slices.Contains(r.loose, true):
		return linkRequired(r)
	}
	return o.refer(ctx, r, key, make([]edm.Value, len(r.end.near)), r.loose)
}

// refer sets the properties that a dependent entity refers with, and of these only
// some if only is not nil.
func (o *operation) refer(ctx context.Context, r *tie, key odata.Key, values []edm.Value, only []bool) error {
	t := r.table
	var held []edm.Value
	q := o.store.sql("SELECT ", names(r.end.near), " FROM ", quoted(t.parts[r.end.near[0].part].name), " WHERE ").equals(t.key, key)
	held, err := q.returns(r.end.near...).row(ctx)
	if err != nil {
		return err
	}
	if held == nil {
		return odata.NotFound()
	}
	var settings []setting
	for i, c := range r.end.near {
		switch {
		case only != nil && !only[i], edm.Order(held[i], values[i]) == 0:
			continue
		case slices.Contains(t.key, c):
			return linkFixed(r)
		}
		settings = append(settings, setting{c, values[i]})
	}
	if len(settings) == 0 {
		return nil
	}
	typ, _, err := o.store.typeOf(ctx, t, key)
	if err != nil {
		return err
	}
	o.touch(t, key)
	o.left(r, held)
	if err := o.change(ctx, t, typ, key, settings); err != nil {
		return err
	}
	for i := range t.rules.ties {
		// Several associations can share a property.
		if tie := &t.rules.ties[i]; tie.dependent && tie.held == nearHolds && tie != r {
			o.touch(t, key)
		}
	}
	if only == nil {
		o.touch(r.to, inKey(r.to, r.end.far, values))
	}
	return nil
}

// holdsOf is a link as the columns that hold it see it.
func (r *tie) holdsOf(key, other odata.Key) (at *table, holder, held []*column, own, to odata.Key) {
	at, holder, held = r.holder()
	if r.held == nearHolds {
		return at, holder, held, key, other
	}
	return at, holder, held, other, key
}

// link and unlink change one link that no property holds.
func (o *operation) link(ctx context.Context, r *tie, key, other odata.Key) error {
	o.touch(r.table, key)
	o.touch(r.to, other)
	if r.held == tableHolds {
		q := o.store.sql("INSERT INTO ", quoted(r.end.link.name), " (", quotedNames(r.linkNear), ", ", quotedNames(r.linkFar), ") VALUES (")
		for i, v := range append(slices.Clone(key), other...) {
			if i > 0 {
				q.add(", ")
			}
			q.value(r.formAt(i), v)
		}
		_, err := q.add(") ON CONFLICT DO NOTHING").exec(ctx)
		return err
	}
	t, holder, held, own, to := r.holdsOf(key, other)
	principal := r.to
	if r.held == farHolds {
		principal = r.table
	}
	return o.hold(ctx, t, holder, own, outOfKey(principal, held, to))
}

// formAt is the form of a column of a link table, those of near keys first.
func (r *tie) formAt(i int) Form {
	if i < len(r.end.near) {
		return r.end.near[i].form
	}
	return r.end.far[i-len(r.end.near)].form
}

func (o *operation) unlink(ctx context.Context, r *tie, key, other odata.Key) error {
	o.touch(r.table, key)
	o.touch(r.to, other)
	if r.held == tableHolds {
		q := o.store.sql("DELETE FROM ", quoted(r.end.link.name), " WHERE ")
		q.equals(r.linkColumns(), append(slices.Clone(key), other...))
		_, err := q.exec(ctx)
		return err
	}
	t, holder, _, own, _ := r.holdsOf(key, other)
	return o.hold(ctx, t, holder, own, make([]edm.Value, len(holder)))
}

// linkColumns are the columns of a link table, those of near keys first.
func (r *tie) linkColumns() (columns []*column) {
	for i, name := range append(slices.Clone(r.linkNear), r.linkFar...) {
		columns = append(columns, &column{name: name, form: r.formAt(i)})
	}
	return columns
}

// hold sets the columns of a link.
func (o *operation) hold(ctx context.Context, t *table, holder []*column, own odata.Key, values []edm.Value) error {
	var settings []setting
	for i, c := range holder {
		settings = append(settings, setting{c, values[i]})
	}
	q := o.store.sql("UPDATE ", quoted(t.parts[holder[0].part].name), " SET ").set(settings)
	_, err := q.add(" WHERE ").equals(t.key, own).exec(ctx)
	return err
}

// has tells whether two entities are linked.
func (o *operation) has(ctx context.Context, r *tie, key, other odata.Key) (bool, error) {
	if r.held == tableHolds {
		q := o.store.sql("SELECT 1 FROM ", quoted(r.end.link.name), " WHERE ")
		q.columns = []Form{{Kind: edm.KindInt32}}
		row, err := q.equals(r.linkColumns(), append(slices.Clone(key), other...)).row(ctx)
		return row != nil, err
	}
	if r.held == farHolds {
		r, key, other = r.back, other, key
	}
	linked, err := o.linked(ctx, r, key)
	return err == nil && len(linked) == 1 && keysEqual(linked[0], other), err
}

// linked are the keys of the entities that one is linked to.
func (o *operation) linked(ctx context.Context, r *tie, key odata.Key) (all []odata.Key, err error) {
	var rows [][]edm.Value
	switch r.held {
	case tableHolds:
		columns := r.linkColumns()
		near, far := columns[:len(r.linkNear)], columns[len(r.linkNear):]
		q := o.store.sql("SELECT ", names(far), " FROM ", quoted(r.end.link.name), " WHERE ").equals(near, key)
		rows, err = q.add(" ORDER BY ", names(far)).returns(far...).rows(ctx)
	case farHolds:
		if rows, err = o.holders(ctx, r, outOfKey(r.table, r.end.near, key)); err != nil || !r.dependent || r.from == nil {
			break
		}
		// An entity of another type is referred to in vain.
		var typ *metadata.EntityType
		if typ, _, err = o.store.typeOf(ctx, r.table, key); err == nil && typ != nil && !typ.Is(r.from) {
			rows = nil
		}
	default:
		t := r.table
		q := o.store.sql("SELECT ", names(r.end.near), " FROM ", quoted(t.parts[r.end.near[0].part].name), " WHERE ").equals(t.key, key)
		rows, err = q.returns(r.end.near...).rows(ctx)
		if err != nil || len(rows) == 0 || slices.ContainsFunc(rows[0], edm.Value.IsNull) {
			return nil, err
		}
		rows[0] = inKey(r.to, r.end.far, rows[0])
		if !r.dependent {
			break
		}
		typ, found, err := o.store.typeOf(ctx, r.to, rows[0])
		if err != nil || !found || !typ.Is(r.types[1]) {
			return nil, err
		}
		if r.from != nil {
			if typ, _, err = o.store.typeOf(ctx, t, key); err != nil || typ == nil || !typ.Is(r.from) {
				return nil, err
			}
		}
	}
	for _, row := range rows {
		all = append(all, row)
	}
	return all, err
}

// holders are the keys of the far entities whose columns have values.
func (o *operation) holders(ctx context.Context, r *tie, values []edm.Value) ([][]edm.Value, error) {
	t := r.to
	part := r.end.far[0].part
	q := o.store.sql("SELECT ", names(t.key), " FROM ", quoted(t.parts[part].name), " WHERE ").equals(r.end.far, values)
	if r.target != nil && t.discriminator != "" {
		if part == 0 {
			q.add(" AND ", typeCondition(t, r.target))
		} else if !t.parts[part].typ.Is(r.target) {
			q.add(" AND (", names(t.key), ") IN (SELECT ", names(t.key), " FROM ", quoted(t.parts[0].name), " WHERE ", typeCondition(t, r.target), ")")
		}
	}
	return q.add(" ORDER BY ", names(t.key)).returns(t.key...).rows(ctx)
}

// typeCondition is true for the entities of a type.
func typeCondition(t *table, typ *metadata.EntityType) string {
	text := quoted(t.discriminator) + " IN ("
	for i, one := range append([]*metadata.EntityType{typ}, typ.DerivedTypes()...) {
		if i > 0 {
			text += ", "
		}
		text += literal(one.QualifiedName())
	}
	return text + ")"
}

func quotedNames(list []string) string {
	columns := make([]*column, len(list))
	for i, name := range list {
		columns[i] = &column{name: name}
	}
	return names(columns)
}
