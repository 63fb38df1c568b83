#!/bin/bash
# Link-local addresses: the same one behind two interfaces is two hosts; a zone is the interface's name, which may
# come later and come again with another index; raw and ping sockets, minipingd and miniping.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")

# behind NAME DIGIT - a veth NAME with fe80::aa, whose other end in the other namespace is fe80::1 and fe80::DIGIT.
behind() {
	veth "$1" "$far"
	ip link set "$1" addrgenmode none && ip link set "$1" up && ip -6 addr add fe80::aa/64 dev "$1" nodad &&
		in_far "$far" ip link set "far-$1" addrgenmode none && in_far "$far" ip link set "far-$1" up ||
		die "$1 does not come up"
	alive "$far" "far-$1" fe80::1/64 "fe80::$2/64"
}

far_namespace far
behind va a
behind vb b
index=$(ip -o link show va | cut -d: -f1)

# The build directory may be closed to others.
install -m 755 "$miniping" "$work/miniping" && install -m 755 "$minipingd" "$work/minipingd" || die "no copies"
chmod 755 "$work"
nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$@"
}
sysctl -qw net.ipv4.ping_group_range="0 2147483647" || skip "ping_group_range cannot be set"

echo "# miniping"
# answers OPTION... - both with raw and with ping sockets
answers() {
	local as

	for as in "" nobody; do
		$as "$work/miniping" -c2 -i 10ms -t 2s "$@" >"$work/out" 2>"$work/err" ||
			fail "${as:-root}: miniping $*: exit code $?: $(cat "$work/err")"
	done
}
answers fe80::1%va fe80::1%vb fe80::a%va fe80::b%vb
answers "fe80::1%$index"
answers -I va fe80::1 fe80::a
answers -I fe80::aa -I vb fe80::b
answers -I vb -I fe80::aa fe80::b
answers -I fe80::aa%vb fe80::1 fe80::b fe80::b%vb
answers --show-rtts fe80::1%va
check "the zone of a reply" grep -q 'from fe80::1%va: seq=1' "$work/out"
# refuses CODE TEXT OPTION...
refuses() {
	local code=$1 text=$2

	shift 2
	"$miniping" -c1 -t 300ms "$@" >"$work/out" 2>"$work/err"
	equal "exit code of $*" "$code" $?
	equal "standard error of $*" "miniping: $text" "$(cat "$work/err")"
}
refuses 2 "Cannot resolve host: fe80::1 (link-local: needs an interface, or a zone as in fe80::1%eth0)" fe80::1
refuses 2 "Cannot resolve host: fe80::1%va (its zone is not the interface given)" -I vb fe80::1%va
refuses 3 "--interface fe80::aa: source is link-local: its interface must be given, too" -I fe80::aa fe80::1%va
refuses 3 "--interface fe80::ab%va: source must be an address of this host" -I fe80::ab%va fe80::1
refuses 4 "Cannot send to host fe80::1%none: No such device" fe80::1%none

# both WHO - the daemon over one kind of sockets
both() {
	start_minipingd "
defaults: {interval: 50ms, timeout: 500ms, report: 1h, window: 20, fall: 3, rise: 1}
log: {to: $log, format: json}
targets:
  - fe80::1%va
  - fe80::1%vb
  - {host: 'fe80::1%$index', name: numeric}
  - {host: 'fe80::1', name: by-option, interface: vb}
  - {host: 'fe80::b%vb', name: source, source: 'fe80::aa'}
  - {host: 'fe80::b%va', name: elsewhere}
  - fe80::1%later"
	is_up() {
		logged "select(.kind == \"state\" and .target == \"$1\" and .to == \"up\" and .ip == \"$2\")"
	}
	for pair in fe80::1%va=fe80::1%va fe80::1%vb=fe80::1%vb "numeric=fe80::1%$index" by-option=fe80::1%vb source=fe80::b%vb; do
		wait_for 10 is_up "${pair%=*}" "${pair#*=}" || fail "$1: ${pair%=*} is not up as ${pair#*=}"
	done
	wait_for 10 logged 'select(.kind == "state" and .target == "elsewhere" and .to == "down")' ||
		fail "$1: an address behind another interface is not down"
	behind later c
	wait_for 10 is_up fe80::1%later fe80::1%later || fail "$1: an interface that comes later is not used"

	ip link del va
	wait_for 10 logged 'select(.kind == "state" and .target == "fe80::1%va" and .from == "up" and .ip == "fe80::1%va")' ||
		fail "$1: a target whose interface is gone stays up"
	behind va a
	came_back() {
		[ "$(n_logged 'select(.kind == "state" and .target == "fe80::1%va" and .to == "up")')" -ge 2 ]
	}
	check "$1: the index is another one" [ "$(ip -o link show va | cut -d: -f1)" != "$index" ]
	wait_for 10 came_back || fail "$1: an interface that was made anew is not used"
	kill -USR2 "$minipingd_pid"
	wait_for 5 logged 'select(.kind == "report" and .target == "fe80::1%vb")' || fail "$1: no report after USR2"
	stop_minipingd
	echo '{}' >"$work/truth"
	judge "$1: who was never without an interface" '
		last_reports | ["fe80::1%vb", "by-option", "source"][] as $name | .[$name] |
		select(.total_lost > 0 or .foreign > 0 or .total_received < 20) |
		"\(.target): received \(.total_received) lost \(.total_lost) foreign \(.foreign)"'
	ip link del later
	index=$(ip -o link show va | cut -d: -f1)
}
echo "# minipingd, raw sockets"
both raw
echo "# minipingd, ping sockets"
printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "%s" "$@"\n' \
	"$work/minipingd" >"$work/nobody"
chmod 755 "$work/nobody"
minipingd=$work/nobody
: >"$log"
chmod 666 "$log"
both ping
