package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/webhook"
	"github.com/pamodata/pamodata/metadata/edm"
)

const (
	phone = "+420 555 010 011"
	token = "a-token-of-the-test"
	key   = "the key of the signatures"
)

var call = pam.FactorCall{Request: edm.GUID{0xab, 15: 0xcd}, Account: `PRIV\Anna`, Phone: phone, Role: `<DNS> & "mail"`}

func secret(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// serve starts a web service that answers with handle.
func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server
}

func factor(t *testing.T, c webhook.Config) *webhook.Factor {
	t.Helper()
	if c.TokenFile == "" && c.KeyFile == "" {
		c.TokenFile = secret(t, token)
	}
	f, err := webhook.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestRequests(t *testing.T) {
	type request struct{ Method, URI, Type, Key, Authorization, Timestamp, Signature, Body string }
	var got []request
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		h := r.Header
		got = append(got, request{r.Method, r.RequestURI, h.Get("Content-Type"), h.Get("Idempotency-Key"), h.Get("Authorization"),
			h.Get("Pamodata-Timestamp"), h.Get("Pamodata-Signature"), string(text)})
		io.WriteString(w, `{"reference":"a/b%:7","state":"pending"}`)
	})
	keyFile, tokenFile := secret(t, key+"\n"), secret(t, token+"\r\n")
	now := time.Unix(1764086400, 5)
	f := factor(t, webhook.Config{URL: server.URL + "/factor/", TokenFile: tokenFile, KeyFile: keyFile, Now: func() time.Time { return now }})
	reference, result, err := f.Start(t.Context(), call)
	if err != nil || reference != "a/b%:7" || result.State != pam.FactorPending {
		t.Fatalf("Start: %q, %v, %v", reference, result, err)
	}
	if result, err := f.Poll(t.Context(), reference); err != nil || result.State != pam.FactorPending {
		t.Fatalf("Poll: %v, %v", result, err)
	}
	if err := os.WriteFile(tokenFile, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Poll(t.Context(), reference); err != nil {
		t.Fatal(err)
	}
	sign := func(text string) string {
		mac := hmac.New(sha256.New, []byte(key))
		io.WriteString(mac, "1764086400."+text)
		return "v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	const id = "ab000000-0000-0000-0000-0000000000cd"
	const text = `{"request":"` + id + `","account":"PRIV\\Anna","phone":"` + phone + `","role":"<DNS> & \"mail\""}`
	want := []request{
		{"POST", "/factor", "application/json", id, "Bearer " + token, "1764086400", sign(text), text},
		{"GET", "/factor/a%2Fb%25:7", "", "", "Bearer " + token, "1764086400", sign("a/b%:7"), ""},
		{"GET", "/factor/a%2Fb%25:7", "", "", "Bearer another", "1764086400", sign("a/b%:7"), ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestAnswers(t *testing.T) {
	pad := strings.Repeat(" ", 64<<10)
	long := strings.Repeat("r", 201)
	for _, test := range []struct {
		name      string
		status    int
		body      string
		reference string
		state     pam.FactorState
		reason    string
		err       string // what is in it; empty for none
		why       string
	}{
		{"pending", 200, `{"reference":"17","state":"pending"}`, "17", pam.FactorPending, "", "", "the ordinary beginning"},
		{"created", 201, `{"reference":"17","state":"pending"}`, "17", pam.FactorPending, "", "", "any status of success"},
		{"at once", 200, `{"state":"succeeded"}`, "", pam.FactorSucceeded, "", "", "what has ended needs no reference"},
		{"failed", 200, `{"reference":"17","state":"failed","reason":"nobody answered"}`, "17", pam.FactorFailed, "nobody answered", "", "with its reason"},
		{"reason of a success", 200, `{"state":"succeeded","reason":"pressed #"}`, "", pam.FactorSucceeded, "", "", "reasons are of failures"},
		{"unknown names", 200, `{"version":{"a":[1]},"state":"failed","State":"succeeded"}`, "", pam.FactorFailed, "", "", "names are compared exactly, and others ignored"},
		{"null", 200, `{"reference":null,"state":"failed","reason":null}`, "", pam.FactorFailed, "", "", "null is as if left out"},
		{"phone in the reason", 200, `{"state":"failed","reason":"` + phone + ` was busy, (420) 555-010-011 too, code 123"}`, "", pam.FactorFailed, "(number) was busy, (number) too, code 123", "", "the audit trail is not for phone numbers"},
		{"lines in the reason", 200, `{"state":"failed","reason":"one\r\ntwo\u0000\u202ethree\u2028"}`, "", pam.FactorFailed, "one  two  three", "", "one line, as it is written"},
		{"long reason", 200, `{"state":"failed","reason":"` + strings.Repeat("ž", 201) + `"}`, "", pam.FactorFailed, strings.Repeat("ž", 199) + "…", "", "200 characters"},
		{"just not too long", 200, `{"state":"failed"}` + pad[:64<<10-18], "", pam.FactorFailed, "", "", "64 KiB are allowed"},
		{"too long", 200, `{"state":"failed"}` + pad[:64<<10-17], "", 0, "", "longer than 65536", "and not a byte more"},
		{"longest reference", 200, `{"reference":"` + long[:200] + `","state":"pending"}`, long[:200], pam.FactorPending, "", "", "200 characters"},
		{"long reference", 200, `{"reference":"` + long + `","state":"pending"}`, "", 0, "", "reference", "and not more"},
		{"reference up", 200, `{"reference":"..","state":"pending"}`, "", 0, "", "reference", "a step in a path is none"},
		{"reference with a blank", 200, `{"reference":"a b","state":"pending"}`, "", 0, "", "reference", "not one of the characters"},
		{"reference with a query", 200, `{"reference":"a?b","state":"pending"}`, "", 0, "", "reference", "not one of the characters"},
		{"reference with a line", 200, `{"reference":"a\nb","state":"pending"}`, "", 0, "", "reference", "not one of the characters"},
		{"no reference", 200, `{"state":"pending"}`, "", 0, "", "no reference", "nobody could ask about it"},
		{"reference a number", 200, `{"reference":17,"state":"pending"}`, "", 0, "", "JSON", "references are texts"},
		{"unknown state", 200, `{"reference":"17","state":"ringing"}`, "", 0, "", "state", "there are three"},
		{"state in capitals", 200, `{"state":"Succeeded"}`, "", 0, "", "state", "compared exactly"},
		{"no state", 200, `{"reference":"17"}`, "", 0, "", "state", "it is the answer"},
		{"state twice", 200, `{"state":"failed","state":"succeeded"}`, "", 0, "", "JSON", "which one is meant?"},
		{"two objects", 200, `{"state":"succeeded"}{}`, "", 0, "", "JSON", "one answer to one question"},
		{"cut off", 200, `{"state":"succeeded"`, "", 0, "", "JSON", "not an object"},
		{"list", 200, `[{"state":"succeeded"}]`, "", 0, "", "JSON", "not an object"},
		{"a page", 200, `<html>signed in</html>`, "", 0, "", "JSON", "not an object"},
		{"nothing", 200, ``, "", 0, "", "JSON", "not an object"},
		{"no content", 204, ``, "", 0, "", "JSON", "a success that says nothing is none"},
		{"not found", 404, `{"state":"succeeded"}`, "", 0, "", "status 404", "only 2xx counts"},
		{"broken", 500, `{"state":"succeeded"}`, "", 0, "", "status 500", "only 2xx counts"},
		{"not modified", 304, ``, "", 0, "", "status 304", "only 2xx counts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(test.status)
				io.WriteString(w, test.body)
			})
			f := factor(t, webhook.Config{URL: server.URL})
			reference, result, err := f.Start(t.Context(), call)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Fatalf("%v, want %q: %s", err, test.err, test.why)
			}
			if reference != test.reference || result.State != test.state || result.Reason != test.reason {
				t.Errorf("%q, %v: %s", reference, result, test.why)
			}
		})
	}
}

func TestPoll(t *testing.T) {
	const asked = "call-17"
	for _, test := range []struct {
		name, body string
		state      pam.FactorState
		ok         bool
		why        string
	}{
		{"pending", `{"state":"pending"}`, pam.FactorPending, true, "the reference is known already"},
		{"succeeded", `{"reference":"call-17","state":"succeeded"}`, pam.FactorSucceeded, true, "the same reference"},
		{"failed", `{"state":"failed","reason":"busy"}`, pam.FactorFailed, true, "an answer"},
		{"another call", `{"reference":"call-18","state":"succeeded"}`, 0, false, "the success of somebody else"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, test.body) })
			result, err := factor(t, webhook.Config{URL: server.URL}).Poll(t.Context(), asked)
			if (err == nil) != test.ok || result.State != test.state {
				t.Errorf("%v, %v: %s", result, err, test.why)
			}
		})
	}
	server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	f := factor(t, webhook.Config{URL: server.URL})
	for _, reference := range []string{"", ".", "..", "a b", "a?b", "a#b", "ž", strings.Repeat("r", 201)} {
		if _, err := f.Poll(t.Context(), reference); err == nil {
			t.Errorf("the reference %q was accepted", reference)
		}
	}
}

func TestNoPhone(t *testing.T) {
	asked := 0
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		io.WriteString(w, `{"state":"succeeded"}`)
	})
	without := call
	without.Phone = ""
	_, result, err := factor(t, webhook.Config{URL: server.URL}).Start(t.Context(), without)
	if err != nil || result.State != pam.FactorFailed || result.Reason == "" || asked != 0 {
		t.Errorf("%v, %v, %d requests: without a phone the factor fails", result, err, asked)
	}
	_, result, err = factor(t, webhook.Config{URL: server.URL, PhoneOptional: true}).Start(t.Context(), without)
	if err != nil || result.State != pam.FactorSucceeded || asked != 1 {
		t.Errorf("%v, %v, %d requests: a web service that needs no phone decides", result, err, asked)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Error("the redirect was followed") })
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		f := factor(t, webhook.Config{URL: server.URL})
		if _, _, err := f.Start(t.Context(), call); err == nil {
			t.Errorf("Start: status %d counts as an answer", status)
		}
		if _, err := f.Poll(t.Context(), "17"); err == nil {
			t.Errorf("Poll: status %d counts as an answer", status)
		}
	}
}

// TestFailures has web services that do not answer as they should, and looks for the
// phone number and the token in errors.
func TestFailures(t *testing.T) {
	hijack := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, text)
			conn.Close()
		}
	}
	// wait ends when the client has gone, which is noticed after its body was read.
	wait := func(r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	for _, test := range []struct {
		name   string
		handle http.HandlerFunc
	}{
		{"closed", hijack("")},
		{"not HTTP", hijack(phone + " " + token + "\r\n\r\n")},
		{"header not HTTP", hijack("HTTP/1.1 200 OK\r\n" + phone + token + "\r\n\r\n")},
		{"cut off", hijack("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"state\":\"succeeded\"}")},
		{"chunk not HTTP", hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + phone + "\r\n")},
		{"endless header", hijack("HTTP/1.1 200 OK\r\nX: " + strings.Repeat(phone, 100<<10/len(phone)) + "\r\n\r\n{}")},
		{"status with the phone", func(w http.ResponseWriter, r *http.Request) { http.Error(w, phone+token, 400) }},
		{"JSON with the phone", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"state":%q}`, phone+token) }},
		{"never answers", func(w http.ResponseWriter, r *http.Request) { wait(r) }},
		{"never ends", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"state":`)
			w.(http.Flusher).Flush()
			wait(r)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(test.handle)
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.Start()
			t.Cleanup(server.Close)
			f := factor(t, webhook.Config{URL: server.URL, Timeout: 50 * time.Millisecond})
			_, result, err := f.Start(t.Context(), call)
			_, err2 := f.Poll(t.Context(), "reference-17")
			for _, err := range []error{err, err2} {
				if err == nil {
					t.Fatalf("%v: no error", result)
				}
				for _, secret := range []string{phone, token, "reference-17"} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("%q is in the error: %v", secret, err)
					}
				}
			}
			if result.State == pam.FactorSucceeded {
				t.Error("a failure became a success")
			}
		})
	}
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := factor(t, webhook.Config{URL: server.URL}).Start(ctx, call); !errors.Is(err, context.Canceled) {
		t.Errorf("the context has ended, and Start says %v", err)
	}
	server.Close()
	if _, _, err := factor(t, webhook.Config{URL: server.URL}).Start(t.Context(), call); err == nil {
		t.Error("nobody listens, and Start says nothing")
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"state":"succeeded"}`)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	ca := secret(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	if _, _, err := factor(t, webhook.Config{URL: server.URL, CAFile: ca}).Start(t.Context(), call); err != nil {
		t.Errorf("with its authority: %v", err)
	}
	if _, _, err := factor(t, webhook.Config{URL: server.URL}).Start(t.Context(), call); err == nil {
		t.Error("a certificate that nobody vouches for was accepted")
	}
}

func TestManyAtOnce(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var sent struct{ Account string }
		if json.NewDecoder(r.Body).Decode(&sent) == nil {
			fmt.Fprintf(w, `{"reference":%q,"state":"pending"}`, sent.Account)
			return
		}
		fmt.Fprintf(w, `{"reference":%q,"state":"succeeded"}`, strings.TrimPrefix(r.URL.Path, "/"))
	})
	f := factor(t, webhook.Config{URL: server.URL, KeyFile: secret(t, key)})
	var running sync.WaitGroup
	for i := range 20 {
		running.Go(func() {
			one := call
			one.Account = fmt.Sprintf("user%d", i)
			reference, _, err := f.Start(t.Context(), one)
			if err != nil || reference != one.Account {
				t.Errorf("Start: %q, %v", reference, err)
				return
			}
			if result, err := f.Poll(t.Context(), reference); err != nil || result.State != pam.FactorSucceeded {
				t.Errorf("Poll: %v, %v", result, err)
			}
		})
	}
	running.Wait()
}
