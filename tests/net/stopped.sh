#!/bin/bash
# SIGSTOP for 0.1 to 10 s, again and again: no reply that was there in time is called lost, what nobody
# can know is called unknown, each stop is told of, and waking up brings no burst.
# STOPS: how many (default 12, short ones; `make soak` takes 50, up to 10 s).
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

lengths=(0.1 0.4 0.2 1 0.3 0.15 0.5 0.1 1.3 0.25 0.7 2.5)
[ "${STOPS:-12}" -gt 12 ] && lengths=(0.1 0.4 0.2 1 0.3 10 0.5 0.15 2.5 0.7 5)
n_targets=300

# The slow ones: most of their replies arrive during the stop. The lossy ones: what is under way when the
# stop begins may never be answered.
start_farend "
198.18.1.0/24     delay=20ms
fd00:1::1:0/112   delay=20ms
198.18.2.0/24     delay=600ms
fd00:1::2:0/112   delay=600ms
198.18.3.0/24     delay=20ms loss-every=2
fd00:1::3:0/112   delay=20ms loss-every=2"
start_minipingd "
defaults: {interval: 1s, timeout: 1s, report: 1h, window: 1000, fall: 1000}
log: {to: $log, format: json}
targets:
$(for i in 1 2 3; do
	printf '  - 198.18.'$i'.%d\n' {1..50}
	printf '  - "fd00:1::'$i':%x"\n' {1..50}
done)"
sleep 1.1

# Each round: stop, go on, and look at the first second: there is no burst. That nothing is missing is looked at in all of
# them together, since a loaded machine delays some probes out of one second into the next.
n_all=0 n_due=0
for ((i = 0; i < ${STOPS:-12}; i++)); do
	length=${lengths[i % ${#lengths[@]}]}
	kill -STOP "$minipingd_pid"
	from=$(now_ms)
	sleep "$length"
	n_requests
	before=$requests
	to=$(now_ms)
	kill -CONT "$minipingd_pid"
	sleep 1
	at_least=$(($(now_ms) - to))
	n_requests
	took=$(($(now_ms) - to))               # counting takes its time on a loaded machine
	n_all=$((n_all + requests - before))
	n_due=$((n_due + n_targets * at_least / 1000))
	within "requests in the $took ms after a stop of $length s" 1 $((n_targets * took / 1000 * 110 / 100)) $((requests - before))
	echo "{\"from\": $from, \"to\": $to}"
done >"$work/stops"
within "requests in the seconds after all stops" $((n_due * 85 / 100)) $((n_due * 120 / 100)) "$n_all"

come_to_rest 1.5
stop_minipingd
stop_farend
stops=$(jq -s . "$work/stops")

equal "targets in the truth" $n_targets "$(truth '.targets | length')"
judge "counters" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value as $far | $r[$t] as $near |
	{total_sent: $far.requests, total_received: $far.replies,
	 total_lost: ($far.requests - $far.replies - $near.total_unknown),
	 late: 0, duplicate: 0, corrupt: 0, foreign: 0, send_error: 0} | to_entries[] |
	select($near[.key] != .value) |
	"\($t): \(.key) \($near[.key]), the truth is \(.value)"'
judge_unknown

# From the rules: two targets in three never lose a reply, quiet times apart.
judge "targets that answer always" '
	last_reports | map(select(.target | test("^198\\.18\\.[12]\\.|^fd00:1::[12]:"))) |
	(select(length != 200) | "\(length) of them"),
	(.[] | ($truth.targets[.target].requests - $truth.targets[.target].replies) as $quiet |
	 select(.total_unknown > 0 and $quiet == 0) | "\(.target): \(.total_unknown) unknown")'
judge "targets that lose" '
	last_reports | map(select(.target | test("^198\\.18\\.3\\.|^fd00:1::3:"))) |
	(map(.total_unknown) | add) as $unknown | (map(.total_lost) | add) as $lost |
	select($unknown < 20 or $lost < 20) | "\($unknown) unknown, \($lost) lost"'

# 250 ms and less cannot lose what the kernel queues and stamps.
judge "stall records" '
	def ms: (.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber);
	map(select(.event == "stall" and .cause == "loop") | {from: (.from | ms), to: (.to | ms)}) as $told |
	$stops[] | . as $stop | select(.to - .from >= 280) |
	select([$told[] | select(.from <= $stop.from + 100 and .from >= $stop.from - 400 and
	                         .to >= $stop.to - 5 and .to <= $stop.to + 400)] | length != 1) |
	"no record for the stop of \($stop.to - $stop.from) ms at \($stop.from)"' --argjson stops "$stops"

# The kernel stamped the replies when they came, however late we looked.
judge "RTT" '
	last_reports | map(select(.target | test("^198\\.18\\.2\\.|^fd00:1::2:"))) |
	(.[] | select(.min_ms < 595 or (.median_ms - 600 | fabs) > 10 or .max_ms > 1000) |
	 "\(.target): min \(.min_ms) median \(.median_ms) max \(.max_ms) ms, held 600 ms"),
	(map(select(.max_ms > 650)) | length | select(. > 25) | "\(.) targets of 100 saw more than 650 ms")'
