package sqldb

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// The refusals of writes, by what the store knows of properties and links. Package
// odata has their texts.

func keyMissing(p *metadata.Property) error             { return odata.KeyMissing(p.Name) }
func keyExists(t *table) error                          { return odata.KeyExists(t.set.Name) }
func keyImmutable(p *metadata.Property) error           { return odata.KeyImmutable(p.Name) }
func missingProperty(p *metadata.Property) error        { return odata.MissingProperty(p.Name) }
func undeclared(name string, err error) error           { return odata.UndeclaredProperty(name, err) }
func numbersExhausted(property string, err error) error { return odata.NumbersExhausted(property, err) }

// names are those of the association and of the role that an entity has a link to
// or lacks one.
func (r *tie) names() (association, role string) {
	return r.association.QualifiedName(), r.far.Role
}

func linkType(r *tie, role string) error { return odata.LinkType(r.association.QualifiedName(), role) }
func linkRequired(r *tie) error          { return odata.LinkRequired(r.names()) }
func linkFixed(r *tie) error             { return odata.LinkFixedByKey(r.names()) }
func linkTaken(r *tie) error             { return odata.LinkTaken(r.names()) }
func dangling(r *tie) *odata.Error       { return odata.DanglingReference(r.names()) }
