package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/webhook"
	"github.com/pamodata/pamodata/metadata/edm"
)

// receiver is a web service that a Factor can ask: the other side.
type receiver struct {
	key  []byte
	dial func(phone, account, role string) // rings, and calls back decide

	mu    sync.Mutex
	state map[string]string // of each call
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	signed, err := io.ReadAll(http.MaxBytesReader(w, request.Body, 64<<10))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	reference := request.PathValue("reference")
	if request.Method == http.MethodGet {
		signed = []byte(reference)
	}
	if !verify(r.key, request.Header, signed, time.Now()) {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if request.Method == http.MethodPost {
		var call struct{ Request, Account, Phone, Role string }
		if json.Unmarshal(signed, &call) != nil {
			http.Error(w, "not JSON", http.StatusBadRequest)
			return
		}
		// The request is the same as the Idempotency-Key: nobody is rung twice for it.
		reference = call.Request
		if r.state[reference] == "" {
			r.state[reference] = "pending"
			r.dial(call.Phone, call.Account, call.Role)
		}
	}
	if r.state[reference] == "" {
		http.Error(w, "unknown", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"reference": reference, "state": r.state[reference]})
}

// decide ends a call.
func (r *receiver) decide(reference, state string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state[reference] = state
}

// verify tells whether a request has a signature of the key that is not old.
func verify(key []byte, header http.Header, signed []byte, now time.Time) bool {
	timestamp := header.Get("Pamodata-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, timestamp+".")
	mac.Write(signed)
	return hmac.Equal([]byte("v1="+hex.EncodeToString(mac.Sum(nil))), []byte(header.Get("Pamodata-Signature")))
}

// A web service that can be asked, and a factor that asks it.
func Example() {
	key := []byte("keep this somewhere safe")
	service := &receiver{key: key, state: map[string]string{}, dial: func(phone, account, role string) {
		fmt.Println("ring", phone, "for", account, "who wants", role)
	}}
	mux := http.NewServeMux()
	mux.Handle("POST /factor", service)
	mux.Handle("GET /factor/{reference}", service)
	server := httptest.NewServer(mux)
	defer server.Close()

	folder, err := os.MkdirTemp("", "webhook")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	keyFile := filepath.Join(folder, "key")
	if err := os.WriteFile(keyFile, key, 0o600); err != nil {
		fmt.Println(err)
		return
	}

	factor, err := webhook.New(webhook.Config{URL: server.URL + "/factor", KeyFile: keyFile})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	call := pam.FactorCall{Request: edm.GUID{15: 1}, Account: `PRIV\Anna`, Phone: "+420 555 0100", Role: "DNS administrators"}
	for range 2 { // as after a restart
		reference, result, err := factor.Start(ctx, call)
		fmt.Println(reference, result.State == pam.FactorPending, err)
	}
	service.decide(call.Request.String(), "succeeded") // she has pressed the key
	result, err := factor.Poll(ctx, call.Request.String())
	fmt.Println(result.State == pam.FactorSucceeded, err)

	// Output:
	// ring +420 555 0100 for PRIV\Anna who wants DNS administrators
	// 00000000-0000-0000-0000-000000000001 true <nil>
	// 00000000-0000-0000-0000-000000000001 true <nil>
	// true <nil>
}
