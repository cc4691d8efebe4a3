// Package ldap makes users members of groups of an LDAP directory: Active
// Directory, Samba, OpenLDAP and others. [Open] returns a granter of package pam.
//
// # Users and groups
//
// A user is found by account name: the part of DOMAIN\account behind the backslash
// is put into [Config.Filter], escaped, and must find exactly one entry. A group is
// named by its DN, the Target of a pam.Group. Members are the users themselves;
// what groups inside groups give is neither seen nor changed.
//
// # Rights of the account that the service binds with
//
// It needs to find users (search and read below the base DN, of the attributes in
// the filter and, for [Config.MemberValue], that attribute), to see the managed
// groups and compare and read their member attribute, and to write the member
// attribute of the managed groups. It needs nothing else and should have nothing
// else; in particular no right to make groups, or to write users. For Active
// Directory:
//
//	dsacls "CN=DNS Admins,OU=Managed,DC=priv,DC=example" /G "PRIV\svc-pam:RPWP;member"
//
// and for OpenLDAP:
//
//	access to dn.subtree="ou=managed,dc=example" attrs=member
//	  by dn.exact="cn=pam,dc=example" write
//	access to dn.subtree="ou=managed,dc=example" by dn.exact="cn=pam,dc=example" read
//	access to dn.subtree="ou=people,dc=example" by dn.exact="cn=pam,dc=example" read
//
// Without the right to see users, users look as if they did not exist, and a user
// who does not exist has no memberships to revoke.
//
// # Memberships that end by themselves
//
// Forests of Active Directory at the level of Windows Server 2016 with the optional
// feature "Privileged Access Management Feature" end a membership that was written
// with a time to live, [MS-ADTS] 3.1.1.9.2. Such an end is written as the TTL-DN
// <TTL=seconds,DN> and read with the control LDAP_SERVER_LINK_TTL_OID. The granter
// looks for the feature with each connection, see [Config.Expiring].
//
// To replace an end, the member is deleted and added in one modification: Active
// Directory answers entryAlreadyExists when a member is added again, and is not
// documented to take over another end then.
//
// Elsewhere a membership lasts until it is revoked.
//
// # Groups that need a member
//
// The schema of groupOfNames, RFC 4519 3.5, requires a member, so the last one
// cannot be removed. [Config.Placeholder] takes its place, and stays from then on.
//
// # Users that are deleted or renamed
//
// Active Directory changes memberships along with users. OpenLDAP does so with its
// overlay refint, and should have it: without it, the DN of a deleted user stays in
// groups, and is the membership of whoever gets that DN later.
package ldap
