#!/bin/bash
# A log belongs to one daemon: a second one is refused and told whose it is, through rotations and reloads. The
# command line's --log-to wins over the configuration. A log without a reader ends the daemon, if nobody can come back.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

# config LOG [TARGET]... - one that writes often
config() {
	local to=$1
	shift
	echo "defaults: {interval: 20ms, timeout: 20ms, report: 1s, probes: true}"
	echo "log: {to: $to, format: json}"
	echo "targets: [127.0.0.1$(printf ', %s' "$@")]"
}

# second LOG [OPTION]... - another daemon, which is to be refused: $code, $work/second.err
second() {
	config "$1" >"$work/second.yaml"
	shift
	timeout 20 "$minipingd" -c "$work/second.yaml" "$@" >"$work/second.out" 2>"$work/second.err"
	code=$?
}

# refused WHAT - by the first daemon, whose process is named
refused() {
	equal "exit code, $1" 73 "$code"
	grep -qF "process $minipingd_pid writes to it" "$work/second.err" || fail "$1: $(cat "$work/second.err")"
}

# n_starts LOG... - of daemons that have written to these
n_starts() {
	cat "$@" | grep -c '"event":"start"'
}

echo "# a second daemon, and one that only checks"
start_minipingd "$(config "$log")"
second "$log"
refused "the log of another"
second stdout --log-to "$log"
refused "the same by --log-to"
"$minipingd" --check -c "$work/minipingd.yaml" >"$work/out" 2>"$work/err"
equal "--check beside the daemon" "0 " "$? $(cat "$work/err")"

echo "# after a rotation the new file is the daemon's, and the old one nobody's"
mv "$log" "$log.1"
kill -USR1 "$minipingd_pid"
wait_for 5 test -s "$log" || fail "no new log after USR1"
second "$log"
refused "the log after a rotation"
kill -USR1 "$minipingd_pid"
sleep 0.1
second "$log"
refused "the log after a reopen without a rotation"

echo "# a rotation into a file of another daemon keeps the old one"
config "$work/other" >"$work/other.yaml"
"$minipingd" -c "$work/other.yaml" 2>"$work/other.err" &
other=$!
pids+=("$other")
wait_for 10 test -s "$work/other" || fail "no other daemon: $(cat "$work/other.err")"
mv "$log" "$log.2"
ln "$work/other" "$log"
kill -USR1 "$minipingd_pid"
wait_for 5 grep -q "cannot be opened: process $other writes to it" "$work/minipingd.err" || fail "no word of it: $(cat "$work/minipingd.err")"
rm "$log"
kill -USR1 "$minipingd_pid"
wait_for 5 test -s "$log" || fail "no new log once the other's is out of the way"

echo "# a reload to the other's log is refused, one to a new place takes the lock along, and back again"
config "$work/other" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":false' "$log" || fail "a reload to a log of another"
config "$work/new" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":true' "$work/new" || fail "no reload to a new place"
second "$work/new"
refused "the log after a reload"
config "$log" >"$work/minipingd.yaml"
sleep 1.5
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":true' "$log" || fail "no reload back to the first place: $(tail -n 3 "$work/minipingd.err")"
second "$log"
refused "the log after a reload there and back"
kill "$other"
wait "$other"
kill -TERM "$minipingd_pid"
wait "$minipingd_pid"
equal "exit code after TERM" 0 $?
equal "daemons that have written to the logs" 2 "$(n_starts "$log" "$log".* "$work/new" "$work/other")"
echo '{}' >"$work/truth"
cat "$log".1 "$log".2 "$work/new" "$log" >"$work/all"
log=$work/all judge "the first daemon's lines" 'map(.n) | select((unique | length) != length or max != length) | "\(length) of \(max)"'

echo "# a log that cannot be opened ends the start"
second "$work/none/log"
equal "exit code without the directory" 73 "$code"
check "what to do" grep -q "No such file or directory; its directory must exist" "$work/second.err"

echo "# --log-to wins over the file, also after a reload"
rm -f "$log"
config "$work/none/log" >"$work/minipingd.yaml"
"$minipingd" -c "$work/minipingd.yaml" --log-to "$log" 2>"$work/minipingd.err" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 ready_or_gone
config "$work/elsewhere" 127.0.0.2 >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":true,"added":1' "$log" || fail "no reload in the log of --log-to"
check "the file's place is not used" test ! -e "$work/elsewhere"
stop_minipingd
"$minipingd" -c "$work/minipingd.yaml" --log-to elsewhere 2>"$work/minipingd.err"
equal "exit code of --log-to with a bad place" 1 $?
check "what --log-to expects" grep -q "expected stdout, stderr or a path" "$work/minipingd.err"
config "$work/elsewhere" >"$work/minipingd.yaml"
"$minipingd" -c "$work/minipingd.yaml" --log-to stderr 2>"$log" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 ready_or_gone
logged 'select(.event == "ready")' || fail "no log on standard error"
kill -TERM "$minipingd_pid"
wait "$minipingd_pid"

echo "# a reader of standard output that goes away ends it"
config stdout >"$work/minipingd.yaml"
{
	timeout 20 "$minipingd" -c "$work/minipingd.yaml" 2>"$work/minipingd.err"
	echo $? >"$work/code"
} | head -n 3 >"$work/head"
equal "lines read" 3 "$(wc -l <"$work/head")"
equal "exit code" 1 "$(cat "$work/code")"
check "standard error says why" grep -q "error: the reader of the log is gone: stopping" "$work/minipingd.err"

echo "# a reader of standard error does not"
mkfifo "$work/fifo"
cat "$work/fifo" >"$work/stderr" &
reader=$!
: >"$log"
config "$log" >"$work/minipingd.yaml"
"$minipingd" -c "$work/minipingd.yaml" 2>"$work/fifo" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 ready_or_gone
kill "$reader"
wait "$reader" 2>/dev/null
echo 'targets: 1' >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":false' "$log" || fail "no failed reload"
sleep 1.2
config "$log" 127.0.0.2 >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":true,"added":1' "$log" || fail "nothing goes on without standard error"
stop_minipingd
