package sqldb_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestFoundByChance keeps what random queries have found: memory, SQLite and
// PostgreSQL must all answer alike, or all fail.
func TestFoundByChance(t *testing.T) {
	openPostgres := schemas(t)
	random := func(seed uint64, size int) func(*metadata.Model) memory.Data {
		return func(m *metadata.Model) memory.Data { return generated(m, seed, size) }
	}
	for _, of := range []struct {
		name    string
		model   func(t testing.TB) *metadata.Model
		data    func(*metadata.Model) memory.Data
		options []sqldb.StoreOption
		rows    [][4]string // path, options, "fails" or nothing, why
	}{
		{"kinds", testmodel.Kinds, random(2, 40), nil, [][4]string{
			{"Int32Keys", "$filter=Key eq 28587302322176L and Key ne 3.4028235E+38f", "", "SQLite computes with a constant that the column cannot hold"},
			{"Int32Keys", "$filter=28587302322176L eq Key and Key ne 3.4028235E+38f", "", "the same the other way round"},
			{"Values", "$filter=Byte eq -1 and Byte ne 1.5M", "", "and with other kinds"},
			{"Values", "$filter=Single eq 1E300 and round(Single) ne 1.5", "", "and with one that is no whole number"},
			{"Int32Keys", "$filter=2147483646 eq Key and Key add 2 eq 0", "", "what guards another condition is not computed into it"},
		}},
		{"village", testmodel.Demo, func(*metadata.Model) memory.Data { return kept(village()) }, nil, [][4]string{
			{"Orders", "$filter=Customer/Home ne Customer/BestFriend/Home", "", "complex values at the end of paths"},
			{"Orders", "$filter=Customer/Score mod 1 ne INF", "", "PostgreSQL has no such number"},
			{"Orders", "$filter=Customer/Score mod 1 ne INF&$inlinecount=allpages&$top=2", "", "with a total"},
			{"Orders", "$filter=Total gt 2M&$orderby=Customer/Score mod 1 desc,OrderId&$skip=1&$top=4&$inlinecount=allpages", "", "an order, behind what is in SQL"},
			{"Customers", "$filter=Demo.VipCustomer/Concierge/Home eq BestFriend/Home and Id gt 0", "", "a path of a derived type"},
			{"Customers", "$filter=Orders/any() and Home ne BestFriend/BestFriend/Home", "", "behind any and all"},
			{"Customers", "$filter=Home ne BestFriend/BestFriend/Home and Id div 0 eq 1", "fails", "what is finished may fail"},
			{"Customers", "$filter=BestFriend/Score mul 2.0 gt BestFriend/BestFriend/Score&$select=Id", "", "what nobody asks to see"},
			{"Customers", "$filter=(Id div 0) mul null eq 1", "fails", "PostgreSQL does not look beside a null constant"},
			{"Customers", "$filter=null mul (Id div 0) eq 1", "fails", "on either side"},
			{"Customers", "$filter=substring(null,Id div 0) eq 'x'", "fails", "nor do functions"},
			{"Customers", "$filter=substring(Name,Id div 0,null) eq 'x'", "fails", "of three arguments"},
			{"Customers", "$filter=null lt Id div 0", "fails", "nor do comparisons"},
			{"Customers", "$filter=cast(null,'Edm.Int32') add (Id div 0) eq 1", "fails", "a null that is computed ahead"},
			{"Customers", "$filter=BestFriend/BestFriend/BestFriend/Id mod 2 lt Id div 0", "fails", "a failure on the right of what is null for some"},
			{"Customers", "$filter=Id div 0 lt BestFriend/BestFriend/BestFriend/Id mod 2", "fails", "and on the left"},
			{"Customers", "$filter=(Id div 0) mul (Points mod null) eq 1", "fails", "nor beside what is always null"},
			{"Customers", "$filter=(Id div 0) mul -(Points mod null) eq 1", "fails", "or the negative of that"},
			{"Customers", "$filter=(Id div 0) add 1L eq Points mod null", "fails", "or what is compared with it"},
			{"Customers", "$filter=Id div 0 ge NaN", "fails", "it is false all the same"},
			{"Customers", "$filter=Id div 0 ne NaN", "fails", "or true"},
			{"Customers", "$filter=not (NaN gt Id div 0)", "fails", "also where it is asked for the opposite"},
			{"Customers", "$filter=Id div 0 eq BestFriend/BestFriend/BestFriend/Id mod 2", "fails", "of an equality"},
		}},
		{"library", library, random(3, 24), libraryNames, [][4]string{
			{"Books", "$orderby=Id", "", "a complex value of a derived type in a table of its own is null for others"},
			{"Authors", "$filter=Best/Size/Spot eq Best/Size/Spot and Best/Supplement/Lib.Globe/Radius mul 2 ne 1", "", "entities of a table per type"},
			{"Authors", "$filter=10 sub Best/Supplement/Lib.Atlas/Scale add 2147483647 ge NaN", "fails", "a comparison that is known to be false"},
		}},
	} {
		t.Run(of.name, func(t *testing.T) {
			model := of.model(t)
			j := newJury(t, model, of.data(model), openPostgres, of.options)
			for _, row := range of.rows {
				path, options, fails, why := row[0], escaped(row[1]), row[2] != "", row[3]
				q := queryOf(t, model, j.members[0].sets, path, options)
				failed, left, spared := j.failed, j.left, j.spared
				_, err := juror{j, strings.SplitN(path, "/", 2)[0]}.Read(t.Context(), q)
				_, disagree := err.(errDisagree)
				switch {
				case disagree || j.spared > spared:
					t.Errorf("%s?%s: not all say the same: %v: %s", path, row[1], err, why)
				case j.left > left:
					t.Errorf("%s?%s: it is left to the service: %s", path, row[1], why)
				case (j.failed > failed) != fails:
					t.Errorf("%s?%s: failed: %t, %v: %s", path, row[1], !fails, err, why)
				}
			}
		})
	}
}
