#!/bin/bash
# miniping -b: broadcast and multicast addresses, IPv4 and IPv6, are answered by many, each of whom is counted by itself in
# text, JSON and CSV; two replies to one packet are duplicates only if they are of the same. Without -b, nothing is sent, and
# why is said. By raw sockets and by ping sockets.
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
needs bridge ip link add br0 type bridge
sysctl -qw net.ipv6.conf.br0.accept_dad=0
ip link set br0 up
ip addr add 10.9.0.1/16 dev br0

# Two of them have the same address: what each answers, the other does again.
for name in a b c d; do
	far_namespace far
	connect "v$name" "$far"
	ip link set "v$name" master br0
	in_far "$far" sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
	case $name in
	a) alive "$far" far-va 10.9.0.2/16 ;;
	b | c) alive "$far" "far-v$name" 10.9.0.3/16 ;;
	d) far_d=$far ;;
	esac
done
in_far "$far_d" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
as_nobody "$miniping"
cd "$work" || die "no $work"

has_link_local() {
	ip -6 addr show dev br0 scope link | grep -q inet6
}
wait_for 10 has_link_local || die "br0 gets no link-local address"

# times - each time as T, so that the rest can be compared
times() {
	sed -E ':next; s/(^|[ ,])[0-9]+\.[0-9]{3}([ ,]|$)/\1T\2/; t next; s/ +/ /g' "$@"
}

echo "# without -b"
"$miniping" -c1 10.9.255.255 >out 2>err
equal "exit code of a broadcast address" 4 $?
check "the hint of a broadcast address" grep -qx "miniping: Cannot send to host 10.9.255.255: Permission denied: a broadcast or multicast address: allow it by -b" err
for host in 255.255.255.255 224.0.0.1 ff02::1 ff02::1%br0; do
	"$miniping" -c1 -I br0 "$host" >out 2>err
	equal "exit code of $host" 2 $?
	check "the hint of $host" grep -qx "miniping: Cannot resolve host: $host: a broadcast or multicast address: allow it by -b" err
done
"$miniping" -c1 10.9.255.255 10.9.0.2 >out 2>err
check "the hint in a table" grep -q "could not be sent: a broadcast or multicast address: allow it by -b (10.9.255.255)" err
ip route add prohibit 192.0.2.1
"$miniping" -c1 192.0.2.1 >out 2>err
grep -q -- "-b" err && fail "a route that prohibits is taken for broadcast: $(cat err)"
"$miniping" -c1 10.9.255.255 192.0.2.1 >out 2>err
check "the hint beside a route that prohibits: $(cat err)" grep -q "1 host could not be sent: a broadcast or multicast address: allow it by -b (10.9.255.255)" err
check "a route that prohibits beside the hint" eval 'grep -v -- -b err | grep -q "1 host could not be sent: .*(192.0.2.1)"'

echo "# who answers"
"$miniping" -b -c3 -t 300ms -O 10.9.255.255 >out 2>err
equal "exit code with -b" 0 $?
equal "standard error with -b" "" "$(cat err)"
equal "lines of packets" "$(printf '%s: seq=%d%s\n' 10.9.0.2 1 '' 10.9.0.2 2 '' 10.9.0.2 3 '' 10.9.0.3 1 '' 10.9.0.3 1 ' (duplicate)' \
	10.9.0.3 2 '' 10.9.0.3 2 ' (duplicate)' 10.9.0.3 3 '' 10.9.0.3 3 ' (duplicate)')" \
	"$(sed -nE 's/^8 bytes from ([^ ]*) ttl=64 time=[0-9.]+ ms( \(duplicate\))?$/\1\2/p; s/^8 bytes from ([^:]*: seq=[0-9]+) ttl=64 time=[0-9.]+ ms(.*)$/\1\2/p' out | sort -u)"
equal "packets" "  Packets: sent=3, received=3, loss=0.0%" "$(grep Packets: out)"
equal "the table of who answered" "FROM RECEIVED DUPLICATES MIN ms AVG ms MAX ms JIT ms TTL
10.9.0.2 3 T T T T 64
10.9.0.3 3 3 T T T T 64" "$(sed -n '/^FROM/,$p' out | times)"
"$miniping" -b -c2 -t 300ms -j 10.9.255.255 >out 2>err
equal "JSON" '[2,2,2,[["10.9.0.2",2,0,64],["10.9.0.3",2,2,64]],0]' "$(jq -c '[.sent, .received, .duplicate,
	(.answerers | map([.address, .received, .duplicate, .ttl])), .answers_not_listed]' out)"
equal "times in JSON" true "$(jq '.answerers | map(.min > 0 and .min <= .mean and .mean <= .max and .jitter >= 0) | all' out)"
"$miniping" -b -c2 -t 300ms --csv 10.9.255.255 10.9.0.2 >out 2>err
equal "CSV" "host,address,sent,received,loss,min,mean,median,p95,max,jitter,ttl,error,rtts,from,duplicates
10.9.255.255,10.9.255.255,2,2,T,T,T,T,T,T,T,64,,T T,,
10.9.255.255,10.9.255.255,,2,,T,T,,,T,T,64,,,10.9.0.2,0
10.9.255.255,10.9.255.255,,2,,T,T,,,T,T,64,,,10.9.0.3,2
10.9.0.2,10.9.0.2,2,2,T,T,T,T,T,T,T,64,,T T,," "$(times out)"
"$miniping" -b -c1 -t 300ms 10.9.0.2 10.9.255.255 255.255.255.255 -I br0 >out 2>err
equal "several hosts, and who answered for each" "HOST FROM RECEIVED DUPLICATES MIN ms AVG ms MAX ms JIT ms TTL
10.9.255.255 10.9.0.2 1 T T T T 64
10.9.255.255 10.9.0.3 1 1 T T T T 64
255.255.255.255 10.9.0.2 1 T T T T 64
255.255.255.255 10.9.0.3 1 1 T T T T 64" "$(sed -n '/^HOST *FROM/,$p' out | times)"
"$nobody" -b -c1 -t 300ms -j 10.9.255.255 >out 2>err
equal "by ping sockets" '[["10.9.0.2",1],["10.9.0.3",1]]' "$(jq -c '.answerers | map([.address, .received])' out)"
began=${EPOCHREALTIME/./}
"$nobody" -b -c2 -t 300ms -q 10.9.255.255 >out 2>err
within "us of two packets of a user" 1000000 9000000 $((${EPOCHREALTIME/./} - began))
"$miniping" -b -a -c2 10.9.255.255 >out 2>err
equal "-a" 10.9.255.255 "$(cat out)"
"$miniping" -b -c1 -t 300ms -j 10.9.0.2 >out 2>err
equal "one host is answered by one" '[1,[]]' "$(jq -c '[.received, .answerers]' out)"

echo "# multicast"
"$miniping" -b -c2 -t 300ms -j -I br0 224.0.0.1 >out 2>err
equal "IPv4" '[2,[["10.9.0.2",2],["10.9.0.3",2]]]' "$(jq -c '[.received, (.answerers | map([.address, .received]))]' out)"
for way in ff02::1%br0 "-I br0 ff02::1"; do
	# shellcheck disable=SC2086  # two words
	"$miniping" -b -c2 -t 300ms -j $way >out 2>err
	# Three others and ourselves.
	equal "IPv6, $way" '[2,4,[2],[true]]' "$(jq -c '[.received, (.answerers | length),
		(.answerers | map(.received) | unique), (.answerers | map(.address | test("^fe80::.*%br0$")) | unique)]' out)"
	equal "its address, $way" ff02::1%br0 "$(jq -r .address out)"
done
"$miniping" -b -c1 ff02::1 >out 2>err
equal "exit code without an interface" 2 $?
check "why" grep -q "needs an interface, or a zone" err

# What is on the wire, by whom nothing else is done: destination, TTL and the don't-fragment bit of each request. With an
# argument, each is answered by so many addresses.
cat >wire.py <<'END'
import socket, struct, sys

n = int(sys.argv[1])
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
link.bind(("far-vd", 0))
link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
link.setsockopt(263, 23, 1)             # PACKET_IGNORE_OUTGOING: else what it sends would push out what is to come
print("ready", flush=True)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack("!H", ~total & 0xffff)


while True:
    frame = link.recv(2000)
    ip = frame[14:14 + struct.unpack("!H", frame[16:18])[0]]
    if ip[9] != 1 or ip[0] != 0x45 or ip[20] != 8:
        continue
    print(socket.inet_ntoa(ip[16:20]), "ttl", ip[8], "df" if ip[6] & 0x40 else "", flush=True)
    body = ip[24:] + (b"\0" if len(ip) % 2 else b"")
    icmp = b"\0\0" + checksum(b"\0\0\0\0" + body) + ip[24:]
    for i in range(n):
        head = ip[:8] + b"\x40\x01\0\0" + bytes([10, 9, 100 + i // 250, 1 + i % 250]) + ip[12:16]
        link.send(frame[6:12] + b"\2\0\0\0\0\1" + frame[12:14] + head[:10] + checksum(head) + head[12:] + icmp)
END
# watch N - $watcher from now on
watch() {
	in_far "$far_d" python3 wire.py "$1" >wire 2>wire.err &
	watcher=$!
	pids+=("$watcher")
	wait_for 10 grep -q ready wire || die "nothing watches the wire: $(cat wire.err)"
}
seen() {
	grep -qx "$1" wire
}
watch 0
"$miniping" -b -c1 -t 200ms -q -I br0 224.0.0.1 >out 2>err
wait_for 5 seen "224.0.0.1 ttl 1 df" || fail "multicast on the wire: $(cat wire)"
"$miniping" -b -c1 -t 200ms -q -I br0 --ttl 7 224.0.0.1 >out 2>err
wait_for 5 seen "224.0.0.1 ttl 7 df" || fail "multicast with --ttl 7 on the wire: $(cat wire)"
"$miniping" -b -c1 -t 200ms -q -s 1000 10.9.255.255 >out 2>err
wait_for 5 seen "10.9.255.255 ttl 64 df" || fail "broadcast on the wire: $(cat wire)"
kill "$watcher"

echo "# more than are kept"
watch 1100
"$miniping" -b -c2 -i 1s -t 5s -j 10.9.255.255 >out 2>err
kill "$watcher"
equal "who is listed" 1024 "$(jq '.answerers | length' out)"
# These two are among the first, as the far end is slower.
equal "and how many replies are of others" $((2 * (1100 + 2 - 1024))) "$(jq .answers_not_listed out)"
leave
