package jsonread

// A frame is an object or an array that has been opened.
type frame struct {
	count int // of members or items so far
	names int // of an object: where its names begin in the table
	seen  map[string]struct{}
	begin int64 // where the name of the current member begins
}

// manyNames is from how many members on an object looks names up in a map.
const manyNames = 16

// A nameTable holds the names of the members of all open objects, one behind
// the other, so that small objects cost no memory of their own.
type nameTable struct {
	text []byte
	ends []int
}

// nameRoom is enough for the names of most entities.
type nameRoom struct {
	text [192]byte
	ends [12]int
}

// push adds a name and returns the copy of it.
func (t *nameTable) push(name []byte) []byte {
	start := len(t.text)
	t.text = append(t.text, name...)
	t.ends = append(t.ends, len(t.text))
	return t.text[start:len(t.text):len(t.text)]
}

func (t *nameTable) at(i int) []byte {
	if i == 0 {
		return t.text[:t.ends[0]]
	}
	return t.text[t.ends[i-1]:t.ends[i]]
}

// truncate forgets all names but the first count.
func (t *nameTable) truncate(count int) {
	t.ends = t.ends[:count]
	if count == 0 {
		t.text = t.text[:0]
		return
	}
	t.text = t.text[:t.ends[count-1]]
}

// OpenObject consumes the brace that comes next. NextMember is to be called
// until it reports the end.
func (in *Input) OpenObject() error { return in.open(Object) }

// OpenArray consumes the bracket that comes next. NextItem is to be called
// until it reports the end.
func (in *Input) OpenArray() error { return in.open(Array) }

func (in *Input) open(want Token) error {
	switch t, err := in.Next(); {
	case err != nil:
		return err
	case t != want:
		return in.Mismatch(want.String(), t)
	}
	if len(in.frames) == in.depth {
		return in.Fail(CodeTooDeep, "The payload is nested too deeply", "")
	}
	in.At++
	in.frames = append(in.frames, frame{names: len(in.names.ends)})
	return nil
}

// NextMember consumes the name of the next member and leaves its value, which
// has to be consumed before the next call. The name is valid until the object
// ends; more is false at its end.
func (in *Input) NextMember() (name []byte, more bool, err error) {
	more, err = in.next('}', "expected a comma or the end of the object")
	if !more || err != nil {
		return nil, false, err
	}
	switch c, err := in.peek(); {
	case err != nil:
		return nil, false, err
	case c != '"':
		return nil, false, in.malformed("expected the name of a member")
	}
	start := in.Offset()
	if name, err = in.text(); err != nil {
		return nil, false, err
	}
	if in.isKnown(name) {
		return nil, false, in.duplicate(name, start)
	}
	name = in.names.push(name)
	f := &in.frames[len(in.frames)-1]
	f.begin = start
	if f.seen != nil {
		f.seen[string(name)] = struct{}{}
	}
	switch c, err := in.peek(); {
	case err != nil:
		return nil, false, err
	case c != ':':
		return nil, false, in.malformed("expected a colon")
	}
	in.At++
	return name, true, nil
}

// isKnown tells whether the open object has a member with this name.
func (in *Input) isKnown(name []byte) bool {
	f := &in.frames[len(in.frames)-1]
	if f.seen != nil {
		_, known := f.seen[string(name)]
		return known
	}
	for i := f.names; i < len(in.names.ends); i++ {
		if string(in.names.at(i)) == string(name) {
			return true
		}
	}
	if len(in.names.ends)-f.names == manyNames {
		f.seen = make(map[string]struct{}, 2*manyNames)
		for i := f.names; i < len(in.names.ends); i++ {
			f.seen[string(in.names.at(i))] = struct{}{}
		}
	}
	return false
}

// NextItem tells whether the array has another item, which then has to be
// consumed before the next call.
func (in *Input) NextItem() (more bool, err error) {
	return in.next(']', "expected a comma or the end of the array")
}

// next consumes the comma before a member or an item, or the end.
func (in *Input) next(end byte, expected string) (more bool, err error) {
	f := &in.frames[len(in.frames)-1]
	c, err := in.peek()
	switch {
	case err != nil:
		return false, err
	case c == end:
		in.At++
		in.names.truncate(f.names)
		in.frames = in.frames[:len(in.frames)-1]
		return false, nil
	case c == 0:
		return false, in.malformed("the text ends within an object or an array")
	case f.count > 0:
		if c != ',' {
			return false, in.malformed(expected)
		}
		in.At++
	}
	f.count++
	if in.members--; in.members < 0 {
		return false, in.tooLarge(CodeTooLarge, "The payload has too many members")
	}
	return true, nil
}

// IsFirst reports whether the member or item just begun is the first one.
func (in *Input) IsFirst() bool { return in.frames[len(in.frames)-1].count == 1 }

// Skip consumes a value without looking at what it means. It is held to the
// same rules as any other.
func (in *Input) Skip() error {
	t, err := in.Next()
	if err != nil {
		return err
	}
	switch t {
	case Text:
		_, err = in.text()
	case Number:
		_, err = in.number()
	case True:
		err = in.word("true")
	case False:
		err = in.word("false")
	case Null:
		err = in.word("null")
	case Array:
		return in.skipArray()
	default:
		return in.skipObject()
	}
	return err
}

func (in *Input) skipObject() error {
	if err := in.OpenObject(); err != nil {
		return err
	}
	for {
		if _, more, err := in.NextMember(); !more || err != nil {
			return err
		}
		if err := in.Skip(); err != nil {
			return err
		}
	}
}

func (in *Input) skipArray() error {
	if err := in.OpenArray(); err != nil {
		return err
	}
	for {
		if more, err := in.NextItem(); !more || err != nil {
			return err
		}
		if err := in.Skip(); err != nil {
			return err
		}
	}
}

// rawValue consumes a value and returns its text, which is valid until the next
// method is called, with the place where it begins.
func (in *Input) rawValue() (text []byte, start int64, err error) {
	if _, err := in.Next(); err != nil {
		return nil, 0, err
	}
	in.Raw = in.At
	start = in.Offset()
	defer func() { in.Raw = -1 }()
	if err := in.Skip(); err != nil {
		return nil, 0, err
	}
	return in.Buf[in.Raw:in.At], start, nil
}

// CountEntity counts an entity that the payload has or refers to.
func (in *Input) CountEntity() error {
	if in.objects--; in.objects < 0 {
		return in.tooLarge(CodeTooMany, "The payload has too many entities")
	}
	return nil
}
