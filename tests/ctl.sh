#!/bin/bash
# minipingctl without a daemon: its command line, its exit codes, and what it makes of answers, good and hostile, that a
# server in this test gives; completion, manual and the table of commands name the same commands and options.
# Run in the build directory; srcdir is where the sources are. The real daemon is in tests/net/minipingctl.sh.
set -u
export LC_ALL=C.UTF-8
unset NO_COLOR
: "${srcdir:=.}" "${top_builddir:=.}"
ctl=$(realpath "${MINIPINGCTL:-$top_builddir/minipingctl}")
srcdir=$(realpath "$srcdir")
n_failed=0

skip() {
	echo "SKIP: $*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

fail() {
	echo "FAILED: $*"
	n_failed=$((n_failed + 1))
}

command -v python3 >/dev/null || skip "needs python3"
work=$(mktemp -d) || exit 1
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid"
	for shell in bash zsh fish; do command tmux -L "ctl-$$-$shell" kill-server 2>/dev/null; done
	rm -rf "$work"' EXIT

# run EXIT-CODE ARGUMENT... - its standard output in $work/out, standard error in $work/err
run() {
	local expected=$1 code
	shift
	"$ctl" "$@" >"$work/out" 2>"$work/err" </dev/null
	code=$?
	[ "$code" = "$expected" ] || fail "minipingctl $*: expected exit code $expected, got $code: $(head -c 500 "$work/err")"
}

# asked EXIT-CODE ARGUMENT... - the same of the server
asked() {
	local expected=$1
	shift
	run "$expected" --socket "$work/socket" "$@"
}

# says FILE TEXT - TEXT is in it
says() {
	grep -qF -- "$2" "$work/$1" || fail "no \"$2\" in: $(cat "$work/$1")"
}

# is FILE TEXT - it is TEXT
is() {
	[ "$(cat "$work/$1")" = "$2" ] || fail "expected \"$2\", got \"$(cat "$work/$1")\""
}

echo "# the command line"
run 3
says err 'expected a command'
run 3 frobnicate
says err 'unknown command frobnicate'
run 3 --frobnicate
says err 'unknown option --frobnicate'
run 3 -x status
says err 'unknown option -x'
run 3 status --state down
says err 'status takes no --state'
run 3 status now
says err 'status now: expected no argument'
run 3 show
says err 'show: expected NAME'
run 3 show a b
says err 'show b: expected nothing more'
run 3 targets --state sideways
says err '--state sideways: expected up, degraded, down or unknown'
run 3 targets --label site
says err '--label site: expected KEY=VALUE'
run 3 targets --limit 0
says err '--limit 0: expected a whole number from 1 on'
run 3 targets --json --csv
says err '--json and --csv exclude each other'
run 3 targets --json=yes
says err '--json=yes: --json takes no value'
run 3 history
says err 'history: expected NAME'
run 3 history gw --since 1s
says err '--since 1s: expected a time from 1m to 10y'
run 3 history gw --step 2y
says err '--step 2y: expected a time from 1s to 366d'
run 3 export --csv
says err 'export takes no --csv'
run 3 events --kind
says err '--kind: expected KIND'
run 3 -n a -s b status
says err '--socket and --name exclude each other'
run 3 -n ../a status
says err 'without a slash'
run 3 --url ftp://x status
says err 'expected http://HOST:PORT'
run 3 --cacert "$work/none" status
says err '--cacert goes with --url'
run 3 --url http://127.0.0.1:1 --token-file "$work/none" status
says err "$work/none: No such file"
: >"$work/empty"
run 3 --url http://127.0.0.1:1 --user u --password-file "$work/empty" status
says err 'expected the secret in its first line'
run 3 --url http://127.0.0.1:1 --user u status
says err 'expected --password-file'
run 3 lease 192.0.2.1 interval
says err 'lease interval: expected OPTION=VALUE'
run 3 lease --for 8d 192.0.2.1
says err '--for 8d: expected a time from 1s to 7d'
run 3 top
says err 'top needs a terminal'
run 3 --socket "$work/$(printf '%0120d' 1)" status
says err 'at most 107 bytes'
run 3 $'bad\033[31m'
says err 'unknown command bad\x1b[31m'
run 0 --version
says out 'minipingctl '
run 0 status --help
says out 'usage: minipingctl [OPTION]... status'

echo "# no daemon"
run 2 --socket "$work/none" status
is err "minipingctl: cannot connect to $work/none: No such file or directory: is minipingd running, and are you in group minipingd?"
python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$work/dead"
run 2 --socket "$work/dead" targets
says err 'Connection refused: is minipingd running'
run 2 -n "none-$$" status
says err "/run/minipingd-none-$$/control.sock"
run 2 --url http://127.0.0.1:1 status
says err 'cannot connect to http://127.0.0.1:1: '

echo "# commands, completion and manual"
run 0 --help
commands=$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$work/out" | sort)
options=$(sed -n 's/^  .*\(--[a-z-]*\) .*/\1/p' "$work/out" | sort -u)
[ "$(wc -w <<<"$commands $options")" -gt 30 ] || fail "--help names few commands: $commands $options"
for command in $commands; do
	grep -qE "^\.It (Cm|Xo Cm) $command\b" "$srcdir/man/minipingctl.1.in" || fail "minipingctl(1) has no command $command"
	for file in minipingctl _minipingctl minipingctl.fish; do
		grep -qE "(^|[[:space:]'])$command([[:space:]':]|$)" "$srcdir/completion/$file" || fail "completion/$file has no command $command"
	done
done
for option in $options; do
	grep -qE "Fl Fl ${option#--}\b" "$srcdir/man/minipingctl.1.in" || fail "minipingctl(1) has no $option"
	for file in minipingctl _minipingctl; do
		grep -qE -- "$option\b" "$srcdir/completion/$file" || fail "completion/$file has no $option"
	done
	grep -qE -- "-l ${option#--}\b" "$srcdir/completion/minipingctl.fish" || fail "completion/minipingctl.fish has no $option"
done
# What completion offers for a command is what the command takes.
for command in $commands; do
	run 0 "$command" --help
	taken=$(sed -n 's/^  .*\(--[a-z-]*\) .*/\1/p' "$work/out" | sort -u)
	offered=$(bash -c '
		_init_completion() { cur=--; prev=; words=(minipingctl "$1" --); cword=2; }
		. "$2"; _minipingctl() { :; }; . "$2"
		_init_completion() { cur=--; prev=$command_; words=(minipingctl "$command_" --); cword=2; }
		command_=$1; _minipingctl; printf "%s\n" "${COMPREPLY[@]}"' - "$command" "$srcdir/completion/minipingctl" | sort -u)
	[ "$taken" = "$offered" ] || fail "bash offers for $command: $(diff <(echo "$taken") <(echo "$offered") | grep '^[<>]')"
done

echo "# a server"
python3 "$srcdir/tests/ctl_server.py" "$work/socket" "$work/log" 2>"$work/server.err" &
server_pid=$!
for ((i = 0; i < 250; i++)); do
	[ -S "$work/socket" ] && break
	sleep 0.02
done

# sent TEXT - the latest request has it
sent() {
	tail -n 1 "$work/log" | grep -qF -- "$1" || fail "asked: $(tail -n 1 "$work/log"), without $1"
}

asked 0 targets --limit 3
is out "STATE     TARGET     ADDRESS    GROUP   LOSS  MED ms  P95 ms  MAX ms    FOR  REASON
up        host-0000  192.0.2.0  rack-0    0%   1.000   1.000   1.000  1m00s
up        host-0001  192.0.2.1  rack-1    0%   1.001   1.001   1.001  1m00s
degraded  host-0002  192.0.2.2  rack-2    0%   1.002   1.002   1.002  1m00s  timeout"
asked 0 targets --state down --state unknown -g 'a b' -g '' -l site=fra1 -l 'x.y=a=b&c' --sort -loss 'te/xt'
sent 'GET /api/v1/targets?state=down&state=unknown&group=a%20b&group=&label.site=fra1&label.x.y=a%3Db%26c&q=te%2Fxt&sort=-loss&fields='
asked 0 targets --names
[ "$(wc -l <"$work/out")" = 2501 ] || fail "pages: $(wc -l <"$work/out") names"
says out 'a\x1b[2J\x1b]0;x\x07"<script>,\x0a\xe2\x80\xaeb'
asked 0 targets --names --limit 1200
[ "$(wc -l <"$work/out")" = 1200 ] || fail "--limit: $(wc -l <"$work/out") names"
asked 0 targets --json
[ "$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)))' <"$work/out")" = 2501 ] || fail "--json"
LC_ALL=C grep -q $'[\x80-\xff\x01-\x08\x0b-\x1f\x7f]' "$work/out" && fail "--json has more than printable ASCII"
asked 0 targets --csv
python3 - "$work/out" "$srcdir/tests" <<'END' || fail "--csv"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len(rows) == 2501, len(rows)
assert rows[1]["name"] == "host-0001" and rows[1]["rtt_median_seconds"] == "0.001001" and rows[3]["rtt_median_seconds"] == ""
assert rows[1]["labels"] == "site=fra1 role=a,b", rows[1]["labels"]
assert rows[2500]["name"] == "a\x1b[2J\x1b]0;x\x07\"<script>,\n\u202eb", rows[2500]
END
asked 0 targets nothing-like-it
is out ''
asked 0 targets --json nothing-like-it
is out '[]'

asked 0 show host-0001
says out 'host-0001 is up for 1m00s (timeout)'
says out '  probes    sent 12,345  received 12,000'
says out '  ▁▂▃▄▅!▇█▁▂▃▄▅▆▇█'
says out '     1.000 -    1.700 ms     2 ████████████████████████████████████████'
says out '  2026-01-02T03:04:05.000001Z  up ->  down  timeout, blocked by way\x1b[2J'
says out '  depends_on gw\x1b[2J'
says out '  interval  1s  defaults (/etc/m.yaml:3)'
LC_ALL=C asked 0 show host-0001
says out '  _.-~=!*#_.-~=+*#'
asked 1 show host-0003
says out 'host-0003 is down'
asked 1 show --json host-0003
asked 3 show nobody
says err 'no target is called so (404 not found)'
asked 3 show '../../x y?'
sent 'GET /api/v1/targets/..%2F..%2Fx%20y%3F '
asked 0 history host-0001
is out 'TIME                         SENT  LOST  UNKNOWN  LOSS  MIN ms  MED ms  P95 ms  MAX ms
2026-01-02T03:04:00.000000Z    60     3        0  5.0%   1.000   1.000   1.000   1.000
2026-01-02T03:05:00.000000Z    60    60        0  100%       -       -       -       -'
sent 'GET /api/v1/targets/host-0001/history?from=-86400s '
asked 0 history 'gate way' --since 30d --step 1h --csv
sent 'GET /api/v1/targets/gate%20way/history?from=-2592000s&step=3600s '
is out 'time,sent,received,lost,unknown,not_sent,loss_ratio,rtt_min_seconds,rtt_p10_seconds,rtt_p25_seconds,rtt_median_seconds,rtt_p75_seconds,rtt_p90_seconds,rtt_p95_seconds,rtt_p99_seconds,rtt_max_seconds
2026-01-02T03:04:00.000000Z,60,57,3,0,0,0.05,0.001,0.001,0.001,0.001,0.001,0.001,0.001,0.001,0.001
2026-01-02T03:05:00.000000Z,60,0,60,0,0,1,,,,,,,,,'
asked 0 history --json host-0001
says out '"step_seconds": 60'
asked 3 history off
says err 'history.file turns it on (404 no history is kept)'
asked 0 export --since 1h
python3 - "$work/out" <<'END' || fail "export"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
names = {r["target"] for r in rows}
assert len(rows) == 2 * 2500 and len(names) == 2500 and "host-0003" not in names, (len(rows), len(names))
assert "a\x1b[2J\x1b]0;x\x07\"<script>,\n\u202eb" in names and rows[1]["rtt_max_seconds"] == ""
END
asked 0 groups --limit 2
is out 'GROUP   TARGETS  DOWN  UNKNOWN  DEGRADED  UP   LOSS  MEAN ms  MAX ms  WORST
rack-0        0     0        -         -   7  50.0%  250.000       -  a\x1b[2J\x1b]0;x\x07"<script>,\x0a\xe2\x80\xaeb
rack-1    1,000     1        -         -   7  50.0%  250.000       -  a\x1b[2J\x1b]0;x\x07"<script>,\x0a\xe2\x80\xaeb'
asked 0 status
is out 'minipingd 1.2.3, up 1h02m, not ready: names are being looked up
targets       2,501: 500 down, 500 unknown, 501 degraded, 1,000 up; 3 of them blocked
probes        2,500 sent/s, 12 in flight
since start   1,000,000 sent
state         saved in 7.0 s, 17,163,757 bytes, 10s ago
the last save failed: No space\x1b[31m
configuration /etc/m\x1b[2J, hash 0123456789abcdef, 1m00s ago
the last reload failed, 5s ago
  /etc/m.yaml:3:5: unknown key "\x1b[31m"
  ... and 2 more'
asked 2 groups -g busy
says err 'two large answers are under way (503 busy)'
asked 2 show no-json
says err 'is that minipingd?'
asked 2 show redirect
says err 'HTTP status 302'
asked 2 show cut
asked 2 show forbidden
says err 'not you (403 forbidden)'

asked 0 ping gw
says out 'gw (192.0.2.1): reply in 12.300 ms, ttl 57'
asked 1 ping silent -c 2 -i 500ms
[ "$(grep -c 'silent (192.0.2.1): timeout' "$work/out")" = 2 ] || fail "ping -c 2: $(cat "$work/out")"
asked 1 reload
is err 'minipingctl: the configuration has errors
/etc/m.yaml:3:5: unknown key "\x1b[31m"
... and 7 more'
asked 1 diff
is out 'added    new\x0a
changed  gw
    interval: 1s -> 200ms
    labels.site: none -> x
settings
    log.to: stdout -> /var/log/x
1 added, 0 removed, 1 changed, 0 moved, 97 kept'
asked 0 check
is out 'the configuration is good: 99 targets'
asked 0 lease 192.0.2.9 name=spare interval=200ms labels.site=fra1 labels.role=x degraded.loss=5% --for 90m
is out 'spare is probed until 2026-01-02T04:04:05Z'
sent '{"host":"192.0.2.9","for":"90m","name":"spare","interval":"200ms","labels":{"site":"fra1","role":"x"},"degraded":{"loss":"5%"}}'
asked 0 lease --pause gw
sent '{"name":"gw","for":"1h","pause":true}'
asked 1 lease 192.0.2.99
says err 'the name is taken'
asked 3 lease $'\xff'
says err 'expected UTF-8'
asked 0 unlease spare
is out 'spare was leased'
asked 0 log-level debug
is out 'debug (was info)'

echo "# events, and a stream that breaks off"
asked 0 events
is out '2026-01-02T03:04:05.000001Z state gw1\x1b[2J up -> down (timeout)
2026-01-02T03:04:05.000001Z state gw2\x1b[2J up -> down (timeout)'
timeout 4 "$ctl" --socket "$work/socket" events -f --json --kind state --kind dns >"$work/out" 2>"$work/err"
grep -q 'gw3' "$work/out" && grep -q 'gw6' "$work/out" || fail "a stream that breaks off: $(cat "$work/out")"
sent 'GET /api/v1/events?kind=state&kind=dns '
grep -q 'events?kind=state&kind=dns - 4 $' "$work/log" || fail "no Last-Event-ID: $(cat "$work/log")"
[ "$(grep -c 'broke off' "$work/err")" -ge 1 ] || fail "nothing about the stream that broke off"

echo "# completion in the shells themselves"
# A shell in tmux, its prompt "> "; what stands on its screen goes to $work/screen.
tmux() {
	command tmux -L "ctl-$$-$shell" -f /dev/null "$@"
}
start_shell() {
	tmux new-session -d -x 100 -y 30 env PATH="$(dirname "$ctl"):$PATH" HOME="$work" ZDOTDIR="$work/zsh" LC_ALL=C.UTF-8 "$@"
}
# shows TEXT - the screen does, within some seconds
shows() {
	for ((i = 0; i < 250; i++)); do
		tmux capture-pane -p >"$work/screen" 2>/dev/null
		grep -qF -- "$1" "$work/screen" && return
		sleep 0.02
	done
	fail "$shell does not show \"$1\": $(cat "$work/screen")"
}
# completes TYPED SHOWN - TYPED and the Tab key, in bash twice for a list
completes() {
	tmux send-keys C-u
	tmux send-keys C-l
	tmux send-keys -l "minipingctl $1"
	shows "minipingctl $1"
	tmux send-keys Tab
	[ $shell != bash ] || [ -z "${3-}" ] || { sleep 0.5; tmux send-keys Tab; }
	shows "$2"
}
for shell in bash zsh fish; do
	if ! command -v $shell >/dev/null || ! command -v tmux >/dev/null || [ ! -f /usr/share/bash-completion/bash_completion ]; then
		[ "${CI:-}" = true ] && fail "no $shell, tmux or bash-completion here"
		echo "# completion is not tried: that needs $shell, tmux and bash-completion"
		continue
	fi
	case $shell in
	bash)
		printf '%s\n' '. /usr/share/bash-completion/bash_completion' ". '$srcdir/completion/minipingctl'" "PS1='> '" >"$work/rc"
		start_shell bash --noprofile --rcfile "$work/rc" -i
		;;
	zsh)
		mkdir -p "$work/zsh"
		printf '%s\n' "fpath=('$srcdir/completion' \$fpath)" 'autoload -Uz compinit' 'compinit -u -D' "PROMPT='> '" >"$work/zsh/.zshrc"
		start_shell zsh -i
		;;
	fish)
		start_shell fish --no-config -C "function fish_prompt; echo '> '; end; source '$srcdir/completion/minipingctl.fish'"
		;;
	esac
	shows '>'
	completes 'relo' 'minipingctl reload'
	completes "--socket $work/socket show host-123" 'host-1234' twice
	completes "--socket $work/socket show gate" 'show gate\ way'
	completes 'targets --state deg' '--state degraded'
	completes 'lease --pau' 'lease --pause'
	tmux kill-server
done

echo "# authentication"
printf 'secret\nmore\n' >"$work/token"
asked 0 --token-file "$work/token" status
sent ' Bearer secret '
asked 0 --user me --password-file "$work/token" status
sent " Basic $(printf me:secret | base64) "

echo "# a full disk"
"$ctl" --socket "$work/socket" targets --json >/dev/full 2>"$work/err"
[ $? = 2 ] || fail "standard output that is full"
says err 'standard output: No space left on device'

[ "$n_failed" = 0 ]
