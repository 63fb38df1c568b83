#!/bin/bash
# gcc.sh EXCEPTIONS SOURCE COMPILER FLAG... - fails if gcc -fanalyzer finds something in SOURCE that is not among the exceptions.
# These are lines "FILE: TEXT of the warning"; comments (#) say why it is wrong.
set -u
export LC_ALL=C
exceptions=$1
source=$2
shift 2

output=$("$@" -O1 -fanalyzer -fdiagnostics-plain-output -c "$source" -o /dev/null 2>&1) || {
	echo "$output"
	exit 1
}
found=$(sed -nE "s@^[^ ]*/([^/ ]+\.[ch]):[0-9]+:[0-9]+: warning: @\1: @p" <<<"$output" |
	grep -vFf <(grep -v '^#' "$exceptions" | grep .))
[ -z "$found" ] && exit
echo "$output"
exit 1
