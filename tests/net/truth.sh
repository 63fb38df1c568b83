#!/bin/bash
# What minipingd counted and measured is what the far end did, to the packet, for IPv4 and IPv6.
#
# The far end goes quiet before the daemon is stopped: then every reply has long arrived, and received
# and duplicate must be equal without any tolerance. Only probes of the quiet time are still under way
# at the stop; the daemon says how many, and that sum must be exact as well.
. "${0%/*}/lib.sh"

start_farend "
198.18.0.1   delay=1ms
198.18.0.2   delay=10ms
198.18.0.3   delay=50ms
198.18.1.1   delay=5ms loss-every=3
198.18.1.2   delay=5ms dup-every=4 dup-delay=1ms
198.18.1.3   loss
198.18.1.4   delay=5ms loss=30% dup=25% dup-copies=2
198.18.1.5   delay=5ms reorder=30% reorder-delay=150ms
198.18.2.1   delay=5ms ttl=57
198.18.2.2   delay=5ms ttl=120 opts
198.18.2.3   delay=5ms ttl=250
198.18.2.4   delay=5ms ttl=57 ttl-change-after=20:50
fd00:1::1    delay=1ms
fd00:1::2    delay=10ms
fd00:1::3    delay=50ms
fd00:1::11   delay=5ms loss-every=3
fd00:1::12   delay=5ms dup-every=4 dup-delay=1ms
fd00:1::13   loss
fd00:1::14   delay=5ms loss=30% dup=25% dup-copies=2
fd00:1::15   delay=5ms reorder=30% reorder-delay=150ms
fd00:1::21   delay=5ms ttl=57
fd00:1::22   delay=5ms ttl=120 opts
fd00:1::23   delay=5ms ttl=250
fd00:1::24   delay=5ms ttl=57 ttl-change-after=20:50"

start_minipingd "
defaults: {interval: 100ms, timeout: 500ms, report: 1s, window: 60, probes: true}
log: {to: $log, format: json}
groups:
  - name: plain
    targets:
$(sed -n 's/^\(198\.18\.[^ ]*\|fd00[^ ]*\) .*/      - "\1"/p' "$work/rules" | grep -v '\.1"$\|::1"$')
  - name: marked
    dscp: EF
    ttl: 33
    size: 120
    targets:
$(sed -n 's/^\(198\.18\.[^ ]*\|fd00[^ ]*\) .*/      - "\1"/p' "$work/rules" | grep '\.1"$\|::1"$')
"
sleep 6
quiet_farend
sleep 1
waited_ns
stop_minipingd
stop_farend

equal "targets in the truth" 24 "$(truth '.targets | length')"
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
equal "malformed requests" 0 "$(truth .totals.malformed)"
equal "packets that the far end could not send" 0 "$(truth .totals.write_errors)"
equal "replies that never left" 0 "$(truth .totals.waiting)"

judge "counters" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value as $far | $r[$t] as $near |
	if $near == null then "\($t): no report" else
		(select($far.requests < 55) | "only \($far.requests) requests in 7 s"),
		([["total_received", $far.replies], ["duplicate", $far.duplicates], ["total_unknown", 0],
		  ["late", 0], ["corrupt", 0], ["foreign", 0], ["send_error", 0],
		  ["total_sent", $near.total_received + $near.total_lost]][] |
		 select($near[.[0]] != .[1]) | "\(.[0]) \($near[.[0]]), the truth is \(.[1])"),
		(($far.requests - $near.total_sent) | select(. < 0 or . > 6) | "\(.) probes under way")
	end | "\($t): \(.)"'

# Each of these would else hold for a far end that never lost or doubled anything.
judge "what the far end did" '
	$truth.targets | to_entries[] | .key as $t | .value |
	(select(($t | test("1\\.3$|::13$")) != (.replies == 0)) | "replies \(.replies)"),
	(select(($t | test("1\\.[24]$|::1[24]$")) != (.duplicates > 0)) | "duplicates \(.duplicates)"),
	(select(($t | test("1\\.5$|::15$")) != (.reordered > 0)) | "reordered \(.reordered)") |
	"\($t): \(.)"'

judge "probes under way at the stop" '
	([last_reports[].total_sent] | add) as $settled |
	($truth.totals.requests - $settled) as $left | event("stop").in_flight |
	select(. != $left or $left < 1) | "the daemon says \(.), the truth is \($left)"'

equal "probes by the daemon's own count" "$(truth .totals.requests)" "$(daemon stop probes)"

judge "probe records" '
	last_reports as $r | (map(select(.kind == "probe")) | group_by(.target))[] |
	.[0].target as $t | map(.seq) as $seqs |
	(map(select(.outcome == "reply") | .seq) | max // 0) as $last |
	(select(length != $r[$t].total_sent) | "\(length) records, total_sent is \($r[$t].total_sent)"),
	(select(($seqs | unique | length) != length) | "a probe was settled twice"),
	(select(($seqs | max) > $truth.targets[$t].requests) | "a probe that was never sent"),
	(.[] | select(.outcome != "reply" and .outcome != "timeout") | "outcome \(.outcome)"),
	(.[] | select((.outcome == "reply") != (.rtt_ms != null)) | "\(.outcome) with rtt_ms \(.rtt_ms)"),
	(select($t | test("1\\.1$|::11$")) | .[] | select(.seq <= $last and
	 (.outcome == "reply") == (.seq % 3 == 0)) | "probe \(.seq) ended as \(.outcome)") |
	"\($t): \(.)"'

# Reordered replies have two kinds of hold time; mean and median differ there. When one packet of a batch left is
# known less well the longer others had the processor meanwhile: extremes get that much room.
judge "RTT" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value.hold_ns as $hold | $r[$t] |
	if $hold.n == 0 then (select(.median_ms != null) | "median \(.median_ms) without a reply")
	else
		(select(.ip | test("1\\.5$|::15$") | not) | (.median_ms - $hold.median / 1e6) |
		 select(fabs > 1) | "median is off by \(.) ms"),
		(select(.min_ms < $hold.min / 1e6 - 5) | "min \(.min_ms) ms, held at least \($hold.min) ns"),
		(select(.max_ms > $hold.max / 1e6 + 20 + $waited / 1e6) | "max \(.max_ms) ms, held at most \($hold.max) ns")
	end | "\($t): \(.)"' --argjson waited "$waited"

judge "TTL" '
	last_reports as $r | ([64, 1, "Linux"] as $plain |
	{"198.18.0.1": $plain, "fd00:1::1": $plain,
	 "198.18.2.1": [57, 8, "Linux"], "fd00:1::21": [57, 8, "Linux"],
	 "198.18.2.2": [120, 9, "Windows"], "fd00:1::22": [120, 9, "Windows"],
	 "198.18.2.3": [250, 6, "Network"], "fd00:1::23": [250, 6, "Network"],
	 "198.18.2.4": [50, 15, "Linux"], "fd00:1::24": [50, 15, "Linux"],
	 "198.18.1.3": [null, null, null]}) | to_entries[] | .value as $want | $r[.key] |
	select(.ttl != $want[0] or .hops != $want[1] or
	       ((.os_guess // "") | startswith($want[2] // "") | not)) |
	"\(.target): ttl \(.ttl) hops \(.hops) os_guess \(.os_guess), expected \($want)"'

judge "path records" '
	["198.18.2.4", "fd00:1::24"][] as $t |
	map(select(.kind == "path" and .target == $t)) |
	select(map([.ttl_from, .ttl_to, .hops_from, .hops_to]) != [[57, 50, 8, 15]]) |
	"\($t): \(map([.ttl_from, .ttl_to]))"'

judge "DSCP, TTL and size as they arrived" '
	$truth.targets | to_entries[] | . as $e | (.key | test("\\.1$|::1$")) as $marked |
	.value | [.dscp, .ttl, .size] |
	select(. != (if $marked then [46, 33, 120] else [0, 64, 56] end)) | "\($e.key): \(.)"'
