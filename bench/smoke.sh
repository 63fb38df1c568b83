#!/bin/bash
# The benchmark still runs: two of its parts, for a second, give whole documents with true figures in them;
# and what it cannot measure it says, and fails. Run in the build directory.
set -u
export LC_ALL=C
srcdir=${srcdir:-.}
if ldd "${top_builddir:-.}/minipingd" | grep -q 'lib[at]san'; then
	echo 'SKIP bench/smoke: a build with sanitizers is not what is measured'
	exit 77
fi
if [ "$(nproc)" -lt 2 ]; then
	echo 'SKIP bench/smoke: RTTs are measured on two cores'
	exit 77
fi
out=$(mktemp -d "${TMPDIR:-/tmp}/minipingd-bench-smoke.XXXXXX") || exit 1
trap 'rm -rf "$out"' EXIT
failed=0

fail() {
	echo "FAIL bench/smoke: $*"
	failed=1
}

# bench PARTS - its exit code; what it says is in $out/said.
bench() {
	BENCH_PARTS=$1 BENCH_RUNS=1 BENCH_SECONDS=1 BENCH_OUT=$out "$srcdir/bench/run" >"$out/said" 2>&1
}

holds() {
	jq -e "$2" "$out/results.json" >/dev/null || fail "$1: $(cat "$out/results.json")"
}

bench 'micro rtt'
code=$?
if [ $code = 77 ]; then
	tail -n 1 "$out/said"
	exit 77
fi
[ $code = 0 ] || fail "exit code $code: $(cat "$out/said")"
holds 'every pure module has its ns' '.micro | length >= 10 and all(.[]; . > 0)'
holds 'minipingd was measured' 'any(.tools[]; .tool == "minipingd" and .sent > 0 and .lost == 0 and .rtt_error_median_us > 0)'
grep -q '^| minipingd |' "$out/results.md" || fail "no row of minipingd: $(cat "$out/results.md")"
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$out/results.svg" || fail 'the picture is not XML'

FAREND=/nonexistent bench rtt && fail 'a part that could not run went unnoticed'
holds 'the part that could not run is named' 'any(.missed[]; .what == "RTT error")'
bench nothing && fail 'a part that does not exist was taken'
exit $failed
