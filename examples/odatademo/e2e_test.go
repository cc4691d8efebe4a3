package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestClients runs clients that others wrote against the service.
func TestClients(t *testing.T) {
	const advice = "install the packages nodejs and npm, then run 'npm ci' in .ci/e2e"
	node := tool(t, "node", advice)
	clients, err := filepath.Abs(filepath.Join("..", "..", ".ci", "e2e"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(demo(t))
	defer server.Close()
	for _, name := range []string{"datajs", "devextreme"} {
		t.Run(name, func(t *testing.T) {
			for _, needed := range []string{name, "jsdom"} {
				if _, err := os.Stat(filepath.Join(clients, "node_modules", needed)); err != nil {
					lacking(t, needed, advice)
				}
			}
			test := exec.Command(node, "--test", name+".test.mjs")
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
