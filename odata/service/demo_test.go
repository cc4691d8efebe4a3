package service_test

import (
	"context"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// demoService serves the demo model below /svc/.
func demoService(t testing.TB, change func(*service.Config)) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	config := service.Config{Model: model, Root: "/svc", Operations: testmodel.Operations(model)}
	if change != nil {
		change(&config)
	}
	svc, err := service.New(config, testmodel.Sets(t, model)...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// writableService is demoService with the actions of the model.
func writableService(t testing.TB, change func(*service.Config)) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	sets := testmodel.Sets(t, model)
	config := service.Config{Model: model, Root: "/svc", Operations: append(testmodel.Operations(model), testmodel.Actions(model, sets)...)}
	if change != nil {
		change(&config)
	}
	svc, err := service.New(config, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// kindService serves the model of all primitive types below /kinds/.
func kindService(t testing.TB) *service.Service {
	t.Helper()
	model := testmodel.Kinds(t)
	svc, err := service.New(service.Config{Model: model, Root: "/kinds", Operations: testmodel.KindOperations(model)},
		testmodel.KindSets(t, model)...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// asCaller is a context with a caller.
func asCaller(ctx context.Context) context.Context {
	return odata.WithPrincipal(ctx, odata.Principal{Name: `PRIV\Jen`, Method: "test"})
}
