#!/usr/bin/python3
"""log_lines.py KEYS SCHEMA FILE... - each line of the JSON logs FILE is as the JSON Schema in the file SCHEMA says, and has
the keys of the table (KEYS holds the output of `record_keydoc list`), no other, in their order, and the level that it deserves.
With --formatted as the first argument, the events of the daemon are only held against the schema: those of the golden
lines are there for their formatting."""
import collections, json, sys

import jsonschema

ENOUGH = 200              # lines of a kind or event that are held against the schema, which takes a millisecond each

args = sys.argv[1:]
formatted = args[:1] == ["--formatted"]
keys_file, schema_file, *logs = args[formatted:]
failed = False


def fail(where, text):
    global failed
    failed = True
    print(f"FAILED: {where}: {text}")


table, always = collections.defaultdict(list), set()
for line in open(keys_file):
    kind, event, key, _, presence = line.split()
    table[kind, event].append(key)
    # Of a kind about a target, what has no value is null; of an event, it may be missing.
    if presence == "always" or event == "-":
        always.add((kind, event, key))
schema = json.load(open(schema_file))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)


def check_keys(where, record):
    kind, event = record["kind"], record.get("event", "-")
    if (kind, event) not in table:
        return fail(where, f"{kind} {event} is not in the table")
    heads = [("every", "-"), (kind, "-")] + ([(kind, event)] if event != "-" else [])
    heads += [("last", "-")]
    expected = [key for head in heads for key in table[head]] + (["labels"] if kind != "daemon" else [])
    needed = {key for head in heads for key in table[head] if (*head, key) in always}
    for key in record:
        if key not in expected:
            fail(where, f"{kind} {event}: {key} is written and not in the table")
    for key in needed - set(record):
        fail(where, f"{kind} {event}: {key} is in the table and not written")
    if list(record) != [key for key in expected if key in record]:
        fail(where, f"{kind} {event}: keys in another order than the table's: {list(record)}")


def level_of(record):
    """What the manual says of level."""
    kind, event = record["kind"], record.get("event")
    if kind == "probe":
        return "debug"
    if kind == "state":
        return {"down": "err", "up": "info"}.get(record["to"], "warning")
    if event == "reload" and not record["ok"]:
        return "err"
    if event in ("stall", "send_error", "drop") or kind == "dns" and record["error"]:
        return "warning"
    return "info"


seen = collections.Counter()
for log in logs:
    for number, line in enumerate(open(log), 1):
        where = f"{log}:{number}"
        record = json.loads(line)
        head = record["kind"], record.get("event", "-")
        seen[head] += 1
        if seen[head] <= ENOUGH:
            for error in validator.iter_errors(record):
                fail(where, f"{'/'.join(map(str, error.absolute_path))}: {error.message}")
        if not (formatted and head[0] == "daemon"):
            check_keys(where, record)
            if record.get("level") != level_of(record):
                fail(where, f"{head}: level {record.get('level')} instead of {level_of(record)}")
if not seen:
    fail(logs, "no lines")
print(", ".join(f"{n} {kind}{'' if event == '-' else ' ' + event}" for (kind, event), n in sorted(seen.items())))
sys.exit(failed)
