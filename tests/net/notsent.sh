#!/bin/bash
# What cannot be sent never looks healthy: routes that are gone or refuse, a firewall, an interface or a source address
# that is gone, a cable that is pulled. The window loses its old figures, the state becomes unknown with the reason, from
# a cold start as well, and the first reply ends it. An interface that is down is one fault from beginning to end.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

command -v nft >/dev/null || skip "needs nft (Debian package nftables)"
needs nf_tables nft add table inet test

# plug NAME NET - a veth NAME with 10.0.NET.1 and fd00:NET::1, and .7 and ::7, to the other namespace's .2 and ::2.
plug() {
	local far="nsenter -t $far_pid -n"

	veth "$1" "$far_pid"
	sysctl -qw "net.ipv6.conf.$1.accept_dad=0" "net.ipv6.conf.$1.keep_addr_on_down=1"
	$far sysctl -qw "net.ipv6.conf.far-$1.accept_dad=0" "net.ipv6.conf.far-$1.keep_addr_on_down=1"
	$far ip addr add "10.0.$2.2/24" dev "far-$1"
	$far ip -6 addr add "fd00:$2::2/64" dev "far-$1" nodad
	$far ip link set "far-$1" up
	ip link set "$1" up
	addresses "$1" "$2"
}

addresses() {
	ip addr replace "10.0.$2.1/24" dev "$1"
	ip addr replace "10.0.$2.7/24" dev "$1"
	ip -6 addr replace "fd00:$2::1/64" dev "$1" nodad
	ip -6 addr replace "fd00:$2::7/64" dev "$1" nodad
}

default_routes() {
	ip route replace default via 10.0.1.2
	ip -6 route replace default via fd00:1::2
}

# each COMMAND... - for the two IP versions, by "ip", "ip -6" and the prefixes 10.9.9. and fd00:9::.
each() {
	local f="$*"
	eval "ip ${f//PREFIX/10.9.9.}"
	eval "ip -6 ${f//PREFIX/fd00:9::}"
}

# recent FILTER - of the records since the latest mark, as an array.
recent() {
	tail -n +$((mark + 1)) "$log" | grep '}$' | jq -rs --argjson expected "${expected:-{\}}" --arg from "${from:-up}" "$1"
}

# soon COMMAND... - within 20 s by the clock; COMMAND takes a while itself.
soon() {
	local end=$((SECONDS + 20))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# settled - each expected target has got its record, and its window is full of what could not be answered.
settled() {
	kill -USR2 "$minipingd_pid"
	sleep 0.1
	[ "$(recent '
		(map(select(.kind == "state")) | map({key: .target, value: [.from, .to, .reason]}) | from_entries) as $states |
		(map(select(.kind == "report")) | map({key: .target, value: .}) | from_entries) as $reports |
		$expected | to_entries | all(
			$states[.key] == [$from, "unknown", .value[0]] and
			($reports[.key] | .not_sent + .unknown == 10))')" = true ]
}

# cut_off WHAT - waits until the targets that $expected names, each with its reason and its errno, are; others stay up.
cut_off() {
	soon settled || fail "$1: got $(recent '
		[.[] | select(.kind == "state") | [.target, .from, .to, .reason]] | tostring')"
	kill -USR2 "$minipingd_pid"
	sleep 0.2
	while IFS= read -r line; do
		[ -z "$line" ] || fail "$1: $line"
	done <<<"$(recent '
		(map(select(.kind == "report")) | map({key: .target, value: .}) | from_entries) as $reports |
		($expected | to_entries[] | .key as $t | .value as [$reason, $error] | $reports[$t] |
		 select(.state != "unknown" or .loss_pct != null or .median_ms != null or .received != 0 or .lost != 0 or
			.not_sent_error != $error or .sent != .unknown or
			(if $error then .not_sent != 10 else .unknown != 10 end)) | "report \(.)"),
		(map(select(.kind == "state" and .to != "up" and ($expected[.target] | not) and (.target | IN("long", "detour") | not)))[] |
		 "a record of another: \(.)"),
		(map(select(.kind == "state" and $expected[.target])) | group_by(.target)[] | select(length > 1) | "several records: \(.)")')"
}

# recovered WHAT - each expected target is up, with its first reply; but one whose neighbour was slow to be found may have
# been down meanwhile, by what was sent and lost.
recovered() {
	soon is_up || fail "$1: not up again: $(recent '[.[] | select(.kind == "state") | [.target, .to]] | tostring')"
	while IFS= read -r line; do
		[ -z "$line" ] || fail "$1: $line"
	done <<<"$(recent '
		map(select(.target as $t | $expected | has($t // ""))) | group_by(.target) |
		(select(all(any(.from == "down"))) | "all were down"),
		(.[] | select(any(.from == "down") | not) |
		 (map(select(.outcome == "reply")) | first) as $reply |
		 (map(select(.kind == "state" and .to == "up")) | first) as $up |
		 select($up.from != "unknown" or $up.reason != "reply" or $up.n != $reply.n + 1 + (
			map(select(.kind == "path" and .n == $reply.n + 1)) | length)) |
		 "not with the first reply: \($up) \($reply)")')"
}

is_up() {
	[ "$(recent '(map(select(.kind == "state" and .to == "up") | .target)) as $up | $expected | keys - $up == []')" = true ]
}

# fault WHAT EXPECTED BEGIN END - EXPECTED maps names, as jq's test() takes them, to reason and errno.
fault() {
	begin "$1" "$2"
	eval "$3"
	cut_off "$1"
	mark=$(wc -l <"$log")
	eval "$4"
	recovered "$1"
}

begin() {
	echo "# $1"
	expected=$(jq -nc --argjson rules "$2" --arg names "$names" \
		'[$names | split(" ")[] | . as $n | $rules | to_entries | map(select(.key as $r | $n | test("^(\($r))$"))) |
		  select(length > 0) | {key: $n, value: .[0].value}] | from_entries')
	mark=$(wc -l <"$log")
}

names="onlink4 onlink6 a4 a6 b4 b6 c4 c6 source4 source6 named4 named6"
config="
defaults: {interval: 100ms, timeout: 150ms, report: 1h, window: 10, fall: 3, probes: yes}
log: {to: $log, format: json}
targets:
  - {host: 127.0.0.1, name: local}
  - {host: 10.0.2.2, name: long, interface: wa}
  - {host: 10.0.2.2, name: detour}
  - {host: 10.0.1.2, name: onlink4}
  - {host: 'fd00:1::2', name: onlink6}
$(for i in 4:10.9.9. 6:fd00:9::; do
	echo "  - {host: '${i#*:}1', name: a${i%%:*}}"
	echo "  - {host: '${i#*:}2', name: b${i%%:*}}"
	echo "  - {host: '${i#*:}3', name: c${i%%:*}}"
	echo "  - {host: '${i#*:}5', name: named${i%%:*}, interface: va}"
done)
  - {host: 10.9.9.4, name: source4, source: 10.0.1.7}
  - {host: 'fd00:9::4', name: source6, source: 'fd00:1::7'}
"

far_namespace far_pid
in_far "$far_pid" sh -c '
	ip route add local 10.9.9.0/24 dev lo
	sysctl -qw net.ipv6.conf.all.forwarding=1
	ip -6 route add local fd00:9::/64 dev lo'
plug va 1
plug wa 2
default_routes
start_minipingd "$config"
begin "all is well" '{".*": []}'
mark=0
recovered "all is well"

echo "# an interface that stays down, beside all that follows; what is sent another way then and lost, is lost"
nsenter -t "$far_pid" -n nft "add table inet test; add chain inet test input { type filter hook input priority 0; };
	add rule inet test input iifname far-va ip daddr 10.0.2.2 drop"
long_from=$(date +%s%N)
ip link set wa down
soon logged 'select(.kind == "state" and .target == "detour" and .to == "down" and .from == "up" and .reason == "timeout")' ||
	fail "by another interface than the one that is down: $(jq -c 'select(.kind == "state" and .target == "detour")' "$log")"

fault "routes that refuse" '{"a.": ["no_route", "EINVAL"], "b.": ["not_permitted", "EACCES"], "c.": ["no_route", "EHOSTUNREACH"]}' \
	'each route add blackhole PREFIX1; each route add prohibit PREFIX2; each route add unreachable PREFIX3' \
	'each route del PREFIX1; each route del PREFIX2; each route del PREFIX3'
fault "a firewall" '{".*": ["not_permitted", "EPERM"]}' \
	'nft "add chain inet test output { type filter hook output priority 0; }; add rule inet test output oifname va drop"' \
	'nft delete chain inet test output'
fault "no source address" '{"source.": ["no_address", "EADDRNOTAVAIL"]}' \
	'ip addr del 10.0.1.7/24 dev va; ip -6 addr del fd00:1::7/64 dev va' 'addresses va 1'
fault "an interface that is down" '{".*": ["interface_down", "ENETDOWN"]}' \
	'ip link set va down' 'ip link set va up; addresses va 1; default_routes'
fault "a cable that is pulled" '{".*": ["interface_down", null]}' \
	'nsenter -t $far_pid -n ip link set far-va down' 'nsenter -t $far_pid -n ip link set far-va up'
equal_json "errors of what was sent into it" '["ENETDOWN"]' \
	"$(jq -cs 'map(select(.outcome == "unknown" and .target != "long") | .error) | unique' "$log")"

echo "# a daemon that stands still skips its slots: they take no place in the window"
kill -STOP "$minipingd_pid"
sleep 1
kill -CONT "$minipingd_pid"
mark=$(wc -l <"$log")
kill -USR2 "$minipingd_pid"
reported() { [ -n "$(recent '.[] | select(.kind == "report" and .target == "local")')" ]; }
soon reported
equal_json "sent, and enough received" '[10,0,true]' \
	"$(recent 'map(select(.kind == "report" and .target == "local")) | first | [.sent, .not_sent, .received > 5] | tostring')"

# Of an interface that is named, IPv4 needs no route.
fault "no default route" '{"[abc].|source.|named6": ["no_route", "ENETUNREACH"]}' \
	'ip route del default; ip -6 route del default' default_routes

while [ $(($(date +%s%N) - long_from)) -lt 12000000000 ]; do
	sleep 0.1
done
begin "the interface that stayed down" '{}'
expected='{"long": []}'
ip link set wa up
long_to=$(date +%s%N)
addresses wa 2
recovered "the interface that stayed down"

begin "no interface" '{"onlink.|[abc].": ["no_route", "ENETUNREACH"], "source.": ["no_address", "EADDRNOTAVAIL"],
	"named.": ["no_interface", "ENODEV"]}'
ip link del va
cut_off "no interface"
sleep 1.2                  # the stall's end has to be past, and the longest timeout after it
stop_minipingd
lines_as_documented

echo '{}' >"$work/truth"
judge "the interface that stayed down" '
	(map(select(.kind == "state" and .target == "long") | [.from, .to, .reason]) |
	 select(. != [["unknown", "up", "reply"], ["up", "unknown", "interface_down"], ["unknown", "up", "reply"]]) |
	 "states \(.)"),
	def ns: sub("\\.(?<f>[0-9]+)Z$"; "Z") as $s | (capture("\\.(?<f>[0-9]+)Z$").f | tonumber) * 1000 + ($s | fromdate) * 1000000000;
	map(select(.event == "stall" and .interface == "wa")) | sort_by(.from) |
	(select(length < 2 or length > 4) | "\(length) records"),
	(select(length > 0) |
	 (first.from | ns) as $f | (last.to | ns) as $t |
	 (select($f > $from + 500000000 or $f < $from - 500000000) | "begins \(($f - $from) / 1e9) s after it was put down"),
	 (select($t < $to or $t > $to + 3000000000) | "ends \(($t - $to) / 1e9) s after it was put up")),
	(range(1; length) as $i | ((.[$i].from | ns) - (.[$i - 1].to | ns)) | select(. > 10000000) | "a gap of \(. / 1e9) s"),
	(.[] | select(.lasted_ms > 13000) | "one record of \(.lasted_ms) ms")' --argjson from "$long_from" --argjson to "$long_to"
judge "what could not be sent into it" '
	(map(select(.error == "ENETDOWN" and (.target | IN("long", "detour")) and .outcome == "not_sent")) | length) as $n |
	(map(select(.event == "stall" and .interface == "wa") | .not_sent) | add) as $told |
	(select($n < 80) | "\($n) probes"), (select($told != $n) | "\($told) told, of \($n)"),
	(map(select(.target == "long" and .outcome == "not_sent" and .error != "ENETDOWN")) | length | select(. > 0) |
	 "\(.) with another error")'
judge "send_error records" '
	map(select(.event == "send_error")) | group_by(.error)[] |
	(select(length > 5) | "\(length) records of \(.[0].error)"),
	(first | select(.targets != 1 or .probes != 1 or (.names | test(", "))) | "the first: \(.)"),
	(.[1:][] | (.names | split(", ")) as $names |
	 select(.targets < ($names | length) or ($names | length) != ([.targets, 3] | min) or .probes < .targets or
		($names | unique | length) != ($names | length) or .targets > 14) | "\(.)")'
judge "send_error records and counters" '
	([last_reports[].send_error] | add) as $n | ([.[] | select(.event == "send_error") | .probes] | add) as $told |
	select($n != $told) | "\($told) told of \($n)"'
judge "reasons of send_error records" '
	map(select(.event == "send_error") | {error, reason}) | unique | select(. != [
		{error: "Cannot assign requested address", reason: "no_address"}, {error: "Invalid argument", reason: "no_route"},
		{error: "Network is down", reason: "interface_down"}, {error: "Network is unreachable", reason: "no_route"},
		{error: "No route to host", reason: "no_route"}, {error: "No such device", reason: "no_interface"},
		{error: "Operation not permitted", reason: "not_permitted"},
		{error: "Permission denied", reason: "not_permitted"}]) | tostring'
judge "counters" '
	last_reports as $r | map(select(.outcome == "not_sent")) | group_by(.target)[] |
	select(length != $r[.[0].target].send_error) | "\(.[0].target): \(length), \($r[.[0].target].send_error)"'

ip link add vdown type dummy 2>/dev/null || ip link add vdown type veth peer name vpeer
names="$names down4 down6"
start_minipingd "$config
  - {host: 10.9.9.6, name: down4, interface: vdown}
  - {host: 'fd00:9::6', name: down6, interface: vdown}"
from=unknown
begin "from a cold start" '{"onlink.|[abc].": ["no_route", "ENETUNREACH"], "source.": ["no_address", "EADDRNOTAVAIL"],
	"named.": ["no_interface", "ENODEV"], "down.": ["interface_down", "ENETDOWN"]}'
mark=0
cut_off "from a cold start"
begin "the interface comes" '{"onlink.|[abc].|source.|named.": []}'
plug va 1
default_routes
recovered "the interface comes"
stop_minipingd
lines_as_documented
equal_json "what never answered" '[["unknown",0,null]]' "$(jq -cs 'map(select(.kind == "report" and (.target | test("^down")))) |
	map([.state, .sent, .loss_pct]) | unique' "$log")"
