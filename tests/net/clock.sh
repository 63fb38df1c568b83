#!/bin/bash
# CLOCK_REALTIME is set, by 10 ms to 10 years, forwards and backwards, once while we stand still: no reply
# is lost by it, no RTT is moved, and each step is told of.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

# The last step comes while the daemon is stopped.
steps="1.5:+1 2:0 2.5:+3600 3:0 3.5:+315360000 4:0 4.5:-315360000 5:0 5.5:+0.01 6:0 7:-1"

start_farend "198.18.0.0/15 delay=20ms
fd00:1::/64 delay=20ms"
preload clock "PRELOAD_CLOCK=$steps"
begun=$(now_ms)
start_minipingd "
defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 200, fall: 1000, probes: true}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.1.%d\n' {1..25})
$(printf '  - "fd00:1::1:%x"\n' {1..25})"
while [ $(($(now_ms) - begun)) -lt 6600 ]; do
	sleep 0.01
done
kill -STOP "$minipingd_pid"
sleep 0.9
kill -CONT "$minipingd_pid"
sleep 0.4
come_to_rest 1
stop_minipingd
stop_farend

# What was queued when the clock was set still has its time: its stamp is of before.
judge "counters" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value as $far | $r[$t] as $near |
	{total_sent: $far.requests, total_received: ($far.replies - $near.late),
	 total_lost: ($far.requests - $far.replies - ($near.total_unknown - $near.late)),
	 duplicate: 0, foreign: 0, corrupt: 0, send_error: 0} | to_entries[] |
	select($near[.key] != .value) | "\($t): \(.key) \($near[.key]), the truth is \(.value)"'
judge "late replies" '
	last_reports[] | select(.late != 0) | "\(.target): \(.late) late"'
judge_unknown
judge "false losses" '
	(map(select(.kind == "probe" and .outcome == "reply")) | group_by(.target) |
	 map({key: .[0].target, value: (map(.seq) | max)}) | from_entries) as $last |
	(select($last | length != 50) | "\($last | length) targets with replies"),
	(.[] | select(.kind == "probe" and .outcome != "reply" and .outcome != "unknown" and
	              .seq <= $last[.target]) |
	 "\(.target): probe \(.seq) ended as \(.outcome)")'

# Where a stamp cannot be used the time is taken at which we looked: later, by what the machine makes us wait.
judge "RTT" '
	.[] | select(.kind == "probe" and .outcome == "reply") | . as $p |
	$truth.targets[.target].hold_ns as $hold |
	select(.rtt_ms < 19 or .rtt_ms > $hold.max / 1e6 + 100) |
	"\(.target): probe \(.seq): \(.rtt_ms) ms, held \($hold.min) to \($hold.max) ns"'
judge "typical RTT" '
	last_reports[] | select(.median_ms < 19.9 or .median_ms > 25) | "\(.target): median \(.median_ms) ms"'

judge "stall records" '
	map(select(.event == "stall" and .cause == "clock") | .step_ms | round) as $told |
	[1000, 1000, 3600000, 3600000, 315360000000, 315360000000, 315360000000, 315360000000, 10, 10, 1000] as $steps |
	select([$told, $steps] | map(sort) | .[0] != .[1]) | "steps \($told), the truth is \($steps)"'
judge "the test itself" '
	map(.ts[:3]) | unique | select(. != ["201", "202", "203"]) | "the log begins its lines \(.)"'
