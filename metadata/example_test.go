package metadata_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
)

// A model is written down as plain values and resolved. Mistakes come all at
// once, with the place to mend them.
func ExampleModel_Resolve() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Library",
		EntityTypes: []*metadata.EntityType{{
			Name: "Book", Source: "library.Book", Key: []string{"ISBN"},
			Properties: []*metadata.Property{
				{Name: "ISBN", Type: "Edm.String", Source: "library.Book.ISBN"},
				{Name: "Pages", Type: "Edm.Int", Source: "library.Book.Pages"},
			},
		}},
		Containers: []*metadata.EntityContainer{{
			Name:       "Shelves",
			EntitySets: []*metadata.EntitySet{{Name: "Books", EntityType: "Books"}},
		}},
	}}}
	fmt.Println(model.Resolve())

	book := model.Schemas[0].EntityTypes[0]
	book.Properties[0].NotNull = true
	book.Properties[1].Type = "Edm.Int32"
	model.Schemas[0].Containers[0].EntitySets[0].EntityType = "Book"
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
	}
	books := model.DefaultContainer().EntitySet("Books")
	fmt.Println(books.Name, "holds", books.Type().QualifiedName(), "with the key", books.Type().KeyProperties()[0].Name)
	// Output:
	// Library.Book/ISBN (library.Book.ISBN): a key property must not be null: set NotNull (Nullable="false")
	// Library.Book/Pages (library.Book.Pages): there is no type Edm.Int
	// Library.Shelves/Books: there is no entity type Library.Books
	// Books holds Library.Book with the key ISBN
}
