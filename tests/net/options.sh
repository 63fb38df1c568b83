#!/bin/bash
# What target options put on the wire, as the kernel's packet filter counts it: mark and pattern; and a
# reply with a pattern is the reply.
. "${0%/*}/lib.sh"

command -v nft >/dev/null || skip "needs nft (Debian package nftables)"

# The pattern begins behind 8 bytes of ICMP header and 8 of nonce; without one, the payload counts on from 8.
needs nf_tables nft -f - <<'END'
table ip t {
	counter marked {}
	counter patterned {}
	counter plain {}
	chain out {
		type filter hook output priority 0;
		icmp type echo-request ip daddr 127.0.0.2 meta mark 42 counter name marked
		icmp type echo-request ip daddr 127.0.0.3 @th,128,64 0xdeadbeefdeadbeef counter name patterned
		icmp type echo-request ip daddr 127.0.0.4 meta mark 0 @th,128,32 0x08090a0b counter name plain
	}
}
END
n_counted() {
	nft -j list counter ip t "$1" | jq '.nftables[].counter.packets // empty'
}

start_minipingd "
defaults: {interval: 50ms, timeout: 500ms, report: 1h}
log: {to: $log, format: json}
targets:
  - {host: 127.0.0.2, mark: 42}
  - {host: 127.0.0.3, pattern: deadbeef}
  - 127.0.0.4"
sleep 2
stop_minipingd

# What was under way at the stop is in no report: one at most.
for pair in 127.0.0.2:marked 127.0.0.3:patterned 127.0.0.4:plain; do
	target=${pair%:*}
	sent=$(report "$target" total_sent)
	within "$target: probes sent" 20 60 "$sent"
	within "$target: packets that look so" "$sent" $((sent + 1)) "$(n_counted "${pair#*:}")"
	equal "$target: received" "$sent" "$(report "$target" total_received)"
	equal "$target: corrupt" 0 "$(report "$target" corrupt)"
done
