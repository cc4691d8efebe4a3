package ldap

import (
	"errors"
	"fmt"

	ldapv3 "github.com/go-ldap/ldap/v3"

	"github.com/pamodata/pamodata/entities/pam"
)

var (
	errNoUser  = errors.New("the user is not in the directory")
	errNoGroup = errors.New("the group is not in the directory")
)

// permanent makes an error that is not worth another try.
func permanent(format string, args ...any) error {
	return &pam.Permanent{Err: fmt.Errorf(format, args...)}
}

// during says in what an error has happened, and whether trying again is of use. It
// is when something may change by itself, such as servers that are busy or not
// there, passwords that are being replaced, and maintenance, which
// unwillingToPerform often means.
func during(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
	if errors.As(err, new(*pam.Permanent)) {
		return &pam.Permanent{Err: err}
	}
	if ldapv3.IsErrorAnyOf(err,
		ldapv3.LDAPResultInsufficientAccessRights,
		ldapv3.LDAPResultNoSuchObject,
		ldapv3.LDAPResultInvalidDNSyntax,
		ldapv3.LDAPResultInvalidAttributeSyntax,
		ldapv3.LDAPResultUndefinedAttributeType,
		ldapv3.LDAPResultConstraintViolation,
		ldapv3.LDAPResultObjectClassViolation,
		ldapv3.LDAPResultNotAllowedOnRDN,
		ldapv3.LDAPResultNamingViolation,
	) {
		return &pam.Permanent{Err: err}
	}
	return err
}

// unanswered tells whether an error leaves open if a change was made.
func unanswered(err error) bool {
	var e *ldapv3.Error
	return !errors.As(err, &e) || e.ResultCode >= ldapv3.ErrorNetwork
}
