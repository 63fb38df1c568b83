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

export function name(text) {
	const td = make('td', text, 'name');
	td.title = text;
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

export const percent = (ratio) => ratio === null ? '–' : (100 * ratio).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0) + ' %';

export function seconds(s) {
	if (s === null || s === undefined)
		return '–';
	if (s < 1)
		return (1000 * s).toPrecision(3).replace(/e.*/, '') + ' ms';
	return s.toPrecision(3) + ' s';
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
