#!/bin/bash
# What miniping tells is what the far end did and saw: figures, time to live, ICMP errors, what the
# requests looked like, for IPv4 and IPv6.
. "${0%/*}/lib.sh"

miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"

ttls="57 64 120 128 250"
start_farend "
$(i=0; for ttl in $ttls; do
	i=$((i + 1))
	echo "198.18.2.$i delay=1ms ttl=$ttl"
	echo "fd00:1::2:$i delay=1ms ttl=$ttl"
done)
198.18.1.1  delay=3ms jitter=2ms
198.18.1.2  delay=3ms jitter=2ms loss-every=3 dup-every=4 dup-delay=1ms
198.18.1.3  loss
198.18.1.4  delay=3ms reorder=30% reorder-delay=60ms
198.18.1.5  delay=3ms late-every=2 late-delay=150ms
198.18.1.6  delay=3ms error=3:1 error-every=2
198.18.1.7  delay=3ms cut-payload-every=2
198.18.1.8  delay=3ms alter-payload-every=5
198.18.1.9  delay=3ms alter-nonce-every=10
fd00:1::1:7 delay=3ms cut-payload-every=2
fd00:1::1:1 delay=3ms jitter=2ms
fd00:1::1:2 delay=3ms jitter=2ms loss-every=3 dup-every=4 dup-delay=1ms
fd00:1::1:3 loss
$(for code in {0..15}; do echo "198.18.3.$code error=3:$code mtu=1400 from=198.19.0.$code"; done)
$(for code in {0..7}; do echo "fd00:1::3:$code error=1:$code from=fd00:1::ff:$code"; done)
198.18.3.16 error=11:0
fd00:1::3:16 error=3:0
198.18.4.0/24 delay=1ms
fd00:1::4:0/112 delay=1ms"

# ask FILTER OPTION... - miniping's JSON, through jq
ask() {
	local filter=$1
	shift
	"$miniping" --json "$@" 2>"$work/err" | jq -rc "$filter"
}

# --- figures ---

recomputed='
def near($x): (. - $x) | fabs < 1.5e-9;
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def p95: sort as $d | (($d | length) - 1) * 0.95 | . as $k | floor as $i |
	$d[$i] * (1 - ($k - $i)) + ($d[$i + 1] // $d[$i]) * ($k - $i);
def mean: add / length;
def jitter: mean as $m | if length < 2 then 0 else (map((. - $m) * (. - $m)) | add) / (length - 1) | sqrt end;
.[] | . as $r | .rtt_list as $l |
(select(keys_unsorted != ["host", "sent", "received", "loss", "min", "max", "mean", "median", "jitter",
  "rtt_list", "ttl", "hops", "os_guess", "p95", "address", "late", "duplicate", "truncated", "corrupt", "foreign",
  "unknown", "not_sent"]) | "keys \(keys_unsorted)"),
(select(.sent != 40) | "sent \(.sent)"),
(select(.received != ($l | length)) | "received \(.received), \($l | length) in the list"),
(select(.loss | near(100 * ($r.sent - $r.received) / $r.sent) | not) | "loss \(.loss)"),
if $l == [] then
	(select([.min, .max, .mean, .median, .jitter, .p95, .ttl, .hops, .os_guess] !=
	  [null, null, null, null, 0, null, null, null, null]) | "figures without a reply")
else
	(select(.min != ($l | min) or .max != ($l | max)) | "min \(.min) max \(.max)"),
	(select(.mean | near($l | mean) | not) | "mean \(.mean), \($l | mean)"),
	(select(.median | near($l | median) | not) | "median \(.median), \($l | median)"),
	(select(.jitter | near($l | jitter) | not) | "jitter \(.jitter), \($l | jitter)"),
	(select(.p95 | near($l | p95) | not) | "p95 \(.p95), \($l | p95)"),
	(select(.min < 0.003 and (.host | test("^198|1:[12]$"))) | "min \(.min): faster than the far end")
end | "\($r.host): \(.)"'
hosts="198.18.1.1 198.18.1.2 198.18.1.3 198.18.1.4 fd00:1::1:1 fd00:1::1:2 fd00:1::1:3"
# shellcheck disable=SC2086  # a list
faults=$(ask "$recomputed" -c 40 -i 10ms -t 300ms $hosts)
equal "figures against rtt_list" "" "$faults"

"$miniping" --jsonl -c 40 -i 10ms -t 300ms 198.18.1.2 >"$work/one"
sleep 0.1
snapshot_farend
equal "requests to 198.18.1.2" 80 "$(truth '.targets["198.18.1.2"].requests')"
equal "replies of it" "$(truth '.targets["198.18.1.2"].replies')" "$((2 * $(jq .received "$work/one")))"

equal_json "the seed's keys for one host come first, and in its order" \
	'["sent","received","loss","min","max","mean","median","jitter","rtt_list","ttl","hops","os_guess","p95"]' \
	"$(ask 'keys_unsorted[:13]' -c1 198.18.1.1)"
equal_json "late replies are lost" '[20,10,50]' "$(ask '[.sent, .received, .loss]' -c 20 -i 10ms -t 100ms 198.18.1.5)"
"$miniping" -c 20 -i 10ms -t 100ms 198.18.1.5 | grep -q '^  Also: late=[1-9]' || fail "late ones are not told"
"$miniping" -c 20 -i 10ms 198.18.1.2 | grep -q '^  Also: duplicates=[1-9]' || fail "duplicates are not told"
"$miniping" -c 10 -i 10ms 198.18.1.6 >"$work/out"
equal "exit code where half the packets brought an error" 0 $?
check "errors beside replies" grep -qx '  Also: errors=5' "$work/out"

# --- replies that are not what was sent ---

oddities='[.received, .truncated, .corrupt, .late, .foreign]'
for host in 198.18.1.7 fd00:1::1:7; do
	equal_json "replies cut short, $host" '[20,10,0,0,0]' "$(ask "$oddities" -c 20 -i 10ms -t 300ms -s 200 $host)"
done
equal_json "altered replies" '[16,0,4,0,0]' "$(ask "$oddities" -c 20 -i 10ms -t 300ms -s 200 198.18.1.8)"
equal_json "late replies" '[10,0,0,10,0]' "$(ask "$oddities" -c 30 -i 10ms -t 100ms 198.18.1.5 |
	jq -c 'if .[0] == 15 and .[3] >= 10 then [10, 0, 0, 10, 0] else . end')"
equal_json "replies with another number" '[18,0,0,0,2]' "$(ask "$oddities" -c 20 -i 10ms -t 300ms 198.18.1.9)"
equal_json "nothing of the kind" '[20,0,0,0,0]' "$(ask "$oddities" -c 20 -i 10ms -t 300ms 198.18.1.1)"
check "truncated ones as text" grep -qx '  Also: truncated=5' <<<"$("$miniping" -c 10 -i 10ms -s 200 198.18.1.7)"
check "corrupt ones as text" grep -qx '  Also: corrupt=2' <<<"$("$miniping" -c 10 -i 10ms -s 200 198.18.1.8)"
check "foreign ones as text" grep -qx '  Also: foreign=1' <<<"$("$miniping" -c 10 -i 10ms 198.18.1.9)"

# --- time to live ---

i=0
for ttl in $ttls; do
	i=$((i + 1))
	case $ttl in
	57) want='[57,8,"Linux/Unix/BSD/macOS/Android"]' ;;
	64) want='[64,1,"Linux/Unix/BSD/macOS/Android"]' ;;
	120) want='[120,9,"Windows"]' ;;
	128) want='[128,1,"Windows"]' ;;
	250) want='[250,6,"Network device (e.g., Cisco)"]' ;;
	esac
	for host in "198.18.2.$i" "fd00:1::2:$i"; do
		equal_json "ttl, hops and os_guess of $host" "$want" "$(ask '[.ttl, .hops, .os_guess]' -c1 "$host")"
	done
done

# --- ICMP errors ---

# unreachable HOST CODE FROM TEXT
unreachable() {
	"$miniping" -c1 --show-rtts "$1" >"$work/out" 2>"$work/err"
	equal "exit code for $1" 1 $?
	equal "standard error for $1" "miniping: Destination unreachable: $4 (code $2)" "$(cat "$work/err")"
	check "the packet's line for $1" grep -qxF "From $3: seq=1 $4" "$work/out"
	check "the summary of $1" grep -qx '  Packets: sent=1, received=0, loss=100.0%' "$work/out"
	check "no replies from $1" grep -qx '  No replies received.' "$work/out"
}

code=0
while IFS= read -r text; do
	unreachable "198.18.3.$code" $code "198.19.0.$code" "$text"
	code=$((code + 1))
done <<END
Network unreachable
Host unreachable
Protocol unreachable
Port unreachable
Fragmentation needed and DF set
Source route failed
Destination network unknown
Destination host unknown
Source host isolated
Communication with destination network administratively prohibited
Communication with destination host administratively prohibited
Destination network unreachable for type of service
Destination host unreachable for type of service
Communication administratively prohibited (firewalled)
Host precedence violation
Precedence cutoff in effect
END
equal "IPv4 codes" 16 $code
code=0
while IFS= read -r text; do
	unreachable "fd00:1::3:$code" $code "fd00:1::ff:$code" "$text"
	code=$((code + 1))
done <<END
No route to destination
Communication administratively prohibited (firewalled)
Beyond scope of source address
Address unreachable
Port unreachable
Source address failed ingress/egress policy
Reject route to destination
Error in Source Routing Header
END
equal "IPv6 codes" 8 $code
unreachable 198.18.3.16 0 198.18.3.16 "Time to live exceeded"
unreachable fd00:1::3:16 0 fd00:1::3:16 "Hop limit exceeded"

# Somebody else's errors change nothing: ping gets them all the while.
"$miniping" -c 50 -i 10ms 198.18.3.1 >"$work/out" 2>"$work/err" &
other=$!
equal_json "beside another's unreachable host" '[50,50,0]' \
	"$(ask '[.sent, .received, .loss]' -c 50 -i 10ms 198.18.1.1)"
wait "$other"

# --- what the far end saw ---

n=0
# saw EXPECTED OPTION... - [DSCP, TTL, payload] of the request, IPv4 and IPv6
saw() {
	local expected=$1 host
	shift
	n=$((n + 1))
	for host in "198.18.4.$n" "$(printf 'fd00:1::4:%x' $n)"; do
		"$miniping" -q -c1 "$@" "$host" >"$work/out" || fail "$* $host: exit code $?"
		echo "$host $expected" >>"$work/expected"
	done
}
saw '[0,64,8]'
saw '[0,64,9]' -s 9
saw '[0,64,1400]' --size 1400
saw '[0,64,20000]' --size 20000
saw '[0,1,8]' --ttl 1
saw '[0,255,8]' --ttl 255
saw '[63,64,8]' --dscp 63
for pair in CS0=0 CS1=8 CS2=16 CS3=24 CS4=32 CS5=40 CS6=48 CS7=56 AF11=10 AF12=12 AF13=14 AF21=18 AF22=20 \
	AF23=22 AF31=26 AF32=28 AF33=30 AF41=34 AF42=36 AF43=38 EF=46 ef=46 VA=44 LE=1; do
	saw "[${pair#*=},64,8]" --dscp "${pair%=*}"
done
saw '[46,33,120]' --dscp 46 --ttl 33 -s 120
stop_farend
while read -r host expected; do
	equal_json "what the far end saw at $host" "$expected" \
		"$(truth '.targets[$host] | [.dscp, .ttl, .size]' --arg host "$host")"
done <"$work/expected"
