# peers.sh - miniping, and the peers: fping, oping and smokeping_prober, with the settings that cost each the
# least. What they print goes to files; what they are asked for is their shortest form.

# count_sent TOOL - how many probes $work/said tells of, and how many of them unanswered.
count_sent() {
	case $1 in
	miniping) sed -nE 's/.*sent=([0-9]+), received=([0-9]+).*/\1 \2/p' ;;
	fping) sed -nE 's!.*xmt/rcv/%loss = ([0-9]+)/([0-9]+)/.*!\1 \2!p' ;;
	bare) jq -r '"\(.sent) \(.received)"' ;;
	oping) sed -nE 's/^([0-9]+) packets transmitted, ([0-9]+) received.*/\1 \2/p' ;;
	esac <"$work/said" | awk '{ s += $1; l += $1 - $2 } END { printf "%.0f %.0f\n", s, l }'
}

# command_once NAME TOOL COMMAND... - adds to $work/command.NAME: ratio to bare, µs a probe, probes, lost.
command_once() {
	local name=$1 tool=$2 cpu sent
	shift 2
	cpu=$(timed "$@")
	sent=$(count_sent "$tool")
	[ "${sent%% *}" -gt 0 ] || die "$* did not probe: $(head -c 300 "$work/said")"
	echo "$(calc "$cpu / ${sent%% *} * 1e6 / $floor") $(calc "$cpu / ${sent%% *} * 1e6") $sent" >>"$work/command.$name"
}

# command_summary NAME TOOL LOAD COMMAND
command_summary() {
	local f=$work/command.$1
	[ -s "$f" ] || return 0
	figure "$2" "$3" cpu_to_bare "$(column 1 "$f" | median)" cpu_us "$(column 2 "$f" | median)" \
		sent "$(column 3 "$f" | sum)" lost "$(column 4 "$f" | sum)" ratios "$(column 1 "$f" | xargs)" command "$4"
}

measure_oneshot() {
	local hosts fping=yes oping=yes load='1,000 hosts, 5 rounds'
	addresses 1000 >"$work/hosts"
	mapfile -t hosts <"$work/hosts"
	lacks fping fping && fping=
	lacks oping oping && oping=
	[ -z "$fping" ] || version fping "$(fping -v | head -n 1)"
	[ -z "$oping" ] || version oping "$(oping -h 2>&1 | grep -o 'oping [0-9][0-9.]*' | head -n 1)"
	for ((run = 0; run < runs; run++)); do
		floor=$(bare_us 1000 100000 2)
		command_once miniping miniping "$miniping" --format seed -q -c 5 -i 1 -s 56 -f "$work/hosts"
		[ -z "$fping" ] || command_once spread fping fping -q -c 5 -p 1000 -i 1 -b 56 -f "$work/hosts"
		[ -z "$fping" ] || command_once burst fping fping -q -c 5 -p 1000 -i 0 -b 56 -f "$work/hosts"
		[ -z "$oping" ] || command_once oping oping oping -c 5 -i 1 "${hosts[@]}"
	done
	command_summary miniping miniping "$load" 'miniping --format seed -q -c 5 -i 1 -s 56 -f FILE'
	command_summary spread 'fping' "$load, spread (-i 1)" 'fping -q -c 5 -p 1000 -i 1 -b 56 -f FILE'
	command_summary burst 'fping' "$load, in bursts (-i 0)" 'fping -q -c 5 -p 1000 -i 0 -b 56 -f FILE'
	command_summary oping oping "$load, in bursts" 'oping -c 5 -i 1 HOST...'
}

# A session of libminiping, beside miniping and a bare loop at its rate.
measure_session() {
	local load='10,000 hosts at 1 s' f=$work/session
	addresses 10000 >"$work/hosts"
	for ((run = 0; run < runs; run++)); do
		floor=$(bare_us 10000 10000 "$seconds")
		"$session" 10000 1000 "$seconds" >"$work/said" || die "bench/session: $(head -c 300 "$work/said")"
		jq -r --argjson floor "$floor" '(.cpu_s / .packets * 1e6) as $us |
			"\($us / $floor) \($us) \(.sent) \(.lost) \(.unknown) \(.late) \(.not_sent)"' "$work/said" >>"$f"
		command_once many miniping "$miniping" --format seed -q -c 5 -i 1 -s 56 -f "$work/hosts"
	done
	figure 'libminiping, a session' "$load" cpu_to_bare "$(column 1 "$f" | median)" cpu_us "$(column 2 "$f" | median)" \
		sent "$(column 3 "$f" | sum)" lost "$(column 4 "$f" | sum)" unknown "$(column 5 "$f" | sum)" \
		limits "$(column 6 "$f" | sum) late, $(column 7 "$f" | sum) not sent" \
		ratios "$(column 1 "$f" | xargs)" command "bench/session 10000 1000 $seconds"
	command_summary many miniping "$load, 5 rounds" 'miniping --format seed -q -c 5 -i 1 -s 56 -f FILE'
}

# daemon_rounds N ROUNDS - one run of minipingd from start to stop; like command_once.
daemon_rounds() {
	local cpu sent
	fleet "$1" 1s 60s >"$work/fleet.yaml"
	cpu=$(timed timeout -s TERM "$2" "$minipingd" -c "$work/fleet.yaml")
	sent=$(stopped probes)
	[ "${sent:-0}" -gt 0 ] || die "minipingd did not probe: $(head -c 300 "$work/said")"
	echo "$(calc "$cpu / $sent * 1e6 / $floor") $(calc "$cpu / $sent * 1e6") $sent $(totals | awk '{ print $2 }')" \
		>>"$work/command.daemon.$1"
}

# ratio FILE FILE - median of the ratios of their runs, pair by pair.
ratio() {
	paste -d ' ' "$work/command.$1" "$work/command.$2" | awk '{ print $1 / $5 }' | median
}

measure_rounds() {
	local n load rounds=10
	lacks fping fping && return
	for ((run = 0; run < runs; run++)); do
		for n in 100 1000 5000; do
			addresses $n >"$work/hosts"
			floor=$(bare_us $n 100000 2)
			command_once "bare.$n" bare "$bare" $n $n $rounds 1
			daemon_rounds $n $rounds
			command_once "spread.$n" fping fping -q -c $rounds -p 1000 -i "$(calc "1000 / $n")" -b 56 -f "$work/hosts"
			command_once "burst.$n" fping fping -q -c $rounds -p 1000 -i 0 -b 56 -f "$work/hosts"
		done
	done
	for n in 100 1000 5000; do
		load="$(thousands $n) targets at 1 s, $rounds rounds"
		command_summary "bare.$n" 'bare loop' "$load, one by one" "bench/bare $n $n $rounds 1"
		command_summary "daemon.$n" minipingd "$load" 'minipingd -c FILE, start and stop included'
		command_summary "spread.$n" fping "$load, spread" "fping -q -c $rounds -p 1000 -i $(calc "1000 / $n") -b 56 -f FILE"
		command_summary "burst.$n" fping "$load, in bursts" "fping -q -c $rounds -p 1000 -i 0 -b 56 -f FILE"
		budget "CPU a probe, $(thousands $n) targets, against fping that spreads its probes as minipingd does" \
			"$(ratio "daemon.$n" "spread.$n")" 0.5 '× fping'
		budget "CPU a probe, $(thousands $n) targets, against fping that sends each round in one burst" \
			"$(ratio "daemon.$n" "burst.$n")" 0.5 '× fping'
	done
}

# How far each peer goes, for 20 rounds of 10,000 targets at 1 s.
measure_limits() {
	local from hosts code
	addresses 10000 >"$work/hosts"
	if ! lacks fping fping; then
		from=$EPOCHREALTIME
		timed fping -q -c 20 -p 1000 -i 0 -b 56 -f "$work/hosts" >/dev/null
		code=$(cat "$work/code")
		figure fping '10,000 targets at 1 s' command 'fping -q -c 20 -p 1000 -i 0 -f FILE' limits \
			"exit code $code after $(calc "$EPOCHREALTIME - $from" | cut -d. -f1) s of 20$(grep -o ': .*!' "$work/said" | head -n 1)"
	fi
	if ! lacks oping oping; then
		mapfile -t hosts <"$work/hosts"
		from=$EPOCHREALTIME
		timed oping -c 5 -i 1 "${hosts[@]}" >/dev/null
		# shellcheck disable=SC2046
		set -- $(count_sent oping)
		figure oping '10,000 targets at 1 s' command 'oping -c 5 -i 1 HOST...' sent "$1" lost "$2" limits \
			"5 rounds took $(calc "$EPOCHREALTIME - $from" | cut -d. -f1) s"
	fi
	fleet 10000 1s 60s >"$work/fleet.yaml"
	run_daemon "$work/fleet.yaml"
	sleep 20
	end_daemon
	# shellcheck disable=SC2046
	set -- $(totals)
	figure minipingd '10,000 targets at 1 s' command 'minipingd -c FILE' sent "$(stopped probes)" lost "$2" \
		unknown "$3" limits 'none in 20 s'
}

# rss_during SECONDS COMMAND... - resident bytes of it when it has run for so long.
rss_during() {
	local wait=$1 pid
	shift
	"$@" >"$work/said" 2>&1 &
	pid=$!
	sleep "$wait"
	awk '/VmRSS/ { printf "%.0f\n", $2 * 1024 }' "/proc/$pid/status" 2>/dev/null || echo 0
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
}

# memory_of TOOL FLAGS... - bytes a target: those of 10,000 targets less those of one, so that the program
# itself does not count. FILE among the flags stands for the list.
memory_of() {
	local tool=$1 one many note='' word
	local few=() lot=()
	shift
	for word; do
		few+=("${word/FILE/$work/one}") lot+=("${word/FILE/$work/hosts}")
	done
	one=$(rss_during 3 "${few[@]}") many=$(rss_during 3 "${lot[@]}")
	if [ "$one" = 0 ] || [ "$many" = 0 ]; then
		missed "memory of $tool" "it had ended: $(head -c 200 "$work/said")"
		return
	fi
	figure "$tool" '10,000 targets, memory' rss "$(calc "($many - $one) / 9999" | cut -d. -f1)" command "${*##*/}"
}

measure_memory() {
	addresses 10000 >"$work/hosts"
	addresses 1 >"$work/one"
	fleet 10000 1s 60s >"$work/many.yaml"
	fleet 1 1s 60s >"$work/one.yaml"
	local one many
	export MALLOC_PERTURB_=165
	one=$(rss_during 3 "$minipingd" -c "$work/one.yaml") many=$(rss_during 3 "$minipingd" -c "$work/many.yaml")
	unset MALLOC_PERTURB_
	figure minipingd '10,000 targets, memory' rss "$(calc "($many - $one) / 9999" | cut -d. -f1)" \
		command 'minipingd -c FILE, window 60'
	lacks fping fping || memory_of fping fping -q -c 5 -p 1000 -i 0 -b 56 -f FILE
	lacks oping oping || memory_of oping oping -c 5 -i 1 -f FILE
}

prober_metrics() {
	local body
	exec 3<>/dev/tcp/127.0.0.1/9374 || return
	printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
	body=$(cat <&3)
	exec 3>&-
	# Requests, and replies recorded.
	awk '/^smokeping_requests_total/ { a += $NF } /^smokeping_response_duration_seconds_count/ { b += $NF }
		END { printf "%.0f %.0f\n", a, b }' <<<"$body"
}

# prober_once N SETTING - CPU and counts of smokeping_prober over $seconds of its steady state.
prober_once() {
	local n=$1 prober before after cpu cpu_after floor hosts
	floor=$(bare_us "$n" 100000 2)
	mapfile -t hosts < <(addresses "$n")
	prometheus-smokeping-prober "$2" --ping.interval=1s --ping.size=56 --config.file="$work/prober.yaml" \
		--web.listen-address=127.0.0.1:9374 "${hosts[@]}" >"$work/said" 2>&1 &
	prober=$!
	pids+=("$prober")
	# It listens once all of its probers run, which can take a while.
	wait_for 60 prober_metrics || die "it did not start: $(tail -n 1 "$work/said")"
	sleep 3
	# A busy prober may take long to answer: its CPU time is read when its counts are.
	before=$(prober_metrics) cpu=$(cpu_of $prober | awk '{ print $2 }')
	sleep "$seconds"
	after=$(prober_metrics) cpu_after=$(cpu_of $prober | awk '{ print $2 }')
	kill -KILL $prober
	wait $prober 2>/dev/null
	awk -v before="$before" -v after="$after" -v cpu=$((cpu_after - cpu)) -v ticks="$ticks" -v floor="$floor" 'BEGIN {
		split(before, b); split(after, a)
		sent = a[1] - b[1]; got = a[2] - b[2]
		us = cpu / ticks / sent * 1e6
		printf "%.3f %.3f %.0f %.0f\n", us / floor, us, sent, got < sent ? sent - got : 0
	}' >>"$work/command.prober.$n$2"
}

# Its default is a raw socket for each target, each of which gets every reply; ping sockets cost it less.
measure_prober() {
	local n how f load
	lacks prometheus-smokeping-prober prometheus-smokeping-prober && return
	version smokeping_prober "$(prometheus-smokeping-prober --version 2>&1 | grep -o '^smokeping_prober, version [^ ]*')"
	# It wants a file, and one that is not empty.
	echo 'targets: []' >"$work/prober.yaml"
	sysctl -qw net.ipv4.ping_group_range='0 2147483647' || die 'ping sockets cannot be allowed'
	for how in --no-privileged --privileged; do
		for n in 100 1000 5000; do
			for ((run = 0; run < runs; run++)); do prober_once $n $how; done
			f=$work/command.prober.$n$how
			load="$(thousands $n) targets at 1 s, $how"
			command_summary "prober.$n$how" smokeping_prober "$load" \
				"prometheus-smokeping-prober $how --ping.interval=1s --ping.size=56 HOST..."
			figure smokeping_prober "$load" limits "$(awk '{ s += $3; l += $4 } END {
				if (l > s / 100) printf "%.0f %% of the replies not recorded\n", l / s * 100; else print "none" }' "$f")"
		done
	done
}
