#!/bin/bash
# grafana.sh - etc/grafana is right: promtool parses every expression of the dashboard, its panels lie beside each other,
# and its types are Grafana's own: tsc checks them with @grafana/schema, which npm installs into the build directory, in
# the versions of tests/grafana/package-lock.json.
# Run in the build directory; srcdir is where the sources are.
set -u
export LC_ALL=C
: "${srcdir:=.}" "${builddir:=.}"
srcdir=$(realpath "$srcdir")
dashboard=$srcdir/etc/grafana/minipingd.json
failed=0

skip() {
	echo "$*"
	[ "${CI:-}" = true ] && exit 1
	[ "$failed" = 0 ] && exit 77
	exit 1
}

fail() {
	echo "FAILED: $*"
	failed=1
}

command -v jq >/dev/null || skip "no jq here (Debian: jq)"
command -v promtool >/dev/null || skip "no promtool here (Debian: prometheus)"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# promtool knows none of Grafana's variables; those within quotes it takes as they are.
jq '[.. | .expr? // empty] | to_entries |
	{groups: [{name: "dashboard", rules: map({record: "e\(.key)", expr: (.value | gsub("\\$__(rate_interval|range|interval)"; "5m"))})}]}' \
	"$dashboard" >"$tmp/rules.json" || fail "the dashboard is no JSON"
n=$(jq '.groups[0].rules | length' "$tmp/rules.json")
[ "$n" -ge 40 ] || fail "the dashboard has $n expressions"
promtool check rules "$tmp/rules.json" || fail "promtool check rules"
faults=$(jq -r '
	([.panels[].id] | group_by(.)[] | select(length > 1) | "panels with the same id \(.[0])"),
	(.panels as $p | range($p | length) as $i | range($i) as $j | $p[$i].gridPos as $a | $p[$j].gridPos as $b |
	 select($a.x < $b.x + $b.w and $b.x < $a.x + $a.w and $a.y < $b.y + $b.h and $b.y < $a.y + $a.h) |
	 "\($p[$i].title) lies on \($p[$j].title)"),
	(.panels[] | select(.gridPos.x + .gridPos.w > 24) | "\(.title) is beyond the edge"),
	(.panels[] | select(.type != "row" and (.targets | map(.refId) | length != (unique | length))) | "\(.title): refId"),
	(.panels[] | select(.title == "") | "a panel without a title"),
	([.templating.list[].name] as $known | [.. | strings | scan("\\$\\{?([a-z][a-z_]*)") | .[0]] |
	 unique[] | select(. as $name | $known | index($name) | not) | "there is no variable \(.)")' "$dashboard") ||
	fail "the dashboard is not understood"
[ -z "$faults" ] || fail "$faults"

python=/usr/bin/python3
command -v npm >/dev/null && [ -x "$python" ] || skip "types are not checked: no npm here (Debian: npm), or no python3"
into=$builddir/npm
mkdir -p "$into" || exit 1
into=$(realpath "$into")
# A copy that nobody may have changed: what is installed is known by it.
if ! cmp -s "$srcdir/tests/grafana/package-lock.json" "$into/installed.json"; then
	rm -f "$into/installed.json"
	install -m 644 "$srcdir"/tests/grafana/package{,-lock}.json "$into" || exit 1
	if ! (cd "$into" && npm ci --include=dev --ignore-scripts --no-audit --no-fund --cache "$into/cache" --fetch-retries 1) >"$tmp/npm" 2>&1; then
		cat "$tmp/npm"
		grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH' "$tmp/npm" &&
			skip "types are not checked: the registry of npm is not reachable"
		fail "npm ci"
		exit 1
	fi
	cp "$into/package-lock.json" "$into/installed.json"
fi
"$python" "$srcdir/tests/grafana/dashboard_types.py" "$dashboard" >"$into/dashboard.ts" || fail "dashboard_types.py"
(cd "$into" && node_modules/.bin/tsc --noEmit --strict --skipLibCheck --module nodenext --target es2022 dashboard.ts) |
	cut -c 1-400 >"$tmp/tsc"
[ "${PIPESTATUS[0]}" = 0 ] || fail "tsc: $(cat "$tmp/tsc")"
exit $failed
