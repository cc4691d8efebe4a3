package main

import (
	"context"
	"log/slog"
	"time"
	_ "time/tzdata" // zones on machines that know none

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap"
	"github.com/pamodata/pamodata/entities/pam/webhook"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/server"
)

// deskConfig is what the settings say about the desk. Node, granter, factor and the
// trail's receivers come to it.
func (s *settings) deskConfig(db sqldb.DB, logger *slog.Logger) (pam.Config, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return pam.Config{}, err
	}
	return pam.Config{
		DB:               db,
		Node:             s.Node,
		Zone:             zone,
		DenySelfApproval: s.DenySelf,
		MinTTL:           s.TTL.Min,
		MaxTTL:           s.TTL.Max,
		RefuseLongTTL:    s.TTL.Policy == policyRefuse,
		MaxOpenPerRole:   s.Requests.MaxOpenPerRole,
		MaxOpen:          s.Requests.MaxOpen,
		MaxAhead:         s.Requests.MaxAhead,
		FactorTimeout:    s.Deadlines.MFA,
		FactorPoll:       s.MFA.Poll,
		ApprovalTimeout:  s.Deadlines.Approval,
		GrantTimeout:     s.Deadlines.Grant,
		CallTimeout:      s.Deadlines.Call,
		Within:           s.Deadlines.Answer,
		Logger:           logger,
	}, nil
}

// checkOptions is what definitions are checked against.
func (s *settings) checkOptions() pam.CheckOptions { return pam.CheckOptions{MFA: s.MFA.URL != ""} }

// openGranter makes the granter. It is closed by closed.
func (s *settings) openGranter(ctx context.Context, db sqldb.DB, logger *slog.Logger) (g pam.Granter, closed func() error, err error) {
	if s.Granter == granterJournal {
		return pam.NewJournal(db), func() error { return nil }, nil
	}
	directory, err := ldap.Open(ldap.Config{
		URLs: s.LDAP.URLs, StartTLS: s.LDAP.StartTLS, CAFile: s.LDAP.CAFile, SkipVerify: s.LDAP.SkipVerify,
		AllowPlaintext: s.LDAP.AllowPlaintext, BindDN: s.LDAP.BindDN, PasswordFile: s.LDAP.PasswordFile,
		Timeout: s.LDAP.Timeout, Connections: s.LDAP.Connections, BaseDN: s.LDAP.BaseDN, Filter: s.LDAP.Filter,
		Domain: s.LDAP.Domain, Member: s.LDAP.Member, MemberValue: s.LDAP.MemberValue, Placeholder: s.LDAP.Placeholder,
		Expiring: ldap.Expiring(s.LDAP.Ends),
	})
	if err != nil {
		return nil, nil, inSection("ldap", err)
	}
	// Finds out whether memberships end by themselves. Without the directory the
	// service starts all the same: requests wait, and removals are tried again.
	if err := directory.Check(ctx); err != nil {
		logger.WarnContext(ctx, "the directory cannot be used now", "error", err)
	}
	return directory, directory.Close, nil
}

// openFactor makes the provider of the second factor, nil without one.
func (s *settings) openFactor() (f pam.Factor, closed func() error, err error) {
	if s.MFA.URL == "" {
		return nil, func() error { return nil }, nil
	}
	hook, err := webhook.New(webhook.Config{URL: s.MFA.URL, AllowPlaintext: s.MFA.AllowPlaintext, CAFile: s.MFA.CAFile,
		TokenFile: s.MFA.TokenFile, KeyFile: s.MFA.KeyFile, Timeout: s.MFA.Timeout, PhoneOptional: s.MFA.PhoneOptional})
	if err != nil {
		return nil, nil, inSection("mfa", err)
	}
	return hook, hook.Close, nil
}

// inSection is err as mistakes in the keys of a section.
func inSection(section string, err error) error {
	wrong := &server.ConfigError{}
	for _, e := range separate(err) {
		wrong.Mistakes = append(wrong.Mistakes, server.Mistake{Key: section, Text: e.Error()})
	}
	return wrong
}

// separate are the errors that were joined, also behind a prefix.
func separate(err error) (all []error) {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			all = append(all, separate(inner)...)
		}
		return all
	case interface{ Unwrap() error }:
		if inner, ok := e.Unwrap().(interface{ Unwrap() []error }); ok {
			return separate(inner.(error))
		}
	}
	return []error{err}
}
