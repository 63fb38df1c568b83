#!/bin/bash
# page-figures.sh - the page never shows another number than it was given: how src/serve/page/dom.js writes times and
# shares, and what past.js makes of a past; run by Node.js.
set -u
: "${srcdir:=.}"

if ! command -v node >/dev/null; then
	echo "no node here (Debian: nodejs)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cp "$srcdir/src/serve/page/dom.js" "$tmp/dom.mjs"
cp "$srcdir/src/serve/page/past.js" "$tmp/past.mjs"
cat >"$tmp/test.mjs" <<'END'
import { duration, figure, percent, seconds } from './dom.mjs';
import { aligned, lossColour, ofOutcomes, withGaps } from './past.mjs';

const wanted = [
	[seconds, null, '–'], [seconds, undefined, '–'], [seconds, 0, '0.000 ms'], [seconds, 26.6e-6, '0.027 ms'],
	[seconds, 1e-7, '<0.001 ms'], [seconds, 0.00512, '5.12 ms'], [seconds, 0.05, '50.0 ms'], [seconds, 0.1234, '123 ms'],
	[seconds, 0.9996, '1000 ms'], [seconds, 0.99951, '1000 ms'], [seconds, 1, '1.00 s'], [seconds, 12.345, '12.3 s'],
	[seconds, 40, '40.0 s'],
	[figure, 9.996, '10.0'], [figure, 99.96, '100'], [figure, 10234.56, '10235'], [figure, 0.9996, '1.00'],
	[percent, null, '–'], [percent, undefined, '–'], [percent, 0, '0 %'], [percent, 1, '100 %'], [percent, 0.00002, '<0.1 %'],
	[percent, 0.9999, '99.9 %'], [percent, 0.9951, '99.5 %'], [percent, 0.0123, '1.2 %'], [percent, 0.0996, '10 %'],
	[percent, 0.5, '50 %'],
	[duration, 0, '0 s'], [duration, 61, '1 min 1 s'], [duration, 90000, '1 d 1 h'], [duration, -5, '0 s'],
];
const outcome = (s, name, rtt) => ({ time: `2026-01-01T00:00:0${s}Z`, outcome: name, rtt_seconds: rtt, error: null });
const probes = [outcome(0, 'reply', 0.1), outcome(1, 'timeout', null), outcome(2, 'not_sent', null), { time: null, outcome: 'reply', rtt_seconds: 9 }];
function columnsOfOutcomes() {
	return ofOutcomes(probes).map((p) => `${p.at % 10} ${p.median} ${p.loss} ${p.nSent}/${p.nLost} ${p.fault}`).join('; ');
}
function alignedWithGaps() {
	const a = [{ at: 0, step: 1, v: 5 }, { at: 1, step: 1, v: 6 }, { at: 4, step: 1, v: null }], b = [{ at: 0.5, step: 4, v: 7 }];
	return JSON.stringify(aligned([withGaps(a), withGaps(b)], ['v']));
}
wanted.push([lossColour, 0, '#26ff00'], [lossColour, 0.2, '#7e00ff'], [lossColour, 0.2001, '#dd00ff'], [lossColour, 1, '#ff0000'],
	[columnsOfOutcomes, null, '0 0.1 0 1/0 ; 1 null 1 1/1 ; 2 null null 0/0 not sent'],
	[alignedWithGaps, null, '[[0,0.5,1,2,2.25,4,4.5,5,5.25,5.5],[5,null,6,6,null,null,null,null,null,null],[null,7,null,null,null,null,7,null,null,null]]']);
let failed = 0;
for (const [of, given, text] of wanted) {
	if (of(given) !== text) {
		console.log(`FAILED: ${of.name} of ${given}: expected "${text}", got "${of(given)}"`);
		failed = 1;
	}
}
console.log(`${wanted.length} figures`);
process.exit(failed);
END
node "$tmp/test.mjs"
