package main

import (
	"context"
	"encoding/binary"
	"strconv"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// barePostgres writes the raw values of pgx, which are in PostgreSQL's binary
// forms. pgx prepares statements once for each connection.
type barePostgres struct{ pool *pgxpool.Pool }

func (b barePostgres) query(ctx context.Context, s *handSQL, args ...any) (bareRows, error) {
	for i, a := range args {
		if g, ok := a.(edm.GUID); ok {
			args[i] = [16]byte(g)
		}
	}
	rows, err := b.pool.Query(ctx, s.postgres, args...)
	if err != nil {
		return nil, err
	}
	return &postgresRows{rows: rows}, nil
}

func (b barePostgres) insert(ctx context.Context, r *posted) error {
	created, err := time.Parse(timeLayout, r.CreationTime)
	if err != nil {
		return errTime
	}
	var expires *time.Time
	if r.ExpirationTime != nil {
		t, err := time.Parse(timeLayout, *r.ExpirationTime)
		if err != nil {
			return errTime
		}
		expires = &t
	}
	_, err = b.pool.Exec(ctx, sqlInsert.postgres, [16]byte(r.RequestID), [16]byte(r.RoleID), [16]byte(r.CreatorID), r.Creator,
		r.Justification, r.RequestedTTL, created, expires, r.RequestStatus, r.MFAVerified)
	return err
}

type postgresRows struct {
	rows pgx.Rows
	raw  [][]byte
}

func (r *postgresRows) next() (bool, error) {
	if !r.rows.Next() {
		return false, r.rows.Err()
	}
	r.raw = r.rows.RawValues()
	return true, nil
}

func (r *postgresRows) total() int64 { return int64(binary.BigEndian.Uint64(r.raw[10])) }

func (r *postgresRows) close() error {
	r.rows.Close()
	return r.rows.Err()
}

func (r *postgresRows) request(dst []byte) []byte {
	c := r.raw
	dst = edm.GUID(c[0]).AppendText(append(dst, `"RequestId":"`...))
	dst = edm.GUID(c[1]).AppendText(append(dst, `","RoleId":"`...))
	dst = edm.GUID(c[2]).AppendText(append(dst, `","CreatorId":"`...))
	dst = appendText(append(dst, `","Creator":`...), c[3])
	dst = appendText(append(dst, `,"Justification":`...), c[4])
	dst = strconv.AppendInt(append(dst, `,"RequestedTTL":"`...), int64(binary.BigEndian.Uint64(c[5])), 10)
	dst = appendTimestamp(append(dst, `","CreationTime":`...), c[6])
	dst = appendTimestamp(append(dst, `,"ExpirationTime":`...), c[7])
	dst = appendText(append(dst, `,"RequestStatus":`...), c[8])
	return strconv.AppendBool(append(dst, `,"MFAVerified":`...), c[9][0] != 0)
}

func (r *postgresRows) role(dst []byte) []byte {
	c := r.raw
	dst = edm.GUID(c[10]).AppendText(append(dst, `"RoleId":"`...))
	dst = appendText(append(dst, `","DisplayName":`...), c[11])
	dst = appendText(append(dst, `,"Description":`...), c[12])
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), int64(binary.BigEndian.Uint64(c[13])), 10)
	return strconv.AppendBool(append(dst, `","MFAEnabled":`...), c[14][0] != 0)
}

func appendText(dst, b []byte) []byte {
	if b == nil {
		return append(dst, `null`...)
	}
	return format.AppendJSONString(dst, unsafe.String(unsafe.SliceData(b), len(b)))
}

// appendTimestamp writes microseconds since 2000.
func appendTimestamp(dst, b []byte) []byte {
	if b == nil {
		return append(dst, `null`...)
	}
	const year2000 = 630_822_816_000_000_000 // in ticks
	d, _ := edm.NewDateTime(year2000+int64(binary.BigEndian.Uint64(b))*10, edm.NoZone)
	return append(d.AppendText(append(dst, '"')), '"')
}
