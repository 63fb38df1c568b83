#!/bin/bash
# Names and labels that are made to break out of what they are written into come back whole from every output: log, API,
# events, metrics, minipingctl. Requests for what nobody may have are refused, in JSON that no browser takes for a page.
. "${0%/*}/lib.sh"

python=/usr/bin/python3
[ -x "$python" ] || skip "needs python3"
minipingctl=$(realpath -m "${MINIPINGCTL:-$top_builddir/minipingctl}")
url=http://127.0.0.1:9737
export LC_ALL=C.UTF-8                  # with C, minipingctl shows no character beyond ASCII as it is

hostile() {
	"$python" "$srcdir/tests/net/http_hostile.py" "$@"
}

# harmless WHAT FILE - printable UTF-8 and line ends, and nothing that a terminal obeys.
harmless() {
	check "$1 is not UTF-8" iconv -f utf-8 -t utf-8 -o /dev/null "$2"
	LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$2" &&
		fail "$1 has what a terminal obeys: $(cat -v "$2" | head -n 3)"
	check "$1 is empty" [ -s "$2" ]
}

start_minipingd "$(hostile config "$log" "$work/control.sock")"
all_up() {
	[ "$(n_logged 'select(.kind == "state" and .to == "up")')" -ge 21 ]
}
wait_for 10 all_up || fail "not every target is up"

check "the API changes a name or label" hostile texts
check "a request gets what it must not" hostile requests
check "the metrics change a name or label" hostile metrics
curl -sS "$url/metrics" | promtool check metrics >"$work/promtool" 2>&1 || fail "promtool: $(head -n 5 "$work/promtool")"

for form in json csv; do
	"$minipingctl" --url "$url" targets --$form >"$work/$form" 2>"$work/err" || fail "targets --$form: $(cat "$work/err")"
	check "minipingctl targets --$form changes a name or label" hostile $form "$work/$form"
done
"$minipingctl" --url "$url" targets >"$work/table" 2>&1
harmless "minipingctl targets" "$work/table"
"$minipingctl" --url "$url" groups >"$work/table" 2>&1
harmless "minipingctl groups" "$work/table"
"$minipingctl" --url "$url" events >"$work/events" 2>&1
harmless "minipingctl events" "$work/events"
"$minipingctl" --url "$url" targets --names >"$work/table" 2>&1
harmless "minipingctl targets --names" "$work/table"
n=0
while IFS= read -r -d '' name; do
	n=$((n + 1))
	"$minipingctl" --url "$url" show -- "$name" >"$work/show" 2>&1 || fail "minipingctl show $name: $(cat "$work/show")"
	harmless "minipingctl show" "$work/show"
done < <(hostile names)
equal "names" 21 "$n"

check "a lease changes a name, or takes what is none" hostile leases "$work/control.sock"

echo "# the log, in both formats"
kill -USR2 "$minipingd_pid"
all_reported() {
	[ "$(grep -c '"kind":"report"' "$log")" -ge 21 ]
}
wait_for 5 all_reported || fail "no reports"
sed -i 's/"format": "json"/"format": "logfmt"/' "$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
wait_for 5 grep -q 'event=reload ok=true' "$log" || fail "no reload"
kill -TERM "$minipingd_pid"
wait "$minipingd_pid"
equal "exit code" 0 $?
check "the log changes a name or label" hostile log "$log"
check "there are messages that no text of a client's has forged" test ! -s "$work/minipingd.out"
harmless "standard error" "$work/minipingd.err"
