// Package testmodel holds the models that tests of every layer share, and data
// for them.
package testmodel

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
)

//go:embed demo.metadata.xml
var demo string

//go:embed types.metadata.xml
var kinds string

// Demo is the model most protocol examples are written on: customers with orders
// and friends, VIPs as a derived type, order lines with a composite key, photos
// as media entities, open tags, a service operation and bound and unbound
// actions. Every call returns a model of its own.
func Demo(tb testing.TB) *metadata.Model {
	tb.Helper()
	return read(tb, "demo", demo)
}

// Kinds is the model of values: the set Values with one nullable property per
// primitive type, named like it, beside complex values and collections; for each
// primitive type K a set KKeys whose key has that type, and a service operation
// EchoK that returns its argument; open Bags; and an operation for each kind of
// result.
// Every call returns a model of its own.
func Kinds(tb testing.TB) *metadata.Model {
	tb.Helper()
	return read(tb, "kinds", kinds)
}

func read(tb testing.TB, name, document string) *metadata.Model {
	tb.Helper()
	m, err := csdl.Read(strings.NewReader(document))
	if err != nil {
		tb.Fatalf("the %s model: %v", name, err)
	}
	return m
}
