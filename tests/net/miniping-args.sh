#!/bin/bash
# miniping's command line: every bad argument is one clear line, exit 3 and nothing sent; what is printed,
# where to, and with which exit code.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
unset NO_COLOR

# A prefix where nobody is, and a place without a way there.
ip route add 198.18.0.0/24 dev lo || die "no route"
cd "$work" || die "no $work"

# run OPTION... - sets code; output in out and err
run() {
	"$miniping" "$@" >out 2>err </dev/null
	code=$?
}

n_sent() {
	awk '/^Icmp6OutEchos|^IcmpMsgOutType8/ { n += $2 } END { print n + 0 }' <(nstat -asz 2>/dev/null)
}

# --- bad arguments ---

# bad TEXT OPTION... - exit 3 and this line
bad() {
	local text=$1
	shift
	run "$@"
	equal "exit code of $*" 3 $code
	equal "standard error of $*" "miniping: $text" "$(cat err)"
	equal "standard output of $*" "" "$(cat out)"
}

count='expected a whole number from 0 (until interrupted) to 1000000000'
for value in -1 x 1.5 1000000001 99999999999999999999 '' 0x10 ' 1'; do
	bad "--count $value: $count" -c "$value" 127.0.0.1
done
for value in 0 -1 0.0001 41s nan inf 1e3 1x ''; do
	bad "--timeout $value: expected a duration from 1ms to 40s" -t "$value" 127.0.0.1
done
for value in 0 -1 0.5ms 25h nan ''; do
	bad "--interval $value: expected a duration from 1ms to 24h" --interval "$value" 127.0.0.1
done
for value in 7 0 -8 65508 8.0; do
	bad "--size $value: expected a whole number from 8 to 65507" -s "$value" 127.0.0.1
done
for value in 64 -1 AF44 CS8 best ''; do
	bad "--dscp $value: expected a number from 0 to 63, or CS0 to CS7, AF11 to AF43, EF, VA or LE" \
		--dscp "$value" 127.0.0.1
done
for value in -1 1000000000 ''; do
	bad "--retry $value: expected a whole number from 0 to 999999999" -r "$value" 127.0.0.1
done
for value in 0 -1 100001 x; do
	bad "--rate $value: expected a whole number from 1 to 100000" --rate "$value" 127.0.0.1
done
for value in 0 256 -1 x; do
	bad "--ttl $value: expected a whole number from 1 to 255" --ttl "$value" 127.0.0.1
done
bad "--interface nope0: expected an interface or an address of this host" -I nope0 127.0.0.1
bad "--interface 192.0.2.9: source must be an address of this host" -I 192.0.2.9 127.0.0.1
bad "--interface 127.0.0.1: expected an IPv6 address" -6 -I 127.0.0.1 ::1
bad "--file /none: No such file or directory; as ping's (flood): a short interval, such as -i 2ms" -f /none
bad "--ttl: expected a whole number from 1 to 255" 127.0.0.1 --ttl
bad "--count: $count" 127.0.0.1 -c
bad "unknown option --what (see miniping --help)" --what 127.0.0.1
bad "unknown option -Z (see miniping --help)" -jZ 127.0.0.1
bad "--json=3: --json takes no value" --json=3 127.0.0.1
bad "no host given (see miniping --help)" -c1
bad "host 10.0.0.0/15: expected a range of at most 65536 addresses" 10.0.0.0/15
bad "host ::/0: expected a range of at most 65536 addresses" ::/0
bad "host 10.0.0.0/33: expected a length from 0 to 32" 10.0.0.0/33
bad "host a/24: expected ADDRESS/LENGTH, such as 192.0.2.0/28" a/24
bad 'host \x1b[2J: expected printable UTF-8 characters only' $'\e[2J'
bad 'host a\xe2\x80\x8eb.test: expected printable UTF-8 characters only' $'a\xe2\x80\x8eb.test'
bad 'host b\xfccher.example: expected printable UTF-8 characters only' $'b\xfccher.example'
bad "host : expected a name or an address of 1 to 255 characters" ''
bad "--alive and --unreachable exclude each other" -a -u 127.0.0.1
bad "--alive and --unreachable exclude --json, --jsonl and --csv" -a -j 127.0.0.1
bad "--loop excludes --count and --retry" -c3 -l 127.0.0.1
bad "--loop excludes --count and --retry" -l -r 2 127.0.0.1
bad "--ipv4 and --ipv6 exclude each other" -4 -6 127.0.0.1
for value in 0 25h x ''; do
	bad "--deadline $value: expected a duration from 1ms to 24h" -w "$value" 127.0.0.1
done
for value in 0 1000001; do
	bad "--reachable $value: expected a whole number from 1 to 1000000" -x "$value" 127.0.0.1
done
bad "--pmtudisc probe: expected do, dont or want; as fping's (do not fragment): -M do" -M probe 127.0.0.1
bad "host 127.0.0.9-127.0.0.1: expected the lower address first" 127.0.0.9-127.0.0.1
bad "host 10.0.0.0-10.1.0.0: expected a range of at most 65536 addresses" 10.0.0.0-10.1.0.0
bad "host 10.0.0.0-::1: expected FIRST-LAST, such as 192.0.2.1-192.0.2.9" 10.0.0.0-::1
bad "--format xml: expected text, seed, json, jsonl or csv" --format xml 127.0.0.1
printf '127.0.0.1\n127.0.0.2 # a comment\n\n 10.0.0.0/8\n' >hosts
bad "hosts:4: host 10.0.0.0/8: expected a range of at most 65536 addresses" -f hosts
printf '127.0.0.1\0\n' >hosts
bad "hosts:1: expected text, without NUL bytes" -f hosts
printf '127.0.0.1\n127.0.0.2 a b\n' >hosts
bad "hosts:2: host 127.0.0.2: expected a host and at most a name in a line; a comment begins with #" -f hosts
if command -v nstat >/dev/null; then
	equal "packets sent by all of these" 0 "$(n_sent)"
	run -c 2 127.0.0.1
	equal "packets sent by -c 2" 2 "$(n_sent)"
fi

# --- exit codes ---

# exits CODE OPTION...
exits() {
	local expected=$1
	shift
	run "$@"
	equal "exit code of $*" "$expected" $code
}

exits 0 -c1 127.0.0.1
exits 1 -c1 -t 100ms 198.18.0.1
exits 1 -c1 -t 100ms 127.0.0.1 198.18.0.1
check "the host that answered is told" grep -qE '^127\.0\.0\.1 +1 +1 +0\.0% ' out
exits 4 -c1 192.0.2.1
check "why nothing was sent" grep -qx 'miniping: Cannot send to host 192.0.2.1: Network is unreachable' err
check "what was not sent is no loss" grep -qx '  Packets: sent=0, received=0, loss=n/a' out
check "the summary has the reason" grep -qx '  Also: not sent=1 (not sent: Network is unreachable)' out
exits 4 -c2 -i 10ms 127.0.0.1 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 nosuch..name
check "what could not be sent, once for all" grep -qxF \
	'miniping: 8 packets to 4 hosts could not be sent: Network is unreachable (192.0.2.1, 192.0.2.2, 192.0.2.3, ...)' err
exits 4 -c1 -a 127.0.0.1 192.0.2.1
equal "--alive beside a host without a route" 127.0.0.1 "$(cat out)"
check "--alive says what could not be sent" grep -qxF \
	'miniping: 1 packet to 1 host could not be sent: Network is unreachable (192.0.2.1)' err
exits 4 -c1 -u -t 100ms 198.18.0.1 192.0.2.1
equal "--unreachable: nobody is called dead who was not asked" 198.18.0.1 "$(cat out)"
check "--unreachable says what could not be sent" grep -q '^miniping: 1 packet to 1 host could not be sent' err
# What is nearly an address is no name, and says what would be right; the others are asked all the same.
while read -r host reason; do
	exits 2 -c1 "$host" 127.0.0.1
	check "why $host is not taken" grep -qxF "miniping: Cannot resolve host: $host ($reason)" err
	check "the other host beside $host" grep -q '^127\.0\.0\.1  *1  *1 ' out
done <<'END'
10.0.0.59x is neither an IPv4 address nor a host name
127.1 is a short form of an IPv4 address: write all four numbers
192.0.2.010 is octal to ping(8) where a number begins with 0: leave the 0 out, or write decimal numbers
0x7f000001 is an IPv4 address in hexadecimal: write it as four decimal numbers
[::1] is in brackets: write the IPv6 address alone
127.0.0.1%lo is an IPv4 address, which takes no zone: name the interface by "interface"
::ffff:127.0.0.1 is an IPv4-mapped address: write the IPv4 address alone
localhost:80 has a port, which ICMP does not: write the host alone
http://localhost/ is a URL: write its host alone
END
exits 2 -c1 nosuch..name
check "the name is told" grep -q '^miniping: Cannot resolve host: nosuch\.\.name' err
exits 2 -c1 127.0.0.1 nosuch..name
check "the other host is measured" grep -qE '^127\.0\.0\.1 +1 +1 +0\.0% ' out
exits 2 -6 -c1 127.0.0.1
"$miniping" -c1 127.0.0.1 >/dev/full 2>err
equal "exit code with a full disk" 4 $?
equal "the line about it" "miniping: standard output: No space left on device" "$(cat err)"
for option in --help --version; do
	"$miniping" $option >/dev/full 2>err
	equal "exit code of $option with a full disk" 4 $?
done
# Closed descriptors become /dev/null: no socket is written to in their place.
"$miniping" -c1 127.0.0.1 <&- >&- 2>&-
equal "exit code with descriptors closed" 0 $?
before=$EPOCHSECONDS
timeout 20 "$miniping" -l --show-rtts 127.0.0.1 >/dev/full 2>err
equal "exit code of -l with a full disk" 4 $?
[ $((EPOCHSECONDS - before)) -lt 10 ] || fail "-l goes on for $((EPOCHSECONDS - before)) s with a full disk"
exits 0 --help
check "--help names the exit codes" grep -q '3 bad arguments' out
exits 0 --version
check "--version" grep -q '^miniping [0-9]' out

# --- the seed's text ---

run --format seed -c2 -i 10ms --show-rtts 127.0.0.1
equal "text with --show-rtts" "PING 127.0.0.1 with 8 bytes of data:
8 bytes from 127.0.0.1: seq=1 ttl=64 time=T sec
8 bytes from 127.0.0.1: seq=2 ttl=64 time=T sec

Ping statistics for 127.0.0.1:
  Packets: sent=2, received=2, loss=0.0%
  RTT min/avg/max/median/jitter: T/T/T/T/T sec
  p95: T sec
  TTL: 64, hops: 1, OS guess: Linux/Unix/BSD/macOS/Android" "$(sed -E 's/[0-9]+\.[0-9]{4}\b/T/g' out)"
equal "its standard error" "" "$(cat err)"
run --format seed -c2 -i 10ms -t 50ms --show-rtts 198.18.0.1
equal "text without a reply" "PING 198.18.0.1 with 8 bytes of data:
Request timeout for seq 1
Request timeout for seq 2

Ping statistics for 198.18.0.1:
  Packets: sent=2, received=0, loss=100.0%
  No replies received." "$(cat out)"
run --format seed -c2 -i 10ms --show-rtts -q 127.0.0.1
equal "lines with --quiet" 6 "$(wc -l <out)"
run --format seed -c1 127.0.0.1 127.0.0.2
equal "summaries of two hosts" 12 "$(wc -l <out)"
run -c1 --show-rtts -D 127.0.0.1
check "--timestamps" grep -qE '^\[[0-9]{10}\.[0-9]{6}\] 8 bytes from 127.0.0.1: seq=1 ' out
check "that time is now" [ $(($(date +%s) - $(sed -nE 's/^\[([0-9]*).*/\1/p' out))) -lt 5 ]
run -c1 -n --precise -I lo -I 127.0.0.3 127.0.0.1
equal "exit code with options that change nothing" 0 $code

# --- hosts ---

run -c1 -a 127.0.0.0/29 198.18.0.1 -t 100ms
equal "--alive with a range" "$(printf '127.0.0.%d\n' {1..6})" "$(sort out)"
equal "its exit code" 1 $code
run -c1 -u -t 100ms 127.0.0.0/30 198.18.0.1
equal "--unreachable" 198.18.0.1 "$(cat out)"
run -c1 -a 127.1.0.0/31 127.2.0.9/32
equal "small ranges are whole" "127.1.0.0 127.1.0.1 127.2.0.9" "$(sort out | xargs)"
run --jsonl -c1 ::/127
equal "an IPv6 range" '::
::1' "$(jq -r .host out)"
printf '\xef\xbb\xbf127.0.0.2#two\r\n\t127.0.0.3\t#\r\n#127.0.0.4\r\nb\xfccher.example the-name\n\e[2J\n127.0.0.5#x y' >hosts
exits 2 -c1 -q -f hosts
equal "hosts of a file from elsewhere" '127.0.0.2 127.0.0.3 b\xfccher.example \x1b[2J 127.0.0.5' \
	"$("$miniping" -c1 --jsonl -f hosts 2>err | jq -r .host | paste -sd' ')"
check "what is no host is shown as it can be" grep -qF 'Cannot resolve host: b\xfccher.example (is not a host name' err
printf '# my hosts\n127.0.0.2\tits-name # and more\n127.0.0.3\n\n127.0.0.4' >hosts
run -c1 -a -f hosts 127.0.0.9
equal "--file" "127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.9" "$(sort out | xargs)"
"$miniping" -c1 -a -f - <hosts >out
equal "--file -" "127.0.0.2 127.0.0.3 127.0.0.4" "$(sort out | xargs)"

# --- what ping and fping users need ---

run -c1 -a 127.0.0.3-127.0.0.5 ::1-::1
equal "ranges A-B" "127.0.0.3 127.0.0.4 127.0.0.5 ::1" "$(xargs <out)"
exits 2 -c1 127.0.0.1-x.example
check "a name with a hyphen is a name" grep -q 'Cannot resolve host: 127.0.0.1-x.example' err
for value in .5 1. 0.5s .5s; do
	exits 0 -c1 -t "$value" 127.0.0.1
done
before=$EPOCHSECONDS
exits 0 -w .5 -i 50ms 127.0.0.1
check "more than 4 packets until the deadline" [ "$(sed -n 's/.*received=\([0-9]*\).*/\1/p' out)" -gt 4 ]
exits 1 -c 1000 -w 200ms -i 50ms 127.0.0.1
check "the deadline is told" grep -qx 'miniping: deadline: 1 host of 1 not probed to the end' err
# The deadline comes before anything is known: nobody is called dead, and it is said.
equal "a list of the dead before the deadline" "" "$("$miniping" -u -w 200ms -t 5s -i 50ms 198.18.0.1 2>"$work/err")"
check "why it is empty: $(cat "$work/err")" grep -qx 'miniping: deadline: 1 host of 1 not probed to the end' "$work/err"
# A deadline that has not come is no reason.
"$miniping" -c 1000 -w 1h -X 1 -i 10ms 127.0.0.1 127.0.0.2 >/dev/null 2>"$work/err"
check "no deadline: $(cat "$work/err")" [ ! -s "$work/err" ]
[ $((EPOCHSECONDS - before)) -lt 20 ] || fail "deadlines of 0.7 s took $((EPOCHSECONDS - before)) s"
exits 1 -c1 -W 100ms 198.18.0.1
exits 0 -c1 -t 100ms -x 1 127.0.0.1 198.18.0.1
exits 1 -c1 -t 100ms -x 2 127.0.0.1 198.18.0.1
exits 1 -c1 -t 100ms -x 2 127.0.0.1
check "too few are told" grep -qx 'miniping: too few hosts answered: 1 of 2' err
exits 0 -c1000 -X 2 127.0.0.0/29 198.18.0.1
run -c1 -a -e 127.0.0.1
check "the time behind a host" grep -qxE '127\.0\.0\.1 \([0-9]+\.[0-9]{3} ms\)' out
run -c1 -t 50ms -O 198.18.0.1
check "a line where no reply comes" grep -q '^Request timeout for seq 1' out
run --csv -c2 -i 10ms -t 100ms 127.0.0.1 198.18.0.1 'a"b,c..x'
equal "the lines of --csv" 'host,address,sent,received,loss,min,mean,median,p95,max,jitter,ttl,error,rtts
127.0.0.1,127.0.0.1,2,2,T,T,T,T,T,T,T,64,,T T
198.18.0.1,198.18.0.1,2,0,T,,,,,,,,,- -
"a""b,c..x",,0,0,,,,,,,,,"Cannot resolve host: a""b,c..x",' "$(sed -E 's/\b[0-9]+\.[0-9]{3}\b/T/g' out)"
ip link set lo mtu 1500
exits 1 -c1 -t 100ms -s 3000 -M do 127.0.0.1
exits 0 -c1 -s 3000 -M dont 127.0.0.1
ip link set lo mtu 65536
ip rule add fwmark 7 prohibit
exits 4 -c1 -t 100ms -m 7 198.18.0.1
exits 1 -c1 -t 100ms -m 0x8 198.18.0.1
ip rule del fwmark 7
python3 - >payload <<'END' &
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(20)
print(s.recv(2000)[36:].hex())
END
pid=$!
for ((i = 0; i < 100; i++)); do
	awk 'NR > 1 { n = 1 } END { exit !n }' /proc/net/raw && break
	sleep 0.1
done
run -c1 -s 14 -p 0xabcd -t 1s 127.0.0.1
wait $pid
equal "the pattern behind 8 random bytes" abcdabcdabcd "$(cat payload)"

# --- JSON ---

run -j -c1 127.0.0.1
equal_json "the keys of one host" '["sent","received","loss","min","max","mean","median","jitter","rtt_list","ttl","hops","os_guess","p95","host","address","late","duplicate","truncated","corrupt","foreign","unknown","not_sent"]' \
	"$(jq -c keys_unsorted out)"
run -j -I 192.0.2.9 127.0.0.1
equal_json "no output is empty" '["127.0.0.1",null,"source must be an address of this host"]' "$(jq -c '[.host, .address, .error]' out)"
# An object for one host, an array for a list of one.
run -j -c1 127.0.0.1
equal_json "one host" '["object",1]' "$(jq -c '[type, .received]' out)"
check "its indent is 2" grep -q '^  "sent": 1,$' out
echo 127.0.0.1 | "$miniping" -j -c1 -f - >out
equal_json "a list of one host" '["array","127.0.0.1","host"]' "$(jq -c '[type, .[0].host, (.[0] | keys_unsorted[0])]' out)"
run -j -c1 -t 100ms 127.0.0.1 198.18.0.1 nosuch..name
equal_json "several hosts" '[["127.0.0.1",1,0],["198.18.0.1",0,100],["nosuch..name",0,null]]' \
	"$(jq -c 'map([.host, .received, .loss])' out)"
equal "the error of one" '"Cannot resolve host: nosuch..name"' "$(jq '.[2].error' out)"
run --jsonl -c1 127.0.0.1 127.0.0.2
equal_json "--jsonl" '["127.0.0.1",1]
["127.0.0.2",1]' "$(jq -c '[.host, .received]' out)"
equal "its lines" 2 "$(wc -l <out)"
run -j nosuch..name
equal_json "the object of a host that does not resolve" '[0,null,[],"Cannot resolve host: nosuch..name"]' \
	"$(jq -c '[.sent, .loss, .rtt_list, .error]' out)"
equal "its exit code" 2 $code
run -j -c2 -i 10ms 192.0.2.1
equal_json "the object of a host without a route" \
	'[0,null,"Cannot send to host 192.0.2.1: Network is unreachable",2,"Network is unreachable"]' \
	"$(jq -c '[.sent, .loss, .error, .not_sent, .not_sent_error]' out)"
equal "its exit code" 4 $code
run --jsonl -c1 127.0.0.1 192.0.2.1
equal_json "the same in lines" '["127.0.0.1",null,0]
["192.0.2.1","Cannot send to host 192.0.2.1: Network is unreachable",1]' "$(jq -c '[.host, .error, .not_sent]' out)"
if command -v setpriv >/dev/null; then
	install -m 755 "$miniping" unprivileged || die "miniping could not be copied"
	setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all \
		./unprivileged -j 127.0.0.1 127.0.0.2 >out 2>err
	equal "exit code of JSON without permission" 4 $?
	equal_json "objects of JSON without permission" '["127.0.0.1","127.0.0.2"]' \
		"$(jq -c 'map(select(.error | startswith("Root privileges")) | .host)' out)"
fi
run -j --show-rtts -c2 -t 50ms -i 10ms 198.18.0.1
check "nothing but JSON with --json" jq -e '.loss == 100' out

# --- interruption ---

for signal in INT TERM; do
	: >out
	"$miniping" -l -i 10ms --show-rtts 127.0.0.1 >out 2>err &
	pid=$!
	wait_for 10 grep -q seq=3 out || fail "no third packet"
	kill -s $signal $pid
	wait $pid
	equal "exit code after $signal" 0 $?
	check "the summary after $signal" grep -qE '^  Packets: sent=[0-9]+, received=[0-9]+, loss=0\.0%$' out
done

# Without an end all times are kept only if they are asked for; the figures are there in any case.
for words in "" -O; do
	# shellcheck disable=SC2086  # one word or none
	"$miniping" -l -j -i 5ms $words 127.0.0.1 >out 2>err &
	pid=$!
	sleep 0.5
	kill -s INT $pid
	wait $pid
	equal "exit code of -l -j $words" 0 $?
	equal "what -l -j $words has of rtt_list" "$([ -n "$words" ] && echo true || echo null)" \
		"$(jq 'if .rtt_list then (.rtt_list | length) == .received else .rtt_list end' out)"
	check "the figures of -l -j $words" jq -e '.received > 2 and .min <= .median and .median <= .p95 and .p95 <= .max' out
done
"$miniping" -w 200ms -i 10ms -j 127.0.0.1 >out 2>err
check "a deadline is an end" jq -e '(.rtt_list | length) == .received and .received > 2' out

# A run that had an end to come.
"$miniping" -u -c 2 -t 30s -i 10ms 198.18.0.1 127.0.0.1 >out 2>err &
pid=$!
sleep 1
kill -s INT $pid
wait $pid
equal "exit code of an interrupted run" 130 $?
equal "nobody is called dead before the end" "" "$(cat out)"
equal "the interruption is told" "miniping: interrupted: 1 host of 2 not probed to the end" "$(cat err)"
"$miniping" -c 100 -i 50ms -j 127.0.0.1 >out 2>err &
pid=$!
sleep 1
kill -s TERM $pid
wait $pid
equal "exit code of an interrupted run in JSON" 130 $?
check "its object" jq -e '.received > 0 and .received == .sent and .sent < 100 and .interrupted' out
run -j -c1 127.0.0.1 nosuch..name
check "who is not interrupted" jq -e 'all(has("interrupted") | not)' out

# --- terminals ---

if command -v script >/dev/null; then
	# on_terminal COMMAND - its output, standard error among it
	on_terminal() {
		TERM=xterm script -qec "$1" /dev/null </dev/null
	}
	on_terminal "'$miniping' -c1 127.0.0.1" >out
	check "green without loss" grep -q $'\e\[32mPackets: sent=1, received=1, loss=0.0%\e\[0m' out
	on_terminal "'$miniping' -c1 -t 50ms 198.18.0.1" >out
	check "red if nothing came" grep -q $'\e\[31mPackets: sent=1, received=0' out
	on_terminal "NO_COLOR=1 '$miniping' -c1 127.0.0.1" >out
	grep -q $'\e' out && fail "NO_COLOR is not respected"
	on_terminal "'$miniping' -c 16 127.0.0.1/32 127.0.0.2" >out
	check "progress of a long run" grep -qE $'\r2 hosts: [0-9]+ of 32 packets' out
	on_terminal "'$miniping' -c 16 -q 127.0.0.1/32" >out
	grep -q 'of 16 packets' out && fail "progress in spite of --quiet"
	on_terminal "'$miniping' -c 16 127.0.0.1 >/dev/null" >out
	check "progress where only standard error is a terminal" grep -q 'of 16 packets' out
fi
true
