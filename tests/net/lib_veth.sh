# lib_veth.sh - links with real neighbours: veth pairs into namespaces of their own. Sourced after lib.sh.

# far_namespace VARIABLE - a network namespace that lasts as long as the test; VARIABLE gets a process in it.
far_namespace() {
	[ -e /proc/self/fd/8 ] || lock_table -s
	unshare --net sleep 3600 &
	printf -v "$1" %s $!
	pids+=("$!")
	wait_for 5 in_other_namespace $! || skip "the kernel grants no second network namespace"
	in_far $! ip link set lo up
}

in_other_namespace() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# in_far PID COMMAND...
in_far() {
	local pid=$1
	shift
	nsenter -t "$pid" -n "$@"
}

# veth DEV PID - a veth DEV whose other end, far-DEV, is in PID's namespace; both are down.
veth() {
	needs veth ip link add "$1" type veth peer name "far-$1"
	ip link set "far-$1" netns "$2" || die "far-$1 does not get to its namespace"
}

# connect DEV PID - a veth likewise; both ends are up, without addresses.
connect() {
	veth "$1" "$2"
	sysctl -qw "net.ipv6.conf.$1.accept_dad=0"
	in_far "$2" sysctl -qw "net.ipv6.conf.far-$1.accept_dad=0"
	ip link set "$1" up
	in_far "$2" ip link set "far-$1" up
}

# alive PID DEV ADDRESS/LENGTH... - addresses that answer at the far end's DEV.
alive() {
	local pid=$1 dev=$2
	shift 2
	printf "addr add %s dev $dev nodad\n" "$@" | sed '/:/!s/ nodad//' | in_far "$pid" ip -batch - ||
		die "the far end's addresses"
}

# as_nobody PROGRAM - in $nobody a command that runs PROGRAM without any privilege, by ping sockets, which are allowed from
# now on.
as_nobody() {
	command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"
	sysctl -qw net.ipv4.ping_group_range="0 2147483647" || skip "ping_group_range cannot be set"
	# The build directory may be closed to others.
	install -m 755 "$1" "$work/program" || die "$1 could not be copied"
	cat >"$work/nobody" <<-END
	#!/bin/sh
	exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$work/program" "\$@"
	END
	chmod 755 "$work/nobody"
	nobody=$work/nobody
}

# alone_with_table - from now on no other test has links with real neighbours: this one fills the kernel's neighbour table,
# which is one for all namespaces; 1,024 entries are soon in use. Before far_namespace.
alone_with_table() {
	lock_table -x
}

lock_table() {
	exec 8>"${TMPDIR:-/tmp}/minipingd-neighbours.lock"
	flock -w 600 "$1" 8 || die "other tests keep the neighbour table for themselves"
}
