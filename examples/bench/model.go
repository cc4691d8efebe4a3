package main

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
)

// The addresses that links in answers begin with. They are the same for both
// servers, so that bodies can be compared, and name no port.
const (
	base = "http://bench.example"
	root = "/bench/"
	// pagedRoot is the root of a second service over the same store, which cuts
	// feeds into pages.
	pagedRoot = "/paged/"
)

const document = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="PAM" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Request"><Key><PropertyRef Name="RequestId"/></Key>
<Property Name="RequestId" Type="Edm.Guid" Nullable="false"/>
<Property Name="RoleId" Type="Edm.Guid" Nullable="false"/>
<Property Name="CreatorId" Type="Edm.Guid" Nullable="false"/>
<Property Name="Creator" Type="Edm.String" Nullable="false"/>
<Property Name="Justification" Type="Edm.String"/>
<Property Name="RequestedTTL" Type="Edm.Int64" Nullable="false"/>
<Property Name="CreationTime" Type="Edm.DateTime" Nullable="false"/>
<Property Name="ExpirationTime" Type="Edm.DateTime"/>
<Property Name="RequestStatus" Type="Edm.String" Nullable="false"/>
<Property Name="MFAVerified" Type="Edm.Boolean" Nullable="false"/>
<NavigationProperty Name="Role" Relationship="PAM.Request_Role" FromRole="Request" ToRole="Role"/></EntityType>
<EntityType Name="Role"><Key><PropertyRef Name="RoleId"/></Key>
<Property Name="RoleId" Type="Edm.Guid" Nullable="false"/>
<Property Name="DisplayName" Type="Edm.String" Nullable="false"/>
<Property Name="Description" Type="Edm.String"/>
<Property Name="TTL" Type="Edm.Int64" Nullable="false"/>
<Property Name="MFAEnabled" Type="Edm.Boolean" Nullable="false"/>
<NavigationProperty Name="Requests" Relationship="PAM.Request_Role" FromRole="Role" ToRole="Request"/></EntityType>
<Association Name="Request_Role"><End Type="PAM.Request" Role="Request" Multiplicity="*"/><End Type="PAM.Role" Role="Role" Multiplicity="1"/>
<ReferentialConstraint><Principal Role="Role"><PropertyRef Name="RoleId"/></Principal>
<Dependent Role="Request"><PropertyRef Name="RoleId"/></Dependent></ReferentialConstraint></Association>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true">
<EntitySet Name="Requests" EntityType="PAM.Request"/><EntitySet Name="Roles" EntityType="PAM.Role"/>
<AssociationSet Name="RequestRoles" Association="PAM.Request_Role"><End Role="Request" EntitySet="Requests"/><End Role="Role" EntitySet="Roles"/></AssociationSet>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`

// newModel is the model of both servers: the bare one needs it for $metadata
// only.
func newModel() (*metadata.Model, error) { return csdl.Read(strings.NewReader(document)) }
