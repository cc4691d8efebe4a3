// Package pgtest gives tests a PostgreSQL server. A package that uses it says
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
// and asks for a [Database] where it needs one. The server is started with the
// first, in a new folder for temporary files, and stopped and removed when the
// tests end, however they end. It can be reached from this machine only.
//
// The environment variable PAMODATA_TEST_POSTGRES, the URL of a database whose
// user may create others, makes tests use that server instead.
//
// Without either, tests are skipped and say what to install; with TEST_NO_SKIP
// in the environment they fail.
package pgtest
