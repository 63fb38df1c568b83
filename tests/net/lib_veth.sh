# lib_veth.sh - links with real neighbours: veth pairs into namespaces of their own. Sourced after lib.sh.

# far_namespace VARIABLE - a network namespace that lasts as long as the test; VARIABLE gets a process in it.
far_namespace() {
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

# connect DEV PID - a veth DEV whose other end, far-DEV, is in PID's namespace; both are up, without addresses.
connect() {
	ip link add "$1" type veth peer name "far-$1" || skip "the kernel has no veth"
	ip link set "far-$1" netns "$2"
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
