package service

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A version is a protocol version times ten: 10, 20 or 30.
type version int

const (
	v1 version = 10
	v2 version = 20
	v3 version = 30

	maxVersion = v3
)

// versions are what a request says about protocol versions.
type versions struct {
	request version // what the body and the URI mean
	max     version // the newest the client understands, at most maxVersion
	min     version // the oldest it wants; 0 when not said

	explicit bool // request was said, and not concluded from max
}

// negotiateVersion reads DataServiceVersion, MaxDataServiceVersion and
// MinDataServiceVersion. Every mistake is 400. Source: OData V3 core, protocol
// versions; the quirks for absent headers are WCF Data Services'.
func negotiateVersion(h http.Header) (versions, error) {
	own, err := headerVersion(h["Dataserviceversion"], "DataServiceVersion")
	if err != nil {
		return versions{}, err
	}
	most, err := headerVersion(h["Maxdataserviceversion"], "MaxDataServiceVersion")
	if err != nil {
		return versions{}, err
	}
	least, err := headerVersion(h["Mindataserviceversion"], "MinDataServiceVersion")
	if err != nil {
		return versions{}, err
	}
	switch {
	case own != 0 && !isKnown(own):
		return versions{}, invalidVersion("DataServiceVersion", "The service speaks the versions 1.0, 2.0 and 3.0")
	case least != 0 && !isKnown(least):
		return versions{}, invalidVersion("MinDataServiceVersion", "The service speaks the versions 1.0, 2.0 and 3.0")
	case most != 0 && most < least:
		return versions{}, invalidVersion("MinDataServiceVersion", "The least version is above the greatest")
	}
	v := versions{request: own, max: maxVersion, min: least, explicit: own != 0}
	if most != 0 {
		v.max = min(most/10*10, maxVersion)
	}
	if own == 0 {
		// A client that names only its maximum speaks that version; one that
		// understands 1.0 alone is still read as 2.0.
		v.request = max(v.max, v2)
	}
	return v, nil
}

func isKnown(v version) bool { return v == v1 || v == v2 || v == v3 }

// headerVersion reads "3.0" or "3.0;NetFx"; 0 is an absent or empty header.
func headerVersion(values []string, name string) (version, error) {
	if len(values) == 0 {
		return 0, nil
	}
	if len(values) > 1 {
		return 0, invalidVersion(name, "The header is given twice")
	}
	text, _, _ := strings.Cut(values[0], ";")
	text = strings.Trim(text, " \t")
	if text == "" {
		return 0, nil
	}
	major, minor, ok := strings.Cut(text, ".")
	if !ok || !isDigits(major) || !isDigits(minor) {
		return 0, invalidVersion(name, "A version is two numbers with a dot between them, such as 3.0")
	}
	whole, err1 := strconv.Atoi(major)
	tenth, err2 := strconv.Atoi(minor)
	if err1 != nil || err2 != nil || whole > 99 || tenth > 9 {
		whole, tenth = 99, 9 // above everything, whatever it is
	}
	if whole == 0 {
		return 0, invalidVersion(name, "The lowest version is 1.0")
	}
	return version(10*whole + tenth), nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func invalidVersion(header, message string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidVersion", Message: message, Target: header}
}

// admit refuses what is not part of the version the request speaks. Source: OData
// V3 core, features by version.
func (v versions) admit(syntax *uri.Request, req *odata.Request) error {
	if v.request >= v3 {
		return nil
	}
	lambda := hasLambda(syntax.Filter)
	for _, o := range syntax.OrderBy {
		lambda = lambda || hasLambda(o.By)
	}
	if lambda {
		return tooOld("any and all need DataServiceVersion 3.0")
	}
	if v.request >= v2 {
		return nil
	}
	if req.Kind == odata.Count || req.InlineCount || req.SkipToken != nil || syntax.Select != nil {
		return tooOld("$select, $inlinecount, $skiptoken and $count need DataServiceVersion 2.0 or newer")
	}
	return nil
}

func tooOld(message string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "VersionTooLow", Target: "DataServiceVersion", Message: message}
}

// hasLambda tells whether an expression uses any or all.
func hasLambda(n uri.Node) bool {
	switch n := n.(type) {
	case *uri.Lambda:
		return true
	case *uri.Name:
		return hasLambda(n.Of)
	case *uri.Unary:
		return hasLambda(n.X)
	case *uri.Binary:
		return hasLambda(n.L) || hasLambda(n.R)
	case *uri.Call:
		return hasLambda(n.Of) || slices.ContainsFunc(n.Args, hasLambda)
	}
	return false
}

// answerVersion is the version of an answer that needs at least least: as new
// as the client takes. It fails when the client takes nothing new enough.
func (v versions) answerVersion(least version) (version, error) {
	if v.max < least {
		return 0, &odata.Error{Kind: odata.KindInvalid, Code: "VersionTooLow", Target: "MaxDataServiceVersion",
			Message: "The answer needs a newer protocol version than the request allows"}
	}
	return max(v.max, v.min), nil
}
