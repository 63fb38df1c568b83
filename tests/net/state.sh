#!/bin/bash
# The state of the targets outlives a restart, by TERM and by kill -9: no second record of what is down, windows and
# totals that go on, a gap that is no loss, names that are probed before DNS answers. Damaged files are set aside; a
# full disk costs no probe.
. "${0%/*}/lib_dns.sh"

file=$work/lib/state
mkdir "$work/lib"
records="good.test,198.18.1.1,60
all.test,198.18.1.2,60
all.test,198.18.1.3,60"

# config [STATE] - the configuration, with this in its section state
config() {
	cat <<-END
	defaults: {interval: 100ms, timeout: 80ms, report: 1s, window: 30, fall: 3, rise: 2}
	log: {to: $log, format: json}
	state: {${1:-file: $file, every: 1s}}
	http: {listen: "127.0.0.1:9737"}
	targets:
	- {host: 198.18.0.1, name: alive}
	- {host: 198.18.0.2, name: dead}
	- good.test
	- {host: all.test, addresses: all}
	END
}

# started [STATE] [MORE] - a daemon, whose log is a new one
started() {
	rm -f "$log"
	start_minipingd "$(config "${1:-}")${2:+$'\n'$2}"
}

# killed - without a warning
killed() {
	kill -KILL "$minipingd_pid"
	wait "$minipingd_pid" 2>/dev/null
}

version() { stat -c %i.%y "$file" 2>/dev/null; }

# saved - what is now has been written: the second save from now on begins after now
saved() {
	local n was

	for n in 1 2; do
		was=$(version)
		wait_for 10 eval '[ "$(version)" != "$was" ]' || fail "no save of the state: $(cat "$work/minipingd.err")"
	done
}

# same_time WHAT EXPECTED GOT - to 10 ms: what is computed from the monotonic clock follows each slewing of the other
same_time() {
	local a b

	a=$(date -d "$2" +%s%3N) b=$(date -d "$3" +%s%3N) || a=0 b=
	within "$1: $2, $3" $((a - 10)) $((a + 10)) "$b"
}

reported() { logged "select(.kind == \"report\" and .target == \"$1\")"; }
states() { n_logged "select(.kind == \"state\" and .target == \"$1\")"; }
# of TARGET KIND KEY - from its first record of that kind
of() { jq -rs --arg t "$1" --arg kind "$2" --arg key "$3" 'map(select(.kind == $kind and .target == $t))[0] | .[$key]' "$log"; }
api() { curl -s "http://127.0.0.1:9737/api/v1/targets/$1" | jq -r ".$2"; }

saves() { curl -s http://127.0.0.1:9737/api/v1/status | jq -r ".saves.$1"; }

start_farend "198.18.0.1/32 delay=5ms
198.18.0.2/32 loss=100%
198.18.1.0/24 delay=5ms"
start_dns "$records"

echo "# at the first start nothing is known, and each first record says so"
started
wait_for 20 eval '[ "$(states dead)" = 1 ] && [ "$(states alive)" = 1 ] && [ "$(states good.test)" = 1 ] && [ "$(states all.test/198.18.1.3)" = 1 ]' || fail "not all have a state"
equal "first records of state" "true true true" "$(of alive state first) $(of dead state first) $(of all.test/198.18.1.3 state first)"
wait_for 20 eval '[ "$(api alive received)" = 30 ]' || fail "no full window"
since=$(api dead since)
stop_minipingd
begun=$(of alive report started)
begun_derived=$(of all.test/198.18.1.3 report started)
total=$(report alive total_sent)
check "the file is not for everybody" [ "$(stat -c %a "$file")" = 640 ]
check "nothing is left beside the file" [ "$(ls "$work/lib")" = state ]

# goes_on HOW - what the second start has to show
goes_on() {
	local before metrics

	wait_for 10 reported alive && wait_for 10 reported dead || fail "$1: no reports"
	wait_for 10 reported all.test/198.18.1.2 || fail "$1: no report of a derived target"
	sleep 1
	equal "$1: state records of what has not changed" "0 0 0 0" \
		"$(states alive) $(states dead) $(states good.test) $(states all.test/198.18.1.2)"
	equal "$1: states" "up down" "$(of alive report state) $(of dead report state)"
	equal "$1: full window, and no loss from the gap" "30 0" "$(of alive report sent) $(of alive report lost)"
	same_time "$1: started" "$begun" "$(of alive report started)"
	check "$1: the totals go on: $(of alive report total_sent) after $total" [ "$(of alive report total_sent)" -ge "$total" ]
	equal "$1: interval and totals" true "$(jq -s --argjson total "$total" 'map(select(.kind == "report" and .target == "alive"))[0] | .total_sent - .interval_sent == $total' "$log")"
	equal "$1: lost, unknown" "0 0" "$(of alive report total_lost) $(of alive report total_unknown)"
	equal "$1: since when it is down" "$since" "$(api dead since)"
	same_time "$1: started in the API" "$begun" "$(api alive started)"
	before=$(api alive total_sent)
	metrics=$(curl -s 'http://127.0.0.1:9737/metrics' | sed -n 's/^minipingd_probes_sent_total{.*target="alive".*} //p')
	within "$1: metrics count from 0" $((before - total)) $(($(api alive total_sent) - total)) "$metrics"
}

echo "# TERM: nothing is lost"
sleep 1.5
started "" "- {host: 198.18.0.1, name: new}"
goes_on TERM
equal "a new target is new" "true" "$(wait_for 5 eval '[ "$(states new)" = 1 ]'; of new state first)"

echo "# kill -9: at most what has come since the latest save"
saved
killed
check "the file is whole" [ -s "$file" ]
started
wait_for 10 reported alive
equal "kill -9: state records" "0 0" "$(states alive) $(states dead)"
same_time "kill -9: started" "$begun" "$(of alive report started)"
equal "kill -9: full window" "30 0" "$(of alive report sent) $(of alive report lost)"
check "kill -9: totals" [ "$(of alive report total_sent)" -gt "$total" ]
wait_for 10 eval '[ "$(states good.test)" = 0 ]' || fail "kill -9: a second record of a name"

echo "# names are probed where they were while DNS does not answer"
stop_minipingd
stop_dns
started
wait_for 10 reported good.test || fail "no report of a name"
equal "a name without DNS" "198.18.1.1 up" "$(of good.test report ip) $(of good.test report state)"
check "it is probed" wait_for 5 eval '[ "$(report good.test total_sent)" -gt "$(of good.test report total_sent)" ]'
equal "state records of a name without DNS" 0 "$(states good.test)"
wait_for 10 grep -q "cannot resolve good.test: .*; keeping its last address" "$work/minipingd.err" || fail "not told: $(cat "$work/minipingd.err")"
saved
killed

echo "# what waits for DNS is still known after another restart, by the time that it answers"
: >"$work/dns.log"
start_dns "$records"
started
wait_for 10 reported all.test/198.18.1.3 || fail "no report of a derived target"
equal "a derived target after two restarts" 0 "$(states all.test/198.18.1.3)"
same_time "a derived target after two restarts: started" "$begun_derived" "$(of all.test/198.18.1.3 report started)"

echo "# what comes back has its record, with since from before the restart"
stop_minipingd
stop_farend
start_farend "198.18.0.0/15 delay=5ms"
started
wait_for 10 eval '[ "$(states dead)" = 1 ]' || fail "no record of what is up again"
equal "what is up again" "down up null" "$(of dead state from) $(of dead state to) $(of dead state first)"
equal "since" "$since" "$(of dead state since)"
lines_as_documented
stop_minipingd

echo "# a damaged file is set aside, and the start goes on"
printf x | dd of="$file" bs=1 seek=100 conv=notrunc status=none
started
check "the operator is told" grep -q "error: the state in $file cannot be used: .*; it is now $file.damaged-" "$work/minipingd.err"
equal "files set aside" 1 "$(ls "$file".damaged-* | wc -l)"
wait_for 10 eval '[ "$(states alive)" = 1 ]' || fail "no state without a past"
equal "its first record" true "$(of alive state first)"
rm "$file".damaged-*

echo "# a reload moves the file, refuses a bad place, and ends it"
config "file: $work/lib/other, every: 1s" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 test -s "$work/lib/other" || fail "no save at the new place"
config "file: $work/none/state" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 logged 'select(.event == "reload" and .ok == false and (.error | test("state")))' || fail "a reload to a bad place"
config "file: off" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 eval '[ "$(n_logged "select(.event == \"reload\" and .ok)")" = 2 ]' || fail "no reload to off"
sleep 0.3
rm "$work/lib/other"
sleep 1.5
stop_minipingd
check "off: nothing is saved" test ! -e "$work/lib/other"

echo "# a place that is named and bad ends the start; the usual one does not"
config "file: $work/none/state" >"$work/minipingd.yaml"
timeout 20 "$minipingd" -c "$work/minipingd.yaml" 2>"$work/err"
equal "exit code" 73 $?
check "why" grep -q "cannot keep the state in $work/none/state: .*No such file or directory" "$work/err"
export STATE_DIRECTORY=$work/none
started "every: 1s"
check "the usual place: a warning" grep -q "warning: no state is kept over a restart" "$work/minipingd.err"
stop_minipingd
export STATE_DIRECTORY=$work/lib
rm -f "$file"
started "every: 1s"
wait_for 10 test -s "$file" || fail "no save in STATE_DIRECTORY"
stop_minipingd
unset STATE_DIRECTORY

echo "# one file is one daemon's: a second one is told whose, and does not start"
file=$work/lib/state
started
other=$work/other.yaml
config | sed "s,$log,$work/log2,; /^http/d" >"$other"
timeout 20 "$minipingd" -c "$other" 2>"$work/err"
equal "exit code of a second daemon" 73 $?
check "whose it is" grep -q "cannot keep the state in $file: process $minipingd_pid keeps its own there" "$work/err"
check "--check needs no lock" "$minipingd" --check -c "$other" >/dev/null
config "file: $work/lib/state2, every: 1s" | sed "s,$log,$work/log2,; /^http/d" >"$other"
"$minipingd" -c "$other" 2>"$work/err" &
second_pid=$!
pids+=("$second_pid")
wait_for 10 test -s "$work/lib/state2" || fail "no second daemon"
config "file: $work/lib/state2" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 grep -q "cannot keep the state in $work/lib/state2: process $second_pid keeps" "$work/minipingd.err" ||
	fail "a reload to another's file"
echo "# and what a reload has left is free for another"
config "file: $work/lib/state3" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 test ! -e "$file.lock" || fail "the file that was left is still locked"
config | sed "s,$log,$work/log2,; /^http/d" >"$other"
kill -HUP "$second_pid"
wait_for 10 test -e "$file.lock" || fail "a reload to a file that another has left: $(cat "$work/err")"
kill -KILL "$second_pid"
wait "$second_pid" 2>/dev/null
stop_minipingd
started
check "what the killed have locked is free" test -e "$file.lock"
stop_minipingd
check "a stop leaves no lock" test ! -e "$file.lock"

# told_once WHY BREAK MEND - breaks the file's place for two saves: that is told once, and once that it works again
told_once() {
	$2
	wait_for 10 grep -q "error: cannot save the state in $file: $1; trying again" "$work/minipingd.err" || fail "not told: $1"
	sleep 2.5
	equal "words of: $1" 1 "$(grep -c "cannot save the state" "$work/minipingd.err")"
	$3
	wait_for 10 grep -q "the state is saved in $file again" "$work/minipingd.err" || fail "not told that it works again: $1"
	sleep 1.5
	equal "words of its end: $1" 1 "$(grep -c "is saved in .* again" "$work/minipingd.err")"
}

echo "# a directory that is gone, and comes back empty"
started
wait_for 10 test -s "$file" || fail "no save"
told_once "No such file or directory" "mv $work/lib $work/gone" "mkdir $work/lib"
check "a save where there was none" test -s "$file"
killed
started
wait_for 10 reported alive
equal "state records after a directory was gone" "0 0" "$(states alive) $(states dead)"
stop_minipingd

echo "# a full disk: it is reported once, the file before stays, and no probe is late"
if mkdir "$work/small" && mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
	file=$work/small/state
	started
	wait_for 10 test -s "$file" || fail "no save"
	head -c 1M /dev/zero >"$work/small/fill" 2>/dev/null
	wait_for 10 grep -q "cannot save the state in $file: No space left on device" "$work/minipingd.err" || fail "no word of a full disk"
	sleep 2.5
	equal "the error in the API" "No space left on device" "$(saves error)"
	check "the save in place in the API" [ "$(saves bytes)" = "$(stat -c %s "$file")" ]
	equal "words of a full disk" 1 "$(grep -c "cannot save the state" "$work/minipingd.err")"
	check "the file before stays" test -s "$file"
	rm "$work/small/fill"
	was=$(version)
	wait_for 10 eval '[ "$(version)" != "$was" ]' || fail "no save after the disk was full"
	wait_for 10 eval '[ "$(saves error)" = null ]' || fail "the API still has an error: $(saves error)"
	check "its age in the API" [ "$(saves age_seconds | cut -d. -f1)" -le 5 ]
	equal "the metric" 1 "$(curl -s http://127.0.0.1:9737/metrics | sed -n 's/^minipingd_state_save_successful //p')"
	check "it works again" wait_for 5 grep -q "the state is saved in $file again" "$work/minipingd.err"
	waited_ns
	stop_minipingd
	# Another's work on the processor may make late what falls into it, 2 ms or more: four targets at the most.
	within "late probes" 0 $((waited / 2000000 * 4)) "$(daemon stop off_schedule)"
	started
	wait_for 10 reported alive
	equal "after a full disk" 0 "$(states alive)"
	stop_minipingd

	echo "# a file system that has become read-only, and one that is so at the stop"
	started
	was=$(version)
	wait_for 10 eval '[ "$(version)" != "$was" ]' || fail "no save"
	# By a mount above it: the file system itself is kept writable by the lock, which is open.
	read_only() { mount --bind "$work/small" "$work/small" && mount -o remount,bind,ro "$work/small"; }
	told_once "Read-only file system" read_only "umount $work/small"
	read_only
	wait_for 10 eval '[ "$(grep -c "cannot save the state" "$work/minipingd.err")" = 2 ]' || fail "a second time is not told"
	stop_minipingd
	umount "$work/small"
	umount "$work/small"
else
	echo "no tmpfs can be mounted: left out" >&2
fi
