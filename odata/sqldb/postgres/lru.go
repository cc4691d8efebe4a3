package postgres

import "github.com/pamodata/pamodata/odata/sqldb"

// A cache holds the statements that one connection has prepared, the one used
// last first. It is a ring through a root that is no statement.
type cache struct {
	known map[*sqldb.Statement]*prepared
	root  prepared
}

func newCache() cache { return cache{known: make(map[*sqldb.Statement]*prepared)} }

// get finds s and moves it to the front.
func (c *cache) get(s *sqldb.Statement) *prepared {
	p := c.known[s]
	if p != nil && c.root.next != p {
		p.unlink()
		c.pushFront(p)
	}
	return p
}

func (c *cache) add(p *prepared) {
	c.known[p.statement] = p
	c.pushFront(p)
}

func (c *cache) remove(p *prepared) {
	if c.known[p.statement] == p {
		delete(c.known, p.statement)
		p.unlink()
	}
}

// oldest is the statement that was not used for the longest time.
func (c *cache) oldest() *prepared { return c.root.previous }

func (c *cache) pushFront(p *prepared) {
	if c.root.next == nil {
		c.root.next, c.root.previous = &c.root, &c.root
	}
	p.previous, p.next = &c.root, c.root.next
	p.previous.next, p.next.previous = p, p
}

func (p *prepared) unlink() { p.previous.next, p.next.previous = p.next, p.previous }
