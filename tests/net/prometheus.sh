#!/bin/bash
# A real Prometheus scrapes minipingd: in OpenMetrics, compressed, and its values are those of the log and of the API once all
# rests. The rules and every expression of the dashboard in etc/ work on what it has. smokeping_prober and blackbox_exporter,
# as packaged, probe the same targets: /metrics with their names on has their families and labels, /probe blackbox_exporter's,
# and the round-trip times agree within a tenth (prometheus.py).
. "${0%/*}/lib.sh"

for program in prometheus promtool prometheus-smokeping-prober prometheus-blackbox-exporter curl; do
	command -v $program >/dev/null || skip "needs $program"
done
python=/usr/bin/python3
"$python" -c 'import yaml' 2>/dev/null || skip "needs python3-yaml"

# background NAME COMMAND... - its output is in $work/NAME.out
background() {
	local name=$1
	shift
	"$@" >"$work/$name.out" 2>&1 &
	pids+=("$!")
	last_pid=$!
}

# Holds so long that a tenth of them is more than the others are late on a busy machine.
start_farend '
198.18.0.1   delay=90ms
198.18.0.2   delay=150ms
198.18.0.3   loss
198.18.0.4   delay=5ms loss-every=4 ttl=57
198.18.0.5   loss
198.18.0.6   delay=5ms dup-every=3
fd00:1::1    delay=180ms'
config() {
	cat <<-YAML
	defaults: {interval: $1, timeout: 400ms, window: 40, fall: 3, report: 1h}
	http: {listen: "127.0.0.1:9737"}
	metrics: {compat: [smokeping_prober, ping_exporter]}
	log: {to: $log, format: json}
	groups:
	  - name: 'core "1"'
	    labels: {site: 'fra1 \\ <script>', role: core, job: batch}
	    targets:
	      - {host: 198.18.0.1, name: gw, histogram: true}
	      - 198.18.0.2
	      - "fd00:1::1"
	      - {host: 198.18.0.4, name: 'odd "näme" \\ <b>'}
	  - name: edge
	    targets:
	      - {host: 198.18.0.3, name: router}
	      - {host: 198.18.0.5, name: behind, depends_on: router}
	targets:
	  - 203.0.113.1                      # there is no route to it
	  - 198.18.0.6
	YAML
}
start_minipingd "$(config 100ms)"

# --- those that probe beside it ---
peers=(198.18.0.1 198.18.0.2 198.18.0.3 fd00:1::1)
background smokeping prometheus-smokeping-prober --privileged --ping.interval=100ms --config.file= \
	--web.listen-address=127.0.0.1:9374 "${peers[@]}"
smokeping_pid=$last_pid
cat >"$work/blackbox.yml" <<-YAML
	modules:
	  icmp: {prober: icmp, timeout: 1s, icmp: {ip_protocol_fallback: true}}
YAML
background blackbox prometheus-blackbox-exporter --config.file="$work/blackbox.yml" --web.listen-address=127.0.0.1:9115

# --- Prometheus, with the rules as shipped, each second ---
mkdir "$work/prometheus"
cp "$srcdir"/etc/prometheus/* "$work/prometheus"
sed -i 's/interval: \(15s\|1m\|5m\)/interval: 1s/; s/scrape_timeout: 10s/scrape_timeout: 1s/' "$work"/prometheus/*.yml
# By way of a program that writes down what goes to and fro.
sed -i "s/'127.0.0.1:9737'/'127.0.0.1:9737', '127.0.0.1:9738'/" "$work/prometheus/prometheus.yml"
background wire "$python" "$srcdir/tests/net/prometheus.py" wire 9738 9737 "$work/wire"
background prometheus prometheus --config.file="$work/prometheus/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
	--web.listen-address=127.0.0.1:9090 --log.level=warn

# query EXPR - the samples of an instant query, as JSON
query() {
	promtool query instant -o json http://127.0.0.1:9090 "$1"
}
# has_value EXPR N
has_value() {
	[ "$(query "$1" | jq -r '.[0].value[1]')" = "$2" ]
}
wait_for 20 has_value 'sum(up{job="minipingd"})' 2 || fail "Prometheus does not get at minipingd: $(query up)"
for url in 9374/metrics '9115/probe?module=icmp&target=198.18.0.1'; do
	wait_for 10 curl -fsS -o "$work/peer" "http://127.0.0.1:$url" || die "127.0.0.1:$url does not answer"
done
sleep 5

# --- while probes go: what the peers and we say of the same targets ---
get() {
	curl -fsS -o "$work/$1" "http://127.0.0.1:$2" || fail "no answer: $2"
}
get theirs 9374/metrics
get ours 9737/metrics
promtool check metrics <"$work/ours" >"$work/lint" 2>&1 || fail "promtool check metrics: $(head "$work/lint")"
for target in "${peers[@]}"; do
	get "theirs-$target" "9115/probe?module=icmp&target=$target"
	get "ours-$target" "9737/probe?module=icmp&target=$target"
done
"$python" "$srcdir/tests/net/prometheus.py" peers "$work" "${peers[@]}" || n_failed=$((n_failed + 1))

# --- the dashboard: every expression returns something, as it would be asked with these variables ---
sleep 2
jq -r '[.. | .expr? // empty] | unique[] |
	gsub("\\$__(rate_interval|range)"; "30s") | gsub("\\$(job)"; "minipingd") | gsub("\\$(instance|site|group)"; ".*") |
	gsub("\\$target"; "198.18.0.6") | @base64' "$srcdir/etc/grafana/minipingd.json" >"$work/exprs"
n_exprs=0
while read -r expr; do
	expr=$(base64 -d <<<"$expr")
	n_exprs=$((n_exprs + 1))
	[ "$(query "$expr" 2>&1 | jq 'length > 0' 2>/dev/null)" = true ] || fail "the dashboard gets nothing for $expr"
done <"$work/exprs"
[ "$n_exprs" -ge 40 ] || fail "the dashboard has only $n_exprs expressions"

# --- all rests: probes are a day apart from now on, none is in flight, and nobody else sends any ---
kill "$smokeping_pid"
config 24h >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 logged 'select(.event == "reload" and .ok)' || die "no reload"
none_in_flight() {
	get ours 9737/metrics
	grep -qx 'minipingd_in_flight 0' "$work/ours"
}
wait_for 10 none_in_flight || fail "probes are in flight: $(grep in_flight "$work/ours")"
sleep 1.1          # answers of one second share their figures: those from now on have none of before
# An hourly report may have come before, of other figures.
before=$(wc -l <"$log")
kill -USR2 "$minipingd_pid"
reported() {
	tail -n "+$((before + 1))" "$log" | grep '}$' | jq -c 'select(.kind == "report")' >"$work/reports"
	[ "$(jq -r .target "$work/reports" | sort -u | wc -l)" -ge 8 ]
}
wait_for 10 reported || fail "no reports"
get ours 9737/metrics
get targets '9737/api/v1/targets?fields=all'
rest=$(date +%s.%N)
wait_for 20 has_value "count(timestamp(minipingd_build_info) > $rest)" 2 || fail "Prometheus has not scraped both since"
sleep 1.5          # the rules have seen it as well
for expr in '{__name__=~"minipingd_.*",job="minipingd"}' 'ALERTS' \
	'histogram_quantile(0.5, sum by (group, target, le) (minipingd_rtt_seconds_bucket{instance="127.0.0.1:9737"}))' \
	'{__name__=~"(target|group):minipingd.*",instance="127.0.0.1:9737"}'; do
	query "$expr" | jq -c . >>"$work/results"
done
get metadata '9090/api/v1/metadata'
get rules '9090/api/v1/rules'
stop_minipingd
stop_farend
"$python" "$srcdir/tests/net/prometheus.py" rest "$work" || n_failed=$((n_failed + 1))
