package jsonread

// Link reads an object with the URL of an entity in its member name, as the
// whole payload. Source: OData V3, JSON formats, representing a single link.
func (in *Input) Link(member string) (url string, err error) {
	if err := in.OpenObject(); err != nil {
		return "", err
	}
	found := false
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil:
			return "", err
		case !more && !found:
			return "", in.Fail(CodeMissing, "A link is an object with the URL of an entity", "expected the member "+member)
		case !more:
			return url, in.End()
		case string(name) == member:
			found = true
			in.Enter(member)
			if url, err = in.ReadText(); err != nil {
				return "", err
			}
			in.Leave()
		case in.dialect.IsAnnotation(name):
			if err := in.Skip(); err != nil {
				return "", err
			}
		default:
			return "", in.FailMember(CodePayload, "A link is an object with the URL of an entity", "expected the member "+member)
		}
	}
}
