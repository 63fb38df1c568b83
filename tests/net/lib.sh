# lib.sh - what the end-to-end tests share. Sourced first, as `. "${0%/*}/lib.sh"`: it starts the script
# again inside a network namespace of its own, which dies with the script.
#
# From the environment: top_builddir (default "."), builddir (default $top_builddir), MINIPINGD, FAREND,
# CI=true (then a test that cannot run fails instead of being skipped), KEEP=1 (keep the work directory).
# The namespaces hold no address but loopback's, 198.18.0.0/15 and fd00::/8.

set -u
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

top_builddir=${top_builddir:-.}
builddir=${builddir:-$top_builddir}
minipingd=$(realpath -m "${MINIPINGD:-$top_builddir/minipingd}")
farend=$(realpath -m "${FAREND:-$builddir/tests/farend}")
record_keydoc=$(realpath -m "$top_builddir/record_keydoc")
srcdir=$(realpath "${srcdir:-.}")
test_name=$(basename "$0" .sh)
n_failed=0
pids=()

# skip WHY - this machine cannot run the test.
skip() {
	echo "SKIP $test_name: $*" >&2
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

# die WHY - the test itself could not go on.
die() {
	echo "FAIL $test_name: $*" >&2
	exit 1
}

# needs WHAT COMMAND... - COMMAND, which takes WHAT of the kernel: a kernel without it cannot run the test; if COMMAND fails
# for any other reason, the test could not go on.
needs() {
	local what=$1 error
	shift
	error=$("$@" 2>&1) && return
	case $error in
	*' not supported'* | *'Unknown device type'* | *'qdisc kind is unknown'* | *'rule: No such file or directory'*)
		skip "the kernel has no $what: $error" ;;
	esac
	die "$*: $error"
}

# fail WHY - one behaviour is wrong; the test goes on, and ends with exit 1.
fail() {
	echo "FAIL $test_name: $*" >&2
	n_failed=$((n_failed + 1))
}

# check WHAT COMMAND... - fails unless COMMAND succeeds.
check() {
	local what=$1
	shift
	"$@" || fail "$what"
}

# equal WHAT EXPECTED GOT
equal() {
	[ "$2" = "$3" ] || fail "$1: expected $2, got $3"
}

# equal_json WHAT EXPECTED GOT - JSON values: a number is what it is worth. (One jq prints 50 where another prints 50.0.)
equal_json() {
	jq -ne --slurpfile expected <(printf '%s' "$2") --slurpfile got <(printf '%s' "$3") '$expected == $got' \
		>/dev/null 2>&1 || fail "$1: expected $2, got $3"
}

# within WHAT LOW HIGH GOT - whole numbers.
within() {
	[ "$4" -ge "$2" ] 2>/dev/null && [ "$4" -le "$3" ] || fail "$1: expected $2..$3, got $4"
}

# enter_namespace - run this script in a network namespace with lo up.
enter_namespace() {
	if [ "${MINIPING_NETNS:-}" != "$test_name" ]; then
		[ "$(id -u)" = 0 ] || skip "needs root, for a network namespace"
		unshare --net true 2>/dev/null || skip "the kernel grants no network namespace (unshare --net)"
		command -v jq >/dev/null || skip "needs jq (Debian package jq)"
		command -v ip >/dev/null || skip "needs ip (Debian package iproute2)"
		MINIPING_NETNS=$test_name exec unshare --net -- bash "$0" "$@"
	fi
	ip link set lo up || die "lo does not come up"
	# As in routes_to_farend.
	ip neigh replace 127.0.0.1 dev lo nud permanent
	ip -6 neigh replace ::1 dev lo nud permanent
	[ -x "$minipingd" ] || die "no minipingd at $minipingd (set MINIPINGD or top_builddir)"
}

leave() {
	local code=$?
	local pid

	trap - EXIT
	for pid in ${pids[@]+"${pids[@]}"}; do
		kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	if [ -n "${KEEP:-}" ]; then
		echo "kept $work" >&2
	else
		rm -rf "$work"
	fi
	[ "$n_failed" -gt 0 ] && code=1
	[ "$code" = 0 ] && echo "PASS $test_name"
	exit "$code"
}

# wait_for SECONDS COMMAND... - until COMMAND succeeds; fails when it never does.
wait_for() {
	local tries=$(($1 * 50))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.02
	done
}

# start_farend RULES - RULES is text, one rule a line (farend_rules.h). Makes tun0 with routes for
# 198.18.0.0/15 and fd00:1::/64, and our own addresses 198.19.255.1 and fd00:2::1.
start_farend() {
	[ -x "$farend" ] || die "no farend at $farend (set FAREND or builddir)"
	[ -c /dev/net/tun ] || skip "no /dev/net/tun"
	printf '%s\n' "$1" >"$work/rules"
	rm -f "$work/ready" "$work/truth"
	at_once "$farend" --dev tun0 --rules "$work/rules" --truth "$work/truth" --seed "${SEED:-1}" \
		--ready-file "$work/ready" 2>"$work/farend.err" &
	farend_pid=$!
	pids+=("$farend_pid")
	wait_for 5 test -s "$work/ready" || {
		grep -q 'Operation not permitted' "$work/farend.err" && skip "the kernel grants no TUN device"
		die "farend did not start: $(cat "$work/farend.err")"
	}
	setup_tun || die "tun0 could not be set up"
}

# at_once COMMAND... - it comes before all that is not real time, where that is granted: the far end is to be late by
# what its rules say, and not by what else the machine does.
at_once() {
	if chrt --fifo 1 true 2>/dev/null; then
		exec chrt --fifo 1 "$@"
	fi
	exec "$@"
}

# Without link-local address and DAD nothing but probes crosses the device.
setup_tun() {
	sysctl -qw net.ipv6.conf.tun0.accept_dad=0 &&
		ip link set tun0 addrgenmode none &&
		ip link set tun0 mtu 65535 txqueuelen 100000 up &&
		ip addr add 198.19.255.1/32 dev tun0 &&
		ip -6 addr add fd00:2::1/128 dev tun0 nodad &&
		routes_to_farend
}

# routes_to_farend - all goes by one neighbour of each IP version, which is permanent. gc_thresh3 bounds the others for
# the whole machine: what fills its tables elsewhere, or has just done so, would be a true send error here.
routes_to_farend() {
	ip neigh replace 198.18.0.0 dev tun0 nud permanent &&
		ip -6 neigh replace fd00:2::2 dev tun0 nud permanent &&
		ip route replace 198.18.0.0/15 dev tun0 &&
		ip -6 route replace fd00:1::/64 via fd00:2::2 dev tun0 onlink
}

# snapshot_farend - its truth so far, in $work/truth.
snapshot_farend() {
	rm -f "$work/truth"
	kill -USR1 "$farend_pid"
	wait_for 5 test -s "$work/truth" || die "farend wrote no truth"
}

# quiet_farend - from now on it drops every request: once the timeouts are over, counts rest.
quiet_farend() {
	kill -USR2 "$farend_pid"
}

# stop_farend - its whole truth, in $work/truth.
stop_farend() {
	kill -TERM "$farend_pid"
	wait "$farend_pid" || die "farend failed: $(cat "$work/farend.err")"
}

# truth FILTER [JQ OPTIONS] - asks the truth file.
truth() {
	local filter=$1
	shift
	jq -r "$@" "$filter" "$work/truth"
}

# start_minipingd CONFIG - CONFIG is YAML text; waits for the daemon record "ready". Its log is
# $log, unless CONFIG says otherwise.
start_minipingd() {
	printf '%s\n' "$1" >"$work/minipingd.yaml"
	: >"$log"
	"$minipingd" --config "$work/minipingd.yaml" >"$work/minipingd.out" 2>"$work/minipingd.err" &
	minipingd_pid=$!
	pids+=("$minipingd_pid")
	wait_for 10 ready_or_gone
	logged 'select(.kind == "daemon" and .event == "ready")' ||
		die "minipingd did not get ready: $(cat "$work/minipingd.err")"
}

ready_or_gone() {
	! kill -0 "$minipingd_pid" || logged 'select(.kind == "daemon" and .event == "ready")'
}

# waited_ns - how long its loop has been ready to run and another had the processor, in $waited.
waited_ns() {
	read -r _ waited _ <"/proc/$minipingd_pid/task/$minipingd_pid/schedstat"
}

# stop_minipingd - by TERM; its exit code is to be 0.
stop_minipingd() {
	local code

	kill -TERM "$minipingd_pid"
	wait "$minipingd_pid"
	code=$?
	equal "exit code after TERM" 0 "$code"
	equal "lines missing from the log" 0 "$(jq -s 'map(.n) | (max - min + 1) - length' "$log")"
}

# logged FILTER - some whole line of the log passes FILTER.
logged() {
	[ -n "$(grep '}$' "$log" | jq -c "$1" | head -n 1)" ]
}

# n_logged FILTER - how many do.
n_logged() {
	jq -c "$1" "$log" | wc -l
}

# lines_as_documented - each line of the log is as its JSON Schema says, and has the keys of the table that the manual is
# made from.
lines_as_documented() {
	local python=/usr/bin/python3          # as packaged: one of another origin may lack the module

	if ! "$python" -c 'import jsonschema' 2>/dev/null; then
		[ "${CI:-}" = true ] && fail "no jsonschema (Debian package python3-jsonschema)"
		echo "# the log is not held against its schema: that needs jsonschema (Debian package python3-jsonschema)"
		return
	fi
	"$record_keydoc" list >"$work/keys"
	check "lines of the log are not as documented" "$python" "$srcdir/tests/log_lines.py" "$work/keys" \
		"$srcdir/etc/minipingd-log.schema.json" "$log"
}

# daemon EVENT KEY - a figure of the last daemon record of that event.
daemon() {
	jq -rs --arg event "$1" --arg key "$2" \
		'map(select(.kind == "daemon" and .event == $event)) | last | .[$key]' "$log"
}

# report TARGET KEY - from its last report record.
report() {
	jq -rs --arg target "$1" --arg key "$2" \
		'map(select(.kind == "report" and .target == $target)) | last | .[$key]' "$log"
}

# judge WHAT JQ-PROGRAM [JQ OPTIONS] - PROGRAM gets the log as an array and $truth, and gives a string
# for each thing that is wrong.
judge() {
	local what=$1 program=$2 faults
	shift 2
	faults=$(jq -rs --slurpfile truths "$work/truth" "$@" \
		'def last_reports: reduce (.[] | select(.kind == "report")) as $r ({}; .[$r.target] = $r);
		def event($e): map(select(.kind == "daemon" and .event == $e)) | last;
		$truths[0] as $truth | '"$program" "$log" 2>&1) || faults="jq: $faults"
	[ -z "$faults" ] && return
	while IFS= read -r line; do
		fail "$what: $line"
	done <<<"$faults"
}

enter_namespace "$@"
work=$(mktemp -d "${TMPDIR:-/tmp}/minipingd-$test_name.XXXXXX")
chmod 755 "$work"
log=$work/log
trap leave EXIT
trap 'exit 1' INT TERM HUP
