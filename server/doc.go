// Package server puts OData services on the network: addresses and TLS,
// configuration, sign-in, CORS, limits, deadlines, logs, health and an orderly
// end. It uses echo for routing and hands services plain net/http.
//
// The server knows no entity set. A service is anything with the methods of
// [Service], and is mounted under its root:
//
//	cfg, err := server.Load(server.Sources{File: "pamodata.yaml", Environ: os.Environ(), Flags: flags})
//	...
//	s, err := server.New(cfg, server.NewLogger(cfg, os.Stderr), server.Mount{Service: svc})
//	...
//	err = s.Run(ctx) // until ctx ends and running requests are done
//
// What happens to a request, and in which order, is drawn in server.go; every
// step is a file of its own. Every key of the configuration is described once,
// in [Config.Settings].
//
// # What services can rely on
//
//   - The caller is in the context, see odata.PrincipalFrom.
//   - The context has a deadline, and ends when the client leaves.
//   - The header X-Request-Id of the request is the id of this request,
//     whatever the client sent; loggers made by [NewLogger] add it to lines
//     logged with the request's context.
//   - Reading the body fails with an *odata.Error: KindTooLarge beyond the
//     limit, KindTimeout when the client is too slow, KindInvalid when it is cut
//     off. It should be handed on as it is.
//   - The path is as the client sent it: not cleaned, not redirected, %2F intact
//     in URL.EscapedPath. Only aliases are rewritten.
package server
