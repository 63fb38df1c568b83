#!/bin/bash
# A reload moves what the daemon listens at while scrapes are being read: they come whole, and of one time; what cannot be
# listened at refuses the reload, and ends a start. In a build with sanitizers, it also shows that what is being read
# stays alive when the configuration that it borrows from has gone.
. "${0%/*}/lib.sh"

command -v curl >/dev/null || skip "needs curl (Debian package curl)"
port=19737
n_targets=3000

# config_of SITE LISTEN [N] - N targets, all with the label site: SITE.
config_of() {
	echo "http: {listen: $2}
log: {to: $log, format: json}
defaults: {interval: 10s, timeout: 1s, report: 1h, window: 10, labels: {site: $1}}
groups:
  - name: first
    targets: [{range: 127.1.0.0-127.1.$(((${3:-n_targets} / 2 - 1) / 256)).$(((${3:-n_targets} / 2 - 1) % 256))}]
  - name: second
    targets: [{range: 127.2.0.0-127.2.$(((${3:-n_targets} / 2 - 1) / 256)).$(((${3:-n_targets} / 2 - 1) % 256))}]"
}

# reload_to CONFIG - and wait for its end; the number of reload records is $n_reloads.
n_reloads=0
reload_to() {
	printf '%s\n' "$1" >"$work/new.yaml"
	mv "$work/new.yaml" "$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	n_reloads=$((n_reloads + 1))
	wait_for 20 reloaded || die "the reload does not end"
}

reloaded() {
	[ "$(n_logged 'select(.kind == "daemon" and .event == "reload")')" -ge "$n_reloads" ]
}

get() {
	curl -sS --max-time 30 "$@"
}

# refused PORT - nobody listens there any more.
refused() {
	get -o /dev/null "http://127.0.0.1:$1/-/healthy" 2>/dev/null
	[ $? = 7 ]
}

# is_whole FILE SITE - a scrape of all targets, as they were before the reload.
is_whole() {
	equal "$1: targets" "$n_targets" "$(grep -c '^minipingd_probes_sent_total{' "$work/$1")"
	equal "$1: lines of targets of another configuration" 0 \
		"$(grep '^minipingd_probes_sent_total{' "$work/$1" | grep -vc "site=\"$2\"")"
	check "$1: its last line is cut" test -z "$(tail -c 1 "$work/$1")"
}

start_minipingd "$(config_of before "\"127.0.0.1:$port\"")"
equal "healthy" 200 "$(get -o "$work/health" -w '%{http_code}' "http://127.0.0.1:$port/-/healthy")"

# Two scrapes, read slowly: some 7 MB in some seconds.
for i in 1 2; do
	get --limit-rate 3M -o "$work/slow$i" -w '%{http_code}' "http://127.0.0.1:$port/metrics" >"$work/code$i" &
	slow[i]=$!
	pids+=($!)
done
wait_for 10 test -s "$work/slow1" -a -s "$work/slow2" || fail "no scrape begins"
reload_to "$(config_of after "[\"127.0.0.1:$((port + 1))\", \"unix:$work/http.sock\"]" 2000)"
check "the first scrape had ended before the reload" kill -0 "${slow[1]}"
equal "the reload" true "$(daemon reload ok)"
equal "the new port" 200 "$(get -o "$work/health" -w '%{http_code}' "http://127.0.0.1:$((port + 1))/-/healthy")"
equal "the socket" 200 "$(get -o "$work/health" -w '%{http_code}' --unix-socket "$work/http.sock" http://localhost/-/healthy)"
wait_for 5 refused "$port" || fail "the old port is still open while scrapes are read"
for i in 1 2; do
	wait "${slow[i]}"
	equal "the slow scrape's end" 0 $?
	equal "the slow scrape's status" 200 "$(cat "$work/code$i")"
	is_whole "slow$i" before
done
# Until the daemon has seen the two end, a third is told to come again; what it gets then is not what they have shared.
fresh_scrape() {
	[ "$(get -o "$work/fresh" -w '%{http_code}' "http://127.0.0.1:$((port + 1))/metrics")" = 200 ]
}
wait_for 5 fresh_scrape || fail "no scrape after the reload: $(head -c 200 "$work/fresh")"
equal "targets after the reload" 2000 "$(grep -c '^minipingd_probes_sent_total{.*site="after"' "$work/fresh")"

# What cannot be listened at: nothing has changed.
reload_to "$(config_of refused "[\"127.0.0.1:$((port + 2))\", \"192.0.2.1:$port\"]")"
equal "a reload to an address of another host" false "$(daemon reload ok)"
equal "the port after it" 200 "$(get -o "$work/health" -w '%{http_code}' "http://127.0.0.1:$((port + 1))/-/healthy")"
check "a part of what was refused is listened at" refused "$((port + 2))"
sed "s|to: [^,]*,|to: $work/other.log,|" "$work/minipingd.yaml" >"$work/taken.yaml"
sed -i "s|listen: .*|listen: \"127.0.0.1:$((port + 1))\"}|" "$work/taken.yaml"
"$minipingd" -c "$work/taken.yaml" >"$work/taken.out" 2>&1
equal "the exit code of a second daemon at the same port" 1 $?
check "it does not say why: $(cat "$work/taken.out")" grep -q "127.0.0.1:$((port + 1))" "$work/taken.out"

# Scrapes without end through reloads, in the same place: each whole, none of a connection that was dropped.
for i in 1 2; do
	while [ ! -e "$work/enough" ]; do
		get -o "$work/loop$i" "http://127.0.0.1:$((port + 1))/metrics" || echo "curl: $?"
		tail -c 1 "$work/loop$i" | grep -q . && echo "cut"
		[ "$(grep -c '^minipingd_probes_sent_total{' "$work/loop$i")" -ge 1000 ] || echo "a target is missing"
	done >"$work/wrong$i" 2>&1 &
	loops[i]=$!
	pids+=($!)
done
for ((i = 0; i < 10; i++)); do
	reload_to "$(config_of "round$i" "\"127.0.0.1:$((port + 1))\"" $((1000 + i % 2 * 2000)))"
	equal "reload $i" true "$(daemon reload ok)"
done
touch "$work/enough"
wait "${loops[1]}" "${loops[2]}"
equal "scrapes during reloads" "" "$(cat "$work/wrong1" "$work/wrong2")"

# Off, and on again, while a client follows the events: it keeps what it has, and not the port.
curl -sSN "http://127.0.0.1:$((port + 1))/api/v1/events?kind=daemon" >"$work/events" 2>/dev/null &
follower=$!
pids+=("$follower")
wait_for 5 test -s "$work/events" || fail "no events"
reload_to "$(config_of off '[]' 100)"
check "http is off and listened at" wait_for 5 refused "$((port + 1))"
reload_to "$(config_of on "\"127.0.0.1:$((port + 1))\"" 100)"
equal "a reload to the port that was left" true "$(daemon reload ok)"
wait_for 5 grep -q '"event":"reload"' "$work/events" || fail "the follower hears no more"
check "the follower was sent away" kill -0 "$follower"
kill "$follower"
reload_to "$(config_of on "\"127.0.0.1:$port\"" 100)"
equal "on again" 200 "$(get -o "$work/health" -w '%{http_code}' "http://127.0.0.1:$port/-/healthy")"

# A scrape that nobody reads to its end does not keep the daemon from its.
get --limit-rate 1k -o "$work/never" "http://127.0.0.1:$port/metrics" 2>/dev/null &
pids+=($!)
wait_for 10 test -s "$work/never" || fail "the last scrape does not begin"
stop_minipingd
exit
