// datajs reads the ODataDemo service, in verbose JSON and in Atom: what it asks
// for by itself, and what a page can make it ask for. Run by TestClients in
// examples/odatademo, which sets the variables that datajs.mjs names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OData, call, contentType, model, modelResponse, paged, refused, root, version } from './datajs.mjs';

const formats = [
  ['verbose JSON', undefined, 'application/json;odata=verbose'],
  ['Atom', { Accept: 'application/atom+xml' }, 'application/atom+xml'],
];
const ids = (data) => data.results.map((each) => each.ID);

// read asks for a path in one of the formats, and sees to it that the answer is
// in that format and in a version the client understands.
async function read(path, [, headers, type], from = root) {
  const { data, response } = await call({ requestUri: from + path, headers: { ...headers } });
  assert.equal(response.statusCode, 200, path);
  assert.ok(contentType(response).startsWith(type), `${path}: ${contentType(response)}`);
  assert.match(version(response), /^[12]\.0;?$/, path);
  return data;
}

test('the model', () => {
  assert.equal(contentType(modelResponse), 'application/xml;charset=utf-8');
  const schema = model.dataServices.schema[0];
  assert.equal(schema.namespace, 'ODataDemo');
  assert.deepEqual(schema.entityType.map((each) => each.name).sort(), ['Advertisement', 'Category', 'Customer',
    'Employee', 'FeaturedProduct', 'Person', 'PersonDetail', 'Product', 'ProductDetail', 'Supplier']);
  const product = schema.entityType.find((each) => each.name === 'Product');
  assert.deepEqual(product.property.map((each) => `${each.name} ${each.type}`), ['ID Edm.Int32', 'Name Edm.String',
    'Description Edm.String', 'ReleaseDate Edm.DateTime', 'DiscontinuedDate Edm.DateTime', 'Rating Edm.Int16', 'Price Edm.Double']);
});

test('the service document', async () => {
  const sets = ['Products', 'ProductDetails', 'Categories', 'Suppliers', 'Persons', 'PersonDetails', 'Advertisements'];
  const byItself = await call({ requestUri: root });
  assert.match(contentType(byItself.response), /^application\/atomsvc\+xml/, 'what datajs likes best');
  assert.deepEqual(byItself.data.workspaces[0].collections.map((each) => each.title), sets);
  assert.deepEqual(byItself.data.workspaces[0].collections.map((each) => each.href), sets.map((each) => root + each));
  const json = await call({ requestUri: root, headers: { Accept: 'application/json' } });
  assert.match(contentType(json.response), /^application\/json;odata=verbose/, 'the JSON a client of 2.0 knows');
  assert.deepEqual(json.data.workspaces[0].collections.map((each) => each.title), sets);
});

// Every query option, and which products it leaves in which order.
const queries = [
  ['', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['?$filter=Price gt 20 and Rating eq 3', [2, 4, 5, 8]],
  ["?$filter=substringof('Lemonade',Name)", [6, 9]],
  ["?$filter=startswith(tolower(Description),'the') or endswith(Name,'a')", [2, 3]],
  ['?$filter=year(ReleaseDate) eq 2006', [5, 6, 7]],
  ["?$filter=ReleaseDate ge datetime'2006-11-05T00:00:00'", [6, 7, 8]],
  ['?$filter=not (DiscontinuedDate eq null)', [3]],
  ['?$filter=Price mul 2 le 5', [0, 9]],
  ["?$filter=Supplier/Name eq 'Tokyo Traders'", [0, 7, 8]],
  ["?$filter=isof('ODataDemo.FeaturedProduct')", [9, 10]],
  ['?$orderby=Price desc', [8, 7, 4, 5, 2, 3, 6, 10, 1, 0, 9]],
  ['?$orderby=Rating,Name desc&$top=3', [10, 2, 6]],
  ['?$orderby=Supplier/Name desc,ID&$top=4', [0, 7, 8, 1]],
  ['?$skip=2&$top=3', [2, 3, 4]],
  ['?$skip=20&$top=10', []],
  ['?$filter=Rating eq 3&$orderby=ID desc&$skip=1&$top=2', [6, 5]],
];
for (const format of formats) {
  test(`queries in ${format[0]}`, async (t) => {
    for (const [query, want] of queries) {
      await t.test(query || 'none', async () => assert.deepEqual(ids(await read('Products' + query, format)), want));
    }
  });

  test(`an entity in ${format[0]}`, async () => {
    const milk = await read('Products(1)', format);
    const { ID, Name, Description, ReleaseDate, DiscontinuedDate, Rating, Price } = milk;
    assert.deepEqual({ ID, Name, Description, DiscontinuedDate, Rating, Price },
      { ID: 1, Name: 'Milk', Description: 'Low fat milk', DiscontinuedDate: null, Rating: 3, Price: 3.5 });
    assert.equal(ReleaseDate.getTime(), Date.UTC(1995, 9, 1));
    assert.equal(milk.__metadata.type, 'ODataDemo.Product');
    assert.equal(milk.__metadata.uri, root + 'Products(1)');
    const supplier = await read(milk.Supplier.__deferred.uri.slice(root.length) + '?$select=Name,Address,Concurrency', format);
    assert.equal(supplier.Name, 'Exotic Liquids');
    assert.equal(supplier.Address.City, 'Sammamish');
    assert.equal(supplier.Concurrency, 0);
    assert.equal(supplier.__metadata.etag, 'W/"0"');
  });

  test(`inheritance in ${format[0]}`, async () => {
    const people = await read('Persons', format);
    assert.deepEqual(people.results.map((each) => each.__metadata.type.replace('ODataDemo.', '')),
      ['Person', 'Person', 'Person', 'Customer', 'Customer', 'Employee', 'Employee']);
    assert.equal(Number(people.results[3].TotalExpense), 99.99);
    assert.equal(Number(people.results[5].EmployeeID), 10001);
    assert.equal(people.results[5].Salary, 15000);
    assert.equal('Salary' in people.results[3], false);
  });

  test(`the number of entities beside them, in ${format[0]}`, async () => {
    const some = await read('Products?$inlinecount=allpages&$filter=Rating eq 3&$top=2', format);
    assert.equal(Number(some.__count), 7);
    assert.deepEqual(ids(some), [1, 2]);
    const none = await read('Products?$inlinecount=allpages&$top=0', format);
    assert.equal(Number(none.__count), 11);
    assert.deepEqual(none.results, []);
  });

  test(`$select in ${format[0]}`, async () => {
    const some = await read('Products?$select=ID,Name&$top=2', format);
    for (const each of some.results) assert.deepEqual(Object.keys(each).sort(), ['ID', 'Name', '__metadata']);
    assert.deepEqual(some.results.map((each) => each.Name), ['Bread', 'Milk']);
  });

  test(`$expand in ${format[0]}`, async () => {
    const milk = await read('Products(1)?$expand=Categories,ProductDetail', format);
    assert.deepEqual(milk.Categories.results.map((each) => each.Name), ['Food', 'Beverages']);
    assert.equal(milk.ProductDetail.Details, 'Details of product 1');
    const bread = await read('Products(0)?$expand=ProductDetail', format);
    assert.equal(bread.ProductDetail, null);

    const deep = await read('Categories?$expand=Products/Supplier&$select=ID,Products/ID,Products/Supplier/Name', format);
    assert.deepEqual(deep.results.map((each) => ids(each.Products)), [[0, 1], [1, 2, 3, 4, 5, 6, 9, 10], [7, 8]]);
    const suppliers = deep.results[1].Products.results.map((each) => each.Supplier && each.Supplier.Name);
    assert.deepEqual(suppliers, [...Array(6).fill('Exotic Liquids'), null, null]);

    const narrow = await read('Products(1)?$expand=Supplier&$select=ID,Name,Supplier/Name', format);
    assert.deepEqual(Object.keys(narrow).sort(), ['ID', 'Name', 'Supplier', '__metadata']);
    assert.deepEqual(Object.keys(narrow.Supplier).sort(), ['Name', '__metadata']);
  });

  test(`navigation in ${format[0]}`, async () => {
    assert.deepEqual(ids(await read('Suppliers(1)/Products', format)), [0, 7, 8]);
    assert.deepEqual(ids(await read('Products(7)/Supplier/Products?$orderby=ID desc', format)), [8, 7, 0]);
    assert.deepEqual(ids(await read("Categories(1)/Products?$filter=Supplier/ID eq 0&$top=2", format)), [1, 2]);
    assert.equal((await read('Categories(0)/Products(1)', format)).Name, 'Milk');
  });

  test(`a service operation in ${format[0]}`, async () => {
    assert.deepEqual(ids(await read('GetProductsByRating?rating=3&$orderby=Price&$top=2', format)), [1, 6]);
  });

  test(`pages of the service in ${format[0]}`, async () => {
    const follow = async (path) => {
      const pages = [];
      for (let next = paged + path; next; next = pages.at(-1).__next) {
        pages.push(await read(next.slice(paged.length), format, paged));
      }
      return pages;
    };
    const all = await follow('Products?$inlinecount=allpages');
    assert.deepEqual(all.map(ids), [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10]]);
    assert.equal(Number(all[0].__count), 11);
    const some = await follow('Products?$orderby=Rating desc,Price&$skip=1&$top=5&$select=ID');
    assert.deepEqual(some.map(ids), [[7, 0, 1], [6, 3]]);
    const [categories] = await follow('Categories?$expand=Products');
    const beverages = categories.results[1].Products;
    assert.deepEqual(ids(beverages), [1, 2, 3]);
    assert.ok(beverages.__next.startsWith(paged + 'Categories(1)/Products?'), beverages.__next);
    const rest = await follow(beverages.__next.slice(paged.length));
    assert.deepEqual(rest.map(ids), [[4, 5, 6], [9, 10]]);
    assert.equal('__next' in categories.results[0].Products, false, 'a complete list has no link');
  });
}

test('links', async () => {
  for (const Accept of [undefined, 'application/xml']) {
    const many = await call({ requestUri: root + 'Products(1)/$links/Categories', headers: { Accept } });
    assert.deepEqual(many.data.results.map((each) => each.uri), [root + 'Categories(0)', root + 'Categories(1)']);
    const one = await call({ requestUri: root + 'Products(1)/$links/Supplier', headers: { Accept } });
    assert.equal(one.data.uri, root + 'Suppliers(0)');
  }
});

test('single values', async () => {
  const text = async (path) => {
    const { data, response } = await call({ requestUri: root + path });
    assert.equal(contentType(response), 'text/plain;charset=utf-8', path);
    return data;
  };
  assert.equal(await text('Products/$count'), '11');
  assert.equal(await text("Products/$count?$filter=Name eq 'Bread'"), '1');
  assert.equal(await text('Categories(1)/Products/$count'), '8');
  assert.equal(await text('Products(1)/Name/$value'), 'Milk');
  assert.equal(await text('Suppliers(0)/Address/City/$value'), 'Sammamish');
  assert.deepEqual((await call({ requestUri: root + 'Products(1)/Price' })).data, { Price: 3.5 });
  const { Address } = (await call({ requestUri: root + 'Suppliers(1)/Address' })).data;
  assert.equal(Address.Street, 'NE 40th');
  const { data } = await call({ requestUri: root + "Advertisements(guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7')/$value" });
  assert.equal(data, 'Test stream data 0');
});

test('what version 2.0 cannot express', async () => {
  for (const path of ['Suppliers(0)', 'Products(1)?$expand=Supplier', 'PersonDetails(1)']) {
    const { response } = await refused({ requestUri: root + path });
    assert.equal(response.statusCode, 400, path);
    assert.match(response.body, /MaxDataServiceVersion/, path);
  }
  const { data } = await call({ requestUri: root + 'Suppliers(0)', headers: { MaxDataServiceVersion: '3.0' } });
  assert.deepEqual(data.Location.coordinates, [-122.03547668457, 47.6316604614258]);
});

test('nothing related', async () => {
  const { data, response } = await call({ requestUri: root + 'Products(0)/ProductDetail' });
  assert.equal(response.statusCode, 204);
  assert.equal(data, undefined);
});

test('errors', async (t) => {
  for (const [path, status] of [
    ['Products(99)', 404],
    ['Nothing', 404],
    ['Products(x)', 400],
    ['Products?$filter=Nope eq 1', 400],
    ['Products?$filter=Price gt', 400],
    ['Products?$orderby=Nope', 400],
    ['Products?$expand=Name', 400],
    ['Products?$top=x', 400],
    ['Products?$search=x', 400],
  ]) {
    await t.test(path, async () => {
      const { response } = await refused({ requestUri: root + path });
      assert.equal(response.statusCode, status);
      assert.match(contentType(response), /^application\/json;odata=verbose/);
      const { error } = JSON.parse(response.body);
      assert.equal(typeof error.code, 'string');
      assert.ok(error.message.value);

      const atom = await refused({ requestUri: root + path, headers: { Accept: 'application/atom+xml' } });
      assert.equal(atom.response.statusCode, status);
      assert.match(contentType(atom.response), /^application\/xml/);
      assert.match(atom.response.body, /<m:error /);
    });
  }
});
