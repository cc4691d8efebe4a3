// Command sqlite serves two tables of a SQLite file by OData 3.0: all that clients
// ask for becomes SQL.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// An Author is a row of the table author. What may be NULL is a pointer.
type Author struct {
	ID   int32  `odata:",key,identity" db:"author_id"`
	Name string `odata:",maxlength=80" db:"name"`
	Born *int16 `db:"born"`
}

// A Book is a row of the table book.
type Book struct {
	ID       int32    `odata:",key,identity" db:"book_id"`
	Title    string   `odata:",maxlength=200" db:"title"`
	AuthorID int32    `db:"author_id"`
	Year     int16    `db:"year"`
	Price    *float64 `db:"price"`
}

func handler(ctx context.Context, db sqldb.DB) (http.Handler, error) {
	authors := sqldb.Set[Author](db, "Authors", sqldb.TableName("author"), sqldb.Guard(odata.Public()))
	books := sqldb.Set[Book](db, "Books", sqldb.TableName("book"), sqldb.Guard(odata.Public()))
	if err := sqldb.Check(ctx, authors, books); err != nil {
		return nil, err
	}
	return service.New(service.Config{Namespace: "Library", Profile: odata.Profile{JSON: true}}, authors, books)
}

//go:embed library.sql
var library string

// fill makes a small library in an empty database.
func fill(ctx context.Context, db sqldb.DB) error {
	for text := range strings.SplitSeq(strings.TrimSpace(library), ";\n") {
		if _, err := db.Exec(ctx, &sqldb.Statement{Text: text}, nil); err != nil {
			return err
		}
	}
	return nil
}

func run() error {
	addr := flag.String("addr", "127.0.0.1:8083", "address to listen on")
	file := flag.String("db", sqlite.InMemory, "the SQLite file; without one, a small library that is gone at the end")
	flag.Parse()
	if _, err := os.Stat(*file); err != nil && *file != sqlite.InMemory {
		return err // Open would make an empty file
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	db, err := sqlite.Open(*file, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		return err
	}
	defer db.Close()
	if *file == sqlite.InMemory {
		if err := fill(ctx, db); err != nil {
			return err
		}
	}
	h, err := handler(ctx, db)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: *addr, Handler: h, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	log.Printf("try http://%s/Books?$filter=Year%%20lt%%201850", *addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
