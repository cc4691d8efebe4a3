// Portal pages for PAM in Chromium, with jQuery 2.1.1, on another origin than the
// service: the calls they make, and what they need of the answers. Run by TestBrowser
// in entities, which starts the service and the pages, and sets:
//
//   CHROMIUM           the browser
//   SERVICE_ROOT       the service root, ending in a slash
//   PAGE_ORIGIN        where the pages are; the service lists it in cors.origins
//   SAME_SITE_ORIGIN   the same pages on another port, not listed
//   CROSS_SITE_ORIGIN  and on another site, not listed
//   RECORDS            answers with the calls that have come to the service
//   ZONE               the time zone of the service
//   PASSWORD           of everybody
//
// The tests tell one story, in their order.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ajax, noMishaps, open, press, quiet, records, rows, signedIn, start, stop, text } from './pam-browser.mjs';

const { SERVICE_ROOT: root, PAGE_ORIGIN: listed, SAME_SITE_ORIGIN: sameSite, CROSS_SITE_ORIGIN: crossSite } = process.env;

const jen = 'PRIV\\Jen', omar = 'PRIV\\Omar', both = 'PRIV\\Both';
const role = (number) => `03000000-0000-4000-8000-0000000000${number.toString(16).padStart(2, '0')}`;
const plain = role(1), approval = role(2), secondFactor = role(3), closedNow = role(4), nobodyElse = role(5);
const form = 'application/x-www-form-urlencoded; charset=UTF-8';
const nowhere = '0f000000-0000-4000-8000-000000000001';
const noDate = '0001-01-01T00:00:00';

before(start);
after(stop);
afterEach(noMishaps);

// create asks for a role with a form, and returns the answer.
async function create(page, RoleId, more = {}) {
  const answer = await ajax(page, 'pamrequests', { type: 'POST', data: { Justification: '', RoleId, RequestedTTL: 600, RequestedTime: '', ...more } });
  assert.equal(answer.status, 201, answer.text);
  return answer.data;
}

const get = async (page, path) => {
  const answer = await ajax(page, path, { dataType: 'json' });
  assert.equal(answer.status, 200, answer.text);
  return answer.data.value;
};

const statusOf = async (page, id) =>
  (await get(page, `pamrequests?$filter=RequestId eq guid'${id}'`)).map((each) => each.RequestStatus)[0];

// allowed checks what an answer must carry for the page to see it.
function allowed(call) {
  assert.equal(call.answer['access-control-allow-origin'], listed);
  assert.equal(call.answer['access-control-allow-credentials'], 'true');
}

const noPreflight = (calls) => assert.deepEqual(calls.filter((call) => call.method === 'OPTIONS'), []);

let roles; // the page on which Jen activates

test('activate: who one is and what one may ask for', async () => {
  await records();
  roles = await open(jen, 'roles');
  assert.equal(await text(roles, '#user'), jen);
  const shown = await rows(roles);
  assert.deepEqual(Object.values(shown).map((each) => each.name),
    ['Approval', 'Nobody else', 'Plain', 'Second factor', 'T12345', 'T1800', 'T300', 'T3600', 'T600', 'T660', 'T7200', 'Window']);
  assert.deepEqual(shown[plain], { name: 'Plain', about: 'Of <b>1000</b> & some seconds', hours: '0.28', window: '', mfa: '', approval: '', ends: '', buttons: ['Activate'] });
  assert.deepEqual([shown[approval].about, shown[approval].approval, shown[secondFactor].mfa], ['', 'approval', 'second factor']);
  assert.match(shown[closedNow].window, /^(08:30-09:00|20:30-21:00)$/, 'the time of day is not shifted by a zone');

  const calls = await records();
  noPreflight(calls);
  for (const call of calls) {
    assert.equal(call.method, 'GET');
    assert.equal(call.headers.accept, 'application/json, text/javascript, */*; q=0.01');
    assert.equal(call.headers.origin, listed);
    assert.equal(call.headers['x-requested-with'], undefined);
    allowed(call);
  }
  const answered = signedIn(calls);
  assert.deepEqual(answered.map((call) => [call.target.split('?')[0], call.status]).sort(), [
    ['/api/pamresources/pamrequests', 200], ['/api/pamresources/pamroles', 200], ['/api/pamresources/sessioninfo', 200]]);
  assert.match(answered.find((call) => call.target.includes('pamrequests')).target,
    /\?\$filter=ExpirationTime%20gt%20datetime%27\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z%27$/);
});

test('activate: the form as it is sent at once', async () => {
  await roles.getByLabel('Reason').fill('Sample <i>reason</i> & more, 100 % žluť');
  await press(roles, plain, 'Activate');
  assert.equal(await text(roles, '#outcome'), 'done');
  const calls = await records();
  noPreflight(calls);
  const [post, ...rest] = calls;
  assert.equal(post.method, 'POST');
  assert.equal(post.body, 'Justification=Sample+%3Ci%3Ereason%3C%2Fi%3E+%26+more%2C+100+%25+%C5%BElu%C5%A5' +
    `&RoleId=${plain}&RequestedTTL=1008.0000000000001&RequestedTime=`);
  assert.equal(post.headers['content-type'], form);
  assert.equal(post.headers.accept, '*/*');
  assert.equal(post.headers['x-requested-with'], undefined);
  assert.ok(post.headers.authorization, 'the browser signs in by itself');
  assert.equal(post.status, 201);
  allowed(post);
  assert.deepEqual(rest.map((call) => call.method), ['GET', 'GET'], 'what is read right after it');

  const shown = (await rows(roles))[plain];
  assert.deepEqual(shown.buttons, ['Extend', 'Deactivate'], 'the very next answer has the activation');
  const [request] = await get(roles, `pamrequests?$filter=RoleId eq guid'${plain}'`);
  assert.deepEqual([request.RequestStatus, request.RequestedTTL, request.Justification],
    ['Active', '1008', 'Sample <i>reason</i> & more, 100 % žluť']);
  const lasts = new Date(request.ExpirationTime) - new Date(request.CreationTime);
  assert.ok(lasts >= 1_000_000 && lasts < 1_005_000, `the grant ends after the longest duration, not after ${lasts} ms`);
  assert.equal(shown.ends, new Date(request.ExpirationTime).toISOString());
});

test('activate: the durations that forms offer', async () => {
  for (const [number, sent, stored] of [
    [6, '612', '612'], [7, '288', '288'], [8, '648', '648'], [9, '12348', '12348'],
    [10, '3600', '3600'], [11, '1800', '1800'], [12, '7200', '7200'],
  ]) {
    await records();
    await press(roles, role(number), 'Activate');
    const [post] = await records();
    assert.equal(new URLSearchParams(post.body).get('RequestedTTL'), sent);
    assert.equal(post.status, 201, sent);
    const [request] = await get(roles, `pamrequests?$filter=RoleId eq guid'${role(number)}'`);
    assert.deepEqual([request.RequestStatus, request.RequestedTTL], ['Active', stored]);
  }
});

test('activate: a duration that is no number', async () => {
  const before = await get(roles, 'pamrequests');
  await roles.getByLabel('Hours').fill('an hour');
  await press(roles, role(7), 'Extend');
  assert.equal(await text(roles, '#outcome'), 'error 400 Bad Request: RequestedTTL must be a number of seconds, 0 to give the role up.');
  await roles.getByLabel('Hours').fill('0.0001');
  await press(roles, role(7), 'Extend');
  assert.equal(await text(roles, '#outcome'), 'done');
  const after = await get(roles, 'pamrequests');
  assert.equal(after.length, before.length + 1);
  const added = after.find((each) => !before.some((other) => other.RequestId === each.RequestId));
  assert.equal(added.RequestedTTL, '1', 'a fraction of a second gives nothing up');
  assert.deepEqual((await rows(roles))[role(7)].buttons, ['Extend', 'Deactivate']);
  await press(roles, role(7), 'Deactivate'); // so that none ends in the middle of the story
});

test('extend: the latest end is what counts', async () => {
  const [first] = await get(roles, `pamrequests?$filter=RoleId eq guid'${plain}'`);
  const ends = new Date(first.ExpirationTime).toISOString();
  await roles.getByLabel('Hours').fill('0.1');
  await press(roles, plain, 'Extend');
  const active = await get(roles, `pamrequests?$filter=RoleId eq guid'${plain}' and RequestStatus eq 'Active'`);
  assert.deepEqual(active.map((each) => each.RequestedTTL), ['360', '1008'], 'a shorter one comes before');
  assert.equal((await rows(roles))[plain].ends, ends);

  await roles.getByLabel('Hours').fill('1');
  await press(roles, plain, 'Extend');
  const [later] = await get(roles, `pamrequests?$filter=RoleId eq guid'${plain}' and RequestedTTL eq 3600`);
  assert.ok(new Date(later.ExpirationTime) > new Date(first.ExpirationTime));
  assert.equal((await rows(roles))[plain].ends, new Date(later.ExpirationTime).toISOString());
});

test('deactivate: with a start that was left in the form', async () => {
  const start = await roles.evaluate(async () => {
    const { typed } = await import('./pam-portal.mjs');
    return typed(new Date(Date.now() + 26 * 3600_000));
  });
  await roles.getByLabel('Start').fill(start);
  await records();
  await press(roles, plain, 'Deactivate');
  assert.equal(await text(roles, '#outcome'), 'done');
  const calls = await records();
  noPreflight(calls);
  const sent = new URLSearchParams(calls[0].body);
  assert.deepEqual([sent.get('RequestedTTL'), sent.get('RequestedTime'), calls[0].status], ['0', start, 201]);
  assert.deepEqual((await rows(roles))[plain].buttons, ['Activate'], 'the very next answer shows it');
  const requests = await get(roles, `pamrequests?$filter=RoleId eq guid'${plain}'`);
  assert.deepEqual(requests.map((each) => [each.RequestedTTL, each.RequestStatus]).sort(),
    [['0', 'Expired'], ['1008', 'Closed'], ['360', 'Closed'], ['3600', 'Closed']]);
  const record = requests.find((each) => each.RequestedTTL === '0');
  assert.ok(new Date(record.RequestedTime) <= new Date(), 'the start was ignored');
});

test('schedule: the start is in the time of the browser', async () => {
  const [start, instant] = await roles.evaluate(async () => {
    const { typed } = await import('./pam-portal.mjs');
    const at = new Date(Date.now() + 24 * 3600_000);
    at.setHours(12, 0, 0, 0); // far from where clocks are changed
    return [typed(at), at.toISOString()];
  });
  await roles.getByLabel('Start').fill(start);
  await roles.getByLabel('Hours').fill('');
  await records();
  await press(roles, plain, 'Activate');
  const [post] = await records();
  assert.ok(post.body.endsWith('&RequestedTime=' + start.replaceAll('/', '%2F').replaceAll(':', '%3A').replace(' ', '+')), post.body);
  const [request] = await get(roles, `pamrequests?$filter=RequestStatus eq 'Scheduled'`);
  assert.deepEqual([new Date(request.RequestedTime).toISOString(), request.ExpirationTime], [instant, noDate]);
  assert.deepEqual((await rows(roles))[plain].buttons, ['Activate'], 'not active yet');
  await roles.getByLabel('Start').fill('tomorrow');
  await press(roles, plain, 'Activate');
  assert.match(await text(roles, '#outcome'), /^error 400 Bad Request: RequestedTime must be .*[^.]\.$/);
  await roles.getByLabel('Start').fill('');
});

let history;

test('history: all requests, with what can be done about them', async () => {
  await roles.getByLabel('Reason').fill('');
  for (const id of [approval, secondFactor]) {
    await press(roles, id, 'Activate');
    assert.equal(await text(roles, '#outcome'), 'done');
    assert.deepEqual((await rows(roles))[id].buttons, ['Activate'], 'what waits is not active');
  }
  await records();
  history = await open(jen, 'requests');
  const [{ target }] = (await records()).filter((call) => call.target.includes('pamrequests'));
  assert.match(decodeURIComponent(target), /\?\$filter=CreationTime gt datetime'[^']+Z' and CreationTime lt datetime'[^']+Z'$/);

  const buttons = { Active: ['Deactivate'], Scheduled: ['Close'], PendingApproval: ['Close'], PendingMFA: ['Close'], Closed: [], Expired: [] };
  const shown = Object.values(await rows(history));
  assert.deepEqual([...new Set(shown.map((each) => each.status))].sort(), Object.keys(buttons).sort());
  for (const each of shown) {
    assert.deepEqual(each.buttons, buttons[each.status], each.status);
    assert.equal(each.ends === '', ['Scheduled', 'PendingApproval', 'PendingMFA'].includes(each.status), each.status);
    assert.ok(each.role && each.created && each.wanted);
  }
  assert.deepEqual(shown.filter((each) => each.hours === 'Deactivate').map((each) => each.status), ['Expired', 'Expired']);
  assert.ok(shown.some((each) => each.reason === 'Sample <i>reason</i> & more, 100 % žluť'), 'texts come back as they were');
  assert.ok(shown.some((each) => each.reason === ''));
});

test('history: by dates', async () => {
  const all = Object.keys(await rows(history)).length;
  const between = async (from, to) => {
    for (const [label, date] of [['From', from], ['To', to]]) {
      await history.getByLabel(label).fill(date);
      await history.getByLabel(label).blur(); // this is when it counts as changed
      await quiet(history);
    }
    return Object.keys(await rows(history)).length;
  };
  const created = Object.values(await rows(history)).map((each) => each.created).sort();
  for (const [from, to, want, why] of [
    ['', '', all, 'no filter at all'],
    ['2020-01-01', '', all, 'one bound'],
    ['', '2020-01-01', 0, 'the other'],
    ['2020-01-01', '2020-02-01', 0, 'a month long ago'],
    [created[0], '', created.filter((each) => each > created[0]).length, 'gt is strict'],
    ['', created.at(-1), created.filter((each) => each < created.at(-1)).length, 'lt is strict'],
    [created[0], created.at(-1), created.filter((each) => each > created[0] && each < created.at(-1)).length, 'both'],
    ['2020-01-01', '2120-01-01', all, 'a century'],
  ]) {
    assert.equal(await between(from, to), want, why);
  }
});

test('history: requests are closed, whatever they wait for', async () => {
  for (const [status, button] of [['Active', 'Deactivate'], ['Scheduled', 'Close'], ['PendingApproval', 'Close'], ['PendingMFA', 'Close']]) {
    const [id] = Object.entries(await rows(history)).find(([, each]) => each.status === status);
    await records();
    await press(history, id, button);
    assert.equal(await text(history, '#outcome'), 'done', status);
    const calls = await records();
    noPreflight(calls);
    const [post] = calls;
    assert.equal(decodeURIComponent(post.target), `/api/pamresources/pamrequests(guid'${id}')/Close`);
    assert.deepEqual([post.method, post.body, post.headers['content-type'], post.headers['content-length']], ['POST', '', undefined, '0']);
    assert.deepEqual([post.status, post.answer['content-type'], post.answer['content-length']], [200, undefined, '0']);
    allowed(post);
    const shown = (await rows(history))[id];
    assert.deepEqual([shown.status, shown.buttons, shown.ends === ''], ['Closed', [], status !== 'Active']);
  }
});

let decided; // ids of a request and of the approval that was given

test('approvals: what is decided is gone from the very next answer', async () => {
  const asked = [];
  for (const Justification of ['yes', 'no', 'later']) {
    asked.push(await create(roles, approval, { Justification, RequestedTTL: 1008.0000000000001 }));
  }
  const approvals = await open(omar, 'approvals');
  assert.equal(await text(approvals, '#user'), omar);
  const shown = await rows(approvals);
  const pending = (reason) => Object.entries(shown).find(([, each]) => each.reason === reason)[0];
  assert.deepEqual(Object.values(shown).map((each) => each.reason), ['yes', 'no', 'later'], 'the oldest first');
  const [first] = Object.values(shown);
  assert.deepEqual([first.role, first.who, first.hours, first.request, first.requestor, first.buttons],
    ['Approval', 'PRIV.Jen', '0.28', asked[0].RequestId, asked[0].CreatorID, ['Approve', 'Reject']]);
  assert.ok(first.wanted && first.created);
  for (const [reason, button, left, status] of [['yes', 'Approve', 2, 'Active'], ['no', 'Reject', 1, 'Rejected']]) {
    const id = pending(reason);
    await records();
    await press(approvals, id, button);
    assert.equal(await text(approvals, '#outcome'), 'done');
    const calls = await records();
    noPreflight(calls);
    const [post, read] = calls;
    assert.equal(decodeURIComponent(post.target), `/api/pamresources/pamrequeststoapprove(guid'${id}')/${button}`);
    assert.deepEqual([post.body, post.headers['content-type'], post.headers['content-length']], ['', undefined, '0']);
    assert.deepEqual([post.status, post.answer['content-type'], post.answer['content-length']], [200, undefined, '0']);
    assert.deepEqual([calls.length, read.target], [2, '/api/pamresources/pamrequeststoapprove'], 'it is read at once, and once');
    const now = await rows(approvals);
    assert.deepEqual([Object.keys(now).length, id in now], [left, false]);
    assert.equal(await statusOf(roles, shown[id].request), status);
  }
  decided = { approval: pending('yes'), rejected: pending('no'), open: pending('later') };
  await roles.reload();
  await quiet(roles);
  assert.deepEqual((await rows(roles))[approval].buttons, ['Extend', 'Deactivate'], 'approved and active');
});

for (const version of ['2.1.1', '3.7.1']) {
  test(`an empty answer to jQuery ${version}`, async () => {
    const asking = await open(jen, 'empty', { version });
    const deciding = await open(omar, 'empty', { version });
    const toDecide = async (id) =>
      (await get(deciding, `pamrequeststoapprove?$filter=FIMRequestID/Value eq guid'${id}'`))[0].ApprovalObjectID.Value;
    for (const [action, status] of [['Close', 'Closed'], ['Approve', 'Active'], ['Reject', 'Rejected']]) {
      for (const [dataType, ok, how] of [
        [undefined, true, 'success'],
        ['text', true, 'success'],
        ['json', false, 'parsererror'], // what jQuery makes of nothing when told that it is JSON
      ]) {
        const { RequestId: id } = await create(asking, approval);
        const page = action === 'Close' ? asking : deciding;
        const path = action === 'Close' ? `pamrequests(guid'${id}')/Close` : `pamrequeststoapprove(guid'${await toDecide(id)}')/${action}`;
        const answer = await ajax(page, path, { type: 'POST', ...(dataType && { dataType }) });
        const why = `${action} with dataType ${dataType}`;
        assert.deepEqual([answer.ok, answer.how, answer.status, answer.text, answer.type], [ok, how, 200, '', null], why);
        assert.equal(await statusOf(asking, id), status, why);
        if (status === 'Active') {
          await ajax(asking, `pamrequests(guid'${id}')/Close`, { type: 'POST' });
        }
      }
    }
    await Promise.all([asking.close(), deciding.close()]);
  });
}

test('errors can be read by pages', async () => {
  const asJen = await open(jen, 'empty');
  const asOmar = await open(omar, 'empty');
  const asBoth = await open(both, 'empty');
  const asNobody = await open(jen, 'empty', { password: 'wrong' });
  const { RequestId: ownID } = await create(asBoth, approval);
  const [own] = await get(asOmar, `pamrequeststoapprove?$filter=FIMRequestID/Value eq guid'${ownID}'`);
  const ask = (RoleId, more) => ({ type: 'POST', data: { Justification: '', RoleId, RequestedTTL: 600, RequestedTime: '', ...more } });
  const post = { type: 'POST' };
  for (const [page, path, options, status, code] of [
    [asJen, "pamrequests?$filter=<b>x</b> eq 1", {}, 400, 'InvalidFilter'],
    [asJen, 'pamroles?v=2', {}, 400, 'UnsupportedApiVersion'],
    [asJen, 'pamrequests', { type: 'POST', data: { RoleId: plain } }, 400, 'MissingParameter'],
    [asJen, 'pamrequests', ask('<script>'), 400, 'InvalidRoleId'],
    [asJen, 'pamrequests', ask(plain, { RequestedTTL: -1 }), 400, 'InvalidRequestedTTL'],
    [asJen, 'pamrequests', ask(plain, { RequestedTime: '<img>' }), 400, 'InvalidRequestedTime'],
    [asNobody, 'pamroles', {}, 401, 'Unauthorized'],
    [asJen, 'pamrequests', ask(nowhere), 403, 'NotACandidate'],
    [asOmar, 'pamrequests', ask(plain), 403, 'NotACandidate'],
    [asJen, 'pamrequests', ask(closedNow), 403, 'RoleNotAvailable'],
    [asJen, 'pamrequests', ask(nobodyElse), 403, 'NoApprover'],
    [asBoth, `pamrequeststoapprove(guid'${own.ApprovalObjectID.Value}')/Approve`, post, 403, 'SelfApproval'],
    [asJen, `pamrequests(guid'${nowhere}')/Close`, post, 404, 'NotFound'],
    [asJen, `pamrequests(guid'${ownID}')/Close`, post, 404, 'NotFound'],
    [asJen, `pamrequeststoapprove(guid'${decided.open}')/Approve`, post, 404, 'NotFound'],
    [asJen, 'nothing', {}, 404, 'NotFound'],
    [asJen, `pamrequests(guid'${ownID}')/Close`, {}, 405, 'MethodNotAllowed'],
    [asOmar, `pamrequeststoapprove(guid'${decided.approval}')/Reject`, post, 409, 'AlreadyDecided'],
    [asOmar, `pamrequeststoapprove(guid'${decided.rejected}')/Approve`, post, 409, 'AlreadyDecided'],
    [asJen, 'pamrequests', ask(plain, { Justification: 'x'.repeat(70_000) }), 413, 'BodyTooLarge'],
    [asJen, 'pamrequests', { type: 'POST', contentType: 'text/plain', data: 'RoleId' }, 415, 'UnsupportedMediaType'],
  ]) {
    await records();
    const answer = await ajax(page, path, options);
    assert.deepEqual([answer.ok, answer.how, answer.status], [false, 'error', status], `${code}: ${answer.text}`);
    assert.match(answer.type, /^application\/json;/, code);
    const error = answer.json['odata.error'];
    assert.equal(error.code, code);
    assert.match(error.message.value, /^[^<>&]*[^<>&.]$/, 'no markup and no full stop');
    const calls = await records();
    noPreflight(calls);
    calls.forEach(allowed);
  }
  await ajax(asBoth, `pamrequests(guid'${ownID}')/Close`, post);
  await Promise.all([asJen, asOmar, asBoth, asNobody].map((page) => page.close()));
});

test('fields that need not be there may be left out', async () => {
  const answer = await ajax(roles, 'pamrequests', { type: 'POST', data: { RequestedTTL: 600, RoleId: role(11) } });
  assert.deepEqual([answer.ok, answer.status, answer.data.Justification, answer.data.RequestStatus], [true, 201, null, 'Active']);
  assert.ok(new Date(answer.data.RequestedTime) <= new Date(answer.data.CreationTime), 'it starts when it arrives');
});

test('JSON is asked for first, without credentials', async () => {
  await records();
  const answer = await ajax(roles, 'pamrequests', { type: 'POST', contentType: 'application/json', dataType: 'json',
    data: JSON.stringify({ RoleId: role(10), RequestedTTL: 600, Justification: null, RequestedTime: null }) });
  assert.deepEqual([answer.ok, answer.status, answer.data.RequestStatus, answer.data.RequestedTTL], [true, 201, 'Active', '600']);
  assert.equal(answer.location, `${root}pamrequests(guid'${answer.data.RequestId}')`);
  const [preflight, post] = await records();
  assert.equal(preflight.method, 'OPTIONS');
  assert.deepEqual([preflight.headers.authorization, preflight.headers['access-control-request-method'], preflight.headers['access-control-request-headers']],
    [undefined, 'POST', 'content-type']);
  assert.equal(preflight.status, 204);
  allowed(preflight);
  assert.deepEqual([post.method, post.headers['content-type'], post.status], ['POST', 'application/json', 201]);
  allowed(post);
});

for (const [name, origin] of [['another site', crossSite], ['another port', sameSite]]) {
  test(`a page on ${name} changes nothing and reads nothing`, async () => {
    const mine = await create(roles, approval);
    const before = await get(roles, 'pamrequests');
    const page = await open(jen, 'empty', { origin, trusts: true });
    await records();
    const read = await ajax(page, 'pamrequests', { dataType: 'json' });
    assert.deepEqual([read.ok, read.status, read.text, read.json], [false, 0, undefined, undefined], 'the page is told nothing');
    assert.ok(signedIn(await records())[0].headers.authorization, 'although the browser signs in for it');

    const close = `pamrequests(guid'${mine.RequestId}')/Close`;
    const wish = { Justification: '', RoleId: plain, RequestedTTL: '600', RequestedTime: '' };
    const submit = (sandbox) => page.evaluate(([action, fields, sandbox]) => new Promise((resolve) => {
      const frame = document.createElement('iframe');
      if (sandbox) {
        frame.sandbox = 'allow-scripts allow-forms';
      }
      const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
      let loads = 0;
      frame.onload = () => { if (++loads === 2) { resolve(); } };
      frame.srcdoc = `<form method="post" action="${action}">${inputs}</form><script>setTimeout(() => document.forms[0].submit())</` + 'script>';
      document.body.append(frame);
    }), [root + 'pamrequests', wish, sandbox]);
    for (const [way, act, from, credentials] of [
      ['a form by jQuery', () => ajax(page, 'pamrequests', { type: 'POST', data: wish }), origin, true],
      ['Close by jQuery', () => ajax(page, close, { type: 'POST' }), origin, true],
      ['fetch that does not look', () => page.evaluate(([url, body]) => fetch(url, {
        method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(body) }).then(() => {}), [root + 'pamrequests', wish]), origin, true],
      ['a beacon', () => page.evaluate(([url, body]) => navigator.sendBeacon(url, new URLSearchParams(body)), [root + 'pamrequests', wish]), origin, true],
      ['a form in a frame', () => submit(false), origin, undefined],
      ['a form in a sandbox', () => submit(true), 'null', undefined],
    ]) {
      await act();
      let calls = [];
      for (let tries = 0; calls.length === 0 && tries < 100; tries++) { // a beacon arrives when it likes
        calls = await records();
        await new Promise((resume) => { setTimeout(resume, calls.length ? 0 : 20); });
      }
      assert.deepEqual(calls.map((call) => [call.method, call.headers.origin, call.status]), [['POST', from, 403]], way);
      if (credentials) {
        assert.ok(calls[0].headers.authorization, `${way}: it is not for want of credentials`);
      }
      assert.equal(calls[0].answer['access-control-allow-origin'], undefined);
    }
    const json = await ajax(page, 'pamrequests', { type: 'POST', contentType: 'application/json', data: JSON.stringify(wish) });
    assert.deepEqual([json.ok, json.status], [false, 0]);
    assert.deepEqual((await records()).map((call) => [call.method, call.status]), [['OPTIONS', 403]], 'JSON is not even sent');
    assert.deepEqual(await get(roles, 'pamrequests'), before, 'nothing has changed');
    await ajax(roles, close, { type: 'POST' });
    await page.close();
  });
}

test('no field is missing and none is null that must not be', async () => {
  const deciding = await open(omar, 'empty');
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z$/;
  const kinds = {
    date: (value) => value === noDate || date.test(value),
    time: (value) => /^0001-01-01T\d\d:\d\d:\d\d$/.test(value),
    text: (value) => typeof value === 'string',
    textOrNull: (value) => value === null || typeof value === 'string',
    number: (value) => /^\d+$/.test(value) && typeof value === 'string',
    flag: (value) => typeof value === 'boolean',
    id: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
    object: (value) => Object.keys(value).join() === 'Value' && kinds.id(value.Value),
  };
  for (const [page, path, fields] of [
    [roles, 'sessioninfo', { Username: 'text' }],
    [roles, 'pamroles', { RoleId: 'id', DisplayName: 'text', Description: 'textOrNull', TTL: 'number', AvailableFrom: 'time', AvailableTo: 'time',
      MFAEnabled: 'flag', ApprovalEnabled: 'flag', AvailabilityWindowEnabled: 'flag' }],
    [roles, 'pamrequests', { RequestId: 'id', CreatorID: 'id', Justification: 'textOrNull', CreationTime: 'date', CreationMethod: 'text',
      ExpirationTime: 'date', RoleId: 'id', RequestedTTL: 'number', RequestedTime: 'date', RequestStatus: 'text' }],
    [deciding, 'pamrequeststoapprove', { RoleName: 'text', Requestor: 'text', Justification: 'textOrNull', RequestedTTL: 'number',
      RequestedTime: 'date', CreationTime: 'date', FIMRequestID: 'object', RequestorID: 'object', ApprovalObjectID: 'object' }],
  ]) {
    const found = await get(page, path);
    assert.ok(found.length > 0, path);
    for (const each of found) {
      assert.deepEqual(Object.keys(each), Object.keys(fields), path);
      for (const [name, kind] of Object.entries(fields)) {
        assert.ok(kinds[kind](each[name]), `${path}: ${name} is ${JSON.stringify(each[name])}`);
      }
    }
  }
});
