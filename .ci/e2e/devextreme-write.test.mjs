// DevExtreme's ODataStore changes the ODataDemo service as a store of version 3,
// and its ODataContext calls actions. What they have written they read back. Run
// by TestClients in examples/odatademo, which sets the variables that
// devextreme.mjs names, for a service that nobody else changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ODataContext, done, failure, root, sent, store } from './devextreme.mjs';

const products = store('Products');
const tea = { ID: 20, Name: "Earl's <tea>", Description: null, ReleaseDate: new Date(2014, 0, 31, 5), Rating: 4, Price: 2.25 };
const last = () => sent.at(-1);

test('insert', async () => {
  const { data, extra: key } = await done(products.insert(tea));
  assert.deepEqual([last().method, last().url], ['POST', root + 'Products']);
  assert.equal(key, 20, 'the key is that of the answer');
  const { data: stored } = await done(products.byKey(20));
  for (const entity of [data, stored]) {
    for (const [name, value] of Object.entries(tea)) assert.deepEqual(entity[name], value, name);
    assert.equal(entity.DiscontinuedDate, null);
  }
  assert.equal((await done(products.totalCount())).data, 12);
});

test('insert without a key', async () => {
  const { data, extra: key } = await done(products.insert({ Name: 'Mate' }));
  assert.equal(key, 21, 'the service has made one');
  assert.equal(data.Rating, 0);
  assert.equal((await done(products.byKey(21))).data.Name, 'Mate');
});

test('insert with links and related entities', async () => {
  const context = new ODataContext({ url: root.slice(0, -1), version: 3,
    entities: { Suppliers: { key: 'ID', keyType: 'Int32' }, Categories: { key: 'ID', keyType: 'Int32' } } });
  await done(products.insert({
    ID: 22, Name: 'Chai', Supplier: context.objectLink('Suppliers', 1),
    Categories: [context.objectLink('Categories', 0), context.objectLink('Categories', 1)],
    ProductDetail: { ProductID: 22, Details: 'with milk' },
  }));
  const { data: chai } = await done(products.byKey(22, { expand: ['Supplier', 'Categories', 'ProductDetail'] }));
  assert.equal(chai.Supplier.Name, 'Tokyo Traders');
  assert.deepEqual(chai.Categories.map((each) => each.Name), ['Food', 'Beverages']);
  assert.equal(chai.ProductDetail.Details, 'with milk');
});

test('update', async () => {
  const { extra: key } = await done(products.update(20, { Price: 3.5, DiscontinuedDate: new Date(2015, 5, 1) }));
  assert.equal(last().method, 'PATCH');
  assert.equal(key, 20);
  const { data: stored } = await done(products.byKey(20));
  const want = { ...tea, Price: 3.5, DiscontinuedDate: new Date(2015, 5, 1) };
  for (const [name, value] of Object.entries(want)) assert.deepEqual(stored[name], value, name);
});

test('update by a store of version 2', async () => {
  await done(store('Products', { version: 2 }).update(20, { Rating: 5 }));
  assert.equal(last().method, 'MERGE');
  const { data: stored } = await done(products.byKey(20));
  assert.equal(stored.Rating, 5);
  assert.equal(stored.Price, 3.5);
});

test('update of a complex value and of an undeclared property', async () => {
  const details = store('PersonDetails', { key: 'PersonID' });
  const { data: { Address } } = await done(details.byKey(0));
  await done(details.update(0, { Age: 22, Address: { ...Address, City: 'Santa Fe' } }));
  const { data: paula } = await done(details.byKey(0));
  assert.equal(paula.Age, 22);
  assert.equal(paula.Address.City, 'Santa Fe');
  assert.equal(paula.Address.Street, '2817 Milton Dr.');
  const categories = store('Categories');
  await done(categories.update(0, { Aisle: 'B4' }));
  const { data: food } = await done(categories.byKey(0));
  assert.deepEqual([food.Name, food.Aisle], ['Food', 'B4']);
});

test('keys and values of other types', async () => {
  const staff = store('Persons', { fieldTypes: { EmployeeID: 'Int64' } });
  await done(staff.insert({ __metadata: { type: 'ODataDemo.Employee' }, ID: 9, Name: 'Zoe', EmployeeID: '9007199254740993', HireDate: new Date(2015, 6, 12), Salary: 9000.5 }));
  const { data: zoe } = await done(staff.byKey(9));
  assert.equal(zoe.EmployeeID, '9007199254740993', 'every digit');
  assert.equal(zoe.Salary, 9000.5);
  const films = store('Advertisements', { keyType: 'Guid' });
  const key = 'f89dee73-af9f-4cd4-b330-db93c25ff3c7';
  await done(films.update(key, { Name: 'Lemonade' }));
  assert.equal((await done(films.byKey(key))).data.Name, 'Lemonade');
});

test('remove', async () => {
  const { data: before } = await done(products.totalCount());
  await done(products.remove(20));
  assert.deepEqual([last().method, last().body], ['DELETE', 'null'], 'with a body, which does not matter');
  assert.equal((await failure(products.byKey(20))).httpStatus, 404);
  assert.equal((await done(products.totalCount())).data, before - 1);
});

test('errors have a message and a status', async () => {
  for (const [pending, status, message] of [
    [() => products.insert({ ID: 1, Name: 'Taken' }), 409, /key/],
    [() => products.insert({ ID: 50, Rating: null }), 400, /Rating/],
    [() => products.insert({ ID: 50, Nope: 1 }), 400, /Nope/],
    [() => products.update(99, { Price: 1 }), 404, /exist/],
    [() => products.remove(99), 404, /exist/],
    [() => store('Suppliers').update(0, { Name: 'No ETag' }), 400, /If-Match/],
  ]) {
    const error = await failure(pending());
    assert.equal(error.httpStatus, status);
    assert.match(error.message, message);
  }
  assert.equal((await failure(products.byKey(50))).httpStatus, 404, 'nothing of it remains');
  assert.equal((await done(store('Suppliers').byKey(0))).data.Name, 'Exotic Liquids');
});

const salaries = async () => {
  const { data } = await done(store('Persons/ODataDemo.Employee').load({ filter: ['ID', '<', 9] }));
  return data.map((each) => each.Salary);
};

// A context of version 4 sends the arguments of an action as JSON, which is what
// actions of version 3 take, too.
test('an action with its arguments in the body', async () => {
  const context = new ODataContext({ url: root.slice(0, -1), version: 4 });
  assert.deepEqual(await salaries(), [15000, 12000]);
  await done(context.invoke('IncreaseSalaries', { percentage: 10 }));
  assert.deepEqual([last().method, last().url, last().body], ['POST', root + 'IncreaseSalaries', '{"percentage":10}']);
  assert.deepEqual(await salaries(), [16500, 13200]);
});

test('a bound action returns its value', async () => {
  const context = new ODataContext({ url: root + 'Products(1)', version: 4 });
  assert.equal((await done(context.invoke('Discount', { discountPercentage: 10 }))).data, 3.15);
  assert.equal((await done(products.byKey(1))).data.Price, 3.15);
});

// A context of version 3 sends them in the query, and the JSON value null as the
// body.
test('an action with its arguments in the query', async () => {
  const context = new ODataContext({ url: root.slice(0, -1), version: 3 });
  const before = await salaries();
  await done(context.invoke('IncreaseSalaries', { percentage: 100 }));
  assert.deepEqual([last().method, last().url, last().body], ['POST', root + 'IncreaseSalaries?percentage=100', 'null']);
  assert.deepEqual(await salaries(), before.map((each) => 2 * each));
});

test('a service operation', async () => {
  const context = new ODataContext({ url: root.slice(0, -1), version: 3 });
  const { data } = await done(context.get('GetProductsByRating', { rating: 7 }));
  assert.deepEqual(data.map((each) => each.Name), ['Lemonade']);
});
