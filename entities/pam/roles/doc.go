// Package roles reads and writes files of definitions: who may have which
// privileges, for how long and with whose consent.
//
// A definition file is YAML. Users are known by their account, everything else by
// its name; both are compared without regard to case.
//
//	users:
//	  - account: PRIV\anna
//	    displayName: PRIV.Anna        # default: the account with a dot for the backslash
//	    phone: "+420 555 0100"        # of the second factor
//	    disabled: false
//	  - PRIV\bert                     # an account alone is a user, too
//	groups:
//	  - name: DNS
//	    target: CN=DNS,OU=Groups,DC=priv,DC=example   # default: the name
//	teams:
//	  - name: Operators
//	    members: [PRIV\anna, PRIV\bert]               # accounts and other teams
//	roles:
//	  - name: DNS administrators
//	    description: Changes to the zones of the bastion forest
//	    ttl: 1h30m                    # longest duration of an activation, or seconds
//	    groups: [DNS]
//	    candidates: [Operators]       # accounts and teams
//	    owners: [PRIV\bert]
//	    window: {from: "08:30", to: "18:00"}          # time of day; up to 24:00
//	    mfa: true
//	    approval: true
//	    disableAutoApprovalIfOwner: true
//	    ttlPolicy: reject             # of longer requests; default: cap
//
// Durations are whole numbers of days, hours, minutes and seconds, such as 2h,
// 1h30m or 30d, or a number of seconds alone.
//
// Every definition may have an id, a GUID; without one it is made from the name, see
// [RoleID], and a file means the same each time. A new name alone is therefore
// another definition in place of the old one. To keep it the same, write the id that
// it had beside its new name.
//
// YAML takes a backslash in double quotes for the beginning of an escape sequence:
// write accounts without quotes or in single ones. Anchors and aliases work, merge
// keys do not.
//
// Import rule: a file format. It knows definitions and YAML, and neither databases
// nor HTTP.
package roles
