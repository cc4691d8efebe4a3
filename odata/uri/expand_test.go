package uri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseExpand(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		why      string
	}{
		{"one", "Orders", []string{"Orders"}, "a navigation property"},
		{"several", "Orders,BestFriend", []string{"Orders", "BestFriend"}, "in order"},
		{"path", "Orders/Lines,BestFriend", []string{"Orders/Lines", "BestFriend"}, "paths"},
		{"type", "Demo.VipCustomer/Concierge", []string{"Demo.VipCustomer/Concierge"}, "a derived type's"},
		{"types everywhere", "Demo.A/B/Demo.C/D", []string{"Demo.A/B/Demo.C/D"}, "before each property"},
		{"duplicates", "Orders,Orders", []string{"Orders", "Orders"}, "merged by the binder"},
		{"blanks", " Orders , BestFriend ", []string{"Orders", "BestFriend"}, "white space around commas"},
		{"trailing slash", "Orders/", []string{"Orders"}, "one is tolerated"},
		{"trailing slash before a comma", "Orders/,BestFriend/ ", []string{"Orders", "BestFriend"}, "on each path"},
		{"words", "desc,null", []string{"desc", "null"}, "nothing is reserved here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items, err := ParseExpand(tt.in, Limits{})
			if err != nil {
				t.Fatalf("ParseExpand(%q): %v (%s)", tt.in, err, tt.why)
			}
			var got []string
			for _, item := range items {
				got = append(got, item.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseExpand(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestParseExpandFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"empty", "", "InvalidExpand $expand[0:0]", "a name is expected"},
		{"trailing comma", "Orders,", "InvalidExpand $expand[7:7]", "a name is expected"},
		{"comma alone", ",", "InvalidExpand $expand[0:1]", "a name is expected"},
		{"slash alone", "/", "InvalidExpand $expand[0:1]", "a name is expected"},
		{"leading slash", "/Orders", "InvalidExpand $expand[0:1]", "a name is expected"},
		{"two slashes", "Orders//Lines", "InvalidExpand $expand[7:8]", "a name is expected"},
		{"two trailing slashes", "Orders//", "InvalidExpand $expand[7:8]", "one is tolerated"},
		{"star", "*", "InvalidExpand $expand[0:1]", "that is V4"},
		{"star in a path", "Orders/*", "InvalidExpand $expand[7:8]", "that is V4"},
		{"ref", "Orders/$ref", "InvalidExpand $expand[7:11]", "that is V4"},
		{"levels", "Orders($levels=2)", "InvalidExpand $expand[6:7]", "that is V4"},
		{"options", "Orders($select=Total)", "InvalidExpand $expand[6:7]", "that is V4"},
		{"options with a blank", "Orders ($select=Total)", "InvalidExpand $expand[7:8]", "that is V4"},
		{"blank before a slash", "Orders /Lines", "InvalidExpand $expand[7:8]", "paths have no blanks"},
		{"blank after a slash", "Orders/ Lines", "InvalidExpand $expand[6:7]", "paths have no blanks"},
		{"two names", "Orders Lines", "InvalidExpand $expand[7:12]", "a comma is expected"},
		{"two types", "Demo.A/Demo.B/C", "InvalidExpand $expand[7:13]", "one type before a property"},
		{"type at the end", "Orders/Demo.A", "InvalidExpand $expand[7:13]", "a property must follow"},
		{"type and a slash at the end", "Demo.A/", "InvalidExpand $expand[6:7]", "a property must follow"},
		{"semicolon", "A;B", "InvalidExpand $expand[1:2]", "a comma is expected"},
		{"literal", "'A'", "InvalidExpand $expand[0:3]", "a name is expected"},
	}, func(in string) error {
		_, err := ParseExpand(in, Limits{})
		return err
	})
}

func TestParseSelect(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []SelectItem
		why      string
	}{
		{"property", "Name", []SelectItem{{Path: steps("Name")}}, "a property, navigation property or operation"},
		{"several", "Name, Id", []SelectItem{{Path: steps("Name")}, {Path: steps("Id")}}, "white space around commas"},
		{"star", "*", []SelectItem{{All: true}}, "all structural properties"},
		{"star among others", "*,Orders", []SelectItem{{All: true}, {Path: steps("Orders")}}, "with a link"},
		{"expanded property", "Orders/Total", []SelectItem{{Path: steps("Orders/Total")}}, "of the expanded entities"},
		{"expanded star", "Orders/*", []SelectItem{{Path: steps("Orders"), All: true}}, "of the expanded entities"},
		{"derived property", "Demo.VipCustomer/Level", []SelectItem{{Path: steps("Demo.VipCustomer/Level")}}, "a type and its property"},
		{"derived, expanded", "Orders/Demo.Big/Lines/*", []SelectItem{{Path: steps("Orders/Demo.Big/Lines"), All: true}}, "types in a path"},
		{"operation", "DemoService.Promote", []SelectItem{{Path: steps("DemoService.Promote")}}, "qualified"},
		{"operation of a type", "Demo.Vip/DemoService.Promote", []SelectItem{{Path: steps("Demo.Vip/DemoService.Promote")}}, "two names with dots at the end"},
		{"operations", "DemoService.*", []SelectItem{{Container: "DemoService"}}, "all of a container"},
		{"operations of a qualified container", "Demo.Service.*", []SelectItem{{Container: "Demo.Service"}}, "containers have namespaces"},
		{"operations of a type", "Demo.Vip/DemoService.*", []SelectItem{{Path: steps("Demo.Vip"), Container: "DemoService"}}, "as the grammar has it"},
		{"operations, expanded", "Orders/DemoService.*", []SelectItem{{Path: steps("Orders"), Container: "DemoService"}}, "of the expanded entities"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseSelect(tt.in, Limits{})
			if err != nil {
				t.Fatalf("ParseSelect(%q): %v (%s)", tt.in, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, got, sameTree); diff != "" {
				t.Errorf("ParseSelect(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			var text []string
			for _, item := range got {
				text = append(text, item.String())
			}
			if want := strings.ReplaceAll(tt.in, " ", ""); want != strings.Join(text, ",") {
				t.Errorf("canonical text of %q is %q", tt.in, text)
			}
		})
	}
}

func TestParseSelectFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"empty", "", "InvalidSelect $select[0:0]", "a name is expected"},
		{"trailing comma", "Name,", "InvalidSelect $select[5:5]", "a name is expected"},
		{"trailing slash", "Orders/", "InvalidSelect $select[7:7]", "a name is expected"},
		{"two slashes", "Orders//Total", "InvalidSelect $select[7:8]", "a name is expected"},
		{"dollar name", "$count", "InvalidSelect $select[0:6]", "no property"},
		{"dollar name in a path", "Orders/$ref", "InvalidSelect $select[7:11]", "no property"},
		{"path after a star", "*/Name", "InvalidSelect $select[1:2]", "nothing follows"},
		{"path after operations", "Demo.*/Name", "InvalidSelect $select[6:7]", "nothing follows"},
		{"star of a type", "Demo.Vip/*", "InvalidSelect $select[9:10]", "a name the type declares"},
		{"dot without a star", "Demo.", "InvalidSelect $select[5:5]", "an asterisk is expected"},
		{"blank before the dot", "Demo .*", "InvalidSelect $select[6:7]", "a name has no blanks"},
		{"blank after the dot", "Demo. *", "InvalidSelect $select[6:7]", "a name has no blanks"},
		{"blank before a slash", "Orders /Total", "InvalidSelect $select[7:8]", "paths have no blanks"},
		{"blank before a star", "Orders/ *", "InvalidSelect $select[6:7]", "paths have no blanks"},
		{"two types", "Demo.A/Demo.B/Name", "InvalidSelect $select[13:14]", "one type before a name"},
		{"two types and a star", "Demo.A/Demo.B/*", "InvalidSelect $select[13:14]", "one type before a name"},
		{"parentheses", "Promote(1)", "InvalidSelect $select[7:8]", "operations are named only"},
		{"two names", "A B", "InvalidSelect $select[2:3]", "a comma is expected"},
		{"literal", "'A'", "InvalidSelect $select[0:3]", "a name is expected"},
	}, func(in string) error {
		_, err := ParseSelect(in, Limits{})
		return err
	})
}

// steps makes a path from its text.
func steps(path string) []PathName {
	var names []PathName
	for name := range strings.SplitSeq(path, "/") {
		names = append(names, PathName{Name: name})
	}
	return names
}
