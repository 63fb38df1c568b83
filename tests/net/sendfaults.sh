#!/bin/bash
# What cannot be sent is a send_error and no loss: a firewall, missing and unreachable routes, a link that
# goes down and up or has no carrier, a full queue of our own. Packets that are too large for the link are lost. Afterwards every target is probed
# again within one interval, and meanwhile nothing spins and the log tells each errno once, then a count.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

command -v nft >/dev/null || skip "needs nft (Debian package nftables)"
command -v tc >/dev/null || skip "needs tc (Debian package iproute2)"
needs nf_tables nft add table inet test

# cpu_ns - CPU time that the daemon's loop has used, in $cpu.
cpu_ns() {
	read -r cpu _ <"/proc/$minipingd_pid/task/$minipingd_pid/schedstat"
}

# calm WHAT - the CPU time since the last cpu_ns and $since is not that of a loop that spins.
calm() {
	local before=$cpu took=$(($(now_ms) - since))

	cpu_ns
	within "us of CPU time in $took ms of $1" 0 $((cpu_rate * took * 3 / 1000 + took * 50)) \
		$(((cpu - before) / 1000))
}

# recovered WHAT - each target has been probed by one interval (500 ms) after now.
recovered() {
	snapshot_farend
	mv "$work/truth" "$work/truth.before"
	sleep 0.65
	snapshot_farend
	equal "targets not probed within an interval after $1" "" "$(jq -rs '.[0].targets as $before |
		.[1].targets | to_entries[] | select(.value.requests <= ($before[.key].requests // 0)) | .key' \
		"$work/truth.before" "$work/truth" | head -n 5)"
}

# during WHAT TEXT END-COMMAND... - 0.6 s of a fault that has just been brought about and that END-COMMAND
# ends; TEXT is its errno's. Then all must be well again.
during() {
	local what=$1 text=$2
	shift 2
	cpu_ns
	since=$(now_ms)
	sleep 0.6
	calm "$what"
	"$@"
	recovered "$what"
	check "a record says: $text" grep -q "\"event\":\"send_error\",\"error\":\"$text\"" "$log"
}

unreachable_routes() {
	ip route replace unreachable 198.18.0.0/15 && ip -6 route replace unreachable fd00:1::/64
}

no_routes() {
	ip route del 198.18.0.0/15 && ip -6 route del fd00:1::/64
}

# Some replies are on their way at any time.
start_farend "198.18.0.0/15 delay=20ms
fd00:1::/64 delay=20ms"
ip link set tun0 mtu 1500
sysctl -qw net.ipv6.conf.tun0.keep_addr_on_down=1
start_minipingd "
defaults: {interval: 500ms, timeout: 1500ms, report: 1h, window: 100, fall: 1000, probes: true}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.1.%d\n' {1..50})
$(printf '  - "fd00:1::1:%x"\n' {1..50})
  - {host: 198.18.2.1, size: 3000, df: yes}
  - {host: \"fd00:1::2:1\", size: 3000, df: yes}
  - {host: 198.18.2.2, size: 1472, df: yes}
  - {host: \"fd00:1::2:2\", size: 1452, df: yes}
"
sleep 0.6

cpu_ns
before=$cpu
since=$(now_ms)
sleep 1
cpu_ns
cpu_rate=$(((cpu - before) / ($(now_ms) - since)))     # ns in a ms

echo "# a firewall"
nft -f - <<END
table inet test {
	counter dropped { }
	chain output {
		type filter hook output priority 0;
		oifname tun0 meta l4proto { icmp, ipv6-icmp } counter name dropped drop
	}
}
END
first=$(now_ms)
during "a firewall" "Operation not permitted" nft flush chain inet test output
n_dropped=$(nft -j list counter inet test dropped | jq '.nftables[] | select(.counter).counter.packets')

echo "# no route"
no_routes
during "no route" "Network is unreachable" routes_to_farend

echo "# an unreachable route"
unreachable_routes
during "an unreachable route" "No route to host" routes_to_farend

echo "# a full queue of our own"
# What is in a queue that shrinks is thrown away without a word, so nothing is: nothing may be sent meanwhile.
unreachable_routes
sleep 0.1
tc qdisc replace dev tun0 root noqueue
ip link set tun0 txqueuelen 5
kill -STOP "$farend_pid"
routes_to_farend
during "a full queue" "No buffer space available" kill -CONT "$farend_pid"
ip link set tun0 txqueuelen 1000

echo "# a link that goes down and up"
for i in {1..20}; do
	ip link set tun0 down
	sleep 0.02
	ip link set tun0 up
	routes_to_farend
	sleep 0.03
done
recovered "20 times link down and up"

echo "# a cable that is pulled"
# The kernel takes what is sent, and throws it away; it tells of carriers once a second.
ip link set tun0 carrier off
sleep 1.5
ip link set tun0 carrier on
sleep 1.2
recovered "the carrier was back"

# The count of what came after the first is told ten seconds later.
come_to_rest 1.7
while [ $(($(now_ms) - first)) -lt 12000 ]; do
	sleep 0.1
done
stop_minipingd
stop_farend

# What left and was not answered: replies that met a link that was down, and what the kernel throws away
# without a word when the route goes with the link. All of it is our own fault.
judge "counters" '
	last_reports as $r | (map(select(.kind == "probe")) | group_by(.target) |
	 map({key: .[0].target, value: (map(.seq) | max)}) | from_entries) as $tried |
	($r | map(select(.target | test("2:1$|18\\.2\\.1$")))) as $too_large |
	(select($r | length != 104) | "\($r | length) reports"),
	(select($too_large | length != 2) | "\($too_large | length) targets with packets that are too large"),
	($too_large[] | select(.total_sent < 20 or .total_lost != .total_sent) |
	 "\(.target): sent \(.total_sent), lost \(.total_lost), send_error \(.send_error)"),
	([$r[] | select(IN($too_large[]) | not)]) as $r |
	($r[] | .target as $t | . as $near | $truth.targets[$t] as $far |
	 {total_received: $far.replies, send_error: ($tried[$t] - $near.total_sent),
	  late: 0, foreign: 0, corrupt: 0} | to_entries[] |
	 select($near[.key] != .value) | "\($t): \(.key) \($near[.key]), the truth is \(.value)"),
	(([$r[].total_sent] | add) - $truth.totals.requests) as $gone |
	(select($gone < 100 or $gone > 600) | "\($gone) requests were lost on our side"),
	([$r[].total_lost] | add | select(. != $truth.totals.dropped) |
	 "\(.) probes lost, the truth is \($truth.totals.dropped)"),
	([$r[].total_unknown] | add | select(. != $truth.totals.write_errors + $gone) |
	 "\(.) probes unknown, the truth is \($truth.totals.write_errors + $gone)"),
	([.[] | select(.event == "stall" and .cause == "link" and .interface == "tun0")] | length |
	 select(. == 0) | "no record of tun0 going down")'
judge_unknown

judge "send_error records" '
	map(select(.event == "send_error")) | (group_by(.error)[] |
	(select(.[0].probes != 1) | "the first record of \(.[0].error) tells \(.[0].probes) probes"),
	(select(length > 3) | "\(length) records of \(.[0].error)")),
	(map(select(.error == "Operation not permitted") | .probes) | add | select(. != '"$n_dropped"') |
	 "the records count \(.) of the firewall, which counted '"$n_dropped"'"),
	(select(any(.error == "Message too long")) | "one of packets that are too large")'
judge "probe records of packets that are too large" '
	map(select(.kind == "probe" and .outcome == "too_big") | {target, error, mtu}) | unique |
	select(. != [("198.18.2.1", "fd00:1::2:1") | {target: ., error: "EMSGSIZE", mtu: 1500}]) | tostring'
