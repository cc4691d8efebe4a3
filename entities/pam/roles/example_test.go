package roles_test

import (
	"fmt"
	"os"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
)

func ExampleRead() {
	text, err := os.ReadFile("testdata/example.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := roles.Read(text, "example.yaml", pam.CheckOptions{MFA: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range d.Roles {
		fmt.Println(r.ID, r.DisplayName, r.TTL)
	}
	// Output:
	// 6e56528b-3672-5a18-82ea-6da5dc76916b DNS administrators 1h0m0s
	// c3db71a7-b4c5-56c8-b4ee-e4e5d576ea4e SQL file access 2h0m0s
	// 6cb40c4a-3f91-500b-8004-e18f46c53e48 Schema changes 1h30m0s
	// f44d9bca-7c0e-5efa-b10c-d26ae06412a5 Night maintenance 8h0m0s
	// fa46754e-0b29-5c1a-b41b-cead67afae9f Forest recovery 4h0m0s
}

func ExampleRead_mistakes() {
	_, err := roles.Read([]byte(`users: [PRIV\anna]
groups: [DNS]
roles:
  - name: DNS administrators
    tll: 1h
    groups: [DNS]
    candidates: [PRIV\ana]
    window: {from: "18:00", to: "8:30"}
`), "roles.yaml", pam.CheckOptions{})
	fmt.Println(err)
	// Output:
	// roles.yaml:4: roles[0].ttl is missing; it is the longest duration of an activation, such as 1h
	// roles.yaml:5: roles[0]."tll" is no known key; did you mean ttl?
	// roles.yaml:7: roles[0].candidates[0] names "PRIV\\ana", which is no user; did you mean PRIV\anna?
	// roles.yaml:8: roles[0].window.to is not later than from; a window lies within one day; make two roles for one across midnight
}

func ExampleDifference() {
	old := `users: [PRIV\anna, PRIV\bert]
groups: [DNS]
roles:
  - {name: DNS administrators, ttl: 1h, groups: [DNS], candidates: [PRIV\anna]}
`
	new := `users: [PRIV\anna, PRIV\bert]
groups: [DNS]
roles:
  - {name: DNS administrators, ttl: 2h, groups: [DNS], candidates: [PRIV\anna, PRIV\bert], window: {from: 8:30, to: 18:00}}
`
	before, _ := roles.Read([]byte(old), "old.yaml", pam.CheckOptions{})
	after, _ := roles.Read([]byte(new), "new.yaml", pam.CheckOptions{})
	for _, line := range roles.Difference(before, after) {
		fmt.Println(line)
	}
	// Output:
	// role DNS administrators: TTL 1h -> 2h
	// role DNS administrators: candidate PRIV\bert added
	// role DNS administrators: window none -> 08:30-18:00
}
