#!/bin/bash
# ICMP errors: what they are called, that one which quotes the nonce ends its probe at once, and that
# one which does not ends nothing.
. "${0%/*}/lib.sh"

# Targets that end at once get a timeout longer than the test: without an error they'd never settle.
at_once=$(
	for code in {0..15}; do
		echo "198.18.3.$code error=3:$code mtu=1400 from=198.19.0.$code"
	done
	for code in {0..6}; do
		echo "fd00:1::3:$code error=1:$code from=fd00:1::ff:$code"
	done
	cat <<-END
	198.18.11.0  error=11:0 quote=16 delay=5ms
	198.18.11.1  error=11:1
	198.18.12.0  error=12:0
	198.18.4.1   error=3:1 quote-opts
	198.18.4.2   error=3:1 opts
	198.18.4.3   error=3:1 opts quote-opts quote=17
	fd00:1::2:0  error=2:0 mtu=1400
	fd00:1::5:0  error=3:0 quote=16 delay=5ms
	fd00:1::5:1  error=3:1
	fd00:1::4:0  error=4:0
	fd00:1::4:1  error=1:3 quote-opts
	fd00:1::4:2  error=1:3 opts
	fd00:1::4:3  error=1:3 opts quote-opts quote=17
	END
)
slow="
198.18.5.1   error=3:1 quote=8
198.18.5.2   error=3:1 quote=8 error-then-reply delay=50ms
198.18.5.3   error=3:1 quote-bad-nonce
198.18.5.4   error=3:1 quote-bad-nonce error-then-reply delay=50ms
198.18.5.5   error=3:1 quote=0 error-then-reply delay=50ms
198.18.5.6   error=3:1 quote=15 error-then-reply delay=50ms
198.18.5.7   error=3:1 delay=700ms
fd00:1::6:1  error=1:3 quote=8
fd00:1::6:2  error=1:3 quote=8 error-then-reply delay=50ms
fd00:1::6:3  error=1:3 quote-bad-nonce
fd00:1::6:4  error=1:3 quote-bad-nonce error-then-reply delay=50ms
fd00:1::6:5  error=1:3 quote=0 error-then-reply delay=50ms
fd00:1::6:6  error=1:3 quote=15 error-then-reply delay=50ms
fd00:1::6:7  error=1:3 delay=700ms"

start_farend "$at_once
$slow"

targets() {
	sed -n 's/^\([0-9a-f][0-9a-f.:]*\) .*/      - "\1"/p' <<<"$1"
}

start_minipingd "
defaults: {interval: 100ms, report: 1s, window: 60, probes: true}
log: {to: $log, format: json}
groups:
  - name: at_once
    timeout: 30s
    targets:
$(targets "$at_once")
  - name: slow
    timeout: 500ms
    targets:
$(targets "$slow")
"
sleep 4
quiet_farend
sleep 1
stop_minipingd
stop_farend
[ "$(truth '.targets | length')" = 50 ] || fail "$(truth '.targets | length') targets were probed, not 50"

judge "far end" '
	$truth.targets | to_entries[] |
	select(.value.requests < 30 or (.value.errors | add) < 20 or .value.waiting > 0) |
	"\(.key): \(.value.requests) requests, errors \(.value.errors)"'

judge "errors that end a probe at once" '
	last_reports as $r | (map(select(.kind == "probe")) | group_by(.target)) as $probes |
	$r[] | select(.group == "at_once") | .target as $t | $truth.targets[$t] as $far |
	($far.errors | add) as $n | ([$probes[] | select(.[0].target == $t)][0] // []) as $p |
	([["total_sent", $n], ["total_lost", $n], ["total_received", 0], ["foreign", 0], ["corrupt", 0],
	  ["late", 0], ["duplicate", 0]][] as [$k, $v] |
	 select($r[$t][$k] != $v) | "\($k) \($r[$t][$k]), the truth is \($v)"),
	(select(($p | length) != $n) | "\($p | length) probe records, the truth is \($n)") |
	"\($t): \(.)"'

judge "what errors are called" '
	map(select(.kind == "probe" and .group == "at_once"))[] | . as $p | .target as $t |
	($truth.targets[$t].errors | keys[0] | split(":") | map(tonumber)) as [$type, $code] |
	(if $t | contains(":") then {"1": "unreachable", "2": "too_big", "3": "ttl_exceeded",
	   "4": "unreachable"}[$type | tostring]
	 elif $type == 3 and $code == 4 then "too_big"
	 else {"3": "unreachable", "11": "ttl_exceeded", "12": "unreachable"}[$type | tostring] end) as $want |
	(if $t | startswith("198.18.3.") then $t | sub("18.3"; "19.0")
	 elif $t == "fd00:1::3:0" then "fd00:1::ff:0"
	 elif $t | startswith("fd00:1::3:") then $t | sub(":3:"; ":ff:")
	 else $t end) as $from |
	select(.outcome != $want or .icmp_type != $type or .icmp_code != $code or .from != $from or
	       .rtt_ms != null or (.icmp_text // .text // "") == "") |
	"\($t): \(del(.ts, .v, .n, .labels)), expected \($want) from \($from)"'

# An annotation shows in the outcome only where no true reply came. An error that comes after the timeout
# (.7: routers send some only after seconds) changes nothing and is nobody's forgery.
judge "errors that prove nothing" '
	last_reports as $r | map(select(.kind == "probe" and .group == "slow")) as $probes |
	$r[] | select(.group == "slow") | .target as $t | $truth.targets[$t] as $far |
	($t | test("[2456]$")) as $answered | ($t | test("[347]$")) as $silent |
	([["total_received", $far.replies], ["foreign", 0], ["corrupt", 0], ["late", 0],
	  ["duplicate", 0]][] as [$k, $v] |
	 select($r[$t][$k] != $v) | "\($k) \($r[$t][$k]), the truth is \($v)"),
	(select($answered and $far.replies < 20) | "the far end sent \($far.replies) replies only"),
	($probes[] | select(.target == $t and .seq <= ($far.errors | add)) |
	 (if $answered then "reply" elif $silent then "timeout" else "unreachable" end) as $want |
	 select(.outcome != $want) | "probe \(.seq) ended as \(.outcome), not \($want)") |
	"\($t): \(.)"'

judge "errors that an answer has refuted" '
	.[] | select(.kind == "probe" and .outcome == "reply") |
	select(.from != null or .icmp_type != null or .icmp_code != null or .text != null) |
	"\(.target): probe \(.seq) was answered, and tells of icmp_type \(.icmp_type) from \(.from)"'

# min_ms would be near 0 if an error had been taken for the reply.
judge "RTT behind an error" '
	last_reports[] | select(.group == "slow" and .median_ms != null) |
	select(.min_ms < 45) | "\(.target): min \(.min_ms) ms, the far end held 50 ms"'
