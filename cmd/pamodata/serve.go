package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/server"
)

// The addresses of the PAM API. The second one is where early releases had the
// session.
const (
	root         = "/api/pamresources/"
	sessionAlias = "/api/session/sessioninfo"
)

func newServe() *cobra.Command {
	var file string
	var demonstrate bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the PAM API",
		Long: `Serve the PAM API until the process is told to stop. Running requests are
finished; a second signal ends the process at once. The signal SIGHUP has the
definitions of roles_file read again.

Every flag can also be given in the configuration file and in the environment;
a flag overrides the environment, and that the file. 'pamodata config print'
shows every key with its meaning and the value in effect.`,
		Example: `  # With made-up people and roles, and lines to try:
  pamodata serve --demo

  # On this machine only, without passwords, as one account:
  pamodata serve --dev-user 'PRIV\Jen'

  # With passwords over TLS:
  pamodata account add --file users 'PRIV\Jen'
  pamodata serve --addr :8086 --auth-basic-users-file users \
    --tls-cert-file cert.pem --tls-key-file key.pem \
    --store sqlite:///var/lib/pamodata/pam.db --roles-file roles.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if demonstrate {
				return serveDemo(c, file)
			}
			cfg, own, err := load(c, file, os.Environ())
			if err != nil {
				return err
			}
			if own.Store == "" && cfg.Auth.DevUser == "" {
				return withMistakes(nil, []server.Mistake{{Key: "store", Text: "is empty: requests and the audit trail need a place to stay; " +
					storeForm + ". Only auth.dev_user and --demo do without"}})
			}
			return serve(c, cfg, own, nil)
		},
	}
	c.Flags().BoolVar(&demonstrate, "demo", false, "serve people and roles that are made up, on this machine only")
	configFlags(c, &file)
	return c
}

// serve runs the PAM service until the context ends. What is begun last ends first:
// the server, the worker, the receivers of the trail, the granter, the database.
func serve(c *cobra.Command, cfg server.Config, own *settings, sample *demo) error {
	ctx, end := context.WithCancel(c.Context())
	defer end()
	logger := server.NewLogger(cfg, c.ErrOrStderr())
	target, err := own.target()
	if err != nil {
		return err
	}
	db, closeStore, err := openStore(ctx, target)
	if err != nil {
		return err
	}
	defer closing(logger, "store", closeStore)
	granter, closeGranter, err := own.openGranter(ctx, db, logger)
	if err != nil {
		return err
	}
	defer closing(logger, "granter", closeGranter)
	factor, closeFactor, err := own.openFactor()
	if err != nil {
		return err
	}
	defer closing(logger, "factor", closeFactor)
	config, err := own.deskConfig(db, logger)
	if err != nil {
		return err
	}
	config.Granter, config.Factor = granter, factor
	if sample != nil {
		config.Factor = sample.factor
	}
	sent, err := own.openReceivers(db, logger)
	if err != nil {
		return err
	}
	config.Acknowledged = sent.acknowledged()
	desk := pam.NewDesk(config)

	switch {
	case sample != nil:
		err = sample.define(ctx, desk)
	case own.RolesFile != "":
		err = applyRolesFile(ctx, desk, own, logger)
	}
	if err != nil {
		return err
	}
	if sample == nil {
		warnOfDefinitions(ctx, desk, own, logger)
	}

	state := &readiness{desk: desk}
	cfg.Ready = append(cfg.Ready, state.check)
	signIns := newSignInRecorder(desk, own.Node, logger)
	s, err := compose(cfg, logger, desk, composition{auditors: own.Auditors, state: state, serverLogger: signIns.serverLogger()})
	if err != nil {
		return err
	}
	defer background(ctx, func(ctx context.Context) { sent.run(ctx, desk) })()
	defer background(ctx, signIns.run)()
	defer background(ctx, func(ctx context.Context) {
		if state.catchUp(ctx, logger) {
			desk.Run(ctx)
		}
	})()
	var leave func()
	if sample != nil || cfg.Auth.DevUser != "" {
		leave = end
	}
	defer background(ctx, func(ctx context.Context) { reloading(ctx, desk, own, logger, leave) })()
	if err := banner(c.OutOrStdout(), cfg, own, sample); err != nil {
		return err
	}
	return s.Run(ctx)
}

// background runs work beside the service. The result ends its context, which
// outlives that of the service, and waits for it.
func background(ctx context.Context, work func(context.Context)) (stop func()) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		work(working)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// closing closes a part of the service that has ended.
func closing(logger *slog.Logger, what string, closed func() error) {
	if err := closed(); err != nil {
		logger.Error("closing failed", "part", what, "error", err)
	}
}

// reloading applies the roles file again whenever that is wished. What is wrong with
// it is logged, and the old definitions stay. Without such a file the wish is that of
// a terminal that is closed, which ends what was tried out there, if leave is not nil.
func reloading(ctx context.Context, desk *pam.Desk, own *settings, logger *slog.Logger, leave func()) {
	wishes, stop := hangups()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wishes:
		}
		switch {
		case own.RolesFile != "":
		case leave != nil:
			leave()
			return
		default:
			logger.WarnContext(ctx, "there is no roles_file to read again")
			continue
		}
		if err := applyRolesFile(ctx, desk, own, logger); err != nil {
			logger.ErrorContext(ctx, "the definitions stay as they are", "file", own.RolesFile, "error", err)
		}
	}
}

// warnOfDefinitions tells what the stored definitions need that the configuration does
// not have. They may have been made by commands, which cannot know.
func warnOfDefinitions(ctx context.Context, desk *pam.Desk, own *settings, logger *slog.Logger) {
	all, err := desk.Definitions(ctx)
	if err != nil {
		logger.ErrorContext(ctx, "the definitions cannot be read", "error", err)
		return
	}
	for _, m := range all.Check(own.checkOptions()) {
		logger.WarnContext(ctx, "a definition cannot work", "problem", m.Error())
	}
}

// A composition is what the program adds to the service.
type composition struct {
	auditors     []string
	state        *readiness   // nil for a service that is ready at once
	serverLogger *slog.Logger // nil for that of the service
}

// compose makes the server of the PAM service.
func compose(cfg server.Config, logger *slog.Logger, desk *pam.Desk, with composition) (*server.Server, error) {
	svc, err := service.New(service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      root,
		BaseURL:   server.NewOrigin(cfg).BaseURL,
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging, // the portal ignores next links; a page would hide active roles
		Limits:    service.Limits{Body: 64 << 10, BatchBody: 64 << 10},
		Explain:   cfg.MayExplain(),
		SlowQuery: cfg.Log.SlowQuery,
		Clock:     desk.Now,
		Logger:    logger,
	}, entities.All(desk, with.auditors...)...)
	if err != nil {
		return nil, err
	}
	mounted := server.Service(svc)
	if with.state != nil {
		mounted = &gated{svc, with.state}
	}
	if with.serverLogger != nil {
		logger = with.serverLogger
	}
	return server.New(cfg, logger, server.Mount{
		Service: mounted,
		Aliases: map[string]string{sessionAlias: "sessioninfo"},
		AnyCase: true,
	})
}
