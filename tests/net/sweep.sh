#!/bin/bash
# miniping over a /22 on the link of which 97 hosts of 1,022 are alive finds these and no others: what waits for dead
# neighbours fills no buffer that the others need, and where the neighbour table is full it waits for room. By raw sockets
# and by ping sockets. RUNS of each (default 3; 20 by `make check-long`); with WHOLE a /16 as well, of which 257 are alive,
# beside fping: minutes.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
alone_with_table
far_namespace far
connect va "$far"
ip addr add 10.9.0.1/21 dev va
live=()
for i in {1..97}; do
	live+=("10.9.$((i * 10 / 256)).$((i * 10 % 256 + 1))")
done
alive "$far" far-va "${live[@]/%//21}"
printf '%s\n' "${live[@]}" 10.9.0.1 | sort >"$work/expected"

as_nobody "$miniping"

# sweep WHAT COMMAND... - the live ones, and nothing on standard error
sweep() {
	local what=$1
	shift
	for ((run = 1; run <= ${RUNS:-3}; run++)); do
		"$@" 2>"$work/err" | sort >"$work/found"
		cmp -s "$work/expected" "$work/found" ||
			fail "$what, run $run: $(comm -13 "$work/expected" "$work/found" | wc -l) too many, missing: $(
				comm -23 "$work/expected" "$work/found" | wc -l)"
		equal "$what, run $run: standard error" "" "$(head -n 3 "$work/err")"
	done
}

sweep "raw -a" "$miniping" -a 10.9.0.0/22
sweep "raw -a -c1" "$miniping" -a -c1 10.9.0.0/22
sweep "ping sockets -a" "$nobody" -a 10.9.0.0/22
sweep "ping sockets -a -c1" "$nobody" -a -c1 10.9.0.0/22

# Twice as many as the neighbour table takes by default: it has to be emptied meanwhile.
RUNS=1
sweep "raw -a -c1 of 2,046" "$miniping" -a -c1 10.9.0.0/21
sweep "ping sockets -a -c1 of 2,046" "$nobody" -a -c1 10.9.0.0/21

[ -n "${WHOLE:-}" ] || exit 0

# timed WHAT COMMAND... - prints its times
timed() {
	local what=$1 TIMEFORMAT='%R s wall, %U s user, %S s system'
	shift
	{ time "$@"; } 2>"$work/times"
	echo "$what: $(tail -n 1 "$work/times")"
}

ip addr add 10.12.0.1/15 dev va
live=()
for i in {1..256}; do
	live+=("10.12.$((i * 255 % 256)).$((i * 7 % 254 + 2))")
done
alive "$far" far-va "${live[@]/%//15}"
printf '%s\n' "${live[@]}" 10.12.0.1 | sort >"$work/expected"
equal "hosts of the /16 that are alive" 257 "$(sort -u "$work/expected" | wc -l)"
timed "miniping -a of a /16" sweep "raw -a of a /16" "$miniping" -a 10.12.0.0/16
if command -v fping >/dev/null; then
	timed "fping -a -r 0 -t 1000 -i 1 of a /16" fping -a -r 0 -t 1000 -i 1 -g 10.12.0.0/16 >"$work/fping" 2>/dev/null
	tail -n 1 "$work/fping"
	echo "of 257 that are alive, fping has found $(grep -c '^10\.12\.[0-9.]*$' "$work/fping")"
fi
