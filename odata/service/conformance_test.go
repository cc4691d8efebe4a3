package service_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// TestConformance judges the service on the provider that keeps entities in
// memory.
func TestConformance(t *testing.T) {
	demo := demoService(t, nil)
	json := demoService(t, func(c *service.Config) {
		c.Root, c.Profile, c.PageSize = "/json", odata.Profile{JSON: true}, 1
	})
	kinds := kindService(t)
	providertest.Conformance(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/json"):
			json.ServeHTTP(w, r)
		case strings.HasPrefix(path, "/kinds"):
			kinds.ServeHTTP(w, r)
		default:
			demo.ServeHTTP(w, r)
		}
	}))
	providertest.WriteConformance(t, stageService)
}

// stageService serves a stage on the provider that keeps entities in memory.
func stageService(tb testing.TB, stage providertest.Stage) http.Handler {
	tb.Helper()
	store, err := memory.NewStore(stage.Model, stage.Data)
	if err != nil {
		tb.Fatal(err)
	}
	sets := store.Sets()
	config := service.Config{Model: stage.Model, Root: "/svc", Profile: stage.Profile}
	if stage.Demo {
		config.Operations = append(testmodel.Operations(stage.Model), testmodel.Actions(stage.Model, sets)...)
	}
	svc, err := service.New(config, sets...)
	if err != nil {
		tb.Fatal(err)
	}
	return svc
}
