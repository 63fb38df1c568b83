#!/bin/bash
# Signals: reload, reopen, report, stop; and that a bad configuration sends nothing.
. "${0%/*}/lib.sh"

head="defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 60}
log: {to: $log, format: json}"

# n_reloads - reload records so far.
n_reloads() {
	n_logged 'select(.kind == "daemon" and .event == "reload")'
}

# reload CONFIG - and wait for its record.
reload() {
	local before

	before=$(n_reloads)
	printf '%s\n' "$1" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 5 more_reloads "$before" || fail "no reload record after HUP"
}

more_reloads() {
	[ "$(n_reloads)" -gt "$1" ]
}

# reloaded - the figures of the last reload record.
reloaded() {
	jq -rs 'map(select(.kind == "daemon" and .event == "reload")) | last |
		"\(.ok) \(.added) \(.removed) \(.changed) \(.kept)"' "$log"
}

# report_now - by USR2; waits for a report of each of N targets.
report_now() {
	local n=$1 before

	before=$(n_logged 'select(.kind == "report")')
	kill -USR2 "$minipingd_pid"
	wait_for 5 more_reports $((before + n)) || fail "no $n reports after USR2"
}

more_reports() {
	[ "$(n_logged 'select(.kind == "report")')" -ge "$1" ]
}

start_farend "198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"

echo "# a bad configuration: exit 78, nothing sent"
printf '%s\n' "$head" "targets: [198.18.9.9]" "intervall: 1s" >"$work/bad.yaml"
timeout 5 "$minipingd" --config "$work/bad.yaml" >"$work/bad.out" 2>"$work/bad.err"
equal "exit code for a bad configuration" 78 $?
check "the error names file and line" grep -q "bad\.yaml:4:" "$work/bad.err"
timeout 5 "$minipingd" --check --config "$work/bad.yaml" >"$work/bad.out" 2>&1
equal "exit code of --check for a bad configuration" 78 $?
timeout 5 "$minipingd" --config "$work/nowhere.yaml" >"$work/bad.out" 2>"$work/bad.err"
equal "exit code without a configuration" 78 $?
check "the error names the missing file" grep -q "nowhere\.yaml" "$work/bad.err"
printf '%s\n' "defaults: {interval: 100ms}" "log: {to: $work/no/such/dir/log}" "targets: [198.18.9.9]" \
	>"$work/bad.yaml"
timeout 5 "$minipingd" --config "$work/bad.yaml" >"$work/bad.out" 2>"$work/bad.err"
code=$?
[ $code != 0 ] && [ $code != 124 ] || fail "exit code $code with a log that cannot be written"
check "the error names the log" grep -q "no/such/dir/log" "$work/bad.err"
snapshot_farend
equal "requests sent with a bad configuration" 0 "$(truth .totals.requests)"

echo "# HUP: unchanged targets go on, others come and go"
start_minipingd "$head
targets: [198.18.0.1, 198.18.0.2, \"fd00:1::1\", {host: 198.18.0.3, labels: {site: a}}]"
sleep 1
report_now 4
sent_1=$(report 198.18.0.1 total_sent)
sent_6=$(report fd00:1::1 total_sent)
within "total_sent after a second" 5 20 "$sent_1"
reload "$head
targets: [198.18.0.1, 198.18.0.4, \"fd00:1::1\", {host: 198.18.0.3, labels: {site: b}}]"
equal "reload: ok added removed changed kept" "true 1 1 1 2" "$(reloaded)"
snapshot_farend
gone=$(truth '.targets["198.18.0.2"].requests')
sleep 1
report_now 4
within "total_sent of a kept target" $((sent_1 + 8)) $((sent_1 + 40)) "$(report 198.18.0.1 total_sent)"
within "total_sent of a kept IPv6 target" $((sent_6 + 8)) $((sent_6 + 40)) "$(report fd00:1::1 total_sent)"
within "total_sent of an added target" 5 40 "$(report 198.18.0.4 total_sent)"
within "total_sent of a changed target" $((sent_1 + 4)) $((sent_1 + 40)) "$(report 198.18.0.3 total_sent)"
equal "label of a changed target" b "$(jq -rs 'map(select(.kind == "report" and .target == "198.18.0.3")) |
	last | .labels.site' "$log")"
snapshot_farend
equal "requests to a removed target" "$gone" "$(truth '.targets["198.18.0.2"].requests')"

echo "# HUP with a bad file: everything stays"
sent_1=$(report 198.18.0.1 total_sent)
reload "$head
targets: [198.18.0.1, {host: 198.18.0.77, intervall: 1s}]"
equal "ok of a bad reload" false "$(daemon reload ok)"
check "standard error says where" grep -q 'minipingd\.yaml:3:' "$work/minipingd.err"
report_now 4
check "the targets go on" [ "$(report 198.18.0.1 total_sent)" -ge "$sent_1" ]
within "a target only of the old file goes on" 5 60 "$(report 198.18.0.4 total_sent)"
rm "$work/minipingd.yaml"
before=$(n_reloads)
kill -HUP "$minipingd_pid"
wait_for 5 more_reloads "$before" || fail "no reload record for a missing file"
equal "ok of a reload without a file" false "$(daemon reload ok)"

echo "# HUP storm: ends with the last file"
for i in 1 2 3 4 5 6 7 8; do
	printf '%s\n' "$head" "targets: [198.18.0.1, 198.18.1.$i]" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
done
sleep 0.5
reload "$head
targets: [198.18.0.1, 198.18.1.8]"
equal "the storm's last file is in force" "true 0 0 0 2" "$(reloaded)"

echo "# USR1: the log goes on in a new file, no line is lost"
mv "$log" "$log.1"
kill -USR1 "$minipingd_pid"
wait_for 5 test -e "$log" || fail "no new log after USR1"
: >>"$log"
report_now 2
jq -s . "$log.1" >"$work/whole" || fail "the old log has a torn line"
cat "$log.1" "$log" >"$work/both"
equal "lines missing from both logs" 0 "$(jq -s 'map(.n) | max - min + 1 - length' "$work/both")"
mv "$work/both" "$log.all"

echo "# TERM: one last report each, exit 0, also when it comes twice"
n=$(n_logged 'select(.kind == "report")')
kill -TERM "$minipingd_pid"
kill -TERM "$minipingd_pid" 2>/dev/null
wait "$minipingd_pid"
equal "exit code after TERM" 0 $?
equal "last reports" $((n + 2)) "$(n_logged 'select(.kind == "report")')"
equal "the last record" "daemon stop" "$(tail -n 1 "$log" | jq -r '"\(.kind) \(.event)"')"

echo "# INT stops as TERM does"
start_minipingd "$head
targets: [198.18.0.1]"
kill -INT "$minipingd_pid"
wait "$minipingd_pid"
equal "exit code after INT" 0 $?
stop_farend
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
