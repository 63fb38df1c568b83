#!/bin/bash
# prometheus-rules.sh - etc/prometheus is right: promtool takes the configuration and the rules, and each alert fires in
# its cases (tests/prometheus/cases.yml) and does not in others. An alert without both fails here.
# Run in the build directory; srcdir is where the sources are.
set -u
export LC_ALL=C
: "${srcdir:=.}"
failed=0

skip() {
	echo "$*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

fail() {
	echo "FAILED: $*"
	failed=1
}

# As packaged: a python3 of another origin may come first in PATH, without this module.
python=/usr/bin/python3
command -v promtool >/dev/null || skip "no promtool here (Debian: prometheus)"
"$python" -c 'import yaml' 2>/dev/null || skip "no YAML for python3 here (Debian: python3-yaml)"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Next to each other, as they are installed: they name each other by relative paths.
cp "$srcdir"/etc/prometheus/*.yml "$srcdir/tests/prometheus/cases.yml" "$tmp" || exit 1
promtool check config "$tmp/prometheus.yml" || fail "promtool check config"
# The same with what is shown in comments, one way at a time.
for shown in 'http_sd_configs:' 'scheme:' 'authorization:' 'params:' '- job_name: minipingd-probe'; do
	awk -v shown="$shown" '
		{ line = $0; text = line; sub(/^ *# /, "", text) }
		line ~ /^ *# / && index(text, shown) == 1 { on = 1 }
		line !~ /^ *# / { on = 0 }
		on { sub(/# /, "", line) }
		{ print line }' "$tmp/prometheus.yml" >"$tmp/shown.yml"
	sed -i "s|/etc/prometheus/|$tmp/|; s|url: http:.*|url: http://127.0.0.1/targets.json|" "$tmp/shown.yml"
	touch "$tmp"/minipingd{-ca.pem,.password,.token}
	cmp -s "$tmp/prometheus.yml" "$tmp/shown.yml" && fail "prometheus.yml shows no \"$shown\""
	promtool check config --syntax-only "$tmp/shown.yml" >"$tmp/out" 2>&1 || fail "\"$shown\" as shown: $(cat "$tmp/out")"
done
promtool check rules "$tmp"/minipingd-*.yml || fail "promtool check rules"
promtool test rules "$tmp/cases.yml" || fail "promtool test rules"

"$python" - "$tmp" <<'PYTHON' || failed=1
import sys

import yaml

tmp = sys.argv[1]
rules = [rule for name in ("rules", "alerts") for group in yaml.safe_load(open(f"{tmp}/minipingd-{name}.yml"))["groups"]
         for rule in group["rules"]]
alerts = {rule["alert"] for rule in rules if "alert" in rule}
if len(alerts) < 10:
    sys.exit(f"FAILED: what has become of the alerts? {alerts}")
fires, silent = {}, {}
cases = yaml.safe_load(open(f"{tmp}/cases.yml"))["tests"]
for case in cases:
    for test in case.get("alert_rule_test", []):
        name, expected = test["alertname"], len(test["exp_alerts"])
        (fires if expected else silent).setdefault(name, []).append(case["name"])
for name in sorted(alerts):
    if name not in fires:
        print(f"FAILED: {name} fires in no case")
    if name not in silent:
        print(f"FAILED: {name} is silent in no case")
for name in sorted((set(fires) | set(silent)) - alerts):
    print(f"FAILED: there are cases of {name}, and no such alert")
records = {rule["record"] for rule in rules if "record" in rule}
untried = records - {sample["labels"].split("{")[0] for case in cases for test in case.get("promql_expr_test", [])
                     for sample in test["exp_samples"]}
for name in sorted(untried):
    print(f"FAILED: {name} is in no case")
sys.exit(set(fires) != alerts or set(silent) != alerts or bool(untried))
PYTHON
exit $failed
