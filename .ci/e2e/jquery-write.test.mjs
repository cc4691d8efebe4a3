// jQuery changes the ODataDemo service from a page of the service itself, the way
// pages do that know nothing of OData: JSON they write themselves, tunnelled verbs,
// forms and empty requests. What they have written they read back. Run by
// TestClients in examples/odatademo, which starts a service that nobody else
// changes and sets:
//
//   SERVICE_ROOT  the service root, ending in a slash
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { JSDOM, VirtualConsole } from 'jsdom';

const require = createRequire(import.meta.url);
const { SERVICE_ROOT: root } = process.env;
const { window } = new JSDOM('', { url: root, virtualConsole: new VirtualConsole() });
const $ = require('jquery')(window);

// ajax is what comes of a request: data on success, json of an error.
const ajax = (path, options) => new Promise((resolve) => {
  $.ajax({ url: root + path, ...options }).then(
    (data, text, xhr) => resolve({ ok: true, data, status: xhr.status, xhr }),
    (xhr, text) => resolve({ ok: false, text, status: xhr.status, json: xhr.responseJSON, xhr }));
});
const json = (type, data, more) =>
  ({ type, contentType: 'application/json', dataType: 'json', data: JSON.stringify(data), ...more });
const get = async (path) => {
  const { ok, data, status } = await ajax(path, { dataType: 'json' });
  assert.ok(ok, `${path}: ${status}`);
  return data;
};

test('create', async () => {
  const { status, data, xhr } = await ajax('Products', json('POST', { ID: 20, Name: 'Thé & <b>', Rating: 4, Price: 2.25, 'Supplier@odata.bind': 'Suppliers(1)' }));
  assert.equal(status, 201);
  assert.equal(data.Name, 'Thé & <b>');
  assert.equal(xhr.getResponseHeader('Location'), root + 'Products(20)');
  const stored = await get('Products(20)?$expand=Supplier');
  assert.equal(stored.Name, 'Thé & <b>');
  assert.equal(stored.Price, 2.25);
  assert.equal(stored.Supplier.Name, 'Tokyo Traders');
});

for (const [name, options] of [
  ['PATCH', { type: 'PATCH' }],
  ['MERGE', { type: 'MERGE' }],
  ['merge, in small letters', { type: 'merge' }],
  ['a tunnelled MERGE', { type: 'POST', headers: { 'X-HTTP-Method': 'MERGE' } }],
  ['a tunnelled PATCH', { type: 'POST', headers: { 'X-HTTP-Method': 'PATCH' } }],
]) {
  test(`update by ${name}`, async () => {
    const Price = name.length;
    const { ok, status, data } = await ajax('Products(20)', json(options.type, { Price }, options));
    assert.deepEqual([ok, status, data], [true, 204, undefined]);
    const stored = await get('Products(20)');
    assert.deepEqual([stored.Price, stored.Name, stored.Rating], [Price, 'Thé & <b>', 4]);
  });
}

test('replace', async () => {
  const { status } = await ajax('Products(20)', json('PUT', { Name: 'Tea', Price: 1 }));
  assert.equal(status, 204);
  const stored = await get('Products(20)');
  assert.deepEqual([stored.Name, stored.Price, stored.Rating], ['Tea', 1, 0]);
});

test('an entity as it was read, changed and sent back', async () => {
  const read = await get('Products(20)');
  const { status } = await ajax('Products(20)', json('PUT', { ...read, Rating: 3 }));
  assert.equal(status, 204);
  assert.equal((await get('Products(20)')).Rating, 3);
});

test('a supplier with its ETag', async () => {
  const { data: read, xhr } = await ajax('Suppliers(0)', { dataType: 'json' });
  const etag = xhr.getResponseHeader('ETag');
  assert.equal(read['odata.etag'], etag);
  const merge = (Name) => ajax('Suppliers(0)', json('MERGE', { Name }, { headers: { 'If-Match': etag } }));
  const first = await merge('First');
  assert.equal(first.status, 204);
  const second = await merge('Second');
  assert.equal(second.status, 412);
  assert.equal(second.json['odata.error'].code, 'PreconditionFailed');
  const { data: now, xhr: latest } = await ajax('Suppliers(0)', { dataType: 'json' });
  assert.equal(now.Name, 'First');
  assert.equal(latest.getResponseHeader('ETag'), first.xhr.getResponseHeader('ETag'));
});

test('links', async () => {
  const added = await ajax('Products(20)/$links/Categories', json('POST', { url: root + 'Categories(0)' }));
  assert.equal(added.status, 204);
  assert.deepEqual((await get('Products(20)/Categories')).value.map((each) => each.Name), ['Food']);
  const removed = await ajax('Products(20)/$links/Categories(0)', { type: 'DELETE' });
  assert.equal(removed.status, 204);
  assert.deepEqual((await get('Products(20)/Categories')).value, []);
});

test('an action with JSON', async () => {
  const { status, data } = await ajax('Products(1)/Discount', json('POST', { discountPercentage: 10 }));
  assert.equal(status, 200);
  assert.equal(data.value, 3.15);
  assert.equal((await get('Products(1)')).Price, 3.15);
});

const salaries = async () => (await get('Persons/ODataDemo.Employee')).value.map((each) => each.Salary);

test('an action without data', async () => {
  assert.deepEqual(await salaries(), [15000, 12000]);
  const { ok, status, data } = await ajax('IncreaseSalaries?percentage=10', { type: 'POST' });
  assert.deepEqual([ok, status, data], [true, 204, undefined]);
  assert.deepEqual(await salaries(), [16500, 13200]);
});

test('an action with a form', async () => {
  const { ok, status } = await ajax('IncreaseSalaries', { type: 'POST', data: { percentage: 100 } });
  assert.deepEqual([ok, status], [true, 204]);
  assert.deepEqual(await salaries(), [33000, 26400]);
});

test('an action without its argument', async () => {
  const { ok, status, json: answer } = await ajax('IncreaseSalaries', { type: 'POST', dataType: 'json' });
  assert.deepEqual([ok, status], [false, 400]);
  assert.match(answer['odata.error'].message.value, /percentage/);
  assert.deepEqual(await salaries(), [33000, 26400]);
});

test('a stream', async () => {
  const { status } = await ajax('PersonDetails(1)/Photo', { type: 'PUT', contentType: 'text/plain', data: 'a drawing', processData: false });
  assert.equal(status, 204);
  assert.equal((await ajax('PersonDetails(1)/Photo', { dataType: 'text' })).data, 'a drawing');
});

test('mistakes have a message a page can show', async () => {
  for (const [path, options, status, code] of [
    ['Products', json('POST', { ID: 20 }), 409, 'KeyExists'],
    ['Products', json('POST', { ID: 30, Nope: 1 }), 400, 'UnknownProperty'],
    ['Products', json('POST', { ID: 30, Price: null }), 400, 'NotNullable'],
    ['Products', { ...json('POST'), data: '{"ID":30' }, 400, 'MalformedJSON'],
    ['Products', { type: 'POST', dataType: 'json', data: { ID: 30 } }, 415, 'UnsupportedMediaType'],
    ['Products(99)', json('MERGE', { Price: 1 }), 404, 'NotFound'],
  ]) {
    const answer = await ajax(path, options);
    assert.equal(answer.status, status, code);
    assert.equal(answer.json['odata.error'].code, code);
    assert.ok(answer.json['odata.error'].message.value);
  }
  assert.equal((await ajax('Products(30)', { dataType: 'json' })).status, 404, 'nothing of it remains');
});

test('a tunnelled DELETE', async () => {
  const { ok, status } = await ajax('Products(20)', { type: 'POST', headers: { 'X-HTTP-Method': 'DELETE' } });
  assert.deepEqual([ok, status], [true, 204]);
  assert.equal((await ajax('Products(20)', { dataType: 'json' })).status, 404);
  const again = await ajax('Products(20)', { type: 'DELETE', dataType: 'json' });
  assert.equal(again.status, 404);
});
