// Package metadata is the Entity Data Model of OData 3.0 as plain Go values:
// what a service exposes, apart from how it is stored, addressed or written.
//
// A [Model] starts as definitions: exported fields that mirror the Conceptual
// Schema Definition Language (CSDL 3.0) and name each other by text, such as
// BaseType "Demo.Customer". Definitions come from package csdl, from struct
// tags, or are written by hand. [Model.Resolve] checks them, reports every
// mistake at once, and links the names to the values they mean. From then on
// the model is immutable and safe for concurrent use, and its lookup methods
// ([Model.EntityType], [EntityType.Property], [NavigationProperty.Target], ...)
// answer from prepared tables.
//
// Import rule: this package may import the standard library and metadata/edm.
package metadata
