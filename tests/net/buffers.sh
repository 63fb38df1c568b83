#!/bin/bash
# Small buffers of our own: replies that the kernel drops for want of room make probes unknown, not lost,
# and are told of to the packet; a send buffer that is full is a send_error. What others can bring about,
# by wrong ICMPv6 checksums, excuses no loss.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"

# Eleven replies to each probe: the receive buffer is made for one, and holds a part only of what comes
# within 0.2 s. Nobody may raise it beyond net.core.rmem_max here.
start_farend "
198.18.1.0/24     delay=400ms dup dup-copies=10
fd00:1::1:0/112   delay=400ms dup dup-copies=10
198.18.2.0/24     delay=50ms loss-every=3
fd00:1::2:0/112   delay=50ms loss-every=3
198.18.3.0/24     loss-every=3
fd00:1::3:0/112   loss-every=3
fd00:1::4:0/112   wrong-checksum"

echo "# wrong ICMPv6 checksums"
# The kernel counts them as it counts drops for want of room.
start_minipingd "
defaults: {interval: 50ms, timeout: 300ms, report: 1h, window: 100, fall: 1000}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.3.%d\n' {1..25})
$(printf '  - "fd00:1::3:%x"\n' {1..25})
$(printf '  - "fd00:1::4:%x"\n' {1..50})"
sleep 2
stop_minipingd
snapshot_farend
judge_unknown
judge "wrong ICMPv6 checksums" '
	(.[] | select(.event == "stall" and .cause == "socket_drops") | "\(.packets) packets told of as drops"),
	(last_reports[] | select(.total_lost + .total_unknown < 5 or
	  (.target | test("^fd00:1::4:")) and .total_received > 0) |
	 "\(.target): sent \(.total_sent) received \(.total_received) lost \(.total_lost)")'

echo "# full buffers"
cat >"$work/minipingd.sh" <<END
#!/bin/sh
exec setpriv --bounding-set=-net_admin --inh-caps=-all "$minipingd" "\$@"
END
chmod 755 "$work/minipingd.sh"
minipingd=$work/minipingd.sh
start_minipingd "
defaults: {interval: 1s, timeout: 2s, report: 1h, window: 100, fall: 1000, size: 1400}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.1.%d\n' {1..250})
$(printf '  - "fd00:1::1:%x"\n' {1..250})
$(printf '  - 198.18.2.%d\n' {1..25})
$(printf '  - "fd00:1::2:%x"\n' {1..25})"
if [ "$(cat /proc/sys/net/core/rmem_max 2>/dev/null || echo 212992)" -lt 290000 ]; then
	check "standard error names what would help" \
		grep -q 'receive buffer .*net\.core\.rmem_max' "$work/minipingd.err"
fi
sleep 1.1
# 0.2 s are no stall: they cannot lose anything but by the buffer.
for i in 1 2 3; do
	kill -STOP "$minipingd_pid"
	sleep 0.2
	kill -CONT "$minipingd_pid"
	sleep 0.5
done
sleep 1.2
come_to_rest 2.2
stop_minipingd
stop_farend

judge "counters" '
	last_reports as $r | (select($r | length != 550) | "\($r | length) reports"),
	($truth.targets | to_entries[] | select(.key | test("^198\\.18\\.[12]\\.|^fd00:1::[12]:")) |
	 .key as $t | .value as $far | $r[$t] |
	 (select(.total_sent != $far.requests) | "\($t): total_sent \(.total_sent), the truth is \($far.requests)"),
	 (select(.total_lost > $far.dropped) |
	  "\($t): \(.total_lost) lost, but the far end dropped \($far.dropped) only"),
	 (select(.total_received + .total_lost + .total_unknown != .total_sent or .late + .foreign + .corrupt > 0) |
	  "\($t): \(.)"))'
judge_unknown
judge "drops" '
	last_reports as $r | [$truth.targets | to_entries[] |
	 select(.key | test("^198\\.18\\.[12]\\.|^fd00:1::[12]:")) | .value.replies + .value.duplicates] as $came |
	(($came | add) - ([$r[] | .total_received + .duplicate] | add)) as $missing |
	(map(select(.event == "stall" and .cause == "socket_drops"))) as $told |
	(select(($told | map(.packets) | add) != $missing or $missing < 500) |
	 "\($told | map(.packets)) packets told of, the truth is \($missing)"),
	(select(($told | map(.unknown) | add) < 20) | "only \($told | map(.unknown)) probes unknown by it")'
