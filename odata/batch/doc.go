// Package batch reads and writes the multipart text of $batch. It runs nothing:
// the requests it yields are executed by the service, which writes their
// answers with a [Writer].
//
// A [Reader] streams. It holds one line or one chunk of a body at a time, looks
// at every byte a bounded number of times, and hands out the parts in order:
//
//	in, err := batch.NewReader(body, contentType, batch.Limits{})
//	for {
//		part, err := in.Next()
//		...
//		switch {
//		case part.ChangeSet != nil:
//			request, err := part.ChangeSet.Next()
//		default:
//			part.Request
//		}
//	}
//
// # Errors
//
// An error of [NewReader] is about the envelope: the whole request is answered
// with it. An error of [Reader.Next] or [ChangeSet.Next] is about one part: it
// is answered by an error part, after which processing stops, since nobody can
// say where the next part begins. Both are *odata.Error; whatever the
// underlying io.Reader returned comes back unchanged.
//
// # Trust
//
// A part is not an HTTP request. It inherits the identity, the connection and
// the authority of the request that carried it; a part that names its own is
// refused (see [Headers]), and [Root.Resolve] lets no URL out of the service.
//
// Source: OData V3, batch processing; RFC 2046, section 5.1.
package batch
