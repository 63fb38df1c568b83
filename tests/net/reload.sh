#!/bin/bash
# HUP without end while probes are under way: targets that stay and targets that change lose none and count
# on, others come and go, and no descriptor, thread or memory is left behind.
# RELOADS: how many reloads (default 1000; `make soak` takes 10000); half as many HUPs come all at once.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

reloads=${RELOADS:-1000}
n_configs=50

kept=$(printf '      - 198.18.1.%d\n' {1..20} && printf '      - "fd00:1::1:%x"\n' {1..20})
changing=$(printf '      - 198.18.3.%d\n' {1..10} && printf '      - "fd00:1::3:%x"\n' {1..10})

# config_of N - 40 targets that stay, 20 whose options change with N, and 40 that come and go.
config_of() {
	local i

	echo "defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 60, fall: 1000}
log: {to: $log, format: json}
groups:
  - name: kept
    labels: {role: kept}
    targets:
$kept
  - name: changing
    window: $(($1 % 20 + 10))
    size: $(($1 % 7 * 100 + 56))
    labels: {round: r$1}
    targets:
$changing
  - name: passing
    labels: {round: r$1}
    targets:"
	for ((i = 1; i <= 20; i++)); do
		echo "      - 198.18.2.$(($1 * 7 % 100 + i))"
		echo "      - \"fd00:1::2:$(($1 * 13 % 100 + i))\""
	done
}

# measure - $n_fds, $n_threads and $rss (KiB) of the daemon once no reload is under way.
measure() {
	wait_for 10 one_thread_less || fail "a reload does not end"
	n_fds=$(ls "/proc/$minipingd_pid/fd" | wc -l)
	rss=$(awk '/^VmRSS:/ { print $2 }' "/proc/$minipingd_pid/status")
}

one_thread_less() {
	[ "$(ls "/proc/$minipingd_pid/task" | wc -l)" = "$n_threads" ]
}

wheels_went_round() {
	[ "$((SECONDS - started))" -ge 18 ]
}

# storm N - N times HUP, as fast as can be, and every fourth time another file before it. A rename is the one
# way to change a file at once; each needs a name of its own, and "cp -l" gives 50 of them.
storm() {
	local i

	for ((i = 0; i < $1; i++)); do
		[ $((i % (4 * n_configs))) = 0 ] && cp -rlT "$work/configs" "$work/next"
		[ $((i % 4)) = 0 ] && mv -f "$work/next/$((i / 4 % n_configs))" "$work/minipingd.yaml"
		kill -HUP "$minipingd_pid" || return
	done
}

# reload N - N reloads of another file each, one after the other: descriptor 4 gives a line for each.
reload() {
	local i

	for ((i = 0; i < $1; i++)); do
		printf '%s\n' "${configs[i % n_configs]}" >"$work/minipingd.yaml"
		kill -HUP "$minipingd_pid" || return
		read -r -t 10 -u 4 || return
	done
}

# The replies of passing IPv4 targets come twice, the second time perhaps after the target has gone: that
# is not the fault of the one that has got its place.
start_farend "
198.18.1.0/24     delay=20ms loss-every=5
fd00:1::1:0/112   delay=20ms loss-every=5
198.18.2.0/24     delay=20ms dup dup-delay=150ms
fd00:1::2:0/112   delay=20ms
198.18.3.0/24     delay=20ms
fd00:1::3:0/112   delay=20ms"
mkdir "$work/configs" "$work/next"
configs=()
for ((i = 0; i < n_configs; i++)); do
	configs[i]=$(config_of "$i")
	printf '%s\n' "${configs[i]}" >"$work/configs/$i"
done
start_minipingd "$(config_of 0)"
sleep 0.3
n_threads=$(ls "/proc/$minipingd_pid/task" | wc -l)
measure
n_fds_before=$n_fds
started=$SECONDS
storm "$((reloads / 2))"
sleep 1        # one more reload may follow the one that is under way
measure
n=$(n_reloads)
kill -HUP "$minipingd_pid"
wait_for 10 more_reloads "$n" || fail "a reload does not end"
equal "targets that another reload of the storm's last file adds or removes" 0 \
	"$(grep '"event":"reload"' "$log" | tail -n 1 | jq '.added + .removed')"
exec 4< <(exec tail -n 0 -F -s 0.01 --pid="$minipingd_pid" "$log" | grep --line-buffered '"event":"reload"')
sleep 0.2
reload 100 || fail "a reload does not end"
# The first report has the stack grow, once; in 17.2 s the wheel of the due times and that of the deadlines have touched
# all their buckets. That of the graces takes 275 s, at a page each 4 s.
kill -USR2 "$minipingd_pid"
wait_for 20 wheels_went_round
measure
rss_before=$rss
from=$SECONDS
reload "$((reloads - 100))" || fail "a reload does not end"
measure
# AddressSanitizer keeps what has been freed. A few pages are the heap's affair, and one in 4 s the wheel's.
ldd "$minipingd" | grep -q 'lib[at]san' ||
	within "KiB of memory after $reloads reloads, $rss_before after 100" 0 $((rss_before * 101 / 100 + 64 + SECONDS - from)) "$rss"
echo "# $rss_before KiB after 100 reloads, $rss KiB after $reloads"
exec 4<&-
equal "open descriptors after $reloads reloads" "$n_fds_before" "$n_fds"
seconds=$((SECONDS - started))
come_to_rest 1
stop_minipingd
stop_farend
lines_as_documented

judge "reload records" '
	map(select(.event == "reload")) |
	(select(length < '"$reloads"') | "\(length) of them"),
	(.[] | select(.ok != true or .kept + .changed < 40) | tostring),
	(last | select(.added > 0 or .removed > 0) | "the last file was not in force: \(.)"),
	(select((map(.added) | add) < '"$reloads"' or (map(.removed) | add) < '"$reloads"') | "hardly a target came or went")'
judge "targets that stay or change" '
	last_reports as $r | $truth.targets | to_entries[] | select(.key | test("^198\\.18\\.[13]\\.|^fd00:1::[13]:")) |
	.key as $t | .value as $far | $r[$t] as $near |
	{total_sent: $far.requests, total_received: $far.replies,
	 total_lost: ($far.requests - $far.replies - $near.total_unknown),
	 late: 0, duplicate: 0, corrupt: 0, foreign: 0, send_error: 0} | to_entries[] |
	select($near[.key] != .value) | "\($t): \(.key) \($near[.key]), the truth is \(.value)"'
judge "how often they were probed" '
	$truth.targets | to_entries[] | select(.key | test("^198\\.18\\.1\\.|^fd00:1::1:")) |
	select(.value.requests < '"$seconds"' * 10 * 0.9 - 5) | "\(.key): \(.value.requests) times in '"$seconds"' s"'
judge "targets that come and go" '
	last_reports[] | select(.group == "passing") |
	select(.late + .corrupt + .foreign + .send_error > 0 or .total_received > $truth.targets[.target].replies or
	       (.target | startswith("fd00:")) and .duplicate > 0) |
	"\(.target): received \(.total_received) late \(.late) duplicate \(.duplicate) foreign \(.foreign)"'
