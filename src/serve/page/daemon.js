// daemon.js - the daemon itself: whether its figures can be trusted, and its configuration.
import { control, get, getJson, getMetrics } from './api.js';
import { at, definitions, duration, figure, fill, make, seconds } from './dom.js';

const eventsMax = 50;
const kinds = ['added', 'removed', 'changed', 'moved', 'kept'];
let timer = 0, isShown = false, token = null;

function saved(s) {
	if (!s)
		return 'not kept over restarts';
	return [s.time ? `${duration(s.age_seconds)} ago, ${s.bytes} bytes in ${seconds(s.duration_seconds)}` : 'not yet',
		...(s.error ? [`the last save failed: ${s.error}`] : [])].join('; ');
}

function kept(h) {
	if (!h)
		return 'none is kept';
	return [`${(h.bytes / 1048576).toFixed(1)} MiB`, h.newest ? `to ${h.newest.slice(0, 16)}Z` : 'no minute yet',
		...(h.lost_results ? [`${h.lost_results} results lost`] : []), ...(h.error ? [h.error] : [])].join('; ');
}

function health(s, process) {
	const c = s.since_start, bytes = process.process_resident_memory_bytes;
	return [
		['Version', s.version],
		['Running for', duration(s.uptime_seconds)],
		['Ready', s.ready ? 'yes' : 'no: names are still being looked up', !s.ready],
		['Targets', s.targets.total],
		['Names without address', `${s.names.unresolved} of ${s.names.total}`, s.names.unresolved > 0],
		['Probes a second', figure(s.rate_per_second)],
		['In flight', s.in_flight],
		['Loop late by', seconds(s.loop_lag_seconds)],
		['Sent', c.sent],
		['Received', c.received],
		['Off schedule', c.off_schedule],
		['Skipped', c.skipped, c.skipped > 0],
		['Delayed', c.delayed],
		['Dropped by the socket', c.socket_drops, c.socket_drops > 0],
		['Foreign, corrupt, malformed', `${c.foreign}, ${c.corrupt}, ${c.malformed}`],
		['Log lines dropped', `${c.log_dropped} of ${c.log_lines}`, c.log_dropped > 0],
		['State saved', saved(s.saves), s.saves?.error],
		['History', kept(s.history), s.history?.error || s.history?.lost_results > 0],
		['Events lost', c.events_lost, c.events_lost > 0],
		['Memory', bytes ? (bytes / 1048576).toFixed(1) + ' MiB' : '–'],
	];
}

function config(c) {
	const last = c.last_reload;
	token = c.control_token;
	at('control').hidden = !token;
	definitions(at('config'), [
		['File', c.path],
		['Loaded', c.loaded],
		['Last reload', last.time ? `${last.ok ? 'good' : 'failed'}, ${last.time}` : '–', last.time && !last.ok],
		['Hash', c.hash],
		...(c.files ?? []).map((f) => [`Read: ${f.kind}`, f.path]),
	]);
	at('config-errors').replaceChildren(...last.errors.map((text) => make('li', text)),
		...(last.more_errors ? [make('li', `and ${last.more_errors} more`)] : []));
}

function changed(c) {
	const options = (c.options ?? []).map((o) => `${o.option} ${o.from ?? '–'} → ${o.to ?? '–'}`);
	return [`${c.name} ${c.change}`, ...options].join(', ');
}

// Reading the files may take long, and be asked for once at a time.
async function act(action) {
	const buttons = at('control').querySelectorAll('button'), said = at('control-said');
	buttons.forEach((b) => b.disabled = true);
	said.textContent = action === 'diff' ? 'Comparing' : 'Reloading';
	at('control-list').replaceChildren();
	try {
		const a = await control(action, token);
		const counts = kinds.map((kind) => `${a.counts?.[kind] ?? 0} ${kind}`).join(', ');
		said.textContent = !a.ok ? [a.error, a.detail].filter(Boolean).join(': ')
			: (action === 'diff' ? 'A reload would make it: ' : 'Reloaded: ') + counts;
		const lines = a.ok ? (a.changes ?? []).map(changed) : a.errors ?? [];
		at('control-list').replaceChildren(...[...lines, ...(a.more ? [`and ${a.more} more`] : [])].map((text) => make('li', text)));
	} catch (error) {
		said.textContent = 'No answer: ' + error.message;
	}
	buttons.forEach((b) => b.disabled = false);
	refresh();
}

async function events() {
	const text = await (await get('events', new URLSearchParams({ kind: 'daemon', follow: 'false' }))).text();
	const records = text.split('\n').filter((line) => line.startsWith('data:')).slice(-eventsMax).map((line) => JSON.parse(line.slice(5)));
	fill(at('events'), records.reverse().map((r) => {
		const { ts, v, n, kind, event, ...rest } = r;
		return [ts, event ?? kind, make('td', Object.entries(rest).map(([key, value]) => `${key}=${value}`).join(' '), 'details')];
	}));
}

async function refresh() {
	clearTimeout(timer);
	if (!isShown)
		return;
	if (!document.hidden)
		try {
			const status = await getJson('status');
			definitions(at('health'), health(status, await getMetrics('process')));
			config(await getJson('config'));
			await events();
			at('live').textContent = 'Live';
			at('live').className = '';
		} catch (error) {
			at('live').textContent = 'No answer: ' + error.message;
			at('live').className = 'broken';
		}
	clearTimeout(timer);
	timer = setTimeout(refresh, 3000);
}

export function start() {
	for (const action of ['diff', 'reload'])
		at(action).addEventListener('click', () => act(action));
	at('config-text').addEventListener('toggle', async (e) => {
		if (e.target.open)
			e.target.querySelector('pre').textContent = await (await get('config', new URLSearchParams({ text: 1 }))).text();
	});
}

export function show() {
	isShown = true;
	refresh();
}

export function hide() {
	isShown = false;
	clearTimeout(timer);
}
