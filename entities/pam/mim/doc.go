// Package mim reads the roles of Microsoft Identity Manager 2016, exported with
// PowerShell, as definitions.
//
// Where the MIMPAM module is installed, one of these commands makes the export.
// As JSON, which holds everything:
//
//	Get-PAMRole | Select-Object RoleID, DisplayName, Description, TTL,
//	    @{n='AvailableFrom'; e={'{0:HH:mm:ss}' -f $_.AvailableFrom}},
//	    @{n='AvailableTo';   e={'{0:HH:mm:ss}' -f $_.AvailableTo}},
//	    AvailabilityWindowEnabled, MFAEnabled, ApprovalEnabled, DisableAutoApprovalIfOwner,
//	    Candidates, Approvers, Privileges |
//	  ConvertTo-Json -Depth 5 | Set-Content -Encoding UTF8 roles.json
//
// As CSV, for spreadsheets. PRIV is the short name of the bastion's domain; phones
// and display names of users are not in it:
//
//	Get-PAMRole | Select-Object RoleID, DisplayName, Description, TTL,
//	    @{n='AvailableFrom'; e={'{0:HH:mm:ss}' -f $_.AvailableFrom}},
//	    @{n='AvailableTo';   e={'{0:HH:mm:ss}' -f $_.AvailableTo}},
//	    AvailabilityWindowEnabled, MFAEnabled, ApprovalEnabled, DisableAutoApprovalIfOwner,
//	    @{n='Candidates'; e={($_.Candidates | % { 'PRIV\' + $_.PrivAccountName }) -join ';'}},
//	    @{n='Approvers';  e={($_.Approvers  | % { 'PRIV\' + $_.PrivAccountName }) -join ';'}},
//	    @{n='Privileges'; e={($_.Privileges | % { $_.PrivAccountName }) -join ';'}} |
//	  Export-Csv -NoTypeInformation -Encoding UTF8 roles.csv
//
// The short form, Get-PAMRole | ConvertTo-Json -Depth 5 > roles.json, is read too,
// in whatever way the version of PowerShell writes it: durations as TimeSpan objects,
// texts or seconds; times as /Date(…)/, ISO 8601 or texts; lists of one as the
// one; UTF-8 and UTF-16 with and without byte order marks. Windows PowerShell then
// writes times in UTC, which a note says.
//
// Import rule: a file format. It knows definitions, and neither databases nor HTTP.
package mim
