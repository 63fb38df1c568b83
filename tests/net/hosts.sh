#!/bin/bash
# A block list of 150,000 lines in /etc/hosts and 300 names: reading it holds up no probe, also where it changes and
# the names are looked up again.
. "${0%/*}/lib_dns.sh"
. "${0%/*}/lib_faults.sh"

# hosts NET - 300 names in NET behind a long block list.
hosts() {
	seq -f '0.0.0.0 ads%.0f.example.com' 150000
	printf "$1.%d name%d.test\n" $(for i in {1..200}; do echo $i $i; done)
	printf "$1.%d Name%d.TEST alias%d.test\r\n" $(for i in {201..250}; do echo $i $i $i; done)
}

moved() {
	[ "$(jq -r 'select(.kind == "dns" and (.ip_to // "" | startswith("198.18.6."))) | .target' "$log" | sort -u | wc -l)" = 300 ]
}

start_farend "198.18.0.0/15 delay=5ms"
hosts 198.18.5 >"$work/long"
cat "$work/long" >/etc/hosts
start_minipingd "defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 60}
log: {to: $log, format: json}
targets:
$(printf ' - 198.18.1.%d\n' {1..20})
$(printf ' - name%d.test\n' {1..250})
$(printf ' - alias%d.test\n' {201..250})"
sleep 1
hosts 198.18.6 >"$work/long"
cat "$work/long" >/etc/hosts
wait_for 20 moved || fail "not every name follows the changed file"
sleep 1
stop_minipingd
# An hourly report may fall into the run: whose it is counts.
n_replied=$(jq -r 'select(.kind == "report" and .total_received > 0) | .target' "$log" | sort -u | wc -l)
equal "targets with replies" 320 "$n_replied"
# Reading the file took 8 ms for each look-up, 8 of them a turn: a tenth of all slots was skipped.
probes=$(daemon stop probes)
within "slots skipped, of $probes" 0 $((probes / 50)) "$(daemon stop skipped)"
stop_farend
