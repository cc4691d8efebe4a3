package mim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/mim"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func id(t testing.TB, text string) edm.GUID {
	t.Helper()
	g, err := edm.ParseGUID(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sample is what all the files in testdata say.
func sample(t testing.TB) pam.Definitions {
	anna, bert := id(t, "51f0e9d8-c7b6-4a59-9483-726150a0b1c2"), id(t, "51f0e9d8-c7b6-4a59-9483-726150a0b1c3")
	dns, sql := roles.GroupID("CONTOSO.DnsAdmins"), roles.GroupID("CONTOSO.SqlFiles")
	return pam.Definitions{
		Users: []pam.User{
			{ID: anna, Account: `PRIV\PRIV.Anna`, DisplayName: "Anna (PRIV)", Phone: "+420 555 0100"},
			{ID: bert, Account: `PRIV\PRIV.Bert`, DisplayName: "PRIV.PRIV.Bert", Disabled: true},
		},
		Groups: []pam.Group{{ID: dns, Name: "CONTOSO.DnsAdmins"}, {ID: sql, Name: "CONTOSO.SqlFiles"}},
		Roles: []pam.Role{
			{ID: id(t, "0b6d1f8e-52c4-4f0a-9a37-6e1d2c3b4a50"), DisplayName: "DNS administrators ", TTL: 90 * time.Minute,
				Groups: []edm.GUID{dns}, Candidates: []edm.GUID{anna, bert}},
			{ID: id(t, "7a1e4c90-3b2d-4d7f-8c55-9f0e1d2c3b4a"), DisplayName: "SQL file access", Description: "Night shift", TTL: 2 * time.Hour,
				Groups: []edm.GUID{sql, dns}, Candidates: []edm.GUID{anna}, Owners: []edm.GUID{bert},
				Window: &pam.Window{From: 20 * time.Hour, To: 23*time.Hour + 30*time.Minute}, MFA: true, Approval: true, DisableAutoApprovalIfOwner: true},
		},
	}
}

func TestReadSamples(t *testing.T) {
	const (
		domain  = "domain priv.contoso.local: taken as PRIV; change the accounts if its short name is another one"
		targets = "groups: have no distinguished names; write each target into the file if the directory is LDAP"
		groups  = "groups: not taken: SourceAccountName, SourceDomain"
		users   = "users: not taken: PrivAccountSID, SourceAccountName"
		utc     = "is in UTC, as Windows PowerShell writes times; correct it, or export it as '{0:HH:mm:ss}' -f $_."
	)
	for _, tt := range []struct {
		file  string
		notes []string
		plain bool // accounts alone, without what else there is about users
		why   string
	}{
		{"core.json", []string{domain, targets, groups, users}, false, "the export that the documentation shows"},
		{"windows.json", []string{domain, targets, "role SQL file access: AvailableFrom " + utc + "AvailableFrom",
			"role SQL file access: AvailableTo " + utc + "AvailableTo", groups, "roles: not taken: Session", users}, false,
			"the short form: UTF-16, TimeSpan objects, /Date(…)/, lists of one"},
		{"comma.csv", []string{targets}, true, "the export that the documentation shows, with a byte order mark"},
		{"semicolon.csv", []string{targets}, true, "another culture: semicolons, seconds, AM and PM, a line with the type"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			f, err := os.Open("testdata/" + tt.file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got, notes, err := mim.Read(f)
			if err != nil {
				t.Fatalf("Read: %v (%s)", err, tt.why)
			}
			want := sample(t)
			if tt.plain {
				want = plainUsers(want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Read: %s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(sorted(tt.notes), sorted(notes)); diff != "" {
				t.Errorf("notes: %s (-want +got):\n%s", tt.why, diff)
			}
			if found := got.Check(pam.CheckOptions{MFA: true}); len(found) > 0 {
				t.Errorf("the check finds %v", found)
			}
			var b bytes.Buffer
			if err := roles.Write(&b, got); err != nil {
				t.Fatal(err)
			}
			if again, err := roles.Read(b.Bytes(), "f.yaml", pam.CheckOptions{MFA: true}); err != nil || !cmp.Equal(got, again) {
				t.Errorf("does not survive the way through a file: %v", err)
			}
		})
	}
}

func sorted(list []string) map[string]bool {
	set := map[string]bool{}
	for _, s := range list {
		set[s] = true
	}
	return set
}

// plainUsers are definitions whose users are known by their accounts alone.
func plainUsers(d pam.Definitions) pam.Definitions {
	made := map[edm.GUID]edm.GUID{}
	for i, u := range d.Users {
		made[u.ID] = roles.UserID(u.Account)
		d.Users[i] = pam.User{ID: made[u.ID], Account: u.Account, DisplayName: strings.Replace(u.Account, `\`, ".", 1)}
	}
	for i := range d.Roles {
		for _, list := range [][]edm.GUID{d.Roles[i].Candidates, d.Roles[i].Owners} {
			for n := range list {
				list[n] = made[list[n]]
			}
		}
	}
	return d
}

// role is an export of one role, with these properties set to JSON; null takes one
// out.
func role(t testing.TB, changes map[string]string) string {
	t.Helper()
	properties := map[string]json.RawMessage{
		"RoleID": []byte(`"0b6d1f8e-52c4-4f0a-9a37-6e1d2c3b4a50"`), "DisplayName": []byte(`"R"`), "Description": []byte(`""`), "TTL": []byte(`3600`),
		"AvailabilityWindowEnabled": []byte(`false`), "MFAEnabled": []byte(`false`), "ApprovalEnabled": []byte(`false`), "DisableAutoApprovalIfOwner": []byte(`false`),
		"Candidates": []byte(`["PRIV\\anna"]`), "Approvers": []byte(`[]`), "Privileges": []byte(`[{"Name":"G","DistinguishedName":"CN=G"}]`),
	}
	for name, value := range changes {
		if value == "" {
			delete(properties, name)
		} else {
			properties[name] = []byte(value)
		}
	}
	b, err := json.Marshal(properties)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type changes = map[string]string

func TestReadForms(t *testing.T) {
	base := func() pam.Definitions {
		return pam.Definitions{
			Users:  []pam.User{{ID: roles.UserID(`PRIV\anna`), Account: `PRIV\anna`, DisplayName: "PRIV.anna"}},
			Groups: []pam.Group{{ID: roles.GroupID("G"), Name: "G", Target: "CN=G"}},
			Roles: []pam.Role{{ID: id(t, "0b6d1f8e-52c4-4f0a-9a37-6e1d2c3b4a50"), DisplayName: "R", TTL: time.Hour,
				Groups: []edm.GUID{roles.GroupID("G")}, Candidates: []edm.GUID{roles.UserID(`PRIV\anna`)}}},
		}
	}
	ttl := func(d time.Duration) func(*pam.Definitions) {
		return func(o *pam.Definitions) { o.Roles[0].TTL = d }
	}
	window := func(from, to string, more changes) changes {
		c := changes{"AvailabilityWindowEnabled": "true", "AvailableFrom": from, "AvailableTo": to}
		for k, v := range more {
			c[k] = v
		}
		return c
	}
	hours := func(from, to time.Duration) func(*pam.Definitions) {
		return func(o *pam.Definitions) { o.Roles[0].Window = &pam.Window{From: from, To: to} }
	}
	const hour = time.Hour
	eight := 8*hour + 30*time.Minute
	for _, tt := range []struct {
		name  string
		in    changes
		want  func(*pam.Definitions)
		notes []string
		why   string
	}{
		{"plain", nil, nil, nil, "the only role of a list"},
		{"seconds as a text", changes{"TTL": `"3600"`}, nil, nil, "as the API has them"},
		{"fraction", changes{"TTL": `3599.1`}, nil, nil, "upwards, as a TimeSpan can have one"},
		{"TimeSpan text", changes{"TTL": `"01:00:00"`}, nil, nil, "its ToString"},
		{"TimeSpan text with days", changes{"TTL": `"1.02:30:15.0000000"`}, ttl(26*hour + 30*time.Minute + 15*time.Second), nil, "its ToString"},
		{"TimeSpan object", changes{"TTL": `{"Ticks":36000000000,"TotalSeconds":3600}`}, nil, nil, "ConvertTo-Json"},
		{"TimeSpan without ticks", changes{"TTL": `{"TotalSeconds":3600.0}`}, nil, nil, "Select-Object of parts"},
		{"wrapped TimeSpan", changes{"TTL": `{"value":"01:00:00","Count":1}`}, nil, nil, "PowerShell wraps"},
		{"a hundred years", changes{"TTL": `{"Ticks":31557600000000000}`}, ttl(pam.MaxRoleTTL), nil, "no overflow"},
		{"no ttl", changes{"TTL": `0`}, ttl(0), nil, "mended in the file"},

		{"window", window(`"08:30:00"`, `"18:00"`, nil), hours(eight, 18*hour), nil, "as the documentation shows"},
		{"window of the API", window(`"0001-01-01T08:30:00"`, `"0001-01-01T18:00:00.0000000"`, nil), hours(eight, 18*hour), nil, "ISO 8601"},
		{"window in English", window(`"1/1/0001 8:30:00 AM"`, `"1/1/0001 6:00 pm"`, nil), hours(eight, 18*hour), nil, "en-US"},
		{"around noon", window(`"12:00 AM"`, `"12:00 PM"`, nil), hours(0, 12*hour), nil, "twelve comes first"},
		{"window in German", window(`"01.01.0001 08:30:00"`, `"01.01.0001 18:00:00"`, nil), hours(eight, 18*hour), nil, "de-DE"},
		{"window with an offset", window(`"0001-01-01T08:30:00+01:00"`, `"/Date(-62135539200000+0200)/"`, nil), hours(eight, 18*hour), nil, "the clock that was set"},
		{"window with a text", window(`{"value":"/Date(-62135566200000)/","DisplayHint":2,"DateTime":"Monday, January 1, 0001 8:30:00 AM"}`,
			`{"Ticks":648000000000}`, nil), hours(eight, 18*hour), nil, "the text is local"},
		{"window in UTC", window(`"/Date(-62135566200000)/"`, `"0001-01-01T18:00:00Z"`, nil), hours(eight, 18*hour), []string{
			"role R: AvailableFrom is in UTC, as Windows PowerShell writes times; correct it, or export it as '{0:HH:mm:ss}' -f $_.AvailableFrom",
			"role R: AvailableTo is in UTC, as Windows PowerShell writes times; correct it, or export it as '{0:HH:mm:ss}' -f $_.AvailableTo"}, "the zone is lost"},
		{"window before 1970", window(`"/Date(-62135578800001-0330)/"`, `"/Date(-3600001+0000)/"`, nil), hours(hour+30*time.Minute-time.Second, 23*hour-time.Second), nil,
			"milliseconds go towards the past"},
		{"to midnight", window(`"20:00"`, `"00:00:00"`, nil), hours(20*hour, 24*hour), []string{
			"role R: AvailableTo is midnight, and taken as the end of the day"}, "what was meant before MIM checked it"},
		{"across midnight", window(`"20:00"`, `"06:00"`, nil), hours(20*hour, 6*hour), []string{
			"role R: the window ends before it begins, and has to be corrected; make two roles of one across midnight"}, "never dropped: the check refuses it"},
		{"window that is off", changes{"AvailableFrom": `"08:30"`, "AvailableTo": `"noon"`}, nil, nil, "not in force"},

		{"words for flags", changes{"MFAEnabled": `"True"`, "ApprovalEnabled": `"1"`, "AvailabilityWindowEnabled": `"false"`, "DisableAutoApprovalIfOwner": `1`},
			func(d *pam.Definitions) {
				d.Roles[0].MFA, d.Roles[0].Approval, d.Roles[0].DisableAutoApprovalIfOwner = true, true, true
			}, nil, "CSV"},
		{"older version", changes{"DisableAutoApprovalIfOwner": "", "MFAEnabled": "null"}, nil,
			[]string{"roles: DisableAutoApprovalIfOwner is not in the export and taken as off; older versions of MIM do not have it"}, "the original's default"},
		{"no approvers", changes{"Approvers": ""}, nil, nil, "no approval, no owners"},
		{"names of the API", changes{"RoleID": "", "roleid": `"{0B6D1F8E-52C4-4F0A-9A37-6E1D2C3B4A50}"`, "Approvers": "", "owners": "null", "displayname": `"R"`, "DisplayName": ""},
			nil, nil, "in any case"},
		{"no RoleID", changes{"RoleID": ""}, func(d *pam.Definitions) { d.Roles[0].ID = roles.RoleID("R") },
			[]string{"role R: has no RoleID, and gets one made from its name"}, "scripts may know another"},
		{"line breaks", changes{"Description": `"a\r\nb"`}, func(d *pam.Definitions) { d.Roles[0].Description = "a\nb" }, nil, "of one kind"},
		{"unknown properties", changes{"PSComputerName": `"x"`, "Cost": `{"a":1}`}, nil, []string{"roles: not taken: Cost, PSComputerName"}, "said once"},

		{"joined names", changes{"Candidates": `"PRIV\\anna; priv\\ANNA;\nPRIV\\anna;"`}, nil, nil, "each once"},
		{"full names", changes{"Candidates": `"anna@priv.contoso.local"`}, nil, []string{
			"domain priv.contoso.local: taken as PRIV; change the accounts if its short name is another one"}, "a guess that is told"},
		{"only in the bastion", changes{"Candidates": `{"PrivAccountName":"anna","PrivOnly":true,"SourceDomain":"PRIV"}`}, nil, nil, "its domain is the only one"},
		{"domain", changes{"Candidates": `{"PrivAccountName":"anna","PrivDomain":"PRIV"}`}, nil, nil, "as told"},
		{"account", changes{"Candidates": `[{"PrivAccountName":"PRIV\\anna","PrivUserResourceId":{"Guid":"00000000-0000-0000-0000-000000000000"}}]`}, nil, nil, "a domain of its own; no identifier"},
		{"differing users", changes{"Candidates": `[{"Account":"PRIV\\anna"},{"Account":"PRIV\\anna","Phone":"1"}]`}, nil,
			[]string{`user PRIV\anna: roles differ about name, phone or state; those of the first are taken`}, "one of them"},
		{"differing groups", changes{"Privileges": `[{"Name":"G","DN":"x","DistinguishedName":"CN=G"},{"Name":"g","DistinguishedName":"CN=H"}]`}, nil,
			[]string{"group g: roles differ about its distinguished name; that of the first is taken", "groups: not taken: DN"}, "one of them"},
		{"nobody", changes{"Candidates": "null"}, func(d *pam.Definitions) { d.Users, d.Roles[0].Candidates = nil, nil }, nil, "an empty list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, notes, err := mim.Read(strings.NewReader(role(t, tt.in)))
			if err != nil {
				t.Fatalf("Read: %v (%s)", err, tt.why)
			}
			want := base()
			if tt.want != nil {
				tt.want(&want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Read: %s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Errorf("notes: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestReadMistakes(t *testing.T) {
	const header = "DisplayName,TTL,AvailabilityWindowEnabled,MFAEnabled,ApprovalEnabled,Candidates,Privileges\n"
	one := func(name, value string) string { return role(t, changes{name: value}) }
	for _, tt := range []struct {
		name, in string
		want     []string
		why      string
	}{
		{"empty", "", []string{"the export is empty; Get-PAMRole shows roles to administrators of MIM only"}, "nothing came out of the cmdlet"},
		{"no roles", "[]", []string{"the export has no roles; Get-PAMRole shows them to administrators of MIM only"}, "nothing came out of the cmdlet"},
		{"XML", "<Objs></Objs>", []string{"the export is XML; export with ConvertTo-Json or Export-Csv"}, "Export-Clixml"},
		{"a table", "DisplayName   TTL\n-----------   ---\nR   3600\n", []string{"line 1: has no column DisplayName; an export is JSON, or CSV with the names of the columns in its first line"}, "Format-Table"},
		{"broken JSON", "[\n  {\"a\": 1,\n   b\n", []string{"line 3, column 4: is not JSON: invalid character 'b' looking for beginning of object key string"}, "where it is"},
		{"JSON that ends", "[{", []string{"line 1: is not JSON: it ends too early; export it again"}, "half a file"},
		{"two values", "{}\n{}", []string{"line 2: has something behind the roles; an export is one list"}, "appended to"},
		{"texts", `["a"]`, []string{"role 1: is no object; export with ConvertTo-Json -Depth 5"}, "Out-String"},
		{"broken CSV", header + "\"a\"b,1\n", []string{"line 2, column 3: is not CSV: extraneous or missing \" in quoted-field"}, "where it is"},
		{"short row", header + "R,1\n", []string{"line 2: is not CSV: wrong number of fields"}, "where it is"},
		{"column twice", "DisplayName,displayname\n", []string{`line 1: has two columns "displayname"`}, "which of them?"},
		{"Latin 1", header + "R\xe4,1\n", []string{"line 2: is neither UTF-8 nor UTF-16; export with -Encoding UTF8"}, "Export-Csv -Encoding Default"},
		{"half a character", "\xff\xfe[\x00]", []string{"the export is UTF-16 with half a character at its end; export it again"}, "cut off"},
		{"half a pair", "\xff\xfe[\x00\n\x00\x00\xd8]\x00", []string{"line 2: has a character that is none; export it again"}, "cut up"},

		{"missing", role(t, changes{"MFAEnabled": "", "Privileges": "", "TTL": ""}), []string{
			"role 1 (R), TTL: is not in the export; export it, as the documentation shows",
			"role 1 (R), MFAEnabled: is not in the export; export it, as the documentation shows",
			"role 1 (R), Privileges: is not in the export; export it, as the documentation shows"}, "a gate that is not exported is not open"},
		{"missing approvers", role(t, changes{"ApprovalEnabled": "true", "Approvers": ""}), []string{
			"role 1 (R), Approvers: is not in the export; export it, as the documentation shows"}, "needed with approval"},
		{"missing window", one("AvailabilityWindowEnabled", "true"), []string{
			"role 1 (R), AvailableFrom: is not in the export; export it, as the documentation shows",
			"role 1 (R), AvailableTo: is not in the export; export it, as the documentation shows"}, "needed when in force"},
		{"no name", one("DisplayName", ""), []string{"role 1, DisplayName: is not in the export; export it, as the documentation shows"}, "the place has no name"},
		{"rubbish ttl", one("TTL", `"1 hour"`), []string{`role 1 (R), TTL: "1 hour" is no duration up to a hundred years; a TimeSpan such as 01:30:00, or seconds`}, "no guess"},
		{"negative ttl", one("TTL", `-1`), []string{`role 1 (R), TTL: "-1" is no duration up to a hundred years; a TimeSpan such as 01:30:00, or seconds`}, "no guess"},
		{"huge ttl", one("TTL", `"9223372036854775807"`), []string{`role 1 (R), TTL: "9223372036854775807" is no duration up to a hundred years; a TimeSpan such as 01:30:00, or seconds`}, "no overflow"},
		{"huge ticks", one("TTL", `{"Ticks":9e30}`), []string{`role 1 (R), TTL: an object is no duration up to a hundred years; a TimeSpan such as 01:30:00, or seconds`}, "no overflow"},
		{"flag", one("MFAEnabled", `"perhaps"`), []string{`role 1 (R), MFAEnabled: "perhaps" is neither true nor false`}, "no guess"},
		{"window", role(t, changes{"AvailabilityWindowEnabled": "true", "AvailableFrom": `"8.30.00"`, "AvailableTo": `""`}), []string{
			`role 1 (R), AvailableFrom: "8.30.00" has no time of day; export it as '{0:HH:mm:ss}' -f $_.AvailableFrom`,
			"role 1 (R), AvailableTo: is empty, but the window is enabled; set it in MIM, or turn the window off"}, "other cultures, and nothing"},
		{"hour 13 PM", role(t, changes{"AvailabilityWindowEnabled": "true", "AvailableFrom": `"13:00 PM"`, "AvailableTo": `"24:00"`}), []string{
			`role 1 (R), AvailableFrom: "13:00 PM" has no time of day; export it as '{0:HH:mm:ss}' -f $_.AvailableFrom`,
			`role 1 (R), AvailableTo: "24:00" has no time of day; export it as '{0:HH:mm:ss}' -f $_.AvailableTo`}, "no such times"},
		{"id", one("RoleID", `"5"`), []string{`role 1 (R), RoleID: "5" is no GUID`}, "no guess"},
		{"cut short", one("Candidates", `["@{PrivAccountName=anna}"]`), []string{
			`role 1 (R), Candidates: "@{PrivAccountName=anna}" is not what it holds; export with ConvertTo-Json -Depth 5, or join the names for Export-Csv as the documentation shows`}, "ConvertTo-Json without -Depth"},
		{"type for a list", one("Privileges", `"Microsoft.IdentityManagement.PamCmdlets.Model.PAMGroup[]"`), []string{
			`role 1 (R), Privileges: "Microsoft.IdentityManagement.PamCmdlets.Model.PAMGroup[]" is not what it holds; export with ConvertTo-Json -Depth 5, or join the names for Export-Csv as the documentation shows`}, "Export-Csv without -join"},
		{"no domain", one("Candidates", `"anna;PRIV\\bert"`), []string{
			`role 1 (R), Candidates: "anna" names no account of a domain; write it as DOMAIN\account, or export PrivUserPrincipalName too`}, "no guess"},
		{"number for a user", one("Candidates", `[5]`), []string{`role 1 (R), Candidates: "5" is no user`}, "no guess"},
		{"word for a list", one("Privileges", `true`), []string{`role 1 (R), Privileges: true is no list`}, "no guess"},
		{"list in a list", one("Privileges", `[["G"]]`), []string{`role 1 (R), Privileges: a list is no group`}, "no guess"},
		{"list for a flag", one("MFAEnabled", `[true]`), []string{`role 1 (R), MFAEnabled: a list is neither true nor false`}, "no guess"},
		{"many mistakes", one("Candidates", `"a`+strings.Repeat(";a", 100)+`"`), append(slices.Repeat([]string{
			`role 1 (R), Candidates: "a" names no account of a domain; write it as DOMAIN\account, or export PrivUserPrincipalName too`}, 100),
			"and 1 mistakes more"), "a short error"},
		{"number for a list", one("Candidates", `5`), []string{`role 1 (R), Candidates: "5" is no list`}, "no guess"},
		{"object for a name", one("DisplayName", `{}`), []string{"role 1, DisplayName: is no text"}, "no guess"},
		{"group without a name", one("Privileges", `[{"SourceAccountName":"x"}]`), []string{"role 1 (R), Privileges: has a group without a name; export PrivAccountName"}, "no guess"},
		{"role twice", "[" + role(t, nil) + "," + role(t, nil) + "]", []string{"role 2 (R), RoleID: is that of the role R too; identifiers and names are unique"}, "appended to"},
		{"rows of CSV", "#TYPE X\n" + header + "R,1,False,False,False,,G\nS,x,False,maybe,False,,G\n", []string{
			`line 4, TTL: "x" is no duration up to a hundred years; a TimeSpan such as 01:30:00, or seconds`,
			`line 4, MFAEnabled: "maybe" is neither true nor false`}, "row and column, as an editor counts them"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, notes, err := mim.Read(strings.NewReader(tt.in))
			if err == nil {
				t.Fatalf("Read: no error (%s)", tt.why)
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("Read: %s (-want +got):\n%s", tt.why, diff)
			}
			var m *mim.Mistake
			if !errors.As(err, &m) {
				t.Errorf("not a *Mistake: %v", err)
			}
			if diff := cmp.Diff(pam.Definitions{}, d); diff != "" || notes != nil {
				t.Errorf("beside an error: %s %q", diff, notes)
			}
		})
	}
}

func TestReadEncodings(t *testing.T) {
	text := role(t, changes{"DisplayName": `"Správci \ud83d\udd11"`})
	utf16of := func(mark bool, high, low int) []byte {
		var b []byte
		units := utf16.Encode([]rune(text))
		if mark {
			units = append([]uint16{0xFEFF}, units...)
		}
		for _, u := range units {
			b = append(b, byte(u>>high), byte(u>>low))
		}
		return b
	}
	want, _, err := mim.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]byte{
		"UTF-8 with a mark":         append([]byte("\xef\xbb\xbf"), text...),
		"little endian with a mark": utf16of(true, 0, 8),
		"big endian with a mark":    utf16of(true, 8, 0),
		"little endian":             utf16of(false, 0, 8),
		"big endian":                utf16of(false, 8, 0),
		"blanks around":             []byte("\r\n " + text + " \r\n"),
		"in a list":                 []byte("[" + text + "]"),
		"in a wrapped list":         []byte(`{"value":[` + text + `],"Count":1}`),
	} {
		got, _, err := mim.Read(bytes.NewReader(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("unplugged") }

func TestReadFails(t *testing.T) {
	if _, _, err := mim.Read(failing{}); err == nil || err.Error() != "unplugged" {
		t.Errorf("Read of a failing reader: %v", err)
	}
	if testing.Short() {
		return
	}
	endless := bytes.NewReader(make([]byte, 64<<20+1))
	if _, _, err := mim.Read(endless); err == nil || !strings.Contains(err.Error(), "has more than 67108864 bytes") {
		t.Errorf("Read of too much: %v", err)
	}
}

// FuzzRead holds Read to what it promises: it reads the same each time, what it
// returns has no reference to nothing and no identifier twice, and every message
// is one line.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"core.json", "windows.json", "comma.csv", "semicolon.csv"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(role(f, changes{"AvailabilityWindowEnabled": "true", "AvailableFrom": `"/Date(1)/"`, "AvailableTo": `"1:00 PM"`, "TTL": `"1.00:00:00"`})))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, notes, err := mim.Read(bytes.NewReader(b))
		again, notesAgain, errAgain := mim.Read(bytes.NewReader(b))
		if !cmp.Equal(d, again) || !cmp.Equal(notes, notesAgain) || (err == nil) != (errAgain == nil) {
			t.Fatal("read differently the second time")
		}
		for _, note := range notes {
			if strings.ContainsAny(note, "\n\r") {
				t.Fatalf("a note of two lines: %q", note)
			}
		}
		if err != nil {
			if strings.Contains(err.Error(), "\r") || len(err.Error()) > 100_000 {
				t.Fatalf("a strange error: %.200q", err)
			}
			return
		}
		for _, m := range d.Check(pam.CheckOptions{MFA: true}) {
			if strings.Contains(m.Problem, "refers to") || strings.HasSuffix(m.Path, ".id") || strings.Contains(m.Problem, "is listed already") {
				t.Fatalf("%v", m)
			}
		}
	})
}
