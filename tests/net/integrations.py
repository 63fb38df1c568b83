#!/usr/bin/python3
"""integrations.py FORMAT DIR - what mtail, lnav and rsyslog made of the log DIR/fleet.log is what it says: DIR/mtail is the
exposition of one, DIR/lnav the table of the next as JSON, DIR/split has the files of the last, which got the state records
twice. FORMAT "json" is JSON; all others are logfmt, "refused" one that ends with a refused reload."""
import collections, json, re, shlex, sys

format_, dir_ = sys.argv[1:]
failed = False


def equal(what, expected, got):
    global failed
    if expected != got:
        failed = True
        print(f"FAILED: {format_}: {what}: expected {expected}, got {got}")


def parse(line):
    if format_ == "json":
        record = json.loads(line)
        return {key: value for key, value in record.items() if value is not None}
    return dict(part.split("=", 1) for part in shlex.split(line))


def number(text):
    try:
        return round(float(text), 9)
    except (TypeError, ValueError):
        return text


lines = open(f"{dir_}/fleet.log").read().splitlines()
records = [parse(line) for line in lines]
of = collections.defaultdict(list)
for record in records:
    of[record["kind"]].append(record)
last = {record["target"]: record for record in of["report"]}
# Of reports and changes, whichever came last.
state = {record["target"]: record.get("to", record.get("state")) for record in records if record["kind"] in ("report", "state")}
kinds = {kind for kind in of}
equal("kinds in the log", {"report", "state", "daemon"}, kinds)
equal("targets", 6, len(last))
equal("states", {"up", "down", "unknown"}, {record["state"] for record in last.values()} - {"degraded"})

# --- mtail ---
samples = {}
for line in open(f"{dir_}/mtail"):
    if m := re.fullmatch(r"minipingd_reported_(\w+)\{(.*)\} (\S+)\n", line):
        labels = {key: re.sub(r"\\(.)", r"\1", value) for key, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', m[2])}
        labels.pop("prog")
        samples[m[1], tuple(sorted(labels.items()))] = float(m[3])


def sample(name, **labels):
    return samples.get((name, tuple(sorted(labels.items()))))


for target, record in last.items():
    def of_target(name):
        return sample(name, target=target, group=record.get("group", ""))

    def value(key, divisor):
        return None if record.get(key) is None else round(float(record[key]) / divisor, 12)

    states = [r["to"] for r in of["state"] if r["target"] == target]
    equal(f"mtail, up of {target}", float(state[target] in ("up", "degraded")), of_target("up"))
    for name, key in (("sent_total", "total_sent"), ("received_total", "total_received"), ("lost_total", "total_lost"),
                      ("not_sent_total", "send_error")):
        equal(f"mtail, {name} of {target}", float(record[key]), of_target(name))
    for name, key, divisor in (("loss_ratio", "loss_pct", 100), ("rtt_median_seconds", "median_ms", 1000),
                               ("rtt_p95_seconds", "p95_ms", 1000)):
        got = of_target(name)
        equal(f"mtail, {name} of {target}", value(key, divisor), got and round(got, 12))
    changes = sum(n for (name, labels), n in samples.items() if name == "state_changes_total" and ("target", target) in labels)
    equal(f"mtail, changes of {target}", len(states), int(changes))
equal("mtail, blocked", 1.0, sample("blocked", target="behind", group="edge"))
equal("mtail, not blocked", 0.0, sample("blocked", target="router", group="edge"))
for event, n in collections.Counter(record["event"] for record in of["daemon"]).items():
    equal(f"mtail, {event}", n, sample("daemon_events_total", event=event))
ok = [record["ok"] for record in of["daemon"] if record["event"] == "reload"][-1]
equal("mtail, latest reload", format_ != "refused", ok in (True, "true"))
equal("mtail, latest reload", float(format_ != "refused"), sample("reload_successful"))

# --- lnav ---
table = json.load(open(f"{dir_}/lnav"))
equal("lnav, lines", len(records), len(table))
names = {"target_group": "group", "state_from": "from", "state_to": "to"}
for record, row in zip(records, table):
    for column, got in row.items():
        if column.startswith("log_") or column == "fields":
            continue
        expected = record.get(names.get(column, column))
        equal(f"lnav, {column} of line {record['n']}", number(expected), number(got))

# --- rsyslog ---
for kind in sorted(kinds):
    expected = [line for line, record in zip(lines, records) if record["kind"] == kind]
    got = open(f"{dir_}/split/{kind}.log").read().splitlines()
    equal(f"rsyslog, lines in {kind}.log", len(expected) * (2 if kind == "state" else 1), len(got))
    equal(f"rsyslog, {kind}.log", True, got[:len(expected)] == expected and got[len(expected):] in ([], expected))
expected = [line for line, record in zip(lines, records)
            if record["kind"] == "state" and record["to"] in ("down", "unknown") and "blocked_by" not in record]
equal("lines for down.log", True, len(expected) >= 2)
equal("rsyslog, down.log", [r["n"] for r in map(parse, expected * 2)],
      [r["n"] for r in map(parse, open(f"{dir_}/split/down.log"))])
sys.exit(failed)
