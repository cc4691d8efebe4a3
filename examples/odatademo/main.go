// Command odatademo serves the well-known public sample service of OData 3.0,
// ODataDemo, from memory: products with categories, suppliers and details,
// people of three types, open types, media entities, named streams, places on
// earth, a service operation and two actions. Samples written for that service
// run against it unchanged.
//
// Everybody may change everything, as in the private copy the public service
// gave its visitors; a restart brings the first data back. With --read-only it
// is the copy that all visitors shared.
//
// The model is the $metadata document the public service sent, read by package
// csdl; the data are Go literals in data*.go.
package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
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

// newService serves data of its own as the public service did: to everyone, in
// Atom unless asked otherwise, and with association links. The rest of config is
// the caller's.
func newService(config service.Config, readOnly bool) (*service.Service, error) {
	model, err := newModel(readOnly)
	if err != nil {
		return nil, err
	}
	store, err := memory.NewStore(model, demoData())
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	config.Model = model
	config.AssociationLinks = true
	config.Operations = []odata.Operation{productsByRating(model)}
	if readOnly {
		return service.New(config, store.Sets(memory.Guard(readers()))...)
	}
	sets := store.Sets(memory.Guard(odata.Public()))
	for i := range sets {
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

// newServer is the program but for its end: a server that can be started.
func newServer(args []string) (*http.Server, error) {
	flags := flag.NewFlagSet("odatademo", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:8087", "address to listen on")
	readOnly := flags.Bool("read-only", false, "refuse every change with 403")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	svc, err := newService(service.Config{Root: root, PageSize: odata.NoPaging}, *readOnly)
	if err != nil {
		return nil, err
	}
	return &http.Server{Addr: *addr, Handler: svc, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}, nil
}

func run() error {
	server, err := newServer(os.Args[1:])
	if err != nil {
		return err
	}
	log.Printf("try http://%s%sProducts?$format=json", server.Addr, root)
	return server.ListenAndServe()
}

func main() { log.Fatal(run()) }
