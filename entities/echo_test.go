package entities_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// TestNothingEchoed puts a marker into every place of a request. Whatever the answer
// says is wrong, the marker is not in it: portals put messages into their pages.
// Source: PAM REST API, errors.
func TestNothingEchoed(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Plain, "600"))
	s.create(t, jen, of(pamtest.Approval, "600"))
	r := rand.New(rand.NewPCG(12, 3))
	asked, refused := 0, 0
	for i := range 14 {
		marker := newMarker(r, i)
		for _, marked := range markedRequests(marker) {
			for _, account := range []string{jen, omar, nobody} {
				q := marked
				if q.account == "" {
					q.account = account
				} else if account != jen {
					continue
				}
				a := ask(t, s, q)
				asked++
				if a.Status == http.StatusInternalServerError && q.account != marker {
					t.Errorf("%s %s %v %s: %d %s", q.method, q.path, q.header, q.body, a.Status, a.Body)
				}
				if a.Status < 400 && !strings.Contains(a.Body, `"odata.error"`) {
					continue
				}
				refused++
				body := a.Body
				if at := strings.Index(body, `{"odata.error"`); at >= 0 {
					body = body[at:] // the parts of a batch before have identifiers of the client's
				}
				for _, form := range []string{marker, url.QueryEscape(marker), url.PathEscape(marker), strings.Trim(fmt.Sprintf("%q", marker), `"`), core(marker)} {
					if strings.Contains(strings.ToLower(body), strings.ToLower(form)) {
						t.Errorf("%s %s %v %s: the error says %q:\n%s", q.method, q.path, q.header, q.body, form, a.Body)
					}
					for name, values := range a.Header {
						if text := strings.Join(values, "\n"); strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
							t.Errorf("%s %s %v %s: %d, and the header %s says %q", q.method, q.path, q.header, q.body, a.Status, name, text)
						}
					}
				}
				if q.method != http.MethodHead && !strings.Contains(a.Body, `{"error":`) && !strings.HasPrefix(a.Body, "--") {
					codeOf(t, a)
				}
			}
		}
	}
	t.Logf("%d requests, %d refused", asked, refused)
	if refused < asked/2 {
		t.Errorf("only %d of %d requests were refused: the test has lost its force", refused, asked)
	}
}

// newMarker is a text that occurs nowhere else: letters alone, or among characters that
// mean something in a page, a URL, or a statement.
func newMarker(r *rand.Rand, i int) string {
	letters := make([]byte, 12)
	for i := range letters {
		letters[i] = byte('a' + r.IntN(26))
	}
	shapes := []string{"%s", "<b>%s</b>", "%s'", "'%s", "\"%s", "%s&lt;", "%s;--", "é%s", "%s\u2028", "(%s", "%s)", "{%s}", "%%%s", "%s\\"}
	return fmt.Sprintf(shapes[i%len(shapes)], "qx"+string(letters)+"xq")
}

// core is the part of a marker that nothing could have changed.
func core(marker string) string {
	at := strings.Index(marker, "qx")
	return marker[at : at+16]
}

// markedRequests are requests with a marker in each place.
func markedRequests(marker string) (all []request) {
	plain := core(marker) // where no other character may be
	query, path := url.QueryEscape(marker), url.PathEscape(marker)
	own := "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')"
	add := func(method, path string, rest ...string) {
		q := request{method: method, path: path}
		for _, h := range rest {
			if text, ok := strings.CutPrefix(h, "body="); ok {
				q.body = text
			} else {
				q.header = append(q.header, h)
			}
		}
		all = append(all, q)
	}
	for _, p := range []string{
		path, "pamrequests/" + path, "pamrequests('" + path + "')", "pamrequests(" + path + ")", "pamrequests(guid'" + path + "')", "pamrequests(" + path + "=1)",
		own + "/" + path, own + "/Justification/" + path, own + "/$links/" + path, own + "/Pam." + path, "pamrequests/Pam." + path, "$" + path, "$" + path + "/x",
		"sessioninfo('" + path + "')", "/" + path, "/api/" + path, "/api/session/" + path, "pamrequests/$count/" + path, own + "/Close/" + path, own + "/Close(" + path + ")",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			add(method, p)
		}
	}
	for _, q := range []string{
		"$filter=" + query, "$filter=" + query + "+eq+1", "$filter=Justification+eq+" + query, "$filter=Justification+eq+'" + query, "$filter=RequestedTTL+eq+'" + query + "'",
		"$filter=" + query + "(Justification)", "$filter=startswith(" + query + ",'a')", "$filter=CreationTime+gt+datetime'" + query + "'", "$filter=RoleId+eq+guid'" + query + "'",
		"$filter=RoleId+" + query + "+1", "$filter=isof('" + query + "')", "$filter=cast(Justification,'" + query + "')+eq+1", "$filter=RequestedTTL/" + query + "+eq+1",
		"$filter=RequestedTTL/any(" + query + ":true)", "$filter=substringof('" + query + "')", "$filter=length('" + query + "')+eq+'x'", "$filter=RequestedTTL+eq+time'" + query + "'",
		"$orderby=" + query, "$orderby=RoleId+" + query, "$select=" + query, "$select=RoleId/" + query, "$expand=" + query, "$top=" + query, "$skip=" + query,
		"$inlinecount=" + query, "$format=" + query, "$format=application/" + query, "$skiptoken=" + query, "$callback=" + query, "$" + query + "=1", "$" + query, "v=" + query,
		"v=1&v=" + query, query + "=1&" + query + "=2", "$filter=@" + query, "@" + query + "=1&@" + query + "=2", "$top=1&$top=" + query, "%zz" + query,
	} {
		add("GET", "pamrequests?"+q)
		add("GET", "pamrequests/$count?"+q)
		add("GET", own+"?"+q)
		add("POST", "pamrequests?"+q)
		add("POST", own+"/Nothing?"+q)
	}
	role := "RoleId=" + pamtest.Plain.String()
	for _, form := range []string{
		"RoleId=" + query + "&RequestedTTL=60", role + "&RequestedTTL=" + query, role + "&RequestedTTL=60&RequestedTime=" + query, role + "&Justification=" + query,
		role + "&RequestedTTL=60&Justification=%01" + query, role + "&RequestedTTL=60&RequestedTTL=" + query, query + "=" + query, query, role + "&RequestedTTL=60&" + query + "=%zz",
		"RoleId=" + noSuchKey + "&RequestedTTL=60&Justification=" + query,
	} {
		add("POST", "pamrequests", formType, "body="+form)
		add("POST", "pamrequests?"+form)
		add("POST", approval(2)+"/Nothing", formType, "body="+form)
	}
	add("POST", approval(2)+"/Approve?Reason=%01"+query)
	add("POST", approval(2)+"/Approve?Reason=a", formType, "body=Reason="+query)
	text := strings.ReplaceAll(strings.ReplaceAll(marker, `\`, `\\`), `"`, `\"`)
	for _, body := range []string{
		marker, `{"` + text + `":`, `{"RoleId":"` + text + `","RequestedTTL":60}`, `{"RoleId":["` + text + `"]}`, `{"RequestedTTL":` + plain + `}`,
		`{"RoleId":"` + pamtest.Plain.String() + `","RequestedTTL":"` + text + `"}`, `{"RoleId":"` + pamtest.Plain.String() + `","` + text + `":"` + text + `"}`,
		`{"RoleId":"` + pamtest.Plain.String() + `","RequestedTTL":60,"RequestedTime":"` + text + `"}`, `["` + text + `"]`, `"` + text + `"`, `{"a":1}` + marker,
	} {
		add("POST", "pamrequests", "Content-Type: application/json", "body="+body)
		add("POST", "pamrequests", "Content-Type: application/json;odata=verbose", "body="+body)
	}
	add("POST", "pamrequests", "Content-Type: application/atom+xml", "body=<"+plain+">")
	for _, name := range []string{
		"Accept", "Accept-Charset", "Accept-Language", "Content-Type", "Content-Encoding", "Prefer", "If-Match", "If-None-Match", "X-HTTP-Method", "DataServiceVersion", "MaxDataServiceVersion",
		"Origin", "Host", "Referer", "Cookie", "User-Agent", "Slug", "Content-ID", "Repeatability-Request-ID", "Repeatability-First-Sent", "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host",
		"Forwarded", "X-Remote-User", "Expect", "Range", "Sec-Fetch-Site", "Access-Control-Request-Method", plain,
	} {
		value := name + ": " + marker
		if name == "Host" {
			value = name + ": " + plain + ".example"
		}
		add("GET", "pamrequests?$top=x", value)
		add("GET", "nothing", value)
		add("DELETE", "pamrequests", value)
		add("POST", "pamrequests", value, "body=x")
		add("POST", "pamrequests", formType, value, "body=RequestedTTL=x")
		add("OPTIONS", "pamrequests", "Access-Control-Request-Method: POST", value)
		add("GET", "/nothing", value)
	}
	add("GET", "pamrequests", "Accept: application/json;odata="+marker, "MaxDataServiceVersion: "+marker)
	add(plain, "pamrequests")
	add(plain, "/nothing")
	all = append(all, request{account: marker, method: "GET", path: "pamrequests?$top=x"}, request{account: marker, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")})
	for _, part := range []string{"GET " + path, "GET pamrequests?$filter=" + query, "GET " + plain + "://x/y", "POST " + path, "POST $" + plain + "/Close", plain + " pamrequests"} {
		add("POST", "$batch", "Content-Type: multipart/mixed; boundary=batch", "body="+batchOf(part, []string{"X: " + plain}, plain))
	}
	add("POST", "$batch", "Content-Type: multipart/mixed; boundary="+plain, "body=--"+plain+"\r\n"+plain)
	add("POST", "$batch", "Content-Type: multipart/"+plain, "body="+plain)
	return all
}
