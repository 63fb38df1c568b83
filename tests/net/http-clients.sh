#!/bin/bash
# A crowd of HTTP clients that misbehave: 1,000 silent, 1,000 slow, garbage, halves of requests, many at once. The probes
# do not notice, others are answered, and nothing of the crowd is left afterwards.
. "${0%/*}/lib.sh"

python=/usr/bin/python3
[ -x "$python" ] || skip "needs python3"
command -v curl >/dev/null || skip "needs curl"

# descriptors, memory - of the daemon; kB.
descriptors() {
	ls "/proc/$minipingd_pid/fd" | wc -l
}
memory() {
	awk '/^VmRSS/ { print $2 }' "/proc/$minipingd_pid/status"
}

# What else this machine does is not to be taken for the crowd's doing.
if chrt --fifo 1 true 2>/dev/null; then
	printf '#!/bin/sh\nexec "%s" --realtime "$@"\n' "$minipingd" >"$work/realtime"
	chmod +x "$work/realtime"
	minipingd=$work/realtime
fi

# So that an answer does not fit into the kernel's buffers, and who does not read it is seen.
sysctl -qw net.ipv4.tcp_wmem="4096 16384 65536" || die "no bound on send buffers"
start_farend "198.18.0.0/15 delay=5ms"
start_minipingd "
defaults: {interval: 200ms, timeout: 1s, report: 1h}
log: {to: $log, format: json}
http: {listen: 127.0.0.1:9737}
targets: [{range: 198.18.1.0/24}, {range: 198.18.2.0/24}]"
healthy() {
	curl -sSf -o /dev/null -w '%{time_total}\n' --max-time 10 http://127.0.0.1:9737/-/healthy
}
wait_for 5 healthy || die "nobody answers"
sleep 1
waited_ns
waited_before=$waited
descriptors_before=$(descriptors) memory_before=$(memory)

"$python" "$srcdir/tests/net/http_clients.py" 9737 12 >"$work/made" 2>"$work/wrong" &
crowd=$!
pids+=("$crowd")
sleep 1
while kill -0 "$crowd" 2>/dev/null; do
	healthy >>"$work/times" 2>"$work/why" || fail "no answer to /-/healthy within 10 s, or not 200: $(cat "$work/why")"
	sleep 0.1
done
wait "$crowd" || fail "the crowd: $(cat "$work/wrong")"
echo "# $(cat "$work/made") connections of the crowd; /-/healthy for others: $(wc -l <"$work/times") times, s at most:" \
	"$(sort -g "$work/times" | tail -n 1)"
check "few of the crowd have connected" test "$(cat "$work/made")" -gt 2000
check "few others have asked" test "$(wc -l <"$work/times")" -gt 20

# They are gone within 5 s by the deadlines, and by their own end.
few_descriptors() {
	[ "$(descriptors)" -le $((descriptors_before + 2)) ]
}
wait_for 60 few_descriptors || fail "descriptors: $descriptors_before before, $(descriptors) after"
# The sanitizer keeps what is freed for a while.
[[ ${CFLAGS:-} == *sanitize* ]] || within "kB of memory more than before" -100000 16384 $(($(memory) - memory_before))
wait_for 5 healthy || fail "no answer afterwards"
waited_ns
quiet_farend
sleep 1.2
stop_minipingd
# 508 targets five times a second; while others had its processor, it could not.
within "slots skipped" 0 $(((waited - waited_before) / 1000000 * 2540 / 1000)) "$(daemon stop skipped)"
stop_farend
judge "replies are missing" 'last_reports | to_entries | map(.value |
	select(.total_received < .total_sent - 8) | "\(.target): \(.total_sent) sent, \(.total_received) received")[]'
