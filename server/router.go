package server

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// A router leads requests to targets: echo's router, and behind it the few
// routes that echo cannot express. It uses nothing else of echo: its middleware
// is put together anew for each request, and its errors are not OData's.
type router struct {
	server *Server
	echo   *echo.Echo
	spare  []spareRoute // the longest path first
}

// A spareRoute serves what echo's routes do not: other methods, and other case.
type spareRoute struct {
	path    string // ends in a slash
	below   bool   // and everything below path
	anyCase bool
	serve   echo.HandlerFunc
}

// methods are routed by echo; other ones reach the targets too, which know what
// to answer, by the spare routes.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, "MERGE",
	http.MethodDelete, http.MethodOptions}

func (s *Server) newRouter() *router {
	rt := &router{server: s, echo: echo.New()}
	rt.echo.Logger.SetOutput(io.Discard)
	rt.echo.IPExtractor = func(r *http.Request) string { return s.origin.ClientAddr(r).String() }
	unknown := rt.unknown()
	rt.echo.RouteNotFound("/*", unknown)
	// What has no path, such as OPTIONS *, finds not even that one.
	rt.echo.HTTPErrorHandler = func(_ error, c echo.Context) { _ = unknown(c) }
	return rt
}

func (rt *router) ServeHTTP(w http.ResponseWriter, r *http.Request) { rt.echo.ServeHTTP(w, r) }

// handler serves t.
func (rt *router) handler(t *target) echo.HandlerFunc {
	return func(c echo.Context) error {
		rt.server.serve(c.Response().Writer, c.Request(), t)
		return nil
	}
}

// add leads bare, bare with a slash, and if wanted everything below, to t.
func (rt *router) add(t *target, bare string, below, anyCase bool) {
	serve := rt.handler(t)
	paths := []string{bare + "/"}
	if below {
		paths[0] += "*"
	}
	if bare != "" {
		paths = append(paths, bare)
	}
	for _, path := range paths {
		for _, method := range methods {
			rt.echo.Add(method, path, serve)
		}
	}
	rt.spare = append(rt.spare, spareRoute{bare + "/", below, anyCase, serve})
	slices.SortStableFunc(rt.spare, func(a, b spareRoute) int { return cmp.Compare(len(b.path), len(a.path)) })
}

// unknown serves what echo has no route for.
func (rt *router) unknown() echo.HandlerFunc {
	nothing := rt.handler(&target{})
	return func(c echo.Context) error {
		path := echo.GetPath(c.Request())
		for i := range rt.spare {
			if spare := &rt.spare[i]; spare.matches(path) {
				return spare.serve(c)
			}
		}
		return nothing(c)
	}
}

func (s *spareRoute) matches(path string) bool {
	n := len(s.path)
	if n > 1 && len(path) == n-1 {
		n--
	} else if len(path) < n || len(path) > n && !s.below {
		return false
	}
	return path[:n] == s.path[:n] || s.anyCase && strings.EqualFold(path[:n], s.path[:n])
}
