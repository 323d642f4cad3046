'use strict';
// Whatever the server says goes into the page as text, never as markup.
const byId = (id) => document.getElementById(id);
const sql = byId('sql');
const status = byId('status');
const rows = byId('rows');
let running = null;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text, isError) {
  status.textContent = text;
  status.className = isError ? 'error' : '';
}

function quoted(name) {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : '"' + name.replaceAll('"', '""') + '"';
}

function cell(value) {
  if (value === null) return element('td', 'NULL', 'null');
  if (typeof value === 'number') return element('td', String(value), 'number');
  return element('td', typeof value === 'string' ? value : JSON.stringify(value));
}

function show(result) {
  const head = element('tr');
  for (const column of result.columns) {
    const name = element('th', column.name);
    name.append(element('small', column.type));
    head.append(name);
  }
  const header = element('thead');
  header.append(head);
  const body = element('tbody');
  for (const row of result.rows) {
    const line = element('tr');
    line.append(...row.map(cell));
    body.append(line);
  }
  rows.replaceChildren(header, body);
  const stats = result.stats;
  say(`${stats.rows} rows${stats.truncated ? ' (more left out)' : ''}, ${stats.files} files, ` +
      `${stats.bytes_scanned} bytes, ${stats.total_ms} ms`);
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return (problem.detail || problem.title || 'failed') + (problem.where ? ` (${problem.where})` : '');
  } catch {
    return `the server answered ${response.status}`;
  }
}

async function run() {
  if (running) return;
  running = new AbortController();
  byId('run').disabled = true;
  byId('stop').disabled = false;
  rows.replaceChildren();
  say('Running…');
  try {
    const response = await fetch('/v1/sql', {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'Accept': 'application/json'},
      body: JSON.stringify({sql: sql.value, max_rows: 1000}),
      signal: running.signal,
    });
    if (response.ok) show(await response.json());
    else say(await problemOf(response), true);
  } catch (failure) {
    say(failure.name === 'AbortError' ? 'Stopped.' : 'The connection broke before the result was whole.', true);
  } finally {
    running = null;
    byId('run').disabled = false;
    byId('stop').disabled = true;
  }
}

async function listTables() {
  const list = byId('tables');
  try {
    const response = await fetch('/v1/tables');
    if (!response.ok) throw new Error(await problemOf(response));
    for (const {database, tables} of (await response.json()).items) {
      list.append(element('h2', database));
      for (const table of tables) {
        const button = element('button', table);
        button.type = 'button';
        button.addEventListener('click', () => {
          sql.value = `SELECT * FROM ${quoted(database)}.${quoted(table)} LIMIT 100`;
          run();
        });
        list.append(button);
      }
    }
    if (!list.firstChild) list.append(element('p', 'No tables yet.'));
  } catch (failure) {
    list.replaceChildren(element('p', failure.message));
  }
}

byId('statement').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
byId('stop').addEventListener('click', () => running && running.abort());
sql.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
});
listTables();
