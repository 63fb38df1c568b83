#!/bin/bash
# A NAT keeps an entry for address and ICMP id as long as it is used. When the route changes, the entry of a constant id
# goes on translating to the address of the dead way, and holds the target down for ever, while anyone else's ping gets
# through. What is down is probed by another id from time to time: it recovers, and then keeps that id.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

command -v nft >/dev/null || skip "needs nft (Debian package nftables)"
command -v ping >/dev/null || skip "needs ping (Debian package iputils-ping)"

# us - router - two uplinks to the far end. Each uplink lets through its own addresses only, as providers do.
far_namespace router
far_namespace far
connect lan "$router"
in_router() { in_far "$router" "$@"; }
in_router ip link add up1 type veth peer name end1
in_router ip link add up2 type veth peer name end2
in_router ip link set end1 netns "$far"
in_router ip link set end2 netns "$far"
ip addr add 10.0.0.2/24 dev lan
ip route add default via 10.0.0.1
in_router sysctl -qw net.ipv4.ip_forward=1
for i in 1 2; do
	in_router ip addr add "10.0.$i.1/24" dev "up$i"
	in_router ip link set "up$i" up
	in_far "$far" ip addr add "10.0.$i.2/24" dev "end$i"
	in_far "$far" ip link set "end$i" up
done
in_router ip addr add 10.0.0.1/24 dev far-lan
in_far "$far" ip addr add 198.18.0.1/32 dev lo
in_router ip route add 198.18.0.1 via 10.0.1.2
needs "NAT (nf_nat)" in_router nft -f - <<END
table ip nat {
	counter entries { }
	chain postrouting {
		type nat hook postrouting priority 100;
		oifname up1 counter name entries snat to 10.0.1.1
		oifname up2 snat to 10.0.2.1
	}
}
END
in_far "$far" nft -f - <<END
table ip providers {
	counter wrong { }
	set ids { typeof icmp id; size 65535; flags dynamic; }
	chain input {
		type filter hook input priority 0;
		iifname end1 ip saddr != 10.0.1.1 counter name wrong drop
		iifname end2 ip saddr != 10.0.2.1 counter name wrong drop
		icmp type echo-request update @ids { icmp id }
	}
}
END

# counted FAR TABLE COUNTER - packets
counted() { in_far "$1" nft -j list counter ip "$2" "$3" | jq '.nftables[] | select(.counter).counter.packets'; }
has_counted() { [ "$(counted "$1" "$2" "$3")" -ge "$4" ]; }
n_ids() { in_far "$far" nft -j list set ip providers ids | jq '[.nftables[] | select(.set).set.elem // [] | .[]] | length'; }
state_is() { [ "$(jq -rs 'map(select(.kind == "state")) | last | .to' "$log")" = "$1" ]; }

# keeps_id WHAT - one probe in four is lost, none of them two in a row
keeps_id() {
	in_far "$far" nft -f - <<-END
	table ip losses {
		counter lost { }
		chain input {
			type filter hook input priority 1;
			icmp type echo-request numgen inc mod 4 0 counter name lost drop
		}
	}
	END
	wait_for 20 has_counted "$far" losses lost 4 || fail "$1: no probe is lost"
	equal "$1: ids of a target that answers most probes" 1 "$(n_ids)"
	in_far "$far" nft delete table ip losses
}

# changes_id WHAT - a daemon whose target's way dies and is replaced
changes_id() {
	local entries

	in_far "$far" ip link set end1 up
	in_router ip route replace 198.18.0.1 via 10.0.1.2
	start_minipingd "
defaults: {interval: 100ms, timeout: 300ms, report: 1h, window: 100, fall: 3, rise: 2}
log: {to: stdout, format: json}
targets: [198.18.0.1]"
	wait_for 5 state_is up || fail "$1: it is not up to begin with"
	in_far "$far" nft flush set ip providers ids
	sleep 1
	equal "$1: ids of a target that answers" 1 "$(n_ids)"

	# The router makes an entry for each new id, also on the dead way. The target goes by one from the moment it is down,
	# and by the second for the four seconds that follow, within which the way is replaced.
	entries=$(counted "$router" nat entries)
	in_far "$far" ip link set end1 down
	wait_for 5 state_is down || fail "$1: it is not down with its only way"
	wait_for 20 has_counted "$router" nat entries $((entries + 2)) || fail "$1: its id does not change while it is down"
	in_router ip route replace 198.18.0.1 via 10.0.2.2
	# Somebody else's ping gets through, as soon as the new way has its neighbour; our old id does not.
	wait_for 3 ping -q -c 1 -W 1 198.18.0.1 || fail "$1: a new ping does not get through"
	wait_for 20 state_is up || fail "$1: the dead way's entry holds it down"
	check "$1: the old entry was in use" has_counted "$far" providers wrong 1

	in_far "$far" nft flush set ip providers ids
	in_far "$far" nft reset counter ip providers wrong >"$work/reset"
	sleep 2
	equal "$1: ids of a target that answers again" 1 "$(n_ids)"
	keeps_id "$1"
	stop_minipingd
	equal "$1: state at the end" up "$(report 198.18.0.1 state)"
}

log=$work/minipingd.out
changes_id "raw sockets"
as_nobody "$minipingd"
minipingd=$nobody
changes_id "ping sockets"
