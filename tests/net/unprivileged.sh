#!/bin/bash
# Without any privilege: ping sockets where the system allows them, else one line that says what helps.
. "${0%/*}/lib.sh"

command -v setpriv >/dev/null || skip "needs setpriv (Debian package util-linux)"

# The build directory may be closed to others.
install -m 755 "$minipingd" "$work/minipingd" || die "minipingd could not be copied"
minipingd=$work/minipingd
cat >"$work/nobody" <<END
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$minipingd" "\$@"
END
chmod 755 "$work/nobody"
minipingd=$work/nobody
config="
defaults: {interval: 100ms, timeout: 500ms, report: 1h, window: 60, probes: true}
log: {to: stdout, format: json}
targets: [127.0.0.1, 127.0.0.2, \"::1\"]"
log=$work/minipingd.out

sysctl -qw net.ipv4.ping_group_range="0 2147483647" || skip "ping_group_range cannot be set"
start_minipingd "$config"
sleep 2
equal "user of the process" 65534 "$(awk '/^Uid:/ { print $2 }' "/proc/$minipingd_pid/status")"
equal "its capabilities" 0000000000000000 "$(awk '/^CapEff:/ { print $2 }' "/proc/$minipingd_pid/status")"
stop_minipingd
echo '{}' >"$work/truth"
judge "ping sockets" '
	last_reports | (select(length != 3) | "\(length) targets reported"),
	(.[] | select(.total_sent < 15 or .total_received != .total_sent or .ttl != 64 or .foreign != 0) |
	 "\(.target): sent \(.total_sent) received \(.total_received) ttl \(.ttl) foreign \(.foreign)")'
equal "lines on standard error about ping sockets" 1 "$(grep -ci 'ping socket' "$work/minipingd.err")"

sysctl -qw net.ipv4.ping_group_range="1 0"
printf '%s\n' "$config" >"$work/minipingd.yaml"
timeout 5 "$minipingd" --config "$work/minipingd.yaml" >"$work/out" 2>"$work/err"
equal "exit code without permission" 77 $?
equal "lines on standard error" 1 "$(wc -l <"$work/err")"
for word in setcap systemd ping_group_range; do
	check "the line names $word" grep -q "$word" "$work/err"
done
