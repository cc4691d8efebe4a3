// Package testmodel holds the models that tests of every layer share.
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

// Demo is the model most protocol examples are written on: customers with orders
// and friends, VIPs as a derived type, order lines with a composite key, photos
// as media entities, open tags, a service operation and bound and unbound
// actions. Every call returns a model of its own.
func Demo(tb testing.TB) *metadata.Model {
	tb.Helper()
	m, err := csdl.Read(strings.NewReader(demo))
	if err != nil {
		tb.Fatalf("the demo model: %v", err)
	}
	return m
}
