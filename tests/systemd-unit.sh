#!/bin/sh
# The unit has no mistake that systemd can see, and exposes little of the system.
# Run in the build directory; srcdir is where the sources are.
set -u
: "${srcdir:=.}"
max_exposure=20            # tenths

if ! command -v systemd-analyze >/dev/null 2>&1; then
	echo "no systemd-analyze here (Debian: systemd)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
unit=$tmp/minipingd.service
failed=0

if [ -f systemd/minipingd.service ]; then
	cp systemd/minipingd.service "$tmp/built"
else
	sed -e 's|@sbindir@|/usr/sbin|g' -e 's|@sysconfdir@|/etc|g' \
		"$srcdir/systemd/minipingd.service.in" >"$tmp/built" || exit 1
fi
if grep -n '@[a-z]*@\|[$]{' "$tmp/built"; then
	echo "FAILED: the unit has a name that make did not expand"
	failed=1
fi

# systemd checks that the program is there: let it be, although nothing is installed yet.
printf '#!/bin/sh\n' >"$tmp/minipingd"
chmod +x "$tmp/minipingd"
sed "s|^ExecStart=[^ ]*|ExecStart=$tmp/minipingd|" "$tmp/built" >"$unit"

complaints=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1)
status=$?
if [ "$status" -ne 0 ] || [ -n "$complaints" ]; then
	echo "FAILED: systemd-analyze verify (status $status): $complaints"
	failed=1
fi

security=$(systemd-analyze security --offline=yes --no-pager --threshold=$max_exposure "$unit" 2>&1)
status=$?
echo "$security"
if [ "$status" -ne 0 ]; then
	echo "FAILED: exposure above $max_exposure tenths, or not judged (status $status)"
	failed=1
fi

# What the daemon needs of the unit, whatever else changes.
for line in Type=notify AmbientCapabilities=CAP_NET_RAW CapabilityBoundingSet=CAP_NET_RAW \
	'RestartPreventExitStatus=78 77' WatchdogSec=30s; do
	if ! grep -qxF "$line" "$unit"; then
		echo "FAILED: the unit lacks $line"
		failed=1
	fi
done
# Each of these stops the probes.
if grep -nE '^(IPAddressDeny|PrivateUsers|PrivateNetwork)=' "$unit"; then
	echo "FAILED: with the above, no probe leaves"
	failed=1
fi
exit $failed
