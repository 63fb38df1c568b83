#!/bin/bash
# An ICMP error leaves its errno at a ping socket, where the next send fails with it, whomever it is for. A flood of forged
# errors about our own probes sets it again and again: nothing is counted as not sent for it, and nothing is lost. (What it
# annotates is the forger's: an error without our random number ends no probe.)
. "${0%/*}/lib.sh"
. "${0%/*}/lib_veth.sh"

python=/usr/bin/python3
[ -x "$python" ] || skip "needs python3 (Debian package python3)"
far_namespace far
connect va "$far"
ip addr add 10.9.0.1/24 dev va
alive "$far" far-va 10.9.0.{2..41}/24

# Learns an id of ours from a request, and tells us that all we send is unreachable, as fast as it can.
cat >"$work/forge.py" <<'END'
import os, socket, struct, sys, time

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff

seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
ids = {}
until = time.monotonic() + 1
while time.monotonic() < until:
    packet = seen.recv(2048)
    if packet[9] == 1 and packet[20] == 8:
        ids[packet[24:26]] = packet
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
errors = []
for packet in ids.values():
    for code in (1, 0, 13):
        body = bytes([3, code, 0, 0]) + bytes(4) + packet[:28]
        errors.append(body[:2] + struct.pack("!H", checksum(body)) + body[4:])
open(sys.argv[1], "w").write(str(len(errors)))
n = 0
while os.path.exists(sys.argv[1]):
    for _ in range(1000):
        try:
            out.sendto(errors[n % len(errors)], ("10.9.0.1", 0))
        except OSError:
            pass
        n += 1
END

as_nobody "$minipingd"
minipingd=$nobody
log=$work/minipingd.out
start_minipingd "
defaults: {interval: 10ms, timeout: 2s, report: 1h, window: 1000, fall: 1000}
log: {to: stdout, format: json}
targets: [{range: 10.9.0.2-10.9.0.41}]"
sleep 0.5
in_far "$far" "$python" "$work/forge.py" "$work/forging" &
forger=$!
pids+=("$forger")
wait_for 10 test -s "$work/forging" || die "the forger learns no id"
n_before=$(ip -j -s link show va | jq '.[0].stats64.rx.packets')
sleep 3
n_forged=$(($(ip -j -s link show va | jq '.[0].stats64.rx.packets') - n_before))
rm "$work/forging"
wait "$forger"
sleep 0.5
stop_minipingd
echo "about $n_forged packets came meanwhile"
check "errors were forged" [ "$n_forged" -gt 10000 ]
echo '{}' >"$work/truth"
judge "under forged errors" '
	last_reports[] | select(.total_sent < 100 or .send_error > 0 or .total_lost > 0) |
	"\(.target): sent \(.total_sent) lost \(.total_lost) unknown \(.total_unknown) send_error \(.send_error)"'
