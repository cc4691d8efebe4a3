package main

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A handSQL is a question written by hand for both databases.
type handSQL struct {
	sqlite   sqldb.Statement
	postgres string
	role     bool // columns 10 to 14 are those of a role
	total    bool // column 10 is the number of all that match
}

const (
	requestList = `r."RequestId", r."RoleId", r."CreatorId", r."Creator", r."Justification", r."RequestedTTL", r."CreationTime", r."ExpirationTime", r."RequestStatus", r."MFAVerified"`
	roleList    = `, o."RoleId", o."DisplayName", o."Description", o."TTL", o."MFAEnabled"`
	requests    = `SELECT ` + requestList + ` FROM "Requests" r `
	both        = `SELECT ` + requestList + roleList + ` FROM "Requests" r JOIN "Roles" o ON o."RoleId" = r."RoleId" `
)

// Text is read as it is stored: a GUID or a time of SQLite goes to JSON without
// being looked at.
var (
	text    = sqldb.Form{Kind: edm.KindString}
	integer = sqldb.Form{Kind: edm.KindInt64}
	logical = sqldb.Form{Kind: edm.KindBoolean}

	handRequest = []sqldb.Form{text, text, text, text, text, integer, text, text, text, logical}
	handRole    = []sqldb.Form{text, text, text, integer, logical}
)

func with(more ...sqldb.Form) []sqldb.Form {
	return append(append([]sqldb.Form{}, handRequest...), more...)
}

var (
	sqlKey = handSQL{
		sqlite:   sqldb.Statement{Text: requests + `WHERE r."RequestId" = ?1`, Params: []sqldb.Form{text}, Columns: handRequest},
		postgres: requests + `WHERE r."RequestId" = $1`,
	}
	sqlTop = handSQL{
		sqlite:   sqldb.Statement{Text: requests + `ORDER BY r."RequestId" LIMIT ?1`, Params: []sqldb.Form{integer}, Columns: handRequest},
		postgres: requests + `ORDER BY r."RequestId" LIMIT $1`,
	}
	sqlSkip = handSQL{
		sqlite:   sqldb.Statement{Text: requests + `ORDER BY r."RequestId" LIMIT 50 OFFSET ?1`, Params: []sqldb.Form{integer}, Columns: handRequest},
		postgres: requests + `ORDER BY r."RequestId" LIMIT 50 OFFSET $1`,
	}
	sqlAfter = handSQL{
		sqlite:   sqldb.Statement{Text: requests + `WHERE r."RequestId" > ?1 ORDER BY r."RequestId" LIMIT 50`, Params: []sqldb.Form{text}, Columns: handRequest},
		postgres: requests + `WHERE r."RequestId" > $1 ORDER BY r."RequestId" LIMIT 50`,
	}
	sqlFilter = handSQL{
		sqlite: sqldb.Statement{Text: requests + `WHERE r."RequestStatus" = ?1 AND r."RequestedTTL" > ?2 ORDER BY r."CreationTime" DESC, r."RequestId" LIMIT 50`,
			Params: []sqldb.Form{text, integer}, Columns: handRequest},
		postgres: requests + `WHERE r."RequestStatus" = $1 AND r."RequestedTTL" > $2 ORDER BY r."CreationTime" DESC, r."RequestId" LIMIT 50`,
	}
	sqlCount = handSQL{
		sqlite: sqldb.Statement{Text: `SELECT ` + requestList + `, (SELECT count(*) FROM "Requests" WHERE "RequestStatus" = ?1 AND "RequestedTTL" > ?2) FROM "Requests" r ` +
			`WHERE r."RequestStatus" = ?1 AND r."RequestedTTL" > ?2 ORDER BY r."CreationTime" DESC, r."RequestId" LIMIT 50`,
			Params: []sqldb.Form{text, integer}, Columns: with(integer)},
		postgres: `SELECT ` + requestList + `, (SELECT count(*) FROM "Requests" WHERE "RequestStatus" = $1 AND "RequestedTTL" > $2) FROM "Requests" r ` +
			`WHERE r."RequestStatus" = $1 AND r."RequestedTTL" > $2 ORDER BY r."CreationTime" DESC, r."RequestId" LIMIT 50`,
		total: true,
	}
	sqlSubstring = handSQL{
		sqlite:   sqldb.Statement{Text: requests + `WHERE instr(r."Justification", ?1) > 0 ORDER BY r."RequestId"`, Params: []sqldb.Form{text}, Columns: handRequest},
		postgres: requests + `WHERE strpos(r."Justification", $1) > 0 ORDER BY r."RequestId"`,
	}
	sqlExpand = handSQL{
		sqlite:   sqldb.Statement{Text: both + `ORDER BY r."RequestId" LIMIT ?1`, Params: []sqldb.Form{integer}, Columns: with(handRole...)},
		postgres: both + `ORDER BY r."RequestId" LIMIT $1`,
		role:     true,
	}
)

const insertList = `INSERT INTO "Requests" ("RequestId", "RoleId", "CreatorId", "Creator", "Justification", "RequestedTTL", "CreationTime", "ExpirationTime", "RequestStatus", "MFAVerified") VALUES `

var sqlInsert = handSQL{
	sqlite:   sqldb.Statement{Text: insertList + `(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`, Params: handRequest},
	postgres: insertList + `($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
}
