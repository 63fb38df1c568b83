#!/bin/bash
# The log in several places at once: each sink has the records that it is to have, numbered without a gap, whatever reloads
# add, remove and change, and while another one is stuck, which counts and reports its own drops.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

# config SINK... - two groups, one of them with labels, which write some 100 lines a second.
config() {
	cat <<-END
	defaults: {interval: 20ms, timeout: 20ms, report: 1s, probes: true}
	groups:
	  - {name: core-1, labels: {site: fra1, role: gw}, targets: [127.0.0.1]}
	  - {name: edge, labels: {site: ams1}, targets: [127.0.0.2]}
	log:
	END
	printf '  - {%s}\n' "$@"
}

# reload SINK... - done once the first one has its record.
reload() {
	local n
	n=$(n_reloads)
	config "$@" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 5 more_reloads "$n" || die "no reload: $(cat "$work/minipingd.err")"
}

# numbered WHAT FROM FILE... - a sink's JSON lines are numbered from FROM without a gap, over all files.
numbered() {
	local what=$1 from=$2 got
	shift 2
	got=$(cat "$@" | jq -rs --argjson from "$from" 'select(map(.n) != [range($from; $from + length)]) |
		"\(length) lines, from \(.[0].n) to \(.[-1].n)"' 2>&1)
	equal "numbers of $what" "" "$got"
}

# only WHAT FILTER FILE - all of its lines pass, and there are some.
only() {
	equal "$1" "true" "$(jq -rs "length > 0 and all($2)" "$3" 2>&1)"
}

# kinds FILE - those that are in it.
kinds() {
	jq -rs 'map(.kind) | unique | join(" ")' "$1"
}

all="to: $log, format: json"
states="to: $work/states, format: json, kinds: [state, daemon]"
core="to: $work/core, format: json, kinds: report, groups: core-*, labels: {site: fra?}, fields: brief"

echo "# each has what it is to have"
start_minipingd "$(config "$all" "$states" "$core")"
wait_for 5 grep -q '"kind":"report"' "$work/core" || fail "no report in the third sink"
wait_for 5 grep -q '"kind":"report"' "$log" || fail "no report in the first sink"
equal "kinds in the second" "daemon state" "$(kinds "$work/states")"
only "records in the third" '.kind == "report" and .group == "core-1" and .labels.site == "fra1"' "$work/core"
only "keys of a brief report" 'has("p95_ms") and has("ip") and (has("total_sent") or has("ttl") | not)' "$work/core"
lines_as_documented

echo "# a reload changes one, adds one and takes one away, while lines are written"
reload "$all" "to: $work/core, format: json, kinds: probe, groups: edge" "to: stdout, kinds: probe, format: json"
wait_for 5 grep -q '"kind":"probe"' "$work/core" || fail "no probe in the sink that was changed"
wait_for 5 grep -q '"kind":"probe"' "$work/minipingd.out" || fail "no probe in the sink that was added"
# The sink that went, to states, goes on at stdout.
numbered "the one that moved" 1 "$work/states" "$work/minipingd.out"
equal "kinds where it was" "daemon state" "$(kinds "$work/states")"
size=$(wc -l <"$work/states")
only "probes in the one that was changed" '.kind == "report" or .group == "edge"' "$work/core"
for i in {1..10}; do
	sinks=("$all" "to: $work/core, format: json, kinds: probe")
	[ $((i % 2)) = 1 ] && sinks+=("to: $work/new.$i, format: json")
	reload "${sinks[@]}"
	mv "$work/core" "$work/core.$i"
	kill -USR1 "$minipingd_pid"
	wait_for 5 test -s "$work/core" || fail "no new file after USR1"
done
equal "lines after it was left" "$size" "$(wc -l <"$work/states")"
for file in "$work"/new.*; do
	grep -q '"kind":"daemon","event":"reload"' "$file" || fail "$file has no reload record"
done
numbered "a sink that was added" 1 "$work/new.3"

echo "# two to the same place, and one that cannot be opened, are refused, and all is as before"
n=$(n_reloads)
config "$all" "to: $log" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 more_reloads "$n" || fail "no failed reload"
config "$all" "to: $work/late" "to: $work/none/log" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q '"event":"reload","ok":false,"errors":0,"error":"the log cannot be opened"' "$log" || fail "a sink that cannot be opened"
equal "bytes where it could have been opened" 0 "$(wc -c <"$work/late")"

echo "# one that nobody reads"
mkfifo "$work/fifo"
exec 3<>"$work/fifo"
wide=$(printf 'x%.0s' {1..1000})
n=$(n_reloads)
config "$all" "to: $work/core, format: json, kinds: probe" "to: $work/fifo, format: json, kinds: probe, labels: {wide: \"*\"}" |
	sed "s/role: gw/role: gw, wide: $wide, wider: $wide/; s/interval: 20ms, timeout: 20ms/interval: 1ms, timeout: 10ms/" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 more_reloads "$n" || fail "no reload to a pipe"
sleep 6
cat <&3 >"$work/piped" &
reader=$!
pids+=("$reader")
wait_for 10 grep -q '"event":"drop"' "$work/piped" || fail "no drop record in the sink that dropped"
stop_minipingd
exec 3>&-
sleep 0.5
kill "$reader"
wait "$reader" 2>/dev/null
told=$(jq -rs 'map(select(.event == "drop") | .lines) | add' "$work/piped")
missing=$(jq -rs '(map(.n) | max) - length' "$work/piped")
equal "lines that drop records count" "$missing" "$told"
check "some were dropped" [ "$missing" -gt 100 ]
equal "drop records in the others" "" "$(cat "$log" "$work/core" | grep '"event":"drop"')"
numbered "the first sink" 1 "$log"
numbered "the second" 1 "$work"/core.{1..10} "$work/core"
only "kinds in the pipe" '.kind == "probe" or .event == "drop"' "$work/piped"

echo "# --log-to takes the place of all"
config "to: $work/none/log, format: json, kinds: daemon" "to: $work/not" >"$work/minipingd.yaml"
: >"$log"
"$minipingd" -c "$work/minipingd.yaml" --log-to "$log" 2>"$work/minipingd.err" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 ready_or_gone
stop_minipingd
equal "kinds with --log-to" daemon "$(kinds "$log")"
check "the other sink is not opened" test ! -e "$work/not"

echo "# standard output and standard error are one pipe"
config "to: stdout" "to: stderr" >"$work/minipingd.yaml"
timeout 20 "$minipingd" -c "$work/minipingd.yaml" 2>&1 | cat >"$work/out"
equal "exit code" 73 "${PIPESTATUS[0]}"
check "why" grep -q "standard output and standard error are the same" "$work/out"
