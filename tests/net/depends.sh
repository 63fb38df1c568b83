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
