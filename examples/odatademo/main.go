// Command odatademo serves the well-known public sample service of OData 3.0,
// ODataDemo, from memory: products with categories, suppliers and details,
// people of three types, open types, media entities, named streams, places on
// earth and a service operation. Samples written for that service run against it
// unchanged.
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

// newStore reads the model and fills a store of its entity sets.
func newStore() (*metadata.Model, *memory.Store, error) {
	model, err := csdl.Read(bytes.NewReader(document))
	if err != nil {
		return nil, nil, fmt.Errorf("odatademo-v3.metadata.xml: %w", err)
	}
	store, err := memory.NewStore(model, demoData())
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	return model, store, nil
}

// newService serves a store as the public service did: to everyone, in Atom
// unless asked otherwise, with association links, and in feeds of any length
// when pageSize is [odata.NoPaging]. The rest of config is the caller's.
func newService(config service.Config, model *metadata.Model, store *memory.Store, pageSize int) (*service.Service, error) {
	config.Model = model
	config.Operations = operations(model)
	config.AssociationLinks = true
	return service.New(config, store.Sets(memory.Guard(odata.Public()), memory.PageSize(pageSize))...)
}

func run() error {
	addr := flag.String("addr", "127.0.0.1:8087", "address to listen on")
	flag.Parse()
	model, store, err := newStore()
	if err != nil {
		return err
	}
	svc, err := newService(service.Config{Root: root}, model, store, odata.NoPaging)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: *addr, Handler: svc, ReadHeaderTimeout: 10 * time.Second}
	log.Printf("try http://%s%sProducts?$format=json", *addr, root)
	return server.ListenAndServe()
}

func main() { log.Fatal(run()) }
