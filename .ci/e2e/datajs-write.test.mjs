// datajs changes the ODataDemo service, in verbose JSON and in Atom: every verb,
// links, an action, and batches. What it has written it reads back. Run by
// TestClients in examples/odatademo, which sets the variables that datajs.mjs
// names, for a service that nobody else changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OData, call, contentType, header, refused, root, version } from './datajs.mjs';

// A format writes with these headers. A link to an entity that exists is one by
// its URL: bind makes it.
const formats = [
  { name: 'verbose JSON', id: 100, type: 'application/json;odata=verbose',
    headers: {}, bind: (path) => ({ __metadata: { uri: root + path } }) },
  { name: 'Atom', id: 200, type: 'application/atom+xml;type=entry',
    headers: { Accept: 'application/atom+xml', 'Content-Type': 'application/atom+xml' },
    bind: (path) => ({ __deferred: { uri: root + path } }) },
];
const newest = { DataServiceVersion: '3.0', MaxDataServiceVersion: '3.0' };

const get = async (path, headers) => (await call({ requestUri: root + path, headers })).data;
const send = (format, method, path, data, headers) =>
  call({ method, requestUri: root + path, data, headers: { ...format.headers, ...headers } });
const status = (response) => Number(response.statusCode); // of a part of a batch it is text

// product is one in the form that both formats can write.
const product = (ID, more) => ({
  __metadata: { type: 'ODataDemo.Product' },
  ID, Name: 'Tea', Description: 'Green & <strong>', ReleaseDate: new Date(Date.UTC(2012, 1, 29, 10, 20, 30)),
  DiscontinuedDate: null, Rating: 4, Price: 2.25, ...more,
});

// plain are the values of a product, dates as numbers.
function plain({ ID, Name, Description, ReleaseDate, DiscontinuedDate, Rating, Price }) {
  return { ID, Name, Description, ReleaseDate: ReleaseDate.getTime(), DiscontinuedDate: DiscontinuedDate && DiscontinuedDate.getTime(), Rating, Price };
}

for (const format of formats) {
  const { name, id, bind } = format;
  const path = `Products(${id})`;

  test(`create in ${name}`, async () => {
    const { data, response } = await send(format, 'POST', 'Products', product(id, { Supplier: bind('Suppliers(1)') }));
    assert.equal(response.statusCode, 201);
    assert.equal(header(response, 'location'), root + path);
    assert.ok(contentType(response).startsWith(format.type), contentType(response));
    assert.match(version(response), /^[12]\.0;?$/);
    const want = { ...plain(product(id)) };
    assert.deepEqual(plain(data), want, 'the answer');
    assert.equal(data.__metadata.uri, root + path);
    assert.deepEqual(plain(await get(path)), want, 'what was stored');
    assert.equal((await get(path + '/Supplier?$select=Name')).Name, 'Tokyo Traders');
  });

  test(`create below another entity in ${name}`, async () => {
    const { data } = await send(format, 'POST', 'Categories(0)/Products', product(id + 1));
    assert.equal(data.ID, id + 1);
    assert.equal((await get(`Categories(0)/Products(${id + 1})?$select=Name`)).Name, 'Tea');
  });

  test(`create with a related entity in ${name}`, async () => {
    await send(format, 'POST', 'Products', product(id + 2, {
      ProductDetail: { __metadata: { type: 'ODataDemo.ProductDetail', uri: '' }, ProductID: id + 2, Details: 'of tea' },
    }));
    assert.equal((await get(`Products(${id + 2})/ProductDetail`)).Details, 'of tea');
  });

  test(`a derived type in ${name}`, async () => {
    const { data, response } = await send(format, 'POST', 'Persons', {
      __metadata: { type: 'ODataDemo.Employee' },
      ID: id, Name: 'Zoe', EmployeeID: '9007199254740993', HireDate: new Date(Date.UTC(2015, 6, 12)), Salary: 9000.5,
    });
    assert.equal(response.statusCode, 201);
    assert.equal(data.__metadata.type, 'ODataDemo.Employee');
    const zoe = await get(`Persons(${id})/ODataDemo.Employee`);
    assert.equal(String(zoe.EmployeeID), '9007199254740993', 'every digit');
    assert.equal(zoe.Salary, 9000.5);
    assert.equal(zoe.HireDate.getTime(), Date.UTC(2015, 6, 12));
  });

  test(`MERGE in ${name} changes what it names`, async () => {
    const { data, response } = await send(format, 'MERGE', path, { __metadata: { type: 'ODataDemo.Product' }, Price: 3.5 });
    assert.equal(response.statusCode, 204);
    assert.equal(data, undefined);
    assert.deepEqual(plain(await get(path)), plain(product(id, { Price: 3.5 })));
  });

  test(`PATCH in ${name} does, too`, async () => {
    const discontinued = new Date(Date.UTC(2014, 11, 31));
    const { response } = await send(format, 'PATCH', path,
      { __metadata: { type: 'ODataDemo.Product' }, DiscontinuedDate: discontinued, Name: 'Black tea' }, newest);
    assert.equal(response.statusCode, 204);
    assert.deepEqual(plain(await get(path)), plain(product(id, { Price: 3.5, Name: 'Black tea', DiscontinuedDate: discontinued })));
  });

  test(`PUT in ${name} replaces`, async () => {
    const { response } = await send(format, 'PUT', path,
      { __metadata: { type: 'ODataDemo.Product' }, ID: id, Name: 'White tea', ReleaseDate: new Date(0), Rating: 1, Price: 4 });
    assert.equal(response.statusCode, 204);
    assert.deepEqual(plain(await get(path)), plain(product(id,
      { Name: 'White tea', Description: null, ReleaseDate: new Date(0), Rating: 1, Price: 4 })));
    assert.equal((await get(path + '/Supplier?$select=Name')).Name, 'Tokyo Traders', 'but for the links');
  });

  test(`tunnelled verbs in ${name}`, async () => {
    const tunnel = (verb, data, more) => send(format, 'POST', path, data, { 'X-HTTP-Method': verb, ...more });
    const price = async () => (await get(path)).Price;
    const typed = (values) => ({ __metadata: { type: 'ODataDemo.Product' }, ...values });
    assert.equal((await tunnel('MERGE', typed({ Price: 5 }))).response.statusCode, 204);
    assert.equal(await price(), 5);
    assert.equal((await tunnel('PATCH', typed({ Price: 6 }), newest)).response.statusCode, 204);
    assert.equal(await price(), 6);
    const { Name } = await get(path);
    assert.equal(Name, 'White tea');
    assert.equal((await tunnel('PUT', typed({ Name: 'Mate', ReleaseDate: new Date(0), Rating: 2, Price: 7 }))).response.statusCode, 204);
    assert.equal(await price(), 7);
    assert.equal((await get(path)).Name, 'Mate');
  });

  test(`a link set in an update in ${name}`, async () => {
    await send(format, 'MERGE', path, { __metadata: { type: 'ODataDemo.Product' }, Supplier: bind('Suppliers(0)') });
    assert.equal((await get(path + '/Supplier?$select=ID')).ID, 0);
    assert.equal((await get(path)).Name, 'Mate');
  });

  test(`a supplier's ETag in ${name}`, async () => {
    const Name = `Renamed in ${name}`;
    const before = (await get('Suppliers(0)', newest)).__metadata.etag;
    const change = { __metadata: { type: 'ODataDemo.Supplier' }, Name };
    const { response } = await send(format, 'MERGE', 'Suppliers(0)', change, { 'If-Match': before });
    assert.equal(response.statusCode, 204);
    const after = await get('Suppliers(0)', newest);
    assert.equal(after.Name, Name);
    assert.equal(after.Address.City, 'Sammamish');
    assert.notEqual(after.__metadata.etag, before);
    assert.equal(header(response, 'etag'), after.__metadata.etag);
    const headers = { ...format.headers, 'If-Match': before };
    const stale = await refused({ method: 'MERGE', requestUri: root + 'Suppliers(0)', data: { ...change, Name: 'Stale' }, headers });
    assert.equal(stale.response.statusCode, 412);
    assert.equal((await get('Suppliers(0)', newest)).Name, Name);
  });

  test(`complex values in ${name}`, async () => {
    const Address = { __metadata: { type: 'ODataDemo.Address' }, Street: 'Neue Straße 1', City: 'Ulm', State: null, ZipCode: '89073', Country: 'Germany' };
    await send(format, 'POST', 'Suppliers', { __metadata: { type: 'ODataDemo.Supplier' }, ID: id, Name: 'Münster', Address }, newest);
    const { __metadata, ...stored } = (await get(`Suppliers(${id})`, newest)).Address;
    assert.deepEqual(stored, { Street: 'Neue Straße 1', City: 'Ulm', State: null, ZipCode: '89073', Country: 'Germany' });
  });

  test(`mistakes in ${name}`, async (t) => {
    for (const [why, method, where, data, want] of [
      ['a key that is taken', 'POST', 'Products', product(id), 409],
      ['null where there must be a value', 'POST', 'Products', product(id + 9, { Rating: null }), 400],
      ['a property that does not exist', 'POST', 'Products', product(id + 9, { Nope: 'x' }), 400],
      ['an entity that does not exist', 'MERGE', 'Products(99)', { __metadata: { type: 'ODataDemo.Product' }, Price: 1 }, 404],
      ['a link to nobody', 'POST', 'Products', product(id + 9, { Supplier: bind('Suppliers(77)') }), 404],
    ]) {
      await t.test(why, async () => {
        const { response } = await refused({ method, requestUri: root + where, data, headers: { ...format.headers } });
        assert.equal(response.statusCode, want);
        assert.ok(contentType(response).startsWith(format.headers.Accept ? 'application/xml' : 'application/json;odata=verbose'));
      });
    }
    const missing = await refused({ requestUri: root + `Products(${id + 9})` });
    assert.equal(missing.response.statusCode, 404, 'nothing of it remains');
  });

  test(`DELETE in ${name}`, async () => {
    const before = Number(await get('Products/$count'));
    const direct = await send(format, 'DELETE', path);
    assert.equal(direct.response.statusCode, 204);
    const tunnelled = await send(format, 'POST', `Products(${id + 1})`, undefined, { 'X-HTTP-Method': 'DELETE' });
    assert.equal(tunnelled.response.statusCode, 204);
    assert.equal(Number(await get('Products/$count')), before - 2);
    for (const gone of [path, `Products(${id + 1})`]) {
      assert.equal((await refused({ requestUri: root + gone })).response.statusCode, 404);
    }
    assert.equal((await refused({ method: 'DELETE', requestUri: root + path })).response.statusCode, 404);
  });

  test(`a batch in ${name}`, async () => {
    const part = (method, requestUri, data, headers) => ({ method, requestUri, data, headers: { ...format.headers, ...headers } });
    const typed = (values) => ({ __metadata: { type: 'ODataDemo.Product' }, ...values });
    const reference = name === 'Atom' ? { __deferred: { uri: '$1' } } : { __metadata: { uri: '$1' } };
    const { data, response } = await call({ method: 'POST', requestUri: root + '$batch', data: { __batchRequests: [
      { method: 'GET', requestUri: 'Products(1)' },
      { __changeRequests: [
        part('POST', 'Categories', { __metadata: { type: 'ODataDemo.Category' }, ID: id, Name: 'Hot drinks' }, { 'Content-ID': '1' }),
        part('POST', '$1/Products', product(id + 3), { 'Content-ID': '2' }),
        part('POST', 'Products', product(id + 4, name === 'Atom' ? { Categories: reference } : { Categories: [reference] }), { 'Content-ID': '3' }),
        part('MERGE', '$2', typed({ Price: 8 }), { 'Content-ID': '4' }),
        part('DELETE', `Products(${id + 2})`, undefined, { 'Content-ID': '5' }),
      ] },
      { method: 'GET', requestUri: root + `Categories(${id})/Products?$orderby=ID&$select=ID,Price` },
    ] } }, OData.batchHandler);
    assert.equal(response.statusCode, 202);
    const [first, { __changeResponses: changes }, last] = data.__batchResponses;
    assert.equal(first.data.Name, 'Milk');
    assert.deepEqual(changes.map(status), [201, 201, 201, 204, 204], JSON.stringify(changes));
    assert.equal(changes[0].data.Name, 'Hot drinks');
    assert.equal(header(changes[0], 'location'), root + `Categories(${id})`);
    assert.equal(header(changes[0], 'content-id'), '1');
    assert.equal(changes[1].data.ID, id + 3);
    assert.deepEqual(last.data.results.map(({ ID, Price }) => [ID, Price]), [[id + 3, 8], [id + 4, 2.25]]);
    assert.equal((await refused({ requestUri: root + `Products(${id + 2})` })).response.statusCode, 404);
  });

  test(`a change set that fails leaves nothing, in ${name}`, async () => {
    const before = Number(await get('Products/$count'));
    const part = (method, requestUri, data, headers) => ({ method, requestUri, data, headers: { ...format.headers, ...headers } });
    const { data, response } = await call({ method: 'POST', requestUri: root + '$batch', data: { __batchRequests: [
      { __changeRequests: [
        part('POST', 'Products', product(id + 5), { 'Content-ID': '1' }),
        part('DELETE', 'Products(0)', undefined, { 'Content-ID': '2' }),
        part('POST', 'Products', product(1), { 'Content-ID': '3' }),
        part('DELETE', 'Products(2)', undefined, { 'Content-ID': '4' }),
      ] },
      { method: 'GET', requestUri: 'Products/$count' },
      { __changeRequests: [part('POST', 'Products', product(id + 6))] },
    ] } }, OData.batchHandler);
    assert.equal(response.statusCode, 202);
    const [{ __changeResponses: failed }, count, { __changeResponses: worked }] = data.__batchResponses;
    assert.equal(failed.length, 1, 'one answer for all');
    assert.equal(status(failed[0].response), 409);
    assert.ok(failed[0].message);
    assert.equal(Number(count.data), before, 'undone before the next part');
    assert.equal(status(worked[0]), 201, 'the next change set stands for itself');
    assert.equal((await get('Products(0)')).Name, 'Bread');
    assert.equal((await refused({ requestUri: root + `Products(${id + 5})` })).response.statusCode, 404);
    assert.equal((await get(`Products(${id + 6})`)).Name, 'Tea');
  });
}

// The client has no form for links and single values but that of JSON; a body of
// one's own goes as it is.
const xml = (text) => ({
  body: `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">${text}</uri>`, headers: { 'Content-Type': 'application/xml', Accept: 'application/xml' },
});
for (const [name, link] of [['JSON', (uri) => ({ data: { uri } })], ['XML', (uri) => xml(uri)]]) {
  test(`links in ${name}`, async () => {
    const links = (path) => get(`Products(0)/$links/${path}`);
    const change = async (method, path, more) => {
      const { response } = await call({ method, requestUri: root + `Products(0)/$links/${path}`, ...more });
      assert.equal(response.statusCode, 204, `${method} ${path}`);
    };
    assert.deepEqual((await links('Categories')).results.map(({ uri }) => uri), [root + 'Categories(0)']);
    await change('POST', 'Categories', link(root + 'Categories(2)'));
    assert.deepEqual((await links('Categories')).results.map(({ uri }) => uri), [root + 'Categories(0)', root + 'Categories(2)']);
    await change('DELETE', 'Categories(2)');
    assert.deepEqual((await links('Categories')).results.map(({ uri }) => uri), [root + 'Categories(0)']);
    await change('PUT', 'Supplier', link('Suppliers(0)'));
    assert.equal((await links('Supplier')).uri, root + 'Suppliers(0)');
    assert.equal((await get('Suppliers(0)/Products(0)')).Name, 'Bread', 'seen from the other end');
    await change('DELETE', 'Supplier');
    assert.equal((await call({ requestUri: root + 'Products(0)/Supplier', headers: newest })).response.statusCode, 204);
    await change('PUT', 'Supplier', link('Suppliers(1)'));
    assert.equal((await links('Supplier')).uri, root + 'Suppliers(1)');
  });
}

test('single values', async () => {
  const put = async (path, more) => {
    const { response } = await call({ method: 'PUT', requestUri: root + path, ...more });
    assert.equal(response.statusCode, 204, path);
  };
  await put('Products(2)/Price', { data: { Price: 21.5 } });
  assert.deepEqual((await get('Products(2)/Price')), { Price: 21.5 });
  await put('Products(2)/Name/$value', { data: 'Soda', headers: { 'Content-Type': 'text/plain' } });
  assert.equal(await get('Products(2)/Name/$value'), 'Soda');
  await put('Products(2)/Name', { body: '<Name xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">Vint</Name>',
    headers: { 'Content-Type': 'application/xml' } });
  assert.equal(await get('Products(2)/Name/$value'), 'Vint');
});

test('a stream', async () => {
  const film = "Advertisements(guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7')/$value";
  await call({ method: 'PUT', requestUri: root + film, data: 'A shorter film', headers: { 'Content-Type': 'text/plain' } });
  assert.equal(await get(film), 'A shorter film');
  const { data } = await call({ method: 'POST', requestUri: root + 'Advertisements', body: 'Another',
    headers: { 'Content-Type': 'text/plain' } });
  assert.equal(await get(data.__metadata.media_src.slice(root.length)), 'Another');
});

test('actions', async () => {
  const { data, response } = await call({ method: 'POST', requestUri: root + 'Products(3)/Discount', data: { discountPercentage: 50 }, headers: newest });
  assert.equal(response.statusCode, 200);
  assert.deepEqual(data, { Discount: 9.95 });
  assert.equal((await get('Products(3)')).Price, 9.95);

  const salaries = async () => (await get('Persons/ODataDemo.Employee?$filter=ID lt 100')).results.map(({ Salary }) => Salary);
  assert.deepEqual(await salaries(), [15000, 12000]);
  const raise = await call({ method: 'POST', requestUri: root + 'IncreaseSalaries', data: { percentage: 10 }, headers: newest });
  assert.equal(raise.response.statusCode, 204);
  assert.deepEqual(await salaries(), [16500, 13200]);
});

test('the target of an action is in the payload', async () => {
  const milk = await get('Products(1)?$select=Price,Discount', newest); // at 3.0 the client cannot read dates
  const [[name, [{ target }]]] = Object.entries(milk.__metadata.actions);
  assert.equal(name, root + '$metadata#DemoService.Discount');
  const { data } = await call({ method: 'POST', requestUri: target, data: { discountPercentage: 10 }, headers: newest });
  assert.deepEqual(data, { Discount: 3.15 });
});
