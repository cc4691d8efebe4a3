package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A Service is what the server needs of an OData service.
type Service interface {
	http.Handler

	// Root is the path the service is mounted under, with both slashes:
	// "/api/pamresources/".
	Root() string

	// WriteError answers r with err in the service's own format. It is used for
	// failures before the service is reached, and after it has panicked. Headers
	// that are set already must be kept.
	WriteError(w http.ResponseWriter, r *http.Request, err error)
}

// A Mount is a service and the addresses it is served at: its root with and
// without the final slash, and everything below. Nothing is redirected, because
// a redirected POST loses its body, and no path is cleaned.
type Mount struct {
	Service Service

	// Aliases are further addresses of single resources: the path, such as
	// "/api/session/sessioninfo", to the escaped path below the root,
	// "sessioninfo". Each is served with and without a final slash.
	Aliases map[string]string

	// AnyCase matches the root and the aliases without regard to case. The
	// service gets the path as it was sent.
	AnyCase bool
}

// A target is where a route leads: to a service, to a health check, or nowhere.
type target struct {
	service Service
	alias   func(*url.URL) *url.URL // rewrites the address; nil for none
	health  func(*exchange) error
}

func (rt *router) mount(mounts []Mount) error {
	var problems []error
	taken := map[string]string{"/healthz": "the health check", "/readyz": "the health check"}
	for _, m := range mounts {
		if m.Service == nil {
			problems = append(problems, errors.New("a mount has no service"))
			continue
		}
		root := m.Service.Root()
		if !plainPath(root) || !strings.HasSuffix(root, "/") {
			problems = append(problems, fmt.Errorf("the root %q is not a plain path that begins and ends with a slash", root))
			continue
		}
		add := func(path string, t *target, below bool) {
			bare := strings.TrimSuffix(path, "/")
			if other, twice := taken[strings.ToLower(bare)]; twice {
				problems = append(problems, fmt.Errorf("%s of the service at %s is the address of %s already", path, root, other))
				return
			}
			taken[strings.ToLower(bare)] = "the service at " + root
			rt.add(t, bare, below, m.AnyCase)
		}
		add(root, &target{service: m.Service}, true)
		for path, below := range m.Aliases {
			to, err := url.Parse(root + below)
			if !plainPath(path) || err != nil || to.RawQuery != "" || to.Fragment != "" {
				problems = append(problems, fmt.Errorf("the alias %q to %q of the service at %s does not lead from one plain path to another", path, below, root))
				continue
			}
			add(path, &target{service: m.Service, alias: func(from *url.URL) *url.URL {
				u := *from
				u.Path, u.RawPath = to.Path, to.RawPath
				return &u
			}}, false)
		}
	}
	return errors.Join(problems...)
}

// plainPath reports whether path can be registered and compared as it is.
func plainPath(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") {
		return false
	}
	for i := range len(path) {
		switch c := path[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("/-._~$", c) >= 0:
		default:
			return false
		}
	}
	return true
}
