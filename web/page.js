// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The script of the page of run records: sorts and filters the table, shows what a record says, and draws the front.
// The page holds other people's names, so every text goes into the document as text, and none as HTML.
(() => {
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const table = document.getElementById('records');
const body = table.tBodies[0];
const heads = [...table.tHead.rows[0].cells];
/** A row for each entry, in the order of the data. */
const rows = [...body.rows].map((element, i) => ({ element, entry: data.entries[i], i, keys: [], isShown: true }));
/** So many rows are laid out at first: a browser takes seconds for ten thousand, and nobody reads them. */
const firstRows = 500;
const collator = new Intl.Collator('en', { numeric: true });

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// ---- Sorting

const order = [...rows];
let shown = order;
let mostRows = firstRows;
const more = make('button', { type: 'button', id: 'more' });

/** Lays out the rows that pass the filters, in their order. */
function showRows() {
  shown = order.filter((row) => row.isShown);
  for (const row of shown.slice(0, mostRows)) makeName(row);
  body.replaceChildren(...shown.slice(0, mostRows).map((row) => row.element));
  more.hidden = shown.length <= mostRows;
  more.textContent = `Show all ${shown.length} rows, not only the first ${mostRows}`;
  const first = body.rows[0];
  if (first && !tabStop?.isConnected) moveTabStop(first);
}

function keyOf(row, column) {
  if (column in row.keys) return row.keys[column];
  const cell = row.element.cells[column];
  const key = column === 0 ? cell.textContent : cell.dataset.sort === undefined ? NaN : Number(cell.dataset.sort);
  return row.keys[column] = key;
}

function sortBy(column, isAscending) {
  const sign = isAscending ? 1 : -1;
  const compare = column === 0 ? (a, b) => sign * collator.compare(keyOf(a, 0), keyOf(b, 0)) : (a, b) => {
    const [x, y] = [keyOf(a, column), keyOf(b, column)];
    // What has no number is at the end of either order.
    return Number.isNaN(x) || Number.isNaN(y) ? Number.isNaN(x) - Number.isNaN(y) : sign * (x - y);
  };
  order.sort(compare);
  showRows();
  heads.forEach((head, i) => {
    if (i === column) head.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
    else head.removeAttribute('aria-sort');
  });
}

function makeHeads() {
  heads.forEach((head, column) => {
    const button = make('button', { type: 'button', class: 'head' });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      // The first click puts the best at the top.
      const now = head.getAttribute('aria-sort');
      sortBy(column, now === null ? head.dataset.better !== 'higher' : now === 'descending');
    });
  });
}

// ---- Filters

const filters = [
  { id: 'hardware', label: 'Hardware', of: (entry) => data.machines[entry.machine].processor ?? 'not known' },
  { id: 'task', label: 'Task', of: (entry) => entry.dataset ?? 'not named' },
  { id: 'provenance', label: 'Provenance of energy', of: (entry) => entry.provenance },
];
const status = make('p', { id: 'status', role: 'status' });

function passes(entry, text) {
  return filters.every(({ select, of }) => !select || select.value === '' || select.value === `=${of(entry)}`) &&
    entry.name.toLowerCase().includes(text);
}

function applyFilters() {
  const text = document.getElementById('search').value.toLowerCase();
  for (const row of rows) row.isShown = passes(row.entry, text);
  showRows();
  const marks = chart.show(shown);
  status.textContent = `${shown.length} of ${rows.length} ${rows.length === 1 ? 'record' : 'records'} shown` +
    (marks === null || marks === shown.length ? '' : `, ${marks} of them in the chart`);
}

function makeControls() {
  const controls = document.getElementById('controls');
  for (const filter of filters) {
    const counts = new Map();
    for (const { entry } of rows) counts.set(filter.of(entry), (counts.get(filter.of(entry)) ?? 0) + 1);
    if (counts.size < 2) continue;
    filter.select = make('select', { id: filter.id }, new Option(`all (${rows.length})`, ''));
    const values = [...counts].sort(([a], [b]) => collator.compare(a, b));
    for (const [value, count] of values) filter.select.add(new Option(`${value} (${count})`, `=${value}`));
    filter.select.addEventListener('change', applyFilters);
    controls.append(make('label', { for: filter.id }, filter.label, filter.select));
  }
  const search = make('input', { id: 'search', type: 'search', autocomplete: 'off' });
  search.addEventListener('input', applyFilters);
  if (canDraw && ['energy', 'time'].every((cost) => data.entries.some((entry) => entry[cost]))) {
    const select = make('select', { id: 'cost' }, new Option('energy'), new Option('time'));
    select.value = chart.cost;
    select.addEventListener('change', () => {
      chart.cost = select.value;
      applyFilters();
      chart.draw();
    });
    controls.append(make('label', { for: 'cost' }, 'Chart against', select));
  }
  controls.append(make('label', { for: 'search' }, 'Model name contains', search), status);
}

// ---- Details of a record

const dialog = make('dialog', { id: 'details', 'aria-labelledby': 'details-name' });

/** Returns a number with a prefix: 1.234 ms. */
function withPrefix(value, unit) {
  const power = value === 0 ? 0 : Math.max(-4, Math.min(4, Math.floor(Math.log10(Math.abs(value)) / 3 + 1e-9)));
  return `${Number((value / 1000 ** power).toPrecision(4))} ${['p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'][power + 4]}${unit}`;
}

function sparkline(values, label, unit) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '-1 -1 202 42');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  let path = '';
  values.forEach((value, i) => {
    if (value === null) return;
    const x = 200 * (values.length === 1 ? 0.5 : i / (values.length - 1));
    const y = 40 * (span === 0 ? 0.5 : 1 - (value - low) / span);
    path += `${path === '' || values[i - 1] === null ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  const line = document.createElementNS(svg.namespaceURI, 'path');
  line.setAttribute('d', values.length === 1 ? `${path}h1` : path);
  svg.append(line);
  const range = span === 0 ? withPrefix(low, unit) : `${withPrefix(low, unit)} to ${withPrefix(low + span, unit)}`;
  return make('figure', { class: 'spark' }, make('figcaption', {}, `${label}: ${range}`), svg);
}

function windowsOf(entry) {
  const count = `${entry.windows} ${entry.windows === 1 ? 'window' : 'windows'}`;
  if (entry.windows === 0) return [make('p', {}, 'There are none.')];
  if (!entry.times) return [make('p', {}, `${count}, which are left out of this page for its size; the record has them.`)];
  const rowsOf = entry.times.map((time, i) => {
    const energy = entry.energies?.[i];
    return make('tr', {}, make('th', { scope: 'row' }, `${i + 1}`),
      make('td', {}, time === null ? 'n/a' : withPrefix(time, 's')),
      make('td', {}, energy === null || energy === undefined ? 'n/a' : withPrefix(energy, 'J')));
  });
  const head = make('tr', {}, ...['window', 'time/item', 'energy/item'].map((name) => make('th', { scope: 'col' }, name)));
  const all = make('details', {}, make('summary', {}, `All ${count}`));
  // Thousands of rows are made for whoever asks for them.
  all.addEventListener('toggle', () => {
    if (all.open && all.childElementCount === 1) {
      all.append(make('table', {}, make('thead', {}, head), make('tbody', {}, ...rowsOf)));
    }
  });
  return [sparkline(entry.times, 'time/item', 's'), entry.energies ? sparkline(entry.energies, 'energy/item', 'J') : '', all];
}

function factsOf(entry) {
  const [run, machine, meter] = [data.runs[entry.run], data.machines[entry.machine], data.meters[entry.meter]];
  const commit = run.commit && `${run.commit}${run.dirty ? ', with changes' : ''}`;
  const hardware = [machine.processor, machine.threads && `${machine.threads} threads`, machine.memory, machine.system,
    machine.governor && `governor ${machine.governor}`];
  const source = `${meter.source}${meter.root ? ` below ${meter.root}` : ''}`;
  return [['Task', entry.dataset], ['Inputs', `${entry.inputs}, in batches of ${entry.batch}` +
      (entry.callers === 1 ? '' : `, called by ${entry.callers} threads`)], ['Weights', entry.format],
    ['Run', run.id], ['Started', run.started], ['Commit', commit], ['Command', run.command],
    ['Machine', hardware.filter(Boolean).join(', ')], ['Compiler', run.compiler], ['perjoule', run.version],
    ['Energy', entry.provenance], ['Meter', `${source}, scope ${meter.scope}`], ['About the meter', meter.note],
    ['Outcome', `${entry.outcome}${entry.dropped === 0 ? '' : `, ${entry.dropped} windows without energy`}`]];
}

function listOf(pairs) {
  const list = make('dl');
  for (const [name, value] of pairs) {
    if (value) list.append(make('dt', {}, name), make('dd', {}, value));
  }
  return list;
}

function showDetails(row) {
  const { entry, element } = row;
  const close = make('button', { type: 'button', class: 'close' }, 'Close');
  close.addEventListener('click', () => dialog.close());
  const numbers = heads.slice(1).map((head, i) => [head.querySelector('span').textContent, element.cells[i + 1].textContent]);
  dialog.replaceChildren(make('header', {}, make('h2', { id: 'details-name' }, entry.name), close),
    make('h3', {}, 'Numbers'), listOf(numbers), make('h3', {}, 'Windows'), ...windowsOf(entry));
  if (entry.caveats.length !== 0) {
    dialog.append(make('h3', {}, 'Caveats'), make('ul', {}, ...entry.caveats.map((caveat) => make('li', {}, caveat))));
  }
  dialog.append(make('h3', {}, 'Record'), listOf(factsOf(entry)));
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** One row is in the order of the tab key, and the arrow keys go to the others: nobody tabs through thousands. */
let tabStop = null;

function moveTabStop(element) {
  if (tabStop) tabStop.tabIndex = -1;
  tabStop = element.cells[0].firstChild;
  tabStop.tabIndex = 0;
}

/** Makes a name a button, which a keyboard reaches. */
function makeName({ element }) {
  const cell = element.cells[0];
  if (cell.querySelector('button')) return;
  const button = make('button', { type: 'button', class: 'name', tabindex: '-1', 'aria-haspopup': 'dialog' });
  button.append(...cell.childNodes);
  cell.append(button);
}

function makeRows() {
  const rowOf = new Map(rows.map((row) => [row.element, row]));
  body.addEventListener('click', (event) => {
    const element = event.target.closest('tr');
    if (!element || String(getSelection()) !== '') return;
    moveTabStop(element);
    showDetails(rowOf.get(element));
  });
  body.addEventListener('keydown', (event) => {
    const next = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    if (!next) return;
    const element = event.target.closest('tr')[next];
    event.preventDefault();
    if (!element) return;
    moveTabStop(element);
    element.cells[0].firstChild.focus();
  });
  const showAll = () => {
    mostRows = Infinity;
    showRows();
  };
  more.addEventListener('click', showAll);
  addEventListener('beforeprint', showAll);
  document.getElementById('scroll').after(more);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();  // beside its content
  });
  document.body.append(dialog);
}

// ---- The front

const canDraw = globalThis.vegaEmbed !== undefined && data.axes.quality !== null;

const chart = {
  view: null,
  points: [],
  cost: data.axes.cost,

  /** Returns the number of marks, or null where there is no chart. */
  show(shown) {
    if (!canDraw) return null;
    const cellOf = ({ element }, name, number) => {
      const column = heads.findIndex((head) => head.dataset.column === name);
      return column < 1 ? `${number}` : element.cells[column].textContent;  // the same in every row: a note
    };
    this.points = shown.filter(({ entry }) => entry.quality && entry[this.cost]?.[0] > 0).map((row) => {
      const { entry, i } = row;
      const [[x, xLow, xHigh], [y, yLow, yHigh]] = [entry[this.cost], entry.quality];
      return {
        i, x, xHigh, y, yLow, yHigh, xLow: xLow > 0 ? xLow : x / 10, group: entry.group, provenance: entry.provenance,
        name: entry.name.slice(0, 100), task: entry.dataset ?? 'not named',
        xText: cellOf(row, this.cost, x), yText: cellOf(row, data.axes.metric, y),
        letter: this.cost === data.axes.cost ? entry.letter ?? '' : '',
        // The error of a power model may differ between models: its joules rank none.
        isRanked: entry.skilled && (this.cost === 'time' || entry.provenance !== 'modelled'),
      };
    });
    if (this.view) this.view.data('records', this.points).data('front', front(this.points)).runAsync();
    return this.points.length;
  },

  draw() {},
};

/** Returns the steps below which no point of a group is both better and cheaper. */
function front(points) {
  const steps = [];
  const sign = data.axes.higher ? 1 : -1;
  for (const group of new Set(points.map((point) => point.group))) {
    const members = points.filter((point) => point.group === group && point.isRanked);
    members.sort((a, b) => a.x - b.x || sign * (b.y - a.y));
    let best = -Infinity;
    for (const { x, y } of members) {
      if (sign * y > best) steps.push({ group, x, y });
      best = Math.max(best, sign * y);
    }
    if (members.length !== 0) steps.push({ group, x: members[members.length - 1].x, y: sign * best });
  }
  return steps;
}

const looks = [  // colours that tell apart for colour-blind readers, too: on white, and on black
  ['measured', 'circle', '#0072b2', '#6cb8f0'], ['estimated', 'square', '#007a5a', '#3fd0a4'],
  ['modelled', 'triangle-up', '#c04e00', '#ff9e5e'], ['simulated', 'diamond', '#a8457f', '#e79fc8'],
  ['missing', 'cross', '#666666', '#aaaaaa'],
];

function specification(isDark) {
  const isMany = data.entries.length > 300;
  const ink = isDark ? '#e6e6e6' : '#222222';
  const used = looks.filter(([name]) => data.entries.some((entry) => entry.provenance === name));
  const scales = {
    color: { domain: used.map((look) => look[0]), range: used.map((look) => look[isDark ? 3 : 2]) },
    shape: { domain: used.map((look) => look[0]), range: used.map((look) => look[1]) },
  };
  const legend = { title: 'energy', orient: 'top', symbolOpacity: 1 };
  const color = { field: 'provenance', type: 'nominal', scale: scales.color, legend };
  const x = { field: 'x', type: 'quantitative', title: data.axes[chart.cost], scale: { type: 'log', nice: false, padding: 20 } };
  const y = { field: 'y', type: 'quantitative', title: data.axes.quality, scale: { zero: false, nice: false, padding: 20 } };
  const plain = ({ field, type }) => ({ field, type });
  const bar = (encoding) => ({ mark: { type: 'rule', opacity: 0.55 }, encoding: { color, ...encoding } });
  const tooltip = [{ field: 'name', title: 'model' }, { field: 'task', title: 'task' }, { field: 'xText', title: data.axes[chart.cost] },
    { field: 'yText', title: data.axes.quality }, { field: 'provenance', title: 'energy' }];
  return {
    width: 'container', height: 340, background: null, autosize: { type: 'fit-x', contains: 'padding' },
    datasets: { records: chart.points, front: front(chart.points) },
    data: { name: 'records' },
    layer: [
      { data: { name: 'front' },  // pale and underneath, or it hides the bars
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 5, color: isDark ? '#2f4a5e' : '#cfe3f2' },
        encoding: { x, y, detail: { field: 'group' } } },
      bar({ x: { ...plain(x), field: 'xLow' }, x2: { field: 'xHigh' }, y: plain(y) }),
      bar({ x: plain(x), y: { ...plain(y), field: 'yLow' }, y2: { field: 'yHigh' } }),
      { name: 'points', mark: { type: 'point', filled: true, size: isMany ? 25 : 80, opacity: isMany ? 0.6 : 1, cursor: 'pointer' },
        encoding: { x: plain(x), y: plain(y), color, tooltip,
          shape: { field: 'provenance', type: 'nominal', scale: scales.shape, legend } } },
      { mark: { type: 'text', align: 'left', dx: 8, dy: -8, fontSize: 13, color: ink },
        encoding: { x: plain(x), y: plain(y), text: { field: 'letter' } } },
    ],
    config: {
      aria: false, font: 'system-ui, sans-serif', view: { stroke: null },
      axis: { labelColor: ink, titleColor: ink, domainColor: ink, tickColor: ink,
        gridColor: isDark ? '#3a3a3a' : '#e4e4e4', labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal' },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
    },
  };
}

async function drawChart() {
  if (!canDraw || chart.points.length === 0) return;
  const place = document.getElementById('chart');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  chart.draw = async () => {
    chart.view?.finalize();
    const { view } = await vegaEmbed(place, specification(dark.matches), {
      actions: false, ast: true, expr: vegaInterpreter.expressionInterpreter,  // no script is made of texts
      renderer: data.entries.length > 1500 ? 'canvas' : 'svg', tooltip: { theme: dark.matches ? 'dark' : 'light' },
    });
    chart.view = view;
    view.addEventListener('click', (event, item) => {
      if (item?.datum?.i !== undefined) showDetails(rows[item.datum.i]);
    });
    place.setAttribute('aria-label', `${data.axes.quality} against ${data.axes[chart.cost]}: the numbers of the table below`);
  };
  place.setAttribute('role', 'img');
  document.body.classList.add('has-chart');
  try {
    await chart.draw();
  } catch (problem) {
    document.body.classList.remove('has-chart');  // the figure is still there
    console.error(problem);
    return;
  }
  dark.addEventListener('change', chart.draw);
}

makeHeads();
makeRows();
makeControls();
applyFilters();
drawChart();
})();
