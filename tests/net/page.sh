#!/bin/bash
# The page in Debian's chromium, with 10, with 10,000 and (WHOLE=yes) with a million targets: what is down is red, also what goes down meanwhile, names
# are text, nothing is wider than a phone, and the browser has nothing to complain about.
. "${0%/*}/lib.sh"

command -v node >/dev/null && [ -x /usr/bin/chromium ] || skip "needs node and chromium (Debian: nodejs, chromium)"
[ -d "${PLAYWRIGHT:-}/node_modules/playwright-core" ] || skip "needs playwright-core (make check-page installs it)"
export PLAYWRIGHT HOME=$work
shots=${SHOTS:-$work}
start_farend "198.18.200.1/32 loss
198.18.0.0/15 delay=5ms
10.0.0.0/12 delay=5ms"
nft -f - <<'N' || die nft
add table ip page
add chain ip page in { type filter hook input priority 0; }
N
look() {
	wait_for 30 curl -sSf "http://127.0.0.1:9737/-/ready"
	sleep 6
	timeout 150 node "$srcdir/tests/page/page.mjs" http://127.0.0.1:9737/ "$shots" "$1" 198.18.0.5 \
		"nft add rule ip page in ip saddr 198.18.0.5 drop" 2>"$work/wrong" || fail "$1 targets: $(cat "$work/wrong")"
	nft flush chain ip page in
	stop_minipingd
}
head="log: {to: $log, format: json}
http: {listen: 127.0.0.1:9737}
defaults: {interval: 1s, timeout: 500ms, report: 1h, fall: 3}"
hostile='{name: "<script>alert(1)</script>", host: 198.18.200.1}'
start_minipingd "$head
groups: [{name: core, targets: [{range: 198.18.0.0/29}, $hostile]}, {name: edge, targets: [198.18.9.1, 198.18.9.2, 198.18.9.3]}]"
look 10
start_minipingd "$head
groups: [{name: core, targets: [{range: 198.18.0.0/20}, $hostile]}, {name: edge, targets: [{range: 198.18.32.0/20}]}, {name: far, targets: [{range: 198.18.64.0/21}]}]"
look 10235
# A million, of which a minute sees all.
if [ "${WHOLE:-}" = yes ]; then
	ip route add 10.0.0.0/12 via 198.18.0.0 dev tun0 onlink
	start_minipingd "$head
limits: {max_targets: 1100000}
groups: [{name: core, targets: [{range: 198.18.0.0/29}, $hostile]}, {name: edge, interval: 60s, targets: [{range: 10.0.0.0/12}]}]"
	look 1048581
fi

# --- a reload from the page, by who may ---
command -v htpasswd >/dev/null || skip "needs htpasswd (Debian: apache2-utils)"
printf 'basic_auth_users: {alice: %s}\n' "$(htpasswd -nbB -C 4 alice wonder | cut -d: -f2)" >"$work/web.yml"
start_minipingd "log: {to: $log, format: json}
http: {listen: 127.0.0.1:9737, web_config: web.yml, allow_control: true}
targets:
  - 198.18.0.1
  - 198.18.0.2"
timeout 100 node "$srcdir/tests/page/control.mjs" http://127.0.0.1:9737/ alice wonder "$work/minipingd.yaml" 2>"$work/wrong" ||
	fail "control: $(cat "$work/wrong")"
stop_minipingd
