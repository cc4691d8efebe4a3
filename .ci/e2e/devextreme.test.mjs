// DevExtreme's ODataStore reads the ODataDemo service as a store of version 3.
// Run by TestClients in examples/odatademo, which sets the variables that
// devextreme.mjs names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ODataContext, ODataStore, done, failure, paged, root, sent, store } from './devextreme.mjs';

const products = store('Products');
const ids = ({ data }) => data.map((each) => each.ID);

test('everything', async () => {
  const all = await done(products.load());
  assert.deepEqual(ids(all), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const [bread] = all.data;
  assert.equal(bread.Name, 'Bread');
  assert.equal(bread.Price, 2.5);
  assert.equal(bread.DiscontinuedDate, null);
  assert.ok(bread.ReleaseDate instanceof Date);
  assert.equal(bread.ReleaseDate.getTime(), Date.UTC(1992, 0, 1));
});

test('all options at once, with their names encoded', async () => {
  const { data, extra } = await done(products.load({
    filter: [['Price', '>', 3], 'and', ['Name', 'contains', 'A']],
    sort: [{ selector: 'Price', desc: true }, 'Name'],
    skip: 1, take: 2, select: ['ID', 'Name', 'Supplier.Name'], requireTotalCount: true,
  }));
  for (const name of ['filter', 'orderby', 'skip', 'top', 'select', 'expand', 'inlinecount']) {
    assert.match(sent.at(-1).url, new RegExp(`[?&]%24${name}=`));
  }
  assert.deepEqual(data.map((each) => each.ID), [5, 2]);
  assert.deepEqual(data.map((each) => each.Supplier.Name), ['Exotic Liquids', 'Exotic Liquids']);
  assert.equal('Price' in data[0], false);
  assert.equal(extra.totalCount, 5);
});

test('filters', async (t) => {
  for (const [filter, want] of [
    [['Name', '=', 'Milk'], [1]],
    [['Name', '<>', 'Milk'], [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [['Name', 'contains', 'lemonade'], [6, 9]],
    [['Name', 'notcontains', 'e'], [1, 2, 3, 4, 8]],
    [['Name', 'startswith', 'c'], [5, 10]],
    [['Name', 'endswith', 'D'], [0]],
    [['!', ['Rating', '=', 3]], [0, 7, 9, 10]],
    [[['Rating', '>=', 5], 'or', ['Price', '<', 3]], [0, 7, 9]],
    [['ReleaseDate', '>=', new Date(2006, 10, 5)], [6, 7, 8]],
    [['ReleaseDate', '=', new Date(2008, 4, 8)], [8]],
    [['DiscontinuedDate', '<>', null], [3]],
    [['Supplier.Name', '=', 'Tokyo Traders'], [0, 7, 8]],
    [['Supplier.Address.City', 'startswith', 'samm'], [1, 2, 3, 4, 5, 6]],
    [[['Price', '>', 10], 'and', [['Name', 'contains', 'cola'], 'or', ['Rating', '=', 5]]], [3, 7]],
  ]) {
    await t.test(JSON.stringify(filter), async () => assert.deepEqual(ids(await done(products.load({ filter }))), want));
  }
});

test('typed filter values', async () => {
  const people = store('Persons/ODataDemo.Customer', { fieldTypes: { TotalExpense: 'Decimal' } });
  assert.deepEqual(ids(await done(people.load({ filter: ['TotalExpense', '>', 100.5] }))), [4]);
  assert.match(decodeURIComponent(sent.at(-1).url), /TotalExpense gt 100\.5m/);
  const staff = store('Persons/ODataDemo.Employee', { fieldTypes: { EmployeeID: 'Int64', Salary: 'Single' } });
  assert.deepEqual(ids(await done(staff.load({ filter: ['EmployeeID', '=', 10002] }))), [6]);
  assert.match(decodeURIComponent(sent.at(-1).url), /EmployeeID eq 10002L/);
  assert.deepEqual(ids(await done(staff.load({ filter: ['Salary', '>', 12000.5] }))), [5]);
  assert.match(decodeURIComponent(sent.at(-1).url), /Salary gt 12000\.5f/);
});

test('the total', async () => {
  assert.equal((await done(products.totalCount())).data, 11);
  assert.equal((await done(products.totalCount({ filter: ['Rating', '=', 3] }))).data, 7);
});

test('sorting, skipping and taking', async () => {
  assert.deepEqual(ids(await done(products.load({ sort: 'Price' }))), [9, 0, 1, 10, 6, 3, 2, 5, 4, 7, 8]);
  assert.deepEqual(ids(await done(products.load({ sort: ['Rating', { selector: 'ID', desc: true }], take: 3 }))), [10, 8, 6]);
  assert.deepEqual(ids(await done(products.load({ skip: 8 }))), [8, 9, 10]);
});

test('one entity by its key', async () => {
  const { data: milk } = await done(products.byKey(1, { expand: ['Supplier', 'Categories', 'ProductDetail'] }));
  assert.equal(milk.Supplier.Name, 'Exotic Liquids');
  assert.deepEqual(milk.Categories.map((each) => each.Name), ['Food', 'Beverages']);
  assert.equal(milk.ProductDetail.Details, 'Details of product 1');
  const { data: bread } = await done(products.byKey(0, { expand: ['ProductDetail'] }));
  assert.equal(bread.ProductDetail, null);
  const { data: film } = await done(store('Advertisements', { keyType: 'Guid' }).byKey('f89dee73-af9f-4cd4-b330-db93c25ff3c7'));
  assert.equal(film.ID.valueOf(), 'f89dee73-af9f-4cd4-b330-db93c25ff3c7');
  assert.equal(film.Name, 'Old School Lemonade Store, Retro Style');
});

test('expanding through two levels', async () => {
  const { data } = await done(store('Categories').load({ expand: ['Products.Supplier'] }));
  assert.deepEqual(data.map((each) => each.Products.map((product) => product.ID)), [[0, 1], [1, 2, 3, 4, 5, 6, 9, 10], [7, 8]]);
  assert.equal(data[2].Products[0].Supplier.Name, 'Tokyo Traders');
});

test('values of every kind', async () => {
  const { data: [paula] } = await done(store('PersonDetails', { key: 'PersonID' }).load({ take: 1, expand: ['Person'] }));
  assert.equal(paula.Age, 21);
  assert.equal(paula.Gender, false);
  assert.equal(paula.Address.City, 'Albuquerque');
  assert.equal(paula.Person.Name, 'Paula Wilson');
  const { data: people } = await done(store('Persons').load({ skip: 4, take: 2 }));
  assert.equal(people[0].TotalExpense, '199.99', 'Decimal is text, so that no digit is lost');
  assert.equal(people[1].EmployeeID, '10001', 'Int64 likewise');
  assert.equal(people[1].Salary, 15000);
  const { data: [supplier] } = await done(store('Suppliers').load({ take: 1 }));
  assert.deepEqual(supplier.Location.coordinates, [-122.03547668457, 47.6316604614258]);
});

test('a service operation', async () => {
  const context = new ODataContext({ url: root, version: 3, entities: {} });
  assert.deepEqual(ids(await done(context.get('GetProductsByRating', { rating: 5 }))), [7]);
});

test('pages of the service are read to the end', async () => {
  const inPages = new ODataStore({ url: paged + 'Products', key: 'ID', keyType: 'Int32', version: 3 });
  const before = sent.length;
  assert.deepEqual(ids(await done(inPages.load())), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(sent.length - before, 4);
  const some = await done(inPages.load({ filter: ['Rating', '=', 3], sort: [{ selector: 'Price', desc: true }] }));
  assert.deepEqual(ids(some), [8, 4, 5, 2, 3, 6, 1]);
  const two = await done(inPages.load({ take: 2, requireTotalCount: true }));
  assert.deepEqual(ids(two), [0, 1]);
  assert.equal(two.extra.totalCount, 11);
});

test('errors have a message and a status', async () => {
  const missing = await failure(products.byKey(99));
  assert.equal(missing.httpStatus, 404);
  assert.ok(missing.message);
  assert.notEqual(missing.message, 'Not Found', 'the text of the status would mean that the body was not understood');
  const wrong = await failure(products.load({ filter: ['Nope', '=', 1] }));
  assert.equal(wrong.httpStatus, 400);
  assert.match(wrong.message, /Nope/);
});
