package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestClients runs clients that others wrote against the writable copy, each test
// against one of its own.
func TestClients(t *testing.T) {
	const advice = "install the packages nodejs and npm, then run 'npm ci' in .ci/e2e"
	node := tool(t, "node", advice)
	clients, err := filepath.Abs(filepath.Join("..", "..", ".ci", "e2e"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ test, client string }{
		{"datajs", "datajs"},
		{"datajs-write", "datajs"},
		{"devextreme", "devextreme"},
		{"devextreme-write", "devextreme"},
		{"jquery-write", "jquery"},
	} {
		t.Run(tt.test, func(t *testing.T) {
			for _, needed := range []string{tt.client, "jsdom"} {
				if _, err := os.Stat(filepath.Join(clients, "node_modules", needed)); err != nil {
					lacking(t, needed, advice)
				}
			}
			server := httptest.NewServer(demo(t, memoryOnly, false))
			defer server.Close()
			test := exec.Command(node, "--test", tt.test+".test.mjs")
			test.Dir = clients
			test.Env = append(os.Environ(),
				"TZ=UTC",
				"SERVICE_ROOT="+server.URL+root,
				"PAGED_ROOT="+server.URL+pagedRoot,
			)
			if out, err := test.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
