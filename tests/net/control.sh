#!/bin/bash
# The control socket: who may open it, and what each of its requests does to the running daemon, as it answers, logs and
# probes. The far end's counts say what was really sent.
. "${0%/*}/lib.sh"

command -v curl >/dev/null || skip "needs curl"
command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"
socket=$work/control.sock
url=http://localhost/api/v1/control
file=$work/minipingd.yaml

# config A-OPTIONS [MORE] - two targets, of which a has these options
config() {
	echo "log: {to: $log, format: json}
control: {socket: $socket}
http: {listen: \"127.0.0.1:9737\"}
limits: {max_targets: 4}
defaults: {interval: 200ms, timeout: 1s, report: 1h, probes: true, labels: {site: fra1}}
groups:
  - name: core
    targets: [{host: 198.18.0.1, name: a, $1}]
targets:
  - {host: 198.18.0.2, name: b}
${2:-}"
}

# ask WHAT BODY [CURL OPTIONS] - $status and $answer
ask() {
	local what=$1 body=$2
	shift 2
	status=$(curl -s -m 20 -o "$work/answer" -w '%{http_code}' --unix-socket "$socket" -X POST -d "$body" "$@" "$url/$what")
	answer=$(cat "$work/answer")
}

# answers WHAT STATUS JQ-FILTER [JQ OPTIONS] - the last answer has that status, and passes the filter
answers() {
	local what=$1 expected=$2 filter=$3
	shift 3
	equal "$what: status" "$expected" "$status"
	jq -e "$@" "$filter" "$work/answer" >/dev/null || fail "$what: $answer"
}

# requests ADDRESS - that the far end has had so far
requests() {
	snapshot_farend
	truth '.targets[$ip].requests // 0' --arg ip "$1"
}

replace() {
	printf '%s\n' "$1" >"$file.new" && mv "$file.new" "$file"
}

start_farend "198.18.0.0/15 delay=5ms"
# Where there is a group minipingd, it gets the socket: here there is one.
grep -q '^minipingd:' /etc/group || echo 'minipingd:x:64321:' | cat /etc/group - >"$work/group"
if [ -s "$work/group" ]; then
	unshare --mount --propagation private bash -c 'mount --bind "$1" /etc/group && exec sleep 60' - "$work/group" &
	pids+=($!)
	wait_for 5 test -e "/proc/$!/ns/mnt"
	wait_for 5 grep -q '^minipingd:x:64321:' "/proc/$!/root/etc/group" || die "no group of our own"
	daemon_binary=$minipingd
	printf '#!/bin/bash\nexec nsenter --mount=/proc/%s/ns/mnt %q "$@"\n' "$!" "$daemon_binary" >"$work/minipingd"
	chmod 755 "$work/minipingd"
	minipingd=$work/minipingd
fi
start_minipingd "$(config 'dscp: EF')"
group=$(stat -c %g "$socket")

# --- who ---
equal "mode of the socket" 660 "$(stat -c %a "$socket")"
[ -s "$work/group" ] && equal "group of the socket" 64321 "$group"
stranger=(setpriv --reuid 65534 --regid 65534)
"${stranger[@]}" --clear-groups curl -s --unix-socket "$socket" -X POST -d '{}' "$url/reload" >"$work/out"
equal "curl as a stranger: cannot connect" 7 $?
"${stranger[@]}" --groups "$group" curl -s --unix-socket "$socket" -X POST -d '{"level": "info"}' "$url/log-level" >"$work/out" ||
	fail "curl as a member of the group: exit code $?"
wait_for 5 logged 'select(.event == "control" and .action == "log-level" and .uid == 65534 and .pid > 0 and .status == 200)' ||
	fail "the client's user is not in the log"
equal "POST at http.listen" 405 "$(curl -s -o "$work/answer" -w '%{http_code}' -X POST -d '{}' http://127.0.0.1:9737/api/v1/control/reload)"
ask reload '{}' -H 'Origin: http://localhost'
answers "a request of a page" 403 '.error == "forbidden"'
equal "requests that were refused and logged all the same" 0 "$(n_logged 'select(.event == "control" and .action == "reload")')"
equal "reloads by what was refused" 0 "$(n_logged 'select(.event == "reload")')"
ask nothing '{}'
equal "what there is not" 404 "$status"
ask probe '{"name": "a", "nmae": 1}'
answers "a body that is wrong" 400 '.detail == "unknown key \"nmae\""'

# --- probe ---
wait_for 5 logged 'select(.kind == "probe" and .target == "a" and .seq == 3)' || fail "a is not probed"
for name in a a b; do
	ask probe "{\"name\": \"$name\"}"
	answers "a probe of $name" 200 '.name == $name and .outcome == "reply" and .rtt_seconds >= 0.005 and .ttl > 0 and .seq > 0' --arg name "$name"
	seq=$(jq .seq "$work/answer") rtt=$(jq '.rtt_seconds * 1e9 | round' "$work/answer")
	wait_for 5 logged "select(.kind == \"probe\" and .target == \"$name\" and .seq == $seq and ((.rtt_ms * 1e6 - $rtt) | fabs) < 100)" ||
		fail "probe $seq of $name is not in the log as it was answered"
	echo "$name $seq" >>"$work/extra"
done
ask probe '{"name": "c"}'
answers "a probe of nobody" 404 '.detail == "no target is called \"c\""'
# The slots stay where they are: the extra probes taken away, the others have one place in their interval. One or
# another is late on a loaded machine.
sleep 1
extra=$(awk '$1 == "a" { printf "%s%s", n++ ? "," : "", $2 }' "$work/extra")
off=$(jq -s --argjson extra "[$extra]" '
	[.[] | select(.kind == "probe" and .target == "a" and (.seq | IN($extra[]) | not))
		| (.ts[0:19] + "Z" | fromdate) + (.ts[19:26] | "0" + . | tonumber)]
	| map(. / 0.2 | . - floor) | sort as $places | $places[$places | length / 2 | floor] as $slot
	| map(. - $slot | . - round | fabs) | map(select(. > 0.3)) | length' "$log")
n=$(jq -s --argjson extra "[$extra]" 'map(select(.kind == "probe" and .target == "a" and (.seq | IN($extra[]) | not))) | length' "$log")
check "too few probes of a: $n" [ "$n" -ge 6 ]
within "probes of a away from its slots, of $n" 0 $((n / 5)) "$off"

# --- diff and reload ---
ask diff ''
answers "no difference" 200 '.counts == {kept: 2, added: 0, removed: 0, changed: 0, moved: 0} and .changes == [] and .settings == []'
replace "$(config 'interval: 300ms, labels: {role: gw}' '  - {host: 198.18.0.3, name: c}')"
ask diff ''
answers "a difference" 200 '.counts.added == 1 and .counts.changed == 1 and .counts.kept == 1
	and (.changes | map(select(.name == "a"))[0].options | sort_by(.option)) == [
		{option: "dscp", from: "46", to: "default"},
		{option: "interval", from: "200ms", to: "300ms"},
		{option: "labels.role", from: null, to: "gw"}]'
equal "reloads by a diff" 0 "$(n_logged 'select(.event == "reload")')"
equal "probes of what a diff would add" 0 "$(requests 198.18.0.3)"
replace "$(config 'intervall: 300ms' 'bogus: 1')"
for what in reload diff; do
	ask $what ''
	answers "$what of errors" 422 '.errors | length == 2 and (.[0] | startswith($file + ":8:")) and (.[0] | contains("\"interval\""))
		and (.[1] | startswith($file + ":11:1: unknown key \"bogus\""))' --arg file "$file"
done
equal "reloads that failed" 1 "$(n_logged 'select(.event == "reload" and .ok == false)')"
replace "$(config 'interval: 300ms' '  - {host: 198.18.0.3, name: c}')"
ask reload ''
answers "a reload" 200 '.counts.added == 1 and .counts.changed == 1 and .more == 0
	and (.changes | sort_by(.name)) == [{name: "a", change: "changed"}, {name: "c", change: "added"}]'
wait_for 5 logged 'select(.event == "reload" and .ok == true)' || fail "the reload is not in the log"

# --- a lease ---
ask lease '{"host": "198.18.0.4", "name": "spare", "interval": "100ms", "for": "4s"}'
answers "a lease" 200 '.name == "spare" and .paused == false and (.until | endswith("Z"))'
before=$(cat "$file")
ask lease '{"host": "198.18.0.5", "name": "b"}'
answers "a lease of a name that is taken" 409 '.detail == "there is a target called \"b\""'
ask lease '{"host": "198.18.0.5"}'
answers "a lease beyond limits.max_targets" 409 '.detail == "limits.max_targets is reached"'
ask lease '{"host": "198.18.0.5", "interval": "1"  , "sizee": 1}'
answers "a lease with an unknown option" 422 '.errors[0] | contains("did you mean \"size\"")'
ask reload ''
answers "a reload beside a lease" 200 '.counts == {kept: 3, added: 0, removed: 0, changed: 0, moved: 0}'
sleep 1
ask probe '{"name": "spare"}'
answers "a probe of a leased target" 200 '.outcome == "reply" and .ip == "198.18.0.4"'
check "a leased target is probed at its own interval" [ "$(requests 198.18.0.4)" -ge 8 ]
wait_for 5 logged 'select(.kind == "probe" and .target == "spare" and .labels.site == "fra1")' || fail "a leased target lacks the labels of defaults"
equal "the file" "$before" "$(cat "$file")"
wait_for 10 logged 'select(.event == "control" and .action == "end" and .name == "spare" and .reason == "expired")' ||
	fail "the lease does not end"
ask probe '{"name": "spare"}'
equal "a probe of a target whose lease has ended" 404 "$status"
was=$(requests 198.18.0.4)
sleep 1
equal "probes after the end of a lease" "$was" "$(requests 198.18.0.4)"
# Where a file has it, it is the file's.
ask lease '{"host": "198.18.0.4", "name": "spare", "for": "1h"}'
answers "another lease" 200 .name
ask unlease '{"name": "spare"}'
answers "the end of a lease" 200 '. == {name: "spare", was: "leased"}'
ask lease '{"host": "198.18.0.4", "name": "spare", "for": "1h"}'
replace "$(config 'interval: 300ms' '  - {host: 198.18.0.4, name: spare}')"
ask reload ''
answers "a reload that brings a leased target" 200 '.counts.changed == 1 and .counts.removed == 1'
wait_for 5 logged 'select(.action == "end" and .name == "spare" and .reason == "configured")' || fail "the lease goes on"
ask unlease '{"name": "spare"}'
answers "the end of no lease" 404 '.detail | contains("neither leased nor paused")'

# --- a pause ---
ask lease '{"name": "b", "pause": true, "for": "1h"}'
answers "a pause" 200 '.name == "b" and .paused'
wait_for 5 logged 'select(.kind == "state" and .target == "b" and .from == "up" and .to == "unknown" and .reason == "paused")' || fail "a pause is no state"
ask probe '{"name": "b"}'
answers "a probe of a paused target" 409 '.detail == "it is paused"'
was=$(requests 198.18.0.2)
ask reload ''
sleep 1
equal "probes during a pause" "$was" "$(requests 198.18.0.2)"
kill -USR2 "$minipingd_pid"
wait_for 5 logged 'select(.kind == "report" and .target == "b" and .state == "unknown")' || fail "a paused target has no report"
ask unlease '{"name": "b"}'
answers "the end of a pause" 200 '.was == "paused"'
wait_for 5 logged 'select(.kind == "state" and .target == "b" and .from == "unknown" and .to == "up")' || fail "the pause does not end"
ask lease '{"name": "b", "pause": true, "for": "1s"}'
wait_for 10 logged 'select(.action == "end" and .name == "b" and .reason == "expired")' || fail "the pause does not end by itself"

# --- log level ---
ask log-level '{"level": "error"}'
answers "a level" 200 '. == {level: "error", was: "info"}'
ask log-level '{"level": "loud"}'
equal "a level that is none" 400 "$status"
ask log-level '{"level": "debug"}'
answers "another level" 200 '.was == "error"'

quiet_farend
sleep 1.2
stop_minipingd
stop_farend
for ip in 198.18.0.1 198.18.0.2; do
	name=$([ $ip = 198.18.0.1 ] && echo a || echo b)
	n=$(truth '.targets[$ip].requests' --arg ip $ip)
	# Of the others the outcome was not known yet: at most a second's.
	within "probes of $name, those on request among them" $((n - 6)) "$n" "$(report $name total_sent)"
done
equal "the socket after the stop" no "$([ -e "$socket" ] && echo yes || echo no)"
lines_as_documented
