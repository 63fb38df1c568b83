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

# Errors come to the very socket that the replies come to, in a queue of their own; they share its buffer.
start_farend "
198.18.1.0/24    delay=5ms
fd00:1::1:0/112  delay=5ms
198.18.2.0/24    loss
fd00:1::2:0/112  loss
198.18.3.1       error=3:1 quote-bad-nonce flood=1000
fd00:1::3:1      error=1:3 quote-bad-nonce flood=1000"
start_minipingd "
defaults: {interval: 100ms, timeout: 1s, report: 1h, window: 60}
log: {to: stdout, format: json}
groups: [{name: flood, interval: 500ms, targets: [198.18.3.1, 'fd00:1::3:1']}]
targets: [198.18.1.1, 198.18.1.2, 'fd00:1::1:1', 'fd00:1::1:2', 198.18.2.1, 198.18.2.2, 'fd00:1::2:1', 'fd00:1::2:2']"
sleep 4
stop_minipingd
stop_farend
judge "ping sockets under a flood of errors" '
	([.[] | select(.event == "stall" and .cause == "loop")] | length) as $stalls |
	(.[] | select(.event == "stall" and .cause != "loop" and .unknown > 0) | "\(.unknown) unknown by \(.cause)"),
	($truth.targets | to_entries[] | select(.key | test("3.1$")) | select((.value.errors | add // 0) < 3000) |
	 "\(.key): \(.value.errors) errors only"),
	(last_reports | map(select(.group == null)) | (select(length != 8) | "\(length) reports"), (.[] |
	 (if .target | test("[.:]1[.:][12]$") then "up" else "down" end) as $want |
	 (select(.state != $want) | "\(.target): is \(.state)"),
	 (select(.total_unknown > 0 and $stalls == 0) | "\(.target): \(.total_unknown) unknown")))'

sysctl -qw net.ipv4.ping_group_range="1 0"
printf '%s\n' "$config" >"$work/minipingd.yaml"
timeout 5 "$minipingd" --config "$work/minipingd.yaml" >"$work/out" 2>"$work/err"
equal "exit code without permission" 77 $?
equal "lines on standard error" 1 "$(wc -l <"$work/err")"
for word in setcap systemd ping_group_range; do
	check "the line names $word" grep -q "$word" "$work/err"
done

# With CAP_NET_RAW, which is given up once the sockets are open: what would need it again is refused.
sysctl -qw net.ipv4.ping_group_range="1 0"
sed -i 's/--bounding-set=-all --inh-caps=-all/--bounding-set=-all,+net_raw --inh-caps=-all,+net_raw --ambient-caps=+net_raw/' \
	"$work/nobody"
marked="$config
groups: [{name: marked, mark: 7, targets: [127.0.0.3]}]"

# reloaded CONFIG - reads it anew; the reload's record is in $record.
reloaded() {
	local before

	before=$(n_logged 'select(.event == "reload")')
	printf '%s\n' "$1" >"$work/minipingd.yaml"
	kill -HUP "$minipingd_pid"
	wait_for 10 another_reload "$before"
	record=$(jq -cs 'map(select(.event == "reload")) | last' "$log")
}

another_reload() {
	[ "$(n_logged 'select(.event == "reload")')" -gt "$1" ]
}

start_minipingd "$config"
equal "its capabilities once it is ready" 0000000000000000 "$(awk '/^CapEff:/ { print $2 }' "/proc/$minipingd_pid/status")"
reloaded "$marked"
equal_json "a reload that brings a mark" '[false,0]' "$(jq -c '[.ok, .errors]' <<<"$record")"
for word in mark CAP_NET_RAW restart; do
	check "the record names $word" grep -q "$word" <<<"$(jq .error <<<"$record")"
	check "standard error names $word" grep -q "reload failed.*$word" "$work/minipingd.err"
done
reloaded "${config/127.0.0.2/127.0.0.4}"
equal_json "the next reload" '[true,1,1,2]' "$(jq -c '[.ok, .added, .removed, .kept]' <<<"$record")"
stop_minipingd
equal "records of a target that was refused" 0 "$(n_logged 'select(.target == "127.0.0.3")')"

start_minipingd "$marked"
wait_for 10 logged 'select(.kind == "state" and .target == "127.0.0.3" and .to == "up")' || fail "a mark from the start: not up"
reloaded "${marked/127.0.0.2/127.0.0.4}"
equal "a reload that keeps the mark" true "$(jq .ok <<<"$record")"
stop_minipingd

# Never there: the start says so, and the state is unknown with the reason; a reload of the same is no news.
sed -i 's/,+net_raw//g; s/ --ambient-caps=+net_raw//' "$work/nobody"
sysctl -qw net.ipv4.ping_group_range="0 2147483647"
start_minipingd "$marked"
check "a warning" grep -q '1 targets have a mark, which needs CAP_NET_RAW' "$work/minipingd.err"
wait_for 10 logged 'select(.kind == "state" and .target == "127.0.0.3" and .to == "unknown" and .reason == "not_permitted")' ||
	fail "a mark without the capability: no record"
reloaded "${marked/127.0.0.2/127.0.0.4}"
equal "a reload without the capability for the marks there were" true "$(jq .ok <<<"$record")"
stop_minipingd
