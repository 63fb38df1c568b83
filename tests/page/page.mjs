// page.mjs - the page in a real browser: usage: page.mjs URL DIR N-TARGETS DOWN-TARGET BLACKOUT-COMMAND
import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';

const { chromium } = createRequire(process.env.PLAYWRIGHT + '/')('playwright-core');
const [, , url, dir, nTargets, goesDown, blackout] = process.argv;
const wrong = [];
const check = (what, is) => { if (!is) wrong.push(what); };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

for (const [width, height, colorScheme] of [[1920, 1080, 'light'], [390, 844, 'dark']]) {
	const page = await browser.newPage({ viewport: { width, height }, colorScheme });
	page.on('console', (m) => { if (!m.text().includes('willReadFrequently')) /* of this test's own getImageData */ wrong.push(`console: ${m.text()}`); });
	page.on('pageerror', (e) => wrong.push(`error: ${e}`));
	page.on('dialog', (d) => { wrong.push('a name was run'); d.dismiss(); });
	await page.goto(url);
	await page.waitForFunction((n) => document.getElementById('counts').textContent.startsWith(n + ' targets'), nTargets, { timeout: 60000 });
	await page.waitForFunction(() => document.querySelector('#targets tbody tr'), null, { timeout: 60000 });
	check(`${width}: wider than the screen`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	check('the map is one colour', await page.evaluate(() => {
		const c = document.getElementById('map'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
		let nDown = 0, nUp = 0;
		for (let i = 0; i < d.length; i += 4) {
			nDown += d[i] === 0xd7 && d[i + 1] === 0x26;
			nUp += d[i] === 0x3b && d[i + 1] === 0x82;
		}
		return nDown > 0 && nUp > 0;
	}));
	check('the hostile name is not shown as text', (await page.textContent('#bad')).includes('<script>alert(1)</script>'));
	check('the bad list', (await page.$$('#bad tbody tr')).length >= 1);
	await page.focus('#map');
	await page.keyboard.press('End');
	await page.keyboard.press('ArrowLeft');
	check('keys on the map', (await page.textContent('#cell')).includes('loss'));
	await page.screenshot({ path: `${dir}/fleet-${nTargets}-${width}.png`, fullPage: true });
	await page.fill('#q', '<script>');
	await page.waitForFunction(() => document.getElementById('counts').textContent.startsWith('1 targets'), null, { timeout: 20000 });
	await page.waitForFunction(() => location.hash.includes('#/fleet?q=%3Cscript%3E'), null, { timeout: 20000 });
	await page.selectOption('#colour', 'rtt');
	await page.fill('#q', '');
	await page.waitForFunction((n) => document.getElementById('counts').textContent.startsWith(n + ' targets'), nTargets, { timeout: 20000 });
	await page.screenshot({ path: `${dir}/rtt-${nTargets}-${width}.png` });
	await page.click('#to-daemon');
	await page.waitForFunction(() => /Memory[\d.]+ MiB/.test(document.getElementById('health').textContent), null, { timeout: 20000 });
	await page.screenshot({ path: `${dir}/daemon-${nTargets}-${width}.png`, fullPage: true });
	await page.goto(url + '#/target?name=' + goesDown);
	await page.waitForFunction(() => document.querySelectorAll('#outcomes tbody tr').length > 3 && document.querySelector('#chart canvas'), null, { timeout: 20000 });
	check('a target without a past says so', (await page.textContent('#chart-note')).includes('keeps no history'));
	check('its options', /interval1s.*defaults/.test(await page.textContent('#options')));
	check('its chart has no reply', await page.evaluate(() => {
		const c = document.querySelector('#chart canvas'), words = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
		return words.includes(0xff00ff26);
	}));
	await page.screenshot({ path: `${dir}/target-${nTargets}-${width}.png`, fullPage: true });
	if (width === 1920) {
		await page.goto(url + '#/fleet?q=' + goesDown);
		await page.waitForFunction((n) => document.getElementById('counts').textContent.startsWith(n === '10235' ? '11 targets: 0 down' : '1 targets: 0 down'), nTargets, { timeout: 20000 });
		await page.evaluate(() => document.getElementById('colour').value = 'state');
		execSync(blackout);
		await page.waitForFunction(() => {
			const d = document.getElementById('map').getContext('2d').getImageData(1, 1, 400, 40).data;
			for (let i = 0; i < d.length; i += 4)
				if (d[i] === 0xd7 && d[i + 1] === 0x26 && d[i + 2] === 0x3d)
					return true;
			return false;
		}, null, { timeout: 60000 });
	}
	await page.close();
}
await browser.close();
for (const text of wrong)
	console.error(text);
process.exit(wrong.length ? 1 : 0);
