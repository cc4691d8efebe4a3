package entities_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// raw sends text over a connection of its own and returns all that comes back.
func raw(t testing.TB, address, text string) (head, body string) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(answer), "\r\n\r\n")
	if !ok {
		t.Fatalf("no answer: %q", answer)
	}
	return head, body
}

// TestOnTheWire looks at the bytes of connections, where net/http could have added what
// no handler sees: a type above all, which makes jQuery fail on an empty body.
func TestOnTheWire(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Plain, "600"))
	s.create(t, jen, of(pamtest.Approval, "600"))
	s.create(t, jen, of(pamtest.Approval, "600"))
	web := httptest.NewServer(s.Handler)
	defer web.Close()
	address := web.Listener.Addr().String()
	for _, tt := range []struct {
		name, account, path, more, status string
	}{
		{"Close", jen, "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')/Close", "Content-Length: 0\r\n\r\n", "200 OK"},
		{"Close, encoded", jen, "pamrequests%28guid%27" + pamtest.ID(9, 1).String() + "%27%29/Close/", "Content-Length: 0\r\n\r\n", "200 OK"},
		{"Close without a length", jen, "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')/Close", "\r\n", "200 OK"},
		{"Approve", omar, approval(2) + "/Approve", "Content-Length: 0\r\n\r\n", "200 OK"},
		{"Approve with JSON", omar, approval(2) + "/Approve", "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "200 OK"},
		{"Reject with a form in chunks", omar, approval(3) + "/Reject", formType + "\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nReason=x\r\n0\r\n\r\n", "200 OK"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head, body := raw(t, address, "POST "+root+tt.path+" HTTP/1.1\r\nHost: host\r\nAccept: */*\r\nOrigin: "+portal+"\r\nAuthorization: Test "+tt.account+"\r\nConnection: close\r\n"+tt.more)
			lines := "\n" + strings.ToLower(strings.ReplaceAll(head, "\r", ""))
			if !strings.HasPrefix(head, "HTTP/1.1 "+tt.status) || body != "" {
				t.Errorf("%s\n\n%q", head, body)
			}
			for _, absent := range []string{"\ncontent-type:", "\ntransfer-encoding:", "\ndataserviceversion:"} {
				if strings.Contains(lines, absent) {
					t.Errorf("an empty answer with%s\n%s", absent, head)
				}
			}
			for _, present := range []string{"\ncontent-length: 0", "\ncache-control: no-store", "\naccess-control-allow-origin: " + portal} {
				if !strings.Contains(lines, present) {
					t.Errorf("an answer without%s\n%s", present, head)
				}
			}
		})
	}
	for _, tt := range []struct{ name, text, status, code string }{
		{"a form in chunks", "POST " + root + "pamrequests HTTP/1.1\r\nHost: host\r\nAuthorization: Test " + jen + "\r\nConnection: close\r\n" + formType + "\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nRoleId=\r\n24\r\n" +
			pamtest.Plain.String() + "\r\n10\r\n&RequestedTTL=60\r\n0\r\n\r\n", "201 Created", ""},
		{"blanks in the address are not HTTP", "GET " + root + "pamroles?$filter=TTL eq 1 HTTP/1.1\r\nHost: host\r\nAuthorization: Test " + jen + "\r\nConnection: close\r\n\r\n", "400 Bad Request", "plain"},
		{"too much in chunks", "POST " + root + "pamrequests HTTP/1.1\r\nHost: host\r\nAuthorization: Test " + jen + "\r\nConnection: close\r\n" + formType + "\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" +
			strings.Repeat("x", 0x10001) + "\r\n0\r\n\r\n", "413 Request Entity Too Large", "BodyTooLarge"},
		{"too much, as its length says", "POST " + root + "pamrequests HTTP/1.1\r\nHost: host\r\nAuthorization: Test " + jen + "\r\nConnection: close\r\n" + formType + "\r\nContent-Length: 999999\r\n\r\n", "413 Request Entity Too Large", "BodyTooLarge"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head, body := raw(t, address, tt.text)
			if !strings.HasPrefix(head, "HTTP/1.1 "+tt.status) {
				t.Fatalf("%s, want %s\n%s", head, tt.status, body)
			}
			if tt.code == "plain" || tt.code == "" {
				return
			}
			res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head+"\r\n\r\n"+body)), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if code, _ := codeOf(t, answer{res.StatusCode, res.Header, string(text)}); code != tt.code {
				t.Errorf("%s, want %s", code, tt.code)
			}
		})
	}
}
