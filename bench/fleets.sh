# fleets.sh - CPU a probe, memory a target and losses of minipingd in its steady state, at one rate and
# four sizes of fleet; the largest for minutes; and what it takes when there is next to nothing to do. The bare loop runs
# at the same time on the same core, in a network namespace of its own: the speed of a shared machine's core changes by half
# from one second to the next, and so changes for both.
fleet_rate=100000
long_seconds=300
idle_seconds=20

# fleet_once N INTERVAL [SECONDS [6]] - adds to $work/fleet.N (6: of IPv6, to $work/fleet6.N) a line: ratio to bare, µs a probe, µs of user time, RSS bytes a
# target, probes, received, lost, unknown, skipped, off schedule, socket drops, seconds to ready, % of the
# rate that was asked for.
fleet_once() {
	local n=$1 interval=$2 steady_s=${3:-$seconds} family=${4:-} core interval_s floor before after from elapsed probes rss drops
	local f=$work/fleet$family.$n
	core=$(cores | tail -n 1)
	interval_s=$(calc "$n / $fleet_rate")
	# A report covers a window, and each comes once: then all fleets write as many lines a probe.
	"fleet$family" "$n" "$interval" "$(awk -v s="$interval_s" 'BEGIN { print s * 60 < 1 ? 1 : s * 60 }')s" >"$work/fleet.yaml"
	run_daemon "$work/fleet.yaml"
	taskset -acp "$core" "$pid" >/dev/null
	sleep "$(calc "1 + $interval_s")"
	before=$(cpu_of "$pid") probes=$(echoes) from=$EPOCHREALTIME
	if [ -n "$family" ]; then
		floor=$(bare_beside "$core" -6 "$fleet6_addresses" $fleet_rate "$steady_s")
	else
		floor=$(bare_beside "$core" "$n" $fleet_rate "$steady_s")
	fi
	after=$(cpu_of "$pid") probes=$(($(echoes) - probes)) elapsed=$(calc "$EPOCHREALTIME - $from")
	rss=$(awk '/VmRSS/ { printf "%.0f", $2 * 1024 }' "/proc/$pid/status")
	drops=$(socket_drops)
	end_daemon
	awk -v floor="$floor" -v before="$before" -v after="$after" -v ticks="$ticks" -v rss="$rss" -v n="$n" \
		-v probes="$probes" 'BEGIN {
			split(before, b); split(after, a)
			us = (a[2] - b[2]) / ticks / probes * 1e6
			printf "%.4f %.3f %.3f %.0f ", us / floor, us, (a[1] - b[1]) / ticks / probes * 1e6, rss / n
		}' >>"$f"
	echo "$(stopped probes) $(totals) $(stopped skipped) $(stopped off_schedule) $drops $ready_s" \
		"$(calc "$probes / $elapsed / $fleet_rate * 100")" >>"$f"
	rm -f "$log"
}

# bare_beside CORE [-6] TARGETS RATE SECONDS - like bare_us, on that core, where the traffic of others is not seen.
bare_beside() {
	local core=$1
	shift
	unshare --net sh -c "ip link set lo up && $answer6"' && exec "$@"' sh taskset -c "$core" "$bare" "$@" | jq -r '.cpu_s / .sent * 1e6'
}

# fleet_summary N INTERVAL [LOAD [FILE]] - the row of the table.
fleet_summary() {
	local n=$1 f=${4:-$work/fleet.$1}
	figure minipingd "${3:-$(thousands "$n") targets, each $2}" \
		cpu_to_bare "$(column 1 "$f" | median)" cpu_us "$(column 2 "$f" | median)" \
		user_us "$(column 3 "$f" | median)" rss "$(column 4 "$f" | median)" \
		sent "$(column 5 "$f" | sum)" lost "$(column 7 "$f" | sum)" unknown "$(column 8 "$f" | sum)" \
		skipped "$(column 9 "$f" | sum)" off_schedule "$(column 10 "$f" | sum)" \
		socket_drops "$(column 11 "$f" | sum)" limits "$(fleet_limits "$f")" \
		ratios "$(column 1 "$f" | xargs)" \
		command "minipingd -c FILE: defaults {interval: $2, timeout: 1s, window: 60}, log to a file"
}

# fleet_limits FILE - what the runs together met.
fleet_limits() {
	awk '{ skipped += $9; drops += $11; held = NR == 1 || $13 < held ? $13 : held }
		END {
			if (skipped || drops) printf "%.0f probes skipped, %.0f replies dropped by the socket, ", skipped, drops
			if (held < 99) printf "%.0f %% of the rate held", held
			else print skipped || drops ? "rate held" : "none"
		}' "$1"
}

measure_fleets() {
	local sizes='1000 10ms
10000 100ms
100000 1s
1000000 10s' n interval ratios
	figure 'bare loop' "100,000 probes/s" cpu_to_bare 1 command "bench/bare TARGETS 100000 $seconds" limits none
	for ((run = 0; run < runs; run++)); do
		while read -r n interval; do fleet_once "$n" "$interval"; done <<<"$sizes"
	done
	while read -r n interval; do fleet_summary "$n" "$interval"; done <<<"$sizes"
	budget 'CPU a probe, 100,000 targets' "$(column 1 "$work/fleet.100000" | median)" 1.2 '× the bare loop'
	ratios=$(while read -r n interval; do column 1 "$work/fleet.$n" | median; done <<<"$sizes" | sort -g | xargs)
	# shellcheck disable=SC2086
	set -- $ratios
	budget 'CPU a probe, dearest size of fleet above the cheapest' "$(calc "($4 / $1 - 1) * 100")" 25 %
	budget 'user time a probe, 1,000,000 targets' "$(column 3 "$work/fleet.1000000" | median)" 0.8 µs
	budget 'memory a target, 1,000,000 targets' "$(column 4 "$work/fleet.1000000" | median)" 480 bytes
	budget '1,000,000 targets: lost, unknown, skipped, dropped by the socket' \
		"$(awk '{ n += $7 + $8 + $9 + $11 } END { printf "%.0f", n }' "$work/fleet.1000000")" 0 probes
	budget 'from start to ready, 1,000,000 targets' "$(column 12 "$work/fleet.1000000" | median)" 5 s
}

# A fleet over IPv6, beside the bare loop over IPv6. A packet costs the kernel so much more that one core has no room for
# the rate of the others twice.
measure_ipv6() {
	local f=$work/fleet6.20000 fleet_rate=20000
	$answer6 || die 'no route for IPv6'
	for ((run = 0; run < runs; run++)); do fleet_once 20000 1s "$seconds" 6; done
	fleet_summary 20000 1s '20,000 targets, each 1s, over IPv6' "$f"
	budget 'CPU a probe, 20,000 targets over IPv6' "$(column 1 "$f" | median)" 1.3 '× the bare loop over IPv6'
}

# One run of a million targets that is long enough for whatever comes once a minute.
measure_long() {
	local f=$work/fleet.1000000 load="1,000,000 targets, each 10s, for $long_seconds s"
	rm -f "$f"
	fleet_once 1000000 10s $long_seconds
	fleet_summary 1000000 10s "$load"
	budget "$load: lost, unknown, skipped, dropped by the socket" \
		"$(awk '{ printf "%.0f", $7 + $8 + $9 + $11 }' "$f")" 0 probes
}

# idle_once NAME PID - adds to $work/idle.NAME the % of a core that a process takes, all its threads, by what the scheduler
# says they ran: so little is not seen in clock ticks.
idle_once() {
	local before
	sleep 2
	before=$(cat "/proc/$2"/task/*/schedstat | column 1 - | sum)
	sleep $idle_seconds
	calc "($(cat "/proc/$2"/task/*/schedstat | column 1 - | sum) - $before) / 1e9 / $idle_seconds * 100" >>"$work/idle.$1"
}

measure_idle() {
	local f fping=yes load='10 targets at 1 s'
	lacks fping fping && fping=
	fleet 10 1s 60s >"$work/fleet.yaml"
	for ((run = 0; run < runs; run++)); do
		"$bare" 10 10 $((idle_seconds + 5)) 1 >/dev/null &
		pids+=($!)
		idle_once 'bare loop' $!
		wait $!
		run_daemon "$work/fleet.yaml"
		idle_once minipingd "$pid"
		end_daemon
		[ -n "$fping" ] || continue
		# shellcheck disable=SC2046
		fping -q -l -p 1000 -i 100 -b 56 $(addresses 10) >/dev/null 2>&1 &
		pids+=($!)
		idle_once fping $!
		kill -INT $!
		wait $!
	done
	for f in 'bare loop' minipingd ${fping:+fping}; do
		figure "$f" "$load" limits "$(median <"$work/idle.$f") % of a core" idle_pcts "$(xargs <"$work/idle.$f")"
	done
	budget "CPU of a core, $load" "$(median <"$work/idle.minipingd")" 0.1 %
}
