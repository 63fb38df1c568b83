// plot.js - the smoke chart of one target, or the medians of several, on uPlot.
import { seconds } from './dom.js';
import { aligned, bands, lossColour, withGaps } from './past.js';

// Told apart by lightness as well as by hue (Okabe and Ito), and by their dashes.
export const lines = [
	{ colour: '#0072b2', dash: [] }, { colour: '#d55e00', dash: [8, 3] }, { colour: '#009e73', dash: [2, 3] },
	{ colour: '#cc79a7', dash: [12, 3, 2, 3] }, { colour: '#e69f00', dash: [5, 5] }, { colour: '#56b4e9', dash: [1, 2] },
];
const density = [[6, 0, 0.18], [5, 1, 0.28], [4, 2, 0.45]]; // bands: upper, lower, opaqueness
const height = 320;

let loading = null;

// Only who looks at a chart loads what draws it.
export function load() {
	loading ??= new Promise((resolve, reject) => {
		const script = document.createElement('script'), style = document.createElement('link');
		style.rel = 'stylesheet';
		style.href = 'assets/uplot.css';
		script.src = 'assets/uplot.js';
		script.onload = resolve;
		script.onerror = () => { loading = null; reject(new Error('assets/uplot.js has not come')); };
		document.head.append(style, script);
	});
	return loading;
}

const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const alpha = (colour, part) => colour + Math.round(255 * part).toString(16).padStart(2, '0');

// timeText - local, as fine as the step from one to the next; the day at midnight.
function timeText(at, step) {
	const t = new Date(1000 * at), two = (n) => String(n).padStart(2, '0');
	if (step >= 86400 || !(t.getHours() || t.getMinutes() || t.getSeconds()))
		return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
	return `${two(t.getHours())}:${two(t.getMinutes())}` + (step < 60 ? ':' + two(t.getSeconds()) : '');
}

export class Plot {
	// onZoom(from, to) in seconds; onPoint(time): of the place under the cursor, null: it is elsewhere
	constructor(box, onZoom, onPoint) {
		this.box = box;
		this.onZoom = onZoom;
		this.onPoint = onPoint;
		this.plot = null;
		this.form = '';
	}

	// lists - points of each target (past.js); their times are seconds, and so are from and to
	draw(lists, from, to, isLog) {
		const isOne = lists.length === 1, names = isOne ? bands : ['p10', 'median', 'p90'];
		const form = `${lists.length} ${isLog} ${this.box.clientWidth} ${styleOf('--text')}`;
		this.lists = lists;
		this.from = from;
		this.to = to;
		// On a logarithmic scale all are seen; else what is above almost all would make the rest flat.
		const tops = lists.flatMap((points) => points.map((p) => p.p95 ?? 0));
		this.top = 1.1 * tops.reduce((a, b) => Math.max(a, b), 0) || 0.001;
		const data = aligned(lists.map(withGaps), names);
		if (this.plot && form === this.form) {
			this.plot.setData(data);
			return;
		}
		this.end();
		this.form = form;
		this.plot = new uPlot(this.options(lists.length, isLog), data, this.box);
	}

	end() {
		this.plot?.destroy();
		this.plot = null;
	}

	options(n, isLog) {
		const grid = { stroke: styleOf('--line'), width: 1 }, text = styleOf('--text'), smoke = styleOf('--quiet');
		const paths = uPlot.paths.stepped({ align: 1 }); // a point holds for its step
		const hidden = { stroke: 'transparent', points: { show: false }, paths };
		const series = n === 1 ? bands.map(() => hidden) : lines.slice(0, n).flatMap(({ colour, dash }) =>
			[hidden, { stroke: colour, dash, width: 2, points: { show: false }, paths }, hidden]);
		const filled = n === 1 ? density.map(([upper, lower, part]) => ({ series: [upper + 1, lower + 1], fill: alpha(smoke, part) })) :
			lines.slice(0, n).map(({ colour }, i) => ({ series: [3 * i + 3, 3 * i + 1], fill: alpha(colour, 0.15) }));
		return {
			width: this.box.clientWidth, height, padding: [10, 24, 0, 0],
			legend: { show: false },
			cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
			scales: {
				x: { time: true, range: () => [this.from, this.to] },
				y: isLog ? { distr: 3, log: 10 } : { range: () => [0, this.top] },
			},
			axes: [
				{ stroke: text, grid, ticks: grid, size: 36, space: 90, values: (u, at, axis, space, step) => at.map((s) => timeText(s, step)) },
				{ stroke: text, grid, ticks: grid, size: 72, values: (u, at) => at.map((s) => s === null ? '' : s ? seconds(s) : '0') },
			],
			series: [{}, ...series],
			bands: filled,
			hooks: {
				drawClear: [(u) => this.drawFaults(u)],
				draw: [(u) => n === 1 ? this.drawMedian(u) : null],
				setSelect: [(u) => {
					const { left, width } = u.select;
					u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
					if (width > 4)
						this.onZoom(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
				}],
				setCursor: [(u) => this.onPoint(u.cursor.left >= 0 ? u.posToVal(u.cursor.left, 'x') : null)],
			},
		};
	}

	// span - of a point, in whole pixels of the canvas, so that colours do not mix, within the plot
	span(u, p) {
		const limit = (x) => Math.round(Math.min(u.bbox.left + u.bbox.width, Math.max(u.bbox.left, x)));
		const left = limit(u.valToPos(p.at, 'x', true)), right = limit(u.valToPos(p.at + p.step, 'x', true));
		return [left, Math.max(right - left, right > u.bbox.left && left < u.bbox.left + u.bbox.width ? devicePixelRatio : 0)];
	}

	// Behind all: where a fault was ours, and, in red, where everything was lost.
	drawFaults(u) {
		const { ctx, bbox } = u, fault = alpha(styleOf('--degraded'), 0.35), lost = alpha(styleOf('--down'), 0.45);
		ctx.save();
		for (const p of this.lists.flat()) {
			const isLost = this.lists.length === 1 && p.loss === 1;
			if (!p.fault && !isLost)
				continue;
			const [left, width] = this.span(u, p);
			ctx.fillStyle = isLost ? lost : fault;
			ctx.fillRect(left, bbox.top, width, bbox.height);
		}
		ctx.restore();
	}

	drawMedian(u) {
		const { ctx, bbox } = u, thick = 3 * devicePixelRatio;
		ctx.save();
		ctx.beginPath();
		ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
		ctx.clip();
		for (const p of this.lists[0]) {
			if (p.median === null)
				continue;
			const [left, width] = this.span(u, p);
			ctx.fillStyle = lossColour(p.loss ?? 0);
			ctx.fillRect(left, Math.round(u.valToPos(p.median, 'y', true) - thick / 2), width, thick);
		}
		ctx.restore();
	}

	// move - the cursor to a time
	move(time) {
		this.plot?.setCursor({ left: this.plot.valToPos(time, 'x'), top: height / 2 });
	}
}
