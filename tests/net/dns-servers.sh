#!/bin/bash
# resolv.conf is obeyed: its servers in turn, timeout, attempts, rotate, search, ndots. A first server that is dead delays one
# batch of names, and not all: miniping, and minipingd. --all finds all addresses of a name.
. "${0%/*}/lib_dns.sh"
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
dead=127.0.0.9
n_names=5000

# The dead one takes what it is sent, counts it, and says nothing. Addresses of the names answer here.
python3 - "$dead" >"$work/dead" <<'END' &
import socket, sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
print("ready", flush=True)
while True:
    server.recv(2000)
    print("query", flush=True)
END
pids+=($!)
wait_for 10 grep -q ready "$work/dead" || die "no silent server"
ip route add local 198.19.0.0/16 dev lo || die "no route"

# use LINE... - resolv.conf from now on.
use() {
	printf '%s\n' "$@" >"$work/resolv.conf"
}

# n_dead - queries that the dead one has had so far.
n_dead() {
	grep -c query "$work/dead"
}

# measure COMMAND... - $took in ms, and what it asked the dead one: $asked.
measure() {
	local before=${EPOCHREALTIME/./} n
	n=$(n_dead)
	"$@" >"$work/out" 2>"$work/err"
	status=$?
	took=$(((${EPOCHREALTIME/./} - before) / 1000)) asked=$(($(n_dead) - n))
}

found() {
	"$miniping" -c1 "$1" >/dev/null 2>&1
}

address_of() {
	echo "198.19.$(($1 / 250)).$((1 + $1 % 250))"
}

for i in $(seq $n_names); do
	echo "h$i.test,$(address_of "$i"),300"
done >"$work/all"
start_dns "$(cat "$work/all")
a.b.deep.test,198.19.100.1,300
many.test,198.19.100.3,300
many.test,198.19.100.4,300
only.sub.test,198.19.100.2,300"
printf 'h%d.test\n' $(seq $n_names) >"$work/names"

echo "# $n_names names, the first server dead"
use "nameserver 127.0.0.1"
measure "$miniping" -c1 --jsonl -f "$work/names"
healthy=$took
equal "names found, healthy" $n_names "$(jq -c 'select(.received == 1)' "$work/out" | wc -l)"
equal "queries to the dead one" 0 "$asked"
use "nameserver $dead" "nameserver 127.0.0.1"
measure "$miniping" -c1 --jsonl -f "$work/names"
equal "names found, the first server dead" $n_names "$(jq -c 'select(.received == 1)' "$work/out" | wc -l)"
echo "healthy $healthy ms, the first server dead $took ms, $asked queries to it"
# 32 names, two queries each, are in flight before anybody knows; some more may have left when their time comes.
within "queries to the dead one" 2 200 "$asked"
[ $((took - healthy)) -lt 20000 ] || fail "$n_names names take $took ms with the first server dead, and $healthy ms without it"

echo "# timeout, attempts"
use "nameserver $dead" "options timeout:1 attempts:1"
measure "$miniping" -c1 h1.test
equal "exit code without a server" 1 "$(((status > 0)))"
equal "queries, attempts:1" 2 "$asked"
once=$took
[ "$once" -ge 950 ] || fail "timeout:1 ends after $once ms"
use "nameserver $dead" "options timeout:3 attempts:1"
measure "$miniping" -c1 h1.test
[ "$took" -ge 2950 ] || fail "timeout:3 ends after $took ms"
use "nameserver $dead" "options timeout:1 attempts:2"
measure "$miniping" -c1 h1.test
equal "queries, attempts:2" 4 "$asked"
use "nameserver $dead" "options timeout:9 attempts:5"
measure env RES_OPTIONS="timeout:1 attempts:1" "$miniping" -c1 h1.test
equal "queries, RES_OPTIONS above the file" 2 "$asked"

echo "# search, ndots"
use "nameserver 127.0.0.1" "search nowhere.test sub.test test"
check "a name in the second domain" found only
check "a name in the third domain" found h7
check "with a dot it is looked up as it is" found only.sub.test
equal "and not in a domain" 0 "$(n_asked only.sub.test.nowhere.test)"
use "nameserver 127.0.0.1" "search test" "options ndots:4"
check "a name with fewer dots than ndots" found a.b.deep
use "nameserver 127.0.0.1" "search test"
: >"$work/dns.log"
"$miniping" -c1 h9.test >/dev/null 2>&1 || fail "h9.test is not found"
equal "in the domain, ndots not reached: asked" 0 "$(n_asked h9.test.test)"
use "nameserver 127.0.0.1" "search test" "options ndots:2"
"$miniping" -c1 h9.test >/dev/null 2>&1 || fail "h9.test is not found with ndots:2"
[ "$(n_asked h9.test.test)" -gt 0 ] || fail "ndots:2 does not look in the domain first"

echo "# all addresses of a name"
# all OPTION... - the addresses that answered.
all() {
	"$miniping" -c1 --jsonl --all "$@" 2>"$work/err" | jq -r 'select(.received == 1).host' | sort | xargs
}
use "nameserver 127.0.0.1"
equal "addresses of many.test" "198.19.100.3 198.19.100.4 ::1" "$(all many.test ::1)"
equal "IPv4 ones, of /etc/hosts" "127.0.0.5 198.19.1.3" "$(all -4 own.test h252.test)"
equal "the first one without --all" 1 "$("$miniping" -c1 --jsonl many.test | jq .received)"
"$miniping" -c1 --all nobody.test many.test >"$work/out" 2>"$work/err"
check "a name that has none is told" grep -q "nobody.test" "$work/err"
check "beside the others" grep -q "198.19.100.4" "$work/out"
equal "of one name with one address a list as well" '["127.0.0.5"]' "$("$miniping" -c1 -j --all own.test | jq -c 'map(.host)')"
equal "of IPv4 where the source is" "198.19.100.3 198.19.100.4" "$(all -I 127.0.0.1 many.test)"
use "nameserver $dead"
measure "$miniping" -w 300ms -j --all h1.test
equal "exit code when the deadline comes first" 1 "$status"
equal "an object nonetheless" '["h1.test",true]' "$(jq -c '.[0] | [.host, .interrupted]' "$work/out")"
"$miniping" -c1 --all h1.test >"$work/out" 2>"$work/err" &
pid=$!
pids+=("$pid")
before=$(n_dead)
more_asked() {
	[ "$(n_dead)" -gt "$before" ]
}
wait_for 10 more_asked || fail "--all asks nobody"
kill -TERM "$pid"
wait "$pid"
within "exit code of --all, interrupted" 128 143 $?

echo "# rotate"
stop_dns
start_dns "$(cat "$work/all")"
mv "$work/dns.log" "$work/first.log"
start_dns "$(cat "$work/all")" 127.0.0.2
n_first() {
	grep -c ' query\[' "$work/first.log"
}
n_second() {
	grep -c ' query\[' "$work/dns.log"
}
head -n 400 "$work/names" >"$work/some"
use "nameserver 127.0.0.1" "nameserver 127.0.0.2"
"$miniping" -c1 -f "$work/some" >/dev/null 2>&1 || fail "not all of 400 names are found"
equal "queries to the second server without rotate" 0 "$(n_second)"
use "nameserver 127.0.0.1" "nameserver 127.0.0.2" "options rotate"
before=$(n_first)
"$miniping" -c1 -f "$work/some" >/dev/null 2>&1 || fail "not all of 400 names are found with rotate"
within "queries to the second server with rotate" 200 600 "$(n_second)"
within "and to the first one" 200 600 $(($(n_first) - before))

echo "# the daemon finds its names as well"
use "nameserver $dead" "nameserver 127.0.0.1"
before=$(n_dead)
start_minipingd "$head
targets: [$(printf 'h%d.test, ' $(seq 600)) 198.18.0.1]"
all_resolved() {
	[ "$(n_logged 'select(.kind == "dns" and .ip_to != null)')" -ge 600 ]
}
wait_for 30 all_resolved || fail "only $(n_logged 'select(.kind == "dns" and .ip_to != null)') of 600 names are found"
within "queries of the daemon to the dead one" 2 200 $(($(n_dead) - before))
stop_minipingd
leave
