#!/bin/bash
# The history of the targets: what the API has of a minute agrees with the log's counts, over restarts as well, which
# leave a gap; kill -9, a full disk, a locked and a damaged file cost no probe, and are reported; reloads move it, end it
# and begin it.
. "${0%/*}/lib.sh"

file=$work/lib/history.db
mkdir "$work/lib"
minipingctl=$(realpath -m "$top_builddir/minipingctl")
base=http://127.0.0.1:9737

# config [HISTORY] [MORE] - the configuration, with this in its section history
config() {
	cat <<-END
	defaults: {interval: ${interval:-100ms}, timeout: 80ms, report: 1s, fall: 3, rise: 2}
	log: {to: $log, format: json}
	state: {file: $work/lib/state, every: 1s}
	history: {${1:-file: $file, detail: 1d}}
	http: {listen: "127.0.0.1:9737"}
	targets:
	- {host: 198.18.0.1, name: alive}
	- {host: 198.18.0.2, name: dead}
	- {host: 198.18.0.3, name: lossy}
	${2:-}
	END
}

# started [HISTORY] [MORE] - a daemon, whose log is a new one
started() {
	rm -f "$log"
	start_minipingd "$(config "$@")"
}

# reloaded N [HISTORY] [MORE] - its N-th successful reload
reloaded() {
	config "${@:2}" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 10 eval '[ "$(n_logged "select(.event == \"reload\" and .ok)")" = '"$1"' ]' || fail "no reload $1: $(cat "$work/minipingd.err")"
}

killed() {
	kill -KILL "$minipingd_pid"
	wait "$minipingd_pid" 2>/dev/null
}

told() { grep -q "$1" "$work/minipingd.err"; }
get() { curl -s "$base/api/v1/$1"; }
code_of() { curl -s -o /dev/null -w '%{http_code}' "$base/api/v1/$1"; }
# past TARGET JQ - of its steps of the last hour
past() { get "targets/$1/history?from=-1h&to=now" | jq -c "$2"; }
# sum TARGET KEY - of all its steps
sum() { past "$1" "[.items[].$2] | add // 0"; }
sql() { /usr/bin/python3 - "$file" "$@" <<-'END'
	import sqlite3, sys
	print(sqlite3.connect(sys.argv[1], timeout=10).execute(sys.argv[2]).fetchone()[0])
	END
}

# agrees TARGET... - what the history has of them is what their last reports in the log before count since they are known
agrees() {
	local target key

	for target in "$@"; do
		for key in sent received lost unknown; do
			equal "$key of $target" "$(log=$work/before report "$target" "total_$key")" "$(sum "$target" "$key")"
		done
	done
}

start_farend "198.18.0.1/32 delay=5ms
198.18.0.2/32 loss=100%
198.18.0.3/32 delay=2ms loss=25%
198.18.0.0/24 delay=1ms"

echo "# a place that is named and bad ends the start"
for bad in "$work/none/history.db" "$work/lib"; do
	config "file: $bad" >"$work/minipingd.yaml"
	timeout 20 "$minipingd" -c "$work/minipingd.yaml" 2>"$work/err"
	equal "exit code of $bad" 73 $?
	check "why: $(cat "$work/err")" grep -q "cannot keep the history in $bad: " "$work/err"
done

echo "# a start that fails after the history has been opened closes it"
config | sed "s/127.0.0.1:9737/192.0.2.1:9737/" >"$work/minipingd.yaml"
timeout 20 "$minipingd" -c "$work/minipingd.yaml" 2>"$work/err"
code=$?
check "exit code of an address that is not here: $code, $(cat "$work/err")" [ "$code" -gt 0 -a "$code" -lt 124 ]
check "no lock is left" [ ! -e "$file.lock" ]
rm -f "$work/lib/state"*

unset STATE_DIRECTORY
started "max_size: 1G"
check "no place: a warning" told "warning: no history is kept: its section names no file"
equal "no history: status" null "$(get status | jq .history)"
equal "no history" '"no history is kept"' "$(get targets/alive/history | jq .error)"
stop_minipingd
rm -f "$work/lib/state"

echo "# a minute's end while another has the file locked: it is reported once, and written later"
started
equal "nothing is known yet" "404 404" "$(code_of targets/none/history) $(code_of 'chart.svg?target=none')"
second=$((10#$(date +%S)))
[ "$second" -lt 56 ] || sleep 6 # a probe before the minute ends
/usr/bin/python3 - "$file" "$work" <<-'END' &
	import os, sqlite3, sys, time
	db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
	db.execute("BEGIN EXCLUSIVE")
	open(sys.argv[2] + "/locked", "w").close()
	while not os.path.exists(sys.argv[2] + "/unlock"):
	    time.sleep(0.05)
	db.execute("ROLLBACK")
END
pids+=("$!")
wait_for 10 test -e "$work/locked" || die "the file cannot be locked"
# Copying back what has been written before may find it locked at once; a minute does when it ends.
minute=$(date -u +%Y-%m-%dT%H:%M:00Z)
wait_for 75 eval '[ "$(date -u +%Y-%m-%dT%H:%M:00Z)" != "$minute" ]'
wait_for 10 told "cannot write the history in $file: .*locked" || fail "no word of a locked file: $(cat "$work/minipingd.err")"
sleep 2
check "a locked file's error is in the status: $(get status | jq -c .history)" eval 'get status | jq -e ".history.error | test(\"locked\")" >/dev/null'
: >"$work/unlock"
wait_for 20 told "the history is written in $file again" || fail "not written after it was locked"
equal "words of a locked file" 1 "$(grep -c "cannot write the history" "$work/minipingd.err")"
wait_for 10 eval '[ "$(past alive ".items | length")" -ge 1 ]' || fail "no minute of what was locked"

echo "# what the minute has: the fullest, since the daemon may have been started at the very end of one"
equal "its loss" "0 1" "$(past alive '(.items | max_by(.sent)).loss_ratio') $(past dead '(.items | max_by(.sent)).loss_ratio')"
equal "no RTT of what is down" null "$(past dead '(.items | max_by(.sent)).rtt_median_seconds')"
median=$(past alive '(.items | max_by(.sent)).rtt_median_seconds * 1e6 | floor')
within "its median, us" 5000 20000 "$median"
within "loss of 25 %, in thousandths" 100 450 "$(past lossy '(.items | max_by(.sent)).loss_ratio * 1000 | floor')"
equal "the worst" '["dead","lossy"]' "$(get 'worst?window=1h&by=loss&limit=2' | jq -c '[.items[].name]')"
equal "a chart" 200 "$(code_of 'chart.svg?target=lossy&from=-1h')"
equal "status" "[\"$file\",true,true,0]" "$(get status | jq -c '.history | [.file, .error == null, .bytes > 0, .lost_results + .lost_events]')"
"$minipingctl" -u "$base" status >"$work/status"
check "minipingctl status: $(cat "$work/status")" grep -qE "^history +$file, [0-9,.]+k? bytes, latest minute, [0-9ms ]+ ago\$" "$work/status"
newest=$(curl -s "$base/metrics?collect\[\]=daemon" | sed -n 's/^minipingd_history_newest_timestamp_seconds //p')
within "the newest minute" "$(($(date +%s -d "$minute") - 60))" "$(date +%s)" "${newest%.*}"

# The same by seconds. The next minute may have ended meanwhile.
seconds() { get "targets/lossy/history?from=-1h&step=1s" | jq -c "$1"; }
wait_for 10 eval '[ "$(seconds "[.step_seconds, ([.items[].sent] | add), ([.items[].lost] | add)]")" = "[1,$(sum lossy sent),$(sum lossy lost)]" ]' ||
	fail "by seconds: $(seconds '[.step_seconds, ([.items[].sent] | add), ([.items[].lost] | add)]'), by minutes: $(sum lossy sent), $(sum lossy lost)"
within "the most that a second has" 10 20 "$(seconds '[.items[].sent] | max')"
"$minipingctl" -u "$base" history lossy --since 1h --csv >"$work/csv"
equal "minipingctl history" "$(past lossy '.items[0] | [.sent, .lost, .rtt_max_seconds]')" \
	"[$(sed -n 2p "$work/csv" | cut -d, -f2,4,16)]"
equal "minipingctl export" "alive dead lossy" "$("$minipingctl" -u "$base" export --since 1h | sed 1d | cut -d, -f1 | sort -u | xargs)"

echo "# the whole of it, over a restart, is what the log has counted; the file is not for everybody"
stop_minipingd
check "mode of the file" [ "$(stat -c %a "$file")" = 640 ]
check "nothing is beside it" [ ! -e "$file-wal" ] && check "nor its lock" [ ! -e "$file.lock" ]
mv "$log" "$work/before"
interval=1h # no further probe
started
agrees alive dead lossy
equal "a change of state" '["dead","down"]' "$(get targets/dead/events?from=-1h | jq -c '[.items[0].target, .items[0].to]')"
before=$(sum alive sent)
stop_minipingd
interval=

echo "# a target that is renamed keeps its past, and its state"
renamed=$(config | sed 's/name: alive/name: renamed, aka: [x, alive]/')
rm "$log"
start_minipingd "$renamed"
wait_for 20 eval '[ "$(code_of targets/renamed/history)" = 200 ]' || fail "no past under another name"
equal "the past under its former name" 404 "$(code_of targets/alive/history)"
wait_for 10 eval '[ "$(report renamed total_sent)" -gt '"$before"' ]' || fail "no totals under another name"
stop_minipingd
rm "$log"
start_minipingd "$renamed"
check "the past under another name" [ "$(sum renamed sent)" -gt "$before" ]
stop_minipingd

echo "# kill -9 leaves a file that goes on"
started
wait_for 10 eval '[ "$(report alive interval_sent)" -ge 8 ]'
killed
equal "the file after kill -9" '"ok"' "\"$(sql 'PRAGMA integrity_check')\""
before=$(sql 'SELECT count(*) FROM recent_minutes')
check "minutes after kill -9" [ "$before" -ge 1 ]
started
check "kill -9: the past is there" [ "$(sum dead sent)" -gt 0 ]

echo "# reloads: off, elsewhere, to a bad place, and back"
reloaded 1 "file: off"
equal "off" 404 "$(code_of targets/alive/history)"
equal "off: status" null "$(get status | jq .history)"
reloaded 2 "file: $work/lib/other.db, keep: {1m: 1d}"
wait_for 5 test -s "$work/lib/other.db" || fail "no history at the new place"
config "file: $work/none/history.db" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 logged 'select(.event == "reload" and .ok == false and (.error | test("history")))' || fail "a reload to a bad place"
equal "it stays where it was" "\"$work/lib/other.db\"" "$(get status | jq .history.file)"
reloaded 3 "file: $file, keep: {1m: 2d, 1h: 1y, events: 30d}, max_size: 1G"
wait_for 5 eval '[ "$(sum dead sent)" -gt 0 ]' || fail "no past after a reload back"
stop_minipingd

echo "# a damaged file is set aside, and the start goes on"
cp "$file" "$work/good.db"
head -c 8192 /dev/urandom | dd of="$file" conv=notrunc status=none
started
check "the operator is told: $(cat "$work/minipingd.err")" told "error: the history in $file cannot be used: .*; it is now $file.damaged-"
equal "files set aside" 1 "$(ls "$file".damaged-*Z | wc -l)"
equal "a new file is empty" 404 "$(code_of targets/alive/history)"
stop_minipingd

echo "# a full disk: it is reported once, and no probe is late"
if mkdir "$work/small" && mount -t tmpfs -o size=2m tmpfs "$work/small" 2>/dev/null; then
	file=$work/small/history.db
	started
	wait_for 10 test -s "$file" || fail "no file"
	head -c 4M /dev/zero >"$work/small/fill" 2>/dev/null
	reloaded 1 "file: $file" "- {host: 198.18.0.4, name: new}"
	wait_for 20 told "cannot write the history in $file: .*full" || fail "no word of a full disk: $(cat "$work/minipingd.err")"
	rm "$work/small/fill"
	wait_for 20 told "the history is written in $file again" || fail "not written after the disk was full"
	equal "words of a full disk" 1 "$(grep -c "cannot write the history" "$work/minipingd.err")"
	waited_ns
	stop_minipingd
	# Another's work on the processor may make late what falls into it, 2 ms or more: four targets at the most.
	within "late probes" 0 $((waited / 2000000 * 4)) "$(daemon stop off_schedule)"
	started "file: $file" "- {host: 198.18.0.4, name: new}"
	check "what came while the disk was full" [ "$(sum new sent)" -gt 0 ]
	stop_minipingd
	umount "$work/small"
else
	echo "no tmpfs can be mounted: left out" >&2
fi
