#!/bin/bash
# miniping with many hosts, with many packets, on loopback and without privilege.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
cd "$work" || die "no $work"

# More packets than there are sequence numbers; takes its time, while the others run beside it. Once is enough:
# a build with sanitizers is content with fewer.
n_many=70000
ldd "$miniping" | grep -q 'lib[at]san' && n_many=7000
"$miniping" --json -c "$n_many" -i 1ms 127.9.9.9 >many 2>many.err &
long=$!
pids+=("$long")

# took NAME COMMAND... - sets NAME to the milliseconds that it took
took() {
	local name=$1 start=${EPOCHREALTIME/./}
	shift
	"$@" || fail "$*: exit code $?"
	printf -v "$name" %s $(((${EPOCHREALTIME/./} - start) / 1000))
}

for i in {1..1000}; do echo "127.1.$((i / 250)).$((i % 250 + 1))"; done >hosts
# The least of three: what else the machine does only adds to it.
one_ms=999999 all_ms=999999
for i in {1..3}; do
	took ms "$miniping" --jsonl -c 5 127.1.0.1 >one
	[ "$ms" -ge "$one_ms" ] || one_ms=$ms
	took ms "$miniping" --jsonl -c 5 -f hosts >all
	[ "$ms" -ge "$all_ms" ] || all_ms=$ms
	[ $((all_ms - one_ms)) -gt 500 ] || break
done
within "ms that 1,000 hosts take longer than one" -500 500 $((all_ms - one_ms))
equal_json "hosts, packets sent and received" '[1000,5000,5000]' \
	"$(jq -sc '[length, (map(.sent) | add), (map(.received) | add)]' all)"
equal "the hosts' order" "$(cat hosts)" "$(jq -r .host all)"

# cpu_of COMMAND... - user and system time in ms, the least of three runs
cpu_of() {
	local TIMEFORMAT='%3U %3S' least=999999 user system ms i
	for i in 1 2 3; do
		read -r user system < <({ time "$@" >/dev/null 2>&1; } 2>&1)
		ms=$((10#${user/./} + 10#${system/./}))
		[ "$ms" -ge "$least" ] || least=$ms
	done
	echo "$least"
}

# The long run beside them takes the same from both.
if command -v fping >/dev/null && [[ ${CFLAGS:-} != *sanitize* ]]; then
	ours=$(cpu_of "$miniping" --jsonl -c 5 -f hosts)
	theirs=$(cpu_of fping -q -C 5 -p 100 -i 1 -f hosts)
	echo "CPU for 1,000 hosts, 5 packets each: $ours ms, fping $theirs ms"
	[ $((2 * ours)) -le "$theirs" ] || fail "CPU is more than half of fping's: $ours ms of $theirs ms"
fi

# Of a request that loops back, nothing is taken for the reply: with the replies filtered away, none comes.
if command -v nft >/dev/null && nft add table inet t 2>/dev/null; then
	nft -f - <<-END
	table inet t {
		chain in {
			type filter hook input priority 0;
			ip daddr 127.0.0.1 ip saddr 127.5.5.5 icmp type echo-reply drop
			ip6 daddr ::1 icmpv6 type echo-reply drop
		}
	}
	END
	for host in 127.5.5.5 ::1; do
		equal "replies of $host while only requests are let through" 0 \
			"$("$miniping" -j -c3 -i 10ms -t 200ms $host 2>err | jq .received)"
	done
	nft delete table inet t
fi

# --- without privilege ---

if command -v setpriv >/dev/null; then
	install -m 755 "$miniping" unprivileged || die "miniping could not be copied"
	nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all ./unprivileged)
	"${nobody[@]}" -c1 127.0.0.1 >out 2>err
	equal "exit code without permission" 4 $?
	equal "lines about it" 1 "$(wc -l <err)"
	check "the seed's words" grep -q 'Root privileges or CAP_NET_RAW are required to create RAW socket\.' err
	if sysctl -qw net.ipv4.ping_group_range="0 2147483647"; then
		equal_json "through ping sockets" '[["127.0.0.1",5,64],["::1",5,64]]' \
			"$("${nobody[@]}" -j -c5 -i 10ms 127.0.0.1 ::1 | jq -c 'map([.host, .received, .ttl])')"
	fi
fi

# --- two at once, and the long one ---

"$miniping" --jsonl -c 100 -i 5ms 127.0.0.1 >first &
other=$!
"$miniping" --jsonl -c 100 -i 5ms 127.0.0.1 >second
wait $other
equal_json "two at once to one host" '[100,100]' "$(jq -sc 'map(.received)' first second)"

wait "$long"
equal "exit code after $n_many packets" 0 $?
equal_json "$n_many packets to one host" "[$n_many,$n_many,$n_many]" \
	"$(jq -c '[.sent, .received, (.rtt_list | length)]' many)"
equal "what it complained about" "" "$(cat many.err)"
