# lib.sh - what the parts of the benchmark share: what a result is, and how minipingd, the bare loop and
# other commands are run and measured. Stands on tests/net/lib.sh, which gives the namespace, $work and
# the far end.
#
# Each part runs in a subshell and writes results as lines of JSON into $work/results:
#   {"of":"figure","tool","load","key","value"}   a cell of the table of tools
#   {"of":"budget","what","value","max","unit"}   a line of the table of budgets
#   {"of":"missed","what","why"}                  what could not be measured
bare=$(realpath -m "$top_builddir/bench/bare")
pace=$(realpath -m "$top_builddir/bench/pace")
session=$(realpath -m "$top_builddir/bench/session")
micro=$(realpath -m "$top_builddir/bench/micro")
miniping=$(realpath -m "$top_builddir/miniping")
results=$work/results
ticks=$(getconf CLK_TCK)
trap leave_bench EXIT

say() {
	printf '%s\n' "$*" >&2
}

# result OF NAME VALUE... - values that are numbers become numbers.
result() {
	local of=$1
	shift
	# shellcheck disable=SC2016
	jq -cn --arg of "$of" '{of: $of} + ($ARGS.positional | [range(0; length; 2) as $i |
		{(.[$i]): (.[$i + 1] | if test("^-?[0-9]+(\\.[0-9]+)?$") then tonumber else . end)}] | add)' \
		--args -- "$@" >>"$results"
}

# figure TOOL LOAD KEY VALUE [KEY VALUE]...
figure() {
	local tool=$1 load=$2
	shift 2
	say "   $tool, $load: $*"
	while [ $# -ge 2 ]; do
		result figure tool "$tool" load "$load" key "$1" value "$2"
		shift 2
	done
}

# budget WHAT VALUE MAX UNIT - VALUE is to be at most MAX.
budget() {
	say "   $1: $2 $4 (budget $3)"
	result budget what "$1" value "$2" max "$3" unit "$4"
}

# missed WHAT WHY
missed() {
	say "   not measured: $1: $2"
	result missed what "$1" why "$2"
}

# lacks COMMAND PACKAGE - true, and told, if the peer is not installed.
lacks() {
	command -v "$1" >/dev/null && return 1
	result missed what "$1" why "not installed: apt-get install $2" installable yes
	say "   $1 is not installed: apt-get install $2"
}

# What tests/net/lib.sh calls where a test could not go on: here it is the part that ends.
die() {
	[ -n "${part:-}" ] || { say "bench: $*"; exit 1; }
	missed "$part" "$*"
	exit 3
}

skip() {
	die "$@"
}

# part NAME TITLE - runs measure_NAME, if it is wanted; what goes wrong within ends that part alone, and is told.
part() {
	case " $parts " in
	*" $1 "*) ;;
	*) return ;;
	esac
	part=$2
	say "== $part"
	(
		pids=()
		trap end_pids EXIT
		"measure_$1"
	)
	case $? in
	0 | 3) ;;
	*) missed "$part" 'ended early' ;;
	esac
	part=
}

end_pids() {
	local pid
	for pid in ${pids[@]+"${pids[@]}"}; do
		kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	true
}

leave_bench() {
	local code=$?
	end_pids
	if [ -n "${KEEP:-}" ]; then
		say "kept $work"
	else
		rm -rf "$work"
	fi
	exit "$code"
}

# begin PARTS - those that are wanted.
begin() {
	local name
	parts=$1
	for name in $parts; do
		declare -F "measure_$name" >/dev/null || die "there is no part $name"
	done
	: >"$results"
	jq -n --arg kernel "$(uname -sr)" --arg cores "$(nproc)" --arg runs "$runs" --arg seconds "$seconds" \
		--arg parts "$parts" '{kernel: $kernel, cores: ($cores | tonumber), runs: ($runs | tonumber),
		seconds: ($seconds | tonumber), parts: $parts, peers: {}}' >"$work/setting"
}

# version COMMAND TEXT - which peer it was that was measured.
version() {
	jq --arg name "$1" --arg version "$2" '.peers[$name] = $version' "$work/setting" >"$work/setting.new"
	mv "$work/setting.new" "$work/setting"
}

# finish - results.json, results.md, results.svg; the tables on standard output.
finish() {
	local before=null
	[ -s "$out/results.json" ] && before=$(jq -c '.micro // null' "$out/results.json")
	[ -s "$work/micro" ] || echo null >"$work/micro"
	jq -s --slurpfile setting "$work/setting" --slurpfile micro "$work/micro" --argjson before "$before" \
		-f "$srcdir/bench/results.jq" "$results" >"$work/results.json" &&
		jq -r -f "$srcdir/bench/markdown.jq" "$work/results.json" >"$work/results.md" &&
		jq -r -f "$srcdir/bench/draw.jq" "$work/results.json" >"$work/results.svg" &&
		cp "$work/results.json" "$work/results.md" "$work/results.svg" "$out/" || die 'the results could not be written'
	cat "$out/results.md"
	say "written: $out/results.json, results.md, results.svg"
	[ "$(jq '[.missed[] | select(.installable | not)] | length' "$out/results.json")" = 0 ] || exit 1
}

# median, largest - of the numbers on standard input, one a line. "null": there are none.
median() {
	sort -g | awk '{ v[NR] = $1 }
		END { if (!NR) print "null"; else print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

largest() {
	sort -g | tail -n 1
}

# sum - of whole numbers, one a line; awk's own print would round those beyond 2^31.
sum() {
	awk '{ s += $1 } END { printf "%.0f\n", s }'
}

# calc EXPRESSION - with three decimals.
calc() {
	awk "BEGIN { printf \"%.3f\\n\", $1 }"
}

# column N FILE
column() {
	awk -v n="$1" '{ print $n }' "$2"
}

# thousands N - 1,000,000
thousands() {
	sed -E ':a;s/^([0-9]+)([0-9]{3})/\1,\2/;ta' <<<"$1"
}

# addresses N - of 127/8, one a line.
addresses() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "127.%d.%d.%d\n", 1 + int(i / 65536), int(i / 256) % 256, i % 256 }'
}

# run_daemon CONFIG - minipingd, told everything by CONFIG, until it is ready; sets $pid and $ready_s, the
# seconds that took.
run_daemon() {
	local from=$EPOCHREALTIME
	: >"$log"
	"$minipingd" -c "$1" >"$work/out" 2>"$work/err" &
	pid=$!
	pids+=("$pid")
	wait_for 60 daemon_ready || die "minipingd did not get ready: $(head -c 300 "$work/err")"
	ready_s=$(calc "$EPOCHREALTIME - $from")
}

daemon_ready() {
	grep -q 'event[":=]*ready' "$log" || ! kill -0 "$pid"
}

# fleet N INTERVAL REPORT - the configuration of N targets.
fleet() {
	printf 'defaults: {interval: %s, timeout: 1s, report: %s, window: 60}\nlog: {to: %s}\ntargets:\n' "$2" "$3" "$log"
	addresses "$1" | sed 's/^/  - /'
}

# fleet6 N INTERVAL REPORT - likewise, of IPv6. The kernel has a neighbour entry for each address of lo, and room for 1,024
# on the whole machine: the targets share a hundred addresses.
fleet6_addresses=100
fleet6() {
	fleet 0 "$2" "$3"
	awk -v n="$1" -v of="$fleet6_addresses" 'BEGIN { for (i = 0; i < n; i++) printf "  - {host: \"fd00:7f::%x\", name: t%d}\n", i % of + 1, i }'
}

# answer6 - what this namespace answers to fleet6.
answer6='ip -6 route replace local fd00:7f::/112 dev lo'

# end_daemon - by TERM; its stop record is then in $log.
end_daemon() {
	kill -TERM "$pid" || die "minipingd is gone: $(head -c 300 "$work/err")"
	wait "$pid" || die "minipingd ended with $?: $(head -c 300 "$work/err")"
}

# stopped KEY - of the stop record.
stopped() {
	tail -n 1 "$log" | grep 'event=stop' | grep -o " $1=[0-9.]*" | sed 's/.*=//'
}

# totals - sums over the last report of each target: received, lost, unknown.
totals() {
	awk '/kind=report/ {
			for (i = 1; i <= NF; i++) {
				split($i, kv, "=")
				if (kv[1] == "target") t = kv[2]
				else if (kv[1] == "total_received") r[t] = kv[2]
				else if (kv[1] == "total_lost") l[t] = kv[2]
				else if (kv[1] == "total_unknown") u[t] = kv[2]
			}
		}
		END { for (t in r) { a += r[t]; b += l[t]; c += u[t] } printf "%.0f %.0f %.0f\n", a, b, c }' "$log"
}

# cpu_of PID - user and all ticks so far.
cpu_of() {
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12, $12 + $13 }'
}

# echoes - echo requests that this namespace has received so far: those to its own addresses that were really sent.
echoes() {
	awk '$1 == "Icmp:" { if (at) n = $at; else for (i = 2; i <= NF; i++) if ($i == "InEchos") at = i }
		$1 == "Icmp6InEchos" { n += $2 } END { print n }' /proc/net/snmp /proc/net/snmp6
}

# socket_drops - packets that raw sockets of this namespace had no room for.
socket_drops() {
	cat /proc/net/raw /proc/net/raw6 | awk '$NF ~ /^[0-9]+$/ { n += $NF } END { printf "%.0f\n", n }'
}

# cores - that we may use, one a line.
cores() {
	awk '/^Cpus_allowed_list/ {
		n = split($2, parts, ",")
		for (i = 1; i <= n; i++) {
			if (split(parts[i], ends, "-") == 1) ends[2] = ends[1]
			for (c = ends[1]; c <= ends[2]; c++) print c
		}
	}' /proc/self/status
}

# bare_us TARGETS RATE SECONDS - µs of CPU a probe.
bare_us() {
	"$bare" "$1" "$2" "$3" | jq -r '.cpu_s / .sent * 1e6'
}

# timed COMMAND... - CPU seconds of it and its children. Its output goes to $work/said, its exit code to $work/code.
timed() {
	local TIMEFORMAT='%3U %3S'
	{ time "$@" >"$work/said" 2>&1; echo $? >"$work/code"; } 2>&1 | awk '{ print $1 + $2 }'
}

measure_micro() {
	"$micro" >"$work/micro" || die 'bench/micro failed'
}
