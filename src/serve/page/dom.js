// dom.js - elements from data. Text is only ever set as text: names may hold anything.

export const at = (id) => document.getElementById(id);

export function make(tag, text, className) {
	const e = document.createElement(tag);
	if (text !== undefined && text !== null)
		e.textContent = text;
	if (className)
		e.className = className;
	return e;
}

// fill - rows of a table's body; a row is a list of cells: texts or elements.
export function fill(table, rows) {
	const body = make('tbody');
	for (const cells of rows) {
		const tr = make('tr');
		for (const cell of cells)
			tr.append(cell instanceof Element ? cell : make('td', cell));
		body.append(tr);
	}
	table.tBodies[0].replaceWith(body);
}

export const number = (text) => make('td', text, 'number');

export const targetUrl = (name) => '#/target?' + new URLSearchParams({ name });

// name - of a target, whose view is one step away
export function name(text) {
	const td = make('td', null, 'name'), link = make('a', text);
	if (!text)
		return td;
	td.title = text;
	link.href = targetUrl(text);
	td.append(link);
	return td;
}

export function state(t) {
	return make('td', t.state + (t.blocked ? ' (blocked)' : ''), 'state ' + t.state + (t.blocked ? ' blocked' : ''));
}

export function definitions(dl, items) {
	dl.replaceChildren(...items.map(([term, value, isWrong]) => {
		const div = make('div', null, isWrong ? 'wrong' : '');
		div.append(make('dt', term), make('dd', value));
		return div;
	}));
}

// figure - three digits of a number, and never another number: 999.6 is 1000, 0.0004 is not 0.
export function figure(n) {
	const digits = n >= 99.95 ? 0 : n >= 9.995 ? 1 : n >= 0.9995 ? 2 : 3;
	return n > 0 && n < 0.0005 ? '<0.001' : n.toFixed(digits);
}

// percent - none is 0 %, all is 100 %, and what is neither is shown as neither.
export function percent(ratio) {
	if (ratio === null || ratio === undefined)
		return '–';
	if (ratio > 0 && ratio < 0.0005)
		return '<0.1 %';
	if (ratio < 1 && ratio > 0.994)
		return (Math.floor(1000 * ratio) / 10).toFixed(1) + ' %';
	return (100 * ratio).toFixed(ratio > 0 && ratio < 0.0995 ? 1 : 0) + ' %';
}

export function seconds(s) {
	if (s === null || s === undefined)
		return '–';
	return s < 1 ? figure(1000 * s) + ' ms' : figure(s) + ' s';
}

export function duration(s) {
	const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
	s = Math.max(0, Math.floor(s));
	const i = units.findIndex(([size]) => s >= size);
	if (i < 0)
		return '0 s';
	const [size, unit] = units[i], rest = units[i + 1];
	const more = rest ? Math.floor(s % size / rest[0]) : 0;
	return `${Math.floor(s / size)} ${unit}` + (more ? ` ${more} ${rest[1]}` : '');
}

export const since = (time, now) => time ? duration((Date.parse(now) - Date.parse(time)) / 1000) : '–';
