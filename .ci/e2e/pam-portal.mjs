// What portal pages for PAM have in common: how they call the service and how they
// read what it answers. They are on another origin than the service, know nothing of
// OData, send no header of their own, and trust the answers: what is not there or null
// throws. jQuery is in the page already, in the version that the page's address names.
//
// This part runs in the browser; pam.test.mjs drives it.
const $ = window.jQuery;

export const service = new URLSearchParams(window.location.search).get('service');

const call = (path, options) => $.ajax({ url: service + path, xhrFields: { withCredentials: true }, ...options });

// list reads an entity set, and post sends a form, or nothing.
export const list = (path) => call(path, { dataType: 'json' });
export const post = (path, data) => call(path, { type: 'POST', data });

// toHours is the duration that a form offers for a role: its longest, in hours with
// two decimals. Some come out longer than the role allows.
export const toHours = (ttl) => Math.round((ttl / 3600) * 100) / 100;

const two = (n) => String(n).padStart(2, '0');

// moment is a date of an answer, null for no date. A name without a date throws.
export function moment(text) {
  const at = new Date(text.trim());
  if (Number.isNaN(at.getTime())) {
    throw new Error(`${text} is no date`);
  }
  return at.getFullYear() === 1 ? null : at;
}

// day is the time of day of a date of an answer, as the clock on the wall shows it.
export function day(text) {
  const at = new Date(text.trim());
  return two(at.getHours()) + ':' + two(at.getMinutes());
}

export const show = (at) => (at ? at.toISOString() : '');

// typed is a date as people type it into a form: their own time, no zone.
export const typed = (at) =>
  `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;

// outcome says how a call ended. Texts of errors go into the page as HTML.
export function succeeded() {
  $('#outcome').text('done');
}

export function failed(xhr, how) {
  $('#outcome').html(`${how} ${xhr.status} ${xhr.statusText}: ${xhr.responseJSON['odata.error'].message.value}.`);
}

// fill makes the rows of a table: the cells of a row by their class, null for none,
// and the buttons.
export function fill(table, rows) {
  const body = $(table).find('tbody').empty();
  for (const { id, cells, buttons = [] } of rows) {
    const row = $('<tr>').attr('id', id).appendTo(body);
    for (const [name, text] of Object.entries(cells)) {
      if (text === undefined) {
        throw new Error(`${table}: ${name} is missing`);
      }
      $('<td>').addClass(name).text(text ?? '').appendTo(row);
    }
    const last = $('<td>').appendTo(row);
    for (const [name, press] of buttons) {
      $('<button type="button">').text(name).click(press).appendTo(last);
    }
  }
}

// welcome shows who is signed in.
export function welcome() {
  list('sessioninfo').then((answer) => $('#user').text(answer.value[0].Username), failed);
}
