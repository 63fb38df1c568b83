#!/bin/sh
# The units, that of one daemon and that of several, have no mistake that systemd can see, and expose little
# of the system.
# Run in the build directory, once make has made them.
set -u
max_exposure=20            # tenths

if ! command -v systemd-analyze >/dev/null 2>&1; then
	echo "no systemd-analyze here (Debian: systemd)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

complain() {
	echo "FAILED: $*"
	failed=1
}

# systemd checks that the program is there: let it be, although nothing is installed yet.
printf '#!/bin/sh\n' >"$tmp/minipingd"
chmod +x "$tmp/minipingd"

# check_unit BUILT NAME CONFIG - the unit that make built, as systemd would see it under NAME; which configuration
# it reads.
check_unit() {
	built=$1 unit=$tmp/$2
	[ -f "$built" ] || { complain "no $built: run make first"; return; }
	if grep -n '@[a-z]*@\|[$]{' "$built"; then
		complain "$built has a name that make did not expand"
	fi
	sed -E "s:^(Exec(Start|Reload)=)/[^ ]*:\\1$tmp/minipingd:" "$built" >"$unit"

	complaints=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1)
	status=$?
	[ "$status" -eq 0 ] && [ -z "$complaints" ] ||
		complain "systemd-analyze verify of $2 (status $status): $complaints"

	security=$(systemd-analyze security --offline=yes --no-pager --threshold=$max_exposure "$unit" 2>&1)
	status=$?
	echo "$security"
	[ "$status" -eq 0 ] || complain "$2: exposure above $max_exposure tenths, or not judged (status $status)"

	# What the daemon needs of the unit, whatever else changes.
	for line in Type=notify AmbientCapabilities=CAP_NET_RAW CapabilityBoundingSet=CAP_NET_RAW \
		'RestartPreventExitStatus=73 77 78' WatchdogSec=30s User=minipingd 'SystemCallFilter=capset sched_setattr' \
		'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK' ReadWritePaths=-/var/log/minipingd; do
		grep -qxF "$line" "$unit" || complain "$2 lacks $line"
	done
	grep -q "^ExecStart=.*/minipingd/$3\( \|\$\)" "$unit" || complain "$2 does not read $3"
	# A reload checks what it is going to read.
	grep "^ExecReload=" "$unit" | head -n 1 | grep -q -- " --check .*/minipingd/$3\( \|\$\)" ||
		complain "$2 does not check $3 before a reload"
	# Each of these stops the probes.
	if grep -nE '^(IPAddressDeny|PrivateUsers|PrivateNetwork)=' "$unit"; then
		complain "with the above, no probe leaves"
	fi
}

# check_socket - where systemd listens for the daemon: at this machine alone.
check_socket() {
	cp "$srcdir/systemd/minipingd.socket" "$tmp/"
	complaints=$(systemd-analyze verify --man=no --recursive-errors=no "$tmp/minipingd.socket" "$tmp/minipingd.service" 2>&1)
	status=$?
	[ "$status" -eq 0 ] && [ -z "$complaints" ] ||
		complain "systemd-analyze verify of minipingd.socket (status $status): $complaints"
	[ "$(sed -n 's/^ListenStream=//p' "$tmp/minipingd.socket")" = 127.0.0.1:9737 ] ||
		complain "minipingd.socket listens elsewhere than at 127.0.0.1:9737"
}

check_unit systemd/minipingd.service minipingd.service minipingd.yaml
check_unit systemd/minipingd@.service minipingd@shard2.service %i.yaml
check_socket
grep -qx 'RuntimeDirectory=minipingd' systemd/minipingd.service &&
	grep -qx 'RuntimeDirectory=minipingd-%i' systemd/minipingd@.service ||
	complain "the units share a runtime directory, or have none"
grep -qx 'StateDirectory=minipingd' systemd/minipingd.service &&
	grep -qx 'StateDirectory=minipingd-%i' systemd/minipingd@.service ||
	complain "the units share a state directory, or have none"
exit $failed
