#!/bin/bash
# Damaged and forged replies: every kind is counted under its name, exactly, and no RTT is moved by one.
. "${0%/*}/lib.sh"

# Of each kind two targets: .1.x gets the damaged reply instead of the true one, .2.x in addition and
# before it (not of what is cut short, which is a reply itself). The counter that a kind belongs to stands behind it; "nobody" is the daemon's own foreign
# count, of what concerns no target; "-": the kernel or our socket filter keeps it from us (an id outside
# our range, a wrong type, a cut IP packet).
kinds4="wrong-id:- wrong-seq:nobody wrong-src:foreign wrong-checksum:corrupt alter-payload:corrupt
	alter-nonce:foreign cut-payload:truncated zero-payload:foreign wrong-type:- wrong-code:foreign
	short-icmp:- truncated-ip:-"
kinds6=${kinds4/wrong-checksum:corrupt/wrong-checksum:-}

# rules_for PREFIX KINDS - and a line "TARGET KIND COUNTER" for each in $work/kinds.
rules_for() {
	local kind i=0

	for kind in $2; do
		i=$((i + 1))
		echo "${1}1${3}$i ${kind%:*}-every=2 delay=20ms"
		echo "${1}1${3}$i ${kind/:/ }" >>"$work/kinds"
		[ "${kind#*:}" = truncated ] && continue
		echo "${1}2${3}$i ${kind%:*}-every=2 delay=20ms true-too"
		echo "${1}2${3}$i ${kind/:/ }" >>"$work/kinds"
	done
	cat <<-END
	${1}3${3}1 forge-before-every=2 delay=20ms
	${1}3${3}2 replay-previous-every=2 delay=20ms
	${1}3${3}3 late-every=3 late-delay=700ms delay=20ms
	${1}3${3}4 dup-every=2 dup-copies=3 delay=20ms
	${1}3${3}5 late-every=3 late-delay=700ms dup-every=3 delay=20ms
	${1}3${3}6 late-every=3 late-delay=8s delay=20ms
	END
}

rules=$(rules_for 198.18. "$kinds4" . && rules_for fd00:1:: "$kinds6" :)
start_farend "$rules"
start_minipingd "
defaults: {interval: 100ms, timeout: 500ms, report: 1s, window: 200, probes: true}
log: {to: $log, format: json}
targets:
$(sed 's/ .*//; s/.*/  - "&"/' <<<"$rules")
"
sleep 5
quiet_farend
sleep 8.2
stop_minipingd
stop_farend

equal "targets in the truth" 58 "$(truth '.targets | length')"
equal "packets that the far end could not send" 0 "$(truth .totals.write_errors)"
judge "far end" '
	$truth.targets | to_entries[] |
	select(.value.requests < 50 or .value.replies < 15 or .value.waiting > 0 or
	       (.value.hostile | add // 0) + .value.late + .value.duplicates < 10) |
	"\(.key): \(.value)"'

# expected COUNTER - what the truth says a target's counter must be.
kinds=$(jq -nR '[inputs | split(" ") | {key: .[0], value: {kind: .[1], counter: .[2]}}] | from_entries' \
	"$work/kinds")
judge "counters" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value as $far |
	$kinds[$t] as $k | ($far.hostile[$k.kind // ""] // 0) as $n |
	(if $k.counter == "truncated" then $n else 0 end) as $truncated |
	{total_received: ($far.replies + $truncated), truncated: $truncated, total_unknown: 0, send_error: 0,
	 corrupt: (if $k.counter == "corrupt" then $n else 0 end),
	 foreign: ((if $k.counter == "foreign" then $n else 0 end) + ($far.hostile["forge-before"] // 0)),
	 duplicate: (($far.hostile["replay-previous"] // 0) + (if $far.late > 0 then 0 else $far.duplicates end)),
	 late: ($far.late + (if $far.late > 0 then $far.duplicates else 0 end))} | to_entries[] |
	select($r[$t][.key] != .value) |
	"\($t) \($k.kind // ""): \(.key) \($r[$t][.key]), the truth is \(.value)"' \
	--argjson kinds "$kinds"

# Forged ones came at once: any of them taken for the reply would show as an RTT near 0. On a busy machine
# it is known to within a few ms only when a packet of a batch left, and the far end is late to read it.
judge "RTT" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value.hold_ns as $hold | $r[$t] |
	select(.min_ms < $hold.min / 1e6 - 5 or .max_ms > $hold.max / 1e6 + 200 or
	       .min_ms > .median_ms or .median_ms > .max_ms) |
	"\($t): \(.min_ms) \(.median_ms) \(.max_ms) ms, held \($hold.min) to \($hold.max) ns"'

judge "probes with a true reply behind a forged one" '
	map(select(.kind == "probe" and (.target | test("\\.2\\.|::2:")))) | group_by(.target) |
	(select(length != 22) | "\(length) such targets"),
	.[] | .[0].target as $t |
	(map(select(.outcome == "reply") | .seq) | max) as $last | .[] |
	select(.seq <= $last and .outcome != "reply") | "\($t): probe \(.seq) ended as \(.outcome)"'

judge "foreign replies that concern no target" '
	([$truth.targets[].hostile["wrong-seq"] // 0] | add) as $n | event("stop").foreign |
	select(. != $n or $n < 60) | "the daemon says \(.), the truth is \($n)"'

judge "probes under way at the stop" '
	([last_reports[].total_sent] | add) as $settled | event("stop").in_flight |
	select(. != $truth.totals.requests - $settled) |
	"the daemon says \(.), the truth is \($truth.totals.requests - $settled)"'
