#!/bin/bash
# Network interfaces that go away or lose their carrier take the blame for what was under way there, until the
# neighbours are known again, and for nothing else: who does not answer behind another interface is lost.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

# behind NAME PID NUMBER - a veth NAME whose other end, with 198.18.NUMBER.2 and .3, is in PID's namespace.
behind() {
	connect "$1" "$2"
	ip addr add "198.18.$3.1/24" dev "$1" || die "no address on $1"
	alive "$2" "far-$1" "198.18.$3.2/24" "198.18.$3.3/24"
}

far_namespace far1
far_namespace far2
behind one "$far1" 1
behind two "$far2" 2
ip route add 198.18.9.0/24 via 198.18.2.2
start_minipingd "
defaults: {interval: 20ms, timeout: 200ms, report: 1h, window: 100, fall: 3}
log: {to: $log, format: json}
targets:
  - 198.18.1.2
  - 198.18.2.2
  - 198.18.2.3
  - 198.18.9.9"
sleep 1
in_far "$far1" ip link set far-one down        # one is without a carrier now, and stays so
in_far "$far2" ip addr del 198.18.2.3/24 dev far-two
sleep 1.5
ip link del one
sleep 1
for i in 1 2 3; do
	in_far "$far2" ip link set far-two down
	sleep 0.4
	in_far "$far2" ip link set far-two up
	sleep 1.6
done
stop_minipingd
echo '{}' >"$work/truth"

judge 'behind the interface that goes away' '
	last_reports["198.18.1.2"] | select(.total_lost > 0 or .total_unknown < 20) |
	"lost \(.total_lost), unknown \(.total_unknown)"'
judge 'behind the interface whose cable is pulled' '
	last_reports["198.18.2.2"] | select(.total_lost > 0 or .total_unknown < 20 or .total_received < 100) |
	"received \(.total_received), lost \(.total_lost), unknown \(.total_unknown)"'
judge 'who left while the other interface had no carrier' '
	last_reports["198.18.2.3"] | select(.total_lost < 60) | "lost \(.total_lost), unknown \(.total_unknown)"'
judge 'who never answered' '
	last_reports["198.18.9.9"] | select(.total_unknown > 0 or .total_lost < 50) |
	"lost \(.total_lost), unknown \(.total_unknown)"'
judge 'who was down' '
	map(select(.kind == "state" and .to == "down") | .target) | unique |
	select(. != ["198.18.2.3", "198.18.9.9"] and . != ["198.18.2.3"]) | tostring'
judge 'stall records of an interface' '
	map(select(.event == "stall" and .cause == "link") | .unknown) | select(length == 0 or any(. == 0)) | tostring'
