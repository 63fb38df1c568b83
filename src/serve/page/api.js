// api.js - what the daemon is asked.

export async function get(path, params) {
	const query = params && params.toString();
	const answer = await fetch('api/v1/' + path + (query ? '?' + query : ''), { cache: 'no-store' });
	if (!answer.ok)
		throw Object.assign(new Error(`${path}: status ${answer.status}`), { status: answer.status });
	return answer;
}

export const getJson = async (path, params) => (await get(path, params)).json();

// getMap - states, loss and RTT in a byte each; layout says which list of targets they are of.
export async function getMap(params) {
	const bytes = await (await get('heatmap', params)).arrayBuffer();
	const head = new DataView(bytes);
	if (head.getUint32(0) !== 0x4d50484d || head.getUint16(4, true) !== 1)
		throw new Error('heatmap: of another form');
	const from = head.getUint16(6, true), n = head.getUint32(16, true);
	return {
		n,
		time: Number(head.getBigUint64(8, true)) / 1000,
		layout: head.getBigUint64(24, true).toString(16).padStart(16, '0'),
		state: new Uint8Array(bytes, from, n),
		loss: new Uint8Array(bytes, from + n, n),
		rtt: new Uint8Array(bytes, from + 2 * n, n),
	};
}

// control - has the daemon do something, with the token of getJson('config'). What it says; ok: it was done.
export async function control(action, token) {
	const answer = await fetch('api/v1/control/' + action, {
		method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', 'X-Control-Token': token },
	});
	return { ok: answer.ok, ...await answer.json() };
}

// getMetrics - {name: value} of the families of one part, of those without labels.
export async function getMetrics(part) {
	const answer = await fetch('metrics?collect[]=' + part, { cache: 'no-store' });
	const values = {};
	for (const line of (answer.ok ? await answer.text() : '').split('\n')) {
		const found = /^([a-z_0-9]+) (\S+)$/.exec(line);
		if (found)
			values[found[1]] = Number(found[2]);
	}
	return values;
}
