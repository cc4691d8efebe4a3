// Chromium with a person in front of it, for pam.test.mjs. Each person has a context
// of their own, in which the browser itself answers the service's challenge and then
// signs in with every call, as it does for pages in an intranet.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { CHROMIUM, SERVICE_ROOT: root, PAGE_ORIGIN: listed, RECORDS, ZONE, PASSWORD } = process.env;

const patience = 15_000; // of a step; a machine may be busy
const contexts = new Map();
const profiles = []; // folders
const mishaps = []; // what pages must not do: throw, and open alerts
let browser;

const program = {
  executablePath: CHROMIUM,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], // Chromium has no sandbox for root
};

export async function start() {
  browser = await chromium.launch(program);
}

export async function stop() {
  await Promise.all([...contexts.values()].map((context) => context.close()));
  await browser?.close();
  profiles.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}

// trusting starts a browser of its own that signs in for pages on other sites too, as
// browsers did for long and can still be told to.
function trusting(options) {
  const folder = mkdtempSync(join(tmpdir(), 'pamodata-chromium-'));
  profiles.push(folder);
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  return chromium.launchPersistentContext(folder, { ...program, ...options });
}

async function contextOf(account, password, trusts) {
  const key = [account, password, trusts].join('\n');
  if (!contexts.has(key)) {
    const options = { timezoneId: ZONE, httpCredentials: { username: account, password, origin: new URL(root).origin } };
    const context = trusts ? await trusting(options) : await browser.newContext(options);
    context.setDefaultTimeout(patience);
    contexts.set(key, context);
  }
  return contexts.get(key);
}

// open opens a page of the portal for somebody, and waits until it has loaded. With
// trusts the browser does for pages on other sites what it does for the listed one.
export async function open(account, name, { origin = listed, version = '2.1.1', password = PASSWORD, trusts = false } = {}) {
  const page = await (await contextOf(account, password, trusts)).newPage();
  page.on('pageerror', (e) => mishaps.push(`${name}: ${e}`));
  page.on('dialog', (d) => { mishaps.push(`${name}: alert ${d.message()}`); d.dismiss(); });
  await page.goto(`${origin}/${version}/pam-${name}.html?service=${encodeURIComponent(root)}`);
  await quiet(page);
  assert.equal(await page.evaluate(() => window.jQuery.fn.jquery), version);
  return page;
}

// quiet waits until all calls of a page have ended and their handlers have run.
// jQuery goes on counting a call whose handler throws.
export async function quiet(page) {
  try {
    await page.waitForFunction(() => document.readyState === 'complete' && window.jQuery.active === 0);
  } catch (e) {
    throw new Error([...mishaps, e].join('\n'));
  }
}

// noMishaps fails if a page has thrown or opened an alert.
export const noMishaps = () => assert.deepEqual(mishaps.splice(0), []);

// press presses a button of the row with an id.
export async function press(page, id, name) {
  await page.locator(`[id="${id}"]`).getByRole('button', { name, exact: true }).click();
  await quiet(page);
}

// rows are the rows of a page's table by their id: the text of each cell by its
// class, and the names of the buttons.
export const rows = (page) => page.evaluate(() => Object.fromEntries(
  [...document.querySelectorAll('tbody tr')].map((row) => [row.id, {
    ...Object.fromEntries([...row.querySelectorAll('td[class]')].map((cell) => [cell.className, cell.textContent])),
    buttons: [...row.querySelectorAll('button')].map((button) => button.textContent),
  }])));

export const text = (page, place) => page.locator(place).textContent();

// ajax is a call by jQuery in a page with credentials, and what the page gets of it.
export const ajax = (page, path, options = {}) => page.evaluate(([url, options]) => new Promise((resolve) => {
  const result = (ok) => (a, how, b) => {
    const xhr = ok ? b : a;
    resolve({ ok, how, data: ok ? a : undefined, status: xhr.status, json: xhr.responseJSON, text: xhr.responseText,
      type: xhr.getResponseHeader('Content-Type'), location: xhr.getResponseHeader('Location') });
  };
  window.jQuery.ajax({ url, xhrFields: { withCredentials: true }, ...options }).then(result(true), result(false));
}), [root + path, options]);

// records are the calls that have come to the service since they were last asked for.
export async function records() {
  return (await fetch(RECORDS)).json();
}

// signedIn leaves out the calls that were challenged: the browser has sent them again.
export const signedIn = (calls) => calls.filter((call) => call.status !== 401);
