#!/bin/bash
# Ways out that are hard to take: a link as narrow as IPv4 allows, where each probe goes in pieces; and targets with
# interface: while no descriptor is left.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

far_namespace far
connect wide "$far"
connect narrow "$far"
ip addr add 198.18.1.1/24 dev wide && ip addr add 198.18.2.1/24 dev narrow || die "our addresses"
alive "$far" far-wide 198.18.1.2/24
alive "$far" far-narrow 198.18.2.2/24

# set_mtu BYTES - of the narrow link, at both ends.
set_mtu() {
	ip link set narrow mtu "$1" && in_far "$far" ip link set far-narrow mtu "$1" || die "no MTU of $1"
}

for mtu in 68 70 84; do
	echo "# MTU $mtu"
	set_mtu "$mtu"
	start_minipingd "defaults: {interval: 50ms, timeout: 500ms, report: 1h}
log: {to: $log, format: json}
targets: [198.18.2.2, 198.18.1.2, 127.0.0.1, {host: 198.18.2.2, name: small, size: 8}, {host: 198.18.2.2, name: forbidden, df: yes}]"
	sleep 1.5
	stop_minipingd
	for target in 198.18.2.2 198.18.1.2 127.0.0.1 small; do
		check "$target is probed" [ "$(report "$target" total_received)" -gt 10 ]
		equal "probes to $target lost" 0 "$(report "$target" total_lost)"
		equal "probes to $target not sent" 0 "$(report "$target" send_error)"
	done
	[ "$mtu" = 84 ] && break
	equal "what must not go in pieces" 0 "$(report forbidden total_received)"
done

# Lower than what is open already: nothing more can be opened, and so is it on a machine whose file table is full.
echo "# no descriptor is left"
start_minipingd "defaults: {interval: 50ms, timeout: 500ms, report: 1h}
log: {to: $log, format: json}
targets: [{host: 198.18.1.2, interface: wide}, {host: 198.18.2.2, name: none, interface: absent}, 127.0.0.1]"
prlimit --pid "$minipingd_pid" --nofile=3:
sleep 2.5
prlimit --pid "$minipingd_pid" --nofile=100:       # LeakSanitizer opens files at the end
stop_minipingd
for target in 198.18.1.2 127.0.0.1; do
	check "$target is probed" [ "$(report "$target" total_received)" -gt 30 ]
	equal "probes to $target that were not sent" 0 "$(report "$target" send_error)"
done
check "an interface that is not there is told" [ "$(report none send_error)" -gt 30 ]
