#!/bin/bash
# Sessions of libminiping, in the examples for three event loops, against the far end: poll(2), libev, asyncio. Then 10,000 hosts
# in one session on loopback, of whose packets none is lost or late.
. "${0%/*}/lib_dns.sh"

examples=$(realpath -m "$builddir/doc/examples")
[ -x "$examples/session_poll" ] || die "no $examples/session_poll (make check builds it)"

start_farend "
198.18.1.1 delay=3ms
198.18.1.2 delay=3ms loss-every=2
198.18.1.3 loss
198.18.1.4 error=3:1 from=198.18.1.254
fd00:1::1:1 delay=3ms"
start_dns 'named.test,198.18.1.1,60'
hosts=(198.18.1.1 198.18.1.2 198.18.1.3 198.18.1.4 fd00:1::1:1 localhost named.test nosuch.test)

# What poll and asyncio print of them, without the times and in their order.
answered='198.18.1.1: 4 of 4 packets came back
198.18.1.2: 2 of 4 packets came back
198.18.1.3: 0 of 4 packets came back
fd00:1::1:1: 4 of 4 packets came back
localhost: 4 of 4 packets came back
named.test: 4 of 4 packets came back'
without_times() {
	sed -E 's/, median [0-9.]+ ms$//' "$1" | sort
}

# median HOST FILE - in µs
median() {
	sed -nE "s/.*$1: .* median ([0-9]+)\.([0-9]{3}) ms$/\1\2/p" "$2" | tail -n 1 | sed 's/^0*//'
}

check "poll" "$examples/session_poll" "${hosts[@]}" >"$work/poll" 2>"$work/poll.err"
equal "poll's hosts" "$answered" "$(without_times "$work/poll" | grep -v -e nosuch -e '^198.18.1.4: 0 of 4 ')"
equal "hosts that poll complains of" 2 "$(wc -l <"$work/poll.err")"
check "poll: unreachable" grep -q 'unreachable' "$work/poll.err"
within "poll: µs of 3 ms" 3000 30000 "$(median 198.18.1.1 "$work/poll")"

check "libev" "$examples/session_libev" "${hosts[@]}" >"$work/libev" 2>"$work/libev.err"
equal "hosts that libev complains of: no name" 1 "$(wc -l <"$work/libev.err")"
equal "hosts that libev removes" "198.18.1.3 is removed
198.18.1.4 is removed" "$(grep removed "$work/libev")"
check "libev: every second" grep -q '^1 s: 198.18.1.1: ' "$work/libev"
equal "hosts left in libev's third second" "198.18.1.1 198.18.1.2 fd00:1::1:1 localhost named.test" \
	"$(sed -nE 's/^3 s: (.*): .* of .*/\1/p' "$work/libev" | sort | xargs)"
within "libev: µs of 3 ms" 3000 30000 "$(median 198.18.1.1 "$work/libev")"
"$examples/session_libev" 198.18.1.1 >"$work/interrupted" 2>&1 &
pids=("${pids[@]}" $!)
wait_for 10 grep -q '^1 s' "$work/interrupted" || fail "libev prints nothing"
kill -INT $! && wait $! || fail "libev: interrupted, it ends with $?"

# Without a shared library there is no Python package, and one with sanitizers cannot be loaded by a Python without.
if ldd "$top_builddir/minipingd" | grep -q 'lib[at]san'; then
	echo "built with sanitizers" >"$work/build.log"
	status=77
else
	bash "$srcdir/tests/python.sh" "$work/installed" >"$work/build.log" 2>&1
	status=$?
fi
if [ "$status" = 77 ]; then
	echo "# asyncio is left out: $(tail -n 1 "$work/build.log")"
else
	check "the Python package: $(tail -n 3 "$work/build.log")" [ "$status" = 0 ]
	export PYTHONPATH=$work/installed PYTHONDONTWRITEBYTECODE=1 PYMINIPING_LIBRARY=$work/installed/libminiping.so.0
	check "asyncio" /usr/bin/python3 -W error "$srcdir/doc/examples/session_asyncio.py" "${hosts[@]}" \
		>"$work/asyncio" 2>"$work/asyncio.err"
	equal "asyncio's hosts" "$answered" "$(without_times "$work/asyncio")"
	equal "hosts that asyncio complains of" 2 "$(wc -l <"$work/asyncio.err")"
	within "asyncio: µs of 3 ms" 3000 30000 "$(median 198.18.1.1 "$work/asyncio")"
fi

# SECONDS_LONG for make check-long.
n=10000 seconds=${SECONDS_LONG:-3}
[[ ${CFLAGS:-} != *sanitize* ]] || n=1000
"$builddir/bench/session" "$n" 1000 "$seconds" >"$work/many" || fail "bench/session ends with $?"
cat "$work/many"
equal_json "ended early, lost, late, not sent" '[0,0,0,0]' "$(jq -c '[.ended_early, .lost, .late, .not_sent]' "$work/many")"
equal_json "received or of a stall of this host, of all that were sent" 0 "$(jq '.sent - .received - .unknown' "$work/many")"
# A machine that is busy with other things has it leave packets out.
within "packets of $n hosts in $seconds s" $((n * seconds / 10)) $((n * seconds * 11 / 10)) "$(jq .packets "$work/many")"
