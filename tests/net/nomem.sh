#!/bin/bash
# Out of memory while a configuration is read, or while the daemon starts: a message and exit code 1, which systemd tries
# again, whichever allocation is the first to fail. 78 is for errors of the configuration, and neither crash nor silence for
# anything. The same for descriptors, and for miniping: libminiping never ends its caller's process.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
preload_library nomem
preload=$library
step=1
# It has to ask AddressSanitizer, and so comes before it.
runtime=$(sanitizer_runtimes)
if [ -n "$runtime" ]; then
	preload="$preload $runtime"
	export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"
	step=17
fi

cat >"$work/fleet.yaml" <<END
defaults: {interval: 1s, report: 1h}
log: {to: $log, format: json}
groups: [{name: core, labels: {a: b}, degraded: {loss: 5}, targets: [127.0.0.1, {host: localhost, name: x, depends_on: 127.0.0.1}]}]
targets: [{range: 127.0.1.0/29}]
include: [more*.yaml]
targets_file: list
END
echo 'targets: [127.0.0.9]' >"$work/more1.yaml"
echo '127.0.0.7 seven' >"$work/list"

# short_of FAILING ARG... - becomes minipingd with these arguments, whose allocations FAILING fail.
short_of() {
	export PRELOAD_NOMEM=$1
	shift
	LD_PRELOAD=$preload exec "$minipingd" "$@" >"$work/out" 2>"$work/err"
}

# fails_well WHAT CODE - it ended with exit code 1 and a message.
fails_well() {
	[ "$2" = 1 ] && [ -s "$work/err" ] || fail "$1: exit code $2 $(head -n 3 "$work/err" | tr -d '\0')"
}

# each_fails HOW ARG... - as each allocation in turn fails, alone (HOW: alone) or with all that follow (all), until HOW
# many there are is known from a run in which none does.
each_fails() {
	local how=$1 n=0 code n_well=0
	shift
	while [ "$n_well" -lt 8 ]; do
		n=$((n + step))
		[ "$n" -lt 1000 ] || die "$*: still fails at allocation $n"
		(short_of "$n$([ "$how" = all ] || echo "-$n")" "$@") && code=0 || code=$?
		[ "$code" = 0 ] && n_well=$((n_well + 1)) && continue
		n_well=0
		fails_well "minipingd $* without allocation $n ($how)" "$code"
	done
	check "$*: allocations have failed" [ "$n" -gt 100 ]
}

echo "# a configuration is read"
each_fails all --check -c "$work/fleet.yaml"
each_fails alone --check -c "$work/fleet.yaml"
each_fails all --diff "$work/fleet.yaml" -c "$work/fleet.yaml"

# start_short_of FAILING - sets code. Is it ready, it is stopped.
start_short_of() {
	rm -f "$log"
	short_of "$1" -c "$work/fleet.yaml" &
	pids=($!)
	wait_for 20 is_ready_or_gone || die "start without allocation $1: hangs"
	kill -TERM "${pids[0]}" 2>/dev/null
	wait "${pids[0]}" && code=0 || code=$?
	pids=()
}

is_ready_or_gone() {
	! kill -0 "${pids[0]}" 2>/dev/null || grep -qs '"event":"ready"' "$log"
}

echo "# the daemon starts"
n=0 n_well=0
while [ "$n_well" -lt 3 ]; do
	n=$((n + step))
	[ "$n" -lt 1000 ] || die "still does not start at allocation $n"
	start_short_of "$n"
	[ "$code" = 0 ] && n_well=$((n_well + 1)) && continue
	n_well=0
	fails_well "start, all allocations from $n on fail" "$code"
done
check "allocations of the start have failed" [ "$n" -gt 200 ]
for ((i = 1; i < n; i += 15 * step)); do
	start_short_of "$i-$i"
	[ "$code" = 0 ] || fails_well "start, allocation $i fails" "$code"
done

echo "# miniping"
n=0 n_well=0
while [ "$n_well" -lt 8 ]; do
	n=$((n + step))
	[ "$n" -lt 1000 ] || die "miniping still fails at allocation $n"
	PRELOAD_NOMEM=$n LD_PRELOAD=$preload "$miniping" -c 1 -t 1 127.0.0.1 localhost >"$work/out" 2>"$work/err" && code=0 || code=$?
	[ "$code" = 0 ] && n_well=$((n_well + 1)) && continue
	n_well=0
	[ "$code" = 4 ] && [ -s "$work/err" ] || fail "miniping, all allocations from $n on fail: exit code $code"
done
check "allocations of miniping have failed" [ "$n" -gt 30 ]

echo "# a session"
session=$builddir/doc/examples/session_poll
# What libtool has left there may be a script that runs it.
[ ! -x "$builddir/doc/examples/.libs/session_poll" ] || session=$builddir/doc/examples/.libs/session_poll
[ -x "$session" ] || die "no $session (make check builds it)"
n=0 n_well=0
while [ "$n_well" -lt 8 ]; do
	n=$((n + step))
	[ "$n" -lt 1000 ] || die "the session still fails at allocation $n"
	PRELOAD_NOMEM=$n LD_LIBRARY_PATH=$(realpath "$top_builddir")/.libs LD_PRELOAD=$preload \
		"$session" 127.0.0.1 localhost >"$work/out" 2>"$work/err" && code=0 || code=$?
	[ "$code" = 0 ] && [ ! -s "$work/err" ] && n_well=$((n_well + 1)) && continue
	n_well=0
	[ "$code" -le 1 ] && [ -s "$work/err" ] || fail "session_poll, all allocations from $n on fail: exit code $code"
done
check "allocations of the session have failed" [ "$n" -gt 30 ]

echo "# no descriptor is left"
for n in {4..40}; do
	prlimit --nofile="$n" "$minipingd" --check -c "$work/fleet.yaml" >"$work/out" 2>"$work/err" && continue
	fails_well "minipingd --check with $n descriptors" $?
done
