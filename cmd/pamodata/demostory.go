package main

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/entities/pam/roles"
)

// A scene is one thing to try: what it shows, and a line for a shell.
type scene struct {
	tells string
	line  string
}

// story writes lines to try, in an order in which each builds on those before it.
func (d *demo) story(b *strings.Builder, base, store string) {
	fmt.Fprintf(b, "  sign-in   DEMO: HTTP Basic with the password %s, on this machine only, as\n", demoPassword)
	b.WriteString("              PRIV\\Jen    who asks for roles\n")
	b.WriteString("              PRIV\\Omar   who decides about requests\n")
	b.WriteString("              PRIV\\Both   who does both, but never decides about her own\n")
	b.WriteString("\nTry, line by line in another terminal:\n\n")
	fmt.Fprintf(b, "  pam='%s%s'\n", base, strings.TrimSuffix(root, "/"))
	b.WriteString("  jen='PRIV\\Jen:demo' omar='PRIV\\Omar:demo' both='PRIV\\Both:demo'\n")
	for _, s := range scenes() {
		fmt.Fprintf(b, "\n  # %s\n", s.tells)
		for line := range strings.SplitSeq(s.line, "\n") {
			fmt.Fprintf(b, "  %s\n", line)
		}
	}
	b.WriteString("\nCommands look at the same store while the service runs:\n\n")
	fmt.Fprintf(b, "  pamodata request list --store %s\n  pamodata audit verify --store %s\n\n", store, store)
}

// scenes are the story. Those that need the key of something take it out of an
// earlier answer with sed, so that curl is all one needs.
func scenes() []scene {
	role := func(name string) string { return roles.RoleID(name).String() }
	value := func(member string) string { return `sed 's/.*"` + member + `":"\([^"]*\)".*/\1/'` }
	return []scene{
		{"Who am I?", `curl -u "$jen" "$pam/sessioninfo"`},
		{"Which roles can I ask for?", `curl -u "$jen" "$pam/pamroles"`},
		{"A role that needs nobody's consent is active with the answer, here for ten minutes.",
			`curl -u "$jen" -d RoleId=` + role("Log reading") + ` -d RequestedTTL=600 -d 'Justification=Ticket 4711' "$pam/pamrequests"`},
		{"What do I have?", `curl -u "$jen" "$pam/pamrequests?\$filter=RequestStatus%20eq%20'Active'"`},
		{"A role that needs approval waits: PendingApproval.",
			`curl -u "$jen" -d RoleId=` + role("DNS administration") + ` -d RequestedTTL=3600 "$pam/pamrequests"`},
		{"Omar sees it in his list.", `curl -u "$omar" "$pam/pamrequeststoapprove"`},
		{"He approves it.",
			`id=$(curl -s -u "$omar" "$pam/pamrequeststoapprove?\$top=1&\$orderby=CreationTime%20desc" | sed 's/.*"ApprovalObjectID":{"Value":"\([^"]*\)".*/\1/')` + "\n" +
				`curl -i -u "$omar" -d '' "$pam/pamrequeststoapprove(guid'$id')/Approve"`},
		{"It is active, and in the history.", `curl -u "$jen" "$pam/pamrequests?\$orderby=CreationTime%20desc"`},
		{"Close ends one request.",
			`id=$(curl -s -u "$jen" "$pam/pamrequests?\$top=1&\$orderby=CreationTime%20desc" | ` + value("RequestId") + `)` + "\n" +
				`curl -i -u "$jen" -d '' "$pam/pamrequests(guid'$id')/Close"`},
		{"A duration of 0 gives a role up, whatever is active of it.",
			`curl -i -u "$jen" -d RoleId=` + role("Log reading") + ` -d RequestedTTL=0 "$pam/pamrequests"`},
		{"A second factor: PendingMFA, and active three seconds later.",
			`curl -u "$jen" -d RoleId=` + role("Domain administration") + ` -d RequestedTTL=900 "$pam/pamrequests"` + "\n" +
				`sleep 5; echo; curl -u "$jen" "$pam/pamrequests?\$top=1&\$orderby=CreationTime%20desc"`},
		{"Outside of its hours a role cannot be had: 403 RoleNotAvailable.",
			`curl -i -u "$jen" -d RoleId=` + role("Night maintenance") + ` -d RequestedTTL=600 "$pam/pamrequests"`},
		{"Both owns the role she asks for. Even so the request waits, for Omar: PendingApproval.",
			`curl -u "$both" -d RoleId=` + role("DNS administration") + ` -d RequestedTTL=600 "$pam/pamrequests"`},
		{"Omar may decide, but not ask: 403 NotACandidate.",
			`curl -i -u "$omar" -d RoleId=` + role("Log reading") + ` -d RequestedTTL=600 "$pam/pamrequests"`},
	}
}
