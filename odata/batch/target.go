package batch

import (
	"net/url"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// A Root is the root of a service, against which the URLs of a batch are
// resolved. It is immutable.
type Root struct {
	scheme, authority string   // lower case, without the default port
	segments          []string // decoded
	anyCase           bool
}

// NewRoot reads an absolute URL such as "https://host:8443/svc/", with or
// without its last slash. With anyCase the letter case of its path does not
// matter. An error means that the configuration of the service is wrong.
func NewRoot(base string, anyCase bool) (*Root, error) {
	scheme, authority, path, ok := splitAbsolute(base)
	if !ok {
		return nil, odata.Internalf("batch: service root %q is not an absolute http or https URL", base)
	}
	r := &Root{scheme: scheme, authority: authority, anyCase: anyCase}
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if segment == "" {
			continue
		}
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			return nil, odata.Internalf("batch: service root %q: %w", base, err)
		}
		r.segments = append(r.segments, decoded)
	}
	return r, nil
}

// A Target is a place below the service root.
type Target struct {
	// Path is the escaped path below the root, without a slash before it:
	// "Customers(1)". If Reference is set, it goes on from there: "Orders".
	Path string

	// Query is the raw query without its question mark.
	Query string

	// Reference is the Content-ID that the URL begins with: "1" in $1/Orders.
	// [References.Replace] puts a path in its place.
	Reference string
}

// Resolve reads a URL of a part, which is absolute, or begins with a slash and
// is relative to the host, or is relative to the service root. hostHeader is
// [Request.Host], or empty.
//
// Everything that leads out of the service is 400 with the code
// BatchURLOutsideService: another scheme, host or root, and any dot segment,
// encoded or not. $batch is 400 with the code BatchInBatch. The path is split
// before it is decoded, and handed on as written.
func (r *Root) Resolve(text, hostHeader string) (Target, error) {
	if hostHeader != "" && r.authority != canonicalAuthority(r.scheme, hostHeader) {
		return Target{}, outsideRoot.error(urlTarget)
	}
	path, query, _ := strings.Cut(text, "?")
	switch {
	case hasScheme(path):
		scheme, authority, rest, ok := splitAbsolute(path)
		if !ok || scheme != r.scheme || authority != r.authority {
			return Target{}, outsideRoot.error(urlTarget)
		}
		if path, ok = r.below(rest); !ok {
			return Target{}, outsideRoot.error(urlTarget)
		}
	case strings.HasPrefix(path, "/"):
		var ok bool
		if path, ok = r.below(path); !ok {
			return Target{}, outsideRoot.error(urlTarget)
		}
	}
	if !contained(path) {
		return Target{}, outsideRoot.error(urlTarget)
	}
	return target(path, query)
}

const urlTarget = "URL"

// target recognises $batch and references in a path below the root.
func target(path, query string) (Target, error) {
	first, rest, _ := strings.Cut(path, "/")
	name := first
	if decoded, err := url.PathUnescape(first); err == nil {
		name = decoded
	}
	name, _, _ = strings.Cut(name, "(")
	switch name {
	case "$batch":
		return Target{}, nestedBatch.error(urlTarget)
	case "$metadata", "$count", "$links", "$value":
		return Target{Path: path, Query: query}, nil
	}
	if id, ok := strings.CutPrefix(first, "$"); ok && id != "" {
		return Target{Path: rest, Query: query, Reference: id}, nil
	}
	return Target{Path: path, Query: query}, nil
}

// below takes the segments of the root from an escaped path that begins with a
// slash, comparing what they mean and not how they are encoded.
func (r *Root) below(path string) (string, bool) {
	if strings.HasPrefix(path, "//") {
		return "", false // a network path: what follows is a host
	}
	rest := strings.TrimPrefix(path, "/")
	for _, want := range r.segments {
		segment, after, _ := strings.Cut(rest, "/")
		got, err := url.PathUnescape(segment)
		if err != nil || got != want && !(r.anyCase && strings.EqualFold(got, want)) {
			return "", false
		}
		rest = after
	}
	return rest, true
}

// contained reports that no segment is a dot segment, nor would become one if
// somebody split its decoded name once more, at slashes or backslashes. Keys may
// contain anything.
func contained(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			continue // is refused as bad syntax by whoever reads the path
		}
		name, _, _ := strings.Cut(decoded, "(")
		for part := range strings.FieldsFuncSeq(name, func(c rune) bool { return c == '/' || c == '\\' }) {
			if part == "." || part == ".." {
				return false
			}
		}
	}
	return true
}

// hasScheme reports whether a path begins with a scheme and "//", which no
// segment of a service can.
func hasScheme(path string) bool {
	at := strings.IndexAny(path, ":/?('")
	return at > 0 && strings.HasPrefix(path[at:], "://")
}

func splitAbsolute(text string) (scheme, authority, path string, ok bool) {
	scheme, rest, found := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	if !found || scheme != "http" && scheme != "https" {
		return "", "", "", false
	}
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	authority, path = rest[:end], rest[end:]
	if path == "" {
		path = "/"
	}
	return scheme, canonicalAuthority(scheme, authority), path, authority != ""
}

// canonicalAuthority makes authorities comparable. Nothing is taken out of them
// but the default port: user information makes one differ from any host.
func canonicalAuthority(scheme, authority string) string {
	port := ":80"
	if scheme == "https" {
		port = ":443"
	}
	return strings.TrimSuffix(strings.ToLower(authority), port)
}
