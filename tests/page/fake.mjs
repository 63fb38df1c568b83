// fake.mjs - answers as the daemon does, with figures that are known: of as many targets as wanted, and a past with a
// step, a gap, 20 % loss, and a fault of our own, each at its part of whatever time is asked for.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const dir = process.argv[2] + '/';
const files = { 'uplot.js': 'uplot/uPlot.iife.min.js', 'uplot.css': 'uplot/uPlot.min.css' };
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const iso = (s) => new Date(1000 * s).toISOString();
let n = 10, keepsHistory = true, streams = [];
export const hostile = '<script>alert(1)</script>';
const nameOf = (i) => i === 3 ? hostile : 'target-' + i;
const stateOf = (i) => i % 97 === 3 ? 3 : i % 89 === 5 ? 2 : i % 83 === 7 ? 0 : 1;
const names = ['unknown', 'up', 'degraded', 'down'];
const now = () => Date.now() / 1000;

function row(i) {
	const s = stateOf(i);
	return {
		name: nameOf(i), group: 'site-' + i % 7, ip: '192.0.2.1', state: names[s], reason: s === 3 ? 'timeout' : null, since: iso(now() - 100), blocked: false,
		loss_ratio: s === 3 ? 1 : s === 2 ? 0.1 : 0, rtt_median_seconds: s === 3 ? null : 0.01, labels: { site: 'a' },
	};
}

function heatmap() {
	const bytes = Buffer.alloc(32 + 3 * n);
	bytes.writeUInt32BE(0x4d50484d, 0);
	bytes.writeUInt16LE(1, 4);
	bytes.writeUInt16LE(32, 6);
	bytes.writeBigUInt64LE(BigInt(Math.floor(now() * 1e6)), 8);
	bytes.writeUInt32LE(n, 16);
	bytes.writeBigUInt64LE(BigInt(n), 24);
	for (let i = 0; i < n; i++) {
		const s = stateOf(i);
		bytes[32 + i] = s;
		bytes[32 + n + i] = s === 3 ? 250 : 0;
		bytes[32 + 2 * n + i] = s === 3 ? 255 : 108;
	}
	return bytes;
}

function history(name, from, to, step) {
	const items = [], scale = name === 'target-1' ? 1 : 2;
	from -= from % step;
	for (let at = from; at < to; at += step) {
		const part = (at - from) / (to - from), rtt = scale * (part < 0.5 ? 0.01 : 0.04), lost = part >= 0.6 && part < 0.7 ? 4 : 0;
		if (part >= 0.35 && part < 0.45)
			continue;
		const item = { time: iso(at), sent: 20, received: 20 - lost, lost, unknown: 0, not_sent: part >= 0.8 && part < 0.9 ? 2 : 0, loss_ratio: lost / 20, incomplete: false };
		for (const [key, by] of Object.entries({ min: 0.7, p10: 0.8, p25: 0.9, median: 1, p75: 1.1, p90: 1.2, p95: 1.25, p99: 1.4, max: 1.5 }))
			item[`rtt_${key}_seconds`] = by * rtt;
		items.push(item);
	}
	return { target: name, from: iso(from), to: iso(to), step_seconds: step, items };
}

const moment = (text) => text === 'now' ? now() : Date.parse(text) / 1000;

function target(i) {
	const outcomes = Array.from({ length: 60 }, (_, k) => ({ time: iso(now() - 60 + k), outcome: k % 10 === 5 ? 'timeout' : k % 30 === 7 ? 'not_sent' : 'reply', rtt_seconds: k % 10 === 5 || k % 30 === 7 ? null : 0.01 + 0.0001 * k, error: k % 30 === 7 ? 'ENOBUFS' : null }));
	return {
		time: iso(now()), ...row(i), outcomes, history: [{ time: iso(now() - 100), from: 'unknown', to: row(i).state, reason: null, blocked_by: null }],
		options: { interval: { value: '1s', origin: 'defaults', file: '/etc/minipingd/minipingd.yaml', line: 12 }, timeout: { value: '1s', origin: 'built-in' } },
	};
}

function json(path, params) {
	const found = /^targets\/([^/]+)(\/history|\/events)?$/.exec(path);
	if (found?.[2] === '/events')
		return keepsHistory ? { items: [1, 2, 3].map((k) => ({ ts: iso(moment(params.get('to')) - 60 * k), kind: 'state', target: decodeURIComponent(found[1]), from: k % 2 ? 'down' : 'up', to: k % 2 ? 'up' : 'down', reason: k % 2 ? 'reply' : 'timeout' })) } : null;
	if (found?.[2])
		return keepsHistory ? history(decodeURIComponent(found[1]), moment(params.get('from')), moment(params.get('to')), parseInt(params.get('step'), 10)) : null;
	if (found) {
		const name = decodeURIComponent(found[1]);
		return name === hostile ? target(3) : /^target-\d+$/.test(name) ? target(Number(name.slice(7))) : null;
	}
	const items = () => Array.from({ length: Math.min(n, Number(params.get('limit') ?? 100)) }, (_, i) => row(i));
	const bad = () => items().filter((t) => params.getAll('state').includes(t.state));
	switch (path) {
	case 'status':
		return {
			time: iso(now()), version: '0', ready: true, uptime_seconds: 60, rate_per_second: n, in_flight: 1, loop_lag_seconds: 0, targets: { total: n }, names: { unresolved: 0, total: 0 },
			history: keepsHistory ? { file: 'x', error: null, bytes: 3145728, newest: iso(now() - 60), lost_results: 0 } : null, since_start: { sent: 1, received: 1, off_schedule: 0, skipped: 0, delayed: 0, socket_drops: 0, foreign: 0, corrupt: 0, malformed: 0, log_dropped: 0, log_lines: 1, events_lost: 0 },
		};
	case 'targets':
		return { time: iso(now()), total: params.has('state') ? bad().length : n, items: params.has('state') ? bad() : items(), next: null };
	case 'groups':
		return { items: Array.from({ length: 7 }, (_, i) => ({ name: 'site-' + i, targets: { total: n / 7 | 0, down: 1, degraded: 1, unknown: 1, up: 1 }, loss_ratio: 0.01, rtt_mean_seconds: 0.01, worst: null })) };
	case 'heatmap':
		return { layout: n.toString(16).padStart(16, '0'), items: Array.from({ length: n }, (_, i) => ({ name: nameOf(i), group: 'site-' + i % 7 })) };
	case 'config':
		return { path: 'x', loaded: iso(now()), hash: 'x', files: [], last_reload: { time: null, ok: true, errors: [] }, control_token: 'x' };
	}
	return null;
}

function answer(request, response) {
	const url = new URL(request.url, 'http://x'), path = url.pathname;
	const asset = path === '/' ? 'index.html' : path.startsWith('/assets/') ? path.slice(8) : '';
	if (asset) {
		response.writeHead(200, { 'Content-Type': types[asset.split('.').at(-1)], 'Content-Security-Policy': policy });
		return response.end(readFileSync(dir + (files[asset] ?? asset)));
	}
	if (path === '/api/v1/events') {
		response.writeHead(200, { 'Content-Type': 'text/event-stream' });
		if (url.searchParams.get('follow') === 'false')
			return response.end();
		response.write(':\n\n');
		streams.push(response);
		return request.on('close', () => { streams = streams.filter((s) => s !== response); });
	}
	if (request.method === 'POST') {
		const isOurs = request.headers['x-control-token'] === 'x' && request.headers.origin === url.origin.replace('x', request.headers.host);
		const changes = { counts: { added: 1, removed: 0, changed: 1, moved: 0, kept: 9 }, changes: [{ name: hostile, change: 'added' }, { name: 'b', change: 'changed', options: [{ option: 'interval', from: '1s', to: '2s' }] }], more: 3 };
		response.writeHead(isOurs ? 200 : 403, { 'Content-Type': 'application/json' });
		return response.end(JSON.stringify(isOurs ? changes : { error: 'forbidden' }));
	}
	if (path === '/metrics') {
		response.writeHead(200);
		return response.end('process_resident_memory_bytes 1048576\n');
	}
	if (path === '/api/v1/heatmap' && !url.searchParams.has('fields')) {
		response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
		return response.end(heatmap());
	}
	const body = path.startsWith('/api/v1/') ? json(path.slice(8), url.searchParams) : null;
	response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' });
	response.end(JSON.stringify(body));
}

// start - its address; set(targets, history) says what it knows, down(i) sends a record of the target's state
export function start() {
	const server = createServer(answer);
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({
		url: `http://127.0.0.1:${server.address().port}/`,
		set(targets, history) { [n, keepsHistory] = [targets, history]; },
		down(i) {
			const record = { ts: iso(now() + 3600), kind: 'state', target: nameOf(i), from: 'up', to: 'down' };
			streams.forEach((s) => s.write(`event: state\ndata: ${JSON.stringify(record)}\n\n`));
		},
		close() { streams.forEach((s) => s.end()); server.closeAllConnections(); server.close(); },
	})));
}
