package entities

// Catalogue are the texts of the kinds of failure, by code.
func Catalogue() map[string]string {
	texts := map[string]string{}
	for _, entry := range catalogue {
		texts[entry.code] = entry.message
	}
	return texts
}
