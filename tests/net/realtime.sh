#!/bin/bash
# --realtime: the thread that probes is in real time, and no other one is, whenever it was started.
. "${0%/*}/lib.sh"

command -v chrt >/dev/null || skip "needs chrt (Debian package util-linux)"
chrt --fifo 1 true 2>/dev/null || skip "real time is not allowed here (chrt --fifo)"

# threads - "POLICY PRIORITY" of each but the first.
threads() {
	local task

	for task in "/proc/$minipingd_pid/task"/*; do
		[ "${task##*/}" = "$minipingd_pid" ] || policy "${task##*/}"
	done
}

policy() {
	chrt -p "$1" 2>/dev/null | sed -n 's/.*policy: //p; s/.*priority: //p' | tr '\n' ' '
}

# usual - every thread but the first is as those of other programs.
usual() {
	threads | tr -d '\n' | grep -vq 'FIFO\|RR'
}

printf '#!/bin/sh\nexec "%s" --realtime "$@"\n' "$minipingd" >"$work/realtime"
chmod +x "$work/realtime"
daemon=$minipingd
minipingd=$work/realtime
start_minipingd "http: {listen: 127.0.0.1:19737}
log: {to: $log, format: json}
targets: [127.0.0.1]"
equal "the loop's thread" "SCHED_FIFO|SCHED_RESET_ON_FORK 1 " "$(policy "$minipingd_pid")"
check "another thread is in real time: $(threads)" usual
check "there are no other threads" test "$(ls "/proc/$minipingd_pid/task" | wc -l)" -ge 3
# A reload has a thread of its own, started by the loop's.
for i in 1 2 3; do
	kill -HUP "$minipingd_pid"
	for j in {1..20}; do
		check "a thread of a reload is in real time: $(threads)" usual
	done
done
stop_minipingd

echo "# where it is not allowed, the start says so"
"$daemon" --check -c "$work/minipingd.yaml" --realtime >/dev/null || fail "--check takes it for an error"
setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice prlimit --rtprio=0:0 \
	"$daemon" --realtime -c "$work/minipingd.yaml" >"$work/out" 2>"$work/refused"
equal "exit code without CAP_SYS_NICE" 77 $?
check "what it takes: $(cat "$work/refused")" grep -q 'LimitRTPRIO=1' "$work/refused"
exit
