#!/bin/bash
# No UDP port is used for more than some hundred queries to DNS servers, however many names there are: minipingd, and
# miniping. And what has been asked for is asked for again, where a resolver library might have remembered the answer.
. "${0%/*}/lib_dns.sh"
. "${0%/*}/lib_faults.sh"
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
n_names=600

# ports - of this machine that queries have come from, and how many from each, the busiest first.
ports() {
	sed -nE 's@.* [0-9]+ 127\.0\.0\.1/([0-9]+) query\[.*@\1@p' "$work/dns.log" | sort | uniq -c | sort -rn
}

judge_ports() {
	within "queries of $1" $((2 * n_names)) $((4 * n_names)) "$(ports | awk '{ n += $1 } END { print n + 0 }')"
	within "queries of $1 from the busiest port" 1 300 "$(ports | awk 'NR == 1 { print $1 }')"
}

# n_udp - UDP sockets that minipingd has open.
n_udp() {
	ss -Hanup | grep -c "pid=$minipingd_pid,"
}

all_resolved() {
	[ "$(n_dns_all)" -ge "$n_names" ]
}

n_dns_all() {
	n_logged 'select(.kind == "dns" and .ip_to != null)'
}

start_dns "$(for i in $(seq $n_names); do echo "h$i.test,198.18.$((i / 250)).$((1 + i % 250)),300"; done)"
echo "# the daemon: $n_names names"
start_minipingd "$head
targets: [$(printf 'h%d.test, ' $(seq $n_names)) 198.18.0.1]"
wait_for 20 all_resolved || fail "only $(n_dns_all) of $n_names names are resolved"
sleep 0.5
judge_ports minipingd
within "ports still open once all is answered" 0 1 "$(n_udp)"
stop_minipingd
stop_dns

echo "# miniping: the same names"
# Their addresses answer here; those of loopback are refused from DNS.
ip route add local 198.19.0.0/16 dev lo || die "no route"
: >"$work/dns.log"
start_dns "$(for i in $(seq $n_names); do echo "h$i.test,198.19.$((i / 250)).$((1 + i % 250)),300"; done)"
printf 'h%d.test\n' $(seq $n_names) >"$work/hosts-list"
"$miniping" -c1 -f "$work/hosts-list" >"$work/out" 2>&1 || fail "miniping: exit code $?: $(tail -n 1 "$work/out")"
judge_ports miniping
stop_dns

echo "# a name that does not exist, and may be remembered as such for an hour, is asked for again"
python3 - >"$work/asked" <<'SERVER' &
import socket, struct

soa = b"\0" + struct.pack(">HHIH", 6, 1, 3600, 22) + b"\0\0" + struct.pack(">5I", 1, 3600, 3600, 3600, 3600)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    query, client = server.recvfrom(2000)
    end = query.index(b"\0", 12) + 5
    print(query[end - 3], flush=True)
    server.sendto(query[:2] + struct.pack(">5H", 0x8183, 1, 0, 1, 0) + query[12:end] + soa, client)
SERVER
pids+=($!)
asked_again() {
	[ "$(grep -c '^1$' "$work/asked")" -ge 2 ]
}
start_minipingd "$head
targets: [nx.example, 198.18.0.1]"
wait_for 60 asked_again || fail "nx.example has been asked for only $(grep -c '^1$' "$work/asked") times"
stop_minipingd
