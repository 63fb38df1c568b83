#!/bin/bash
# inside.sh - run by tests/boot/service.sh within the system that it has booted: drives the installed service and
# prints a line FAIL for each thing that is wrong; the last line is END.
set -u
export LC_ALL=C
logs=/var/log/minipingd
minipingd=$(systemctl show -P ExecStart minipingd | sed 's/.*path=\([^ ;]*\).*/\1/')
config=$(systemctl show -P ExecStart minipingd | sed 's/.* -c \([^ ;]*\).*/\1/')
etc=${config%/*}

fail() {
	echo "FAIL: $*"
}

# equal WHAT EXPECTED GOT
equal() {
	[ "$2" = "$3" ] || fail "$1: expected $2, got $3"
}

# check WHAT COMMAND...
check() {
	local what=$1
	shift
	"$@" >/dev/null 2>&1 || fail "$what"
}

# refuse WHAT COMMAND...
refuse() {
	local what=$1
	shift
	! "$@" >/dev/null 2>&1 || fail "$what"
}

# wait_for SECONDS COMMAND... - until COMMAND succeeds; fails when it never does.
wait_for() {
	local tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# show UNIT PROPERTY
show() {
	systemctl show -P "$2" "$1"
}

is() {
	[ "$(show "$1" "$2")" = "$3" ]
}

# journal UNIT [OPTION]... - its messages
journal() {
	local unit=$1
	shift
	journalctl -q --sync 2>/dev/null
	journalctl -q -o cat -u "$unit" "$@"
}

# said UNIT TEXT [OPTION]... - one of its messages has TEXT in it
said() {
	local unit=$1 text=$2
	shift 2
	journal "$unit" "$@" | grep -qF -- "$text"
}

# write_config NAME LOG [TARGET]...
write_config() {
	local name=$1 log=$2
	shift 2
	{
		echo "defaults: {interval: 100ms, timeout: 100ms, report: 1s}"
		echo "log: $log"
		echo "targets: [$(IFS=,; echo "$*")]"
	} >"$etc/$name.yaml"
}

# grows FILE - lines are being added to it.
grows() {
	local n

	n=$(wc -l <"$1")
	wait_for 10 has_more "$1" "$n"
}

has_more() {
	[ "$(wc -l <"$1")" -gt "$2" ]
}

ip link set lo up
for prefix in 198.51.100.0/24 203.0.113.0/24; do
	ip route add local "$prefix" dev lo
done

echo "# booted with minipingd enabled"
check "systemd finds fault with the units" \
	test -z "$(systemd-analyze verify --man=no minipingd.service minipingd@x.service 2>&1)"
wait_for 10 is minipingd ActiveState active || fail "minipingd is not active after the boot: $(journal minipingd)"
equal "user of the daemon" minipingd "$(ps -o user= -p "$(show minipingd MainPID)")"
equal "directory of logs" "2750 minipingd adm" "$(stat -c '%a %U %G' $logs)"
systemctl stop minipingd
equal "state after the stop" inactive "$(show minipingd ActiveState)"

echo "# minipingd beside minipingd@0, the example as it is delivered, in either order"
cp "$(find / -path '*/doc/minipingd/examples/shards' -prune)"/{0,fleet}.yaml "$etc/"
check "systemctl enable --now minipingd@0" systemctl enable --now minipingd@0
check "minipingd after minipingd@0" systemctl start minipingd
for unit in minipingd minipingd@0; do
	equal "$unit" active "$(show $unit ActiveState)"
done
systemctl stop minipingd minipingd@0
check "minipingd first" systemctl start minipingd
check "minipingd@0 after minipingd" systemctl start minipingd@0
for unit in minipingd minipingd@0; do
	equal "$unit, started the other way round" active "$(show $unit ActiveState)"
done
wait_for 10 said minipingd@0 '"event":"ready"' || fail "the shard is not ready: $(journal minipingd@0)"
systemctl stop minipingd minipingd@0

echo "# a daemon that ends at each start is left alone after a while; judged at the end"
mkdir /etc/systemd/system/minipingd@crash.service.d
printf '[Service]\nExecStart=\nExecStart=%s --log-format none\n' "$minipingd" \
	>/etc/systemd/system/minipingd@crash.service.d/wrong.conf
systemctl daemon-reload
refuse "a start with a wrong option succeeds" systemctl start minipingd@crash

echo "# the log is for group adm and nobody else"
cat >/etc/mtail/minipingd.mtail <<-'MTAIL'
	counter lines_total by kind
	/ kind=(?P<kind>[a-z]+) / {
	    lines_total[$kind]++
	}
MTAIL
echo "LOGS=$logs/*.log" >>/etc/default/mtail
write_config minipingd "{to: $logs/fleet.log}" 127.0.0.1 127.0.0.2
write_config other "{to: $logs/other.log}" 127.0.0.1
check "start with a log of its own" systemctl start minipingd minipingd@other mtail
for name in fleet other; do
	wait_for 10 test -s $logs/$name.log || fail "nothing in $name.log"
	equal "$name.log" "640 minipingd adm" "$(stat -c '%a %U %G' $logs/$name.log)"
done
check "a member of adm reads the log" setpriv --reuid=mtail --init-groups head -n 1 $logs/fleet.log
refuse "others read the log" setpriv --reuid=nobody --regid=nogroup --clear-groups cat $logs/fleet.log
refuse "others list the logs" setpriv --reuid=nobody --regid=nogroup --clear-groups ls $logs
mtail_counts() {
	curl -s http://127.0.0.1:3903/metrics | grep 'lines_total{.*kind="report"' | grep -v ' [01]$'
}
wait_for 20 mtail_counts || fail "mtail counts no reports: $(journal mtail)"
mv $logs/fleet.log $logs/fleet.log.1
systemctl kill -s USR1 minipingd
wait_for 10 test -s $logs/fleet.log || fail "no new log after USR1"
equal "the new log after USR1" "640 minipingd adm" "$(stat -c '%a %U %G' $logs/fleet.log)"
systemctl stop minipingd@other mtail

echo "# what systemctl status shows"
status_is() {
	[[ $(show minipingd StatusText) =~ $1 ]]
}
ip route add unreachable 192.0.2.1
write_config minipingd "{to: $logs/fleet.log}" 127.0.0.1 127.0.0.2 192.0.2.1 198.18.0.1
check "restart" systemctl restart minipingd
wait_for 30 status_is '^4 targets: 2 up, 0 degraded, [0-2] down, [0-2] unknown; [0-9]+ probes/s, ' ||
	fail "status: $(show minipingd StatusText)"

echo "# a reload"
pid=$(show minipingd MainPID)
write_config minipingd "{to: $logs/fleet.log}" 127.0.0.1 127.0.0.2 127.0.0.3
check "reload of a good configuration" systemctl reload minipingd
wait_for 10 grep -q 'event=reload ok=true added=1' $logs/fleet.log || fail "no reload"
echo 'targets: [{host: 127.0.0.4, intervall: 1s}]' >"$config"
refuse "a reload of a configuration with errors succeeds" systemctl reload minipingd
check "the journal says at err what is wrong" said minipingd "$config:1:" -p err
equal "the daemon after a refused reload" "active $pid" "$(show minipingd ActiveState) $(show minipingd MainPID)"
refuse "the daemon was asked to reload what was refused" grep 'event=reload ok=false' $logs/fleet.log
grows $logs/fleet.log || fail "no more reports after a refused reload"
systemctl kill -s HUP minipingd
wait_for 10 status_is "; the last reload failed: $config:1:[0-9]*: " || fail "status after a failed reload: $(show minipingd StatusText)"
write_config minipingd "{to: $logs/fleet.log}" 127.0.0.1
check "reload after all" systemctl reload minipingd
wait_for 20 status_is '^1 targets: 1 up, 0 degraded, 0 down, 0 unknown; [0-9]+ probes/s, ' ||
	fail "status after a reload: $(show minipingd StatusText)"
echo 'targets: [{host: 127.0.0.4, intervall: 1s}]' >"$config"
refuse "a start with errors in the configuration succeeds" systemctl restart minipingd
equal "a start with errors" "failed 78 0" "$(show minipingd ActiveState) $(show minipingd ExecMainStatus) $(show minipingd NRestarts)"

echo "# a log that cannot be opened: --check warns whoever is going to write it, and the start ends at once"
write_config minipingd "{to: /var/log/fleet.log}" 127.0.0.1
runuser -u minipingd -- "$minipingd" --check >/tmp/out 2>/tmp/err
equal "exit code of --check" 0 $?
check "--check warns" grep -q 'warning: the log /var/log/fleet.log cannot be opened: .*ReadWritePaths=' /tmp/err
refuse "a start with a log out of reach succeeds" systemctl start minipingd
equal "the start" "failed 73 0" "$(show minipingd ActiveState) $(show minipingd ExecMainStatus) $(show minipingd NRestarts)"
check "the journal says at err what to do" said minipingd "unless ReadWritePaths= names another directory" -p err
refuse "the log was made" test -e /var/log/fleet.log
sleep 3
equal "and stays" "failed 0" "$(show minipingd ActiveState) $(show minipingd NRestarts)"

echo "# a second daemon with the same log is told whose it is"
write_config minipingd "{to: $logs/fleet.log}" 127.0.0.1
cp "$config" "$etc/second.yaml"
check "start once the log is within reach" systemctl start minipingd
pid=$(show minipingd MainPID)
refuse "a second daemon with the same log" systemctl start minipingd@second
equal "the second daemon" "failed 73 0" "$(show minipingd@second ActiveState) $(show minipingd@second ExecMainStatus) $(show minipingd@second NRestarts)"
check "the second daemon is told by the journal" said minipingd@second "process $pid writes to it" -p err
timeout 20 "$minipingd" -c "$config" >/tmp/out 2>/tmp/err
equal "exit code of one started by hand" 73 $?
check "the one by hand is told" grep -q "process $pid writes to it" /tmp/err
systemctl stop minipingd
check "start after a stop" systemctl start minipingd
systemctl stop minipingd

echo "# the control socket, a port that systemd opens, and the loop in real time as the manual has it"
{
	echo "http: {listen: systemd}"
	cat "$config"
} >"$etc/new.yaml"
mv "$etc/new.yaml" "$config"
realtime=--realtime
if ! systemd-run -q --wait -p User=minipingd -p LimitRTPRIO=1 chrt --fifo 1 true; then
	echo "# no real time in this container: without --realtime"
	realtime=
fi
mkdir /etc/systemd/system/minipingd.service.d
cat >/etc/systemd/system/minipingd.service.d/realtime.conf <<-DROPIN
	[Service]
	ExecStart=
	ExecStart=$minipingd $realtime -c $config
	RestrictRealtime=no
	LimitRTPRIO=1
	LimitRTTIME=2s
DROPIN
systemctl daemon-reload
# healthy [OPTION]... - what curl gets as the status.
healthy() {
	curl -s -o /dev/null -w '%{http_code}' "$@"
}
check "systemctl enable --now minipingd.socket" systemctl enable --now minipingd.socket
systemctl start minipingd || fail "start with a socket of systemd's: $(journal minipingd | tail -n 3)"
equal "healthy by systemd's socket" 200 "$(healthy http://127.0.0.1:9737/-/healthy)"
equal "the control socket" "660 minipingd minipingd" "$(stat -c '%a %U %G' /run/minipingd/control.sock)"
equal "who comes to it" "750 minipingd minipingd" "$(stat -c '%a %U %G' /run/minipingd)"
equal "healthy by the control socket" 200 "$(healthy --unix-socket /run/minipingd/control.sock http://localhost/-/healthy)"
refuse "a stranger reaches the control socket" setpriv --reuid=nobody --regid=nogroup --clear-groups \
	curl -s --unix-socket /run/minipingd/control.sock http://localhost/-/healthy
pid=$(show minipingd MainPID)
equal "the loop's class" "${realtime:+FF}" "$(ps -L -o lwp=,cls= -p "$pid" | awk -v pid="$pid" '$1 == pid && $2 != "TS" { print $2 }')"
equal "others in real time" 0 "$(ps -L -o lwp=,cls= -p "$pid" | awk -v pid="$pid" '$1 != pid && $2 != "TS"' | wc -l)"
check "restart" systemctl restart minipingd
equal "healthy after a restart" 200 "$(healthy http://127.0.0.1:9737/-/healthy)"
systemctl stop minipingd.socket minipingd
rm /etc/systemd/system/minipingd.service.d/realtime.conf
systemctl daemon-reload

echo "# the end of the starts that cannot succeed"
wait_for 60 is minipingd@crash ActiveState failed || fail "it goes on for ever"
wait_for 60 said minipingd@crash "Start request repeated too quickly" || fail "it goes on for ever: $(journal minipingd@crash)"

echo END
