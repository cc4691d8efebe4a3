package service

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
	"github.com/pamodata/pamodata/odata/format/verbose"
	"github.com/pamodata/pamodata/odata/uri"
)

// Config is what a service needs beside its sets. Only Namespace is required.
type Config struct {
	// Namespace qualifies the names of types and of the container in $metadata.
	Namespace string

	// Container names the entity container. Default "Container".
	Container string

	// Root is the path the service is mounted under. Default "/".
	Root string

	// BaseURL returns scheme and authority of the service as the client of r
	// sees it, without a trailing slash: "https://pam.example:8086". Links are
	// made from it. Default: the request's own scheme and Host, which only a
	// service without proxies in front and without shared caches should use.
	BaseURL func(r *http.Request) string

	// Model is a complete model, such as one read by package csdl, for sets that
	// provide data only. Default: made from the sets' schemas.
	Model *metadata.Model

	Profile odata.Profile
	Limits  Limits

	// Operations are the unbound operations: service operations and functions.
	// A given Model must declare each as a function import.
	Operations []odata.Operation

	// PageSize is the greatest number of entities in one answer, for sets that
	// do not say; more become a next link. Default 200; odata.NoPaging for none.
	PageSize int

	// TokenKey is the secret that next links are sealed with, at least 16 bytes.
	// Services that share it and the model follow each other's links. Default: a
	// random one; links then end with the process.
	TokenKey []byte

	// AssociationLinks adds the $links address of each navigation property to
	// entities in Atom and JSON verbose. Default off; JSON light at full metadata
	// has them always.
	AssociationLinks bool

	// Repeats remembers the answers to requests that name themselves with
	// Repeatability-Request-ID, and sends them again when such a request is
	// repeated. Default: in memory, 10,000 answers of the last day.
	Repeats odata.Repeats

	// Clock is the time of writing that Atom needs, and the instant of requests, see
	// [odata.Instant]. Default time.Now.
	Clock func() time.Time

	// Explain tells who may ask, with Prefer: pamodata.explain, how a request would be
	// answered: with which statements, guards included. The preference of anybody
	// else means nothing. Default: nobody may.
	Explain func(ctx context.Context) bool

	// SlowQuery is how long a read of a provider may take before it is logged as a
	// warning, without anything that the client has chosen: at most once a minute for
	// each shape of request. Default 0: none is, and nothing is measured.
	SlowQuery time.Duration

	// SlowRows is how many entities of one read the service may go through itself, for
	// what the provider has left to it, before the read is logged as one that is slow.
	// Default 10,000.
	SlowRows int

	// Logger receives the private causes of errors. Default [slog.Default].
	Logger *slog.Logger
}

// A Service answers the requests below one service root. It is immutable and
// safe for concurrent use.
type Service struct {
	root         string // with both slashes
	baseURL      func(*http.Request) string
	profile      odata.Profile
	limits       Limits
	pageSize     int // odata.NoPaging for none
	clock        func() time.Time
	logger       *slog.Logger
	model        *metadata.Model
	binder       *bind.Binder
	tokens       *sealer
	sets         map[*metadata.EntitySet]*set
	operations   map[*metadata.FunctionImport]*odata.Operation
	listed       []*metadata.EntitySet // of the service document
	recentBase   atomic.Pointer[bases]
	headers      fixedHeaders
	offers       representations
	writers      [slots]format.Format
	readers      readers
	foreignKeys  map[*metadata.EntitySet][]foreignKey
	cascades     map[*metadata.EntitySet][]cascade
	stateful     bool             // some operations are not always available
	readInstants bool             // some set asks for the instant of a request
	transactor   odata.Transactor // of all sets; nil where there are several
	repeats      odata.Repeats
	explain      func(context.Context) bool
	slow         *slowLog                                     // nil: nothing is measured
	encoders     map[*odata.Projection]*[slots]format.Encoder // default projections
	chosen       encoders                                     // of those that requests choose

	metadataDocument []byte
	metadataETag     []string
	metadataVersion  version
	metadataRequest  parsedRequest // empty where it is bound like any other
}

// A set is an entity set bound to the model.
type set struct {
	odata.EntitySet
	declared *metadata.EntitySet

	// whole is the set as operations have it: its Reader leaves nothing over.
	whole odata.EntitySet
}

// New makes a service of sets. It reports everything that is wrong with the
// model and the registrations at once.
func New(config Config, sets ...odata.EntitySet) (*Service, error) {
	s := &Service{
		root:     "/" + strings.Trim(config.Root, "/") + "/",
		baseURL:  config.BaseURL,
		profile:  config.Profile,
		limits:   config.Limits.withDefaults(),
		pageSize: config.PageSize,
		clock:    config.Clock,
		logger:   config.Logger,
		model:    config.Model,
		sets:     map[*metadata.EntitySet]*set{},
	}
	if s.root == "//" {
		s.root = "/"
	}
	if s.baseURL == nil {
		s.baseURL = requestBase
	}
	if s.pageSize == 0 {
		s.pageSize = defaultPageSize
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	s.limits.URI.Again = s.profile.Loose.Again
	if s.profile.Version == "" {
		s.profile.Version = "3.0;"
	}
	if s.profile.CacheControl == "" {
		s.profile.CacheControl = "no-cache"
	}

	problems := checkSets(config, sets)
	if s.model == nil {
		container := config.Container
		if container == "" {
			container = "Container"
		}
		var more []error
		s.model, more = compose(config.Namespace, container, config.Operations, sets)
		problems = append(problems, more...)
	}
	if err := s.model.Resolve(); err != nil {
		return nil, errors.Join(append(problems, err)...)
	}
	problems = append(problems, s.register(sets)...)
	problems = append(problems, s.registerOperations(config, sets)...)
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if err := s.prepare(config, sets); err != nil {
		return nil, err
	}
	return s, nil
}

const defaultPageSize = 200

// checkSets finds mistakes that need no model.
func checkSets(config Config, sets []odata.EntitySet) []error {
	var problems []error
	report := func(set *odata.EntitySet, text string, args ...any) {
		where := set.Name
		if where == "" {
			where = "a set without a name"
		}
		if set.Source != "" {
			where += " (" + set.Source + ")"
		}
		problems = append(problems, fmt.Errorf("%s: "+text, append([]any{where}, args...)...))
	}
	if config.Namespace == "" && config.Model == nil {
		problems = append(problems, errors.New("Config.Namespace is empty: types need one in $metadata"))
	}
	first := map[string]*odata.EntitySet{}
	for i := range sets {
		set := &sets[i]
		if other, twice := first[set.Name]; twice {
			report(set, "registered twice, first at %s", orUnknown(other.Source))
			continue
		}
		first[set.Name] = set
		if set.Schema.Err != nil {
			report(set, "%w", set.Schema.Err)
		} else if set.Schema.Entity == nil && config.Model == nil {
			report(set, "has no entity type: Schema.Entity is nil and Config.Model is not given")
		}
		if set.Reader == nil {
			report(set, "has no Reader")
		}
		if set.Guard == nil {
			report(set, "has no Guard; use odata.Everyone() to admit every authenticated caller")
		}
		if made, ok := set.Guard.(interface{ Err() error }); ok && made.Err() != nil {
			report(set, "its Guard cannot work: %w", made.Err())
		}
	}
	return problems
}

func orUnknown(source string) string {
	if source == "" {
		return "an unknown place"
	}
	return source
}

// register binds each provider to its entity set in the model.
func (s *Service) register(sets []odata.EntitySet) []error {
	var problems []error
	box := s.model.DefaultContainer()
	if box == nil {
		return []error{errors.New("the model has no entity container")}
	}
	for i := range sets {
		declared := box.EntitySet(sets[i].Name)
		if declared == nil {
			problems = append(problems, fmt.Errorf("%s: the model has no entity set of this name", sets[i].Name))
			continue
		}
		bound := &set{EntitySet: sets[i], declared: declared, whole: sets[i]}
		bound.whole.Reader = wholeReader{s}
		s.sets[declared] = bound
		s.readInstants = s.readInstants || sets[i].ReadsInstant
	}
	for _, declared := range box.AllEntitySets() {
		if s.sets[declared] == nil {
			problems = append(problems, fmt.Errorf("%s: the model's entity set has no provider", declared.Name))
			continue
		}
		s.listed = append(s.listed, declared)
	}
	return problems
}

// prepare computes everything that does not depend on a request.
func (s *Service) prepare(config Config, sets []odata.EntitySet) error {
	document, err := csdl.Marshal(s.model)
	if err != nil {
		return fmt.Errorf("$metadata: %w", err)
	}
	sum := sha256.Sum256(document)
	s.metadataDocument = document
	s.metadataETag = []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	s.metadataVersion = v3
	for _, v := range []version{v1, v2} {
		if s.model.DataServiceVersion == v.String() {
			s.metadataVersion = v
		}
	}

	byName := make(map[string]odata.EntitySet, len(sets))
	for _, set := range sets {
		byName[set.Name] = set
	}
	s.binder, err = bind.New(s.model, bind.Options{
		Sets: byName, MaxTop: s.limits.Top, MaxSkip: s.limits.Skip, PageSize: max(s.pageSize, 0),
		Literals: s.limits.URI, Loose: s.profile.Loose,
		Offered: func(f *metadata.FunctionImport) bool { return s.operations[f] != nil },
	})
	if err != nil {
		return err
	}
	if s.tokens, err = newSealer(config.TokenKey); err != nil {
		return err
	}
	s.explain, s.slow = config.Explain, newSlowLog(config, s)
	s.headers = newFixedHeaders(s.profile)
	s.offers = newRepresentations(s.profile)
	s.writers = newWriters(config.AssociationLinks)
	s.readers = readers{light: jsonlight.NewReader(), verbose: verbose.NewReader(), atom: atom.NewReader()}
	s.transactor = sharedTransactor(sets)
	s.foreignKeys, s.cascades = foreignKeys(s.listed), cascades(s.listed)
	if s.repeats = config.Repeats; s.repeats == nil {
		s.repeats = newRecentAnswers(s.clock)
	}
	s.bindMetadata()
	s.encoders = map[*odata.Projection]*[slots]format.Encoder{}
	for _, declared := range s.listed {
		syntax, err := uri.Parse(string(uri.EscapeSegment(nil, declared.Name)), "", s.limits.URI)
		if err != nil {
			return fmt.Errorf("%s: %w", declared.Name, err)
		}
		req, err := s.binder.Request(syntax)
		if err != nil {
			return fmt.Errorf("%s: %w", declared.Name, err)
		}
		compiled := new([slots]format.Encoder)
		for slot, writer := range s.writers {
			compiled[slot] = writer.Compile(req.Projection)
		}
		s.encoders[req.Projection] = compiled
	}
	return nil
}

// Model is the service's model; it must not be changed.
func (s *Service) Model() *metadata.Model { return s.model }

// Root is the path the service is mounted under, with both slashes.
func (s *Service) Root() string { return s.root }

// String is the text of a version header, without client information.
func (v version) String() string { return string([]byte{byte('0' + v/10), '.', byte('0' + v%10)}) }

// requestBase takes scheme and authority from the request itself. A request of
// HTTP/1.0 may name no host: then it is the address it came in at.
func requestBase(r *http.Request) string {
	host := r.Host
	if host == "" {
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
			host = local.String()
		}
	}
	if r.TLS != nil {
		return "https://" + host
	}
	return "http://" + host
}
