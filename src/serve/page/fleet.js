// fleet.js - all targets: what is bad now, the map, groups and a table. The figures come anew every 5 s, and sooner after
// an event, within a second of it where the fleet is not large; what an event says is shown before figures of a later time have come.
import { getJson, getMap } from './api.js';
import { at, fill, make, name, number, percent, seconds, since, state, targetUrl } from './dom.js';
import { events } from './events.js';
import { FleetMap, legend, lossOf, rttOf, stateOf } from './map.js';

const badMax = 100, badPage = 1000, badPages = 10, groupsMax = 500, pageSize = 100;
const stateBytes = { unknown: 0, up: 1, degraded: 2, down: 3 };
const badFields = 'name,group,state,reason,since,blocked,loss_ratio,rtt_median_seconds';

let list = { layout: '', items: [], places: new Map() };
let map = null;
let news = new Map(); // of targets whose state has changed since the map's time: {byte, time}
let cursor = '', isShown = false, isBusy = false, isDirty = false, timer = 0, version = 0;
const chart = new FleetMap(at('map'), (target) => describe(target), (target) => { location.hash = targetUrl(list.items[target].name); });

// --- the filter ---

function filterParams() {
	const params = new URLSearchParams();
	if (at('q').value)
		params.set('q', at('q').value);
	for (const part of at('label').value.split(/\s+/).filter((text) => text.includes('=')))
		params.append('label.' + part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1));
	if (at('group').value)
		params.set('group', at('group').value);
	for (const box of document.querySelectorAll('[name=state]:checked'))
		params.append('state', box.value);
	return params;
}

function toUrl() {
	const params = filterParams();
	if (at('colour').value !== 'state')
		params.set('colour', at('colour').value);
	if (at('sort').value !== 'worst')
		params.set('sort', at('sort').value);
	history.replaceState(null, '', '#/fleet' + (params.toString() ? '?' + params : ''));
}

function choose(select, value, usual) {
	select.value = [...select.options].some((o) => o.value === value) ? value : usual;
}

function fromUrl(params) {
	at('q').value = params.get('q') || '';
	at('group').value = params.get('group') || '';
	at('label').value = [...params].filter(([key]) => key.startsWith('label.')).map(([key, v]) => key.slice(6) + '=' + v).join(' ');
	for (const box of document.querySelectorAll('[name=state]'))
		box.checked = params.getAll('state').includes(box.value);
	choose(at('colour'), params.get('colour'), 'state');
	choose(at('sort'), params.get('sort'), 'worst');
}

function changed() {
	toUrl();
	cursor = '';
	version++;
	legend(at('colour').value);
	soon(0);
}

// --- the parts ---

function describe(target) {
	const t = list.items[target], link = make('a', t.name);
	link.href = targetUrl(t.name);
	at('cell').replaceChildren(link, `: ${stateOf(map.state[target])}${map.state[target] & 16 ? ', blocked' : ''}, ` +
		`loss ${percent(lossOf(map.loss[target]))}, RTT ${seconds(rttOf(map.rtt[target]))}` + (t.group ? `, group ${t.group}` : ''));
}

function applyNews() {
	for (const [key, n] of news) {
		const place = list.places.get(key);
		if (n.time <= map.time)
			news.delete(key);
		else if (place !== undefined)
			map.state[place] = n.byte;
	}
}

function drawMap() {
	applyNews();
	chart.draw(map, at('colour').value);
	const counts = [0, 0, 0, 0];
	let nBlocked = 0;
	for (const b of map.state) {
		counts[b & 3]++;
		nBlocked += b >> 4 & 1;
	}
	at('counts').textContent = `${map.n} targets: ${counts[3]} down${nBlocked ? ` (${nBlocked} blocked)` : ''}, ` +
		`${counts[2]} degraded, ${counts[0]} unknown, ${counts[1]} up`;
	at('map').setAttribute('aria-label', 'Map of targets. ' + at('counts').textContent);
}

async function loadMap(params) {
	const bytes = await getMap(params);
	if (bytes.layout !== list.layout) {
		const wanted = new URLSearchParams(params);
		wanted.set('fields', 'name,group');
		const fresh = await getJson('heatmap', wanted);
		list = { layout: fresh.layout, items: fresh.items, places: new Map(fresh.items.map((t, i) => [t.name, i])) };
		map = null;
		chart.setTargets(list.items);
		if (bytes.layout !== fresh.layout) { // it has changed between the two
			isDirty = true;
			return;
		}
	}
	map = bytes;
	drawMap();
}

// Pages until there are enough that are not blocked.
async function badTargets(params) {
	const wanted = new URLSearchParams(params), states = params.getAll('state');
	const bad = ['down', 'degraded'].filter((s) => !states.length || states.includes(s));
	const found = { open: [], blocked: [], total: 0, time: '' };
	if (!bad.length)
		return found;
	wanted.delete('state');
	bad.forEach((s) => wanted.append('state', s));
	wanted.set('fields', badFields);
	wanted.set('sort', 'worst');
	wanted.set('limit', badPage);
	for (let i = 0; i < badPages; i++) {
		const page = await getJson('targets', wanted);
		found.total = page.total;
		found.time = page.time;
		for (const t of page.items)
			found[t.blocked ? 'blocked' : 'open'].push(t);
		if (!page.next || found.open.length >= badMax)
			break;
		wanted.set('cursor', page.next);
	}
	return found;
}

async function loadBad(params) {
	const { open, blocked, total, time } = await badTargets(params);
	const rows = open.slice(0, badMax), nMore = total - blocked.length - rows.length;
	fill(at('bad'), rows.map((t) => [name(t.name), state(t), since(t.since, time), t.reason || '',
		number(percent(t.loss_ratio)), number(seconds(t.rtt_median_seconds)), t.group || '']));
	at('bad').hidden = !rows.length;
	at('bad-none').hidden = total > 0;
	at('bad-more').textContent = nMore > 0 ? `and ${nMore} more` : '';
	at('blocked').hidden = !blocked.length;
	at('blocked').querySelector('summary').textContent = `${blocked.length} more are blocked: down behind a target that is down`;
	fill(at('blocked').querySelector('table'), blocked.slice(0, badMax).map((t) => [name(t.name), since(t.since, time), t.group || '']));
}

async function loadGroups(params) {
	const { items } = await getJson('groups', params);
	const badness = (g) => g.targets.down * 1e6 + g.targets.degraded;
	items.sort((a, b) => badness(b) - badness(a));
	fill(at('groups'), items.slice(0, groupsMax).map((g) => {
		const td = make('td', null, 'name'), link = make('a', g.name ?? 'no group');
		const to = new URLSearchParams(params);
		to.set('group', g.name ?? '');
		link.href = '#/fleet?' + to;
		td.append(g.name === null ? 'no group' : link);
		return [td, number(g.targets.total), number(g.targets.down), number(g.targets.degraded), number(g.targets.unknown),
			number(g.targets.up), number(percent(g.loss_ratio)), number(seconds(g.rtt_mean_seconds)), name(g.worst?.name ?? '')];
	}));
	at('groups-more').textContent = items.length > groupsMax ? `and ${items.length - groupsMax} more` : '';
}

let next = null;

async function loadTargets(params) {
	const wanted = new URLSearchParams(params);
	wanted.set('sort', at('sort').value);
	wanted.set('limit', pageSize);
	wanted.set('fields', 'name,ip,group,labels,state,since,blocked,loss_ratio,rtt_median_seconds');
	if (cursor)
		wanted.set('cursor', cursor);
	const page = await getJson('targets', wanted);
	next = page.next;
	fill(at('targets'), page.items.map((t) => [name(t.name), t.ip ?? '', state(t), since(t.since, page.time),
		number(percent(t.loss_ratio)), number(seconds(t.rtt_median_seconds)), t.group ?? '',
		Object.entries(t.labels ?? {}).map(([key, v]) => `${key}=${v}`).join(' ')]));
	at('next').disabled = !next;
	at('first').disabled = !cursor;
	at('page-of').textContent = `${page.items.length} of ${page.total}`;
}

// --- time ---

async function refresh() {
	if (isBusy || !isShown) {
		isDirty = true;
		return;
	}
	isBusy = true;
	isDirty = false;
	const params = filterParams(), mine = version;
	try {
		await loadMap(params);
		await loadBad(params);
		await loadGroups(params);
		await loadTargets(params);
		at('live').textContent = 'Live';
		at('live').className = '';
	} catch (error) {
		at('live').textContent = 'No answer: ' + error.message;
		at('live').className = 'broken';
	}
	isBusy = false;
	const n = map?.n ?? 0;
	soon(mine !== version ? 0 : Math.max(isDirty ? 1000 : 5000, n / 50));
}

// An earlier time wins.
let due = 0;

function soon(ms) {
	const when = performance.now() + ms;
	if (timer && due <= when)
		return;
	clearTimeout(timer);
	due = when;
	timer = setTimeout(() => {
		timer = 0;
		if (isShown && !document.hidden)
			refresh();
	}, ms);
}

let drawTimer = 0;

function onState(e) {
	const record = JSON.parse(e.data), key = record.target;
	if (!(record.to in stateBytes))
		return;
	news.set(key, { byte: stateBytes[record.to] | (record.blocked_by ? 16 : 0), time: Date.parse(record.ts) });
	drawTimer ||= setTimeout(() => {
		drawTimer = 0;
		if (map && isShown)
			drawMap();
	}, Math.max(250, (map?.n ?? 0) / 1000));
	soon(Math.max(1000, (map?.n ?? 0) / 50));
}

export function start() {
	for (const id of ['q', 'label', 'group'])
		at(id).addEventListener('input', () => { clearTimeout(start.typed); start.typed = setTimeout(changed, 300); });
	for (const e of document.querySelectorAll('[name=state], #colour, #sort'))
		e.addEventListener('change', changed);
	at('filter').addEventListener('submit', (e) => { e.preventDefault(); changed(); });
	at('filter').addEventListener('reset', () => setTimeout(changed));
	at('next').addEventListener('click', () => { cursor = next; version++; soon(0); });
	at('first').addEventListener('click', () => { cursor = ''; version++; soon(0); });
	addEventListener('resize', () => { if (map) { chart.lay(); drawMap(); } });
	document.addEventListener('visibilitychange', () => soon(0));
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { if (map) drawMap(); });
	events.addEventListener('state', onState);
	events.addEventListener('resync', () => soon(0));
	events.addEventListener('open', () => soon(0));
}

export function show(params) {
	isShown = true;
	fromUrl(params);
	legend(at('colour').value);
	version++;
	soon(0);
}

export function hide() {
	isShown = false;
}
