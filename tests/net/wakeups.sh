#!/bin/bash
# Replies wait for the next turn of the loop where it is near, and so do not wake it each; where it is far, they do
# wake it.
. "${0%/*}/lib.sh"

start_farend "198.18.0.0/15 delay=2ms"

# switches - how often the loop has gone to sleep.
switches() {
	awk '/^voluntary/ { print $2 }' "/proc/$minipingd_pid/task/$minipingd_pid/status"
}

echo "# 200 probes a second: fewer sleeps than probes, for some leave together, and none for the replies"
start_minipingd "
defaults: {interval: 1s, timeout: 1s, report: 1h}
log: {to: $log, format: json}
targets:
$(printf '  - 198.18.1.%d\n' {1..200})"
sleep 2
slept=$(switches)
sleep 5
slept=$(($(switches) - slept))
stop_minipingd
within "sleeps of the loop in 5 s of 200 probes each" 100 920 "$slept"
equal "targets with a reply" 200 \
	"$(jq -r 'select(.kind == "report" and .received > 0) | .target' "$log" | sort -u | wc -l)"

echo "# a probe in 10 seconds: its reply is told of when it comes, not when its time is over"
start_minipingd "
defaults: {interval: 10s, timeout: 8s, report: 1h, probes: true}
log: {to: $log, format: json}
targets: [198.18.1.1]"
requests() {
	awk '$1 == "Icmp:" { if (at) print $at; else for (i = 2; i <= NF; i++) if ($i == "OutEchos") at = i }' /proc/net/snmp
}
before=$(requests)
more_requests() {
	[ "$(requests)" -gt "$before" ]
}
wait_for 15 more_requests || fail "no probe in 15 s"
wait_for 5 logged 'select(.kind == "probe" and .outcome == "reply")' || fail "no record of the reply 5 s after its probe"
stop_minipingd

# Whatever stops the loop for 2 ms costs a slot, too: the processor that others had is taken off, and of a few runs one
# will have gone undisturbed by the rest.
echo "# an interval shorter than turns are apart at such rates: they are closer then, and hardly a slot is missed"
missed_few() {
	start_minipingd "
defaults: {interval: 2ms, timeout: 500ms, report: 1h}
log: {to: $log, format: json}
targets: [198.18.1.1]"
	sleep 1
	waited_ns
	stop_minipingd
	jq -se --argjson waited $((waited / 2000000)) 'map(select(.event == "stop")) | last |
		.probes > 100 and (.skipped - $waited) * 10 < .probes' "$log" >/dev/null
}
for try in {1..5}; do
	missed_few && break
	[ "$try" -lt 5 ] || fail "of slots 2 ms apart, many are missed: $(tail -n 1 "$log")"
done
stop_farend
