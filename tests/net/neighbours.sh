#!/bin/bash
# Neighbours that do not answer keep what is sent to them in our own buffers, three seconds each. They cost targets that
# answer nothing: neither on the same link, nor on another, nor on loopback; neither while all is quiet nor from a cold
# start. Two dead /24, and 512 dead IPv6 neighbours, at five probes a second each, which is five times as hard as one,
# and in small buffers.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"
. "${0%/*}/lib_faults.sh"

alone_with_table
far_namespace far
connect va "$far"
connect vb "$far"
ip addr add 10.9.0.1/22 dev va
ip addr add 10.9.8.1/24 dev vb
ip -6 addr add fd00:9::1/64 dev va nodad
ip -6 addr add fd00:98::1/64 dev vb nodad
alive "$far" far-va 10.9.1.{1..8}/22 fd00:9::a:{1..8}/64
alive "$far" far-vb 10.9.8.{11..16}/24 fd00:98::b:{1..6}/64
ip -6 addr add fd00:97::1/64 dev lo nodad
for i in {1..6}; do
	ip -6 addr add "fd00:97::c:$i/64" dev lo nodad
done

live=(10.9.1.{1..8} 10.9.8.{11..16} 127.0.1.{1..6} fd00:9::a:{1..8} fd00:98::b:{1..6} fd00:97::c:{1..6})
config="
defaults: {interval: 200ms, timeout: 1s, report: 1h, window: 100, fall: 3}
targets:
$(printf '  - "%s"\n' 10.9.{2,3}.{1..254} "${live[@]}")
  - {range: \"fd00:9::d:0/119\"}"

# One daemon with raw sockets, one with ping sockets; buffers as Debian 12 grants them without CAP_NET_ADMIN.
install -m 755 "$minipingd" "$work/daemon" || die "minipingd could not be copied"
minipingd=$work/daemon
preload rcvbuf
start_minipingd "$config
log: {to: $log, format: json}"
raw=$minipingd_pid
as_nobody "$minipingd"
minipingd=$nobody
log=$work/minipingd.out
start_minipingd "$config
log: {to: stdout, format: json}"
sleep 14
echo '{}' >"$work/truth"

# verdict WHAT - of the daemon whose log is $log. Slots that passed while others had the processor are no fault of it.
verdict() {
	judge "$1" '
	($live | split(" ")) as $names | ([.[] | select(.event == "stall" and .cause == "loop")] | length) as $stalls |
	last_reports | . as $r |
	(select(length != 1060) | "\(length) targets reported"),
	($names[] | $r[.] | select(.total_sent < 60 - $waited or .total_received != .total_sent - .total_unknown or
	                       .total_unknown > 0 and $stalls == 0 or .send_error > 0) |
	 "\(.target): sent \(.total_sent) received \(.total_received) unknown \(.total_unknown) send_error \(.send_error)"),
	([$r[] | select(.target as $t | $names | index($t) | not) | select(.total_received > 0)] | length | select(. > 0) |
	 "\(.) dead targets answered")' --arg live "${live[*]}" --argjson waited $((waited / 200000000))
}

waited_ns
stop_minipingd
verdict "ping sockets"
judge "ping sockets" 'last_reports | map(.send_error) | add | select(. == 0) | "the small buffers were never full"'
log=$work/log
minipingd_pid=$raw
waited_ns
stop_minipingd
verdict "raw sockets"
