// control.mjs - a reload from the page, of a real daemon, by a user with a password: usage: control.mjs URL USER PASSWORD CONFIG
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(process.env.PLAYWRIGHT + '/')('playwright-core');
const [, , url, username, password, config] = process.argv;
const wrong = [];
const check = (what, is) => { if (!is) wrong.push(what); };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ httpCredentials: { username, password } });
const said = (text) => page.waitForFunction((text) => document.getElementById('control-said').textContent.includes(text), text, { timeout: 20000 });
const list = () => page.textContent('#control-list');
const good = readFileSync(config, 'utf8');

try {
	await page.goto(url + '#/daemon');
	await page.waitForSelector('#reload:visible', { timeout: 20000 });
	appendFileSync(config, '  - {name: "<b>new</b>", host: 198.18.0.9}\n');
	await page.click('#diff');
	await said('A reload would make it: 1 added');
	check('the diff names the target', (await list()).includes('<b>new</b> added'));
	await page.click('#reload');
	await said('Reloaded: 1 added');
	await page.waitForFunction(() => /Targets3/.test(document.getElementById('health').textContent), null, { timeout: 20000 });
	appendFileSync(config, '  - {nmae: x}\n');
	await page.click('#reload');
	await page.waitForFunction(() => /:\d+:\d+: .*nmae/.test(document.getElementById('control-list').textContent), null, { timeout: 20000 });
	check('a bad configuration is refused', !(await page.textContent('#control-said')).includes('Reloaded'));
	writeFileSync(config, good);
	await page.click('#reload');
	await said('1 removed');
} catch (error) {
	wrong.push(`${error.stack}; said: ${await page.textContent('#control-said')}; ${await list()}`);
}
await browser.close();
for (const text of wrong)
	console.error(text);
process.exit(wrong.length ? 1 : 0);
