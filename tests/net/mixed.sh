#!/bin/bash
# 1,000 targets, everything at once: loss, duplicates, reordering, forged, damaged and late replies, true
# and forged ICMP errors. At the end every counter equals the far end's own count.
# DURATION: seconds of probing (default 12; `make soak` takes 300).
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

duration=${DURATION:-12}

# One kind a line; 25 targets of each IP version get it, beside 30 % loss, 10 % duplicates and 10 %
# reordering. "counter": where what is forged is counted; "nobody" is the daemon's own foreign count, of
# what concerns no target; "-": nowhere, because the kernel, our socket's filter or the missing nonce
# keeps it from counting.
kinds="plain            -          -
forge-before            foreign    forge-before=5%
replay-previous         duplicate  replay-previous=5%
wrong-src               foreign    wrong-src=5% true-too
wrong-src               foreign    wrong-src=5%
wrong-checksum          corrupt    wrong-checksum=5% true-too
wrong-checksum          corrupt    wrong-checksum=5%
alter-payload           corrupt    alter-payload=5% true-too
alter-payload           corrupt    alter-payload=5%
alter-nonce             foreign    alter-nonce=5% true-too
alter-nonce             foreign    alter-nonce=5%
cut-payload             truncated  cut-payload=5%
zero-payload            foreign    zero-payload=5%
wrong-code              foreign    wrong-code=5% true-too
wrong-seq               nobody     wrong-seq=5% true-too
wrong-id                -          wrong-id=5% true-too
error                   -          error=5% error=TRUE
error                   -          error=5% error=TRUE quote=8 error-then-reply
error                   -          error=5% error=TRUE quote-bad-nonce error-then-reply
late                    -          late=5% late-delay=1500ms"

# The kernel does not hand a raw ICMPv6 socket what has a wrong checksum.
rules=
counters=
number=0
while read -r kind counter what; do
	number=$((number + 1))
	[ "$what" = - ] && what=
	# Whether the duplicate of a late reply is late or a duplicate depends on whose it is.
	[ "$kind" = late ] || what="$what dup=10% dup-delay=30ms"
	what="$what delay=20ms loss=30% reorder=10% reorder-delay=150ms"
	rules+="198.18.$number.0/24 ${what/TRUE/3:1}
fd00:1::$number:0/112 ${what/TRUE/1:3}
"
	counters+="198.18.$number. $kind $counter
fd00:1::$number: $kind ${counter/#corrupt/$([ "$kind" = wrong-checksum ] && echo - || echo corrupt)}
"
done <<<"$kinds"
counters=$(jq -nR '[inputs | split(" ") | select(length == 3) |
	{key: .[0], value: {kind: .[1], counter: .[2]}}] | from_entries' <<<"$counters")

start_farend "$rules"
start_minipingd "
defaults: {interval: 250ms, timeout: 1s, report: 1h, window: $((duration * 4 + 60)), fall: 1000}
log: {to: $log, format: json}
targets:
$(for ((i = 1; i <= number; i++)); do
	printf '  - 198.18.'$i'.%d\n' {1..25}
	printf '  - "fd00:1::'$i':%x"\n' {1..25}
done)"
sleep "$duration"
come_to_rest 1.8
stop_minipingd
stop_farend

equal "targets in the truth" 1000 "$(truth '.targets | length')"
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
equal "malformed requests" 0 "$(truth .totals.malformed)"
equal "packets that the far end could not send" 0 "$(truth .totals.write_errors)"
equal "replies that never left" 0 "$(truth .totals.waiting)"

# The run was what it says above: else equality would prove little.
judge "what the far end did" '
	def share($n; $of): ($n * 100 / $of) | round;
	([$truth.targets[] | .hostile | to_entries[]] | group_by(.key) |
	 map({key: .[0].key, value: (map(.value) | add)}) | from_entries) as $hostile |
	([$truth.targets | to_entries[] | select(.key | test("^198.18.[2-4]\\.|^fd00:1::[2-4]:")) | .value] |
	 {n: (map(.requests - .dropped) | add), forged: ([.[].hostile[]] | add)}) as $some |
	$truth.totals |
	(select(.requests < '"$duration"' * 4000 * 0.8) | "\(.requests) requests only"),
	([["dropped", 30, 55, .dropped, .requests], ["duplicates", 8, 12, .duplicates, .replies],
	  ["reordered", 8, 12, .reordered, .replies + .late], ["forged", 3, 7, $some.forged, $some.n]][] |
	 share(.[3]; .[4]) as $got | select($got < .[1] or $got > .[2]) | "\(.[0]): \($got) %"),
	(select(.late == 0 or .errors == 0) | "late \(.late), errors \(.errors)"),
	(["forge-before", "replay-previous", "wrong-src", "wrong-checksum", "alter-payload", "alter-nonce",
	  "cut-payload", "zero-payload", "wrong-code", "wrong-seq", "wrong-id"][] |
	 select(($hostile[.] // 0) < 20) | "\(.): \($hostile[.])")'

judge "counters" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value as $far | $r[$t] as $near |
	$counters[$t | sub("[0-9a-f]*$"; "")] as $k | ($far.hostile[$k.kind] // 0) as $n |
	{total_sent: $far.requests,
	 total_received: ($far.replies + $near.truncated),
	 total_lost: ($far.requests - $far.replies - $near.truncated - $near.total_unknown),
	 truncated: (if $k.counter == "truncated" then $n else 0 end),
	 late: $far.late,
	 duplicate: ($far.duplicates + (if $k.counter == "duplicate" then $n else 0 end)),
	 corrupt: (if $k.counter == "corrupt" then $n else 0 end),
	 foreign: (if $k.counter == "foreign" then $n else 0 end),
	 send_error: 0} | to_entries[] |
	select($near[.key] != .value) |
	"\($t) \($k.kind): \(.key) \($near[.key]), the truth is \(.value)"' --argjson counters "$counters"

judge "the daemon's own figures" '
	event("stop") as $stop |
	{foreign: ([$truth.targets[].hostile["wrong-seq"] // 0] | add), corrupt: 0, in_flight: 0,
	 probes: $truth.totals.requests} | to_entries[] |
	select($stop[.key] != .value) | "\(.key) \($stop[.key]), the truth is \(.value)"'

judge_unknown

# What is forged comes at once, and would make an RTT shorter. A busy machine makes it longer.
judge "RTT" '
	last_reports as $r | $truth.targets | to_entries[] | .key as $t | .value.hold_ns as $hold | $r[$t] |
	select(.median_ms != null) |
	select(.min_ms < $hold.min / 1e6 - 5 or .median_ms < 19.5 or .median_ms > 100 or .max_ms > 1000) |
	"\($t): min \(.min_ms) median \(.median_ms) max \(.max_ms) ms, held from \($hold.min) ns on"'
