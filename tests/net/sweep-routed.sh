#!/bin/bash
# Sweeps of networks behind a router: every host that is alive is listed, once and as it answers; of those that are dead,
# each that has been probed to the end and no other. Wall time and processor time stand beside fping's of the same run.
# HOSTS alive (default 1,000; `make check-long`: 16,000), 2^DEAD_BITS dead (default 12; 16).
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
far_namespace far
connect va "$far"
ip addr add 10.9.0.1/24 dev va
alive "$far" far-va 10.9.0.2/24
ip route add 10.20.0.0/15 via 10.9.0.2
# 10.20.0.0/16 is alive, every address of it. 10.21.0.0/16 is dropped without a word.
in_far "$far" ip route add local 10.20.0.0/16 dev lo
in_far "$far" sysctl -qw net.ipv4.ip_forward=0
cd "$work" || die "no $work"
: "${HOSTS:=1000}" "${DEAD_BITS:=12}"
n_dead=$(((1 << DEAD_BITS) - 2))
for ((i = 0; i < HOSTS; i++)); do
	echo "10.20.$((i / 250)).$((i % 250 + 1))"
done >hosts
sort hosts >expected

# timed WHAT COMMAND... - its output to out, errors to err; prints its times; sets wall_ms
timed() {
	local what=$1 TIMEFORMAT='%R s wall, %U s user, %S s system'
	shift
	{ time "$@" >out 2>err; } 2>times
	echo "$what: $(cat times), $(wc -l <out) listed"
	wall_ms=$(awk '{ printf "%d", 1000 * $1 }' times)
}

timed "miniping -a, $HOSTS alive" "$miniping" -a -f hosts
check "every host that is alive, each once" cmp -s expected <(sort out)
equal "its standard error" "" "$(cat err)"
ours=$wall_ms
if command -v fping >/dev/null; then
	timed "fping -a -i 1, $HOSTS alive" fping -a -i 1 -f hosts
	# A gap of 1 ms before each host is what fping allows users.
	check "no slower than fping" [ "$ours" -le "$wall_ms" ]
fi

# Alive ones are not asked again.
in_far "$far" nstat -n
"$miniping" -a -c 100 -i 20ms 10.20.0.0/28 >out
equal "requests to 14 hosts that answer the first of 100" 14 "$(in_far "$far" nstat -z IcmpInEchos | awk '$1 == "IcmpInEchos" { print $2 }')"
"$miniping" -r 3 -i 20ms -t 100ms --jsonl 10.20.0.1 10.21.0.1 >out
equal_json "--retry" '[[1,1],[4,0]]' "$(jq -sc 'map([.sent, .received])' out)"

# An alive host is listed while others are still waited for.
"$miniping" -a -c 1 -t 5s 10.20.0.1 10.21.0.1 >out &
pid=$!
pids+=("$pid")
wait_for 4 grep -qx 10.20.0.1 out || fail "what answers is not listed at once"
check "the run goes on meanwhile" kill -0 $pid
kill -s INT $pid
wait $pid
equal "exit code of an interrupted sweep" 130 $?

# A rate is kept.
timed "miniping -a --rate 200, 60 alive" "$miniping" -a --rate 200 10.20.0.0/26
equal "hosts at 200 a second" 62 "$(wc -l <out)"
check "62 hosts take 0.3 s" [ "$wall_ms" -ge 300 ]

timed "miniping -u -c1, $n_dead dead" "$miniping" -u -c1 "10.21.0.0/$((32 - DEAD_BITS))" 10.20.0.0/28
equal "hosts that are dead" $n_dead "$(grep -c '^10\.21\.' out)"
equal "those that are alive among them" 0 "$(grep -c '^10\.20\.' out)"
ours=$wall_ms
if command -v fping >/dev/null; then
	timed "fping -u -r0 -i 1, $n_dead dead" fping -u -r 0 -t 1000 -i 1 -g "10.21.0.0/$((32 - DEAD_BITS))"
	check "no slower than fping" [ "$ours" -le "$wall_ms" ]
fi

# Interrupted: nobody is called dead who was not asked to the end.
"$miniping" -u -c 2 -i 5s --rate 1000 10.21.0.0/22 >out 2>err &
pid=$!
sleep 2
kill -s INT $pid
wait $pid
equal "exit code of an interrupted -u" 130 $?
equal "hosts called dead then" "" "$(cat out)"
check "how many were not probed to the end" grep -qx 'miniping: interrupted: 1022 hosts of 1022 not probed to the end' err
