package main

import (
	"context"
	"strconv"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// bareSQLite reads rows by SQLite's column interface, which package sqlite is
// little more than. Statements are prepared once.
type bareSQLite struct{ db *sqlite.DB }

func (b bareSQLite) query(ctx context.Context, s *handSQL, args ...any) (bareRows, error) {
	var values [2]edm.Value
	for i, a := range args {
		switch a := a.(type) {
		case string:
			values[i] = edm.String(a)
		case int64:
			values[i] = edm.Int64(a)
		case edm.GUID:
			values[i] = edm.String(a.String())
		}
	}
	rows, err := b.db.Query(ctx, &s.sqlite, values[:len(args)])
	if err != nil {
		return nil, err
	}
	r := &sqliteRows{rows: rows}
	r.cells = r.room[:len(s.sqlite.Columns)]
	return r, nil
}

func (b bareSQLite) insert(ctx context.Context, r *posted) error {
	// SQLite would store any text.
	if _, err := time.Parse(timeLayout, r.CreationTime); err != nil {
		return errTime
	}
	if r.ExpirationTime != nil {
		if _, err := time.Parse(timeLayout, *r.ExpirationTime); err != nil {
			return errTime
		}
	}
	_, err := b.db.Exec(ctx, &sqlInsert.sqlite, []edm.Value{
		edm.String(r.RequestID.String()), edm.String(r.RoleID.String()), edm.String(r.CreatorID.String()), edm.String(r.Creator),
		nullable(r.Justification), edm.Int64(r.RequestedTTL), edm.String(r.CreationTime), nullable(r.ExpirationTime),
		edm.String(r.RequestStatus), edm.Boolean(r.MFAVerified)})
	return err
}

func nullable(s *string) edm.Value {
	if s == nil {
		return edm.Null
	}
	return edm.String(*s)
}

type sqliteRows struct {
	rows  sqldb.Rows
	cells []edm.Value
	room  [15]edm.Value
}

func (r *sqliteRows) next() (bool, error) { return r.rows.Next(r.cells) }
func (r *sqliteRows) total() int64        { return r.cells[10].Int() }
func (r *sqliteRows) close() error        { return r.rows.Close() }

func (r *sqliteRows) request(dst []byte) []byte {
	c := r.cells
	dst = append(append(dst, `"RequestId":"`...), c[0].Str()...)
	dst = append(append(dst, `","RoleId":"`...), c[1].Str()...)
	dst = append(append(dst, `","CreatorId":"`...), c[2].Str()...)
	dst = format.AppendJSONString(append(dst, `","Creator":`...), c[3].Str())
	dst = append(dst, `,"Justification":`...)
	if c[4].IsNull() {
		dst = append(dst, `null`...)
	} else {
		dst = format.AppendJSONString(dst, c[4].Str())
	}
	dst = strconv.AppendInt(append(dst, `,"RequestedTTL":"`...), c[5].Int(), 10)
	dst = append(append(dst, `","CreationTime":"`...), c[6].Str()...)
	if c[7].IsNull() {
		dst = append(dst, `","ExpirationTime":null,"RequestStatus":`...)
	} else {
		dst = append(append(dst, `","ExpirationTime":"`...), c[7].Str()...)
		dst = append(dst, `","RequestStatus":`...)
	}
	dst = format.AppendJSONString(dst, c[8].Str())
	return strconv.AppendBool(append(dst, `,"MFAVerified":`...), c[9].Bool())
}

func (r *sqliteRows) role(dst []byte) []byte {
	c := r.cells
	dst = append(append(dst, `"RoleId":"`...), c[10].Str()...)
	dst = format.AppendJSONString(append(dst, `","DisplayName":`...), c[11].Str())
	dst = append(dst, `,"Description":`...)
	if c[12].IsNull() {
		dst = append(dst, `null`...)
	} else {
		dst = format.AppendJSONString(dst, c[12].Str())
	}
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), c[13].Int(), 10)
	return strconv.AppendBool(append(dst, `","MFAEnabled":`...), c[14].Bool())
}

// append writes the members that follow the context of an entity.
func (r *posted) append(dst []byte) []byte {
	dst = r.RequestID.AppendText(append(dst, `"RequestId":"`...))
	dst = r.RoleID.AppendText(append(dst, `","RoleId":"`...))
	dst = r.CreatorID.AppendText(append(dst, `","CreatorId":"`...))
	dst = format.AppendJSONString(append(dst, `","Creator":`...), r.Creator)
	dst = appendNullable(append(dst, `,"Justification":`...), r.Justification)
	dst = strconv.AppendInt(append(dst, `,"RequestedTTL":"`...), r.RequestedTTL, 10)
	dst = format.AppendJSONString(append(dst, `","CreationTime":`...), r.CreationTime)
	dst = appendNullable(append(dst, `,"ExpirationTime":`...), r.ExpirationTime)
	dst = format.AppendJSONString(append(dst, `,"RequestStatus":`...), r.RequestStatus)
	return append(strconv.AppendBool(append(dst, `,"MFAVerified":`...), r.MFAVerified), '}')
}

func appendNullable(dst []byte, s *string) []byte {
	if s == nil {
		return append(dst, `null`...)
	}
	return format.AppendJSONString(dst, *s)
}
