#!/bin/bash
# Text from elsewhere: names of files, interfaces and targets that hold control characters, forged lines, changes of
# direction or no UTF-8 at all are shown so that no terminal obeys them, and every line of JSON is UTF-8.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
esc=$'\e[31m' latin=$'\xfc' csi=$'\xc2\x9b2J' turn=$'\xe2\x80\xae'
forged=$'x\nminipingd: error: all is lost'

# harmless WHAT FILE - printable UTF-8 and line ends, and nothing else.
harmless() {
	check "$1 is not UTF-8" iconv -f utf-8 -t utf-8 -o /dev/null "$2"
	LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$2" &&
		fail "$1 has what a terminal obeys: $(LC_ALL=C cat -v "$2" | head -n 3)"
	grep -q '^minipingd: error: all is lost' "$2" && fail "$1 has a forged line"
	check "$1 is empty" [ -s "$2" ]
}

# checked WHAT OPTION... - of minipingd
checked() {
	local what=$1
	shift
	timeout 10 "$minipingd" "$@" >"$work/out" 2>&1 </dev/null
	harmless "$what" "$work/out"
}

dir="$work/conf$esc$latin$turn"
mkdir -p "$dir/d"
printf 'targets: [127.0.0.2, 1.2.3]\nnonsense: 1\n' >"$dir/d/$forged$csi$latin"
printf 'include: d/*\ntargets: [127.0.0.1]\n' >"$dir/bad.yaml"
checked "errors of an included file" --check -c "$dir/bad.yaml"
check "the error is told" grep -qF '1.2.3" is not an IPv4 address' "$work/out"
checked "a daemon that does not start" -c "$dir/bad.yaml"
printf 'include: "%s"\ntargets: [127.0.0.1]\n' "$dir/none-*" | iconv -c -f utf-8 -t utf-8 | tr -d '\033' >"$work/warn.yaml"
checked "a warning" --check -c "$work/warn.yaml"
cat >"$dir/good.yaml" <<END
log: {to: $log, format: json}
defaults: {interval: 50ms, report: 1h}
targets: [127.0.0.1, {host: 127.0.0.2, name: "a${turn}b", labels: {x: "${turn}c"}}]
END
for option in --check --plan --dump; do
	checked "$option" $option -c "$dir/good.yaml"
done
"$minipingd" --check --dump -c "$dir/good.yaml" >"$work/dumped.yaml"
equal "what --dump writes, read back" "0 added, 0 removed, 0 changed, 0 moved, 2 kept" \
	"$("$minipingd" --diff "$work/dumped.yaml" -c "$dir/good.yaml" | tail -n 1)"
checked "--diff" --diff "$dir/good.yaml" -c "$work/warn.yaml"
checked "an unknown option" "--$esc$latin"
checked "an argument" "x$esc$latin"
checked "a value" --log-level "$esc$latin"
checked "a file that is not there" -c "$dir/$forged"

echo "# the log: a path, an interface and a reload's message"
needs veth ip link add "v$latin$csi" type veth peer name peer
ip addr add 198.18.1.1/24 dev "v$latin$csi" && ip link set "v$latin$csi" up && ip link set peer up
cp "$dir/good.yaml" "$work/$esc$latin.yaml"
"$minipingd" -c "$work/$esc$latin.yaml" 2>"$work/err" &
minipingd_pid=$!
pids+=("$minipingd_pid")
wait_for 10 ready_or_gone
echo 'targets: [1.2.3]' >"$work/$esc$latin.yaml"
kill -HUP "$minipingd_pid"
wait_for 10 logged 'select(.event == "reload" and .ok == false)' || fail "no record of a reload that failed"
stop_minipingd
harmless "the log" "$log"
harmless "diagnostics of the daemon" "$work/err"
equal "lines of the log that are no JSON" "" "$(jq -c . "$log" 2>&1 >/dev/null)"
check "the path is in the start record" grep -qF '\u001b[31m' "$log"

echo "# miniping"
# mini WHAT OPTION...
mini() {
	local what=$1
	shift
	"$miniping" "$@" >"$work/out" 2>&1 </dev/null
	harmless "$what" "$work/out"
}
printf '%s\n' "127.0.0.1" "$esc$latin" "a${turn}b" "b${latin}cher.example" >"$work/hosts$esc$latin"
mini "a file of hosts" -c1 -f "$work/hosts$esc$latin"
mini "JSON of a file of hosts" -c1 --jsonl -f "$work/hosts$esc$latin"
mini "packets of a file of hosts" -c1 --show-rtts -f "$work/hosts$esc$latin"
echo 10.0.0.0/8 >"$work/hosts$esc$latin"
mini "an error in a file" -f "$work/hosts$esc$latin"
mini "a file that is not there" -f "$dir/$forged"
mini "a host" "$esc$latin"
mini "an interface" -I "$esc$latin" 127.0.0.1
mini "a value" -c "$esc$latin" 127.0.0.1
mini "an option" "--$esc$latin"
mini "an option's value" "--json=$esc"
