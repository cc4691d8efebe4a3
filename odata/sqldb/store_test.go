package sqldb_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// NewStore tells every mistake in the options.
func TestNewStoreMistakes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		option sqldb.StoreOption
		want   string
	}{
		{"no such set", sqldb.Table("Customer", "c"), `Table("Customer", …)`},
		{"no such property", sqldb.Column("Customers/Nope", "c"), `Column("Customers/Nope", …)`},
		{"no hierarchy", sqldb.Discriminator("Orders", "kind"), `Discriminator("Orders", …)`},
		{"no such type", sqldb.TablePerType("Customers", "Demo.Nope", "t"), `TablePerType("Customers/Demo.Nope", …)`},
		{"no date", sqldb.UTC("Customers/Name"), `UTC("Customers/Name")`},
		{"empty name", sqldb.Table("Orders", ""), "the name is empty"},
		{"a table twice", sqldb.Table("Orders", "Customers"), `two tables are named "Customers"`},
		{"a column twice", sqldb.Column("Customers/Name", "Id"), `two columns are named "Id"`},
	} {
		if _, err := sqldb.NewStore(noDB{}, testmodel.Demo(t), tt.option); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}
