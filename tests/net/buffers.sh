#!/bin/bash
# Small receive buffers: replies that the kernel drops for want of room, by our own doing, make probes unknown, not
# lost, and are told of to the packet. What others can bring about excuses no loss: wrong ICMPv6 checksums, ICMP
# errors, forged and doubled replies, fragments. Nor does it keep the daemon from its work.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

# Each request to one of these brings a flood of a kind. The ids of ours are in all but those with wrong-id.
floods4="error=3:1 quote=8
error=3:1 quote-bad-nonce
error=3:1 quote-bad-nonce quote-opts
error=3:1 quote-wrong-id
error=3:1 quote-wrong-id quote-opts
wrong-id
alter-nonce
wrong-src
wrong-seq
fragment
dup dup-copies=1000"
floods6="${floods4//error=3:1/error=1:3}
wrong-checksum"

# rules_of PREFIX FORMAT FLOODS - a rule for each; FORMAT prints its number.
rules_of() {
	local what i=0

	while IFS= read -r what; do
		i=$((i + 1))
		# shellcheck disable=SC2059  # that is its purpose
		printf "$1$2 $what flood=1000\n" $i
	done <<<"$3"
}

start_farend "
198.18.1.0/24     delay=400ms
fd00:1::1:0/112   delay=400ms
198.18.2.0/24     delay=50ms loss-every=3
fd00:1::2:0/112   delay=50ms loss-every=3
198.18.3.0/24     loss-every=3
fd00:1::3:0/112   loss-every=3
fd00:1::4:0/112   wrong-checksum
198.18.5.0/24     delay=20ms
fd00:1::5:0/112   delay=20ms
198.18.6.0/24     loss
fd00:1::6:0/112   loss
$(rules_of 198.18.7. %d "$floods4")
$(rules_of fd00:1::7: %x "$floods6")"

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

# live_and_dead - groups of targets that answer, and such that do not.
live_and_dead() {
	cat <<-END
	groups:
	  - name: live
	    interval: 100ms
	    targets:
	$(printf '      - 198.18.5.%d\n' {1..5})
	$(printf '      - "fd00:1::5:%x"\n' {1..5})
	  - name: dead
	    interval: 100ms
	    targets:
	$(printf '      - 198.18.6.%d\n' {1..5})
	$(printf '      - "fd00:1::6:%x"\n' {1..5})
	END
}

# judge_verdicts - of these. Shared machines stall, and that is not the others' doing.
judge_verdicts() {
	judge verdicts '
		([.[] | select(.event == "stall" and .cause == "loop")] | length) as $stalls |
		(last_reports | map(select(.group))) as $r | (select($r | length != 20) | "\($r | length) reports"),
		($r[] | .target as $t |
		 (select(.group == "dead" and .state != "down") | "is \(.state)"),
		 (select(.group == "live" and .state != "up") | "is \(.state)"),
		 (select(.group == "live" and .total_received < .total_sent / 2) |
		  "\(.total_received) of \(.total_sent) received"),
		 (select(.total_sent < 15 and $stalls == 0) | "\(.total_sent) probes sent only"),
		 (select(.total_unknown > 0 and $stalls == 0) | "\(.total_unknown) unknown") |
		 "\($t): \(.)")'
}

echo "# a burst of 1,000 packets"
# Where nobody limits it, the receive buffer holds them until they are read.
start_minipingd "
defaults: {interval: 500ms, timeout: 400ms, report: 1h, window: 100}
log: {to: $log, format: json}
targets: [198.18.7.7, 'fd00:1::7:7']"
sleep 2
stop_minipingd
judge "a burst" '
	(.[] | select(.event == "stall" and .cause != "loop") | "\(.packets) packets dropped"),
	(last_reports[] | select(.foreign < 2000) | "\(.target): \(.foreign) foreign replies only")'

echo "# a queue that never ends"
plain=$minipingd
preload endless
start_minipingd "
defaults: {timeout: 1s, report: 1h, window: 100}
log: {to: $log, format: json}
$(live_and_dead)"
sleep 4
(sleep 10 && kill -KILL "$minipingd_pid") &
watchdog=$!
stop_minipingd
kill "$watchdog"
judge_verdicts
minipingd=$plain

preload rcvbuf

echo "# floods"
start_minipingd "
defaults: {interval: 2s, timeout: 1s, report: 1h, window: 100}
log: {to: $log, format: json}
$(live_and_dead)
targets:
$(printf '  - 198.18.7.%d\n' {1..11})
$(printf '  - "fd00:1::7:%x"\n' {1..12})"
sleep 5
stop_minipingd
snapshot_farend
judge "the flood" '
	$truth.targets | to_entries[] | select(.key | test("^198\\.18\\.7\\.|^fd00:1::7:")) | .value as $far |
	(($far.errors | add // 0) + ($far.hostile | add // 0) + $far.duplicates) as $n |
	select($n < 1000) | "\(.key): \($n) packets only"'
# The buffer for replies has overflowed, for the forged ones and the doubled ones are let in by the filter.
judge "who was at fault" '
	map(select(.event == "stall")) |
	(.[] | select(.cause == "socket_drops") | "\(.packets) packets told of as drops of our own making"),
	(.[] | select(.cause != "loop" and .unknown > 0) | "\(.unknown) probes unknown by \(.cause)"),
	(select((map(select(.cause == "flood") | .packets) | add // 0) < 100) | "no flood is told of")'
judge_unknown
judge_verdicts

echo "# full buffers"
start_minipingd "
defaults: {interval: 500ms, timeout: 2s, report: 1h, window: 100, fall: 1000, size: 8000}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.1.%d\n' {1..250})
$(printf '  - "fd00:1::1:%x"\n' {1..250})
$(printf '  - 198.18.2.%d\n' {1..25})
$(printf '  - "fd00:1::2:%x"\n' {1..25})"
check "standard error names what would help" \
	grep -q 'receive buffer .*net\.core\.rmem_max' "$work/minipingd.err"
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
	 (select(.total_received + .total_lost + .total_unknown != .total_sent or
	  .late + .foreign + .corrupt + .duplicate > 0) |
	  "\($t): \(.)"))'
judge_unknown
judge "drops" '
	last_reports as $r | ([$truth.targets | to_entries[] |
	 select(.key | test("^198\\.18\\.[12]\\.|^fd00:1::[12]:")) | .value.replies] | add) as $came |
	($came - ([$r[] | .total_received] | add)) as $missing |
	(map(select(.event == "stall" and .cause == "socket_drops"))) as $told |
	(select(($told | map(.packets) | add) != $missing or $missing < 100) |
	 "\($told | map(.packets)) packets told of, the truth is \($missing)"),
	(select(($told | map(.unknown) | add) < 20) | "only \($told | map(.unknown)) probes unknown by it")'
