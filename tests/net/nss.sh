#!/bin/bash
# Names that neither /etc/hosts nor DNS has are asked of NSS, where nsswitch.conf names more than these two; an interrupt does
# not wait for it. Where DNS is silent, it is asked no more than once. The source is one of our own (tests/preload_nss.c).
. "${0%/*}/lib_dns.sh"
miniping=$(realpath -m "${MINIPING:-$top_builddir/miniping}")
[ -x "$miniping" ] || die "no miniping at $miniping (set MINIPING or top_builddir)"
module=$top_builddir/tests/preload_nss.so
[ -e "$module" ] || die "no $module"
cp "$module" "$work/libnss_kitchen.so.2" || die "no source"
[ -e /etc/nsswitch.conf ] || skip "no /etc/nsswitch.conf to put another on"
export LD_LIBRARY_PATH=$work
ip route add local 198.19.0.0/16 dev lo || die "no route"
start_dns "known.test,198.19.1.1,300"

# use_sources WORD...
use_sources() {
	echo "hosts: $*" >"$work/nsswitch.conf"
}

# address HOST - that was probed, and answered.
address() {
	"$miniping" -c1 --format seed --show-rtts "$1" 2>"$work/err" | sed -nE 's/.* bytes from ([^ ]*): seq=1 .*/\1/p'
}

echo "# who is asked"
use_sources files dns kitchen
equal "address from NSS" 198.19.50.1 "$(address kitchen.test)"
equal "address from DNS, for NSS has none" 198.19.1.1 "$(address known.test)"
equal "address from /etc/hosts" 127.0.0.5 "$(address own.test)"
equal "names asked of DNS and then of NSS" 1 "$(($(n_asked kitchen.test) > 0))"
for sources in "files dns" "files [!UNAVAIL=return] dns # kitchen" "files"; do
	use_sources "$sources"
	equal "address, hosts: $sources" "" "$(address kitchen.test)"
	check "and why, hosts: $sources" grep -q "Cannot resolve host: kitchen.test" "$work/err"
done
: >"$work/nsswitch.conf"
equal "address, nothing about hosts" "" "$(address kitchen.test)"
use_sources "files kitchen [NOTFOUND=return] dns"
equal "address, another order" 198.19.50.1 "$(address kitchen.test)"
use_sources files dns kitchen
equal "address of a name that nobody has" "" "$(address nobody.test)"
check "and why" grep -q "Cannot resolve host: nobody.test" "$work/err"

echo "# many at once"
printf 'kitchen%d.test\nnobody%d.test\n' $(seq 200 | sed p) >"$work/names"
"$miniping" -c1 --jsonl -f "$work/names" >"$work/out" 2>"$work/err"
equal "names found of 200" 200 "$(jq -c 'select(.received == 1)' "$work/out" | wc -l)"

echo "# while DNS is silent"
python3 - >"$work/silent" <<'END' &
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.9", 53))
print("ready", flush=True)
while True:
    server.recv(2000)
    print("query", flush=True)
END
pids+=($!)
wait_for 10 grep -q ready "$work/silent" || die "no silent server"
printf 'nameserver 127.0.0.9\noptions timeout:1 attempts:1\n' >"$work/resolv.conf"
printf 'kitchen%d.test\n' $(seq 100) >"$work/names"
"$miniping" -c1 --jsonl -f "$work/names" >"$work/out" 2>"$work/err"
equal "names found of 100" 100 "$(jq -c 'select(.received == 1)' "$work/out" | wc -l)"
# Of each name one for IPv4 and one for IPv6: what the C library asks after us would come as often again, a second each.
equal "queries to the silent server" 200 "$(grep -c query "$work/silent")"
use_server 127.0.0.1

echo "# an interrupt does not wait"
printf 'slow%d.test\n' {1..40} >"$work/names"
for signal in INT TERM; do
	"$miniping" -c1 -f "$work/names" known.test >"$work/out" 2>"$work/err" &
	pid=$!
	pids+=("$pid")
	in_nss() {
		[ "$(ls "/proc/$pid/task" | wc -l)" -gt 10 ]
	}
	wait_for 20 in_nss || fail "it has never asked NSS"
	began=$SECONDS
	# Started in the background by a shell, a program ignores SIGINT, unless it says otherwise.
	kill -$signal "$pid"
	wait "$pid"
	within "exit code by SIG$signal" 128 143 $?
	[ $((SECONDS - began)) -lt 20 ] || fail "SIG$signal takes $((SECONDS - began)) s"
done
leave
