#!/bin/bash
# A way out that is slow or full stops no other: behind one interface a token bucket of 16 kbit/s drops nearly all, or holds it
# without an end, and behind another all goes on without a loss. What is dropped is told as a full queue, and is no loss.
# The other IP version, over the healthy interface, is as untouched.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

command -v tc >/dev/null || skip "needs tc (Debian package iproute2)"
alone_with_table
far_namespace far
connect slow "$far"
connect fast "$far"
ip addr add 10.8.0.1/23 dev slow
ip addr add 10.9.0.1/24 dev fast
ip -6 addr add fd00:9::1/64 dev fast nodad
alive "$far" far-slow 10.8.0.{2..255}/23 10.8.1.{0..245}/23
alive "$far" far-fast 10.9.0.{2..51}/24 fd00:9::{2..9}/64
# Requests for addresses would be dropped as well.
mac=$(in_far "$far" ip -j link show far-slow | jq -r ".[0].address") || die "no address of far-slow"
printf "neigh replace %s dev slow lladdr $mac nud permanent\n" 10.8.0.{2..255} 10.8.1.{0..245} | ip -batch - || die "the slow neighbours"

# A sweep waits for room, but not for ever for what never moves; it says so, and the others have had their replies.
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
connect stuck "$far"
ip addr add 10.7.0.1/24 dev stuck
printf "neigh replace %s dev stuck lladdr $mac nud permanent\n" 10.7.0.{2..21} | ip -batch - || die "the stuck neighbours"
needs "token bucket (sch_tbf)" tc qdisc replace dev stuck root tbf rate 8bit burst 200 limit 200
timeout 120 "$miniping" --jsonl -c 1 10.7.0.{2..21} 10.9.0.{2..21} >"$work/sweep" 2>"$work/sweep.err" &
sweep=$!
pids+=("$sweep")

# measure LIMIT - the log of 4 s through a token bucket that holds LIMIT bytes
measure() {
	tc qdisc replace dev slow root tbf rate 16kbit burst 1600 limit "$1" || die "no token bucket of $1 bytes"
	start_minipingd "
defaults: {interval: 100ms, timeout: 2s, report: 1h, fall: 100}
log: {to: $log, format: json}
targets: [{range: 10.8.0.2-10.8.0.51}, {range: 10.9.0.2-10.9.0.51}, {range: \"fd00:9::2-fd00:9::9\"}]"
	sleep 4
	stop_minipingd
	tc qdisc del dev slow root
}

fast_ones='
	last_reports[] | select(.target | test("^(10.9|fd00)")) |
	select(.total_sent < 20 or .total_lost + .total_unknown + .send_error > 0 or .not_sent > 0) |
	"\(.target): sent \(.total_sent) lost \(.total_lost) unknown \(.total_unknown) send_error \(.send_error)"'
echo '{}' >"$work/truth"

measure 3000
judge "beside a full queue" "$fast_ones"
judge "the full queue" '
	[last_reports[] | select(.target | test("^10.8"))] | (map(.send_error) | add) as $failed | (map(.total_sent) | add) as $sent |
	(select($failed < 500) | "\($failed) probes could not be sent"), (select($sent < 40) | "\($sent) were sent"),
	(map(.total_lost) | add | select(. > 0) | "\(.) lost")'
judge "what is told of the full queue" '
	map(select(.event == "send_error") | .error) | unique | select(. != ["No buffer space available"]) | "\(.)"'

measure 100000000
judge "beside a queue without an end" "$fast_ones"

# A queue that is full for moments only: what finds no room is tried again within its slot, seven times at 500 ms, before
# it counts as not sent. (That it finds room in the end depends on how long others keep this machine busy.)
tc qdisc replace dev slow root tbf rate 3mbit burst 400 limit 300
start_minipingd "
defaults: {interval: 500ms, timeout: 2s, report: 1h, fall: 100}
log: {to: $log, format: json}
targets: [{range: 10.8.0.2-10.8.1.245}]"
sleep 4
stop_minipingd
n_refused=$(tc -s -j qdisc show dev slow | jq '.[0].drops')
echo "$n_refused packets were refused, and sent later"
judge "a queue that is full for moments" '
	[last_reports[]] | (select(length != 500) | "\(length) reports"),
	(map(.send_error) | add | select(. * 8 > $refused) | "\(.) of \($refused) that were refused were not tried again"),
	(.[] | select(.total_lost > 0) | "\(.target): sent \(.total_sent) lost \(.total_lost)")' --argjson refused "$n_refused"
check "the queue was full at times" [ "$n_refused" -ge 10 ]

wait "$sweep"
equal "exit code of a sweep that could not send all" 4 $?
n=$(jq -s 'map(select(.not_sent > 0)) | length' "$work/sweep")
within "hosts that it could not send to" 10 20 "$n"
equal "what it says of them" "miniping: $n packets to $n hosts could not be sent: No buffer space available" \
	"$(sed -n 's/ (10\.7.*//p' "$work/sweep.err")"
equal "replies of the others" 20 "$(jq -s 'map(select(.host | test("^10.9")) | .received) | add' "$work/sweep")"
