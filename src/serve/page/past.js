// past.js - a target's past as the columns of a chart: of the history's steps, or of the probes that a window holds.

export const bands = ['min', 'p10', 'p25', 'median', 'p75', 'p90', 'max'];

// SmokePing's scale, as the daemon's own pictures have it: the highest loss, and its colour.
export const losses = [[0, '#26ff00'], [0.05, '#00b8ff'], [0.1, '#0059ff'], [0.15, '#5e00ff'], [0.2, '#7e00ff'], [0.5, '#dd00ff'], [1, '#ff0000']];

export const lossColour = (ratio) => (losses.find(([upTo]) => ratio <= upTo) ?? losses.at(-1))[1];

// points - {at, step} in seconds, loss (null: nothing that says), the RTTs of bands and p95 (null: no reply),
// nLost, nSent, and fault: what on our side was wrong, '' for nothing.
export function ofHistory(answer) {
	return answer.items.map((i) => {
		const faults = [[i.not_sent, `${i.not_sent} not sent`], [i.unknown, `${i.unknown} unknown`], [i.incomplete, 'incomplete']];
		const point = { at: Date.parse(i.time) / 1000, step: answer.step_seconds, loss: i.loss_ratio, p95: i.rtt_p95_seconds, nSent: i.sent, nLost: i.lost };
		for (const name of bands)
			point[name] = i[`rtt_${name}_seconds`];
		point.fault = faults.filter(([is]) => is).map(([, text]) => text).join(', ');
		return point;
	});
}

// Each probe is a point. Those whose time is not known are none.
export function ofOutcomes(outcomes) {
	const known = outcomes.filter((o) => o.time), at = known.map((o) => Date.parse(o.time) / 1000);
	const step = known.length > 1 ? (at.at(-1) - at[0]) / (known.length - 1) : 1;
	return known.map((o, i) => {
		const isOurs = o.outcome === 'unknown' || o.outcome === 'not_sent', rtt = o.rtt_seconds;
		const isLost = !isOurs && o.outcome !== 'reply';
		const point = { at: at[i], step, loss: isOurs ? null : isLost ? 1 : 0, p95: rtt, nSent: o.outcome === 'not_sent' ? 0 : 1, nLost: isLost ? 1 : 0 };
		for (const name of bands)
			point[name] = rtt;
		point.fault = isOurs ? o.outcome.replace('_', ' ') + (o.error ? `: ${o.error}` : '') : '';
		return point;
	});
}

// withGaps - the same, and wherever nothing is known after a point, the end of its step and an empty point: lines and
// bands go as far as that, and break.
export function withGaps(points) {
	return points.flatMap((p, i) => {
		const next = points[i + 1], isLast = !next || next.at > p.at + 1.5 * p.step;
		return isLast ? [p, { ...p, at: p.at + p.step }, { at: p.at + 1.25 * p.step }] : [p];
	});
}

// aligned - the columns of one target after the other, over the times of all of them: [times, column...]. What is not
// known of a time is null where it breaks the line, and undefined where it only has no point.
export function aligned(lists, names) {
	const times = [...new Set(lists.flatMap((points) => points.map((p) => p.at)))].sort((a, b) => a - b);
	const places = new Map(times.map((at, i) => [at, i]));
	return [times, ...lists.flatMap((points) => names.map((name) => {
		const column = new Array(times.length);
		for (const p of points)
			column[places.get(p.at)] = p[name] ?? null;
		return column;
	}))];
}
