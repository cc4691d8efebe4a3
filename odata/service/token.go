package service

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A sealer makes and reads the tokens of next links. A token holds the place
// where a feed goes on: the values of the last entity's order terms. It is
// encrypted, because the order may use properties the client was not sent, and
// bound to the query, the caller and the model: anywhere else it is refused.
//
// The same place in the same query always has the same token.
type sealer struct {
	aead    cipher.AEAD
	nonceBy []byte // key of the hash that chooses nonces
}

// newSealer derives the keys from secret; an empty one is replaced by a random
// secret, which ends with the process.
func newSealer(secret []byte) (*sealer, error) {
	if len(secret) == 0 {
		secret = make([]byte, 32)
		rand.Read(secret) // never fails
	} else if len(secret) < 16 {
		return nil, fmt.Errorf("Config.TokenKey has %d bytes; it needs at least 16", len(secret))
	}
	keys, err := hkdf.Key(sha256.New, secret, nil, "pamodata skiptoken 1", 64)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, nonceBy: keys[32:]}, nil
}

// seal makes a token for a place.
func (s *sealer) seal(place []edm.Value, binding []byte) string {
	var plain []byte
	for _, v := range place {
		literal := edm.AppendLiteral(nil, v)
		plain = binary.AppendUvarint(plain, uint64(len(literal)))
		plain = append(plain, literal...)
	}
	// The nonce is a keyed hash of everything that is sealed, so it repeats only
	// where the whole token does.
	h := hmac.New(sha256.New, s.nonceBy)
	h.Write(binding)
	h.Write(plain)
	nonce := h.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, binding))
}

// open reads a token. The values are converted to the types of the order terms,
// which the text of a literal does not always tell.
func (s *sealer) open(token string, binding []byte, order []odata.Order) ([]edm.Value, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return nil, invalidToken()
	}
	nonce, sealed := sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, sealed, binding)
	if err != nil {
		return nil, invalidToken()
	}
	place := make([]edm.Value, 0, len(order))
	for len(plain) > 0 {
		n, size := binary.Uvarint(plain)
		if size <= 0 || uint64(len(plain)-size) < n || len(place) == len(order) {
			return nil, invalidToken()
		}
		v, err := edm.ParseLiteral(string(plain[size : size+int(n)]))
		if err != nil {
			return nil, invalidToken()
		}
		if t := order[len(place)].By.Type(); t.IsPrimitive() {
			if v, err = edm.Convert(v, t.Kind); err != nil {
				return nil, invalidToken()
			}
		}
		place = append(place, v)
		plain = plain[size+int(n):]
	}
	if len(place) != len(order) {
		return nil, invalidToken()
	}
	return place, nil
}

func invalidToken() *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidSkipToken", Target: "$skiptoken",
		Message: "The continuation belongs to another query, caller or model, or was changed; start again without it"}
}
