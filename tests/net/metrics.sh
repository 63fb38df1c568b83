#!/bin/bash
# /metrics of a running daemon: histograms have each reply in its bucket, by group and by target where it asks for that,
# go on over a reload and begin anew with other buckets; promtool finds nothing to say, compressed or not; no family is in
# two places. prometheus.sh holds the other values against the log's and the API's.
. "${0%/*}/lib.sh"

for program in curl promtool python3; do
	command -v $program >/dev/null || skip "needs $program"
done
url=http://127.0.0.1:9737

# get PATH [CURL OPTIONS] - into $work/answer
get() {
	local path=$1
	shift
	curl -fsSg -o "$work/answer" "$@" "$url$path" || fail "no answer: $path"
}
# value SERIES - of the answer; "": there is none
value() {
	grep -F -- "$1 " "$work/answer" | sed -n "s/.* //p"
}
# sum PATTERN - of all series like it
sum() {
	grep -E -- "$1" "$work/answer" | awk '{ n += $NF } END { printf "%.0f\n", n }'
}

config() {
	cat <<-YAML
	defaults: {interval: 50ms, timeout: 400ms, report: 1h}
	http: {listen: "127.0.0.1:9737"}
	metrics: {compat: [smokeping_prober, ping_exporter]$1}
	log: {to: $log, format: json}
	groups:
	  - name: 'near "1"'
	    labels: {site: 'a\\b', job: batch}
	    targets:
	      - {host: 198.18.0.1, name: own, histogram: true}
	      - 198.18.0.2
	  - name: far
	    targets: [198.18.0.3, "fd00:1::1"]
	targets: [198.18.0.4]
	YAML
}
start_farend '
198.18.0.1   delay=20ms
198.18.0.2   delay=60ms
198.18.0.3   delay=150ms
198.18.0.4   loss
fd00:1::1    delay=150ms'
start_minipingd "$(config '')"
sleep 3
quiet_farend
sleep 0.7          # whatever was in flight has been answered, or is lost

# --- text, as promtool reads it, and OpenMetrics; plain and compressed ---
get /metrics --compressed
promtool check metrics <"$work/answer" >"$work/lint" 2>&1 || fail "promtool check metrics: $(head "$work/lint")"
get '/metrics?collect[]=probes&collect[]=histogram&collect[]=smokeping_prober'
promtool check metrics <"$work/answer" >"$work/lint" 2>&1 || fail "promtool check metrics: $(head "$work/lint")"
received=$(sum '^minipingd_probes_received_total')
[ "$received" -gt 100 ] || fail "only $received replies"

# --- each reply is in its bucket ---
own='target="own",ip="198.18.0.1",group="near \"1\"",exported_job="batch",site="a\\b"'
own_received=$(value "minipingd_probes_received_total{$own}")
equal "replies in the histograms of groups" "$received" \
	"$(sum '^minipingd_rtt_seconds_count\{group="[^,]*"\}')"
equal "replies in its own" "$own_received" "$(value "minipingd_rtt_seconds_count{$own}")"
equal "below 12.8 ms" 0 "$(value "minipingd_rtt_seconds_bucket{$own,le=\"0.0128\"}")"
[ "$(value "minipingd_rtt_seconds_bucket{$own,le=\"0.0256\"}")" -ge $((own_received * 8 / 10)) ] ||
	fail "20 ms are not below 25.6: $(grep -F "$own" "$work/answer")"
equal "without a bound" "$own_received" "$(value "minipingd_rtt_seconds_bucket{$own,le=\"+Inf\"}")"
equal "below 102.4 ms in a group that takes 150" 0 "$(value 'minipingd_rtt_seconds_bucket{group="far",le="0.1024"}')"
equal "targets with a histogram of their own" 1 "$(grep -c '^minipingd_rtt_seconds_count{target=' "$work/answer")"
equal "of smokeping_prober's, each" 5 "$(grep -c '^smokeping_response_duration_seconds_count{' "$work/answer")"
equal "replies in these" "$received" "$(sum '^smokeping_response_duration_seconds_count')"
equal "requests by another name" "$(sum '^minipingd_probes_sent_total')" "$(sum '^smokeping_requests_total')"

# --- by group and label ---
get '/metrics?collect[]=state&group=far'
equal "targets of a group" 2 "$(grep -c '^minipingd_up{' "$work/answer")"
get '/metrics?collect[]=state&label.site=a%5Cb'
equal "targets with a label" 2 "$(grep -c '^minipingd_up{' "$work/answer")"
for wrong in 'collect[]=none' 'grp=far' 'label.=1'; do
	equal "status of ?$wrong" 400 "$(curl -sg -o /dev/null -w '%{http_code}' "$url/metrics?$wrong")"
done

# --- OpenMetrics: families in one piece, each counter with its beginning, which is the process's ---
openmetrics='Accept: application/openmetrics-text; version=1.0.0'
get /metrics -H "$openmetrics" --compressed
python3 - "$work/answer" "$minipingd_pid" >"$work/faults" <<'END' || fail "OpenMetrics: $(cat "$work/faults")"
import os, re, sys

text = open(sys.argv[1], encoding="utf-8").read()
faults, families, series, family, n_counters = [], {}, set(), None, 0
if not text.endswith("\n# EOF\n"):
    faults.append("no # EOF at the end")
for line in text.splitlines()[:-1]:
    comment = re.fullmatch(r"# (HELP|TYPE|UNIT) (\w+) (.+)", line)
    if comment:
        keyword, name, rest = comment.groups()
        if keyword == "HELP":
            if name in families:
                faults.append(name + " is split")
            family, families[name] = name, {}
        elif name != family:
            faults.append(line + " is in " + family)
        families[name][keyword] = rest
        continue
    sample = re.fullmatch(r'(\w+?)(_total|_created|_bucket|_sum|_count)?(\{(?:\w+="(?:[^"\\\n]|\\[\\n"])*",?)+\})? ([0-9.e+-]+)', line)
    if not sample or sample[1] != family and sample[1] + (sample[2] or "") != family:
        faults.append("%s: %s" % (family, line))
        continue
    key = line.rsplit(" ", 1)[0]
    if key in series:
        faults.append(key + " is there twice")
    series.add(key)
    if families[family]["TYPE"] == "counter":
        n_counters += sample[2] == "_total"
        created = sample[2] == "_created" and float(sample[4])
        began = created and os.stat("/proc/" + sys.argv[2]).st_ctime
        if created and abs(created - began) > 2:
            faults.append("%s: the process began at %s" % (line, began))
n_created = sum("_created" in s for s in series)
n_histograms = sum("_count" in s for s in series)
if n_created != n_counters + n_histograms or n_counters < 50:
    faults.append("%d counters, %d histograms, %d beginnings" % (n_counters, n_histograms, n_created))
print("\n".join(faults[:10]))
sys.exit(bool(faults))
END

# --- a reload lets them go on, but for other buckets ---
reload() {
	kill -HUP "$minipingd_pid"
	reloaded() {
		[ "$(n_logged 'select(.event == "reload" and .ok)')" -ge "$1" ]
	}
	wait_for 10 reloaded "$1" || die "no reload"
	sleep 1.1  # what is younger than a second answers a further request as well
	get '/metrics?collect[]=probes&collect[]=histogram'
}
reload 1
equal "replies after a reload" "$received" "$(sum '^minipingd_rtt_seconds_count\{group="[^,]*"\}')"
config ', buckets: [1ms, 1s]' >"$work/minipingd.yaml"
reload 2
equal "replies received" "$received" "$(sum '^minipingd_probes_received_total')"
equal "replies in other buckets" 0 "$(sum '^minipingd_rtt_seconds_count')"
config ', buckets: [2ms, 2s]' | sed 's/127.0.0.1:9737/203.0.113.1:9737/' >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 logged 'select(.event == "reload" and .ok == false)' || fail "a reload that cannot listen has succeeded"
sleep 1.1
get '/metrics?collect[]=smokeping_prober'
equal "buckets after a reload that failed" 0.001,1,+Inf \
	"$(grep -oE 'host="198.18.0.2".*le="[^"]*' "$work/answer" | sed 's/.*"//' | paste -sd,)"
stop_minipingd
stop_farend
