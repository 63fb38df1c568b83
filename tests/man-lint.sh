#!/bin/sh
# mandoc finds nothing to say about the manual pages.
# Run in the build directory; srcdir is where the sources are.
set -u
: "${srcdir:=.}"

if ! command -v mandoc >/dev/null 2>&1; then
	echo "no mandoc here (Debian: mandoc)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0
n=0

for source in "$srcdir"/man/*.[1-9].in; do
	[ -f "$source" ] || continue
	n=$((n + 1))
	page=$(basename "$source" .in)
	if [ -f "man/$page" ]; then
		cp "man/$page" "$tmp/$page"
	else
		sed -e 's|@sbindir@|/usr/sbin|g' -e 's|@bindir@|/usr/bin|g' -e 's|@sysconfdir@|/etc|g' -e 's|@docdir@|/usr/share/doc/minipingd|g' \
			-e 's|@VERSION@|0|g' "$source" >"$tmp/$page" || exit 1
	fi
	if grep -n '@[A-Za-z]*@\|[$]{' "$tmp/$page"; then
		echo "FAILED: $page has a name that make did not expand"
		failed=1
	fi
	# Which other pages are installed here says nothing about this one.
	complaints=$(mandoc -T lint -W style "$tmp/$page" 2>&1 | \
		grep -v 'referenced manual not found\|outdated mandoc.db')
	if [ -n "$complaints" ]; then
		echo "FAILED: $page: $complaints"
		failed=1
	fi
done
# The page has a list for each part of the families, and so every family.
if [ -x ./metrics_keydoc ]; then
	./metrics_keydoc list >"$tmp/families" || failed=1
	while read -r _ family _; do
		grep -q "^\.It Cm $family\( \|$\)" "$tmp/minipingd-http.8" || {
			echo "FAILED: minipingd-http.8 lists no $family"
			failed=1
		}
	done <"$tmp/families"
fi
if [ "$n" -eq 0 ]; then
	echo "FAILED: no manual page in $srcdir/man"
	failed=1
fi
exit $failed
