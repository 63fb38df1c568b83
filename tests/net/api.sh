#!/bin/bash
# /api/v1: its figures are the log's, its options say where they come from, a change of state is an event and history,
# pages go on when targets go, and openapi.json describes what is there.
. "${0%/*}/lib.sh"

command -v curl >/dev/null || skip "needs curl"
command -v python3 >/dev/null || skip "needs python3"
api=http://127.0.0.1:9737/api/v1

# get PATH [JQ-FILTER]
get() {
	curl -sS --max-time 10 "$api/$1" | jq -c "${2:-.}"
}

# code_of PATH
code_of() {
	curl -sS --max-time 10 -o "$work/answer" -w '%{http_code}' "$api/$1"
}

start_farend "
198.18.0.1   delay=10ms
198.18.0.2   delay=20ms loss-every=3
198.18.0.3   loss
198.18.0.4   delay=5ms ttl=57
fd00:1::1    delay=30ms"
ip route add unreachable 198.18.0.9
options="defaults: {interval: 300ms, timeout: 300ms, window: 20}
http: {listen: '127.0.0.1:9737'}
log: {to: $log, format: json}"
start_minipingd "$options
groups:
  - name: core
    labels: {site: fra1}
    report: 10m
    targets: [198.18.0.1, 198.18.0.2, {host: 198.18.0.4, size: 100}, 'fd00:1::1']
targets:
  - 198.18.0.3
  - {host: 198.18.0.9, name: '\"<script>'}"
events=$work/events
curl -sSN "$api/events" >"$events" 2>/dev/null &
pids+=($!)
sleep 3

echo "# figures are those of a report of the same moment"
# Between two answers with the same counters the window has not changed: a report made there is of that window.
cat >"$work/compare.py" <<'END'
import json, os, signal, sys, time, urllib.request

log, pid = sys.argv[1], int(sys.argv[2])
url = "http://127.0.0.1:9737/api/v1/targets?fields=all"
same = {"sent": 1, "received": 1, "lost": 1, "unknown": 1, "not_sent": 1, "total_sent": 1, "total_received": 1, "total_lost": 1,
        "late": 1, "duplicate": 1, "corrupt": 1, "foreign": 1, "send_error": 1, "truncated": 1, "state": 1, "ttl": 1, "hops": 1,
        "ip": 1, "group": 1, "labels": 1, "not_sent_error": 1}
scaled = {"rtt_min_seconds": "min_ms", "rtt_mean_seconds": "mean_ms", "rtt_median_seconds": "median_ms",
          "rtt_p95_seconds": "p95_ms", "rtt_p99_seconds": "p99_ms", "rtt_max_seconds": "max_ms",
          "rtt_jitter_seconds": "jitter_ms", "rtt_ipdv_seconds": "ipdv_ms"}


def answer():
    time.sleep(1.1)             # an answer may be of the second before
    with urllib.request.urlopen(url, timeout=10) as f:
        return {t["name"]: t for t in json.load(f)["items"]}


def reports(offset):
    with open(log) as f:
        f.seek(offset)
        lines = [json.loads(line) for line in f if line.endswith("\n")]
    return {r["target"]: r for r in lines if r["kind"] == "report"}


def wrong(t, r):
    for key in same:
        if t[key] != r[key]:
            yield key, t[key], r[key]
    for key, in_log in scaled.items():
        if (t[key] is None) != (r[in_log] is None) or t[key] is not None and abs(t[key] - r[in_log] / 1000) > 1.1e-8:
            yield key, t[key], r[in_log]
    if (t["loss_ratio"] is None) != (r["loss_pct"] is None) or t["loss_ratio"] is not None and \
            abs(t["loss_ratio"] - r["loss_pct"] / 100) > 1e-5:
        yield "loss_ratio", t["loss_ratio"], r["loss_pct"]


done, failed = set(), False
for attempt in range(40):
    offset = os.stat(log).st_size
    targets = answer()
    os.kill(pid, signal.SIGUSR2)
    time.sleep(0.05)
    said = reports(offset)
    for name, t in targets.items():
        r = said.get(name)
        if r and name not in done and (t["total_sent"], t["send_error"]) == (r["total_sent"], r["send_error"]):
            done.add(name)
            for key, got, logged in wrong(t, r):
                print(f"{name}: {key} is {got}, in the log {logged}")
                failed = True
    if len(done) == len(targets) == 6:
        break
else:
    print("compared only", done, "of", set(targets))
    failed = True
sys.exit(failed)
END
check "figures differ from the log's" python3 "$work/compare.py" "$log" "$minipingd_pid"
equal "loss of a silent target" 1 "$(get targets/198.18.0.3 .loss_ratio)"
within "its delay in ms" 10 14 "$(get targets/198.18.0.1 '.rtt_median_seconds * 1000 | floor')"

echo "# lists"
equal "total" 6 "$(get targets .total)"
equal "down" '["198.18.0.3"]' "$(get 'targets?state=down&fields=name' '[.items[].name]')"
equal "unknown, by name" '"\"<script>"' "$(get 'targets?state=unknown' '.items[0].name')"
equal "by label" 4 "$(get 'targets?label.site=fra1' .total)"
equal "by RTT" '"fd00:1::1"' "$(get 'targets?sort=-rtt&limit=1' '.items[0].name')"
equal "the worst" '"198.18.0.3"' "$(get 'worst?limit=1' '.items[0].name')"
equal "groups" '[["core",4],[null,2]]' "$(get groups '[.items[] | [.name, .targets.total]]')"
equal "no history" '[404,"no history is kept"]' "[$(code_of targets/198.18.0.1/history),$(jq .error "$work/answer")]"
equal "nor its chart" 404 "$(code_of 'chart.svg?target=198.18.0.1')"
equal "nor its worst" 404 "$(code_of 'worst?window=1h')"
equal "a wrong parameter" 400 "$(code_of 'targets?limit=0')"
equal "an unknown one" 400 "$(code_of 'targets?no=1')"
equal "an unknown target" 404 "$(code_of targets/198.18.9.9)"
equal "a hostile name" 200 "$(code_of 'targets/%22%3Cscript%3E')"

echo "# the map: bytes in the order of its list, as the manual says them"
cat >"$work/map.py" <<'END'
import json, struct, sys, urllib.request

base = "http://127.0.0.1:9737/api/v1/"


def get(path):
    with urllib.request.urlopen(base + path, timeout=10) as f:
        return f.headers["Content-Type"], f.read()


def check(what, expected, got):
    if expected != got:
        sys.exit(f"{what}: expected {expected}, got {got}")


query = sys.argv[1]
kind, text = get("heatmap" + query)
check("type", "application/octet-stream", kind)
magic, version, header, time_us, n, zero, layout = struct.unpack_from("<4sHHqIIQ", text)
check("header", (b"MPHM", 1, 32, 0), (magic, version, header, zero))
check("length", header + 3 * n, len(text))
states, losses, rtts = (text[header + i * n:header + (i + 1) * n] for i in range(3))
listed = json.loads(get("heatmap" + (query + "&" if query else "?") + "fields=name,group")[1])
check("layout", f"{layout:016x}", listed["layout"])
check("targets", n, len(listed["items"]))
targets = {t["name"]: t for t in json.loads(get("targets" + query)[1])["items"]}
check("names", sorted(targets), sorted(t["name"] for t in listed["items"]))
for i, item in enumerate(listed["items"]):
    t = targets[item["name"]]
    check("group", t["group"], item["group"])
    check("state", t["state"], ["unknown", "up", "degraded", "down"][states[i] & 3])
    # A second may lie between the answers, and with it some of the window's 20 probes.
    loss, rtt = losses[i] / 250 if losses[i] < 255 else None, 2e-5 * 2 ** (rtts[i] / 12) if rtts[i] < 255 else None
    for what, mapped, said, apart in (("loss", loss, t["loss_ratio"], 0.25), ("RTT", rtt, t["rtt_median_seconds"], 0.002)):
        if (mapped is None) != (said is None) or said is not None and abs(mapped - said) > apart:
            sys.exit(f"{item['name']}: {what} is {said}, by the map {mapped}")
END
check "the map" python3 "$work/map.py" ""
check "a part of the map" python3 "$work/map.py" "?group=core"

echo "# one target"
equal "options" '["100","target",8,"300ms","defaults",1,"10m","group",5,"3","built-in",null]' \
	"$(get targets/198.18.0.4 '.options | [.size, .interval, .report, .fall] | map(.value, .origin, .line)')"
equal "outcomes" '[true,["timeout"]]' "$(get targets/198.18.0.3 '.outcomes | [length > 5, (map(.outcome) | unique)]')"
equal "history" '["unknown","down"]' "$(get targets/198.18.0.3 '.history | map(.from, .to)')"
check "the event of it" grep -q '^data: .*"kind":"state".*"target":"198.18.0.3".*"to":"down"' "$events"
# The outcomes' times are an interval apart, and the latest is not older than interval, timeout and second.
equal "times of outcomes" '[]' "$(get targets/198.18.0.1 '
	def s: (.[:19] + "Z" | fromdate) + (.[19:26] | tonumber);
	(.time | s) as $now | [.outcomes[].time | s] as $t | [range(1; $t | length) as $i | $t[$i] - $t[$i - 1] |
	select(. < 0.2999 or . > 0.3001)] + [$now - $t[-1] | select(. < -0.1 or . > 0.6)]')"

echo "# every member is in the manual"
manual=$(sed '/^\.Sh API/,/^\.Sh/!d' "$srcdir/man/minipingd-http.8.in")
for field in $(get 'targets?limit=1&fields=all' '.items[0] | keys[]' | tr -d '"') \
	$(get targets/198.18.0.1 'keys[]' | tr -d '"') $(get status 'keys[]' | tr -d '"'); do
	grep -qw "$field" <<<"$manual" || fail "$field is not in the manual"
done

echo "# status and configuration"
equal "status" '[6,4,1,1]' "$(get status '.targets | [.total, .up + .degraded, .down, .unknown]')"
curl -sS "$api/config?text=1" >"$work/dumped"
"$minipingd" --check --dump -c "$work/minipingd.yaml" >"$work/expected"
check "the configuration is not the dump" cmp "$work/dumped" "$work/expected"
hash=$(get config .hash)
sed -i 's/size: 100/size: x/' "$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
failed_reload() {
	sleep 0.2
	[ "$(get config .last_reload.ok)" = false ]
}
wait_for 10 failed_reload || fail "a failed reload is not told"
check "its error" grep -q 'minipingd.yaml:8:.*size' <<<"$(get config '.last_reload.errors[0]')"
equal "the hash of what is in force" "$hash" "$(get config .hash)"

echo "# the last target of a page goes before the next page"
next=$(get 'targets?limit=2&fields=name' .next | tr -d '"')
equal "the first page" '["\"<script>","198.18.0.1"]' "$(get 'targets?limit=2&fields=name' '[.items[].name]')"
printf '%s\n' "$options" "targets: [198.18.0.3, 198.18.0.4, 'fd00:1::1']" >"$work/minipingd.yaml"
kill -HUP "$minipingd_pid"
three() {
	sleep 0.2
	[ "$(get targets .total)" = 3 ]
}
wait_for 10 three || fail "the reload is not seen"
equal "the page after it" '["198.18.0.3","198.18.0.4","fd00:1::1"]' "$(get "targets?fields=name&cursor=$next" '[.items[].name]')"

echo "# openapi.json"
cat >"$work/openapi.py" <<'END'
import json, sys, urllib.error, urllib.request

base = "http://127.0.0.1:9737"
failed = False


def complain(*what):
    global failed
    failed = True
    print(*what)


def status(path):
    try:
        with urllib.request.urlopen(base + path, timeout=10) as f:
            if "/events" not in path:
                f.read()
            return f.status
    except urllib.error.HTTPError as e:
        return e.code


with urllib.request.urlopen(base + "/api/v1/openapi.json", timeout=10) as f:
    document = json.load(f)
wanted = {"targets", "targets/{name}", "targets/{name}/history", "targets/{name}/events", "chart.svg", "worst", "heatmap", "groups", "status", "config", "events", "openapi.json"}
missing = {"/api/v1/" + path for path in wanted} - document["paths"].keys()
if missing:
    complain("not described:", missing)
example = {"string": "", "integer": "1", "boolean": "true"}
for path, operations in document["paths"].items():
    get = operations.get("get")
    if not get:
        continue
    if not get["summary"] or not get["responses"]["200"]["content"]:
        complain(path, "says nothing")
    parameters = get.get("parameters", [])
    if ("{name}" in path) != any(p["in"] == "path" for p in parameters):
        complain(path, "and its parameters")
    if not path.startswith("/api/v1/") or "{" in path or path == "/api/v1/chart.svg":  # of a target
        continue
    if status(path) != 200:
        complain(path, "answers", status(path))
    if status(path + "?surely-not=1") != 400:
        complain(path, "takes any parameter")
    for p in parameters:
        if path == "/api/v1/worst" and p["name"] in ("window", "by"):  # of a history, together
            continue
        if not p["description"] or not p["schema"]:
            complain(path, p["name"], "says nothing")
        schema = p["schema"].get("items", p["schema"])
        if p["schema"]["type"] != "object" and schema["type"] in example:
            value = schema.get("enum", [schema.get("default", example[schema["type"]])])[0]
            if status(f"{path}?{p['name']}={str(value).lower()}") != 200:
                complain(path, p["name"], "is not taken as", value)
sys.exit(failed)
END
check "openapi.json" python3 "$work/openapi.py"
stop_minipingd
stop_farend
