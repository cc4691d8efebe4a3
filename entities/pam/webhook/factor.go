package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/pamodata/pamodata/entities/pam"
)

// A Factor asks a web service for the second factor. It is safe for concurrent use.
// Its errors have neither phone numbers nor the text of answers.
type Factor struct {
	config Config
	url    string
	client *http.Client
}

var _ pam.Factor = (*Factor)(nil)

// Close ends the connections that are not in use.
func (f *Factor) Close() error {
	f.client.CloseIdleConnections()
	return nil
}

// body is what a call is posted with.
type body struct {
	Request string `json:"request"`
	Account string `json:"account"`
	Phone   string `json:"phone"`
	Role    string `json:"role"`
}

// Start begins a call, or finds it again if it was begun for the same request. The
// reference is empty only if the result is not pending.
func (f *Factor) Start(ctx context.Context, call pam.FactorCall) (string, pam.FactorResult, error) {
	if call.Phone == "" && !f.config.PhoneOptional {
		return "", pam.FactorResult{State: pam.FactorFailed, Reason: "the user has no phone number"}, nil
	}
	id := call.Request.String()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body{Request: id, Account: call.Account, Phone: call.Phone, Role: call.Role}); err != nil {
		return "", pam.FactorResult{}, err
	}
	sent := bytes.TrimSuffix(text.Bytes(), []byte("\n"))
	a, err := f.exchange(ctx, http.MethodPost, f.url, sent, sent, id)
	if err == nil && a.reference == "" && a.result.State == pam.FactorPending {
		err = errors.New("the answer says that the call is pending, and has no reference")
	}
	if err != nil {
		return "", pam.FactorResult{}, fmt.Errorf("webhook: starting a call: %w", err)
	}
	return a.reference, a.result, nil
}

// Poll asks how a call stands.
func (f *Factor) Poll(ctx context.Context, reference string) (pam.FactorResult, error) {
	if !validReference(reference) {
		return pam.FactorResult{}, errors.New("webhook: this is not the reference of a call")
	}
	a, err := f.exchange(ctx, http.MethodGet, f.url+"/"+url.PathEscape(reference), nil, []byte(reference), "")
	if err == nil && a.reference != "" && a.reference != reference {
		err = errors.New("the answer is about another call")
	}
	if err != nil {
		return pam.FactorResult{}, fmt.Errorf("webhook: asking about a call: %w", err)
	}
	return a.result, nil
}

// exchange sends a request and reads its answer.
func (f *Factor) exchange(ctx context.Context, method, address string, sent, signed []byte, key string) (answer, error) {
	ctx, done := context.WithTimeoutCause(ctx, f.config.Timeout, errors.New("no answer in time"))
	defer done()
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(sent))
	if err != nil {
		return answer{}, errors.New("the address is not valid")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "pamodata")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", key)
	}
	if err := f.authenticate(request.Header, signed); err != nil {
		return answer{}, err
	}
	response, err := f.client.Do(request)
	if err != nil {
		return answer{}, failure(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answer{}, fmt.Errorf("the answer has the status %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, failure(ctx, err)
	case len(text) > maxAnswer:
		return answer{}, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return parseAnswer(text)
}

// failure is an error of the client without the address, which has the reference,
// and without what was answered, which other errors of package http repeat.
func failure(ctx context.Context, err error) error {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &network):
		return network
	case errors.As(err, &certificate):
		return certificate
	case errors.Is(err, http.ErrSchemeMismatch):
		return http.ErrSchemeMismatch
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection has ended before the answer")
	}
	return errors.New("the answer is not one of HTTP, or was cut off")
}

// authenticate adds what tells the web service who asks.
func (f *Factor) authenticate(header http.Header, signed []byte) error {
	if f.config.TokenFile != "" {
		token, err := readToken(f.config.TokenFile)
		if err != nil {
			return err
		}
		header.Set("Authorization", "Bearer "+token)
	}
	if f.config.KeyFile != "" {
		key, err := readKey(f.config.KeyFile)
		if err != nil {
			return err
		}
		timestamp := strconv.FormatInt(f.config.Now().Unix(), 10)
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(timestamp + "."))
		mac.Write(signed)
		header.Set("Pamodata-Timestamp", timestamp)
		header.Set("Pamodata-Signature", "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return nil
}
