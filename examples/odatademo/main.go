// Command odatademo serves the well-known public sample service of OData 3.0,
// ODataDemo: products with categories, suppliers and details, people of three
// types, open types, media entities, named streams, places on earth, a service
// operation and two actions. Samples written for that service run against it
// unchanged.
//
// Everybody may change everything, as in the private copy the public service
// gave its visitors. The data are in memory, and a restart brings the first ones
// back, or with --store in a database of SQLite or PostgreSQL. With --read-only
// it is the copy that all visitors shared.
//
// The model is the $metadata document the public service sent, read by package
// csdl; the data are Go literals in data*.go.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
)

// root is the path the public service had.
const root = "/V3/OData/OData.svc/"

//go:embed odatademo-v3.metadata.xml
var document []byte

// newModel reads the model of the writable copy, or of the read-only one.
func newModel(readOnly bool) (*metadata.Model, error) {
	model, err := csdl.ReadDefinitions(bytes.NewReader(document))
	if err == nil {
		if readOnly {
			dropActions(model)
		}
		err = model.Resolve()
	}
	if err != nil {
		return nil, fmt.Errorf("odatademo-v3.metadata.xml: %w", err)
	}
	return model, nil
}

// newService serves what a storage keeps as the public service did: to everyone,
// in Atom unless asked otherwise, and with association links. The rest of config
// is the caller's.
func newService(ctx context.Context, config service.Config, keep storage, readOnly bool) (*service.Service, error) {
	model, err := newModel(readOnly)
	if err != nil {
		return nil, err
	}
	sets, err := keep(ctx, model)
	if err != nil {
		return nil, err
	}
	config.Model = model
	config.AssociationLinks = true
	config.Operations = []odata.Operation{productsByRating(model)}
	for i := range sets {
		if sets[i].Guard = odata.Public(); readOnly {
			sets[i].Guard = readers()
			continue
		}
		switch sets[i].Name {
		case "Products":
			sets[i].Operations = []odata.Operation{discount(model)}
		case "Persons":
			config.Operations = append(config.Operations, increaseSalaries(model, sets[i]))
		case "Suppliers":
			countChanges(&sets[i], model)
		}
		limit(&sets[i])
	}
	return service.New(config, sets...)
}

// newServer is the program but for its end: a server that can be started, and
// close to end what it has opened, after the last request.
func newServer(ctx context.Context, args []string) (server *http.Server, close func() error, err error) {
	flags := flag.NewFlagSet("odatademo", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:8087", "address to listen on")
	readOnly := flags.Bool("read-only", false, "refuse every change with 403")
	store := flags.String("store", "memory", "where the data are: memory, sqlite:///path/of/a.db, sqlite::memory: or postgres://user@host/database")
	if err := flags.Parse(args); err != nil {
		return nil, nil, err
	}
	keep, close, err := openStorage(ctx, *store)
	if err != nil {
		return nil, nil, err
	}
	svc, err := newService(ctx, service.Config{Root: root, PageSize: odata.NoPaging}, keep, *readOnly)
	if err != nil {
		return nil, nil, errors.Join(err, close())
	}
	return &http.Server{Addr: *addr, Handler: svc, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}, close, nil
}

// run serves until the program is told to end.
func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, close, err := newServer(ctx, os.Args[1:])
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	log.Printf("try http://%s%sProducts?$format=json", server.Addr, root)
	select {
	case err = <-ended:
	case <-ctx.Done():
		stop() // a second signal ends the program at once
		err = server.Shutdown(context.Background())
	}
	return errors.Join(err, close())
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
