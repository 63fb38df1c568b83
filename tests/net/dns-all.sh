#!/bin/bash
# addresses: all - a name as a target for each of its addresses, which come and go with a real DNS server's
# answers, over reloads, and up to the limits; those that stay lose nothing.
. "${0%/*}/lib_dns.sh"
. "${0%/*}/lib_faults.sh"

steady="mixed.test,224.0.0.5,1
mixed.test,198.18.2.2,1"
# A name outside .test is one that the server has no right to answer for, but for what is in its records.
before="$steady
half.example,198.18.1.1,1
half.example,fd00:1::3,1
single.test,198.18.1.1,1
single.test,fd00:1::2,1
all.test,198.18.1.1,1
all.test,198.18.1.2,1
all.test,fd00:1::2,1
$(thousand seq 0 999)"
after="$steady
hang.example,198.18.1.5,1
hang.example,fd00:1::4,1
half.example,198.18.1.4,1
single.test,198.18.1.1,1
single.test.other.test,fd00:1::9,1
all.test,198.18.1.3,1
all.test,198.18.1.1,1
all.test,fd00:1::2,1
$(thousand seq 999 -1 0)"

# comes TARGET - a dns record tells that this derived target has its address; goes TARGET - and has not any more.
comes() {
	has_dns "$1" null "\"${1##*/}\""
}

goes() {
	has_dns "$1" "\"${1##*/}\"" null
}

# reported_of NAME - targets derived from NAME in the reports that now come, each once: one whose hourly report
# falls into the same moment has two.
reported_of() {
	local from

	from=$(wc -l <"$log")
	kill -USR2 "$minipingd_pid"
	sleep 0.7
	tail -n +$((from + 1)) "$log" | jq -r --arg of "$1" \
		'select(.kind == "report" and (.target == $of or (.target | startswith($of + "/")))) | .target' | sort -u
}

# reload TARGETS - with these beside the literals; the record has come when it returns.
reload() {
	local n

	n=$(n_reloads)
	printf '%s\n' "$head" "$extra" "targets: [$literals, $1]" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 10 more_reloads "$n" || fail "no reload record"
}
extra=

# between_lookups NAME - returns when its addresses have just been looked up: a server that goes then does not leave an
# answer of one family alone behind.
between_lookups() {
	local n

	n=$(n_asked "$1")
	wait_for 10 asked_more "$1" "$n" || fail "$1 is not looked up any more"
	sleep 0.3
}

asked_more() {
	[ "$(n_asked "$1")" -gt "$2" ]
}

# What is asked for by the name that was found is not looked for in other domains.
echo 'search other.test' >>"$work/resolv.conf"
start_farend "198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"
start_dns "$before"

echo "# each address is a target, whatever the family says; refused ones are none; 64 at most"
start_minipingd "$head
groups: [{name: edge, labels: {site: fra}, targets: [{host: all.test, name: grouped, addresses: all}]}]
targets: [$literals, {host: all.test, addresses: all}, {host: all.test, name: both, addresses: all, family: both},
  {host: all.test, name: four, addresses: all, family: ipv4}, {host: mixed.test, addresses: all},
  {host: many.test, addresses: all}, {host: nx.test, addresses: all}, {host: 198.18.5.5, addresses: all},
  {host: half.example, addresses: all}, {host: half.example, name: one}, {host: single.test, addresses: all}]"
for name in all.test both grouped; do
	for address in 198.18.1.1 198.18.1.2 fd00:1::2; do
		wait_for 5 comes "$name/$address" || fail "$name/$address does not come"
	done
done
wait_for 5 dns nx.test '.ip_to == null and .error != null' || fail "no record of NXDOMAIN"
for target in half.example/fd00:1::3 single.test/fd00:1::2; do
	wait_for 5 comes "$target" || fail "$target does not come"
done
wait_for 5 has_dns one null '"fd00:1::3"' || fail "a name with addresses: first is not at its IPv6 address"
sleep 1
equal "targets of a name" "all.test/198.18.1.1 all.test/198.18.1.2 all.test/fd00:1::2" "$(reported_of all.test | xargs)"
equal "targets of a name with family: both" "both/198.18.1.1 both/198.18.1.2 both/fd00:1::2" "$(reported_of both | xargs)"
equal "targets of a name with family: ipv4" "four/198.18.1.1 four/198.18.1.2" "$(reported_of four | xargs)"
equal "targets of a name with a refused address" "mixed.test/198.18.2.2" "$(reported_of mixed.test | xargs)"
equal "targets of a name that does not exist" "" "$(reported_of nx.test)"
equal "targets of an address" "198.18.5.5" "$(reported_of 198.18.5.5)"
equal "group and label of a derived target" "edge fra" \
	"$(report grouped/198.18.1.1 group) $(report grouped/198.18.1.1 labels | jq -r .site)"
# One more for its first, which comes at once; one for the places of both in the interval.
within "probes to one address, against one that was there before" 5 \
	"$(($(report 198.18.5.5 total_received) + 2))" "$(report all.test/fd00:1::2 total_received)"
many=$(reported_of many.test)
equal "targets of a name of 1,000 addresses" 64 "$(wc -l <<<"$many")"
check "the operator is told of the others" grep -q "many.test has more than 64 addresses" "$work/minipingd.err"
literals_unharmed "while addresses come"

echo "# addresses come and go; those that stay keep their counters, whatever the order of the answers"
was=$(report all.test/198.18.1.1 total_sent)
stop_dns
start_dns "$after"
kill -HUP "$minipingd_pid"         # or failures in between would be waited for
for name in all.test both grouped; do
	wait_for 10 comes "$name/198.18.1.3" || fail "$name/198.18.1.3 does not come"
	wait_for 1 goes "$name/198.18.1.2" || fail "$name/198.18.1.2 does not go"
done
wait_for 10 comes half.example/198.18.1.4 || fail "half.example/198.18.1.4 does not come"
wait_for 10 goes single.test/fd00:1::2 || fail "a version that the name does not have any more does not go"
sleep 2.5
equal "targets where the server refuses to tell of IPv6" "half.example/198.18.1.4 half.example/fd00:1::3" \
	"$(reported_of half.example | xargs)"
equal "records of an address that is not told of" 1 "$(n_dns half.example/fd00:1::3 true)"
equal "moves of a target at such an address" 0 "$(n_dns one '.error == null and .ip_from != null and .ip_from != .ip_to')"
equal "times that the operator is told" 1 \
	"$(grep -c "cannot look up the IPv6 addresses of half.example: .*; keeping those it had" "$work/minipingd.err")"
equal "targets after the change" "all.test/198.18.1.1 all.test/198.18.1.3 all.test/fd00:1::2" "$(reported_of all.test | xargs)"
equal "window of an address that stays" 20 "$(report all.test/198.18.1.1 sent)"
check "counters of an address that stays go on" [ "$(report all.test/198.18.1.1 total_sent)" -gt "$((was + 25))" ]
equal "its loss" 0 "$(report all.test/198.18.1.1 total_lost)"
equal "records of an address that stays" 1 "$(n_dns all.test/198.18.1.1 true)"
within "probes to an address that has come, against those since to one that stays" 10 \
	"$(($(report all.test/198.18.1.1 total_sent) - was + 2))" "$(report all.test/198.18.1.3 total_sent)"
equal "its loss" 0 "$(report all.test/198.18.1.3 total_lost)"
equal "targets that come or go with another order of 1,000 addresses" "" \
	"$(comm -3 <(echo "$many") <(reported_of many.test) | xargs)"
snapshot_farend
gone=$(truth '.targets["198.18.1.2"].requests')
sleep 1
snapshot_farend
equal "probes to an address that is gone" "$gone" "$(truth '.targets["198.18.1.2"].requests')"
literals_unharmed "over a change"

echo "# reloads: kept, changed, first and all again, removed"
reload "{host: all.test, addresses: all}"
check "a reload takes the derived along" [ "$(reported_of both | wc -l)" = 0 ]
equal "what the reload counts" "0 0 3" "$(daemon reload added) $(daemon reload changed) $(daemon reload kept)"
equal "a kept name's addresses" 3 "$(reported_of all.test | wc -l)"
was=$(report all.test/198.18.1.1 total_sent)
check "counters over a reload" [ "$was" -gt 30 ]
reload "{host: all.test, addresses: all, window: 10, labels: {a: b}}"
equal "a changed name's addresses" 3 "$(reported_of all.test | wc -l)"
equal "window of a changed name's address" 10 "$(report all.test/198.18.1.1 sent)"
equal "its label" b "$(report all.test/198.18.1.1 labels | jq -r .a)"
check "its counters" [ "$(report all.test/198.18.1.1 total_sent)" -ge "$was" ]
equal "its loss" 0 "$(report all.test/198.18.1.1 total_lost)"
reload all.test
wait_for 5 dns all.test '.ip_from == null and .ip_to != null' || fail "addresses: first probes none"
equal "targets of a name with addresses: first" all.test "$(reported_of all.test | xargs)"
reload "{host: all.test, addresses: all}"
sleep 0.5
equal "targets with addresses: all again" 3 "$(reported_of all.test | wc -l)"

echo "# reloads one after the other, while addresses come and go"
for i in {1..12}; do
	printf '%s\n' "$head" "targets: [$literals, {host: all.test, addresses: all}, {host: many.test, addresses: all, name: many$((i % 3))}]" \
		>"$work/minipingd.yaml"
	if [ $((i % 4)) = 0 ]; then
		stop_dns
		start_dns "$([ $((i % 8)) = 0 ] && echo "$after" || echo "$before")"
	fi
	kill -HUP "$minipingd_pid"
	sleep 0.2
done
has_64() {
	[ "$(reported_of many0 | wc -l)" = 64 ]
}
wait_for 10 has_64 || fail "not all of a name's addresses after a storm of reloads"
equal "window of an address that stayed all the time" 20 "$(report all.test/198.18.1.1 sent)"
equal "its loss" 0 "$(report all.test/198.18.1.1 total_lost)"
literals_unharmed "by a storm of reloads"

echo "# NXDOMAIN and silence: the last good addresses stay; told of the name"
between_lookups all.test
stop_dns
start_dns "$steady"
wait_for 10 dns all.test '.error != null and .age_s != null and .ip_to == null' || fail "NXDOMAIN is not told"
equal "addresses of a name that does not resolve" 3 "$(reported_of all.test | wc -l)"
was=$(report all.test/198.18.1.1 total_sent)
sleep 1
reported_of all.test >/dev/null
check "they are probed" [ "$(report all.test/198.18.1.1 total_sent)" -gt "$was" ]
stop_dns
start_dns "$after"
kill -HUP "$minipingd_pid"
wait_for 10 has_dns all.test null null || fail "no record of the recovery"

echo "# limits.max_targets holds for the derived, too"
extra="limits: {max_targets: 12}"
reload "{host: many.test, addresses: all}"
wait_for 5 grep -q "many.test: [0-9]* of its addresses are not probed: limits.max_targets is 12" "$work/minipingd.err" ||
	fail "the limit is not told"
sleep 1
equal "targets of a name up to the limit" 9 "$(reported_of many.test | wc -l)"
literals_unharmed "in the end"

echo "# the stop, while one version is known and the other asked for"
reload "{host: hang.example, addresses: all}"
wait_for 10 comes hang.example/fd00:1::4 || fail "hang.example/fd00:1::4 does not come"
stop_dns
: >"$work/dns.log"
start_dns "hang.example,198.18.1.5,1
server=/hang.example/127.0.0.1#9"
kill -HUP "$minipingd_pid"
wait_for 10 grep -q 'forwarded hang.example to' "$work/dns.log" || fail "hang.example is not asked for"
sleep 0.3
stop_minipingd
stop_farend
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
