package entities_test

import (
	"testing"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
)

// newService is the PAM service as cmd/pamodata composes it.
func newService(t testing.TB) *service.Service {
	t.Helper()
	svc, err := service.New(service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      "/api/pamresources/",
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging,
	}, entities.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

func TestTranscripts(t *testing.T) {
	providertest.Transcripts(t, newService(t), "testdata")
}
