#!/bin/bash
# Nobody reads standard error or standard output: a terminal, a pipe, a FIFO, a socket. The probes go on,
# and TERM ends it. (poll() on a terminal promises one byte: whoever writes a line there waits.)
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

python=/usr/bin/python3
[ -x "$python" ] || skip "needs python3, for a terminal that nobody reads"

# hold KIND FDS COMMAND... - runs COMMAND with its descriptors FDS ("1", "2" or "12") on a pty, pipe, fifo or
# socket whose other end is open and never read; the rest goes to files. Writes its pid and, at the end, its
# exit code to files.
hold() {
	"$python" - "$work" "$@" <<-'END' &
		import os, pty, socket, subprocess, sys
		work, kind, fds, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
		if kind == "pty":
		    other, ours = pty.openpty()
		elif kind == "pipe":
		    other, ours = os.pipe()
		elif kind == "fifo":
		    os.mkfifo(work + "/held")
		    other = os.open(work + "/held", os.O_RDWR)
		    ours = os.open(work + "/held", os.O_WRONLY)
		    os.unlink(work + "/held")
		else:
		    pair = socket.socketpair()
		    other, ours = pair[0].detach(), pair[1].detach()
		out = ours if "1" in fds else open(work + "/minipingd.out", "wb")
		err = ours if "2" in fds else open(work + "/minipingd.err", "wb")
		p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
		with open(work + "/pid.new", "w") as f:
		    print(p.pid, file=f)
		os.rename(work + "/pid.new", work + "/pid")
		with open(work + "/code.new", "w") as f:
		    print(p.wait(), file=f)
		os.rename(work + "/code.new", work + "/code")
	END
	holder=$!
	pids+=("$holder")
	wait_for 10 test -s "$work/pid" || die "python3 did not start it"
	minipingd_pid=$(cat "$work/pid")
	pids+=("$minipingd_pid")
}

probing() {
	n_requests
	[ "$requests" -gt $(($1 + 40)) ]
}

# probes_go_on WHAT - 160 more, which is half a second's.
probes_go_on() {
	n_requests
	wait_for 10 probing $((requests + 120)) || fail "no probes any more, $1"
}

# unread KIND FDS TO - reloads of a file that is not there fill standard error, each with a line or two.
unread() {
	local what="$1 as $2, log to $3" i

	echo "# $what"
	rm -f "$work/pid" "$work/code"
	printf '%s\n' "defaults: {interval: 100ms, timeout: 500ms, report: 1s, window: 60, probes: true, labels: {a: $wide, b: $wide}}" \
		"log: {to: $3, format: json}" "targets: [{range: 198.18.0.0/27}]" >"$config"
	n_requests
	before=$requests
	hold "$1" "$2" "$minipingd" --config "$config"
	wait_for 10 probing "$before" || die "no probes, $what"
	rm "$config"
	for ((i = 0; i < 250; i++)); do
		kill -HUP "$minipingd_pid"
		sleep 0.002
	done
	probes_go_on "$what"
	kill -TERM "$minipingd_pid"
	wait_for 15 test -s "$work/code" || fail "TERM does not end it, $what"
	equal "exit code, $what" 0 "$(cat "$work/code" 2>/dev/null)"
	kill -KILL "$minipingd_pid" 2>/dev/null
	wait "$holder"
}

wide=$(printf 'x%.0s' {1..250})
config=$work/$(printf 'c%.0s' {1..200}).yaml
start_farend "198.18.0.0/15 delay=5ms"
unread pty 2 "$log"
unread pty 1 stdout
unread fifo 2 "$log"
unread socket 2 "$log"
unread socket 1 stdout
unread pty 12 stdout
unread pty 12 stderr

echo "# a start that fails, and nobody reads why"
rm -f "$work/pid" "$work/code"
{
	printf '%s\n' "targets: [198.18.0.1]"
	for ((i = 0; i < 200; i++)); do echo "no_such_key_${i}_$wide: 1"; done
} >"$config"
hold pty 2 "$minipingd" --config "$config"
wait_for 15 test -s "$work/code" || fail "a start that fails does not end on a terminal that nobody reads"
equal "exit code, a start that fails" 78 "$(cat "$work/code" 2>/dev/null)"
kill -KILL "$minipingd_pid" 2>/dev/null
wait "$holder"
stop_farend
