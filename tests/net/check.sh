#!/bin/bash
# What --check says of a configuration, and to whom: errors and warnings are told apart, on a terminal and in the
# journal.
. "${0%/*}/lib.sh"

# check_config TEXT [OPTION]... - $code, $work/out, $work/err
check_config() {
	printf '%s\n' "$1" >"$work/minipingd.yaml"
	shift
	"$minipingd" --check -c "$work/minipingd.yaml" "$@" >"$work/out" 2>"$work/err"
	code=$?
}

# to_journal COMMAND... - with $work/err as standard error, which it takes for the journal
to_journal() {
	: >"$work/err"
	JOURNAL_STREAM=$(stat -c %d:%i "$work/err") "$@" >"$work/out" 2>"$work/err"
}

echo "# errors of a configuration have the journal's priority for errors"
check_config 'targets: [{host: 127.0.0.1, intervall: 1s, timeout: 0s}]'
equal "exit code of a file with errors" 78 "$code"
equal "lines that do not begin with the file and the place" 0 "$(grep -cv "^$work/minipingd.yaml:1:[0-9]*: " "$work/err")"
cp "$work/err" "$work/plain"
to_journal "$minipingd" --check -c "$work/minipingd.yaml"
equal "exit code, to the journal" 78 $?
equal "the same to the journal" "$(sed 's/^/<3>/' "$work/plain")" "$(cat "$work/err")"
to_journal "$minipingd" -c "$work/minipingd.yaml"
equal "exit code of the start" 78 $?
equal "the start to the journal" "$(sed 's/^/<3>/' "$work/plain")" "$(cat "$work/err")"
to_journal "$minipingd" --log-format xml
equal "exit code of a bad argument" 1 $?
check "a bad argument to the journal" grep -q '^<3>--log-format xml: expected logfmt or json$' "$work/err"
to_journal "$minipingd" --check stray
equal "exit code of a stray argument" 1 $?
check "a stray argument to the journal" grep -q '^<3>unexpected argument stray$' "$work/err"

# warned TEXT - there is a warning that has TEXT in it
warned() {
	grep '^minipingd: warning: ' "$work/err" | grep -qF -- "$1" || fail "no warning of $1: $(cat "$work/err")"
}

echo "# what this host has not is a warning, and no error"
ip link add va type veth peer name vb
ip addr add 198.18.0.1/24 dev va
ip -6 addr add fd00:3::1/64 dev va nodad
check_config "log: {to: $work/none/log}
targets:
  - {host: 127.0.0.1, interface: va, source: 198.18.0.1}
  - {host: 127.0.0.2, interface: vc, source: 198.18.0.2}
  - {host: 127.0.0.3, interface: vc, source: 198.18.0.2}
  - {host: '::1', name: six, source: 'fd00:3::1'}
  - {host: '::2', source: 'fd00:3::2', interface: vd}
include: nothing-*.yaml"
equal "exit code with warnings" 0 "$code"
equal "their number" "$work/minipingd.yaml: 5 targets, no errors, 6 warnings" "$(cat "$work/out")"
equal "warnings" 6 "$(grep -c 'warning: ' "$work/err")"
equal "lines that are no warning" 0 "$(grep -vc 'warning: ' "$work/err")"
warned "the log $work/none/log cannot be opened: No such file or directory"
warned "interface vc is not present on this host (target 127.0.0.2 and 1 more)"
warned "interface vd is not present on this host (target ::2)"
warned "source 198.18.0.2 is not an address of this host (target 127.0.0.2 and 1 more)"
warned "source fd00:3::2 is not an address of this host (target ::2)"
to_journal "$minipingd" --check -c "$work/minipingd.yaml"
equal "warnings in the journal" 6 "$(grep -c '^<4>' "$work/err")"

echo "# a log that can be opened is not made, changed or taken away from whoever reads it"
mkdir "$work/logs"
check_config "{log: {to: $work/logs/log}, targets: [127.0.0.1]}"
equal "without any warning" "0 " "$code $(cat "$work/err")"
equal "files made" "" "$(ls "$work/logs")"
echo text >"$work/logs/log"
touch -d 2001-01-01 "$work/logs/log"
before=$(stat -c '%s %Y %Z' "$work/logs/log")
check_config "{log: {to: $work/logs/log}, targets: [127.0.0.1]}"
equal "a file that was there" "0 $before" "$code $(stat -c '%s %Y %Z' "$work/logs/log")"
mkfifo "$work/logs/fifo"
cat "$work/logs/fifo" >"$work/read" &
pids+=($!)
exec 7>"$work/logs/fifo"
check_config "{log: {to: $work/logs/fifo}, targets: [127.0.0.1]}"
equal "a FIFO" "0 " "$code $(cat "$work/err")"
exec 7>&-

echo "# by whoever is going to write it"
chmod 755 "$work/logs" "$work"
printf '%s\n' "{log: {to: $work/logs/log}, targets: [127.0.0.1]}" >"$work/minipingd.yaml"
setpriv --reuid=65534 --regid=65534 --clear-groups "$minipingd" --check -c "$work/minipingd.yaml" >"$work/out" 2>"$work/err"
equal "exit code" 0 $?
warned "the log $work/logs/log cannot be opened: Permission denied; the daemon's user must be able to write there"
check_config "{log: {to: $work/none/log}, targets: [127.0.0.1]}" --log-to stderr
equal "where the command line says otherwise" "0 " "$code $(cat "$work/err")"
check_config 'targets: [127.0.0.1]' --log-to "$work/none/log"
warned "the log $work/none/log"
