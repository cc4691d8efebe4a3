package csdl

// An exprForm is how an annotation expression looks in XML. Source: CSDL 3.0,
// Vocabulary Annotations.
type exprForm struct {
	// constant kinds hold their text as content, and may stand as an attribute
	// on the annotation instead.
	constant bool

	// attribute carries the text of other kinds, if they have one.
	attribute string

	operands bool // has expressions as children
	members  bool // has PropertyValue children
}

var exprForms = map[string]exprForm{
	"Binary":         {constant: true},
	"Bool":           {constant: true},
	"DateTime":       {constant: true},
	"DateTimeOffset": {constant: true},
	"Decimal":        {constant: true},
	"Float":          {constant: true},
	"Guid":           {constant: true},
	"Int":            {constant: true},
	"Path":           {constant: true},
	"String":         {constant: true},
	"Time":           {constant: true},

	"Apply":                   {attribute: "Function", operands: true},
	"AssertType":              {attribute: "Type", operands: true},
	"Collection":              {operands: true},
	"EntitySetReference":      {attribute: "Name"},
	"EnumMemberReference":     {attribute: "Name"},
	"FunctionReference":       {attribute: "Name"},
	"If":                      {operands: true},
	"IsType":                  {attribute: "Type", operands: true},
	"LabeledElement":          {attribute: "Name", operands: true},
	"LabeledElementReference": {attribute: "Name"},
	"Null":                    {},
	"ParameterReference":      {attribute: "Name"},
	"PropertyReference":       {attribute: "Name", operands: true},
	"Record":                  {attribute: "Type", members: true},
	"ValueTermReference":      {attribute: "Term", operands: true},
}
