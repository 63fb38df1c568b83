#!/bin/bash
# log-keys.sh - the table of the log's keys (src/log/record_keys.c) says what is written: the golden lines, and the keys and
# types in the source that writes records. etc/minipingd-log.schema.json and minipingd(8) are made from it.
# Run in the build directory; srcdir is where the sources are.
set -u
: "${srcdir:=.}"
failed=0
# As packaged: a python3 of another origin may come first in PATH, without these modules.
python=/usr/bin/python3
if ! "$python" -c 'import jsonschema' 2>/dev/null; then
	echo "no validator here (Debian: python3-jsonschema)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

./record_keydoc list >"$tmp/keys" || exit 1
./record_keydoc schema >"$tmp/schema.json" || exit 1
cmp "$tmp/schema.json" "$srcdir/etc/minipingd-log.schema.json" || {
	echo "FAILED: etc/minipingd-log.schema.json is not what the table says: make update-schema"
	failed=1
}
if grep -n '^@keys' man/minipingd.8; then
	echo "FAILED: a list of minipingd(8) has not been made"
	failed=1
fi
"$python" "$srcdir/tests/log_lines.py" --formatted "$tmp/keys" "$tmp/schema.json" "$srcdir/tests/golden/json" || failed=1

"$python" - "$srcdir" "$tmp" <<'PYTHON' || failed=1
import collections, glob, json, re, sys

import jsonschema

srcdir, tmp = sys.argv[1:]
failed = False


def fail(text):
    global failed
    failed = True
    print("FAILED:", text)


table = collections.defaultdict(dict)     # (kind, event): {key: type}
for line in open(f"{tmp}/keys"):
    kind, event, key, type_, _ = line.split()
    table[kind, event][key] = type_

# --- what the source writes ---
# Of the daemon's events: the literals between record_daemon() and log_write() or push().
written = collections.defaultdict(lambda: collections.defaultdict(set))
for path in sorted(glob.glob(f"{srcdir}/src/*/*.c")):
    event = None
    for line in open(path):
        if m := re.search(r'record_daemon\(&?\w+, "(\w+)"\)', line):
            event = m[1]
            written["daemon", event]
        elif re.match(r"}|.*\b(log_write|push)\(", line):
            event = None
        elif event and (m := re.search(r'record_add_(\w+)\(&?\w+, *"(\w+)"', line)):
            written["daemon", event][m[2]].add(m[1])
    if event:
        fail(f"{path}: where does the record of {event} end?")
events = {head for head in table if head[1] != "-"}
for head in sorted(set(written) | events):
    for key in sorted(set(written[head]) - set(table[head])):
        fail(f"{head[1]}: {key} is written and not in the table")
    for key in sorted(set(table[head]) - set(written[head])):
        fail(f"{head[1]}: {key} is in the table and not written")
    for key, types in written[head].items():
        if types != {table[head].get(key)}:
            fail(f"{head[1]}: {key} is written as {types}, and {table[head].get(key)} in the table")
if len(events) < 7 or len(written) < 7:
    fail(f"what has become of the events? {events} {set(written)}")

# Of the kinds about a target: one type for each key, whichever function adds it.
kinds = {kind for kind, event in table} - {"every", "last"}
types = collections.defaultdict(set)
for add, key in re.findall(r'\b(?:record_)?add_(\w+)\(r, "(\w+)"', open(f"{srcdir}/src/log/record.c").read()):
    types[key].add({"known": "int", "addr": "text", "target_addr": "text"}.get(add, add))
for kind in sorted(kinds - {"daemon"}):
    for key, type_ in table[kind, "-"].items():
        if type_ not in types[key]:
            fail(f"{kind}: {key} is {type_} in the table, and written as {types[key] - {'none'}}")
golden = {json.loads(line)["kind"] for line in open(f"{srcdir}/tests/golden/json")}
if golden != kinds:
    fail(f"kinds of the golden lines {golden}, of the table {kinds}")

# --- the golden lines of the other format have the same keys, but for those without a value ---
for number, (logfmt, line) in enumerate(zip(open(f"{srcdir}/tests/golden/logfmt"), open(f"{srcdir}/tests/golden/json")), 1):
    record = json.loads(line)
    labels = ["label." + label for label in record.pop("labels", {})]
    keys = re.findall(r'(?:^| )([\w.]+)=(?:"(?:[^"\\]|\\.)*"|[^ ]*)', logfmt.rstrip("\n"))
    if keys != [key for key, value in record.items() if value is not None] + labels:
        fail(f"line {number} of the golden files: {keys}")

# --- a schema that takes everything proves nothing ---
validator = jsonschema.Draft7Validator(json.load(open(f"{tmp}/schema.json")))
for line in open(f"{srcdir}/tests/golden/json"):
    record = json.loads(line)
    bad = [dict(record, kind="event"), dict(record, n="1"), dict(record, ts=1)]
    if record["kind"] != "daemon":
        bad += [{k: v for k, v in record.items() if k != gone} for gone in record]
        bad += [dict(record, labels=[]), dict(record, target=None)]
        bad += [dict(record, **{key: [] }) for key in record]
    elif record["event"] == "stall":
        bad += [dict(record, cause=1), dict(record, lasted_ms="1"), dict(record, lasted_ms=-1)]
    for b in bad:
        if validator.is_valid(b):
            fail(f"the schema lets through: {b}")
sys.exit(failed)
PYTHON
exit $failed
