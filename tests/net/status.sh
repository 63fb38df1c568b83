#!/bin/bash
# What the daemon says of itself. To systemd, by sd_notify: ready, reloading, and a status line with targets by state, the
# rate and why the latest reload failed; tests/boot has the real one, here a socket of our own listens. And to the log,
# once a minute: what a daemon logs that is left alone while the rest is tested, and who follows its events meanwhile.
. "${0%/*}/lib.sh"

command -v python3 >/dev/null || skip "needs python3"

# listen [FILE] - each message a line of $work/heard, with \n as it is written in Python; but for WATCHDOG=1. Until there
# is FILE it reads nothing, and its queue is full.
listen() {
	rm -f "$work/notify" "$work/bound"
	python3 -u - "$work" "$@" >"$work/heard" <<-'END' &
		import os, socket, sys, time
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1] + "/notify")
		if len(sys.argv) > 2:
		    filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		    filler.setblocking(False)
		    try:
		        while True:
		            filler.sendto(b"WATCHDOG=1", sys.argv[1] + "/notify")
		    except BlockingIOError:
		        pass
		open(sys.argv[1] + "/bound", "w")
		while len(sys.argv) > 2 and not os.path.exists(sys.argv[2]):
		    time.sleep(0.05)
		while True:
		    message = s.recv(65536).decode()
		    if message != "WATCHDOG=1":
		        print(repr(message)[1:-1])
	END
	pids+=($!)
	wait_for 5 test -e "$work/bound" || die "no socket"
}

# heard PATTERN - some message is like it
heard() {
	grep -qE -- "$1" "$work/heard"
}

# last_status PATTERN - the latest status is like it
last_status() {
	grep '^STATUS=' "$work/heard" | tail -n 1 | grep -qE -- "$1"
}

minute=$work/minute
mkdir "$minute"
cat >"$minute/main.yaml" <<-END
	defaults: {interval: 100ms, timeout: 50ms, report: 1h}
	log: {to: $minute/log, format: json}
	control: {socket: $minute/control.sock}
	include: [more.yaml]
	targets: [127.0.0.1, 127.0.0.2, '::1', 198.18.0.1]
END
echo "targets: [127.0.0.3]" >"$minute/more.yaml"
"$minipingd" -c "$minute/main.yaml" 2>"$minute/err" &
minute_pid=$!
pids+=("$minute_pid")
# A follower of nothing that happens: it hears a comment every 15 s, and goes on.
wait_for 10 test -S "$minute/control.sock" || die "no control socket"
"${MINIPINGCTL:-$top_builddir/minipingctl}" --socket "$minute/control.sock" events -f --kind path >"$minute/events" 2>"$minute/events.err" &
follower=$!
pids+=("$follower")

listen
ip route add unreachable 198.18.0.1
options="defaults: {interval: 50ms, timeout: 50ms}
log: {to: $log, format: json}"
NOTIFY_SOCKET=$work/notify start_minipingd "$options
targets: [127.0.0.1, 127.0.0.2, '::1', 198.18.0.1]"
wait_for 5 heard '^READY=1$' || fail "ready is not told"
wait_for 10 last_status '^STATUS=4 targets: 3 up, 0 degraded, 0 down, 1 unknown; [0-9.]+ probes/s, [0-9]+ late, [0-9]+ skipped; 0 packets, 0 log lines dropped; [1-9][0-9]* MB; configuration [0-9a-f]{16}$' ||
	fail "status: $(tail -n 1 "$work/heard")"

echo "# a reload that fails"
printf '%s\n' "$options" "targets: [127.0.0.1, {host: 127.0.0.3, intervall: 1}]" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 heard '^RELOADING=1\\nMONOTONIC_USEC=[0-9]+$' || fail "reloading is not told"
wait_for 5 last_status "; the last reload failed: $work/minipingd.yaml:3:[0-9]+: unknown key .intervall" || fail "status: $(tail -n 1 "$work/heard")"
equal "READY=1 after the reload" 2 "$(grep -c '^READY=1$' "$work/heard")"

echo "# one that cannot have its log"
printf '%s\n' "log: {to: $work/none/log}" "targets: [127.0.0.1]" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 last_status '; the last reload failed: the log cannot be opened$' || fail "status: $(tail -n 1 "$work/heard")"

echo "# and one that succeeds"
printf '%s\n' "$options" "targets: [127.0.0.1, 127.0.0.2]" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 last_status 'configuration [0-9a-f]{16}$' || fail "the error stays: $(tail -n 1 "$work/heard")"
wait_for 20 last_status '^STATUS=2 targets: 2 up, 0 degraded, 0 down, 0 unknown; [1-9][0-9]* probes/s, ' ||
	fail "status: $(tail -n 1 "$work/heard")"
stop_minipingd
wait_for 5 heard '^STOPPING=1$' || fail "the stop is not told"

echo "# an error that does not fit is cut between two characters"
umlauts=$(printf 'ä%.0s' {1..60})
directory=$work/$umlauts/x$umlauts
# Of the 255 bytes that fit, the last is the first one of a character.
[ $(((256 - $(wc -c <<<"$directory")) % 2)) = 1 ] || directory=$work/x$umlauts/x$umlauts
mkdir -p "$directory$umlauts"
printf '%s\n' "$options" "targets: [127.0.0.1]" >"$directory$umlauts/minipingd.yaml"
NOTIFY_SOCKET=$work/notify "$minipingd" -c "$directory$umlauts/minipingd.yaml" 2>"$work/minipingd.err" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 last_status '^STATUS=1 targets: ' || fail "status: $(tail -n 1 "$work/heard")"
echo wrong >"$directory$umlauts/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 last_status "; the last reload failed: $work/x?ä.*ä$" || fail "status: $(tail -n 1 "$work/heard")"
kill "$minipingd_pid"
wait "$minipingd_pid"

echo "# a supervisor that does not read is not waited for, and hears it later"
listen "$work/read"
NOTIFY_SOCKET=$work/notify start_minipingd "$options
targets: [127.0.0.1]"
sleep 2
before=$(n_logged 'select(.kind == "report")')
kill -USR2 "$minipingd_pid"
more_reports() {
	[ "$(n_logged 'select(.kind == "report")')" -gt "$before" ]
}
wait_for 5 more_reports || fail "the loop waits for the supervisor"
: >"$work/read"
wait_for 10 heard '^READY=1$' || fail "ready is never told"
wait_for 10 last_status '^STATUS=1 targets: 1 up' || fail "status: $(tail -n 1 "$work/heard")"
equal "READY=1" 1 "$(grep -c '^READY=1$' "$work/heard")"
stop_minipingd

echo "# a record each minute"
status() {
	jq -e 'select(.event == "status")' "$minute/log" >"$work/status"
}
wait_for 75 status || fail "no status record in a minute and a quarter"
rss=$(awk '/^VmRSS:/ { print $2 * 1024 }' "/proc/$minute_pid/status")
hash=$(cat "$minute/main.yaml" "$minute/more.yaml" | sha256sum | head -c 16)
equal "the status record" "" "$(jq -r --argjson rss "$rss" --arg hash "$hash" '
	{targets: 5, up: 4, degraded: 0, down: 0, unknown: 1, delayed: 0, socket_drops: 0, log_dropped: 0, config_hash: $hash,
	 level: "info"} as $is | . as $r |
	($is | to_entries[] | select($r[.key] != .value) | "\(.key) is \($r[.key])"),
	(select(.uptime_ms < 60000 or .uptime_ms > 70000) | "uptime \(.uptime_ms)"),
	(select(.rss_bytes < $rss / 1.5 or .rss_bytes > $rss * 1.5) | "rss_bytes \(.rss_bytes), by the kernel \($rss)"),
	((.probes + .skipped / 5 * 4 | . * 1000 / $r.uptime_ms) as $rate |
	 select($rate < 36 or $rate > 44) | "\(.probes) probes, \(.skipped) skipped"),
	(select((.rate - .probes * 1000 / .uptime_ms) | fabs > 2) | "rate \(.rate) of \(.probes) probes"),
	(select(.off_schedule > .probes or .in_flight > 5) | tostring)' "$work/status")"
log=$minute/log
equal "started, to the second" 0 "$(jq -s 'def seconds: .[:19] + "Z" | fromdate;
	map(select(.event == "start"))[0] | ((.ts | seconds) - (.started | seconds)) | if . > 1 or . < 0 then . else 0 end' "$log")"
equal "boot_id" "$(tr -d - </proc/sys/kernel/random/boot_id)" "$(daemon start boot_id)"
equal "what a follower says of a stream that is quiet for a minute" "" "$(cat "$minute/events.err")"
check "it still follows" kill -0 "$follower"
kill "$follower"
kill "$minute_pid"
wait "$minute_pid"
lines_as_documented
