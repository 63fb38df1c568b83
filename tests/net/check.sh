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
