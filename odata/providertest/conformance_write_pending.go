package providertest

// writePending are rows that the service does not meet yet, with what is wrong.
var writePending = map[string]string{}
