#!/bin/bash
# miniping -l with several hosts on a terminal (tmux): a table that fits 40, 80 and 200 columns, follows the window and
# leaves the terminal as it was; SIGQUIT prints interim figures and goes on, with and without a terminal; memory is bounded.
# -l of HOSTS each INTERVAL is watched for SECONDS_LONG after WARM_UP seconds (100 each 5ms, 8 after 8; `make soak`: 1,000
# each 100ms, 600 after 120).
. "${0%/*}/lib.sh"
. "${0%/*}/lib_tmux.sh"

command -v tmux >/dev/null || skip "needs tmux"
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
unset NO_COLOR
cd "$work" || die "no $work"

# --- memory: it runs beside the rest ---

: "${HOSTS:=100}" "${INTERVAL:=5ms}" "${SECONDS_LONG:=8}" "${WARM_UP:=8}"
for ((i = 0; i < HOSTS; i++)); do
	echo "127.1.$((i / 250)).$((i % 250 + 1))"
done >hosts
"$miniping" -l -q -i "$INTERVAL" -f hosts >long 2>long.err &
long=$!
pids+=("$long")
started=$SECONDS

# --- the live table ---

start_farend "
198.18.1.1    delay=3ms jitter=2ms
198.18.1.2    delay=3ms loss-every=4
198.18.1.3    loss
198.18.1.4    delay=13ms"

# shows PATTERN - the screen has a line like this
shows() {
	screen
	grep -qE "$1" "$work/screen"
}

# fits COLUMNS - no line is wider, none has wrapped: each row begins with its host
fits() {
	equal "widest line on $1 columns" yes "$(LC_ALL=C.UTF-8 awk -v n="$1" 'length > n { wide = 1 } END { print wide ? "no" : "yes" }' screen)"
	equal "rows on $1 columns" 198.18.1.1,198.18.1.2,198.18.1.3,198.18.1.4,localhost \
		"$(sed -n 3,7p screen | sed 's/[ (].*//' | paste -sd,)"
	equal "below the rows on $1 columns" "" "$(sed -n '8,$p' screen | tr -d '\n')"
}

cat >run.sh <<-END
echo before
"$miniping" -l -i 50ms -t 200ms 198.18.1.{1..4} localhost
echo "code \$?"
sleep 60
END
tmux new-session -d -x 80 -y 24 env TERM=screen-256color LC_ALL=C.UTF-8 bash run.sh
wait_for 10 shows '^HOST +LOSS +LAST ms +MIN ms +MED ms +P95 ms +LATEST' || fail "no titles on 80 columns"
wait_for 10 shows '^198\.18\.1\.3 +100\.0% +- +- +- +- !!!!!' || fail "what is lost is not shown"
wait_for 10 shows '^198\.18\.1\.4 +0\.0% +1[3-9]\.[0-9]{3} +1[3-9]\.' || fail "13 ms are not 13 ms"
wait_for 10 shows '^198\.18\.1\.2 +[12][0-9]\.[0-9]% .*[▁-█]!' || fail "one lost of four is not shown"
wait_for 10 shows '^localhost \(127\.0\.0\.1\) ' || fail "no name with its address"
fits 80
tmux capture-pane -pe >colours
check "lost ones are red" grep -q $'\e\[31m!' colours
check "no loss is green" grep -q $'198\.18\.1\.4 .*\e\[32m *0\.0%' colours
tmux resize-window -x 40 -y 24
wait_for 10 shows '^HOST +LOSS +LAST ms +LATEST$' || fail "no titles on 40 columns"
fits 40
tmux resize-window -x 200 -y 24
wait_for 10 shows '^HOST +SENT +LOST +LOSS +LAST ms +MIN ms +MED ms +P95 ms +MAX ms +LATEST' || fail "no titles on 200 columns"
fits 200
tmux resize-window -x 80 -y 6
wait_for 10 shows '^and 2 more$' || fail "what does not fit is not counted"
check "those with losses are there" shows '^198\.18\.1\.3 '
check "on a low screen all stays in its lines" [ "$(sed -n 1p screen | cut -c 1-7)" = "5 hosts" ]
tmux resize-window -x 80 -y 40
wait_for 10 shows '^localhost' || fail "the rows do not come back"

pane=$(tmux list-panes -F '#{pane_pid}')
running() {
	pgrep -P "$pane" -x miniping
}
kill -s QUIT "$(running)"
sleep 1
check "it goes on after QUIT" running
wait_for 10 shows '^198\.18\.1\.3 +100\.0% ' || fail "the table is not back after QUIT"
kill -s INT "$(running)"
wait_for 10 shows '^code 1$' || fail "no end"
check "the terminal is as it was" shows '^before$'
check "interim figures are above" shows '^198\.18\.1\.3: sent=[0-9]+, received=0, loss=100\.0%$'
check "all of them" shows '^5 hosts: sent=[0-9]+, received=[0-9]+, loss='
check "the table of the whole run" shows '^198\.18\.1\.3 +[0-9]+ +0 +100\.0%'
check "its last line" shows '^5 hosts: 4 answered, 1 silent$'
check "the cursor is back" [ "$(tmux display -p '#{cursor_flag}')" = 1 ]

# --- QUIT without a terminal ---

"$miniping" -c 100 -i 20ms 198.18.1.1 >out 2>err &
pid=$!
sleep 0.5
kill -s QUIT $pid
wait $pid
equal "exit code after QUIT" 0 $?
check "interim figures" grep -qE '^198\.18\.1\.1: sent=[0-9]{1,2}, received=[0-9]{1,2}, loss=0\.0%, RTT min/avg/max/latest: ' err
check "it went on to its end" grep -q 'sent=100, received=100' out

# At once, also where no packet ends.
"$miniping" -c 1 -t 30s 198.18.1.3 >out 2>err &
pid=$!
pids+=("$pid")
sleep 0.5
kill -s QUIT $pid
wait_for 10 grep -qx '198\.18\.1\.3: sent=0, received=0' err || fail "no interim figures while nothing comes: $(cat err)"
kill -s INT $pid
wait $pid
equal "exit code of the interrupted run" 130 $?

# --- memory, again ---

resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$long/status"
}
# What is kept of the latest packets has filled up by then.
while [ $((SECONDS - started)) -lt "$WARM_UP" ]; do
	sleep 1
done
# On a loaded machine that takes longer: until it has stood still for two seconds.
for i in {1..30}; do
	from=$(resident)
	sleep 2
	[ $(($(resident) - from)) -gt 64 ] || break
done
from=$(resident)
sleep "$SECONDS_LONG"
to=$(resident)
kill -s INT "$long"
wait "$long"
echo "-l with $HOSTS hosts: $from kB resident at first, $to kB after $SECONDS_LONG s more"
within "kB that -l has grown by" -1024 1024 $((to - from))
equal "all were measured all the time" "$HOSTS hosts: $HOSTS answered" "$(tail -n 1 long)"
