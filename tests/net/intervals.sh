#!/bin/bash
# intervals: the interval_* figures of all reports of a target sum up to its totals, whatever comes between two reports;
# and probes and skipped slots together are all slots, also where the process stands still or a limit slows it down.
. "${0%/*}/lib_dns.sh"

# config INTERVAL - of the target "other"
config() {
	cat <<-END
		defaults: {interval: 50ms, timeout: 200ms, report: 1s, window: 10}
		log: {to: $log, format: json}
		targets:
		  - {host: 198.18.0.1, name: up}
		  - {host: 198.18.4.1, name: lossy}
		  - {host: 203.0.113.1, name: "no way"}
		  - {host: "fd00:1::1", name: other, interval: $1}
		  - {host: keep.test, on_address_change: keep}
		  - {host: split.test, on_address_change: split}
		  - {range: 198.18.1.0-198.18.1.19}
		limits: {max_rate_per_prefix: 100}
	END
}

names() {
	printf '198.18.5.%d keep.test\n198.18.6.%d split.test\n' "$1" "$1" >/etc/hosts
}

# moved N - names so often
moved() {
	[ "$(n_logged 'select(.kind == "dns" and .ip_from != null and .ip_to != null)')" -ge "$1" ]
}

start_farend "198.18.4.1 loss=40%
198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"
names 1
start_minipingd "$(config 50ms)"
sleep 1.5
names 2
kill -USR2 "$minipingd_pid"
wait_for 20 moved 2 || fail "the names do not move"
config 30ms >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 logged 'select(.event == "reload" and .ok)' || fail "no reload"
kill -USR2 "$minipingd_pid"
sleep 0.3
kill -STOP "$minipingd_pid"
sleep 1.2
kill -CONT "$minipingd_pid"
sleep 0.5
kill -USR2 "$minipingd_pid"
kill -USR2 "$minipingd_pid"
sleep 1.7
snapshot_farend
stop_minipingd
lines_as_documented

judge "sums over reports" '
	map(select(.kind == "report")) | group_by(.target)[] | . as $all | last as $last |
	{interval_sent: "total_sent", interval_received: "total_received", interval_lost: "total_lost",
	 interval_unknown: "total_unknown", interval_not_sent: "send_error"} | to_entries[] |
	.key as $key | ([$all[][$key]] | add) as $sum | select($sum != $last[.value]) |
	"\($last.target): \($key) \($sum), \(.value) \($last[.value])"'
judge "one report" '
	map(select(.kind == "report"))[] |
	select(.interval_sent != .interval_received + .interval_lost + .interval_unknown) | "\(.target): \(.)"'
judge "started" '
	map(select(.kind == "report")) | group_by(.target)[] |
	select(.[0].started == null or .[0].started > .[0].ts or any(.[1:][]; .started != null)) | .[0].target'
# What is in flight at the end is in no count; nor is the slot that is just due, or the first one.
judge "slots" '
	def seconds: (.[:19] + "Z" | fromdate) + (.[19:-1] | tonumber);
	map(select(.kind == "report" and .target != "other")) | group_by(.target)[] |
	((last.ts | seconds) - (.[0].started | seconds)) as $time |
	(map(.interval_sent + .interval_not_sent + .interval_skipped) | add) as $slots |
	select($slots < $time / 0.05 - 7 or $slots > $time / 0.05 + 2) |
	"\(.[0].target): \($slots) in \($time) s, skipped \(map(.interval_skipped))"'
# Else there was nothing to sum up.
judge "what there is to sum up" '
	map(select(.kind == "report")) | . as $all |
	({interval_received: "up", interval_lost: "lossy", interval_not_sent: "no way", interval_skipped: "up"} | to_entries[] |
	 . as $e | select([$all[] | select(.target == $e.value)[$e.key]] | add == 0) | "no \(.key) of \(.value)"),
	(map(select(.target | startswith("198.18.1."))) | (map(.interval_skipped) | add) as $skipped |
	 select($skipped < 2 * (map(.interval_sent) | add)) | "the limit has skipped \($skipped) slots only"),
	(group_by(.target)[] | select(length < 6) | "\(.[0].target): \(length) reports")'
