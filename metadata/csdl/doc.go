// Package csdl reads and writes $metadata documents: models in the Conceptual
// Schema Definition Language (CSDL), wrapped as OData services serve them.
//
// [Write] and [Marshal] produce documents of the form OData V3 clients expect.
// [Read] accepts every version of CSDL from 1.0 to 3.0 and keeps what it does
// not know, as long as that stands in an XML namespace of its own: reading what
// was written gives an equal model. Anything unknown in the CSDL namespace
// itself is an error, because leaving it out would change the model's meaning.
//
// Documents are taken to be hostile: no document type declarations and no
// entities, bounded size and depth, never a panic.
//
// Sources: CSDL 3.0; EDMX packaging and metadata extensions of OData V3.
package csdl
