#!/bin/bash
# 2,000 targets at 1 Hz over loopback: no reply is missing, and none is put down to our own host.
. "${0%/*}/lib.sh"

start_minipingd "
defaults: {interval: 1s, timeout: 1s, report: 1h, window: 60}
log: {to: $log, format: json}
targets:
$(for i in {1..8}; do for j in {1..250}; do echo "  - 127.1.$i.$j"; done; done)
"
sleep 10
stop_minipingd

echo '{}' >"$work/truth"
judge "2,000 targets" '
	event("stop") as $stop | ($stop.uptime_ms / 1000 | floor) as $s | last_reports | (select(length != 2000) | "\(length) targets reported"),
	(([.[].total_sent] | add) as $sent | select($sent + $stop.skipped < ($s - 1) * 2000) |
	 "\($sent) sent, \($stop.skipped) skipped in \($s) s"),
	(.[] | select(.total_sent > $s + 1 or .total_received != .total_sent or
	  .total_lost + .total_unknown + .late + .duplicate + .corrupt + .foreign + .send_error != 0) |
	 "\(.target): \(to_entries | map(select(.key | test("^total_|^late|^dup|^corr|^for|^send_"))) |
	  map("\(.key)=\(.value)") | join(" "))")'
