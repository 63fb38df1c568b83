#!/bin/bash
# What miniping prints for people: milliseconds to the microsecond, NAME (ADDRESS), a line for each packet of one host on a
# terminal, a table of several, and in it what kept each from answering.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
unset NO_COLOR
start_farend "
198.18.1.1    delay=3ms
198.18.1.2    delay=3ms dup-every=2 dup-delay=1ms
198.18.1.3    loss
198.18.1.4    error=3:1"
cd "$work" || die "no $work"

# times - each time as T, so that the rest can be compared
times() {
	sed -E 's/[0-9]+\.[0-9]{3}\b/T/g' "$@"
}

# --- one host ---

"$miniping" -c2 -i 10ms 198.18.1.1 >out 2>err
equal "the summary" "Ping statistics for 198.18.1.1:
  Packets: sent=2, received=2, loss=0.0%
  RTT min/avg/median/p95/max/jitter: T/T/T/T/T/T ms
  TTL: 64, hops: 1, OS guess: Linux/Unix/BSD/macOS/Android" "$(times out)"
check "3 ms are 3 ms" grep -qE ' ([3-9]|[1-9][0-9]+)\.[0-9]{3}/' out
"$miniping" -c2 -i 10ms 127.0.0.1 >out
grep -q ' 0\.000/' out && fail "a time on loopback shows as nothing: $(cat out)"
"$miniping" -c1 --show-rtts localhost -4 >out
equal "name and address" "PING localhost (127.0.0.1) with 8 bytes of data:
8 bytes from localhost (127.0.0.1): seq=1 ttl=64 time=T ms

Ping statistics for localhost (127.0.0.1):
  Packets: sent=1, received=1, loss=0.0%
  RTT min/avg/median/p95/max/jitter: T/T/T/T/T/T ms
  TTL: 64, hops: 1, OS guess: Linux/Unix/BSD/macOS/Android" "$(times out)"
"$miniping" -c1 --show-rtts -t 50ms 198.18.1.3 >out
equal "nothing comes back" "PING 198.18.1.3 with 8 bytes of data:
Request timeout for seq 1

Ping statistics for 198.18.1.3:
  Packets: sent=1, received=0, loss=100.0%
  No replies received." "$(cat out)"

# --- several ---

"$miniping" -c2 -i 10ms -t 200ms 198.18.1.1 198.18.1.2 198.18.1.3 198.18.1.4 192.0.2.1 nosuch..name >out 2>err
equal "exit code of the table" 4 $?
equal "the table" 'HOST          SENT  RECEIVED    LOSS  MIN ms  AVG ms  MED ms  P95 ms  MAX ms  JIT ms  TTL  NOTE
198.18.1.1       2         2    0.0%   T   T   T   T   T   T   64
198.18.1.2       2         2    0.0%   T   T   T   T   T   T   64  duplicates=1
198.18.1.3       2         0  100.0%       -       -       -       -       -       -
198.18.1.4       2         0  100.0%       -       -       -       -       -       -       Host unreachable, errors=2
192.0.2.1        0         0       -       -       -       -       -       -       -       Network is unreachable, not sent=2
nosuch..name     0         0       -       -       -       -       -       -       -       not resolved
6 hosts: 2 answered, 2 silent, 1 not sent to, 1 not resolved' "$(times out)"
"$miniping" -c1 127.0.0.1 127.0.0.2 >out
equal "no note, no column" "JIT ms  TTL" "$(head -n 1 out | grep -o 'JIT.*')"

"$miniping" -c 100 -i 50ms -t 30s 198.18.1.1 198.18.1.3 >out 2>err &
pid=$!
sleep 1
kill -s INT $pid
wait $pid
equal "exit code of an interrupted table" 130 $?
equal "who was not probed to the end" 2 "$(grep -c '  not probed to the end$' out)"
equal "the line below" "2 hosts: 1 answered, 1 not probed to the end" "$(tail -n 1 out)"

# --- terminals ---

if command -v script >/dev/null; then
	# on_terminal COMMAND - its output, standard error among it
	on_terminal() {
		TERM=xterm script -qec "$1" /dev/null </dev/null
	}
	on_terminal "'$miniping' -c2 -i 10ms 198.18.1.1" >out
	equal "lines for packets on a terminal" 2 "$(grep -c '^8 bytes from 198.18.1.1: seq=' out)"
	on_terminal "'$miniping' -q -c2 -i 10ms 198.18.1.1" >out
	equal "the first line with --quiet" "Ping statistics for 198.18.1.1:" "$(head -n 1 out | tr -d '\r')"
	on_terminal "'$miniping' -c2 -i 10ms -t 200ms 198.18.1.1 198.18.1.3" >out
	check "red where all is lost" grep -q $' \e\[31m100\.0%\e\[0m ' out
	on_terminal "stty columns 40; '$miniping' -c 16 127.0.0.1 127.0.0.2" >out
	check "progress on a narrow terminal" grep -q $'\r2 hosts: ' out
	longest=$(tr '\r' '\n' <out | sed $'s/\e\\[K//' | grep '^2 hosts' | awk '{ if (length > n) n = length } END { print n }')
	within "columns of progress on 40" 20 39 "$longest"
fi
