package csdl

import "fmt"

// A SyntaxError says what keeps a text from being a $metadata document, and
// where. Mistakes in the model itself are [metadata.Errors] instead.
type SyntaxError struct {
	Line, Column int // of the mistaken element, from 1; columns count characters
	Message      string
}

// Error is "line L, column C: Message".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}
