// Package pam is privileged access: who may have which privileges, for how long, and
// with whose consent. It knows nothing of OData's queries; the packages of the entity
// sets beside it show its tables to clients, and its [Desk] carries out what they ask
// for.
//
// # The life of a request
//
//	create.go    a request is checked and stored, and its creation recorded
//	settle.go    what follows from facts and the clock: the one place that decides
//	factor       the second factor is asked for and awaited           gates.go
//	approval     an owner decides                                     decide.go
//	schedule     the start, and the role's window                     settle.go
//	grant        memberships are begun, made, confirmed               grant.go
//	end          by time, by Close, by giving up, by configuration    close.go, grant.go
//	worker.go    whatever is due is done, by one node at a time
//
// # What is stored
//
// Facts with their times, never a status: that is a function of facts and the clock
// ([Request.Status]), so it cannot go stale, and its SQL twin makes it a property of
// queries. Every fact is stored in one transaction with its events in the audit
// trail, so that one is never there without the other. A grant is recorded before the
// granter is called, and its end is fixed then: what a crash leaves unclear is
// repeated until its end, and withdrawn after it.
//
// Work for one user, on whatever node, is done by one goroutine at a time, which has
// the user's lease. Memberships that several grants share last until the latest end.
// A call of a granter that does not answer holds up its own user only, and no
// operation for longer than [Config.Within]: what is stored is done by the worker.
//
// A grant takes two commits, one before the granter is called and one after it. On
// SQLite, users who come at the same time share them (convoy.go).
//
// Import rule: odata, odata/sqldb, metadata/edm and entities/pam/audit. Granters and
// factors are in packages below this one, which it does not know.
package pam
