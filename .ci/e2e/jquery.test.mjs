// jQuery reads sessioninfo the way portal pages do, from a page of the same
// origin and from a page of another one. jsdom applies the browser's
// cross-origin rules. Run by TestClients in cmd/pamodata, which starts the
// service and sets:
//
//   SERVICE_ROOT  the service root, ending in a slash
//   PAGE_ORIGIN   an origin the service lists in cors.origins
//   OTHER_ORIGIN  an origin it does not list
//   ACCOUNT       the account the service knows the caller as
//   CREDENTIALS   "user:password" for Basic, or empty when no sign-in is needed
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { JSDOM, VirtualConsole } from 'jsdom';

const require = createRequire(import.meta.url);
const { SERVICE_ROOT: root, PAGE_ORIGIN: page, OTHER_ORIGIN: other, ACCOUNT: account } = process.env;

// jQuery in a page of the given origin. The page stays silent about refused
// requests; the tests look at their outcome.
function jqueryAt(url) {
  const { window } = new JSDOM('', { url, virtualConsole: new VirtualConsole() });
  return require('jquery')(window);
}

function options(more) {
  const credentials = process.env.CREDENTIALS;
  const headers = credentials ? { Authorization: 'Basic ' + Buffer.from(credentials).toString('base64') } : {};
  return { dataType: 'json', headers, ...more };
}

function settle(request) {
  return new Promise((resolve) => {
    request.then(
      (data, _, xhr) => resolve({ ok: true, data, status: xhr.status, xhr }),
      (xhr) => resolve({ ok: false, status: xhr.status, json: xhr.responseJSON, xhr }));
  });
}

const places = [
  ['a page of the service itself', root, {}],
  ['a page of a listed origin, with credentials', page + '/', { xhrFields: { withCredentials: true } }],
];
for (const [name, url, more] of places) {
  test(`sessioninfo from ${name}`, async () => {
    const $ = jqueryAt(url);
    for (const path of ['sessioninfo', 'sessioninfo/', 'sessioninfo?v=1', 'sessioninfo?_=1795434911212']) {
      const answer = await settle($.ajax(options({ url: root + path, ...more })));
      assert.equal(answer.status, 200, path);
      assert.deepEqual(answer.data, {
        'odata.metadata': root + '%24metadata#sessioninfo',
        value: [{ Username: account }],
      }, path);
    }
  });

  test(`a filter given as data from ${name}`, async () => {
    const $ = jqueryAt(url);
    const matching = await settle($.ajax(options({
      url: root + 'sessioninfo', data: { $filter: `Username eq '${account}'` }, ...more })));
    assert.deepEqual(matching.data?.value, [{ Username: account }]);
    const none = await settle($.ajax(options({
      url: root + 'sessioninfo', data: { $filter: `Username ne '${account}'` }, ...more })));
    assert.deepEqual(none.data?.value, []);
  });

  test(`an error from ${name} has a message a page can show`, async () => {
    const $ = jqueryAt(url);
    const answer = await settle($.ajax(options({
      url: root + 'sessioninfo?$filter=' + encodeURIComponent('<b>x</b> eq 1'), ...more })));
    assert.equal(answer.status, 400);
    const error = answer.json['odata.error'];
    assert.equal(error.code, 'InvalidFilter');
    assert.match(error.message.value, /^[^<>]*[^.<>]$/, 'no markup, no input, no full stop');
  });
}

test('the protocol version is readable across origins', async () => {
  const $ = jqueryAt(page + '/');
  const { xhr } = await settle($.ajax(options({ url: root + 'sessioninfo', xhrFields: { withCredentials: true } })));
  assert.equal(xhr.getResponseHeader('DataServiceVersion'), '3.0');
});

test('a page of an unlisted origin sees nothing', async () => {
  const $ = jqueryAt(other + '/');
  const answer = await settle($.ajax(options({ url: root + 'sessioninfo', xhrFields: { withCredentials: true } })));
  assert.equal(answer.ok, false);
  assert.equal(answer.status, 0);
});
