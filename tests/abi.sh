#!/bin/bash
# Programs that were linked against the baseline's libminiping (abi/record) go on with this one: abidiff finds no change that
# they can see, nor layout.c; one that was is run. And a header that is broken on purpose, in each of several ways, is found
# out. The static library shows what miniping.h declares and nothing else; a program links with it, and runs.
# Run in the build directory; srcdir is where the sources are. CC, CFLAGS and so on as configure has them.
set -u
export LC_ALL=C
: "${srcdir:=.}" "${CC:=cc}" "${CFLAGS:=}" "${LDFLAGS:=}"
srcdir=$(realpath "$srcdir")
abi=$srcdir/tests/abi
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

skip() {
	echo "$*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

command -v abidiff >/dev/null || skip "needs Debian's abigail-tools"
command -v objcopy >/dev/null || skip "needs Debian's binutils"
library=$(realpath -m .libs/libminiping.so.0)
[ -e "$library" ] || { echo "no shared library here (--disable-shared)"; exit 77; }
readelf -S "$library" | grep -q debug_info || { echo "no debugging information here (CFLAGS without -g)"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# compiled FLAG... - with $CC
compiled() {
	# shellcheck disable=SC2086  # lists
	$CC $CFLAGS $LDFLAGS -w "$@"
}

# differs LIBRARY HEADERS - what a program would see of the difference from the baseline. abidiff compares functions of the
# same version only, and the baseline had none.
differs() {
	abidw --headers-dir "$2" --drop-private-types "$1" |
		sed -E "s/ version='[^']*' is-default-version='[^']*'//; s/@@MINIPING_[0-9.]+//g" >"$work/abi.xml"
	compiled -I"$2" -o "$work/layout" "$abi/layout.c" || return 0
	! abidiff --no-added-syms --suppressions "$abi/allowed" "$abi/baseline.xml" "$work/abi.xml" ||
		! cmp <("$work/layout") "$work/layout.baseline"
}

compiled -I"$abi/baseline" -o "$work/layout" "$abi/layout.c" && "$work/layout" >"$work/layout.baseline" || fail "layout.c"
grep -q 'miniping_hosts' "$abi/baseline.xml" || fail "the baseline is empty"
! differs "$library" "$srcdir/src/lib" || fail "a program linked against the baseline can see a difference"

# Each must be found.
breaks=(
	's/int64_t count; /int count; /'
	's/int precise; /int precise, inserted; /'
	's/(void \*reserved\[)/int inserted[3]; \1/'
	's/uint64_t received, lost, unknown;/uint64_t lost, received, unknown;/'
	's/(const char \*os_guess;)/\1 int inserted;/'
	's/MINIPING_TIMEOUT,/MINIPING_INSERTED, MINIPING_TIMEOUT,/'
	's/(char icmp_from)/int inserted; \1/'
)
n=0
for change in "${breaks[@]}"; do
	n=$((n + 1))
	mkdir -p "$work/$n/lib"
	sed -E "$change" "$srcdir/src/lib/miniping.h" >"$work/$n/lib/miniping.h"
	! cmp -s "$work/$n/lib/miniping.h" "$srcdir/src/lib/miniping.h" || fail "$change changes nothing"
	for file in "$srcdir"/src/lib/*.c; do
		compiled -g -std=gnu11 -D_GNU_SOURCE -DPACKAGE_VERSION='""' -I"$work/$n" -I"$srcdir/src" -fPIC -c \
			-o "$work/$n/$(basename "$file").o" "$file" || fail "$change does not compile"
	done
	compiled -shared -Wl,--version-script="$srcdir/src/lib/libminiping.map" -Wl,-soname,libminiping.so.0 \
		-o "$work/$n/lib.so" "$work/$n"/*.o || fail "$change does not link"
	differs "$work/$n/lib.so" "$work/$n/lib" >"$work/out" 2>&1 || fail "$change is not found"
done

# run PROGRAM... - an example; skipped where sockets are not permitted
run() {
	local output status
	output=$("$@" 127.0.0.1)
	status=$?
	echo "$output"
	[ "$status" -eq 0 ] || grep -q CAP_NET_RAW <<<"$output" || fail "$* ends with $status"
}

# The baseline's library named no versions. One of that kind, to link against.
sed -nE 's/^[a-z].*[ *](miniping_[a-z_]+)\(.*/void \1(void);void \1(void){}/p' "$abi/baseline/miniping.h" >"$work/stub.c"
mkdir "$work/old"
compiled -fPIC -shared -Wl,-soname,libminiping.so.0 -o "$work/old/libminiping.so" "$work/stub.c" || fail "the stub"
compiled -I"$abi/baseline" -o "$work/old/example" "$srcdir/tests/example_miniping.c" -L"$work/old" -lminiping ||
	fail "the example of the baseline"
LD_LIBRARY_PATH=$(dirname "$library") run "$work/old/example"

# Every function of the header has a version.
declared=$(sed -nE 's/^[a-z].*[ *](miniping_[a-z_]+)\(.*/\1/p' "$srcdir/src/lib/miniping.h" | sort)
for name in $declared; do
	nm -D --defined-only "$library" | grep -q " T $name@@MINIPING_" || fail "$name has no version"
done

# The static library, of the objects that are here.
mapfile -t objects < <(find src/lib -path '*/.libs/*' -name '*.o' ! -name 'miniping-*')
"$srcdir/src/lib/localize" "$work/libminiping.a" "${objects[@]}" .libs/libprobe.a || fail "localize"
[ "$(nm -g --defined-only "$work/libminiping.a" | awk 'NF == 3 { print $3 }' | sort)" = "$declared" ] ||
	fail "the static library shows something else than miniping.h declares"
# shellcheck disable=SC2046  # a list
compiled -I"$srcdir/src/lib" -o "$work/static" "$srcdir/tests/example_miniping.c" "$work/libminiping.a" \
	$(sed -n 's/^Libs.private: *//p' miniping.pc) || fail "linking with the static library"
run "$work/static"
exit $failed
