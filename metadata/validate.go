package metadata

// validate checks what the linking steps could link. Each check reports all it
// finds; none trusts that names could be resolved.
func (r *resolver) validate() {
	r.checkVersions()
	r.checkEntityTypes()
	r.checkComplexTypes()
	r.checkComplexRecursion()
	r.checkEnumTypes()
	r.checkAssociations()
	r.checkNavigation()
	r.checkContainers()
	r.checkFunctionImports()
	r.checkFunctions()
	r.checkValueTerms()
	r.checkFeedMappings()
	r.checkAnnotations()
}

// checkVersions settles the version numbers and refuses unknown ones.
func (r *resolver) checkVersions() {
	at := place{element: "Model"}
	for _, v := range []struct {
		field string
		value *string
	}{
		{"DataServiceVersion", &r.model.DataServiceVersion},
		{"MaxDataServiceVersion", &r.model.MaxDataServiceVersion},
	} {
		switch *v.value {
		case "":
			assign(r, v.value, "3.0")
		case "1.0", "2.0", "3.0":
		default:
			r.report(at, "%s is %q: 1.0, 2.0 and 3.0 are the versions of the protocol", v.field, *v.value)
		}
	}
	for _, sc := range r.scopes {
		switch sc.schema.Version {
		case "":
			assign(r, &sc.schema.Version, "3.0")
		case "1.0", "1.1", "1.2", "2.0", "3.0":
		default:
			r.report(sc.place(), "Version is %q: 1.0, 1.1, 1.2, 2.0 and 3.0 are the versions of CSDL", sc.schema.Version)
		}
	}
}

// A nameSet finds names given twice within one element.
type nameSet map[string]string // name to what it names

func (r *resolver) checkUnique(at place, names nameSet, what, name string) {
	if first, taken := names[name]; taken && name != "" {
		r.report(at, "the name is taken twice, by %s and %s", article(first), article(what))
		return
	}
	names[name] = what
}
