#!/bin/bash
# minipingctl asks a real daemon over its control socket: each command, each exit code, names that no terminal should obey;
# and its live screen in a real terminal (tmux) of 80x24 and 200x60, with 100,000 targets.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_tmux.sh"

command -v tmux >/dev/null || skip "needs tmux"
command -v curl >/dev/null || skip "needs curl"
minipingctl=$(realpath -m "${MINIPINGCTL:-$top_builddir/minipingctl}")
[ -x "$minipingctl" ] || die "no minipingctl at $minipingctl (set MINIPINGCTL or top_builddir)"
export LC_ALL=C.UTF-8
unset NO_COLOR

# run EXIT-CODE ARGUMENT... - asks the daemon; its standard output in $work/out, standard error in $work/err
run() {
	local expected=$1 code
	shift
	"$minipingctl" --socket "$work/control.sock" "$@" >"$work/out" 2>"$work/err" </dev/null
	code=$?
	[ "$code" = "$expected" ] || fail "minipingctl $*: expected exit code $expected, got $code: $(cat "$work/err")"
}

# says FILE PATTERN - some line of it is like that
says() {
	grep -qE -- "$2" "$work/$1" || fail "no \"$2\" in: $(cat "$work/$1")"
}

# state_is NAME STATE
state_is() {
	[ "$("$minipingctl" --socket "$work/control.sock" show --json "$1" | jq -r .state)" = "$2" ]
}

start_farend '198.18.0.9 loss
198.18.0.0/16 delay=5ms'

# config [TARGET...] - the configuration, with more targets of group core
config() {
	cat <<-END
		defaults: {interval: 200ms, timeout: 100ms, window: 20, fall: 2}
		log: {to: $log, format: json}
		control: {socket: $work/control.sock}
		groups:
		  - name: core
		    labels: {site: fra1}
		    targets:
		      - {host: 198.18.0.1, name: gw, interval: 100ms, labels: {role: gateway}}
		      - {host: 198.18.0.9, name: silent}
		$([ $# = 0 ] || printf '      - %s\n' "$@")
		  - name: '<b>"odd", group'
		    targets:
		      - {host: 198.18.0.2, name: "<script>alert('1')</script>, \"x\" \u00fc\u6771"}
		targets: [198.18.0.3]
	END
}

echo "# commands that ask"
start_minipingd "$(config)"
wait_for 10 state_is silent down || fail "silent is not down"
wait_for 10 state_is gw up || fail "gw is not up"
run 0 status
says out '^minipingd [0-9.]+, up [0-9]+s$'
says out '^targets +4: 1 down, 0 unknown, 0 degraded, 3 up$'
run 0 status --json
equal_json "status --json" '[4, 1]' "$(jq -c '[.targets.total, .targets.down]' "$work/out")"

run 0 targets --sort worst
equal "the worst first" "down silent" "$(awk 'NR == 2 { print $1, $2 }' "$work/out")"
says out '^STATE  TARGET +ADDRESS +GROUP +LOSS +MED ms +P95 ms +MAX ms +FOR  REASON$'
says out "^up     <script>alert\\('1'\\)</script>, \"x\" ü東  198\\.18\\.0\\.2  <b>\"odd\", group  "
LC_ALL=C "$minipingctl" --socket "$work/control.sock" targets | grep -q '"x" \\xc3\\xbc\\xe6\\x9d\\xb1 ' ||
	fail "a terminal without UTF-8 gets it"
run 0 targets --label role=gateway --names
equal "by label" gw "$(cat "$work/out")"
run 0 targets --state down --state unknown --names
equal "by state" silent "$(cat "$work/out")"
run 0 targets -g '' --names
equal "in no group" 198.18.0.3 "$(cat "$work/out")"
run 0 targets SCRIPT --json
equal_json "by text, as JSON" "[\"<script>alert('1')</script>, \\\"x\\\" ü東\"]" "$(jq -c 'map(.name)' "$work/out")"
run 0 targets --csv
python3 - "$work/out" <<'END' || fail "CSV"
import csv, sys
rows = {row["name"]: row for row in csv.DictReader(open(sys.argv[1], newline=""))}
assert len(rows) == 4 and rows["<script>alert('1')</script>, \"x\" ü東"]["group"] == '<b>"odd", group', rows
assert rows["gw"]["labels"].split() == ["role=gateway", "site=fra1"] and rows["silent"]["rtt_min_seconds"] == "", rows
assert 0.005 <= float(rows["gw"]["rtt_min_seconds"]) < 0.1, rows
END
run 3 targets --sort beauty
says err 'sort is "beauty": expected name, '
run 0 groups
says out '^core +2 +1 +0 +0 +1 '

run 0 show gw
says out '^gw is up for '
says out '^  labels    role=gateway site=fra1$|^  labels    site=fra1 role=gateway$'
says out '^  rtt       min [0-9.]+  mean [0-9.]+  median [0-9.]+  max [0-9.]+ ms$'
says out '^  [▁▂▃▄▅▆▇█]+$'
says out '^ +[0-9.]+ - +[0-9.]+ ms +[0-9]+ [█▏▎▍▌▋▊▉]'
says out "^  interval +100ms +target \\($work/minipingd.yaml:[0-9]+\\)\$"
says out '^  2[0-9T:.-]+Z  unknown ->  up '
run 1 show silent
says out '^silent is down for '
says out '^  !+$'
run 3 show nobody
says err 'no target is called "nobody"'
run 0 show "<script>alert('1')</script>, \"x\" ü東"

run 0 events
says out '^2[0-9T:.-]+Z daemon ready '
says out '^2[0-9T:.-]+Z state silent unknown -> down \('
run 0 events --kind state --json
equal "kinds of events" state "$(jq -r .kind "$work/out" | sort -u)"

echo "# commands that steer"
run 0 ping gw -c 2 -i 500ms
equal "replies" 2 "$(grep -cE '^gw \(198\.18\.0\.1\): reply in [0-9.]+ ms, ttl 64$' "$work/out")"
run 1 ping silent
says out '^silent \(198\.18\.0\.9\): timeout$'
run 3 ping nobody
run 0 check
is_good() { says out '^the configuration is good: [0-9,]+ targets$'; }
is_good
run 0 diff
says out '^0 added, 0 removed, 0 changed, 0 moved, 4 kept$'
config 198.18.0.4 | sed 's/interval: 100ms/interval: 300ms/' >"$work/minipingd.yaml"
run 0 check
is_good
run 1 diff
says out '^added +198\.18\.0\.4$'
says out '^changed +gw$'
says out '^    interval: 100ms -> 300ms$'
says out '^1 added, 0 removed, 1 changed, 0 moved, 3 kept$'
run 0 reload
says out '^1 added, 0 removed, 1 changed, 0 moved, 3 kept$'
run 0 diff
wait_for 10 state_is 198.18.0.4 up || fail "the new target is not up"
printf '%s\n' 'intervall: 1s' >>"$work/minipingd.yaml"
for command in check diff reload; do
	run 1 "$command"
	says err "^$work/minipingd.yaml:[0-9]+:1: unknown key \"intervall\""
done
failed() { "$minipingctl" --socket "$work/control.sock" status | grep -qE '^the last reload failed, [0-9]+s ago$'; }
wait_for 5 failed || fail "status does not say that the reload failed"
config >"$work/minipingd.yaml"

run 0 lease 198.18.0.5 name=spare interval=300ms labels.site=x --for 1h
says out '^spare is probed until 2[0-9T:.-]+Z$'
wait_for 10 state_is spare up || fail "the lease is not up"
run 0 targets --label site=x --names
equal "the label of a lease" spare "$(cat "$work/out")"
run 1 lease 198.18.0.5 name=spare
run 1 lease 198.18.0.6 no-such-option=1
equal "lines about a wrong option" 1 "$(grep -c 'unknown key "no-such-option"' "$work/err")"
run 0 unlease spare
says out '^spare was leased$'
no_spare() { ! "$minipingctl" --socket "$work/control.sock" show spare >/dev/null 2>&1; }
wait_for 5 no_spare || fail "the lease is still there"
run 3 show spare
run 0 lease --pause gw --for 10m
wait_for 10 state_is gw unknown || fail "gw is not paused"
run 0 unlease gw
says out '^gw was paused$'
run 0 log-level debug
says out '^debug \(was info\)$'
run 3 log-level loud
run 0 log-level info

echo "# events that go on, also after a restart"
"$minipingctl" --socket "$work/control.sock" events -f --json >"$work/events" 2>"$work/events.err" &
follower=$!
pids+=("$follower")
sleep 0.5
run 0 lease 198.18.0.7 name=followed
followed() { [ "$(grep -c "$1" "$work/events")" -ge "$2" ]; }
wait_for 10 followed '"target":"followed"' 1 || fail "events -f says nothing: $(cat "$work/events" "$work/events.err")"
stop_minipingd
start_minipingd "$(config)"
# What happened before it was back is missing, as it says: something more happens, until it has come.
n_again=0
again() {
	"$minipingctl" --socket "$work/control.sock" lease 198.18.0.8 "name=again$((n_again += 1))"
	sleep 0.5
	followed '"target":"again' 1
}
wait_for 2 again || fail "events -f does not come back: $(cat "$work/events.err")"
equal "words about the restart" 1 "$(grep -c 'broke off' "$work/events.err")"
kill "$follower"

echo "# a stranger, and no daemon"
if command -v setpriv >/dev/null; then
	chmod 711 "$work"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$minipingctl" --socket "$work/control.sock" status >"$work/out" 2>"$work/err"
	equal "a stranger's exit code" 2 $?
	says err "^minipingctl: cannot connect to $work/control\\.sock: Permission denied: .* are you in group minipingd\\?$"
fi
stop_minipingd
run 2 targets
says err "cannot connect to $work/control.sock: "

echo "# by HTTP, with a token"
echo sesame >"$work/token"
start_minipingd "$(config)
http: {listen: '127.0.0.1:9737', token: $work/token}"
socket_run() {
	local expected=$1
	shift
	"$minipingctl" --url http://127.0.0.1:9737/ "$@" >"$work/out" 2>"$work/err" </dev/null
	equal "exit code of --url $*" "$expected" $?
}
socket_run 0 --token-file "$work/token" targets --names
equal "by HTTP" 4 "$(wc -l <"$work/out")"
socket_run 2 targets
says err '401'
socket_run 3 --token-file "$work/token" reload
says err '405'
stop_minipingd
stop_farend

echo "# top"
# screen_says LINE PATTERN - that line of the screen, $ for the last
screen_says() {
	screen
	sed -n "$1p" "$work/screen" | grep -qE -- "$2"
}
shows() {
	wait_for 2 screen_says "$1" "$2" || fail "line $1 is not like \"$2\": $(cat "$work/screen")"
}
start_minipingd "defaults: {interval: 10s, timeout: 1s}
log: {to: $log, format: json}
control: {socket: $work/control.sock}
groups:
  - {name: few, targets: [{host: 198.51.100.1, name: \"no route, \\u00fc<b>\"}]}
  - {name: many, targets: [{range: 127.1.0.0-127.2.134.159}]}"
all_up() { "$minipingctl" --socket "$work/control.sock" status --json | jq -e '.targets.up == 100000' >/dev/null; }
wait_for 40 all_up || fail "not all are up: $("$minipingctl" --socket "$work/control.sock" status)"
tmux new-session -d -x 80 -y 24 env TERM=screen-256color LC_ALL=C.UTF-8 "$minipingctl" --socket "$work/control.sock" top
shows 1 '^minipingd [0-9.]+   up [0-9ms]+   100,001 targets   .* +[0-9]{2}:[0-9]{2}:[0-9]{2}$'
shows 2 '^0 down   1 unknown   0 degraded   100,000 up   [0-9,]+ probes/s$'
shows 3 '^by worst   1-19 of 100,001$'
shows 4 '^STATE    TARGET +LOSS   MED ms   P95 ms     FOR$'
shows 5 '^unknown  no route, ü<b> +- +- +- +[0-9ms]+$'
shows 24 '^q quit  / search  s sort'
equal "lines of targets" 19 "$(grep -cE '^(up|unknown) ' "$work/screen")"
equal "a line's columns" "" "$(sed -n '5,23p' "$work/screen" | grep -vE '^.{8} .{37,38} .{6} .{8} .{8} .{7}$')"

# How long from a key to the screen that it asks for.
redraw() {
	local before=${EPOCHREALTIME/./}
	tmux send-keys "$1"
	shows "$2" "$3"
	echo "# redraw after $1: $(((${EPOCHREALTIME/./} - before) / 1000)) ms"
	[ $((${EPOCHREALTIME/./} - before)) -le 10000000 ] || fail "$1: the screen takes over ten seconds"
}
redraw / 24 '^search:'
tmux send-keys -l 127.2.1
shows 3 '^by worst   1-19 of [0-9,]+   search: 127\.2\.1$'
tmux send-keys Enter
shows 24 '^q quit'
redraw Escape 3 '^by worst   1-19 of 100,001$'
redraw s 3 '^by loss '
redraw NPage 3 '   20-38 of 100,001'
redraw PPage 3 '   1-19 of 100,001'
tmux send-keys s s s s
shows 3 '^by worst '
redraw g 3 '^groups   1-2 of 2$'
shows 5 '^few +1 +0 +1 +0 +0 '
redraw Enter 3 '^by worst   1-1 of 1   group: few$'
redraw Enter 3 '^target: no route, ü<b>$'
shows 4 '^no route, ü<b> is unknown for '
redraw Escape 3 'group: few$'
redraw Escape 3 '^groups '
redraw g 3 '^by worst '

tmux resize-window -x 200 -y 60
shows 4 '^STATE    TARGET +ADDRESS +GROUP +LOSS +MIN ms +MED ms +P95 ms +MAX ms +JIT ms +SENT +LOST +HOPS +FOR REASON +$|REASON$'
shows 3 '   1-55 of 100,001$'
shows 60 '^q quit'
tmux resize-window -x 30 -y 6
shows 6 '^q quit'
tmux resize-window -x 200 -y 60
shows 3 '   1-55 of 100,001$'

pid=$(tmux list-panes -F '#{pane_pid}')
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
before=$(ticks) at=${EPOCHREALTIME/./}
sleep 6
share=$((($(ticks) - before) * 1000000 * 1000 / $(getconf CLK_TCK) / (${EPOCHREALTIME/./} - at)))
echo "# CPU of minipingctl: $((share / 10)).$((share % 10)) % of one processor"
within "CPU share of minipingctl, per mille" 0 100 "$share"
tmux send-keys q
gone() { [ ! -d "/proc/$pid" ]; }
wait_for 5 gone || fail "q does not end it"
stop_minipingd
