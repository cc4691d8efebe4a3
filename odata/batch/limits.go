package batch

// Limits bound what one batch may hold. A zero or negative field means its
// default; there is no way to switch a limit off. The number of bytes in all is
// bounded by the reader that is given to [NewReader].
type Limits struct {
	// Parts is the greatest number of parts, a change set counting as one.
	// Default 100. Passing it is 400 with the code BatchTooManyParts.
	Parts int

	// Operations is the greatest number of requests in one change set. Default
	// 100. Passing it is 400 with the code BatchTooManyOperations.
	Operations int

	// Line is the greatest length of a request line or header line, in bytes
	// without its end, and never less than 256. Default 16 KiB, which leaves the
	// bound for URLs to the service. Passing it is 400 with the code
	// BatchLineTooLong.
	Line int

	// Headers is the greatest number of lines in one block of headers, and
	// HeaderBytes their length together. Defaults 64 and 64 KiB. Passing them
	// is 400 with the code BatchHeadersTooLarge.
	Headers     int
	HeaderBytes int

	// Body is the greatest length of the body of one request, in bytes. Default
	// 1 MiB. Passing it is 413 with the code BatchBodyTooLarge: before the
	// request is handed out if it has a Content-Length, while its body is read
	// otherwise.
	Body int64
}

func (l Limits) withDefaults() Limits {
	if l.Parts <= 0 {
		l.Parts = 100
	}
	if l.Operations <= 0 {
		l.Operations = 100
	}
	if l.Line <= 0 {
		l.Line = 16 << 10
	}
	l.Line = max(l.Line, 256) // room for any delimiter line
	if l.Headers <= 0 {
		l.Headers = 64
	}
	if l.HeaderBytes <= 0 {
		l.HeaderBytes = 64 << 10
	}
	if l.Body <= 0 {
		l.Body = 1 << 20
	}
	return l
}
