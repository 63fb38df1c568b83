// known.mjs - the page in a real browser, on figures that are known (fake.mjs): the pixels of charts and maps, sizes, keys,
// axe-core, and the heap of a tab that is left open. Usage: known.mjs PAGE-DIR SHOTS-DIR N-TARGETS,... SECONDS-OPEN
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostile, start } from './fake.mjs';

const require = createRequire(process.env.PLAYWRIGHT + '/');
const { chromium } = require('playwright-core'), axe = require.resolve('axe-core/axe.min.js');
const [, , , dir, counts, secondsOpen] = process.argv;
const wrong = [];
const check = (what, is, more = '') => { if (!is) wrong.push(`${what} ${more}`); };
const fake = await start();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'] });

async function open(width, height, colorScheme) {
	const page = await browser.newPage({ viewport: { width, height }, colorScheme });
	page.on('console', (m) => { if (!m.text().includes('willReadFrequently')) wrong.push(`console: ${m.text()} ${m.location().url}`); });
	page.on('pageerror', (e) => wrong.push(`error: ${e.stack}`));
	page.on('dialog', (d) => { wrong.push('a name was run'); d.dismiss(); });
	return page;
}

async function accessible(page, what) {
	await page.evaluate(readFileSync(axe, 'utf8'));
	const { violations } = await page.evaluate(() => axe.run());
	for (const v of violations)
		wrong.push(`${what}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html + ' ' + n.failureSummary).join(' | ')}`);
	check(`${what} is wider than the screen`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}

const hasChart = (page) => page.waitForFunction(() => document.querySelector('#chart canvas') && document.querySelector('#outcomes tbody tr'), null, { timeout: 20000 });

// The colour at a part of the time and a round-trip time, of a scale that ends at top: what most of 9 pixels beside each
// other have, since a line of the grid may stand there.
const pixel = (page, part, rtt, top) => page.evaluate(([part, rtt, top]) => {
	const canvas = document.querySelector('#chart canvas'), from = canvas.getBoundingClientRect(), plot = document.querySelector('#chart .u-over').getBoundingClientRect();
	const x = (plot.left - from.left + part * plot.width) * canvas.width / from.width, y = (plot.top - from.top + (1 - rtt / top) * plot.height) * canvas.height / from.height;
	const bytes = canvas.getContext('2d').getImageData(Math.round(x) - 4, Math.round(y), 9, 1).data, counts = new Map();
	for (let i = 0; i < bytes.length; i += 4)
		counts.set(bytes.slice(i, i + 4).join(), (counts.get(bytes.slice(i, i + 4).join()) ?? 0) + 1);
	return [...counts].sort(([, a], [, b]) => b - a)[0][0].split(',').map(Number);
}, [part, rtt, top]);

async function knownPast(page) {
	const top = 1.1 * 1.25 * 0.04, is = async (what, part, rtt, colour) => {
		const found = await pixel(page, part, rtt, top);
		check(what, found.slice(0, 3).join() === colour.join() && found[3] === 255, found.join());
	};
	await is('before the step, 10 ms without loss', 0.2, 0.01, [0x26, 0xff, 0]);
	await is('after it, 40 ms', 0.55, 0.04, [0x26, 0xff, 0]);
	await is('20 % loss', 0.65, 0.04, [0x7e, 0, 0xff]);
	await is('after the loss', 0.75, 0.04, [0x26, 0xff, 0]);
	check('the gap is empty', (await pixel(page, 0.4, 0.012, top))[3] === 0, (await pixel(page, 0.4, 0.012, top)).join());
	const opaque = [];
	for (const by of [0.75, 0.85, 0.95, 1.6])
		opaque.push((await pixel(page, 0.2, by * 0.01, top))[3]);
	check('denser towards the median', opaque[0] < opaque[1] && opaque[1] < opaque[2] && opaque[3] === 0, opaque.join());
	const fault = await pixel(page, 0.85, 0.022, top), none = await pixel(page, 0.75, 0.022, top);
	check('our own fault is shaded', fault[3] > 0 && fault[0] > fault[2] && none[3] === 0, `${fault} ${none}`);
}

async function target(page, width) {
	fake.set(10000, true);
	await page.goto(fake.url + '#/target?name=target-1&range=1h');
	await hasChart(page);
	await page.waitForTimeout(300);
	await knownPast(page);
	check('options and where they are from', (await page.textContent('#options')).includes('defaults (/etc/minipingd/minipingd.yaml:12)'));
	check('changes of state', (await page.$$('#changes tbody tr')).length === 3);
	await page.click('#chart-data summary');
	await page.waitForFunction(() => document.querySelectorAll('#chart-data tbody tr').length > 100);
	await accessible(page, 'target');
	await page.screenshot({ path: `${dir}/target-${width}.png`, fullPage: true });
	await page.mouse.move(1, 1); // where it is not over the chart, whose cursor follows it
	await page.focus('#chart');
	for (let i = 0; i < 20 && !(await page.textContent('#point')).includes('median 10.0 ms'); i++) {
		await page.keyboard.press('Home');
		await page.waitForTimeout(200);
	}
	check('keys on the chart', (await page.textContent('#point')).includes('median 10.0 ms'));
	await page.keyboard.press('+');
	await page.waitForFunction(() => location.hash.includes('from='));
	await page.goBack();
	await page.waitForFunction(() => location.hash.includes('range=1h'));
	await page.waitForTimeout(500);
	const box = await (await page.$('#chart .u-over')).boundingBox();
	await page.mouse.move(box.x + box.width / 4, box.y + 50);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 });
	await page.mouse.up();
	await page.waitForFunction(() => location.hash.includes('from='));
	const seconds = await page.evaluate(() => { const p = new URLSearchParams(location.hash.slice(9)); return (Date.parse(p.get('to')) - Date.parse(p.get('from'))) / 1000; });
	check('dragging over a quarter shows a quarter', Math.abs(seconds - 900) < 30, seconds);
	check('the picture by URL', (await page.getAttribute('#svg', 'href')).startsWith('api/v1/chart.svg?target=target-1&from='));
	await page.goto(fake.url + '#/target?name=target-1&range=1d&log=1');
	await page.waitForTimeout(800);
	await page.screenshot({ path: `${dir}/target-log-${width}.png` });
	await page.goto(fake.url + '#/target?name=target-1&range=1d');
	await page.fill('#compare', 'target-2');
	await page.press('#compare', 'Enter');
	await page.waitForFunction(() => document.querySelectorAll('#compared li').length === 2 && location.hash.includes('target-2'));
	await page.waitForTimeout(800);
	await accessible(page, 'comparison');
	await page.screenshot({ path: `${dir}/compared-${width}.png` });
	fake.set(10000, false);
	await page.goto(fake.url + '#/daemon');
	await page.reload();
	await page.waitForFunction(() => /Historynone is kept.*Memory/.test(document.getElementById('health').textContent));
	for (const [button, said] of [['#diff', 'A reload would make it: 1 added, 0 removed'], ['#reload', 'Reloaded: 1 added, 0 removed']]) {
		await page.click(button);
		await page.waitForFunction((said) => document.getElementById('control-said').textContent.startsWith(said), said);
	}
	check('what a reload changes', (await page.$$eval('#control-list li', (all) => all.map((li) => li.textContent).join('; '))) === `${hostile} added; b changed, interval 1s → 2s; and 3 more`);
	await accessible(page, 'daemon');
	await page.screenshot({ path: `${dir}/daemon-known-${width}.png`, fullPage: true });
	await page.goto(fake.url + '#/target?' + new URLSearchParams({ name: hostile }));
	await hasChart(page);
	await page.waitForFunction(() => document.getElementById('chart-note').textContent.includes('keeps no history'));
	check('changes of state that are in memory', (await page.$$('#changes tbody tr')).length === 1);
	check('a name is text', (await page.textContent('#target-name')) === hostile);
	await page.screenshot({ path: `${dir}/target-window-${width}.png` });
}

async function fleet(page, n, width) {
	fake.set(n, true);
	await page.goto('about:blank');
	await page.goto(fake.url);
	const painted = await page.evaluate(() => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true })));
	await page.waitForFunction((n) => document.getElementById('counts').textContent.startsWith(n + ' targets'), n, { timeout: 60000 });
	console.log(`${n} targets, ${width} px: first paint after ${Math.round(painted)} ms, map after ${Math.round(await page.evaluate(() => performance.now()))} ms`);
	check(`${n} targets: first paint takes over ten seconds`, painted < 10000, painted);
	await page.waitForFunction(() => document.querySelector('#targets tbody tr'), null, { timeout: 60000 });
	const nRed = () => page.evaluate(() => {
		const c = document.getElementById('map'), words = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
		return words.reduce((sum, w) => sum + (w === 0xff3d26d7), 0);
	});
	const before = await nRed(), began = Date.now();
	fake.down(0);
	while (await nRed() <= before && Date.now() - began < 20000)
		await page.waitForTimeout(50);
	const took = Date.now() - began;
	console.log(`${n} targets, ${width} px: red ${took} ms after the record`);
	check(`${n} targets: not red in time`, took < 20000);
	if (n <= 10000)
		await accessible(page, `fleet of ${n}`);
	await page.screenshot({ path: `${dir}/fleet-known-${n}-${width}.png` });
	await page.focus('#map');
	await page.keyboard.press('Home');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => location.hash.startsWith('#/target?name='));
}

// The heap after a collection, at two times, with events coming all the while.
async function heap(page, seconds) {
	fake.set(1000, true);
	await page.goto('about:blank');
	await page.goto(fake.url + '#/target?name=target-1&range=10m');
	await hasChart(page);
	const used = async () => page.evaluate(() => { gc(); return performance.memory.usedJSHeapSize; });
	const live = async (s) => { for (const end = Date.now() + 1000 * s; Date.now() < end; await page.waitForTimeout(200)) fake.down(1); };
	await live(seconds / 4);
	const before = await used();
	await live(seconds * 3 / 4);
	const after = await used();
	console.log(`heap: ${before} bytes, ${after} after ${seconds} s`);
	check('the heap grows', after < before * 1.25 + 500000, `${before} ${after}`);
}

async function all(page, width) {
	for (const n of counts.split(',').map(Number))
		if (n <= 10000 || width === 1920)
			await fleet(page, n, width);
	await target(page, width);
}

for (const [width, height, scheme] of [[1920, 1080, 'light'], [390, 844, 'dark']]) {
	const page = await open(width, height, scheme);
	try {
		await all(page, width);
	} catch (error) {
		await page.screenshot({ path: `${dir}/failed-${width}.png` });
		wrong.push(`${width} px: ${error.stack}; live: ${await page.textContent('#live')}`);
	}
	await page.close();
}
if (Number(secondsOpen)) {
	const page = await open(1280, 800, 'light');
	await heap(page, Number(secondsOpen));
}
await browser.close();
fake.close();
for (const text of wrong)
	console.error(text);
process.exit(wrong.length ? 1 : 0);
