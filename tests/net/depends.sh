#!/bin/bash
# depends_on: what stops behind a gateway that stops says so; the gateway, and what fails alone, do not.
. "${0%/*}/lib.sh"

# state_of TARGET KEY - from its last state record.
state_of() {
	jq -rs --arg target "$1" --arg key "$2" \
		'map(select(.kind == "state" and .target == $target)) | last | .[$key]' "$log"
}

is_down() {
	[ "$(state_of "$1" to)" = down ]
}

# report_now - by USR2; waits for a report of each of the five.
report_now() {
	local before

	before=$(n_logged 'select(.kind == "report")')
	kill -USR2 "$minipingd_pid"
	wait_for 5 reports "$((before + 5))" || fail "no five reports after USR2"
}

reports() {
	[ "$(n_logged 'select(.kind == "report")')" -ge "$1" ]
}

start_farend "198.18.0.3/32 loss
198.18.0.0/15 delay=2ms"
start_minipingd "
defaults: {interval: 100ms, timeout: 300ms, report: 1h, window: 20}
log: {to: $log, format: json}
groups:
  - name: site
    depends_on: [near, gw]
    targets:
      - {host: 127.0.0.2, name: near, depends_on: []}
      - {host: 198.18.0.1, name: gw}
      - {host: 198.18.0.2, name: behind, fall: 5}
      - {host: 198.18.0.3, name: alone}
targets: [{host: 198.18.0.4, name: aside}]
"

echo "# what fails alone is blocked by nobody"
wait_for 5 is_down alone || fail "alone does not go down"
equal "blocked_by of alone, going down" null "$(state_of alone blocked_by)"
wait_for 5 logged 'select(.kind == "state" and .target == "behind" and .to == "up")' || fail "behind is not up"
report_now
equal "blocked_by of behind while all is well" null "$(report behind blocked_by)"
equal "targets with the key all the same" 5 \
	"$(jq -s 'map(select(.kind == "report" and has("blocked_by")).target) | unique | length' "$log")"

echo "# the gateway and all behind it stop together"
quiet_farend
wait_for 5 is_down behind || fail "behind does not go down"
wait_for 5 is_down aside || fail "aside does not go down"
equal "blocked_by of behind, going down" gw "$(state_of behind blocked_by)"
equal "blocked_by of the gateway, going down" null "$(state_of gw blocked_by)"
equal "blocked_by of aside, going down" null "$(state_of aside blocked_by)"
report_now
equal "blocked_by in a report of behind" gw "$(report behind blocked_by)"
equal "blocked_by in a report of alone" gw "$(report alone blocked_by)"
equal "blocked_by in a report of the gateway" null "$(report gw blocked_by)"
equal "blocked_by in a report of near" null "$(report near blocked_by)"
equal "whom an alert is about" "alone aside gw" "$(jq -r 'select(.kind == "state" and .to == "down" and
	.blocked_by == null) | .target' "$log" | sort | xargs)"

echo "# a reload that moves the numbers about keeps them pointing at the same targets"
sed -i 's/^targets:.*/targets: [{host: 198.18.0.5, name: new}]/; s/name: near,/name: nearer,/; s/\[near,/[nearer,/' \
	"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 logged 'select(.kind == "daemon" and .event == "reload" and .ok)' || fail "no reload"
report_now
equal "blocked_by in a report after the reload" gw "$(report behind blocked_by)"
stop_minipingd

echo "# a chain whose routers come back one by one: what stays down behind them is told once, what comes back is up"
command -v nft >/dev/null || skip "needs nft (Debian package nftables)"
needs nf_tables nft -f - <<-END
	table inet t {
		set dead { type ipv4_addr; elements = { 127.0.1.1, 127.0.1.2, 127.0.1.3, 127.0.1.4 } }
		chain in { type filter hook input priority 0; ip daddr @dead icmp type echo-request drop; }
	}
END
start_minipingd "
defaults: {interval: 100ms, timeout: 300ms, report: 1h, window: 20}
log: {to: $log, format: json}
targets:
  - {host: 127.0.1.1, name: gw}
  - {host: 127.0.1.2, name: router, fall: 5, depends_on: gw}
  - {host: 127.0.1.3, name: dead, fall: 7, depends_on: router}
  - {host: 127.0.1.4, name: alive, fall: 7, depends_on: router}
"

# unblocked - the targets that have had such a record, in their order.
unblocked() {
	jq -r 'select(.kind == "state" and .from == "down" and .to == "down" and .blocked_by == null) | .target' "$log" | xargs
}

is_unblocked() {
	unblocked | grep -qw "$1"
}

is_up() {
	[ "$(state_of "$1" to)" = up ]
}

revive() {
	nft delete element inet t dead "{ $* }"
}

for target in router dead alive; do
	wait_for 10 is_down $target || fail "$target does not go down"
done
equal "blocked_by of the router" gw "$(state_of router blocked_by)"
equal "blocked_by of the last" router "$(state_of dead blocked_by)"
revive 127.0.1.1
wait_for 10 is_unblocked router || fail "the router that stays down is not told"
equal "reason of that" timeout "$(state_of router reason)"
equal "whose record that is" router "$(unblocked)"
revive 127.0.1.2, 127.0.1.4
wait_for 10 is_up alive || fail "what comes back is not up"
wait_for 10 is_unblocked dead || fail "what stays down behind the router is not told"
equal "where to look" "gw router dead" "$(jq -r 'select(.kind == "state" and .to == "down" and .blocked_by == null) |
	.target' "$log" | xargs)"

echo "# the router fails again: what is down by itself already is told by reports only"
nft add element inet t dead '{ 127.0.1.2 }'
wait_for 10 is_down router || fail "the router does not go down again"
equal "blocked_by of the router alone" null "$(state_of router blocked_by)"
n=$(n_logged 'select(.kind == "report")')
kill -USR2 "$minipingd_pid"
wait_for 5 reports "$((n + 4))" || fail "no four reports after USR2"
equal "blocked_by in its report" router "$(report dead blocked_by)"
revive 127.0.1.2
wait_for 10 is_up router || fail "the router does not come back"
sleep 1
equal "records of what was told already" "router dead" "$(unblocked)"
stop_minipingd
