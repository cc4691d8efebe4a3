package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities"
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
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the PAM API",
		Long: `Serve the PAM API until the process is told to stop. Running requests are
finished; a second signal ends the process at once.

Every flag can also be given in the configuration file and in the environment;
a flag overrides the environment, and that the file. 'pamodata config print'
shows every key with its meaning and the value in effect.`,
		Example: `  # On this machine only, without passwords, as one account:
  pamodata serve --dev-user 'PRIV\Jen'

  # With passwords over TLS:
  pamodata user add --file users 'PRIV\Jen'
  pamodata serve --addr :8086 --auth-basic-users-file users \
    --tls-cert-file cert.pem --tls-key-file key.pem`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(c, file)
			if err != nil {
				return err
			}
			return serve(c, cfg)
		},
	}
	configFlags(c, &file)
	return c
}

// serve runs the PAM service until the context ends.
func serve(c *cobra.Command, cfg server.Config) error {
	s, err := compose(cfg, server.NewLogger(cfg, c.ErrOrStderr()))
	if err != nil {
		return err
	}
	if err := banner(c.OutOrStdout(), cfg); err != nil {
		return err
	}
	return s.Run(c.Context())
}

// compose makes the server of the PAM service.
func compose(cfg server.Config, logger *slog.Logger) (*server.Server, error) {
	svc, err := service.New(service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      root,
		BaseURL:   server.NewOrigin(cfg).BaseURL,
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging, // the portal ignores next links; a page would hide active roles
		Limits:    service.Limits{Body: 64 << 10},
		Logger:    logger,
	}, entities.All()...)
	if err != nil {
		return nil, err
	}
	return server.New(cfg, logger, server.Mount{
		Service: svc,
		Aliases: map[string]string{sessionAlias: "sessioninfo"},
		AnyCase: true,
	})
}

// banner tells what runs, as whom, and what to try.
func banner(w io.Writer, cfg server.Config) error {
	base := cfg.PublicURL
	if base == "" {
		base = localURL(cfg)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "pamodata %s\n\n", version())
	fmt.Fprintf(&b, "  service   %s%s\n", base, root)
	fmt.Fprintf(&b, "  metadata  %s%s$metadata\n", base, root)
	fmt.Fprintf(&b, "  session   %s%ssessioninfo\n", base, root)
	fmt.Fprintf(&b, "  health    %s/healthz, %s/readyz\n\n", base, base)
	for _, line := range signIn(cfg) {
		fmt.Fprintf(&b, "  sign-in   %s\n", line)
	}
	fmt.Fprintf(&b, "\nTry:\n  curl %s'%s%ssessioninfo'\n\n", curlOptions(cfg), base, root)
	_, err := io.WriteString(w, b.String())
	return err
}

// localURL is the first address as a browser on this machine reaches it.
func localURL(cfg server.Config) string {
	scheme := "http"
	if cfg.TLS.CertFile != "" {
		scheme = "https"
	}
	host, port := cutPort(cfg.Listen[0])
	if port == "" {
		return scheme + "://localhost" // the address is systemd's
	}
	switch host {
	case "", "0.0.0.0", "[::]", "127.0.0.1", "[::1]":
		host = "localhost"
	}
	return scheme + "://" + host + ":" + port
}

// cutPort splits an address; port is empty when it has none.
func cutPort(address string) (host, port string) {
	i := strings.LastIndexByte(address, ':')
	if i < 0 {
		return address, ""
	}
	return address[:i], address[i+1:]
}

// signIn describes the configured ways to sign in.
func signIn(cfg server.Config) []string {
	var ways []string
	if cfg.Auth.DevUser != "" {
		ways = append(ways, "DEVELOPMENT: everybody on this machine is "+cfg.Auth.DevUser)
	}
	if cfg.Auth.Basic.UsersFile != "" {
		ways = append(ways, "HTTP Basic, accounts in "+cfg.Auth.Basic.UsersFile)
	}
	if cfg.Auth.Proxy.Header != "" {
		ways = append(ways, "header "+cfg.Auth.Proxy.Header+" from trusted proxies")
	}
	return ways
}

// curlOptions are what curl needs to sign in.
func curlOptions(cfg server.Config) string {
	if cfg.Auth.DevUser == "" && cfg.Auth.Basic.UsersFile != "" {
		return "-u 'DOMAIN\\user' "
	}
	return ""
}

// load reads the configuration for a command that has its flags.
func load(c *cobra.Command, file string) (server.Config, error) {
	return server.Load(server.Sources{File: file, Environ: os.Environ(), Flags: c.Flags()})
}

// configFlags registers a flag for the file and for every key.
func configFlags(c *cobra.Command, file *string) {
	c.Flags().StringVarP(file, "config", "c", "", "YAML file with the configuration (default: the variable PAMODATA_CONFIG)")
	server.Flags(c.Flags())
}
