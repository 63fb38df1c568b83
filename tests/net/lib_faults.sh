# lib_faults.sh - what the tests of faults share. Sourced after lib.sh.

# preload_library NAME - sets $library: tests/preload_NAME.c as it was built.
preload_library() {
	library=$(realpath -m "$builddir/tests/preload_$1.so")
	[ -f "$library" ] || die "no $library (make check builds it)"
}

# sanitizer_runtimes - those that $minipingd has: libraries that a preloaded one of ours may have to stand behind.
sanitizer_runtimes() {
	ldd "$minipingd" | sed -n 's/.*lib[at]san[^ ]* => \([^ ]*\) .*/\1/p'
}

# preload_behind_sanitizers NAME - sets $library to what LD_PRELOAD takes.
preload_behind_sanitizers() {
	preload_library "$1"
	library="$(sanitizer_runtimes | tr '\n' ' ')$library"
}

# preload NAME [VARIABLE=VALUE] - from now on $minipingd runs with tests/preload_NAME.c.
preload() {
	local library

	preload_behind_sanitizers "$1"
	cat >"$work/minipingd.sh" <<-END
	#!/bin/sh
	exec env LD_PRELOAD="$library" "${2:-PRELOAD=$1}" "$minipingd" "\$@"
	END
	chmod 755 "$work/minipingd.sh"
	minipingd=$work/minipingd.sh
}

# come_to_rest SECONDS - the far end goes quiet, and SECONDS later the targets are given an interval of a
# day, by a reload: a timeout later everything in flight has ended, and no count needs any tolerance.
# SECONDS is longer than anything the far end holds back, and so is a second more than the timeout.
# Of a day, too, a target's slot may be now: then its probe is waited for.
come_to_rest() {
	local n before tries

	quiet_farend
	sleep "$1"
	n=$(n_reloads)
	sed -i 's/interval: [^,}]*/interval: 1d/' "$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 10 more_reloads "$n" || fail "no reload record"
	for tries in {1..10}; do
		n_requests
		before=$requests
		sleep "$1"
		n_requests
		[ "$requests" -ne "$before" ] || return 0
	done
	fail "probes are still sent after $tries times $1 s"
}

n_reloads() {
	grep -c '"event":"reload"' "$log"
}

more_reloads() {
	[ "$(n_reloads)" -gt "$1" ]
}

# now_ms - wall clock.
now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

# n_requests - packets that have gone out through tun0, in $requests (no process is started: it is quick).
n_requests() {
	local device rest

	while read -r device rest; do
		# Receive bytes packets errs drop fifo frame compressed multicast, transmit bytes packets.
		# shellcheck disable=SC2086
		[ "$device" = tun0: ] && set -- $rest && requests=${10}
	done </proc/net/dev
}

# judge_unknown - each probe that became unknown is told of in a stall record. Shared machines stall.
judge_unknown() {
	judge "unknown" '
		([last_reports[].total_unknown] | add) as $n |
		([.[] | select(.kind == "daemon" and .event == "stall") | .unknown] | add // 0) as $told |
		select($n != $told) | "\($n) probes unknown, \($told) told of in stall records"'
}
