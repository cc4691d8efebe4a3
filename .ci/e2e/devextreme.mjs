// DevExtreme's data layer in a page of the service, for the tests of it. The
// environment has
//
//   SERVICE_ROOT  the service root, ending in a slash
//   PAGED_ROOT    the root, on the same host, of one with pages of three entities
//   TZ            UTC: the store writes and reads dates in local time
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const require = createRequire(import.meta.url);
export const { SERVICE_ROOT: root, PAGED_ROOT: paged } = process.env;

// sent are the requests of the stores as they wrote them.
export const sent = [];
const { window } = new JSDOM('', { url: root });
class Request extends window.XMLHttpRequest {
  open(method, url, ...more) {
    sent.push({ method, url });
    super.open(method, url, ...more);
  }
  send(body) {
    sent.at(-1).body = body;
    super.send(body);
  }
}
require('devextreme/core/http_request').inject({ getXhr: () => new Request() });
export const ODataStore = require('devextreme/data/odata/store');
export const ODataContext = require('devextreme/data/odata/context');

export const done = (pending) => new Promise((resolve, reject) => {
  pending.done((data, extra) => resolve({ data, extra })).fail(reject);
});
export const store = (set, more) => new ODataStore({ url: root + set, key: 'ID', keyType: 'Int32', version: 3, ...more });

// failure is the error of a request that must not succeed.
export async function failure(pending) {
  try {
    await done(pending);
  } catch (error) {
    return error;
  }
  return assert.fail('the request succeeded');
}
