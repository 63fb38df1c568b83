#!/bin/bash
# The Python package, built and installed by tests/python.sh, against the far end: the seed's own cases, its formulas in 100
# random runs, callbacks, interrupts, asyncio.
. "${0%/*}/lib.sh"

python=/usr/bin/python3
cd "$top_builddir" || die "no $top_builddir"
bash "$srcdir/tests/python.sh" "$work/installed" >"$work/build.log" 2>&1
status=$?
[ "$status" != 77 ] || skip "$(tail -n 1 "$work/build.log")"
[ "$status" = 0 ] || die "$(cat "$work/build.log")"
# The tests are another user's, too.
chmod -R a+rX "$work"

start_farend "
198.18.1.1 delay=3ms
198.18.1.2 delay=3ms loss-every=2
198.18.1.3 loss
198.18.1.4 error=3:1 from=198.18.1.254
fd00:1::1:1 delay=3ms ttl=57
198.18.7.1 loss
198.18.7.2 loss
198.18.7.3 delay=1ms
198.18.7.4 delay=1ms jitter=1ms
$(for i in {5..100}; do
	echo "198.18.7.$i delay=$((RANDOM % 3000))us jitter=$((RANDOM % 9000))us loss=$((RANDOM % 70))% ttl=$((RANDOM % 255 + 1))"
done)"
printf 'nameserver 127.0.0.1\n' >"$work/resolv.conf"
sysctl -qw net.ipv4.ping_group_range="1 0"
export PYTHONPATH=$work/installed PYTHONDONTWRITEBYTECODE=1 PYMINIPING_LIBRARY=$work/installed/libminiping.so.0
cd / || die "no /"
check "test_network" "$python" -W error -m unittest -v "$srcdir/python/tests/test_network.py"
leave
