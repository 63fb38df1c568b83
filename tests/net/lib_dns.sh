# lib_dns.sh - what the tests of names share: a DNS server of our own, resolv.conf and /etc/hosts likewise.
# Sourced first, as `. "${0%/*}/lib_dns.sh"`: it starts the script again inside a mount namespace, and then
# sources lib.sh.

if [ "${MINIPING_MOUNTS:-}" = "" ] && [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	MINIPING_MOUNTS=own exec unshare --mount --propagation private -- bash "$0" "$@"
fi
. "${0%/*}/lib.sh"
[ "${MINIPING_MOUNTS:-}" = own ] || skip "the kernel grants no mount namespace (unshare --mount)"
command -v dnsmasq >/dev/null || skip "needs dnsmasq (Debian package dnsmasq-base)"

# The file stays the same one: it is what is mounted.
use_server() {
	printf 'nameserver %s\n' "$1" >"$work/resolv.conf"
}

printf '127.0.0.1 localhost\n198.18.3.3 hosts.test\n127.0.0.5 own.test\n' >"$work/hosts"
use_server 127.0.0.1
mount --bind "$work/resolv.conf" /etc/resolv.conf && mount --bind "$work/hosts" /etc/hosts ||
	skip "the kernel grants no bind mounts"
# Else what this machine has beside DNS would be asked, too.
echo 'hosts: files dns' >"$work/nsswitch.conf"
[ ! -e /etc/nsswitch.conf ] || mount --bind "$work/nsswitch.conf" /etc/nsswitch.conf || die "no nsswitch.conf"

# A name is looked up again after its TTL, here from 1 s on.
printf '#!/bin/sh\nexec "%s" --min-ttl 1s "$@"\n' "$minipingd" >"$work/minipingd.sh"
chmod +x "$work/minipingd.sh"
minipingd=$work/minipingd.sh

# start_dns RECORDS [ADDRESS] - RECORDS is text, one NAME,ADDRESS,TTL a line, or server=… for dnsmasq. All else in .test
# does not exist.
start_dns() {
	sed '/^server=/!s/^/host-record=/' <<<"$1" >"$work/records"
	dnsmasq --keep-in-foreground --conf-file="$work/records" --no-resolv --no-hosts --no-poll --local=/test/ \
		--listen-address="${2:-127.0.0.1}" --bind-interfaces --user=root --pid-file= \
		--log-queries=extra --log-facility="$work/dns.log" 2>"$work/dns.err" &
	dns_pid=$!
	pids+=("$dns_pid")
	wait_for 5 dns_is_up || die "dnsmasq did not start: $(cat "$work/dns.err" "$work/dns.log")"
}

dns_is_up() {
	grep -q "^[^ ].*dnsmasq\[$dns_pid\]: started" "$work/dns.log"
}

stop_dns() {
	kill -CONT "$dns_pid"
	kill -KILL "$dns_pid"
	wait "$dns_pid" 2>/dev/null
}

# n_asked NAME - queries for its IPv4 addresses that have come to the server.
n_asked() {
	grep -c "query\[A\] $1 " "$work/dns.log"
}

# dns TARGET FILTER - some dns record of the target passes FILTER.
dns() {
	logged "select(.kind == \"dns\" and .target == \"$1\") | select($2)"
}

# n_dns TARGET FILTER
n_dns() {
	n_logged "select(.kind == \"dns\" and .target == \"$1\") | select($2)"
}

reports_now() {
	local before

	before=$(n_logged 'select(.kind == "report")')
	kill -USR2 "$minipingd_pid"
	wait_for 5 more_reports $((before + 1)) || fail "no report after USR2"
	sleep 0.3
}

more_reports() {
	[ "$(n_logged 'select(.kind == "report")')" -ge "$1" ]
}

# literals_unharmed WHEN - nothing sent to the targets that are no names was lost.
literals_unharmed() {
	local target

	reports_now
	for target in 198.18.0.1 fd00:1::1; do
		equal "probes to $target lost $1" 0 "$(report "$target" total_lost)"
		equal "probes to $target unknown $1" 0 "$(report "$target" total_unknown)"
		check "probes to $target go on $1" [ "$(report "$target" total_sent)" -gt "${sent[$target]:-0}" ]
		sent[$target]=$(report "$target" total_sent)
	done
}
declare -A sent=()

# thousand COMMAND... - a record of many.test for each number that COMMAND prints.
thousand() {
	for i in $("$@"); do
		echo "many.test,198.18.$((100 + i / 250)).$((1 + i % 250)),1"
	done
}

# has_dns TARGET FROM TO - a record of the target's coming to TO, or going from FROM, without an error; null: none.
# These are texts of JSON.
has_dns() {
	dns "$1" ".ip_from == $2 and .ip_to == $3 and .error == null"
}

# What every configuration begins with, and the targets that are no names.
head="defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 20}
log: {to: $log, format: json}"
literals='198.18.0.1, "fd00:1::1"'
