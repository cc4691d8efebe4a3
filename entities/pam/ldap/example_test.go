package ldap_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap"
)

// A granter for Active Directory with two domain controllers, and a membership for
// an hour.
func Example() {
	granter, err := ldap.Open(ldap.Config{
		URLs:         []string{"ldaps://dc1.priv.example", "ldaps://dc2.priv.example"},
		CAFile:       "/etc/pamodata/priv-ca.pem",
		BindDN:       "svc-pam@priv.example",
		PasswordFile: "/etc/pamodata/ldap-password",
		BaseDN:       "OU=Shadow Accounts,DC=priv,DC=example",
		Domain:       "PRIV",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer granter.Close()
	ctx, done := context.WithTimeout(context.Background(), time.Minute)
	defer done()
	err = granter.Grant(ctx, pam.User{Account: `PRIV\Anna`}, []pam.Membership{{
		Group: pam.Group{Name: "DNS Admins", Target: "CN=DNS Admins,OU=Managed,DC=priv,DC=example"},
		Until: time.Now().Add(time.Hour),
	}})
	fmt.Println(err)
}
