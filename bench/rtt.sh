# rtt.sh - how far each reported RTT is from the time that a far end of our own behind a TUN device held
# the probe, probe by probe. The far end never sleeps and has a core to itself, and the tool the other: what is
# left is the way through the kernel, twice, which all tools share, and what the tool adds.
rtt_targets=250
# fping tells RTTs below 10 ms to 0.01 ms, and longer ones less exactly.
rtt_rules='198.18.0.0/16 delay=5ms'

rtt_addresses() {
	awk -v n=$rtt_targets 'BEGIN { for (i = 1; i <= n; i++) printf "198.18.%d.%d\n", 1 + int(i / 250), 1 + i % 250 }'
}

# take_cores - sets $far_core and $near_core: far from each other in their numbers, too, as two threads of one core
# often stand side by side.
take_cores() {
	far_core=$(cores | head -n 1) near_core=$(cores | tail -n 1)
	[ "$far_core" != "$near_core" ] || die 'two cores are needed: one for the far end'
}

# far_end - the same as start_farend of tests/net/lib.sh, and it writes down every hold.
far_end() {
	printf '#!/bin/sh\nexec taskset -c %s "%s" --spin --holds "%s" "$@"\n' "$far_core" "$farend" "$work/holds" >"$work/farend.sh"
	chmod +x "$work/farend.sh"
	farend=$work/farend.sh start_farend "$rtt_rules"
}

# errors_of RTTS - from lines "ADDRESS NUMBER RTT_MS" and $work/holds: |RTT - hold| in µs, sorted, to $work/errors.
errors_of() {
	awk 'NR == FNR { hold[$1, $2] = $3; next }
		($1, $2) in hold { d = $3 * 1e3 - hold[$1, $2] / 1e3; printf "%.1f\n", d < 0 ? -d : d }' \
		"$work/holds" "$1" | sort -g >"$work/errors"
	[ -s "$work/errors" ] || die 'no reply that the far end knows of'
}

# quantiles - median, 99th percentile and number of $work/errors.
quantiles() {
	awk '{ v[NR] = $1 } END { printf "%.1f %.1f %d\n", v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.999)], NR }' "$work/errors"
}

# rtt_daemon NAME OTHERS - minipingd at $rtt_targets and OTHERS further targets of 127/8; adds to $work/rtt.NAME:
# median, p99, replies, lost among the first.
rtt_daemon() {
	far_end
	{
		printf 'defaults: {interval: 1s, timeout: 1s, report: 60s}\nlog: {to: %s}\ngroups:\n' "$log"
		printf '  - name: far\n    probes: true\n    targets:\n'
		rtt_addresses | sed 's/^/      - /'
		printf 'targets:\n'
		[ "$2" = 0 ] && echo '  - 127.0.0.1'
		addresses "$2" | sed 's/^/  - /'
	} >"$work/fleet.yaml"
	run_daemon "$work/fleet.yaml"
	taskset -acp "$near_core" "$pid" >/dev/null
	sleep $((seconds + 1))
	end_daemon
	stop_farend
	sed -nE 's/.*kind=probe target=([^ ]+) .* seq=([0-9]+) outcome=reply rtt_ms=([0-9.]+).*/\1 \2 \3/p' "$log" >"$work/rtts"
	errors_of "$work/rtts"
	echo "$(quantiles) $(grep -c 'kind=probe.*outcome=timeout' "$log") $(totals)" >>"$work/rtt.$1"
	rm -f "$log"
}

rtt_fping() {
	local rounds=$((seconds + 1))
	far_end
	rtt_addresses >"$work/hosts"
	taskset -c "$near_core" fping -q -C "$rounds" -p 1000 -i $((1000 / rtt_targets)) -b 56 -f "$work/hosts" >"$work/said" 2>&1
	stop_farend
	awk '/ : / { for (i = 3; i <= NF; i++) if ($i != "-") print $1, i - 2, $i }' "$work/said" >"$work/rtts"
	errors_of "$work/rtts"
	echo "$(quantiles) $(awk '/ : / { for (i = 3; i <= NF; i++) n += $i == "-" } END { print n + 0 }' "$work/said")" \
		>>"$work/rtt.fping"
}

# rtt_summary NAME TOOL LOAD COMMAND
rtt_summary() {
	local f=$work/rtt.$1
	figure "$2" "$3" rtt_error_median_us "$(column 1 "$f" | median)" rtt_error_p99_us "$(column 2 "$f" | median)" \
		sent "$(awk '{ print $3 + $4 }' "$f" | sum)" lost "$(column 4 "$f" | sum)" \
		rtt_errors_p99 "$(column 2 "$f" | xargs)" command "$4"
}

# against_fping COLUMN WHAT KEY - the median of the ratios, pair by pair. A line of minipingd's has 7 columns.
against_fping() {
	local value
	value=$(paste -d ' ' "$work/rtt.daemon" "$work/rtt.fping" | awk -v c="$1" '{ print $c / $(7 + c) }' | median)
	budget "$2 of the RTT error, $rtt_targets targets" "$value" 1 '× fping'
	figure minipingd "$rtt_targets targets at 1 s behind a far end" "$3" "$value"
	figure fping "$rtt_targets targets at 1 s behind a far end" "$3" 1
}

measure_rtt() {
	local fping=yes
	take_cores
	lacks fping fping && fping=
	for ((run = 0; run < runs; run++)); do
		rtt_daemon daemon 0
		[ -z "$fping" ] || rtt_fping
	done
	rtt_summary daemon minipingd "$rtt_targets targets at 1 s behind a far end" 'minipingd -c FILE, probes: true'
	[ -n "$fping" ] || return 0
	rtt_summary fping fping "$rtt_targets targets at 1 s behind a far end" \
		"fping -q -C $((seconds + 1)) -p 1000 -i $((1000 / rtt_targets)) -b 56 -f FILE"
	against_fping 1 median rtt_median_to_fping
	against_fping 2 p99 rtt_p99_to_fping
}

measure_loaded() {
	local load="$rtt_targets targets at 1 s behind a far end, and 50,000 others"
	take_cores
	for ((run = 0; run < runs; run++)); do rtt_daemon loaded 50000; done
	rtt_summary loaded minipingd "$load" 'minipingd -c FILE, probes: true for the first'
	budget 'p99 of the RTT error while 50,000 other probes a second go out' "$(column 2 "$work/rtt.loaded" | median)" 200 µs
	figure minipingd "$load" limits none
}
