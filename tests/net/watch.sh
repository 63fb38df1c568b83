#!/bin/bash
# Files of targets: a change is taken over without a signal, many at once as one.
. "${0%/*}/lib.sh"

n_reloads() {
	n_logged 'select(.kind == "daemon" and .event == "reload")'
}

more_reloads() {
	[ "$(n_reloads)" -gt "$1" ]
}

# reloaded_by WHAT COMMAND... - and waits for the reload that COMMAND brings about.
reloaded_by() {
	local what=$1 before
	shift
	before=$(n_reloads)
	"$@"
	wait_for 10 more_reloads "$before" || fail "no reload after $what"
}

figures() {
	jq -rs 'map(select(.kind == "daemon" and .event == "reload")) | last |
		"\(.ok) \(.added) \(.removed) \(.changed) \(.kept)"' "$log"
}

add_line() {
	echo "$1" >>"$work/list"
}

replace() {
	printf '%s\n' "$@" >"$work/new"
	mv "$work/new" "$work/list"
}

many_writes() {
	local i

	for i in 11 12 13 14 15 16 17 18; do
		echo "127.0.0.$i" >>"$work/list"
	done
}

echo 127.0.0.2 >"$work/list"
start_minipingd "defaults: {interval: 100ms, report: 1h}
log: {to: $log, format: json}
targets: [127.0.0.1]
targets_file: list"
reloaded_by "a line more" add_line 127.0.0.3
equal "ok added removed changed kept" "true 1 0 0 2" "$(figures)"
reloaded_by "a new file in its place" replace 127.0.0.3 127.0.0.4
equal "ok added removed changed kept" "true 1 1 0 2" "$(figures)"
before=$(n_reloads)
reloaded_by "many writes" many_writes
sleep 1
equal "ok added removed changed kept" "true 8 0 0 3" "$(figures)"
equal "reloads by many writes" $((before + 1)) "$(n_reloads)"
reloaded_by "a bad line" add_line "no host at all"
equal "ok of a bad file" false "$(daemon reload ok)"
reloaded_by "its repair" replace 127.0.0.4
equal "ok added removed changed kept" "true 0 9 0 2" "$(figures)"
stop_minipingd
