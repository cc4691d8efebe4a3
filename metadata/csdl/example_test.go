package csdl_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
)

func ExampleWrite() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Library",
		EntityTypes: []*metadata.EntityType{{
			Name: "Book", Key: []string{"ISBN"},
			Properties: []*metadata.Property{
				{Name: "ISBN", Type: "Edm.String", NotNull: true},
				{Name: "Pages", Type: "Edm.Int32"},
			},
		}},
		Containers: []*metadata.EntityContainer{{
			Name:       "Shelves",
			EntitySets: []*metadata.EntitySet{{Name: "Books", EntityType: "Book"}},
		}},
	}}}
	if err := csdl.Write(os.Stdout, model); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="utf-8"?>
	// <edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
	//   <edmx:DataServices m:DataServiceVersion="3.0" m:MaxDataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
	//     <Schema Namespace="Library" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
	//       <EntityType Name="Book">
	//         <Key>
	//           <PropertyRef Name="ISBN"/>
	//         </Key>
	//         <Property Name="ISBN" Type="Edm.String" Nullable="false"/>
	//         <Property Name="Pages" Type="Edm.Int32"/>
	//       </EntityType>
	//       <EntityContainer Name="Shelves" m:IsDefaultEntityContainer="true">
	//         <EntitySet Name="Books" EntityType="Library.Book"/>
	//       </EntityContainer>
	//     </Schema>
	//   </edmx:DataServices>
	// </edmx:Edmx>
}

func ExampleRead() {
	_, err := csdl.Read(strings.NewReader("<Edmx>\n  <DataServices>\n</Edmx>"))
	fmt.Println(err)
	// Output:
	// line 3, column 1: the element DataServices is closed by the end tag of Edmx
}
