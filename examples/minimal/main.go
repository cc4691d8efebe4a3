// Command minimal is a complete OData 3.0 service over a Go slice.
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// A Product is sold by the shop.
type Product struct {
	ID    int32 `odata:",key"`
	Name  string
	Price float64
}

var products = []Product{{0, "Bread", 2.5}, {1, "Milk", 3.5}, {2, "Vint soda", 20.9}}

func handler() (http.Handler, error) {
	return service.New(service.Config{Namespace: "Shop", Profile: odata.Profile{JSON: true}},
		memory.Set("Products", products, memory.Guard(odata.Public())))
}

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "address to listen on")
	flag.Parse()
	h, err := handler()
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("try http://%s/Products?$filter=Price%%20gt%%203", *addr)
	log.Fatal(http.ListenAndServe(*addr, h))
}
