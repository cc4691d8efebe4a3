// Package service answers OData 3.0 requests: an [http.Handler] over a set of
// providers. It is the only package of the OData layer that knows HTTP.
//
//	svc, err := service.New(service.Config{Namespace: "Demo"},
//		memory.Set("Products", products))
//	http.ListenAndServe("127.0.0.1:8080", svc)
//
// Each file is the answer to one question: handler.go is the walk of a request,
// version.go the protocol version, negotiate.go the format, guard.go who may
// see what, read.go and feed.go the answers, fail.go every error, limits.go
// every limit, explain.go how a request would be answered, slow.go which reads
// were slow.
//
// Import rule: everything of odata except the providers (memory, sqldb) and
// package typed. Providers come in through [odata.EntitySet].
package service
