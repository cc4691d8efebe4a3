package sqlite

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// A Function is an SQL function written in Go, which every connection has. It
// must depend on nothing but its arguments: the database may call it once for
// many rows, and keep its results in an index. It is called by several
// goroutines at the same time.
type Function struct {
	Name string
	Args int // how many; -1 for any number

	// Call is given INTEGER as Int64, REAL as Double, TEXT as String, BLOB as
	// Binary, and NULL. The arguments are valid until it returns. Its result is
	// stored in the way of [sqldb.Form]. An error ends the statement, which
	// returns that very error.
	Call func(args []edm.Value) (edm.Value, error)
}

// A Collation is an order of texts written in Go, which every connection has.
// Compare must be a total order that never changes: indexes rely on it. The
// texts are valid until it returns. It is called by several goroutines at the
// same time.
type Collation struct {
	Name    string
	Compare func(a, b []byte) int
}

// callFunction is the name of the function that runs Options.Call.
const callFunction = "odata"

// The types of the functions that SQLite calls.
type (
	scalarFunc  = func(tls *libc.TLS, context uintptr, argc int32, argv uintptr)
	compareFunc = func(tls *libc.TLS, app uintptr, aLen int32, a uintptr, bLen int32, b uintptr) int32
)

// functionFlags let indexes and generated columns use the functions, also where
// the schema is not trusted: they depend on their arguments only.
const functionFlags = lib.SQLITE_UTF8 | lib.SQLITE_DETERMINISTIC | lib.SQLITE_INNOCUOUS

// register adds the functions and collations of the options to a connection.
func (c *conn) register(o *Options) error {
	if call := o.Call; call != nil {
		kinds := overloadKinds{}
		err := c.addFunction(callFunction, -1, func(args *arguments) (edm.Value, error) {
			return args.callOverload(kinds, call)
		})
		if err != nil {
			return err
		}
	}
	for _, f := range o.Functions {
		err := c.addFunction(f.Name, f.Args, func(args *arguments) (edm.Value, error) {
			values, err := args.decode(0, nil)
			if err != nil {
				return edm.Null, err
			}
			return f.Call(values)
		})
		if err != nil {
			return err
		}
	}
	if err := c.addCollation(DecimalCollation, compareDecimals); err != nil {
		return err
	}
	for _, collation := range o.Collations {
		if err := c.addCollation(collation.Name, collation.Compare); err != nil {
			return err
		}
	}
	return nil
}

// addFunction registers one function. Its arguments and their buffer are reused:
// a connection runs one statement at a time, and a function does not call SQL.
func (c *conn) addFunction(name string, args int, call func(*arguments) (edm.Value, error)) error {
	arguments := &arguments{scanner: scanner{tls: c.tls, utf8: c.utf8}}
	var result cells
	f := new(scalarFunc)
	*f = func(tls *libc.TLS, context uintptr, argc int32, argv uintptr) {
		err := func() (err error) {
			defer func() {
				// Nothing may unwind through SQLite, which holds locks.
				if p := recover(); p != nil {
					err = odata.Internalf("sqlite: function %s panicked: %v", name, p)
				}
			}()
			arguments.argv = argv
			arguments.count = int(argc)
			arguments.reset()
			v, err := call(arguments)
			if err != nil {
				return err
			}
			return c.returnResult(context, &result, v)
		}()
		if err != nil {
			c.failure = err
			lib.Xsqlite3_result_error_code(tls, context, lib.SQLITE_ERROR)
		}
	}
	zName, err := libc.CString(name)
	if err != nil {
		return unavailable("The database is out of reach", err)
	}
	defer libc.Xfree(c.tls, zName)
	rc := lib.Xsqlite3_create_function_v2(c.tls, c.handle, zName, int32(args), functionFlags, 0, function(f), 0, 0, 0)
	if rc != lib.SQLITE_OK {
		return odata.Internalf("sqlite: function %s cannot be registered with %d arguments (%d)", name, args, rc)
	}
	c.keep = append(c.keep, f)
	return nil
}

// addCollation registers one collation. A panic cannot be told to SQLite here,
// so it counts as equal and ends the statement at its next function or row.
func (c *conn) addCollation(name string, compare func(a, b []byte) int) error {
	f := new(compareFunc)
	*f = func(_ *libc.TLS, _ uintptr, aLen int32, a uintptr, bLen int32, b uintptr) (order int32) {
		defer func() {
			if p := recover(); p != nil {
				c.failure = odata.Internalf("sqlite: collation %s panicked: %v", name, p)
				lib.Xsqlite3_interrupt(c.tls, c.handle)
			}
		}()
		switch n := compare(view(a, int(aLen)), view(b, int(bLen))); {
		case n < 0:
			return -1
		case n > 0:
			return 1
		}
		return 0
	}
	zName, err := libc.CString(name)
	if err != nil {
		return unavailable("The database is out of reach", err)
	}
	defer libc.Xfree(c.tls, zName)
	if rc := lib.Xsqlite3_create_collation_v2(c.tls, c.handle, zName, lib.SQLITE_UTF8, 0, function(f), 0); rc != lib.SQLITE_OK {
		return odata.Internalf("sqlite: collation %s cannot be registered (%d)", name, rc)
	}
	c.keep = append(c.keep, f)
	return nil
}

// returnResult hands a function's result to SQLite, which copies it.
func (c *conn) returnResult(context uintptr, result *cells, v edm.Value) error {
	defer result.reset() // it refers to what is the function's
	if problem := result.add(v, sqldb.Form{}); problem != "" {
		return odata.Internalf("sqlite: a function returned %s", problem)
	}
	cell := result.list[0]
	switch cell.class {
	case lib.SQLITE_NULL:
		lib.Xsqlite3_result_null(c.tls, context)
	case lib.SQLITE_INTEGER:
		lib.Xsqlite3_result_int64(c.tls, context, cell.integer)
	case lib.SQLITE_FLOAT:
		lib.Xsqlite3_result_double(c.tls, context, cell.real)
	default:
		if !c.results.grow(c.tls, len(cell.data)) {
			lib.Xsqlite3_result_error_nomem(c.tls, context)
			return nil
		}
		copy(view(c.results.address, len(cell.data)), cell.data)
		if cell.class == lib.SQLITE_TEXT {
			lib.Xsqlite3_result_text64(c.tls, context, c.results.address, uint64(len(cell.data)), lib.SQLITE_TRANSIENT, lib.SQLITE_UTF8)
		} else {
			lib.Xsqlite3_result_blob64(c.tls, context, c.results.address, uint64(len(cell.data)), lib.SQLITE_TRANSIENT)
		}
		if c.results.size > keptArena {
			c.results.free(c.tls)
		}
	}
	return nil
}

// arguments are those of the call that is running.
type arguments struct {
	scanner
	argv   uintptr
	count  int
	values []edm.Value
}

const pointerSize = 4 << (^uintptr(0) >> 63) // of this machine, in bytes

func (a *arguments) reset() {
	if a.buf = a.buf[:0]; cap(a.buf) > maxKeptBuffer {
		a.buf = nil
	}
}

// address returns where SQLite has argument i.
func (a *arguments) address(i int) uintptr {
	return *(*uintptr)(at(a.argv + uintptr(i)*pointerSize))
}

// decode reads the arguments behind the first skip, which have the given kinds;
// those beyond them are read as they are stored. A number that its kind cannot hold
// is null: where a condition says that a column equals such a number, SQLite computes
// the other conditions with it, although no row can have it.
func (a *arguments) decode(skip int, kinds []edm.Kind) ([]edm.Value, error) {
	a.values = a.values[:0]
	for i := skip; i < a.count; i++ {
		var form sqldb.Form
		if at := i - skip; at < len(kinds) {
			form.Kind = kinds[at]
		}
		v, problem := a.value(a.address(i), form)
		if problem != "" && problem != aLargeInteger && problem != aFraction {
			return nil, odata.Internalf("sqlite: argument %d of a function is %s where %s is wanted", i+1, problem, form.Kind)
		}
		a.values = append(a.values, v)
	}
	return a.values, nil
}

// callOverload runs odata(overload, arguments…).
func (a *arguments) callOverload(kinds overloadKinds, call func(string, []edm.Value) (edm.Value, error)) (edm.Value, error) {
	if a.count == 0 {
		return edm.Null, odata.Internalf("sqlite: the function %s needs an overload", callFunction)
	}
	v, problem := a.value(a.address(0), sqldb.Form{Kind: edm.KindString})
	if problem != "" || v.IsNull() {
		return edm.Null, odata.Internalf("sqlite: the first argument of the function %s is not a text", callFunction)
	}
	overload := kinds.of(v.Str())
	values, err := a.decode(1, overload.params)
	if err != nil {
		return edm.Null, err
	}
	return call(overload.text, values)
}

// overloadKinds are the overloads that a connection has called.
type overloadKinds map[string]*overload

type overload struct {
	text   string
	params []edm.Kind
}

// maxOverloads bounds the map; the functions of OData are fewer.
const maxOverloads = 1000

// of parses an overload such as substring(String,Int32), once for each. What it
// does not know as a kind is read as it is stored.
func (k overloadKinds) of(text string) *overload {
	if known := k[text]; known != nil {
		return known
	}
	o := &overload{text: strings.Clone(text)}
	_, list, found := strings.Cut(o.text, "(")
	if list, closed := strings.CutSuffix(list, ")"); found && closed && list != "" {
		for name := range strings.SplitSeq(list, ",") {
			kind, _ := edm.ParseKind("Edm." + name)
			o.params = append(o.params, kind)
		}
	}
	if len(k) < maxOverloads {
		k[o.text] = o
	}
	return o
}
