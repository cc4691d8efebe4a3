package service_test

import (
	"testing"

	"github.com/pamodata/pamodata/odata/providertest"
)

// TestTranscripts replays testdata/*.txt against the demo model, in the accent
// of WCF Data Services.
func TestTranscripts(t *testing.T) {
	providertest.Transcripts(t, demoService(t, nil), "testdata")
}
