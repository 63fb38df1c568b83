#!/bin/bash
# A log that cannot be written never holds up the probes: a full device, a pipe that nobody reads or that
# is closed, a full file system, rotation, too few descriptors. Lines come whole or not at all, and every
# one that does not come is counted.

# For a small file system of its own.
if [ -z "${MINIPING_MOUNTS:-}" ] && [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	MINIPING_MOUNTS=1 exec unshare --mount --propagation private -- bash "$0" "$@"
fi
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

trap 'code=$?; umount -l "$work/small" 2>/dev/null; (exit $code); leave' EXIT

# 400 probes a second, and as many lines of about 1.5 KiB.
rate=400
wide=$(printf 'x%.0s' {1..250})

# config TO [INTERVAL]
config() {
	cat <<-END
	defaults: {interval: ${2:-200ms}, timeout: 1s, report: 1h, window: 60, probes: true}
	log: {to: $1, format: json}
	groups:
	  - name: wide
	    labels: {a: $wide, b: $wide, c: $wide, d: $wide, e: $wide}
	    targets:
	$(printf '      - 198.18.1.%d\n' {1..40})
	$(printf '      - "fd00:1::1:%x"\n' {1..40})
	END
}

# begin CONFIG - minipingd with standard output where the caller has sent it; its log need not be readable,
# so this waits for its first probes.
begin() {
	n_requests
	local before=$requests

	printf '%s\n' "$1" >"$work/minipingd.yaml"
	: >"$work/minipingd.err"
	"$minipingd" --config "$work/minipingd.yaml" 2>"$work/minipingd.err" &
	minipingd_pid=$!
	pids+=("$minipingd_pid")
	wait_for 10 probing "$before" || die "no probes: $(cat "$work/minipingd.err")"
}

probing() {
	n_requests
	[ "$requests" -gt $(($1 + 40)) ]
}

# probes_go_on WHAT SECONDS - as many as there should be, in one time of four at least: a loaded machine may delay some
# out of one time into the next, and what holds them up is there in all.
probes_go_on() {
	local before from took least most tries

	for tries in {1..4}; do
		n_requests
		before=$requests
		from=$(now_ms)
		sleep "$2"
		n_requests
		took=$(($(now_ms) - from))
		least=$((took * rate / 1000 * 85 / 100))
		most=$((took * rate / 1000 * 110 / 100))
		[ $((requests - before)) -lt "$least" ] || [ $((requests - before)) -gt "$most" ] || return 0
	done
	within "requests in $took ms, $1" "$least" "$most" $((requests - before))
}

# finish WHAT - by TERM; what is lost by then is told on standard error, in $n_dropped.
finish() {
	kill -TERM "$minipingd_pid"
	wait "$minipingd_pid"
	equal "exit code, $1" 0 $?
	n_dropped=$(sed -n 's/.*log: \([0-9]*\) lines dropped in all.*/\1/p' "$work/minipingd.err")
	n_dropped=${n_dropped:-0}
}

# complete FILE... - every line is whole, and none is missing; else what is wrong.
complete() {
	jq -rs 'map(.n) | select((unique | length) != length or min != 1 or max != length) |
		"\(length) lines, from \(min) to \(max)"' "$@" 2>&1
}

stderr_says() {
	grep -q "$1" "$work/minipingd.err"
}

# grows FILE - it has more than $size bytes.
grows() {
	local now

	now=$(wc -c <"$1")
	[ "$now" -gt "$size" ]
}

ready_or_ended() {
	! kill -0 "$minipingd_pid" || grep -q '"event":"ready"' "$log"
}

start_farend "198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"

echo "# a full device"
begin "$(config stdout)" >/dev/full
probes_go_on "standard output is full" 1.1
finish "standard output is full"
equal "times that standard error tells of it" 1 "$(grep -c 'No space left' "$work/minipingd.err")"
within "lines dropped" 400 2000 "$n_dropped"

echo "# standard output and standard error one pipe, that nobody reads"
# 8 MiB of lines wait inside before any is dropped: they are made long (but still below PIPE_BUF, for two
# write into the pipe) and many.
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/piped" &
reader=$!
pids+=("$reader")
more=$(printf 'y%.0s' {1..1000})
config stdout 50ms | sed "s/labels: {/&f: $more, g: $more, /" >"$work/minipingd.yaml"
rate=1600
n_requests
before=$requests
"$minipingd" --config "$work/minipingd.yaml" >"$work/pipe" 2>&1 &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 probing "$before" || die "no probes"
kill -STOP "$reader"
probes_go_on "nobody reads" 2
kill -HUP "$minipingd_pid"
nft add table inet test 2>/dev/null && nft 'add chain inet test output { type filter hook output priority 0; }' &&
	nft add rule inet test output oifname tun0 ip daddr 198.18.1.1 drop
probes_go_on "and there is more to tell" 1
nft delete table inet test 2>/dev/null
rate=400
kill -CONT "$reader"
wait_for 5 grep -q '"event":"drop"' "$work/piped" || fail "no drop record"
kill -TERM "$minipingd_pid"
wait "$minipingd_pid"
equal "exit code, the pipe was full" 0 $?
wait "$reader"
sed -n '/^{/p' "$work/piped" >"$log"
equal "lines that are neither a record nor a diagnostic" 0 "$(grep -cv '^{.*}$\|^minipingd: ' "$work/piped")"
n_dropped=$(sed -n 's/.*log: \([0-9]*\) lines dropped in all.*/\1/p' "$work/piped")
echo '{}' >"$work/truth"
judge "a pipe that nobody reads" '
	(map(select(.event == "drop") | .lines) | add) as $told |
	(select(map(.n) != (map(.n) | unique)) | "lines out of order, or twice"),
	((map(.n) | max) - length) as $missing |
	select($missing != $told or $missing < 100 or $missing != $n) |
	"\($missing) lines missing, \($told) in drop records, \($n) on standard error"' \
	--argjson n "${n_dropped:-0}"

echo "# a FIFO whose reader goes away"
cat "$work/pipe" >"$work/piped" &
reader=$!
pids+=("$reader")
begin "$(config "$work/pipe")" >"$work/minipingd.out"
sleep 0.3
kill "$reader"
wait "$reader" 2>/dev/null
probes_go_on "the reader is gone" 1.2
check "standard error tells of a closed pipe" stderr_says "Broken pipe"
finish "the reader is gone"

echo "# a full file system"
if mkdir "$work/small" && mount -t tmpfs -o size=96k tmpfs "$work/small" 2>/dev/null; then
	small=$work/small/log
	head -c 65536 /dev/zero >"$work/small/ballast"
	begin "$(config "$small")" >"$work/minipingd.out"
	wait_for 5 stderr_says "No space left" || fail "standard error does not tell that the file system is full"
	probes_go_on "the file system is full" 0.5
	equal "the end of a file that could not grow" "" "$(tail -c 1 "$small")"
	jq . "$small" >"$work/whole" || fail "a torn line in the full file system"
	within "bytes in the full file system" 20000 32768 "$(wc -c <"$small")"
	size=$(wc -c <"$small")
	rm "$work/small/ballast"
	wait_for 5 grows "$small" || fail "nothing is written once there is room"
	mount -o remount,size=64m "$work/small"
	wait_for 5 stderr_says "writing again" || fail "standard error does not tell that writing goes on"
	finish "the file system was full"
	equal "what is missing after a full file system" "" "$(complete "$small")"
	equal "lines dropped" 0 "$n_dropped"
	umount "$work/small"
else
	echo "no tmpfs can be mounted: left out" >&2
	[ "${CI:-}" = true ] && fail "no tmpfs can be mounted"
fi

echo "# rotation"
rm -f "$log"
begin "$(config "$log")" >"$work/minipingd.out"
for i in 1 2 3 4 5 6 7 8 9 10; do
	mv "$log" "$log.$i"
	kill -USR1 "$minipingd_pid"
	wait_for 5 test -s "$log" || fail "no new log after USR1"
done
echo "# a symbolic link is not followed"
: >"$work/elsewhere"
mv "$log" "$log.11"
ln -s "$work/elsewhere" "$log"
kill -USR1 "$minipingd_pid"
wait_for 5 stderr_says "symbolic links" || fail "standard error does not tell of the symbolic link"
size=$(wc -c <"$log.11")
wait_for 5 grows "$log.11" || fail "the old file is not written any more"
rm "$log"
kill -USR1 "$minipingd_pid"
wait_for 5 test -s "$log" || fail "no new log after the symbolic link has gone"

echo "# no descriptor is left"
n_open=$(ls "/proc/$minipingd_pid/fd" | wc -l)
prlimit --pid "$minipingd_pid" --nofile=3:1024
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":false' "$log" || fail "no failed reload without descriptors"
mv "$log" "$log.12"
kill -USR1 "$minipingd_pid"
probes_go_on "no descriptor is left" 0.5
prlimit --pid "$minipingd_pid" --nofile=1024:1024
kill -HUP "$minipingd_pid"
kill -USR1 "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":true' "$log" "$log.12" || fail "no reload once there are descriptors"
equal "open descriptors" "$n_open" "$(ls "/proc/$minipingd_pid/fd" | wc -l)"
finish "after rotation"
equal "what is missing from the rotated logs" "" "$(complete "$log" "$log".*)"
equal "bytes behind the symbolic link" 0 "$(wc -c <"$work/elsewhere")"

ln -sf "$work/elsewhere" "$log"
"$minipingd" --config "$work/minipingd.yaml" >"$work/minipingd.out" 2>"$work/minipingd.err"
equal "exit code where the log is a symbolic link" 73 $?
check "standard error names the link" stderr_says "$log: .*symbolic links"
equal "bytes behind the symbolic link" 0 "$(wc -c <"$work/elsewhere")"
rm "$log"

echo "# few descriptors from the start: it runs or says why not"
n_ran=0
for n in 4 5 6 7 8 9 10 12 14 20; do
	rm -f "$log"
	prlimit --nofile="$n" "$minipingd" --config "$work/minipingd.yaml" \
		>"$work/minipingd.out" 2>"$work/minipingd.err" &
	minipingd_pid=$!
	pids+=("$minipingd_pid")
	wait_for 5 ready_or_ended
	kill -TERM "$minipingd_pid" 2>/dev/null
	wait "$minipingd_pid"
	code=$?
	case $code in
	0) n_ran=$((n_ran + 1)) ;;
	1 | 77 | 78 | 127) [ -s "$work/minipingd.err" ] || fail "exit code $code with $n descriptors, and not a word" ;;
	*) fail "exit code $code with $n descriptors: $(head -n 1 "$work/minipingd.err")" ;;
	esac
done
within "numbers of descriptors that it runs with" 1 10 $n_ran

echo "# standard descriptors that are closed: nothing else becomes standard output"
n_requests
before=$requests
printf '%s\n' "$(config stdout)" >"$work/minipingd.yaml"
"$minipingd" --config "$work/minipingd.yaml" <&- >&- 2>&- &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 5 probing "$before" || fail "no probes without standard descriptors"
equal "what standard output is where it was closed" /dev/null \
	"$(readlink "/proc/$minipingd_pid/fd/1" | sed 's/.*:\[.*/a socket, or the like/')"
finish "no standard descriptors"
stop_farend
