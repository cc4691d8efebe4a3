// datajs in a page of the service, for the tests of it. It is a client of
// protocol 2.0 and says so in every request. The environment has
//
//   SERVICE_ROOT  the service root, ending in a slash
//   PAGED_ROOT    the root, on the same host, of one with pages of three entities
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const require = createRequire(import.meta.url);
export const { SERVICE_ROOT: root, PAGED_ROOT: paged } = process.env;

// datajs exports nothing: it needs a window and fills it.
globalThis.window = new JSDOM('', { url: root }).window;
require('datajs');
export const { OData } = window;

export const call = (request, handler) => new Promise((resolve, reject) => {
  OData.request(request, (data, response) => resolve({ data, response }), reject, handler);
});
export const { data: model, response: modelResponse } = await call({ requestUri: root + '$metadata' }, OData.metadataHandler);
OData.defaultMetadata.push(model); // dates now arrive as Date objects

export function header(response, wanted) {
  const name = Object.keys(response.headers).find((each) => each.toLowerCase() === wanted);
  return name === undefined ? undefined : response.headers[name].trim();
}
export const contentType = (response) => header(response, 'content-type');
export const version = (response) => header(response, 'dataserviceversion');

// refused is the error of a request that must not succeed.
export async function refused(request) {
  try {
    await call(request);
  } catch (error) {
    return error;
  }
  return assert.fail(`${request.requestUri} succeeded`);
}
