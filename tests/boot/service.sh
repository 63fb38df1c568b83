#!/bin/bash
# The service as it is installed: make install into a minimal Debian of this machine's release, which
# systemd-nspawn then boots. tests/boot/inside.sh drives it there; here its results are taken up, and make
# uninstall is to leave nothing that points nowhere. Needs root, debootstrap and systemd-container.
#
# From the environment: builddir (default "."), srcdir, DEBIAN_ROOTS (tests/debian-root.sh), CI=true (then a test
# that cannot run fails instead of being skipped), KEEP=1 (keep the system that was booted).
set -u
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
srcdir=$(realpath "${srcdir:-.}") builddir=$(realpath "${builddir:-.}")
here=$srcdir/tests/boot
guest_seconds=400          # ten times what it takes
packages='systemd systemd-sysv curl dbus iproute2 jq mtail procps'
n_failed=0 nspawn_pid='' work=''
cgroups=()

skip() {
	echo "SKIP service: $*" >&2
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

die() {
	echo "FAIL service: $*" >&2
	exit 1
}

fail() {
	echo "FAIL service: $*" >&2
	n_failed=$((n_failed + 1))
}

leave() {
	local code=$?

	trap - EXIT
	[ -z "$nspawn_pid" ] || { kill -TERM "$nspawn_pid" && wait "$nspawn_pid"; } 2>/dev/null
	leave_cgroups
	if [ -n "${KEEP:-}" ]; then
		echo "kept $work" >&2
	else
		rm -rf --one-file-system "$work"
	fi
	[ "$code" = 0 ] && [ "$n_failed" -gt 0 ] && code=1
	[ "$code" = 0 ] && echo "PASS service"
	exit "$code"
}

# host_packages PROGRAM - Debian's packages of the shared libraries that it is linked with. They are named
# differently from release to release.
host_packages() {
	ldd "$1" | awk '$2 == "=>" { sub(/.*\//, "", $3); print "*/" $3 }' | xargs dpkg-query -S | sed 's/:.*//' | sort -u
}

# enter_cgroup - systemd inside rules over the cgroup that it is started in: it gets one of its own, in each
# hierarchy that it uses. What was there before is none of its business.
enter_cgroup() {
	local controllers path mount old lines

	mapfile -t lines </proc/self/cgroup
	while IFS=: read -r _ controllers path; do
		case $controllers in
		'') mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts) ;;
		name=systemd) mount=$(awk '$3 == "cgroup" && $4 ~ /name=systemd/ { print $2; exit }' /proc/self/mounts) ;;
		*) continue ;;
		esac
		[ -n "$mount" ] || continue
		old=$mount${path%/}
		mkdir "$old/minipingd-boot-$$" || continue
		cgroups+=("$old")
		echo $$ >"$old/minipingd-boot-$$/cgroup.procs"
	done < <(printf '%s\n' "${lines[@]}")
}

leave_cgroups() {
	local old pids

	for old in ${cgroups[@]+"${cgroups[@]}"}; do
		echo $$ >"$old/cgroup.procs"
		# Where the boot was broken off, whatever has been started inside.
		while pids=$(find "$old/minipingd-boot-$$" -name cgroup.procs -exec cat {} +) && [ -n "$pids" ]; do
			# shellcheck disable=SC2086  # a list
			kill -KILL $pids 2>/dev/null
			sleep 0.1
		done
		find "$old/minipingd-boot-$$" -depth -type d -exec rmdir {} +
	done
	cgroups=()
}

# install_and_prepare - the root as an administrator would have it after make install and systemctl enable.
install_and_prepare() {
	make -s -C "$builddir" install DESTDIR="$root" >"$work/install" 2>&1 || { cat "$work/install"; die "make install"; }
	unit=$(find "$root" -name minipingd.service -type f)
	[ -n "$unit" ] || die "make install has installed no unit"
	systemctl --root="$root" enable minipingd >"$work/enable" 2>&1 || { cat "$work/enable"; die "systemctl enable"; }
	cp "$here/inside.sh" "$root/inside.sh"
	cat >"$root/etc/systemd/system/inside.service" <<-END
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/bin/bash /inside.sh
		StandardOutput=file:/results
		StandardError=inherit
		ExecStopPost=systemctl poweroff --no-block
		TimeoutStartSec=${guest_seconds}s
	END
	ln -s ../inside.service "$root/etc/systemd/system/multi-user.target.wants/inside.service"
}

# boot - until it has powered itself off.
boot() {
	enter_cgroup
	timeout -k 5 $((guest_seconds + 30)) systemd-nspawn --boot --register=no --keep-unit --private-network \
		--machine="minipingd-$$" --directory="$root" </dev/null >"$work/console" 2>&1 &
	nspawn_pid=$!
	wait "$nspawn_pid" || { tail -n 40 "$work/console"; fail "the system inside did not power off"; }
	nspawn_pid=
	leave_cgroups
}

# dangling - enabled links of ours that point at nothing.
dangling() {
	find "$root/etc" -name 'minipingd*' -type l -printf '/%P\n'
}

[ "$(id -u)" = 0 ] || skip "needs root"
command -v systemd-nspawn >/dev/null || skip "needs systemd-nspawn (Debian package systemd-container)"
work=$(mktemp -d "${TMPDIR:-/tmp}/minipingd-boot.XXXXXX") || exit 1
trap leave EXIT
trap 'exit 1' INT TERM HUP
release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
libraries=$(host_packages "$builddir/minipingd") || die "not all libraries of minipingd belong to a package"
# shellcheck disable=SC2086  # lists
base=$("$srcdir/tests/debian-root.sh" "$release" $packages $libraries)
case $? in
0) ;;
77) skip "no Debian to boot" ;;
*) die "no Debian to boot" ;;
esac
root=$work/root
cp -a "$base" "$root" || die "cannot copy $base"

install_and_prepare
boot
[ -f "$root/results" ] || { tail -n 40 "$work/console"; die "the system inside has left no results"; }
cat "$root/results"
tail -n 1 "$root/results" | grep -qx 'END' || fail "the script inside has not come to its end"
n_failed=$((n_failed + $(grep -c '^FAIL' "$root/results")))

[ -n "$(dangling)" ] || fail "nothing is enabled before make uninstall"
make -s -C "$builddir" uninstall DESTDIR="$root" >"$work/uninstall" 2>&1 || { cat "$work/uninstall"; fail "make uninstall"; }
[ -z "$(dangling)" ] || fail "make uninstall leaves links that point at nothing: $(dangling)"
[ ! -e "$unit" ] || fail "make uninstall leaves $unit"
exit 0
