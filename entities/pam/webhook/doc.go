// Package webhook asks for the second factor by way of a small web service, which
// in turn calls a phone, sends a message or shows a prompt. [New] returns a factor
// of package pam.
//
// # What the web service does
//
// A call begins with
//
//	POST <URL>
//	Content-Type: application/json
//	Idempotency-Key: 3c5f0c1e-9b1c-4c0e-8a39-5ab1b8e9d7f2
//
//	{"request":"3c5f0c1e-9b1c-4c0e-8a39-5ab1b8e9d7f2","account":"PRIV\\Anna","phone":"+420 555 0100","role":"DNS administrators"}
//
// and is answered with a status of 2xx and
//
//	{"reference":"call-17","state":"pending"}
//
// The same Idempotency-Key may come again, after a restart of the service or a lost
// answer: it means the same call, and the user is not to be asked twice. How the call
// stands is asked with GET <URL>/call-17 until the state is another one:
//
//	{"reference":"call-17","state":"failed","reason":"nobody answered"}
//
// The state is pending, succeeded or failed; the first answer may have each of them. A
// reference has 1 to 200 characters: letters, digits and -._~:@+=/% except . and ..
// alone; it is escaped in the address, a slash to %2F. It is needed while a call is
// pending. The reason is for the audit trail.
//
// Anything else is an error: other states, other statuses, redirects, names that come
// twice, text after the object, more than 64 KiB, an answer about another reference.
// Unknown names are ignored.
//
// # How the web service knows who asks
//
// Each request has an Authorization header with the bearer token of
// [Config.TokenFile], or a signature with the key of [Config.KeyFile], or both:
//
//	Pamodata-Timestamp: 1764086400
//	Pamodata-Signature: v1=5257a869e7...
//
// The timestamp is in seconds since 1970. The signature is the HMAC-SHA256, in
// hexadecimal, of the timestamp, a full stop, and the body as it was sent; of a GET
// request, which has no body, the reference takes its place, unescaped. The key is the
// text of the file without the line break at its end. The example of this package
// verifies it in Go; in a shell it is
//
//	printf '%s.%s' "$timestamp" "$body" | openssl dgst -sha256 -hmac "$key"
//
// A verifier compares in constant time, and refuses timestamps that are more than
// five minutes off. That the answers come from the web service is what TLS is for.
package webhook
