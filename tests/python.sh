#!/bin/bash
# The Python package: its declarations are miniping.h's, its types hold (mypy), sdist and wheel are built without a network,
# the wheel from the sdist, and what is installed from it refuses wrong arguments in the seed's words.
#   python.sh [DIR]   leaves in DIR what it has installed, with the library beside it
# Run in the build directory; srcdir is where the sources are.
set -u
export LC_ALL=C
: "${srcdir:=.}"
srcdir=$(realpath "$srcdir")
# As packaged: a python3 of another origin may come first in PATH, without these modules.
python=/usr/bin/python3
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

[ -x "$python" ] && "$python" -c 'import setuptools, wheel, cffi, pip' 2>/dev/null ||
	skip "needs Debian's python3-cffi, python3-pip, python3-setuptools, python3-wheel"
library=$(realpath -m .libs/libminiping.so.0)
[ -e "$library" ] || { echo "no shared library here (--disable-shared)"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

"$python" "$srcdir/python/update_declarations.py" "$srcdir/src/lib/miniping.h" >"$work/declarations.py"
cmp "$work/declarations.py" "$srcdir/python/src/pyminiping/_declarations.py" ||
	fail "pyminiping declares something else than miniping.h: make update-declarations"
cmp "$srcdir/COPYING" "$srcdir/python/COPYING" || fail "the licence is another"
version=$(sed -n 's/^PACKAGE_VERSION = //p' Makefile)
[ -n "$version" ] && grep -qx "version = \"$version\"" "$srcdir/python/pyproject.toml" ||
	fail "pyproject.toml has another version than configure.ac ($version)"

# The sources may be read-only, and building writes beside them.
cp -r "$srcdir/python" "$work/source"
chmod -R u+w "$work/source"
rm -rf "$work"/source/{build,dist,src/*.egg-info}
cd "$work/source" || exit 1
if command -v mypy >/dev/null; then
	MYPYPATH=src mypy --python-executable "$python" --cache-dir "$work/mypy" -p pyminiping || fail "mypy"
elif [ "${CI:-}" = true ]; then
	echo "mypy is not here: types are not checked"
fi

# build WHAT - by the interface that pip and build use (PEP 517), without asking an index for what setuptools needs
build() {
	"$python" -c 'import sys; from setuptools import build_meta as b; print(getattr(b, "build_" + sys.argv[1])(sys.argv[2]))' \
		"$1" "$work" >"$work/log" 2>&1 || { cat "$work/log"; fail "build_$1"; exit 1; }
}
build sdist
sdist=$work/pyminiping-$version.tar.gz
mkdir "$work/unpacked"
tar -C "$work/unpacked" --strip-components=1 -xzf "$sdist" || { fail "no sdist $sdist"; exit 1; }
cd "$work/unpacked" || exit 1
for file in $(cd "$srcdir/python" && find src tests pyproject.toml README.md COPYING -type f ! -path '*/__pycache__/*' ! -path '*.egg-info/*'); do
	cmp -s "$srcdir/python/$file" "$file" || fail "the sdist has no $file"
done
build wheel
wheel=$work/pyminiping-$version-py3-none-any.whl
[ -s "$wheel" ] || fail "no wheel $wheel"

to=${1:-$work/installed}
PIP_DISABLE_PIP_VERSION_CHECK=1 "$python" -m pip install -q --no-index --no-deps --no-cache-dir --root-user-action=ignore \
	--target "$to" "$wheel" || fail "pip install"
cp "$library" "$to/libminiping.so.0"
for file in py.typed _declarations.py; do
	[ -e "$to/pyminiping/$file" ] || fail "the wheel has no $file"
done
cd / || exit 1
export PYTHONPATH=$to PYTHONDONTWRITEBYTECODE=1 VERSION=$version
PYMINIPING_LIBRARY=$to/libminiping.so.0 "$python" -W error "$srcdir/python/tests/test_arguments.py" || fail "test_arguments"
# Without the variable it is the soname that is looked for.
[ "$(LD_LIBRARY_PATH=$to "$python" -c 'import pyminiping; print(pyminiping.library_version())')" = "$version" ] ||
	fail "the library is not found by its soname"
exit $failed
