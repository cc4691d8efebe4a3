package edm

import (
	"errors"
	"strconv"
)

// A SyntaxError says where and why a text is not the value it should be. It
// never repeats the text.
type SyntaxError struct {
	Offset  int    // in bytes, from the start of the parsed text
	Message string // what is wrong there, for a person
}

// Error renders the message and its place.
func (e *SyntaxError) Error() string {
	return e.Message + " (at offset " + strconv.Itoa(e.Offset) + ")"
}

func syntaxError(offset int, message string) error {
	return &SyntaxError{Offset: offset, Message: message}
}

// shifted moves the place of a syntax error found in a part of a text that
// begins by bytes into the whole.
func shifted(err error, by int) error {
	var syntax *SyntaxError
	if by != 0 && errors.As(err, &syntax) {
		return &SyntaxError{Offset: syntax.Offset + by, Message: syntax.Message}
	}
	return err
}
