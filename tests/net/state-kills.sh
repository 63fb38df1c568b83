#!/bin/bash
# kill -9 at random times, every second one within a save: the daemon always starts, with each target as a save had it, and
# what is lost began at most one save interval and a second before the kill, by the log's own count of probes.
# KILLS (20): how often; SEED: of the times.
. "${0%/*}/lib.sh"

n_kills=${KILLS:-20}
n_idle=20000 # targets, so that a save takes long enough to be met
every_ms=1000
RANDOM=${SEED:-$$}
echo "# SEED=${SEED:-$$}"
command -v python3 >/dev/null || skip "needs python3"

# In memory: another's writing to the disk is none of the daemon's time.
dir=$work/lib
mkdir "$dir"
if mount -t tmpfs tmpfs "$dir" 2>/dev/null; then
	trap 'code=$?; umount -l "$dir"; (exit $code); leave' EXIT
fi
file=$dir/state
{
	cat <<-END
	defaults: {interval: 24h, timeout: 80ms, report: 24h, window: 30, fall: 3, rise: 2}
	log: {to: $log, format: json}
	state: {file: $file, every: ${every_ms}ms}
	targets:
	- {host: 198.18.0.1, name: alive, interval: 20ms, report: 1s, probes: true}
	- {host: 198.18.0.2, name: dead, interval: 100ms, report: 24h}
	END
	python3 -c "
import ipaddress
for i in range($n_idle): print('-', ipaddress.ip_address('198.19.0.0') + i)"
} >"$work/config"

ready() { grep -q '"event":"ready"' "$log" 2>/dev/null || ! kill -0 "$minipingd_pid" 2>/dev/null; }

# begin - a daemon with a log of its own
begin() {
	rm -f "$log"
	"$minipingd" -c "$work/config" 2>"$work/minipingd.err" &
	minipingd_pid=$!
	wait_for 30 ready
	grep -q '"event":"ready"' "$log" || die "kill $n: it does not start: $(cat "$work/minipingd.err")"
}

# pause MS - without a process
pause() { read -rt "$(printf '0.%03d' "$1")" <>"$work/never"; }

# The time of the kill: after a random time, or within a save, which is where FILE.new is.
wait_for_moment() {
	local ms tries=5000
	if [ $((n % 2)) = 0 ]; then
		for ((ms = RANDOM % 1200; ms > 0; ms -= 500)); do pause $((ms < 500 ? ms : 500)); done
		return
	fi
	while [ ! -e "$file.new" ]; do
		[ $((tries -= 1)) -gt 0 ] || die "kill $n: no save begins: $(cat "$work/minipingd.err")"
		pause 2
	done
	pause $((RANDOM % 80))
}

# How long its threads have been ready to run and others had the processor, ms.
waited_ms() { cat "/proc/$minipingd_pid"/task/*/schedstat | awk '{ n += $2 } END { printf "%.0f", n / 1e6 }'; }

# counts - what the log has, in $n_probes, and of its first report $restored, the probes before this process: -1 where it
# has none. The last line may have been cut.
counts() {
	# shellcheck disable=SC2046
	set -- $(grep -E '"kind":"(probe|report)"' "$log" | grep '}$' | jq -rs '
		map(select(.target == "alive")) as $all | ($all | map(.kind) | index("report")) as $first |
		($all | map(select(.kind == "probe")) | length),
		if $first then $all[$first].total_sent - ($all[:$first] | map(select(.kind == "probe")) | length) else -1 end')
	n_probes=$1 restored=$2
}

# lost_ms HOW_MANY FILE - from the first of the last HOW_MANY probes of a log to the last.
lost_ms() {
	grep '"kind":"probe"' "$2" | grep '}$' | tail -n "$1" | jq -rs '
		def ms: (.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber);
		if length == 0 then 0 else (last.ts | ms) - (first.ts | ms) end'
}

mkfifo "$work/never"
start_farend "198.18.0.1/32 delay=5ms
198.18.0.2/32 loss=100%"
n=0
begin
wait_for 10 logged 'select(.kind == "state" and .target == "dead")' || die "no state"
wait_for 10 test -s "$file" || die "no save: $(cat "$work/minipingd.err")"
pause 999
pause 500
counts
had=$n_probes n_within=0 most_ms=0
mv "$log" "$work/before"
waited=$(waited_ms)
kill -KILL "$minipingd_pid"
wait "$minipingd_pid" 2>/dev/null
# Some more where too few have met a save: that is a matter of chance, and of what else the machine does.
n_wanted=$((n_kills * 2 / 5))
for ((n = 1; n <= n_kills || (n_within < n_wanted && n <= 3 * n_kills); n++)); do
	begin
	check "kill $n: all is taken in" grep -q "info: $((n_idle + 2)) of $((n_idle + 2)) targets go on from their state" "$work/minipingd.err"
	wait_for 10 grep -q '"kind":"report".*"target":"alive"' "$log" || fail "kill $n: no report"
	wait_for_moment
	waited_now=$(waited_ms)
	kill -KILL "$minipingd_pid"
	wait "$minipingd_pid" 2>/dev/null
	[ -e "$file.new" ] && n_within=$((n_within + 1))
	counts
	# What the log had and the state does not have; what the state has beyond the log was on its way to the log.
	within "kill $n: restored probes" 1 $((had + 10)) "$restored"
	lost=$((had > restored ? had - restored : 0))
	ms=$(lost_ms "$lost" "$work/before")
	within "kill $n: ms of what is lost" 0 $((every_ms + 1000 + waited)) "$ms"
	[ "$ms" -gt "$most_ms" ] && most_ms=$ms
	equal "kill $n: state records" 0 "$(grep -c '"kind":"state"' "$log")"
	equal "kill $n: lines of error" "" "$(grep -E 'error|warning' "$work/minipingd.err")"
	had=$((restored + n_probes)) waited=$waited_now
	mv "$log" "$work/before"
done
equal "files beside" "" "$(ls "$dir" | grep -vxE 'state(\.new|\.lock)?')"
n_kills=$((n - 1))
echo "# $n_kills kills, $n_within of them within a save; at most $most_ms ms lost"
within "kills within a save" "$n_wanted" "$n_kills" "$n_within"
begin
stop_minipingd
equal "what is left after a stop" state "$(ls "$dir")"
