// app.js - which view is shown, by the part of the address behind "#".
import { at } from './dom.js';
import * as daemon from './daemon.js';
import * as fleet from './fleet.js';
import * as target from './target.js';

const views = { fleet, target, daemon };
let shown = '';

function route() {
	const [, path, query] = /^#\/(\w+)(?:\?(.*))?$/.exec(location.hash) ?? [null, 'fleet', ''];
	const name = path in views ? path : 'fleet';
	if (shown && shown !== name)
		views[shown].hide();
	shown = name;
	for (const key of Object.keys(views)) {
		at(key).hidden = key !== name;
		if (key === name)
			at('to-' + key).setAttribute('aria-current', 'page');
		else
			at('to-' + key).removeAttribute('aria-current');
	}
	document.title = 'minipingd: ' + name;
	at('to-target').hidden = name !== 'target';
	views[name].show(new URLSearchParams(query));
}

fleet.start();
target.start();
daemon.start();
addEventListener('hashchange', () => { if (location.hash !== '#main') route(); });
route();
