#!/bin/bash
# Names: a real DNS server that answers, changes its mind, refuses, is slow, falls silent and comes back,
# while the targets written as addresses are probed as if nothing were.
. "${0%/*}/lib_dns.sh"

steady="long.test,198.18.2.1,300
three.test,198.18.2.3,3
zero.test,0.0.0.0,1
six.test,198.18.2.6,300
xn--bcher-kva.test,198.18.2.7,300
six.test,fd00:1::6,300
mcast.test,224.0.0.5,1
bcast.test,255.255.255.255,1
mixed.test,224.0.0.5,1
mixed.test,198.18.2.2,1
$(n=0; for i in 127.0.0.1 127.8.9.1 0.1.2.3 169.254.1.1 240.0.0.1 ::1 :: ::ffff:127.0.0.1 ::ffff:198.18.2.9 fe80::1 ff02::1; do
	echo "bad$((++n)).test,$i,1"
done)
good.test,127.0.0.1,1
good.test,::1,1
good.test,::ffff:198.18.2.9,1
good.test,198.18.2.8,1"
n_bad=11
before="$steady
gw.test,198.18.1.1,1
split.test,198.18.1.11,1
kept.test,198.18.1.21,1
$(thousand seq 0 999)"
after="$steady
gw.test,198.18.1.2,1
split.test,198.18.1.12,1
kept.test,198.18.1.22,1
$(thousand seq 999 -1 0)"

# localhost is what it is without a line there (RFC 6761 6.3).
sed -i /localhost/d "$work/hosts"
cat "$work/hosts" >/etc/hosts
# The old address of kept.test answers after the probes of several intervals have left.
start_farend "198.18.1.21 delay=400ms
198.18.0.0/15 delay=5ms
fd00:1::/64 delay=5ms"
start_dns "$before"

echo "# answers: each name on its own, refused ones told, what is shared asked once"
start_minipingd "$head
targets: [$literals, gw.test, {host: gw.test, name: twin}, {host: split.test, on_address_change: split, window: 10000},
  {host: kept.test, probes: true},
  long.test, {host: long.test, name: same}, three.test, zero.test, mcast.test, bcast.test, mixed.test, nx.test, hosts.test, localhost, bücher.test, own.test, 127.0.0.9, many.test, $(printf 'bad%d.test, ' $(seq $n_bad))
  {host: good.test, name: good, interval: 300ms}, {host: good.test, name: all-good, addresses: all},
  {host: six.test, name: four, family: ipv4}, {host: six.test, name: six, family: ipv6}]"
for expected in gw.test=198.18.1.1 twin=198.18.1.1 split.test=198.18.1.11 long.test=198.18.2.1 same=198.18.2.1 \
	mixed.test=198.18.2.2 bücher.test=198.18.2.7 hosts.test=198.18.3.3 four=198.18.2.6 six=fd00:1::6; do
	wait_for 5 dns "${expected%=*}" ".ip_from == null and .ip_to == \"${expected#*=}\" and .error == null" ||
		fail "no dns record $expected"
done
wait_for 5 dns many.test '.ip_to != null' || fail "a name of 1,000 addresses does not resolve"
wait_for 5 dns localhost '.ip_to != null' || fail "localhost does not resolve"
wait_for 5 dns own.test '.ip_to == "127.0.0.5"' || fail "what /etc/hosts says of this host is refused"
# Ready was told after all that.
equal "unresolved when ready is told" $((n_bad + 4)) "$(daemon ready unresolved)"
equal "first look-ups that came after it" 0 "$(jq -s '(map(select(.event == "ready")) | last.n) as $n |
	[group_by(.target)[] | map(select(.kind == "dns")) | first | select(.n > $n)] | length' "$log")"
for chosen in good all-good/198.18.2.8; do
	wait_for 5 dns "$chosen" '.ip_to == "198.18.2.8" and .host == "good.test" and .group == null' ||
		fail "the good one among bad addresses is not chosen for $chosen"
done
equal "targets of the bad ones among all addresses" 1 "$(n_logged 'select(.kind == "dns" and (.target | startswith("all-good/")))')"
for refused in zero.test mcast.test bcast.test $(printf 'bad%d.test ' $(seq $n_bad)); do
	wait_for 5 dns "$refused" '.ip_to == null and .error == "no address that can be probed"' ||
		fail "$refused is not refused"
done
wait_for 5 dns nx.test '.ip_to == null and .error != null and .age_s == null' || fail "no record of NXDOMAIN"
equal "queries for a name of two targets" 1 "$(n_asked long.test)"

echo "# TTL: respected from the floor on, /etc/hosts has the floor; failures are backed off"
gw=$(n_asked gw.test) three=$(n_asked three.test) nx=$(n_asked nx.test)
sleep 7
within "queries in 7 s, TTL 1 s" 5 8 $(($(n_asked gw.test) - gw))
within "queries in 7 s, TTL 3 s" 1 3 $(($(n_asked three.test) - three))
asked_again() {
	[ "$(n_asked bad1.test)" -ge 2 ]
}
wait_for 10 asked_again || fail "a name without an address that can be probed is not looked up again"
within "queries in 7 s, NXDOMAIN" 0 2 $(($(n_asked nx.test) - nx))
equal "queries in 7 s, TTL 300 s" 1 "$(n_asked long.test)"
equal "records of a name that does not change" 1 "$(n_dns gw.test true)"
sed -i 's/198.18.3.3/198.18.3.4/' "$work/hosts"
cat "$work/hosts" >/etc/hosts
reports_now
equal "state of an address that was written out" up "$(report 127.0.0.9 state)"
equal "state of a name of /etc/hosts for this host" up "$(report own.test state)"
wait_for 3 dns hosts.test '.ip_from == "198.18.3.3" and .ip_to == "198.18.3.4"' ||
	fail "a change in /etc/hosts goes unseen"
literals_unharmed "while names resolve"

echo "# change: told, history kept or split; the order of many answers changes nothing"
stop_dns
start_dns "$after"
kill -HUP "$minipingd_pid"         # or failures in between would be waited for
for expected in gw.test=198.18.1.1,198.18.1.2 twin=198.18.1.1,198.18.1.2 split.test=198.18.1.11,198.18.1.12; do
	moved=${expected#*=}
	wait_for 15 dns "${expected%=*}" ".ip_from == \"${moved%,*}\" and .ip_to == \"${moved#*,}\" and .age_s == null" ||
		fail "no dns record of the move $expected"
done
reports_now
equal "window of a target whose history is kept" 20 "$(report gw.test sent)"
snapshot_farend
within "window of a target whose history is split" 0 "$(truth '.targets["198.18.1.12"].requests')" "$(report split.test sent)"
wait_for 15 dns kept.test '.ip_from == "198.18.1.21" and .ip_to == "198.18.1.22"' || fail "no dns record of the move of kept.test"
check "counters go on over a split" [ "$(report split.test total_sent)" -gt $(($(report split.test sent) + 20)) ]
sleep 2
reports_now
equal "loss of a target that has moved" 0 "$(report gw.test total_lost)"
equal "loss of a target that has moved and was split" 0 "$(report split.test total_lost)"
for ip in 198.18.1.21 198.18.1.22; do
	told=$(n_logged "select(.kind == \"probe\" and .ip == \"$ip\" and .outcome == \"reply\")")
	snapshot_farend
	within "replies told of as from $ip" 10 "$(truth '.targets[$ip].replies' --arg ip $ip)" "$told"
done
equal "moves of a name whose answers changed order" 0 "$(n_dns many.test '.ip_from != .ip_to and .ip_from != null')"
snapshot_farend
check "the new address is probed" [ "$(truth '.targets["198.18.1.2"].requests')" -gt 10 ]
literals_unharmed "over a change"

echo "# slow answers: waited for"
failures=$(n_dns gw.test '.error != null')
for _ in 1 2 3; do
	kill -STOP "$dns_pid"
	sleep 1.5
	kill -CONT "$dns_pid"
	sleep 0.5
done
equal "failures by slow answers" "$failures" "$(n_dns gw.test '.error != null')"
literals_unharmed "by slow answers"

echo "# silence: the last good address stays, its age is told"
kill -STOP "$dns_pid"
wait_for 25 dns gw.test '.error != null and .ip_to == "198.18.1.2" and .age_s > 5' || fail "silence is not told"
reports_now
before_total=$(report gw.test total_sent)
sleep 1
literals_unharmed "by silence"
check "a target whose name does not resolve goes on" [ "$(report gw.test total_sent)" -gt "$before_total" ]
equal "its loss" 0 "$(report gw.test total_lost)"

echo "# targets come and go while their queries hang"
for i in 1 2 3 4; do
	printf '%s\n' "$head" "targets: [$literals, gw.test, long.test, fresh$i.test, {host: new$i.test, name: three.test}]" \
		>"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	sleep 0.3
done
literals_unharmed "by reloads"

echo "# recovery: by itself; and through another server once resolv.conf names it"
recovered='.error == null and .ip_from == "198.18.1.2" and .ip_to == "198.18.1.2"'
was=$(n_dns gw.test "$recovered")
kill -CONT "$dns_pid"
n_recovered() {
	[ "$(n_dns gw.test "$recovered")" -gt "$1" ]
}
wait_for 20 n_recovered "$was" || fail "no record of the recovery"
failures=$(n_dns gw.test '.error != null')
stop_dns
failed_again() {
	[ "$(n_dns gw.test '.error != null')" -gt "$failures" ]
}
wait_for 20 failed_again || fail "a dead server is not told"
was=$(n_dns gw.test "$recovered")
start_dns "$after" 127.0.0.2
use_server 127.0.0.2
wait_for 10 n_recovered "$was" || fail "the new server of resolv.conf is not asked"
literals_unharmed "by recovery"
stop_minipingd
lines_as_documented

# cpu_ticks - user and system time of minipingd so far, in hundredths of a second.
cpu_ticks() {
	awk '{ print $14 + $15 }' "/proc/$minipingd_pid/stat"
}

echo "# a silent server and many names hold up neither the start nor the others"
kill -STOP "$dns_pid"
start_minipingd "$head
targets: [$literals, $(printf 'bad%d.test, ' {1..600}) hosts.test]"
sent=()
# Not behind 600 names, each of which hangs for 1 + 2 + 4 + 8 s, 256 at once.
wait_for 3 dns hosts.test '.ip_to == "198.18.3.4"' || fail "a name of /etc/hosts never gets its turn"
within "unresolved when ready is told without the answers" 600 601 "$(daemon ready unresolved)"
sleep 1
literals_unharmed "by 600 names that hang"
cpu=$(cpu_ticks)
sleep 2
within "CPU while they hang, hundredths of a second in 2 s" 0 100 $(($(cpu_ticks) - cpu))

echo "# names that are not wanted any more make room for the new ones"
printf '%s\n' "$head" "targets: [$literals, gw.test, {host: hosts.test, name: other}]" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 3 dns other '.ip_to == "198.18.3.4"' || fail "a name of /etc/hosts waits for names that are gone"
kill -CONT "$dns_pid"
wait_for 20 dns gw.test '.ip_to == "198.18.1.2"' || fail "a name waits for names that are gone"
stop_minipingd

echo "# a reload takes targets away while ready is still held back for names"
kill -STOP "$dns_pid"
: >"$log"
reload_early() {
	wait_for 10 logged 'select(.event == "start")'
	printf '%s\n' "$head" "targets: [gw.test]" >"$work/minipingd.yaml"
	kill -HUP "$(daemon start pid)"
}
reload_early &
pids+=("$!")
start_minipingd "$head
targets: [$literals, gw.test]"
check "the reload came before ready" logged 'select(.event == "ready" and .targets == 1)'
stop_minipingd

echo "# a process that waits for its names does not stand still"
start_minipingd "defaults: {interval: 20s}
log: {to: $log, format: json}
targets: [gw.test]"
sleep 7
kill -CONT "$dns_pid"
wait_for 20 dns gw.test '.ip_to == "198.18.1.2"' || fail "a name that was long in coming is not probed"
sleep 0.5
stop_minipingd
equal "stalls of 4 s and more" 0 "$(n_logged 'select(.event == "stall" and .cause == "loop" and .lasted_ms > 4000)')"
stop_farend
equal "bad checksums" 0 "$(truth .totals.bad_checksum)"
equal "requests to what is no remote host" 0 "$(truth '[.targets | keys[] | select(startswith("127.") or . == "198.18.2.9")] | length')"
equal "requests to what is no host" 0 "$(truth '[.targets | keys[] | select(startswith("224.") or . == "0.0.0.0")] | length')"
