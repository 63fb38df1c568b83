#!/bin/bash
# other-debian.sh TARBALL PACKAGE... - builds the tarball on the other one of the two Debian releases that it is for (12 and
# 13), in a root of its own: the packages that bootstrap names are there, gcc and clang compile without a warning, the unit
# tests pass. The packages are what the build takes.
# Needs root; see debian-root.sh, from which the exit code 77 is, too.
set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

srcdir=$(realpath "$(dirname "$0")/..")
tarball=$(realpath "$1")
shift
release=trixie
. /etc/os-release
[ "${VERSION_CODENAME:-}" != trixie ] || release=bookworm
root=$("$srcdir/tests/debian-root.sh" "$release" "$@" binutils clang iproute2 libcmocka-dev mandoc python3 xz-utils)

work=$(mktemp -d "${TMPDIR:-/tmp}/minipingd-debian.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$tarball" --strip-components=1
cat >"$work/run" <<'EOF'
set -eu
cd /mnt
for package in $(./bootstrap packages); do
	apt-cache show "$package" >/dev/null 2>&1 || { echo "no package $package in $(cat /etc/debian_version)"; exit 1; }
done
./bootstrap
for cc in clang gcc; do
	mkdir "build-$cc"
	cd "build-$cc"
	../configure -q CC="$cc" --enable-werror
	make -s -j"$(nproc)" all
	make -s -j"$(nproc)" check TESTS=
	cd ..
done
make -s -C build-gcc check TESTS='$(unit_tests) $(replayers) tests/check-layers tests/man-lint.sh'
EOF

# The root is others', too, and stays as it is.
export root work
unshare --mount --propagation private bash -euc '
	mount --bind "$root" "$root"
	mount -o remount,bind,ro "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/tmp"
	mount --bind "$work" "$root/mnt"
	exec chroot "$root" env -u MAKEFLAGS bash /mnt/run'
