#!/bin/bash
# 20,000 payload patterns: a probe costs about what one without costs, what comes back is known, on both IP versions and
# in every size, and reloads that replace all patterns leave no memory behind.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_faults.sh"

# config FIRST - 20,000 targets with patterns from FIRST on; none if there is no FIRST.
config() {
	echo "defaults: {interval: 4s, timeout: 1s, report: 1h, window: 10, fall: 100}"
	echo "log: {to: $log, format: json}"
	echo "targets:"
	awk -v first="${1:-}" 'BEGIN { for (i = 0; i < 20000; i++) {
		size = i % 100 ? 56 : 8 + i / 100
		pattern = first == "" ? "" : sprintf(", pattern: \"%06x%s\"", first + i, substr("0123456789abcdef", 1, i % 2 * 2 + i % 7 * 2))
		address = i % 2 ? sprintf("\"fd00:1::%x\"", i + 1) : sprintf("198.18.%d.%d", 1 + i / 250, 1 + i % 250)
		printf "- {host: %s, size: %d%s}\n", address, size, pattern } }'
}

cpu_ms() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / hz) }' "/proc/$minipingd_pid/stat"
}

rss_kib() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$minipingd_pid/status"
}

# cost CONFIG - $cpu: ms of CPU that 8 s of it take.
cost() {
	start_minipingd "$1"
	sleep 1
	cpu=$(cpu_ms)
	sleep 8
	cpu=$(($(cpu_ms) - cpu))
}

all_reported() {
	[ "$(grep -c '"kind":"report"' "$log")" -ge 20000 ]
}

start_farend "198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"

echo "# what they cost"
cost "$(config)"
stop_minipingd
plain=$cpu
cost "$(config 1)"
within "ms of CPU, without patterns $plain" 0 $((plain * 2 + 100)) "$cpu"

quiet_farend
sleep 1.2
kill -USR2 "$minipingd_pid"
wait_for 10 all_reported || fail "no report of every target"
echo '{}' >"$work/truth"
judge "what came back" '
	map(select(.kind == "report")) as $all |
	($all | map(.corrupt + .truncated + .foreign) | add) as $bad |
	($all | map(select(.total_received == 0 and .total_lost > 0)) | map(.target) | join(" ")) as $none |
	(select($bad > 0) | "\($bad) replies of another payload"),
	(select($none != "") | "lost all: \($none)")'

echo "# reloads with other patterns"
for i in {1..8}; do
	n=$(n_reloads)
	config $((i * 20000)) >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 20 more_reloads "$n" || fail "no reload record"
	[ $i != 2 ] || rss=$(rss_kib)
done
# Each target here has a profile of its own, some 200 bytes: kept, those of six reloads would be 23,000 KiB. A fifth is left to
# the allocator, which grows by up to 2,200 KiB once. AddressSanitizer keeps what has been freed.
ldd "$minipingd" | grep -q libasan || within "KiB after six reloads more, before $rss" 0 $((rss + 4600)) "$(rss_kib)"
stop_minipingd
stop_farend
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
