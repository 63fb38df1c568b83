#!/bin/bash
# page-browser.sh - the page in Debian's chromium, on figures that are known (page/known.mjs, page/fake.mjs): pixels of charts
# and maps, keys, phones, axe-core, no word of the browser's. npm installs what drives it, by the hashes of a lock file.
# WHOLE=yes: also with a million targets, and the heap of a tab that stays open for SECONDS_OPEN, a minute.
# Run in the build directory; srcdir is where the sources are.
set -u
export LC_ALL=C
: "${srcdir:=.}" "${builddir:=.}"
srcdir=$(realpath "$srcdir")

skip() {
	echo "$*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

[ -x /usr/bin/chromium ] && command -v node >/dev/null && command -v npm >/dev/null || skip "needs chromium, node and npm (Debian: chromium, npm)"
[ -f "$srcdir/src/serve/page/uplot/uPlot.iife.min.js" ] || skip "there is no uPlot (./bootstrap fetches it)"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
if [ -z "${PLAYWRIGHT:-}" ]; then
	PLAYWRIGHT=$(realpath "$builddir")/page
	mkdir -p "$PLAYWRIGHT" || exit 1
	if ! cmp -s "$srcdir/tests/page/package-lock.json" "$PLAYWRIGHT/node_modules/.from"; then
		cp "$srcdir/tests/page/package.json" "$srcdir/tests/page/package-lock.json" "$PLAYWRIGHT"
		chmod u+w "$PLAYWRIGHT"/package*.json
		if ! (cd "$PLAYWRIGHT" && npm ci --ignore-scripts --no-audit --no-fund --cache "$PLAYWRIGHT/cache" --fetch-retries 1) >"$tmp/npm" 2>&1; then
			cat "$tmp/npm"
			grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH' "$tmp/npm" &&
				skip "the registry of npm is not reachable"
			exit 1
		fi
		cp "$srcdir/tests/page/package-lock.json" "$PLAYWRIGHT/node_modules/.from"
	fi
fi
counts=10,10000 seconds=0
[ "${WHOLE:-}" != yes ] || counts=10,10000,1000000 seconds=${SECONDS_OPEN:-60}
mkdir -p "$PLAYWRIGHT/shots"
export PLAYWRIGHT HOME=$tmp
timeout $((300 + seconds)) node "$srcdir/tests/page/known.mjs" "$srcdir/src/serve/page" "$PLAYWRIGHT/shots" "$counts" "$seconds"
