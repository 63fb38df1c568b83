#!/bin/bash
# limits: a network that is asked for more than its rate delays nobody else, and another limit is in force at once.
. "${0%/*}/lib.sh"

# sent_now - by USR2: total_sent of each target, in $work/sent, "TARGET SENT" a line.
sent_now() {
	local n

	n=$(n_logged 'select(.kind == "report")')
	kill -USR2 "$minipingd_pid"
	wait_for 5 reports "$((n + n_targets))" || fail "no $n_targets reports after USR2"
	jq -rs 'map(select(.kind == "report"))[-'"$n_targets"':][] | "\(.target) \(.total_sent)"' "$log" >"$work/sent"
}

reports() {
	[ "$(n_logged 'select(.kind == "report")')" -ge "$1" ]
}

# sent PREFIX - least, most and all of the targets whose names begin so.
sent() {
	awk -v prefix="$1" 'index($1, prefix) == 1 { n += $2; if (!seen++ || $2 < least) least = $2; if ($2 > most) most = $2 }
		END { print least, most, n }' "$work/sent"
}

# set_limits LIMITS - by a reload.
set_limits() {
	local n

	n=$(n_logged 'select(.kind == "daemon" and .event == "reload" and .ok)')
	sed -i "s/^limits:.*/limits: {$1}/" "$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 5 reloads "$((n + 1))" || fail "no reload to $1"
}

reloads() {
	[ "$(n_logged 'select(.kind == "daemon" and .event == "reload" and .ok)')" -ge "$1" ]
}

for net in 198.18.0.0/15 fd00:1::/32; do
	ip route add local $net dev lo || die "no route for $net"
done

echo "# 100 targets of one /24, of which five a second may be probed; one of another, one of a /48"
n_targets=102
start_minipingd "
defaults: {interval: 400ms, timeout: 300ms, report: 1h, window: 20}
log: {to: $log, format: json}
limits: {max_rate_per_prefix: 5}
targets:
  - {range: 198.18.1.0-198.18.1.99}
  - {host: 198.18.2.1, name: lone4}
  - {host: fd00:1:2::1, name: lone6}
"
start=$SECONDS
sleep 8
sent_now
most=$((SECONDS - start + 2))
read -r least _ _ <<<"$(sent lone)"
within "probes of a target in a network of its own" $((8 * 5 / 2 - 1)) $((most * 5 / 2 + 1)) "$least"
read -r _ _ all <<<"$(sent 198.18.1.)"
within "probes of the busy network" $((8 * 5 - 3)) $((most * 5 + 2)) "$all"

echo "# a higher limit: nobody goes on to wait for the time that the lower one gave, 20 s ahead"
set_limits "max_rate_per_prefix: 100000"
sleep 1.5
sent_now
read -r least _ _ <<<"$(sent 198.18.1.)"
within "least probes of a target since the start" 2 1000 "$least"

stop_minipingd
