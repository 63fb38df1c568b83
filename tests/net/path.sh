#!/bin/bash
# miniping --path: six hops, of which one is silent, one changes, and one answers from another address; a dead host behind
# them; both IP versions, raw and ping sockets; text, JSON and exit codes.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"
way4="hops=6 routers=198.18.9.1 hop-delay=2ms hop-silent=3 hop-change=4:1 hop-from=5:198.19.7.7 delay=12ms"
way6="hops=6 routers=fd00:1::9:1 hop-delay=2ms hop-silent=3 hop-change=4:1 hop-from=5:fd00:1::7:7 delay=12ms"
start_farend "
198.18.1.1    $way4
198.18.1.2    $way4
198.18.1.3    $way4 loss
198.18.1.4    hops=4 routers=198.18.9.1 error=3:1 from=198.18.9.4
198.18.1.5    hops=3 routers=198.18.9.1 wrong-src
198.18.1.6    hops=3 routers=198.18.9.1 quote=8
198.18.1.7    hops=3 routers=198.18.9.1 quote-bad-nonce
198.18.1.8    hops=40 routers=198.18.9.1
fd00:1::1:1   $way6
fd00:1::1:2   $way6
fd00:1::1:3   $way6 loss
fd00:1::1:4   hops=4 routers=fd00:1::9:1 error=1:3 from=fd00:1::9:4"
cd "$work" || die "no $work"
install -m 755 "$miniping" "$work/miniping" && chmod 755 "$work" || die "no copy"

# path CODE OPTION... - one trace as JSON, in out
path() {
	local code=$1
	shift
	$as "$work/miniping" --path -j -t 300ms "$@" >out 2>err </dev/null
	equal "exit code of ${as:-root}'s --path $*" "$code" $?
}

# hops EXPECTED - the addresses of the latest, "-" for who is silent
hops() {
	equal "the hops of $what" "$1" "$(jq -r '.hops | map(.address // "-") | join(" ")' out)"
}

as=
for version in 4 6; do
	case $version in
	4) host=198.18.1. router=198.18.9. changed=198.18.9.132 other=198.19.7.7 ;;
	6) host=fd00:1::1: router=fd00:1::9: changed=fd00:1::9:84 other=fd00:1::7:7 ;;
	esac
	for number in 1 2; do
		[ $number = 2 ] && sysctl -qw net.ipv4.ping_group_range="0 2147483647" &&
			as="setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all"
		what="IPv$version, ${as:+not }root"
		path 0 $host$number
		hops "${router}1 ${router}2 - ${router}4 $other $host$number"
		equal_json "the end of $what" '["reached", 6, 3, 1]' \
			"$(jq -c '[.end, .last, .hops[2].packets, .hops[3].packets]' out)"
		# A hop's time is that hop's: each is 2 ms behind the one before.
		equal "times of $what" true "$(jq '[.hops[] | select(.rtt) | .rtt * 1000 / .hop | . >= 2 and . < 20] | all' out)"
		# The fourth is another one from now on.
		path 0 $host$number
		hops "${router}1 ${router}2 - $changed $other $host$number"
	done
	as=
	what="a dead host, IPv$version"
	path 1 ${host}3
	hops "${router}1 ${router}2 - ${router}4 $other - - - - -"
	equal_json "the end of $what" '["silent", 5]' "$(jq -c '[.end, .last]' out)"
	within "packets to $what" 10 30 "$(jq .packets out)"
	what="a host that a router refuses, IPv$version"
	path 1 ${host}4
	hops "${router}1 ${router}2 ${router}3 ${router}4"
	equal "the end of $what" unreachable "$(jq -r .end out)"
	equal "the reason of $what" true "$(jq '.hops[3].error | test("unreachable")' out)"
done

what="a host that answers from another address"
path 1 198.18.1.5
hops "198.18.9.1 198.18.9.2 198.18.1.133"
equal "the end of $what" elsewhere "$(jq -r .end out)"
what="routers that quote 8 bytes"
path 0 198.18.1.6
hops "198.18.9.1 198.18.9.2 198.18.1.6"
what="forged errors"
path 0 198.18.1.7
hops "- - 198.18.1.7"
what="a long way"
path 1 198.18.1.8
equal_json "the end of $what" '["cut", 30, 30]' "$(jq -c '[.end, .last, .packets]' out)"

# --- for people ---

"$miniping" --path -t 300ms 198.18.1.2 >out 2>err
equal "exit code" 0 $?
equal "standard error" "" "$(cat err)"
equal "the table" "HOP  ADDRESS         RTT ms
  1  198.18.9.1 T
  2  198.18.9.2 T
  3  -                    -
  4  198.18.9.132 T
  5  198.19.7.7 T
  6  198.18.1.2 T
198.18.1.2 answers at hop 6" "$(sed -E 's/ +[0-9]+\.[0-9]{3}$/ T/' out)"
"$miniping" --path -t 100ms 198.18.1.3 | tail -n1 >out
equal "the end of a dead host" "198.18.1.3 is not reached: nobody beyond hop 5 answers" "$(cat out)"
equal "lines of JSON" 1 "$("$miniping" --path --jsonl -t 300ms 198.18.1.2 | jq -c .last | wc -l)"

# --- what goes wrong ---

# refused CODE TEXT OPTION...
refused() {
	local code=$1 text=$2
	shift 2
	"$miniping" --path "$@" >out 2>err
	equal "exit code of --path $*" "$code" $?
	equal "standard error of --path $*" "miniping: $text" "$(cat err)"
	equal "standard output of --path $*" "" "$(cat out)"
}
refused 3 "--path excludes --count" -c3 198.18.1.1
refused 3 "--path excludes --loop" -l 198.18.1.1
refused 3 "--path: expected one host" 198.18.1.1 198.18.1.2
refused 3 "--path: expected one host" 198.18.1.0/30
refused 3 "--path: expected --format text, json or jsonl" --format csv 198.18.1.1
refused 2 "Cannot resolve host: 224.0.0.1 (cannot be probed: not the address of one host)" 224.0.0.1
refused 4 "Cannot send to host 203.0.113.1: Network is unreachable" 203.0.113.1
timeout --preserve-status -s INT 0.5 "$miniping" --path -t 30s 198.18.1.3 >out 2>err
equal "exit code of one interrupted" 130 $?
equal "standard error of one interrupted" "miniping: interrupted: 198.18.1.3 not traced to the end" "$(cat err)"
"$miniping" --path -w 500ms -t 30s 198.18.1.3 >out 2>err
equal "exit code at the deadline" 1 $?
equal "the hops until then" 5 "$(grep -c '^  [1-5] ' out)"

# A path is asked with few packets: none of all hops got more than 3 at a time.
snapshot_farend
within "packets of 4 traces to the silent hop" 12 12 "$(truth '.targets["198.18.1.2"].expired["3"]')"
