#!/bin/bash
# Valgrind sees no wrong access in a daemon that is started, reloaded with every signal under way and
# stopped, and no memory that nobody knows of any more.
. "${0%/*}/net/lib.sh"
. "${0%/*}/net/lib_faults.sh"

command -v valgrind >/dev/null || skip "needs valgrind (Debian packages valgrind and libc6-dbg)"
# Not skip: it is no lack of this machine.
if ldd "$minipingd" | grep -q 'lib[atu]b*san' || grep -qa '__asan_init\|__tsan_init' "$minipingd"; then
	echo "SKIP $test_name: a sanitizer build: valgrind and sanitizers do not go together" >&2
	exit 77
fi

config() {
	echo "defaults: {interval: 100ms, timeout: 300ms, report: 1s, window: 20, probes: true}
log: {to: $log, format: json}
groups:
  - {name: stay, targets: [127.0.0.1, \"::1\", 127.0.0.2]}
  - {name: $1, labels: {a: $1}, targets: [127.1.$2.1, {range: 127.2.$2.0/28}]}
targets: [{host: nowhere.invalid, name: nowhere}]"
}

cat >"$work/minipingd.sh" <<END
#!/bin/sh
exec valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect \
	--errors-for-leak-kinds=definite,indirect --error-exitcode=99 --num-callers=30 \
	--log-file="$work/valgrind" "$minipingd" "\$@"
END
chmod 755 "$work/minipingd.sh"
minipingd=$work/minipingd.sh
start_minipingd "$(config first 1)"
sleep 1.5
config second 2 >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 20 more_reloads 0 || fail "no reload record"
echo "nonsense: [" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 20 more_reloads 1 || fail "no record of a reload that fails"
kill -USR1 "$minipingd_pid"
kill -USR2 "$minipingd_pid"
sleep 0.7
stop_minipingd
[ ! -s "$work/valgrind" ] || fail "valgrind: $(head -n 60 "$work/valgrind")"
check "it has probed" logged 'select(.kind == "report" and .target == "127.0.0.2" and .total_received > 5)'
