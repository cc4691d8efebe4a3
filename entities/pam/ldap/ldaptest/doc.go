// Package ldaptest gives tests an OpenLDAP server of their own: [Start]. It runs as
// the user who runs the tests, can be reached from this machine only, keeps its
// data in a new folder for temporary files, and is ended and removed when the test
// ends, however it ends.
//
// Without the program slapd, tests are skipped and say what to install; with
// TEST_NO_SKIP in the environment they fail.
package ldaptest
