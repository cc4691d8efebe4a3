// Package migrations holds the tables of the PAM service, for package
// odata/sqldb/migrate: a folder for each dialect, with the same versions in both.
package migrations

import "embed"

// Files are the migrations. A version that was released is never changed.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
