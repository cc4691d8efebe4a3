package pam

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/typed"
)

// StatusSQL is [Request.Status] as SQL over a row of pam_request, so that clients can
// filter and sort by the status. Tests hold the two against each other.
func StatusSQL() typed.Expression {
	facts := map[string]edm.Kind{"approved": edm.KindBoolean, "factor_needed": edm.KindBoolean, "approval_needed": edm.KindBoolean,
		"expires": edm.KindBoolean}
	for _, name := range []string{"factor_failed", "decided", "refused", "closed", "grant_begun", "revoked", "granted", "ends",
		"factor_done", "factor_due", "approval_due", "start_time"} {
		facts[name] = edm.KindDateTime
	}
	return typed.Expression{
		SQL: `CASE` +
			` WHEN {factor_failed} IS NOT NULL OR ({decided} IS NOT NULL AND NOT {approved}) OR {refused} IS NOT NULL THEN 'Rejected'` +
			` WHEN {closed} IS NOT NULL THEN CASE WHEN {grant_begun} IS NOT NULL AND {revoked} IS NULL THEN 'Closing' ELSE 'Closed' END` +
			` WHEN {granted} IS NOT NULL THEN CASE WHEN {ends} > {:now} THEN 'Active'` +
			` WHEN {expires} OR {revoked} IS NOT NULL THEN 'Expired' ELSE 'Closing' END` +
			` WHEN {factor_needed} AND {factor_done} IS NULL THEN CASE WHEN {factor_due} <= {:now} THEN 'Rejected' ELSE 'PendingMFA' END` +
			` WHEN {approval_needed} AND {decided} IS NULL THEN CASE WHEN {approval_due} <= {:now} THEN 'Expired' ELSE 'PendingApproval' END` +
			` WHEN {start_time} > {:now} THEN 'Scheduled'` +
			` ELSE 'Processing' END`,
		Params:  map[string]*typed.Param{"now": typed.NowDateTime()},
		Columns: facts,
	}
}

// statusText is [StatusSQL] for statements of one's own, with a placeholder for now.
func statusText(now string) string {
	status := StatusSQL()
	replace := []string{"{:now}", now}
	for name := range status.Columns {
		replace = append(replace, "{"+name+"}", name)
	}
	return strings.NewReplacer(replace...).Replace(status.SQL)
}
