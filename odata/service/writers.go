package service

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// The writers of a service by slot: one for each family, dialect and level.
const (
	slotMinimal = iota
	slotFull
	slotNone
	slotVerbose1
	slotVerbose2
	slotVerbose3
	slotAtom2 // answers below 3.0
	slotAtom3
	slots
)

// newWriters makes the writers. Association links exist since 3.0; older answers
// do without them rather than fail.
func newWriters(associationLinks bool) [slots]format.Format {
	return [slots]format.Format{
		slotMinimal:  jsonlight.New(jsonlight.Minimal),
		slotFull:     jsonlight.New(jsonlight.Full),
		slotNone:     jsonlight.New(jsonlight.None),
		slotVerbose1: verbose.New(verbose.Options{Version: verbose.Version1}),
		slotVerbose2: verbose.New(verbose.Options{Version: verbose.Version2}),
		slotVerbose3: verbose.New(verbose.Options{Version: verbose.Version3, AssociationLinks: associationLinks}),
		slotAtom2:    atom.New(atom.Options{Before3: true}),
		slotAtom3:    atom.New(atom.Options{AssociationLinks: associationLinks}),
	}
}

// slotOf is the writer for a family in an answer of a version.
func slotOf(f family, v version) int {
	switch f {
	case lightFull:
		return slotFull
	case lightNone:
		return slotNone
	case verboseJSON:
		return slotVerbose1 + int(v-v1)/10
	case atomXML:
		if v < v3 {
			return slotAtom2
		}
		return slotAtom3
	}
	return slotMinimal
}

// An output is how a request is answered: the media type, the version, and who
// writes it.
type output struct {
	contentType string
	version     version
	slot        int
	writer      format.Format
}

// varyByFormat tells caches what else than the address decides the body.
const varyByFormat = "Accept, MaxDataServiceVersion"

// The values of Vary where it was not there before, and where it named only the
// origin, as a server in front of the service has it. They are shared between
// answers: appending to one copies it.
var (
	varyAlone  = []string{varyByFormat}
	varyOrigin = []string{"Origin", varyByFormat}
)

func (e *exchange) varyByFormat() {
	h := e.w.Header()
	switch vary := h["Vary"]; {
	case len(vary) == 0:
		h["Vary"] = varyAlone
	case len(vary) == 1 && vary[0] == varyOrigin[0]:
		h["Vary"] = varyOrigin
	default:
		h["Vary"] = append(vary[:len(vary):len(vary)], varyByFormat)
	}
}

// choose decides the output for a resource that can be sent as one of offers and
// whose content needs at least version least.
func (e *exchange) choose(offers []representation, req *odata.Request, least version) (output, error) {
	s := e.service
	if offers[0].family == noFormat {
		// Bare text and bytes have one form, whatever is asked for, and are the same
		// in every version: the least will do.
		if _, err := e.versions.answerVersion(max(least, offers[0].least)); err != nil {
			return output{}, err
		}
		return output{contentType: offers[0].contentType, version: max(least, offers[0].least, e.versions.min)}, nil
	}
	e.varyByFormat()
	offer, err := s.offers.choose(offers, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return output{}, err
	}
	v, err := e.versions.answerVersion(max(least, offer.least))
	if err != nil {
		return output{}, err
	}
	if offer.family == atomXML {
		e.setAtom(req)
	}
	e.typed = offer.header
	slot := slotOf(offer.family, v)
	return output{contentType: offer.contentType, version: v, slot: slot, writer: s.writers[slot]}, nil
}
