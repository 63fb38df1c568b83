// target.js - one target, or several in one chart: its past, its latest probes, changes of state and options. Where the
// daemon keeps no history, the chart is of the probes that the window holds.
import { getJson } from './api.js';
import { at, fill, make, number, percent, seconds, since, state } from './dom.js';
import { events } from './events.js';
import { bands, losses, ofHistory, ofOutcomes } from './past.js';
import { lines, load, Plot } from './plot.js';

const ranges = { '10m': 600, '1h': 3600, '3h': 10800, '1d': 86400, '7d': 604800, '30d': 2592000, '365d': 31536000 };
const rowsMax = 500, changesMax = 100, shortest = 10, tailEvery = 2000;

let wanted = { names: [], range: '3h', from: 0, to: 0, isLog: false };
let lists = [], shownFrom = 0, shownTo = 0, place = -1;
let isShown = false, isBusy = false, timer = 0, version = 0, chartDue = 0, statusDue = 0, keepsHistory = false;
const plot = new Plot(at('chart'), (from, to) => zoom(from, to), (time) => describe(time));

// --- what is wanted, and the address that says it ---

function urlOf(w) {
	const params = new URLSearchParams(w.names.map((n) => ['name', n]));
	if (w.range)
		params.set('range', w.range);
	else {
		params.set('from', new Date(1000 * w.from).toISOString());
		params.set('to', new Date(1000 * w.to).toISOString());
	}
	if (w.isLog)
		params.set('log', '1');
	return '#/target?' + params;
}

const go = (change) => { location.hash = urlOf({ ...wanted, ...change }); };

function read(params) {
	const from = Date.parse(params.get('from')) / 1000, to = Date.parse(params.get('to')) / 1000;
	const isChosen = from < to, range = params.get('range');
	wanted = {
		names: [...new Set(params.getAll('name'))].slice(0, lines.length), from, to,
		range: isChosen ? '' : range in ranges ? range : '3h', isLog: params.get('log') === '1',
	};
}

function zoom(from, to) {
	const middle = (from + to) / 2, half = Math.max(shortest, to - from) / 2;
	go({ range: '', from: Math.floor(middle - half), to: Math.ceil(middle + half) });
}

function scale(by) {
	const middle = (shownFrom + shownTo) / 2, half = Math.min(ranges['365d'], (shownTo - shownFrom) * by) / 2;
	zoom(middle - half, middle + half);
}

function shift(by) {
	const d = by * (shownTo - shownFrom);
	zoom(shownFrom + d, shownTo + d);
}

// --- the chart ---

const isoOf = (s) => new Date(1000 * s).toISOString().replace(/\.\d+/, '');

// A target of which nothing is kept yet has no points.
async function pastOf(name, from, to) {
	const step = Math.max(1, Math.ceil((to - from) / Math.max(200, at('chart').clientWidth - 84)));
	return ofHistory(await getJson(`targets/${encodeURIComponent(name)}/history`,
		new URLSearchParams({ from: isoOf(from), to: isoOf(to), step: step + 's', new: 'empty' })));
}

async function loadChart(documents, now) {
	const from = Math.floor(wanted.range ? now - ranges[wanted.range] : wanted.from), to = Math.ceil(wanted.range ? now : wanted.to);
	const mine = version;
	await load();
	const found = keepsHistory ? await Promise.all(wanted.names.map((n) => pastOf(n, from, to))) : documents.map((d) => ofOutcomes(d.outcomes));
	const changes = keepsHistory ? await loadChanges(wanted.names[0], from, to) : null;
	if (mine !== version)
		return;
	if (changes)
		showChanges(changes);
	lists = found;
	[shownFrom, shownTo] = [from, to];
	if (!keepsHistory && wanted.range) { // as much as there is
		const times = lists.flat().map((p) => p.at);
		shownFrom = times.reduce((a, b) => Math.min(a, b), to);
	}
	if (shownFrom >= shownTo)
		shownFrom = shownTo - shortest;
	plot.draw(lists, shownFrom, shownTo, wanted.isLog);
	const nPoints = lists.reduce((sum, l) => sum + l.length, 0);
	at('chart-note').textContent = !keepsHistory ? 'This daemon keeps no history (history.file in its configuration): the chart has the latest probes, at most 100.' :
		nPoints ? '' : 'Nothing is known of this time.';
	at('svg').hidden = !keepsHistory;
	at('svg').href = 'api/v1/chart.svg?' + new URLSearchParams({ target: wanted.names[0], ...(wanted.range ? { from: '-' + wanted.range } : { from: isoOf(from), to: isoOf(to) }) });
	fillData();
}

const local = (s) => new Date(1000 * s).toLocaleString('sv');

function fillData() {
	const details = at('chart-data');
	if (!details.open)
		return;
	const all = lists.flatMap((points, i) => points.map((p) => [wanted.names[i], p]));
	all.sort(([, a], [, b]) => b.at - a.at);
	fill(details.querySelector('table'), all.slice(0, rowsMax).map(([name, p]) => [name, local(p.at), number(p.nSent), number(p.nLost),
		...bands.map((band) => number(seconds(p[band]))), p.fault]));
	details.querySelector('p').textContent = all.length > rowsMax ? `The latest ${rowsMax} of ${all.length}.` : '';
}

function describe(time) {
	const texts = time === null ? [] : lists.map((points, i) => {
		const p = points.find((x) => x.at <= time && time < x.at + x.step);
		const who = lists.length > 1 ? wanted.names[i] + ': ' : '';
		return p ? `${who}${local(p.at)}, loss ${percent(p.loss)}, median ${seconds(p.median)}, ` +
			`${seconds(p.min)} to ${seconds(p.max)}` + (p.fault ? `, ${p.fault}` : '') : `${who}${local(time)}, nothing known`;
	});
	at('point').textContent = texts.join('; ');
}

function onKey(e) {
	const times = lists[0]?.map((p) => p.at) ?? [];
	const moves = { ArrowLeft: place < 0 ? times.length - 1 : place - 1, ArrowRight: place + 1, Home: 0, End: times.length - 1 };
	if (e.key in moves && times.length) {
		place = Math.min(times.length - 1, Math.max(0, moves[e.key]));
		plot.move(Math.min(shownTo, Math.max(shownFrom, times[place] + lists[0][place].step / 2)));
	} else if (e.key === '+' || e.key === '-')
		scale(e.key === '+' ? 0.5 : 2);
	else if (e.key === 'PageUp' || e.key === 'PageDown')
		shift(e.key === 'PageUp' ? -0.5 : 0.5);
	else
		return;
	e.preventDefault();
}

function mark(paint) {
	const canvas = make('canvas'), context = canvas.getContext('2d');
	[canvas.width, canvas.height] = [28, 8];
	canvas.setAttribute('aria-hidden', 'true');
	paint(context);
	return canvas;
}

function showLosses() {
	at('losses').replaceChildren('Loss:', ...losses.map(([upTo, colour], i) => {
		const span = make('span');
		span.append(mark((c) => { c.fillStyle = colour; c.fillRect(0, 2, 28, 4); }), i === losses.length - 1 ? 'more' : i ? `up to ${100 * upTo} %` : 'none');
		return span;
	}), 'Red: all lost. Yellow: a fault of our own. Empty: nothing is known.');
}

function showCompared() {
	at('losses').hidden = wanted.names.length > 1;
	at('compared').hidden = wanted.names.length < 2;
	at('compared').replaceChildren(...wanted.names.map((name, i) => {
		const li = make('li'), button = make('button', 'Remove');
		button.type = 'button';
		button.setAttribute('aria-label', 'Remove ' + name);
		button.addEventListener('click', () => go({ names: wanted.names.filter((n) => n !== name) }));
		li.append(mark((c) => {
			c.strokeStyle = lines[i].colour;
			c.lineWidth = 3;
			c.setLineDash(lines[i].dash);
			c.moveTo(0, 4);
			c.lineTo(28, 4);
			c.stroke();
		}), make('span', name), ' ', button);
		return li;
	}));
}

// --- the first target's own ---

// items - the latest first
function showChanges(items) {
	at('changes-none').hidden = items.length > 0;
	fill(at('changes'), items.map((h) => [local(Date.parse(h.time ?? h.ts) / 1000), h.from ?? '', state({ state: h.to, blocked: h.blocked_by }), h.reason ?? '', h.blocked_by ?? '']));
}

// Those of the time that the chart shows.
async function loadChanges(name, from, to) {
	const found = await getJson(`targets/${encodeURIComponent(name)}/events`, new URLSearchParams({ from: isoOf(from), to: isoOf(to), limit: changesMax, new: 'empty' }));
	return found.items;
}

function showTarget(t) {
	const is = state(t), span = make('span', is.textContent, is.className);
	at('target-state').replaceChildren(span, ` for ${since(t.since, t.time)}${t.reason ? ', ' + t.reason : ''}; loss ${percent(t.loss_ratio)}, ` +
		`median ${seconds(t.rtt_median_seconds)}` + (t.ip ? `; ${t.ip}` : '') + (t.group ? `; group ${t.group}` : ''));
	fill(at('outcomes'), [...t.outcomes].reverse().map((o) => [o.time ? local(Date.parse(o.time) / 1000).slice(11) : '–', o.outcome.replace('_', ' ') + (o.error ? `: ${o.error}` : ''), number(seconds(o.rtt_seconds))]));
	if (!keepsHistory)
		showChanges([...t.history].reverse());
	fill(at('options'), Object.entries(t.options).map(([name, o]) => [name, o.value, o.origin + (o.file ? ` (${o.file}:${o.line})` : '')]));
}

async function documentOf(name) {
	return getJson('targets/' + encodeURIComponent(name));
}

async function loadAll() {
	if (performance.now() >= statusDue) {
		keepsHistory = Boolean((await getJson('status')).history);
		statusDue = performance.now() + 60000;
	}
	const mine = version, documents = await Promise.all((keepsHistory ? wanted.names.slice(0, 1) : wanted.names).map(documentOf));
	if (mine !== version)
		return;
	showTarget(documents[0]);
	if (performance.now() >= chartDue) {
		const now = Date.parse(documents[0].time) / 1000;
		await loadChart(documents, now);
		chartDue = performance.now() + (!keepsHistory ? 0 : !wanted.range || ranges[wanted.range] > 10800 ? 60000 : 10000);
	}
}

async function refresh() {
	clearTimeout(timer);
	if (!isShown || isBusy)
		return;
	isBusy = true;
	const mine = version;
	if (!document.hidden && wanted.names.length)
		try {
			await loadAll();
			at('live').textContent = 'Live';
			at('live').className = '';
		} catch (error) {
			at('live').textContent = error.status === 404 ? 'No such target' : 'No answer: ' + error.message;
			at('live').className = 'broken';
		}
	isBusy = false;
	clearTimeout(timer);
	timer = setTimeout(refresh, mine !== version ? 0 : tailEvery);
}

export function start() {
	at('range').addEventListener('change', () => at('range').value && go({ range: at('range').value }));
	at('log').addEventListener('change', () => go({ isLog: at('log').checked }));
	at('earlier').addEventListener('click', () => shift(-0.5));
	at('later').addEventListener('click', () => shift(0.5));
	at('zoom-in').addEventListener('click', () => scale(0.5));
	at('zoom-out').addEventListener('click', () => scale(2));
	at('chart-form').addEventListener('submit', (e) => {
		e.preventDefault();
		if (at('compare').value)
			go({ names: [...wanted.names, at('compare').value] });
		at('compare').value = '';
	});
	at('chart').addEventListener('keydown', onKey);
	at('chart-data').addEventListener('toggle', fillData);
	const redraw = () => { chartDue = 0; refresh(); };
	addEventListener('resize', redraw);
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
	events.addEventListener('state', (e) => { if (isShown && wanted.names.includes(JSON.parse(e.data).target)) refresh(); });
	showLosses();
}

export function show(params) {
	read(params);
	isShown = true;
	version++;
	chartDue = 0;
	place = -1;
	at('range').value = wanted.range;
	at('log').checked = wanted.isLog;
	at('target-name').textContent = wanted.names[0] ?? 'No target is chosen';
	document.title = 'minipingd: ' + (wanted.names[0] ?? 'target');
	at('point').textContent = '';
	showCompared();
	refresh();
}

export function hide() {
	isShown = false;
	version++;
	clearTimeout(timer);
	plot.end();
	lists = [];
}
