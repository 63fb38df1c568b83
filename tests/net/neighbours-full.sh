#!/bin/bash
# A neighbour table that is full is told as what it is, by --plan before and by the log while it lasts, for IPv4 and for
# IPv6, where the kernel calls it "No buffer space available" and "Invalid argument".
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

alone_with_table
far_namespace far
connect va "$far"
ip addr add 10.9.0.1/16 dev va
ip -6 addr add fd00:9::1/64 dev va nodad
sysctl -qw net.ipv6.conf.all.forwarding=1        # no router solicitations
limit=$(ip -j ntable show name arp_cache | jq '[.[] | .thresh3 // empty][0]')
[ "${limit:-0}" -gt 0 ] || skip "ip does not show the limit of the neighbour table"
[ "$limit" -le 8192 ] || skip "the neighbour table takes $limit entries: too many to fill"

# plan PREFIX4 PREFIX6 - what --plan says of neighbours
plan() {
	printf 'targets: [{range: %s}, {range: "%s"}]\nlog: {to: stdout}\n' "$1" "$2" >"$work/plan.yaml"
	"$minipingd" --plan --config "$work/plan.yaml" | sed -n 's/^limit: neighbour entries: //p'
}

many=$((limit + 300))
last4=10.9.$((many / 256 + 1)).$((many % 256))
last6=fd00:9::1:$(printf %x "$many")
equal "--plan of more targets on the link than the table takes" \
	"$many IPv4 targets are on links of this host, net.ipv4.neigh.default.gc_thresh3 is $limit, for the whole machine; raise it
$many IPv6 targets are on links of this host, net.ipv6.neigh.default.gc_thresh3 is $limit, for the whole machine; raise it" \
	"$(plan "10.9.1.1-$last4" "fd00:9::1:1-$last6")"
equal "--plan of as many behind a router" "" "$(plan 10.10.1.1-10.10.${last4#10.9.} "fd00:8::1:1-fd00:8::1:$(printf %x "$many")")"
equal "--plan of as many as the table takes" "" "$(plan 10.9.1.1-10.9.$((limit / 256 + 1)).$((limit % 256)) "fd00:9::1:1-fd00:9::1:$(printf %x "$limit")")"

start_minipingd "
defaults: {interval: 500ms, timeout: 400ms, report: 1h, fall: 3}
log: {to: $log, format: json}
targets: [{range: 10.9.1.1-$last4}, {range: \"fd00:9::1:1-$last6\"}]"
told() { logged "select(.event == \"send_error\" and .error == \"Neighbour table is full (gc_thresh3)\")"; }
wait_for 10 told || fail "no record of the full table"
unknown() { logged "select(.kind == \"state\" and .to == \"unknown\" and .reason == \"neighbours_full\" and (.target | test(\"$1\")))"; }
wait_for 10 unknown '^10' || fail "no IPv4 target is unknown because of the table"
wait_for 10 unknown '^fd' || fail "no IPv6 target is unknown because of the table"
stop_minipingd
equal "other errors told" "" "$(jq -r 'select(.event == "send_error" and (.error | test("gc_thresh3") | not)) | .error' "$log" | sort -u)"
