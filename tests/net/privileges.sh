#!/bin/bash
# miniping with file capabilities and another user: the capability is there for the sockets alone, files are opened by
# the user's own right, and no user floods. Installed setuid, it refuses.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
for command in setcap setpriv; do
	command -v $command >/dev/null || skip "needs $command (Debian packages libcap2-bin, util-linux)"
done
install -m 755 "$miniping" "$work/miniping" && setcap cap_net_raw+ep "$work/miniping" || skip "no file capabilities here"
cd "$work" || die "no $work"
as_user="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"
sysctl -qw net.ipv4.ping_group_range="1 0"

# caps PID - its capabilities: all sets that it could use.
caps() {
	sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):[^0-9a-f]*//p' "/proc/$1/status" | sort -u | xargs
}

# measuring COMMAND... - $capabilities and $threads while it runs.
measuring() {
	rm -f out
	"$@" -c 0 -i 20ms --show-rtts 127.0.0.1 >out 2>err &
	pid=$!
	pids+=("$pid")
	wait_for 10 grep -q seq= out || fail "no reply: $(cat err)"
	capabilities=$(caps "$pid")
	kill "$pid"
	wait "$pid"
}

echo "# the capability is gone once the sockets are open"
measuring $as_user "$work/miniping"
equal "capabilities of a user's" 0000000000000000 "$capabilities"
measuring "$miniping"
equal "CAP_NET_RAW among root's" 0 $((0x${capabilities##* } >> 13 & 1))

echo "# files are the user's own, also with more capabilities than it needs"
echo 127.0.0.1 >secret
chmod 600 secret
setcap cap_net_raw,cap_dac_override+ep "$work/miniping"
$as_user "$work/miniping" -f secret >out 2>err
equal "exit code, a file that the user may not read" 3 $?
check "and why" grep -q "secret.*Permission denied" err
$as_user "$work/miniping" -c 1 127.0.0.1 >out 2>err || fail "no reply with more capabilities: $(cat err)"
setcap cap_net_raw+ep "$work/miniping"

echo "# no user floods"
$as_user "$work/miniping" -c 1 -i 1ms 127.0.0.1 >out 2>err
equal "exit code, 1 ms" 3 $?
check "and why" grep -q "interval: expected at least 2ms, for users other than root" err
$as_user "$work/miniping" -c 2 -i 2ms 127.0.0.1 >out 2>err || fail "2 ms are refused: $(cat err)"
"$miniping" -c 2 -i 1ms 127.0.0.1 >out 2>err || fail "1 ms is refused for root: $(cat err)"
before=${EPOCHREALTIME/./}
$as_user "$work/miniping" -c 2 -i 2ms 127.0.0.0/23 >out 2>err || fail "no replies: $(cat err)"
took=$(((${EPOCHREALTIME/./} - before) / 1000))
[ "$took" -ge 900 ] || fail "1,020 packets within $took ms: more than 1,000 a second"

echo "# setuid and setgid are refused, in words that help"
setcap -r "$work/miniping"
for mode in 4755 2755; do
	chown 0:0 "$work/miniping"
	chmod $mode "$work/miniping"
	$as_user "$work/miniping" -f secret >out 2>err
	code=$?
	# LeakSanitizer may not see the memory of such a process, and ends it with 1.
	grep -q LeakSanitizer err || equal "exit code, mode $mode" 4 $code
	check "and what to do, mode $mode" grep -q "setcap cap_net_raw+ep" err
	grep -q "127.0.0.1" out err && fail "mode $mode shows what is in the file"
done
cd /
