package memory

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// The refusals of writes, by what the store knows of properties and roles. Package
// odata has their texts.

func keyMissing(p *metadata.Property) error      { return odata.KeyMissing(p.Name) }
func keyExists(f *frame) error                   { return odata.KeyExists(f.set.Name) }
func keyImmutable(p *metadata.Property) error    { return odata.KeyImmutable(p.Name) }
func missingProperty(p *metadata.Property) error { return odata.MissingProperty(p.Name) }
func undeclared(name string, err error) error    { return odata.UndeclaredProperty(name, err) }

// names are those of the association and of the role that an entity has a link to
// or lacks one.
func (r *role) names() (association, role string) {
	return r.association.QualifiedName(), r.far().Role
}

func linkType(r *role, end int) error {
	return odata.LinkType(r.association.QualifiedName(), r.association.Ends[end].Role)
}

func linkRequired(r *role) error { return odata.LinkRequired(r.names()) }
func linkFixed(r *role) error    { return odata.LinkFixedByKey(r.names()) }
func linkTaken(r *role) error    { return odata.LinkTaken(r.names()) }
func dangling(r *role) error     { return odata.DanglingReference(r.names()) }
