package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A bareDB runs the statements that are written by hand in sql.go.
type bareDB interface {
	query(ctx context.Context, s *handSQL, args ...any) (bareRows, error)
	insert(ctx context.Context, r *posted) error
}

// bareRows are rows whose columns append themselves to JSON, each in the form in
// which the driver has it.
type bareRows interface {
	next() (bool, error)
	request(dst []byte) []byte // the columns 0 to 9, as the members of an object
	role(dst []byte) []byte    // the columns 10 to 14
	total() int64              // the column 10
	close() error
}

// newBare is what pamodata is compared with: echo, and a handler for each kind
// of request that writes JSON by hand.
func newBare(db bareDB) (http.Handler, error) {
	model, err := newModel()
	if err != nil {
		return nil, err
	}
	metadata, err := csdl.Marshal(model)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	h := bareHandlers{db}
	e.GET("/key/:id", h.key)
	e.GET("/top/:n", func(c echo.Context) error { return h.limited(c, &sqlTop, c.Param("n")) })
	e.GET("/skip/:n", h.skip)
	e.GET("/after/:id", h.after)
	e.GET("/filter", func(c echo.Context) error { return h.filtered(c, &sqlFilter) })
	e.GET("/count", func(c echo.Context) error { return h.filtered(c, &sqlCount) })
	e.GET("/substring", func(c echo.Context) error { return h.feed(c, &sqlSubstring, c.QueryParam("text")) })
	e.GET("/expand/:n", func(c echo.Context) error { return h.limited(c, &sqlExpand, c.Param("n")) })
	e.GET("/metadata", func(c echo.Context) error { return h.sendAs(c, xmlType, http.StatusOK, metadata) })
	e.POST("/requests", h.post)
	return e, nil
}

type bareHandlers struct{ db bareDB }

var (
	errKey  = echo.NewHTTPError(http.StatusBadRequest, "the key is no GUID")
	errTime = echo.NewHTTPError(http.StatusBadRequest, "a time is not of the form 2006-01-02T15:04:05")
)

func (h bareHandlers) key(c echo.Context) error {
	id, err := edm.ParseGUID(c.Param("id"))
	if err != nil {
		return errKey
	}
	rows, err := h.db.query(c.Request().Context(), &sqlKey, id)
	if err != nil {
		return err
	}
	defer rows.close()
	switch more, err := rows.next(); {
	case err != nil:
		return err
	case !more:
		return echo.ErrNotFound
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = append(rows.request(append((*buf)[:0], entryHead...)), '}')
	return h.send(c, http.StatusOK, *buf)
}

func (h bareHandlers) limited(c echo.Context, s *handSQL, text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return echo.ErrBadRequest
	}
	return h.feed(c, s, n)
}

func (h bareHandlers) skip(c echo.Context) error { return h.limited(c, &sqlSkip, c.Param("n")) }

func (h bareHandlers) after(c echo.Context) error {
	id, err := edm.ParseGUID(c.Param("id"))
	if err != nil {
		return errKey
	}
	return h.feed(c, &sqlAfter, id)
}

func (h bareHandlers) filtered(c echo.Context, s *handSQL) error {
	ttl, err := strconv.ParseInt(c.QueryParam("ttl"), 10, 64)
	if err != nil {
		return echo.ErrBadRequest
	}
	return h.feed(c, s, c.QueryParam("status"), ttl)
}

const (
	entryHead   = `{"odata.metadata":"` + base + root + `$metadata#Requests/@Element",`
	feedHead    = `{"odata.metadata":"` + base + root + `$metadata#Requests","value":[`
	pagedHead   = `{"odata.metadata":"` + base + pagedRoot + `$metadata#Requests","value":[`
	countHead   = `{"odata.metadata":"` + base + root + `$metadata#Requests","odata.count":"`
	contentType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
	flushSize   = 32 << 10
)

// feed answers with all rows of a statement.
func (h bareHandlers) feed(c echo.Context, s *handSQL, args ...any) error {
	rows, err := h.db.query(c.Request().Context(), s, args...)
	if err != nil {
		return err
	}
	defer rows.close()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	dst := (*buf)[:0]
	flushed := false
	for n := 0; ; n++ {
		more, err := rows.next()
		if err != nil {
			return err
		}
		if n == 0 {
			dst = h.begin(dst, c, s, rows, more)
		}
		if !more {
			break
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '{')
		if s.role {
			dst = append(rows.role(append(dst, `"Role":{`...)), "},"...)
		}
		dst = append(rows.request(dst), '}')
		if len(dst) >= flushSize {
			if !flushed {
				head(c.Response().Header(), jsonType)
				c.Response().WriteHeader(http.StatusOK)
				flushed = true
			}
			if _, err := c.Response().Write(dst); err != nil {
				return err
			}
			dst = dst[:0]
		}
	}
	dst = append(dst, "]}"...)
	*buf = dst
	if flushed {
		_, err := c.Response().Write(dst)
		return err
	}
	return h.send(c, http.StatusOK, dst)
}

// begin begins a feed.
func (h bareHandlers) begin(dst []byte, c echo.Context, s *handSQL, rows bareRows, more bool) []byte {
	switch {
	case s.total:
		total := int64(0)
		if more {
			total = rows.total()
		}
		return append(strconv.AppendInt(append(dst, countHead...), total, 10), `","value":[`...)
	case s == &sqlAfter || c.QueryString() == "paged=1":
		return append(dst, pagedHead...)
	}
	return append(dst, feedHead...)
}

// A posted request is what the body of a POST holds.
type posted struct {
	RequestID      edm.GUID `json:"RequestId"`
	RoleID         edm.GUID `json:"RoleId"`
	CreatorID      edm.GUID `json:"CreatorId"`
	Creator        string
	Justification  *string
	RequestedTTL   int64 `json:",string"`
	CreationTime   string
	ExpirationTime *string
	RequestStatus  string
	MFAVerified    bool
}

const (
	bodyLimit  = 64 << 10
	timeLayout = "2006-01-02T15:04:05.999999"
)

func (h bareHandlers) post(c echo.Context) error {
	in := c.Request()
	if in.ContentLength > bodyLimit {
		return echo.ErrStatusRequestEntityTooLarge
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(io.LimitReader(in.Body, bodyLimit)); err != nil {
		return err
	}
	var r posted
	if err := json.Unmarshal(body.Bytes(), &r); err != nil {
		return echo.ErrBadRequest
	}
	if err := h.db.insert(in.Context(), &r); err != nil {
		return err
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = r.append(append((*buf)[:0], entryHead...))
	c.Response().Header().Set(echo.HeaderLocation, base+root+"Requests(guid'"+r.RequestID.String()+"')")
	return h.send(c, http.StatusCreated, *buf)
}

func (h bareHandlers) send(c echo.Context, status int, body []byte) error {
	return h.sendAs(c, jsonType, status, body)
}

func (bareHandlers) sendAs(c echo.Context, contentType []string, status int, body []byte) error {
	header := c.Response().Header()
	head(header, contentType)
	header[echo.HeaderContentLength] = []string{strconv.Itoa(len(body))}
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(body)
	return err
}

// buffers are for answers.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2*flushSize); return &b }}

// head sets what the protocol wants every answer to have, and what keeps caches
// from showing data that has changed since.
func head(h http.Header, contentType []string) {
	h[echo.HeaderContentType] = contentType
	h["Dataserviceversion"] = versionText
	h[echo.HeaderCacheControl] = noCache
}

var (
	jsonType    = []string{contentType}
	xmlType     = []string{"application/xml;charset=utf-8"}
	versionText = []string{"3.0;"}
	noCache     = []string{"no-cache"}
)
