#!/bin/bash
# What etc/ has for the programs that read logs is right: mtail, lnav and rsyslog, as Debian packages them, each read a log of
# minipingd in logfmt and one in JSON, and find in it what it says (integrations.py). A target's name looks like the record of
# another.
. "${0%/*}/lib.sh"

for program in mtail lnav rsyslogd logger; do
	command -v $program >/dev/null || skip "needs $program"
done
python=/usr/bin/python3
[ -x "$python" ] || skip "needs python3"

start_farend '
198.18.0.1   delay=5ms
198.18.0.2   delay=40ms loss-every=2
198.18.0.3   loss
198.18.0.4   loss
198.18.0.5   delay=1ms'
config="
defaults: {interval: 100ms, timeout: 90ms, report: 1s, window: 10, fall: 3}
groups:
  - name: 'core \"1\"'
    labels: {site: 'fra1 kind=state to=down'}
    targets:
      - {host: 198.18.0.1, name: gw}
      - {host: 198.18.0.2, name: lossy}
      - {host: 198.18.0.5, name: 'web \"1\" from=up to=down reason=timeout since=now '}
  - name: edge
    targets:
      - {host: 198.18.0.3, name: router}
      - {host: 198.18.0.4, name: behind, depends_on: router}
targets: [203.0.113.1]                       # there is no route to it
"
# Both at once; the second is the one in logfmt.
start_minipingd "log: {to: $log, format: json}$config"
logfmt=$work/logfmt.log
printf 'log: {to: %s, format: logfmt}%s' "$logfmt" "$config" >"$work/logfmt.yaml"
"$minipingd" --config "$work/logfmt.yaml" 2>"$work/logfmt.err" &
logfmt_pid=$!
pids+=("$logfmt_pid")
wait_for 10 grep -q 'kind=daemon event=ready' "$logfmt" || die "the second daemon did not get ready: $(cat "$work/logfmt.err")"
sleep 2
# One reload that is refused, and one that is not.
for yaml in minipingd logfmt; do
	cp "$work/$yaml.yaml" "$work/$yaml.good"
	echo 'nonsense: 1' >>"$work/$yaml.yaml"
done
kill -HUP "$minipingd_pid" "$logfmt_pid"
wait_for 10 grep -q '"event":"reload","ok":false' "$log" || fail "no record of the refused reload"
wait_for 10 grep -q 'event=reload ok=false' "$logfmt" || fail "no record of the refused reload in logfmt"
refused=$work/refused.log
cat "$logfmt" >"$refused"
cp "$work/minipingd.good" "$work/minipingd.yaml"
cp "$work/logfmt.good" "$work/logfmt.yaml"
kill -HUP "$minipingd_pid" "$logfmt_pid"
wait_for 10 grep -q '"event":"reload","ok":true' "$log" || fail "no record of the reload"
wait_for 10 grep -q 'event=reload ok=true' "$logfmt" || fail "no record of the reload in logfmt"
kill -TERM "$logfmt_pid"
wait "$logfmt_pid"
stop_minipingd
stop_farend

mkdir "$work"/{json,logfmt,refused,lnav,rsyslog}
cp "$log" "$work/json/fleet.log"
cp "$logfmt" "$work/logfmt/fleet.log"
cp "$refused" "$work/refused/fleet.log"

# lnav: as installed, but in another home.
mkdir -p "$work/lnav/formats/minipingd"
cp "$srcdir"/etc/lnav/minipingd.{json,sql} "$work/lnav/formats/minipingd"
# rsyslog: its configuration but for the directories, a socket instead of /dev/log, and no way out.
configure_rsyslog() {
	cat <<-CONF
		global(workDirectory="$1/state")
		module(load="imuxsock" SysSock.Use="off")
		input(type="imuxsock" Socket="$1/socket")
	CONF
	sed "s|/var/log/minipingd\.d|$1/split|; s|/var/log/minipingd/|$2/|" "$srcdir/etc/rsyslog/minipingd.conf"
	echo "action(type=\"omfile\" file=\"$1/rest\")"
}
# n_split DIR N - all lines have come, as far as it goes
n_split() {
	[ "$(cat "$1"/split/{report,state,daemon}.log | wc -l)" -ge "$2" ]
}
for format in json logfmt refused; do
	dir=$work/$format
	mkdir "$dir"/{progs,state,split}
	cp "$srcdir/etc/mtail/minipingd.mtail" "$dir/progs"
	mtail -progs "$dir/progs" -logs "$dir/fleet.log" -one_shot -one_shot_format prometheus -logtostderr \
		>"$dir/mtail" 2>"$dir/mtail.err" || fail "mtail: $(grep -v '^I' "$dir/mtail.err")"
	grep '^[EF]' "$dir/mtail.err" && fail "mtail has something to say about $format"
	HOME=$work/lnav lnav -I "$work/lnav" -W -n "$dir/fleet.log" -c ';SELECT * FROM minipingd' \
		-c ":write-json-to $dir/lnav" >"$dir/lnav.out" 2>&1 || fail "lnav: $(head "$dir/lnav.out")"
	grep -A 3 'error:\|warning:' "$dir/lnav.out" && fail "lnav has something to say about $format"
	configure_rsyslog "$dir" "$dir" >"$dir/rsyslog.conf"
	rsyslogd -N1 -f "$dir/rsyslog.conf" >"$dir/rsyslog.out" 2>&1 || fail "rsyslogd -N1: $(cat "$dir/rsyslog.out")"
	rsyslogd -n -f "$dir/rsyslog.conf" -i "$dir/pid" >>"$dir/rsyslog.out" 2>&1 &
	rsyslog_pid=$!
	pids+=("$rsyslog_pid")
	wait_for 10 n_split "$dir" "$(wc -l <"$dir/fleet.log")" || fail "rsyslog has not split all lines of $format: $(cat "$dir/rsyslog.out")"
	# From a socket, as the journal hands them on: the same once more.
	grep -E '^(ts=[^ ]* v=1 n=[0-9]+ kind=state |[^}]*"kind":"state",)' "$dir/fleet.log" >"$dir/states"
	logger --socket "$dir/socket" --tag minipingd --file "$dir/states"
	logger --socket "$dir/socket" --tag other 'kind=state of another program'
	wait_for 10 n_split "$dir" "$(cat "$dir/fleet.log" "$dir/states" | wc -l)" || fail "rsyslog has not split what came by its socket"
	kill -TERM "$rsyslog_pid"
	wait "$rsyslog_pid"
	equal "lines of another program" 1 "$(wc -l <"$dir/rest")"
	"$python" "$srcdir/tests/net/integrations.py" "$format" "$dir" || n_failed=$((n_failed + 1))
done
