#!/bin/bash
# What make install leaves behind serves: the library shows its own names only, pkg-config finds it, a
# program builds against it in C and, where there is a compiler, the header is C++ as well. make uninstall
# takes all of it away, and what systemctl enable has made of it.
# Run in the build directory; srcdir is where the sources are. CC, CFLAGS and so on as configure has them.
set -u
export LC_ALL=C
: "${srcdir:=.}" "${CC:=cc}" "${CFLAGS:=}" "${LDFLAGS:=}" "${prefix:=/usr/local}"
libdir=${libdir:-$prefix/lib}
failed=0 skipped=

fail() {
	echo "FAILED: $*"
	failed=1
}

skip() {
	echo "$*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

command -v pkg-config >/dev/null || skip "no pkg-config here"
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
# Of the make that runs this test, nothing is handed down.
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s install DESTDIR="$tree" systemdsystemunitdir=/systemd >"$tree/log" 2>&1 || {
	cat "$tree/log"
	fail "make install"
	exit 1
}

so=$tree$libdir/libminiping.so
static= # a build of configure --disable-shared has the archive alone, and whoever links it names what it needs
if ./libtool --config | grep -q '^build_libtool_libs=no'; then
	static=--static
	[ -f "$tree$libdir/libminiping.a" ] || fail "no $libdir/libminiping.a"
else
	[ -L "$so" ] || fail "no $libdir/libminiping.so"
	[ -f "$tree$libdir/libminiping.so.0" ] || fail "no $libdir/libminiping.so.0"
fi
for file in bin/miniping sbin/minipingd include/miniping.h share/man/man3/miniping.3 \
	share/man/man8/miniping.8 share/man/man8/minipingd-http.8 share/bash-completion/completions/miniping; do
	[ -s "$tree$prefix/$file" ] || fail "no $prefix/$file"
done

if command -v nm >/dev/null; then
	names() { if [ -n "$static" ]; then nm -g --defined-only "${so%.so}.a"; else nm -D --defined-only "$so"; fi }
	others=$(names | awk 'NF == 3 && $3 !~ /^miniping_/ && $2 != "A" { print $3 }' | grep -v '^_\(init\|fini\)$')
	[ -z "$others" ] || fail "names that are no caller's: $others"
	declared=$(sed -nE 's/^[a-z].*[ *](miniping_[a-z_]+)\(.*/\1/p' "$tree$prefix/include/miniping.h" | sort)
	[ -n "$declared" ] || fail "the header declares nothing"
	for name in $declared; do
		names | grep -qE " T $name($|@@MINIPING_)" || fail "$name is declared, but not there"
		grep -q "^\.Nm $name\( ,\)\?$" "$tree$prefix/share/man/man3/miniping.3" || fail "$name is in no manual"
	done
fi
if [ -z "$static" ] && command -v ldd >/dev/null; then
	ldd "$so" | grep libyaml && fail "the library drags in what only the daemon needs"
fi

export PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_PATH=$tree$libdir/pkgconfig
# Otherwise pkg-config leaves out what a compiler looks at anyway, although it is in another tree.
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
pkg-config --exists --print-errors miniping || fail "pkg-config does not find miniping"
# shellcheck disable=SC2086  # nothing, or one word
flags=$(pkg-config $static --cflags --libs miniping)
# shellcheck disable=SC2086  # lists
$CC -std=c99 -Wall -Wextra -Wpedantic -Werror $CFLAGS $LDFLAGS -o "$tree/example" \
	"$srcdir/tests/example_miniping.c" $flags || fail "the example does not build with $flags"
if command -v c++ >/dev/null; then
	c++ -Wall -Wextra -Werror -fsyntax-only -x c++ "$tree$prefix/include/miniping.h" || fail "C++"
fi

export LD_LIBRARY_PATH=$tree$libdir
if [ -x "$tree/example" ]; then
	output=$("$tree/example" 127.0.0.1)
	status=$?
	echo "$output"
	if grep -q 'CAP_NET_RAW' <<<"$output"; then
		skipped=yes
	elif [ "$status" != 0 ]; then
		fail "the example ends with $status"
	fi
fi

rm -rf "$tree"/{log,example}
wants=$tree/etc/systemd/system/multi-user.target.wants
mkdir -p "$wants"
for unit in minipingd minipingd@0 another; do
	ln -s "/systemd/${unit/@*/@}.service" "$wants/$unit.service"
done
make -s uninstall DESTDIR="$tree" systemdsystemunitdir=/systemd >/dev/null 2>&1 || fail "make uninstall"
left=$(find "$tree" ! -type d -printf '/%P\n'; find "$tree$prefix" -type d -name '*miniping*')
[ "$left" = /etc/systemd/system/multi-user.target.wants/another.service ] || fail "make uninstall leaves $left"
[ "$failed$skipped" != 0yes ] || skip "no permission to run the example"
exit $failed
