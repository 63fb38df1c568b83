#!/bin/bash
# TERM ends it whatever it is doing: reading a FIFO that nobody writes, a reload that never comes back, one that
# is being carried out. What is no regular file is read at the start alone.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

preload_behind_sanitizers slow
preload=$library

head="defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 60}
log: {to: $log, format: json}"

# start COMMAND... - in the background, as $minipingd_pid, with descriptor 6 as its standard input as well; its
# log begins anew.
exec 6</dev/null
start() {
	: >"$log"
	"$@" <&6 >"$work/minipingd.out" 2>"$work/minipingd.err" &
	minipingd_pid=$!
	pids+=("$minipingd_pid")
}

is_ready() {
	logged 'select(.event == "ready")'
}

gone() {
	! kill -0 "$minipingd_pid"
}

# ends WHAT - by TERM, with 0.
ends() {
	n_before=$(wc -l <"$log")
	kill -TERM "$minipingd_pid"
	wait_for 15 gone || fail "TERM does not end it: $1"
	kill -KILL "$minipingd_pid" 2>/dev/null
	wait "$minipingd_pid"
	equal "exit code: $1" 0 $?
}

# tells_all WHAT N - N last reports and the stop are in the log since it was told to end. An hourly report may have come
# before.
tells_all() {
	equal "last reports: $1" "$2" "$(tail -n "+$((n_before + 1))" "$log" | jq -c 'select(.kind == "report")' | wc -l)"
	equal "the last record: $1" "daemon stop" "$(tail -n 1 "$log" | jq -r '"\(.kind) \(.event)"')"
}

reload_failed() {
	logged 'select(.event == "reload" and .ok == false)'
}

mkfifo "$work/fifo"

echo "# a start from a FIFO that nobody writes, and from one that is not written to its end"
start "$minipingd" --config "$work/fifo"
sleep 0.3
kill -USR1 "$minipingd_pid"
kill -USR2 "$minipingd_pid"
kill -HUP "$minipingd_pid"
sleep 0.1
ends "nobody writes its configuration"
start "$minipingd" --config "$work/fifo"
exec 5>"$work/fifo"
printf '%s\n' "$head" >&5
sleep 0.3
ends "its configuration does not end"
exec 5>&-

echo "# a start from a FIFO, a pipe and standard input; HUP does not wait for any of them"
for config in "$work/fifo" /dev/stdin /dev/fd/6; do
	printf '%s\n' "$head" "targets: [127.0.0.1, 127.0.0.2]" >"$work/minipingd.yaml"
	if [ "$config" = "$work/fifo" ]; then
		cat "$work/minipingd.yaml" >"$work/fifo" &
	else
		exec 6< <(cat "$work/minipingd.yaml")
	fi
	start "$minipingd" --config "$config"
	exec 6</dev/null
	wait_for 10 is_ready || fail "no start from $config: $(cat "$work/minipingd.err")"
	kill -HUP "$minipingd_pid"
	wait_for 10 reload_failed || fail "a reload from $config does not end"
	check "the reason is told, $config" grep -q "$config: is not a regular file" "$work/minipingd.err"
	ends "$config"
	tells_all "$config" 2
done

echo "# a file becomes a FIFO, an included one does, a list of targets does"
echo 127.0.0.2 >"$work/list"
printf '%s\n' "targets: [127.0.0.3]" >"$work/more.yaml"
start_minipingd "$head
include: [$work/more.yaml]
groups: [{name: listed, targets_file: $work/list}]
targets: [127.0.0.1]"
for name in more.yaml list minipingd.yaml; do
	: >"$work/minipingd.err"
	mv "$work/$name" "$work/moved"
	mkfifo "$work/$name"
	# The files are watched: reloads of before, and one while there is no file, have their own reasons.
	kill -HUP "$minipingd_pid"
	wait_for 10 grep -q "$name\"*: is not a regular file" "$work/minipingd.err" || fail "the reason is not told, $name"
	rm "$work/$name"
	mv "$work/moved" "$work/$name"
done
ends "files were FIFOs"

echo "# a reload that never comes back"
printf '%s\n' "$head" "include: [\"$work/*.none\"]" "targets: [127.0.0.1, 127.0.0.2]" >"$work/minipingd.yaml"
LD_PRELOAD=$preload PRELOAD_SLOW=$work/slow start "$minipingd" --config "$work/minipingd.yaml"
wait_for 10 is_ready || die "no start: $(cat "$work/minipingd.err")"
: >"$work/slow"
kill -HUP "$minipingd_pid"
sleep 0.3
kill -USR2 "$minipingd_pid"
wait_for 10 logged 'select(.kind == "report" and .target == "127.0.0.2")' || fail "it does not go on during a reload that hangs"
equal "reload records" 0 "$(n_reloads)"
ends "a reload hangs"
tells_all "a reload hangs" 2
kill -0 "$minipingd_pid" 2>/dev/null && fail "it is still there"

echo "# reloads of many targets that are being carried out"
printf '%s\n' "$head" "targets: [{range: 127.1.0.0/16, interval: 100s}]" >"$work/many.yaml"
for delay in 0 0.02 0.05 0.1 0.2; do
	start_minipingd "$head
targets: [127.0.0.1]"
	cp "$work/many.yaml" "$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	sleep $delay
	ends "$delay s after a HUP"
	equal "the last record, $delay s after a HUP" "daemon stop" "$(tail -n 1 "$log" | jq -r '"\(.kind) \(.event)"')"
done

echo "# a HUP during the start is a reload after it"
start "$minipingd" --config "$work/fifo"
exec 5>"$work/fifo"
kill -HUP "$minipingd_pid"
sleep 0.2
printf '%s\n' "$head" "targets: [127.0.0.1]" >&5
exec 5>&-
wait_for 10 reload_failed || fail "a HUP during the start is forgotten"
ends "a HUP during the start"
