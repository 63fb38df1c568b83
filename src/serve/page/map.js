// map.js - one cell a target on one canvas, group by group.
import { at, make } from './dom.js';

const names = ['unknown', 'up', 'degraded', 'down'];
const rgb = (text) => [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
const states = ['#9aa1a9', '#3b82c4', '#f0b429', '#d7263d'].map(rgb);
const blocked = rgb('#7d5a60'), none = rgb('#9aa1a9');
const lossStops = ['#f8dc7a', '#f0b429', '#e8743b', '#d7263d', '#7a0018'].map(rgb);
const rttStops = ['#fde725', '#5ec962', '#21918c', '#3b528b', '#440154'].map(rgb);
const labelHeight = 18, labelsMax = 30;

function ramp(stops, part) {
	const x = Math.min(1, Math.max(0, part)) * (stops.length - 1), i = Math.min(stops.length - 2, Math.floor(x));
	return stops[i].map((a, k) => Math.round(a + (stops[i + 1][k] - a) * (x - i)));
}

// What each byte is shown as: three tables of 256 colours.
const table = (colour) => Array.from({ length: 256 }, (_, b) => colour(b));
const tables = {
	state: table((b) => b & 16 && (b & 15) === 3 ? blocked : states[b & 15] || none),
	loss: table((b) => b === 255 ? none : b === 0 ? states[1] : ramp(lossStops, b / 250)),
	rtt: table((b) => b === 255 ? none : ramp(rttStops, b / 192)), // up to some 1.3 s
};

export const stateOf = (b) => names[b & 15] || 'unknown';
export const lossOf = (b) => b === 255 ? null : b / 250;
export const rttOf = (b) => b === 255 ? null : 20e-6 * 2 ** (b / 12);

// place - where each target's cell is: rows of cells a group, under its name where there are few groups.
// Of 1 to 28 pixels, as large as the height allows.
function place(groups, width, height) {
	const n = groups.reduce((sum, g) => sum + g.targets.length, 0);
	const hasLabels = groups.length <= labelsMax && (groups.length > 1 || groups[0]?.name);
	const label = hasLabels ? labelHeight : 0;
	let size = 28;
	const rows = (s) => {
		const across = Math.max(1, Math.floor(width / s));
		return hasLabels ? groups.reduce((sum, g) => sum + Math.ceil(g.targets.length / across), 0) : Math.ceil(n / across);
	};
	while (size > 1 && rows(size) * size + groups.length * label > height)
		size--;
	return { size, across: Math.max(1, Math.floor(width / size)), hasLabels, rows: rows(size), label };
}

export class FleetMap {
	constructor(canvas, onSelect, onOpen) {
		this.canvas = canvas;
		this.onSelect = onSelect;
		this.onOpen = onOpen;
		this.groups = [];
		this.order = [];   // targets' numbers in the order of their cells
		this.selected = -1; // a place in order
		canvas.addEventListener('keydown', (e) => this.onKey(e));
		canvas.addEventListener('click', (e) => this.onClick(e));
	}

	// list - items of /api/v1/heatmap?fields=name,group
	setTargets(list) {
		const groups = new Map();
		list.forEach((t, i) => {
			const g = t.group || '';
			if (!groups.has(g))
				groups.set(g, { name: g, targets: [] });
			groups.get(g).targets.push(i);
		});
		this.groups = [...groups.values()].sort((a, b) => a.name < b.name ? -1 : 1);
		for (const g of this.groups)
			g.targets.sort((a, b) => list[a].name < list[b].name ? -1 : 1);
		this.order = this.groups.flatMap((g) => g.targets);
		this.selected = -1;
		this.lay();
	}

	lay() {
		const width = Math.max(100, this.canvas.parentElement.clientWidth);
		const p = this.placed = place(this.groups, width, Math.max(320, Math.min(640, innerHeight * 0.6)));
		const height = Math.max(1, p.rows * p.size + (p.hasLabels ? this.groups.length * p.label : 0));
		this.x = new Uint16Array(this.order.length);
		this.y = new Uint32Array(this.order.length);
		let y = 0, k = 0;
		for (const g of this.groups) {
			g.y = y;
			if (p.hasLabels)
				y += p.label;
			g.targets.forEach((_, i) => {
				const cell = p.hasLabels ? i : k;
				this.x[k] = cell % p.across * p.size;
				this.y[k++] = y + Math.floor(cell / p.across) * p.size;
			});
			if (p.hasLabels)
				y += Math.ceil(g.targets.length / p.across) * p.size;
		}
		this.canvas.width = width;
		this.canvas.height = height;
		this.image = this.canvas.getContext('2d').createImageData(width, height);
	}

	draw(map, colour) {
		if (!this.image || map.n !== this.order.length)
			return;
		this.map = map;
		this.colour = colour;
		const pixels = new Uint32Array(this.image.data.buffer), width = this.image.width;
		const words = tables[colour].map(([r, g, b]) => (255 << 24 | b << 16 | g << 8 | r) >>> 0);
		const { size } = this.placed, filled = size > 3 ? size - 1 : size;
		pixels.fill(0);
		this.order.forEach((target, k) => {
			const word = words[map[colour][target]];
			for (let dy = 0; dy < filled; dy++) {
				const from = (this.y[k] + dy) * width + this.x[k];
				pixels.fill(word, from, from + filled);
			}
		});
		this.show();
	}

	show() {
		const context = this.canvas.getContext('2d'), style = getComputedStyle(this.canvas), p = this.placed;
		context.putImageData(this.image, 0, 0);
		context.fillStyle = context.strokeStyle = style.color;
		context.font = '12px system-ui, sans-serif';
		if (p.hasLabels)
			for (const g of this.groups)
				context.fillText(g.name || 'no group', 0, g.y + p.label - 5, this.canvas.width);
		if (this.selected >= 0) {
			context.lineWidth = 2;
			context.strokeRect(this.x[this.selected] - 1, this.y[this.selected] - 1, p.size + 1, p.size + 1);
		}
	}

	select(place) {
		if (!this.order.length || !this.map)
			return;
		this.selected = Math.min(this.order.length - 1, Math.max(0, place));
		this.show();
		this.onSelect(this.order[this.selected]);
	}

	onKey(e) {
		const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.placed?.across, ArrowDown: this.placed?.across };
		if (e.key in steps)
			this.select(this.selected < 0 ? 0 : this.selected + steps[e.key]);
		else if (e.key === 'Home')
			this.select(0);
		else if (e.key === 'End')
			this.select(this.order.length - 1);
		else if (e.key === 'Enter' && this.selected >= 0)
			this.onOpen(this.order[this.selected]);
		else
			return;
		e.preventDefault();
	}

	onClick(e) {
		const box = this.canvas.getBoundingClientRect(), size = this.placed.size;
		const x = (e.clientX - box.left) * this.canvas.width / box.width, y = (e.clientY - box.top) * this.canvas.height / box.height;
		const found = this.order.findIndex((_, k) => x >= this.x[k] && x < this.x[k] + size && y >= this.y[k] && y < this.y[k] + size);
		if (found >= 0)
			this.select(found);
	}
}

function gradient(stops) {
	const canvas = make('canvas'), context = canvas.getContext('2d');
	canvas.id = 'ramp';
	canvas.width = 100;
	canvas.height = 1;
	for (let x = 0; x < 100; x++) {
		context.fillStyle = `rgb(${ramp(stops, x / 99).join(' ')})`;
		context.fillRect(x, 0, 1, 1);
	}
	canvas.setAttribute('aria-hidden', 'true');
	return canvas;
}

export function legend(colour) {
	const swatch = (text, state) => make('span', text, 'state ' + state);
	if (colour === 'state')
		at('legend').replaceChildren(swatch('up', 'up'), swatch('degraded', 'degraded'), swatch('down', 'down'),
			swatch('down, blocked', 'down blocked'), swatch('unknown', 'unknown'));
	else if (colour === 'loss')
		at('legend').replaceChildren(swatch('no loss', 'up'), 'little', gradient(lossStops), 'all lost', swatch('no value', 'unknown'));
	else
		at('legend').replaceChildren('20 µs', gradient(rttStops), '1.3 s and more', swatch('no reply', 'unknown'));
}
