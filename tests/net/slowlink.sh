#!/bin/bash
# A way out that is slow or full stops no other: behind one interface a token bucket of 16 kbit/s drops nearly all, behind
# another all goes on without a loss, and the other IP version over the slow one fails on its own. What is dropped is told
# as a full queue, and is no loss. The same with a queue that is longer than any send buffer.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

command -v tc >/dev/null || skip "needs tc (Debian package iproute2)"
far_namespace far
connect slow "$far"
connect fast "$far"
ip addr add 10.8.0.1/24 dev slow
ip addr add 10.9.0.1/24 dev fast
ip -6 addr add fd00:9::1/64 dev fast nodad
alive "$far" far-slow 10.8.0.{2..51}/24
alive "$far" far-fast 10.9.0.{2..51}/24 fd00:9::{2..9}/64
# Requests for addresses would be dropped as well.
mac=$(in_far "$far" ip -j link show far-slow | jq -r ".[0].address") || die "no address of far-slow"
printf "neigh replace %s dev slow lladdr $mac nud permanent\n" 10.8.0.{2..51} | ip -batch - || die "the slow neighbours"

# measure LIMIT - the log of 4 s through a token bucket that holds LIMIT bytes
measure() {
	tc qdisc replace dev slow root tbf rate 16kbit burst 1600 limit "$1" || skip "the kernel has no token bucket (sch_tbf)"
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
