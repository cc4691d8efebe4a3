// Package providertest is the contract kit of the OData layer: what a provider
// or a service has to answer, as tests others can run against their own.
//
// [Transcripts] replays whole requests that are kept as files a person can
// read.
package providertest
