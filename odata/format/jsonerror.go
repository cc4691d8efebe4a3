package format

// AppendJSONError appends the error object of the JSON formats, whose only
// member is called name: "odata.error" in JSON light, "error" in JSON verbose.
// Source: OData V3 JSON formats, error response.
func AppendJSONError(dst []byte, name string, e ErrorBody) []byte {
	lang := e.Lang
	if lang == "" {
		lang = "en-US"
	}
	dst = AppendJSONString(append(dst, '{'), name)
	dst = AppendJSONString(append(dst, `:{"code":`...), e.Code)
	dst = AppendJSONString(append(dst, `,"message":{"lang":`...), lang)
	dst = AppendJSONString(append(dst, `,"value":`...), e.Message)
	return append(dst, "}}}"...)
}
