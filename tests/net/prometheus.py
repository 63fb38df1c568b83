#!/usr/bin/python3
"""prometheus.py - what prometheus.sh cannot say in shell:
  wire LISTEN TO FILE   hands connections to 127.0.0.1:LISTEN on to 127.0.0.1:TO, and writes the heads of requests and answers
                        to FILE, a JSON list each of two
  peers DIR TARGET...   DIR/ours and DIR/theirs: /metrics of minipingd and of smokeping_prober; DIR/ours-TARGET and
                        DIR/theirs-TARGET: /probe of minipingd and of blackbox_exporter
  rest DIR              DIR/results: what Prometheus answered; beside it the reports, /metrics and the API's list of targets"""
import collections, json, math, re, socket, sys, threading

failed = False


def fail(text):
    global failed
    failed = True
    print("FAILED:", text)


def equal(what, expected, got):
    if expected != got:
        fail(f"{what}: expected {expected}, got {got}")


# --- wire ---
def wire(listen, to, path):
    server = socket.create_server(("127.0.0.1", int(listen)))
    while True:
        client, _ = server.accept()
        threading.Thread(target=converse, args=(client, int(to), path), daemon=True).start()


def converse(client, to, path):
    upstream = socket.create_connection(("127.0.0.1", to))
    heads = [b"", b""]
    hand_on = threading.Thread(target=copy, args=(client, upstream, heads, 0), daemon=True)
    hand_on.start()
    copy(upstream, client, heads, 1, lambda: note(heads, path))


def copy(source, sink, heads, i, on_head=None):
    while data := source.recv(65536):
        if b"\r\n\r\n" not in heads[i]:
            heads[i] += data
            if on_head and b"\r\n\r\n" in heads[i]:
                on_head()
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


def note(heads, path):
    with open(path, "a") as f:
        f.write(json.dumps([head.split(b"\r\n\r\n")[0].decode("latin-1") for head in heads]) + "\n")


# --- the text format ---
def exposition(path):
    """{(name, ((label, value), ...)): number}, {family: type}"""
    samples, types = {}, {}
    for line in open(path, newline="\n"):
        line = line.rstrip("\n")
        if m := re.fullmatch(r"# TYPE (\S+) (\S+)", line):
            types[m[1]] = m[2]
        elif line and not line.startswith("#"):
            m = re.fullmatch(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)", line)
            labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)",?', m[2] or "")
            unescape = {r"\\": "\\", r"\n": "\n", r"\"": '"'}
            key = m[1], tuple(sorted((k, re.sub(r"\\.", lambda e: unescape[e[0]], v)) for k, v in labels))
            if key in samples:
                fail(f"{path}: {line} is there twice")
            samples[key] = float(m[3])
    return samples, types


def of(samples, name, **labels):
    return {key: value for key, value in samples.items() if key[0] == name and labels.items() <= dict(key[1]).items()}


def one(samples, name, **labels):
    found = list(of(samples, name, **labels).values())
    if len(found) != 1:
        fail(f"{name} {labels} is there {len(found)} times")
        return math.nan
    return found[0]


def agree(what, theirs, ours):
    if not abs(ours - theirs) <= 0.1 * theirs:
        fail(f"{what}: theirs {theirs}, ours {ours}")


# Whoever takes times outside the kernel takes them later on a busy machine; ours are held against the truth.
def not_before(what, theirs, ours):
    if not theirs >= 0.9 * ours:
        fail(f"{what}: theirs {theirs}, ours {ours}")


# --- peers ---
HOLD = {"198.18.0.1": 0.090, "198.18.0.2": 0.150, "fd00:1::1": 0.180}


def peers(dir_, *targets):
    ours, our_types = exposition(f"{dir_}/ours")
    theirs, their_types = exposition(f"{dir_}/theirs")
    families = {name for name in their_types if name.startswith("smokeping_")}
    if len(families) < 5:
        fail(f"smokeping_prober has {families}")
    for name in sorted(families):
        equal(f"type of {name}", their_types[name], our_types.get(name))
    for name, labels in sorted(theirs):
        if name.startswith("smokeping_") and name != "smokeping_prober_build_info":
            mine = [set(dict(key[1])) for key in ours if key[0] == name]
            if not mine or not all(set(dict(labels)) <= set(labels_of) for labels_of in mine):
                fail(f"{name}: labels {labels}, ours {mine[:1]}")
    buckets = [{float(dict(key[1])["le"]) for key in of(samples, "smokeping_response_duration_seconds_bucket", host="198.18.0.2")}
               for samples in (theirs, ours)]
    equal("buckets", *buckets)
    for target in targets:
        for samples, whose in ((theirs, "theirs"), (ours, "ours")):
            if not one(samples, "smokeping_requests_total", host=target, ip=target) >= 30:
                fail(f"{whose}: hardly any requests to {target}")
        if target not in HOLD:
            continue
        mean = [one(samples, "smokeping_response_duration_seconds_sum", host=target) /
                one(samples, "smokeping_response_duration_seconds_count", host=target) for samples in (theirs, ours)]
        not_before(f"smokeping_response_duration_seconds of {target}", *mean)
        agree(f"smokeping_response_duration_seconds of {target}, and the hold", HOLD[target], mean[1])
        agree(f"ping_rtt_mean_seconds of {target}, and the hold", HOLD[target], one(ours, "ping_rtt_mean_seconds", target=target if target != "198.18.0.1" else "gw"))
    for target in targets:
        mine, my_types = exposition(f"{dir_}/ours-{target}")
        blackbox, their_types = exposition(f"{dir_}/theirs-{target}")
        equal(f"families of /probe of {target}", {}, {k: v for k, v in their_types.items() if my_types.get(k) != v})
        keys = {key for key in blackbox} - {key for key in mine}
        equal(f"series of /probe of {target}", set(), keys)
        for name in ("probe_success", "probe_ip_protocol", "probe_ip_addr_hash"):
            equal(f"{name} of {target}", one(blackbox, name), one(mine, name))
        equal(f"probe_success of {target}", float(target in HOLD), one(mine, "probe_success"))
        if target in HOLD:
            equal(f"hop limit of {target}", one(blackbox, "probe_icmp_reply_hop_limit"), one(mine, "probe_icmp_reply_hop_limit"))
            duration = one(mine, "probe_icmp_duration_seconds", phase="rtt")
            not_before(f"probe_icmp_duration_seconds of {target}", one(blackbox, "probe_icmp_duration_seconds", phase="rtt"), duration)
            agree(f"probe_icmp_duration_seconds of {target}, and the hold", HOLD[target], duration)


# --- rest ---
FROM_REPORT = {           # family: key of the log, and what it is divided by
    "minipingd_probes_sent_total": ("total_sent", 1), "minipingd_probes_received_total": ("total_received", 1),
    "minipingd_probes_unknown_total": ("total_unknown", 1), "minipingd_probes_not_sent_total": ("send_error", 1),
    "minipingd_loss_ratio": ("loss_pct", 100), "minipingd_reply_ttl": ("ttl", 1), "minipingd_hops": ("hops", 1),
    "minipingd_replies_late_total": ("late", 1), "minipingd_replies_duplicate_total": ("duplicate", 1),
    "minipingd_replies_corrupt_total": ("corrupt", 1), "minipingd_replies_foreign_total": ("foreign", 1),
    "minipingd_replies_truncated_total": ("truncated", 1),
    **{f"minipingd_rtt_{key}_seconds": (f"{key}_ms", 1000)
       for key in ("min", "mean", "median", "p95", "p99", "max", "jitter", "ipdv")}}
FROM_API = {              # family: field of the API
    "minipingd_probes_sent_total": "total_sent", "minipingd_probes_received_total": "total_received",
    "minipingd_probes_unknown_total": "total_unknown", "minipingd_probes_not_sent_total": "send_error",
    "minipingd_loss_ratio": "loss_ratio", "minipingd_reply_ttl": "ttl", "minipingd_hops": "hops",
    **{f"minipingd_replies_{key}_total": key for key in ("late", "duplicate", "corrupt", "foreign", "truncated")},
    **{f"minipingd_rtt_{key}_seconds": f"rtt_{key}_seconds"
       for key in ("min", "mean", "median", "p95", "p99", "max", "jitter", "ipdv")}}


def rest(dir_):
    all_of, alerts, quantiles, recorded = [json.loads(line) for line in open(f"{dir_}/results")]
    # In Prometheus and on the page: the same series, but for the process, which goes on, and with a float's few digits.
    samples, _ = exposition(f"{dir_}/ours")
    stored = collections.defaultdict(dict)
    for sample in all_of:
        labels = dict(sample["metric"])
        name, instance = labels.pop("__name__"), labels.pop("instance")
        labels.pop("job")
        stored[instance][name, tuple(sorted(labels.items()))] = float(sample["value"][1])
    equal("instances", {"127.0.0.1:9737", "127.0.0.1:9738"}, set(stored))
    moving = re.compile(r"minipingd_(.*_created|log_lines_total|loop_lag_seconds|in_flight)")
    for instance, series in stored.items():
        series = {norm(key): value for key, value in series.items() if not moving.fullmatch(key[0])}
        page = {norm(key): value for key, value in samples.items()
                if key[0].startswith("minipingd_") and not moving.fullmatch(key[0])}
        if len(page) < 250:
            fail(f"/metrics has only {len(page)} series")
        equal(f"{instance}: series that only one of Prometheus and /metrics has", set(), set(page) ^ set(series))
        equal(f"{instance}: values that differ", {},
              {key: (page[key], series[key]) for key in set(page) & set(series) if page[key] != series[key]})
    series = stored["127.0.0.1:9737"]

    # The log and the API.
    reports = {record["target"]: record for record in map(json.loads, open(f"{dir_}/reports"))}
    answer = json.load(open(f"{dir_}/targets"))
    api = {item["name"]: item for item in answer["items"]}
    equal("targets of the API", set(reports), set(api))
    equal("targets", 8, len(reports))
    for target, report in reports.items():
        same(target, series, FROM_REPORT.items(), report, "the log")
        same(target, series, ((name, (field, 1)) for name, field in FROM_API.items()), api[target], "the API")
        lost = of(series, "minipingd_probes_lost_total", target=target)
        equal(f"lost of {target}", report["total_lost"], sum(lost.values()))
        for state in ("unknown", "up", "degraded", "down"):
            equal(f"{state} of {target}", report["state"] == state, bool(one(series, "minipingd_state", target=target, state=state)))
        equal(f"state of {target}", report["state"], api[target]["state"])
        equal(f"blocked of {target}", target == "behind", bool(one(series, "minipingd_blocked", target=target)))
        labels = {key: value for key, value in next(iter(of(series, "minipingd_blocked", target=target)))[1]}
        equal(f"ip of {target}", report["ip"], labels["ip"])
        equal(f"group of {target}", report["group"], labels.get("group"))
        equal(f"labels of {target}", report["labels"],
              {key.removeprefix("exported_"): value for key, value in labels.items() if key not in ("target", "ip", "group")})
        equal(f"labels of {target} in the API", report["labels"], api[target]["labels"])
    equal("states", {"up", "down", "unknown"}, {report["state"] for report in reports.values()} - {"degraded"})

    # Histograms: a group's is of all its replies, the median lies in the bucket of the hold.
    counts = {labels_of(key).get("group"): value for key, value in series.items()
              if key[0] == "minipingd_rtt_seconds_count" and "target" not in labels_of(key)}
    for group in {report["group"] for report in reports.values()}:
        replies = sum(report["total_received"] for report in reports.values() if report["group"] == group)
        equal(f"replies in the histogram of group {group}", replies, counts.get(group, 0))
    medians = {(q["metric"].get("group"), q["metric"].get("target")): float(q["value"][1]) for q in quantiles}
    for who, low, high in ((('core "1"', "gw"), 0.0512, 0.1024), ((None, None), 0.0032, 0.0064), (('core "1"', None), 0.0512, 0.2048)):
        if not low < medians.get(who, 0) <= high:
            fail(f"histogram_quantile of {who}: {medians.get(who)}")

    # Rules: none fails; what is down on its own is pending, and not what is behind.
    rules = [rule for group in json.load(open(f"{dir_}/rules"))["data"]["groups"] for rule in group["rules"]]
    equal("rules that fail", [], [rule["name"] for rule in rules if rule["health"] != "ok"])
    if len(rules) < 15:
        fail(f"Prometheus has {len(rules)} rules")
    names = {name for rule in rules for name in re.findall(r"\b(?<!:)minipingd_\w+(?![\w:])", re.sub(r"\w+:\w+:\w+", "", rule["query"]))}
    equal("names in the rules that /metrics does not have", set(), names - {name for name, _ in samples})
    if len(names) < 12:
        fail(f"the rules name only {names}")
    pending = {(a["metric"]["alertname"], a["metric"].get("target")) for a in alerts if a["metric"]["instance"] == "127.0.0.1:9737"}
    for alert, is_there in ((("MinipingdTargetDown", "router"), True), (("MinipingdTargetDown", "behind"), False),
                            (("MinipingdTargetDown", "gw"), False), (("MinipingdCannotAsk", None), True),
                            (("MinipingdProbesNotSent", None), True), (("MinipingdReloadFailed", None), False),
                            (("MinipingdScrapeFails", None), False)):
        equal(f"alert {alert}", is_there, alert in pending)
    losses = {sample["metric"]["target"] for sample in recorded if sample["metric"]["__name__"] == "target:minipingd_loss:ratio5m"}
    equal("targets with a recorded loss", set(reports) - {"203.0.113.1"}, {t for t in losses if t != "203.0.113.1"})

    # OpenMetrics, compressed: only there a family has a unit.
    metadata = json.load(open(f"{dir_}/metadata"))["data"]
    equal("unit that Prometheus knows", "seconds", metadata["minipingd_rtt_median_seconds"][0]["unit"])
    exchanges = [json.loads(line) for line in open(f"{dir_}/wire")]
    if not exchanges:
        fail("nothing went over the wire")
    for request, reply in exchanges:
        if "accept-encoding: gzip" not in request.lower():
            fail(f"Prometheus did not ask for gzip: {request}")
        for head in (" 200 ", "\r\ncontent-encoding: gzip", "\r\ncontent-type: application/openmetrics-text; version=1.0.0"):
            if head not in reply.lower():
                fail(f"the answer has no {head!r}: {reply}")


def labels_of(key):
    return dict(key[1])


def norm(key):
    """le as a number: OpenMetrics writes 1.0 for 1."""
    name, labels = key
    return name, tuple((k, float(v) if k == "le" else v) for k, v in labels)


def same(target, series, pairs, source, whose):
    for name, (key, divisor) in pairs:
        expected, got = source[key], list(of(series, name, target=target).values())
        if expected is None:
            equal(f"{name} of {target}, which {whose} has no {key} of", [], got)
        elif len(got) != 1 or not abs(got[0] - expected / divisor) <= (1.1e-8 if "seconds" in name else 1e-5 if "ratio" in name else 0):
            fail(f"{name} of {target}: {got}, {key} of {whose} is {expected}")


{"wire": wire, "peers": peers, "rest": rest}[sys.argv[1]](*sys.argv[2:])
sys.exit(failed)
