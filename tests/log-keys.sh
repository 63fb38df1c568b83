#!/bin/bash
# log-keys.sh - the log's kinds, events and keys are the same in two places: what is written (the golden lines, and for
# the daemon's events the source), and minipingd(8).
# Run in the build directory; srcdir is where the sources are.
set -u
: "${srcdir:=.}"
if ! command -v python3 >/dev/null; then
	echo "no python3 here"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
exec python3 - "$srcdir" <<'END'
import glob, json, re, sys

srcdir, failed = sys.argv[1], False
common = ["ts", "v", "n", "kind"]


def fail(text):
    global failed
    failed = True
    print("FAILED:", text)


def same(what, written, documented):
    """documented has each key that is written, and no other."""
    for key in sorted(set(written) - set(documented)):
        fail(f"{what}: {key} is written and not documented")
    for key in sorted(set(documented) - set(written)):
        fail(f"{what}: {key} is documented and not written")


# What is written: of the kinds about a target, the keys of the golden lines; of the daemon's events, the
# literals between record_daemon() and log_write().
kinds, events = {}, {}
for line in open(f"{srcdir}/tests/golden/json"):
    record = json.loads(line)
    if record["kind"] != "daemon":
        keys = [k for k in record if k not in common + ["labels"]]
        kinds.setdefault(record["kind"], set()).update(keys)
for path in sorted(glob.glob(f"{srcdir}/src/*.c") + glob.glob(f"{srcdir}/src/*/*.c")):
    event = None
    for line in open(path):
        if m := re.search(r'record_daemon\(&?\w+, "(\w+)"\)', line):
            event = events.setdefault(m[1], set())
        elif re.match(r"}|.*log_write\(", line):
            event = None
        elif event is not None and (m := re.search(r'record_add_\w+\(&?\w+, *"(\w+)"', line)):
            event.add(m[1])
if set(kinds) != {"probe", "report", "state", "path", "dns"} or len(events) < 7:
    fail(f"what has become of the golden lines and the source? {sorted(kinds)} {sorted(events)}")

# minipingd(8): ".Ss kind" sections with ".It Cm key , key"; in ".Ss daemon", ".It Cm event" and ".Cm key" in its text.
manual, section, event = {}, None, None
for line in open(f"{srcdir}/man/minipingd.8.in"):
    if m := re.match(r"\.S[sh] (.*)", line):
        section, event = (m[1].strip(), None) if line.startswith(".Ss") else (None, None)
        manual.setdefault(section, {} if section == "daemon" else set())
        continue
    words = [w for w in re.split(r"[ ,]+", line.strip()) if w]
    if section == "daemon":
        if line.startswith(".It Cm "):
            event = manual[section].setdefault(words[2], set())
        elif event is not None and line.startswith(".Cm "):
            event.update(w for w in words[1:] if re.fullmatch(r"[a-z_]+", w))
    elif section in kinds and line.startswith(".It Cm "):
        manual[section].update(words[2:])
# These stand before the sections, for all kinds.
for kind, keys in kinds.items():
    same(f"minipingd(8), {kind}", keys - {"target", "ip", "group"}, manual.get(kind, set()) - {"target", "ip", "group"})
same("minipingd(8)", events, manual.get("daemon", {}))
for event, keys in events.items():
    # The text of an event may also name values (causes of a stall, kinds of sockets).
    values = {"loop", "suspend", "clock", "link", "socket_drops", "flood", "raw", "ping"}
    same(f"minipingd(8), {event}", keys, manual.get("daemon", {}).get(event, set()) - values)
sys.exit(failed)
END
