package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/pamodata/pamodata/server"
)

// banner tells what runs, as whom, and what to try.
func banner(w io.Writer, cfg server.Config, own *settings, sample *demo) error {
	base := cfg.PublicURL
	if base == "" {
		base = localURL(cfg)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "pamodata %s\n\n", version())
	fmt.Fprintf(&b, "  service   %s%s\n", base, root)
	fmt.Fprintf(&b, "  metadata  %s%s$metadata\n", base, root)
	fmt.Fprintf(&b, "  session   %s%ssessioninfo\n", base, root)
	fmt.Fprintf(&b, "  health    %s/healthz, %s/readyz\n", base, base)
	fmt.Fprintf(&b, "  store     %s\n", storeWords(own.Store))
	fmt.Fprintf(&b, "  granter   %s\n", granterWords(own.Granter))
	if own.RolesFile != "" {
		fmt.Fprintf(&b, "  roles     %s\n", own.RolesFile)
	}
	b.WriteByte('\n')
	for _, line := range signIn(cfg) {
		fmt.Fprintf(&b, "  sign-in   %s\n", line)
	}
	if sample != nil {
		sample.story(&b, base, own.Store)
	} else {
		fmt.Fprintf(&b, "\nTry:\n  curl %s'%s%ssessioninfo'\n\n", curlOptions(cfg), base, root)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func storeWords(store string) string {
	if store == "" {
		return "TEMPORARY: a file that is removed when the service ends; nothing is kept"
	}
	return store
}

func granterWords(granter string) string {
	if granter == granterJournal {
		return "journal: memberships are written down in the store, and in no directory"
	}
	return granter
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
