#!/bin/bash
# history.sh - the history of 10,000 targets for 26 hours, and RRD's beside it, in one run: CPU a minute and bytes a row.
# RRD gets 200 files and 60 minutes, in one process; its figures are scaled to 10,000 targets.
#
# From the environment: top_builddir (default "."), srcdir (default "."), TARGETS (10000), HOURS (26)
set -u
export LC_ALL=C
top_builddir=${top_builddir:-.} srcdir=${srcdir:-.} targets=${TARGETS:-10000} hours=${HOURS:-26}
work=$(mktemp -d "${TMPDIR:-/tmp}/minipingd-history.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$top_builddir/bench/history" "$work" "$srcdir/tests/recorded/veth-busy" "$targets" "$hours" >"$work/ours" || exit 1
cat "$work/ours"
command -v rrdtool >/dev/null || { echo 'not measured: RRD (Debian package rrdtool)'; exit 1; }

# rrd - commands to it on standard input: CPU in ms
rrd() {
	local TIMEFORMAT='%U %S'
	{ time rrdtool - >"$work/rrd.out"; } 2>"$work/rrd.time" || exit 1
	awk '{ print ($1 + $2) * 1000 }' "$work/rrd.time"
}

files=200 minutes=60 start=1700000040
for ((i = 0; i < files; i++)); do
	echo "create $work/$i.rrd --start $((start - 60)) --step 60 DS:min:GAUGE:120:0:U DS:p10:GAUGE:120:0:U DS:p25:GAUGE:120:0:U DS:median:GAUGE:120:0:U DS:p75:GAUGE:120:0:U DS:p90:GAUGE:120:0:U DS:loss:GAUGE:120:0:U RRA:AVERAGE:0.5:1:10080 RRA:AVERAGE:0.5:60:8760"
done | rrd >/dev/null
cpu=$(for ((m = 0; m < minutes; m++)); do
	for ((i = 0; i < files; i++)); do
		echo "update $work/$i.rrd $((start + 60 * m)):0.01:0.011:0.012:0.013:0.014:0.015:0.$((m % 10))"
	done
done | rrd)
bytes=$(stat -c %s "$work/0.rrd")
jq -nc --slurpfile ours "$work/ours" --argjson cpu "$cpu" --argjson files $files --argjson minutes $minutes --argjson bytes "$bytes" '
	$ours[0] as $o | ($cpu / $minutes / $files * $o.targets) as $rrd |
	{rrd_cpu_ms_a_minute: $rrd, rrd_bytes_a_target: $bytes, cpu_ratio_to_rrd: ($o.cpu_ms_a_minute / $rrd)}'
