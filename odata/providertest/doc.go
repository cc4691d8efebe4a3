// Package providertest is the contract kit of the OData layer: what a provider
// or a service has to answer, as tests others can run against their own.
//
// [Conformance] judges the reading half of a service by tables whose rows cite
// the part of the protocol they hold, and [WriteConformance] the other half: a row
// is a change, what it answers, and what is different afterwards. [Transcripts] replays whole requests that
// are kept as files a person can read. [Differential] asks a provider random
// queries and compares its answers with brute force.
package providertest
