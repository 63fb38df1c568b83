"""http_hostile.py config|names|texts|requests|leases|metrics|csv|json|log ... - what http-hostile.sh asks and judges: names and labels of
targets that are made to break out of whatever they are written into, and requests that want what nobody may have. Prints
what is wrong, a line each, and fails if there is anything."""
import csv
import http.client
import json
import re
import socket
import sys
import time
import urllib.parse

PORT = 9737
LEASED = "+"                 # how names begin that no configuration has
names = [
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    'a"b\\c\\',
    'a",state="up"} 1',
    "a} 1 # HELP x",
    "a=b kind=state to=down",
    "{{7*7}}${7*7}%s%n%x",
    "=cmd|' /C calc'!A0",
    'x,"y",z',
    "../../etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "a/b?c#d&e=f;g+h%",
    "a\u202eb\u2066c",
    "a\u2028b\u2029c",
    "a\u00a0b\ufeffc\ufffd",
    "\\x41\\u0041\\n\\r",
    "null",
    "\U0001f600" * 63 + "abc",
    "n" * 255,
    '"' * 255,
    "\u00fc" * 127 + "!",
]
# What a target is called must not depend on what another is called.
assert len(set(names)) == len(names) and all(len(name.encode()) <= 255 for name in names)
wrong = []


def fail(what, *said):
    wrong.append(f"{what}: " + " ".join(ascii(s) for s in said))


def label_of(name):
    return name[::-1] if len(name) < 200 else name


def config(log, control):
    # JSON is YAML, but for surrogates. All targets are this host's.
    text = json.dumps({
        "defaults": {"interval": "200ms", "timeout": "100ms", "report": "1h", "window": 10},
        "log": {"to": log, "format": "json"},
        "control": {"socket": control},
        "http": {"listen": f"127.0.0.1:{PORT}"},
        "groups": [{"name": name, "labels": {"text": label_of(name), "same": "yes"},
                    "targets": [{"host": f"127.0.1.{i + 1}", "name": name}]} for i, name in enumerate(names)],
    }, ensure_ascii=False)
    print(re.sub("[\u0080-\uffff]", lambda m: f"\\u{ord(m[0]):04x}", text))


# --- asking ---

def ask(path, method="GET", headers=(), body=None):
    """Status, headers and text of an answer; path goes out as it stands."""
    c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    c.putrequest(method, path, skip_host="Host" in dict(headers), skip_accept_encoding=True)
    for key, value in headers:
        c.putheader(key, value)
    c.endheaders(body)
    answer = c.getresponse()
    text = answer.read()
    c.close()
    check_headers(path, answer)
    return answer.status, answer, text


def ask_raw(request):
    """All that comes back for bytes, until nothing more does."""
    s = socket.create_connection(("127.0.0.1", PORT), timeout=10)
    s.sendall(request)
    answer = b""
    try:
        while part := s.recv(65536):
            answer += part
            s.settimeout(0.5)
    except (TimeoutError, ConnectionResetError):
        pass
    s.close()
    return answer


def check_headers(path, answer):
    """No browser takes an answer for a page, whatever it says."""
    if answer.status == 405 and answer.getheader("Allow") is None:
        fail(path, "405 without Allow")
    if answer.getheader("X-Content-Type-Options") != "nosniff":
        fail(path, answer.status, "without nosniff")
    if "default-src 'none'" not in (answer.getheader("Content-Security-Policy") or ""):
        fail(path, answer.status, "without a strict CSP")
    if "html" in (answer.getheader("Content-Type") or ""):
        fail(path, "is a page")
    if answer.getheader("Set-Cookie") or answer.getheader("X-Injected"):
        fail(path, "a header of the client's making")


def json_of(what, text):
    try:
        return json.loads(text.decode())       # strict: broken UTF-8 and control characters are errors
    except ValueError as e:
        fail(what, str(e), text[:200])
        return {}


def get_json(path):
    status, answer, text = ask(path)
    if status != 200 or not answer.getheader("Content-Type").startswith("application/json"):
        fail(path, status, answer.getheader("Content-Type"), text[:200])
    return json_of(path, text)


def quote_all(text):
    return "".join(f"%{b:02X}" for b in text.encode())


def is_ours(what, target):
    name = target.get("name", target.get("target"))
    if name not in names:
        return fail(what, "a target that is none", name)
    if target["group"] != name or target["labels"] != {"text": label_of(name), "same": "yes"}:
        fail(what, name, target["group"], target["labels"])


# --- judging ---

def texts():
    """Names and labels come back whole from the API, in lists, alone, as filters and as events."""
    items = get_json("/api/v1/targets?limit=1000")["items"]
    if sorted(t["name"] for t in items) != sorted(names):
        fail("targets", [t["name"] for t in items])
    for t in items:
        is_ours("targets", t)
    groups = get_json("/api/v1/groups")["items"]
    if sorted(g["name"] for g in groups) != sorted(names):
        fail("groups", groups)
    for name in names:
        for quoted in urllib.parse.quote(name, safe=""), quote_all(name):
            t = get_json("/api/v1/targets/" + quoted)
            is_ours("one target", t.get("target", t) if isinstance(t.get("target"), dict) else t)
            for query in "group=" + quoted, "label.text=" + (quote_all(label_of(name))):
                items = get_json("/api/v1/targets?" + query)["items"]
                if [t["name"] for t in items] != [name]:
                    fail(query, [t["name"] for t in items])
    config = get_json("/api/v1/config")
    if not config:
        fail("config", config)
    events = ask("/api/v1/events?follow=false&kind=state")[2].decode()
    seen = set()
    for line in events.split("\n"):
        if line.startswith("data:"):
            event = json_of("event", line[5:].encode())
            is_ours("event", event)
            seen.add(event["target"])
        elif line and not re.fullmatch(r"(id|event|retry): ?[\w.-]+|:.*", line):
            fail("events", line)
    if seen != set(names):
        fail("events", set(names) - seen)


def requests():
    """What nobody may have, nobody gets, and is told so in JSON."""
    paths = ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/../../../etc/passwd", "/api/v1/targets/../../../../etc/passwd",
             "/api/v1/targets/%2e%2e%2f%2e%2e%2fetc%2fshadow", "/..%5c..%5cetc/passwd", "//etc/passwd", "/etc/passwd%00.json",
             "/api/v1/targets/nosuch%00", "/api/v1//targets", "/api/v1/targets/", "/.git/config", "/metrics/../api/v1/config/x",
             "/%ff%fe", "/api/v1/targets/%ff", "/api/v1/targets/%c0%af", "/api/v1/targets/%", "/api/v1/targets/%zz",
             "/api/v1/targets?group=%ff", "/api/v1/targets?q=%ff%22%3Cscript%3E", "/api/v1/targets?%22%3E%3Cscript%3E=1",
             "/api/v1/targets?sort=%3Cscript%3E", "/api/v1/targets?label.%22=1", "/api/v1/targets?limit=-1",
             "/api/v1/targets?limit=99999999999999999999", "/api/v1/nothing%0d%0aX-Injected:%20yes",
             "/api/v1/targets?sort=x%0d%0aX-Injected:%20yes", "/api/v1/targets/%3Cscript%3Ealert(1)%3C/script%3E"]
    for path in paths:
        status, answer, text = ask(path)
        said = json_of(path, text)
        allowed = (400, 404) if not re.search(r"group=|label\.|q=", path) else (200, 400)
        if status not in allowed or (status != 200 and not {"error", "detail"} <= set(said)):
            fail(path, status, text[:200])
        if b"root:" in text or b"X-Injected: yes\r\n" in text:
            fail(path, text[:200])
    for host in "evil.example", "evil.example:9737", "127.0.0.1.evil.example", "localhost.evil.example", '"><script>', "a b", "[::1":
        status, answer, text = ask("/api/v1/targets", headers=[("Host", host)])
        if status not in (400, 403) or "error" not in json_of(host, text):
            fail("Host: " + host, status, text[:200])
    reads = ["/-/healthy", "/-/ready", "/api/v1/targets", "/api/v1/targets/null", "/api/v1/groups", "/api/v1/status",
             "/api/v1/config", "/api/v1/events", "/api/v1/openapi.json", "/metrics"]
    controls = ["/api/v1/control/" + verb for verb in ("reload", "probe", "lease", "unlease", "log-level")]
    for path in reads + controls:
        for method in "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "BREW":
            status, answer, text = ask(path, method, [("Content-Length", "2")], b"{}")
            if status not in (405, 501, 400) or (method == "POST" and status != 405):
                fail(f"{method} {path}", status, text[:200])
    for path in controls:
        if ask(path)[0] not in (403, 404, 405):
            fail("GET " + path, ask(path)[0])
    raw()


def raw():
    """Bytes that http.client would not send. No request gets more answers than it asks for."""
    host = b"Host: localhost\r\n"
    cases = [
        (b"GET /api/v1/targets/\xff\xfe HTTP/1.1\r\n" + host + b"\r\n", (400, 404)),
        (b"GET http://evil.example/api/v1/targets HTTP/1.1\r\n" + host + b"\r\n", (400, 403)),
        (b"GET /api/v1/targets HTTP/1.1\r\n\r\n", (400, )),
        (b"GET /api/v1/targets HTTP/1.1\r\n" + host + b"Host: evil.example\r\n\r\n", (400, )),
        (b"GET /-/healthy HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400, )),
        (b"POST /-/healthy HTTP/1.1\r\n" + host + b"Content-Length: 44\r\n\r\nGET /api/v1/targets HTTP/1.1\r\n" + host[:-2] + b"\r\n\r\n",
         (405, )),
        (b"GET /-/healthy HTTP/1.1\r\n" + host + b"X: a\x00b\r\n\r\n", (400, 200)),
        (b"GET /-/healthy HTTP/1.1\r\n" + host + b" folded: x\r\n\r\n", (400, 200)),
        (b"GET /-/healthy HTTP/9.9\r\n" + host + b"\r\n", (400, 505)),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + host + b"\r\n", (414, 404)),
        (b"GET /-/healthy HTTP/1.1\r\n" + host + b"X: " + b"a" * 9000 + b"\r\n\r\n", (431, )),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n", (400, 405, 501)),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n", (400, )),
    ]
    for request, statuses in cases:
        answer = ask_raw(request)
        said = [int(s) for s in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]
        # libmicrohttpd 0.9.75 writes the header of a refusal of its own twice.
        if b"<html><head><title>" in answer and said[:1] == said[1:]:
            del said[0]
        # Garbage need not be answered at all.
        if len(said) > 1 or any(status not in statuses for status in said):
            fail(ascii(request[:80]), said, answer[:200])
        if b"root:" in answer or b"<script" in answer.split(b"\r\n\r\n")[0]:
            fail(ascii(request[:80]), answer[:200])


def leases(path):
    """Names that come by the control socket are as those of the configuration: whole, or refused."""
    class Control(http.client.HTTPConnection):
        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(10)
            self.sock.connect(path)

    def control(verb, body):
        c = Control("localhost")
        c.request("POST", "/api/v1/control/" + verb, body if isinstance(body, bytes) else json.dumps(body).encode())
        answer = c.getresponse()
        text = answer.read()
        c.close()
        check_headers(verb, answer)
        return answer.status, json_of(f"{verb} {body!r}"[:80], text)

    # YAML, which a lease becomes, has no U+FEFF as it is.
    leased = [LEASED + name[1:] for name in names if "\ufeff" not in name]
    for name in leased:
        status, said = control("lease", {"host": "127.0.2.1", "name": name, "for": "1m"})
        if status != 200 or said.get("name") != name:
            fail("lease", name, status, said)
    time.sleep(1.1)                             # a list may be of the second before
    found = {t["name"] for t in get_json("/api/v1/targets?limit=1000")["items"]}
    if found != set(names + leased):
        fail("leased", found ^ set(names + leased))
    for name in leased:
        status, said = control("unlease", {"name": name})
        if status != 200:
            fail("unlease", name, status, said)
    for text in b'a\\nb', b'a\\u0000b', b'a\\u001bb', b'a\x7fb', b'a\xffb', b'a\\ud800b', b'a\nb', b'a\xc2\x9bb', b"":
        for verb in "lease", "unlease", "probe":
            status, said = control(verb, b'{"name":"' + text + b'"' + (b',"host":"127.0.2.1"}' if verb == "lease" else b"}"))
            if status not in (400, 404, 422) or "error" not in said and "errors" not in said:
                fail(verb, text, status, said)
    for body in b"", b"[]", b"null", b"{" * 1000, b'{"name":{}}', b'{"host":"127.0.2.1\\ninclude: /etc/shadow"}', \
            b'{"host":"127.0.2.1","labels":{"a\\"b":"x"}}', b'{"host":"127.0.2.1","name":"x","name":"y","nosuch":1}':
        status, said = control("lease", body)
        if status not in (400, 404, 422) or "root:" in str(said):
            fail("lease", body, status, said)


def metrics():
    """Each line is a comment or a sample; labels, unescaped, are those of the targets."""
    sample = re.compile(r'([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)(?: # .*)?')
    label = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"')
    unescape = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    for accept in "text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0":
        status, answer, text = ask("/metrics", headers=[("Accept", accept)])
        if status != 200:
            return fail("/metrics", status)
        seen = set()
        for line in text.decode().split("\n"):
            if not line or line.startswith("# ") or line == "# EOF":
                continue
            m = sample.fullmatch(line)
            if not m:
                fail("/metrics", accept, line)
                continue
            labels = {k: re.sub(r"\\.", lambda e: unescape[e[0]], v) for k, v in label.findall(m[2] or "")}
            if m[1] == "minipingd_up":
                name = labels["target"]
                seen.add(name)
                if name not in names or labels["group"] != name or labels["text"] != label_of(name):
                    fail("/metrics", labels)
        if seen != set(names):
            fail("/metrics", set(names) ^ seen)
    for name in names:
        for query in "group=" + quote_all(name), "label.text=" + quote_all(label_of(name)):
            text = ask("/metrics?" + query)[2].decode()
            if text.count("\nminipingd_up{") != 1:
                fail("/metrics?" + query, text.count("\nminipingd_up{"))
        status, answer, text = ask("/probe?target=" + quote_all(name))
        if status != 200 or b"\nprobe_success 1\n" not in text:
            fail("/probe", name, status, text[:200])
    for path in "/metrics?group=%ff", "/metrics?collect[]=%3Cscript%3E", "/probe?target=%ff", "/probe?target=nosuch", "/probe":
        status, answer, text = ask(path)
        if status >= 500:
            fail(path, status, text[:200])


def from_csv(path):
    rows = list(csv.DictReader(open(path, newline="", encoding="utf-8")))
    key = "name" if "name" in rows[0] else "target"
    if sorted(row[key] for row in rows) != sorted(names):
        fail("csv", set(names) ^ {row[key] for row in rows})


def from_json(path):
    said = json_of("minipingctl --json", open(path, "rb").read())
    items = said["items"] if isinstance(said, dict) else said
    if sorted(t["name"] for t in items) != sorted(names):
        fail("minipingctl --json", [t["name"] for t in items])
    for t in items:
        is_ours("minipingctl --json", t)


def pairs_of(line):
    """A line of logfmt: keys and values, unescaped as minipingd(8) says."""
    pairs, at = {}, 0
    pattern = re.compile(r'(?:^| )([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|([^ "=\\]*))')
    while at < len(line):
        m = pattern.match(line, at)
        if not m:
            fail("logfmt", line)
            break
        quoted = m[2]
        pairs[m[1]] = m[3] if quoted is None else re.sub(
            rb"\\(x[0-9a-f]{2}|.)", lambda e: bytes([int(e[1][1:], 16)]) if e[1][:1] == b"x" else e[1], quoted.encode()).decode()
        at = m.end()
    return pairs


def from_log(path):
    """Its first lines are JSON, those after a reload logfmt."""
    seen = {"json": set(), "logfmt": set()}
    for line in open(path, encoding="utf-8", newline="\n"):
        line = line.removesuffix("\n")
        if line.startswith("{"):
            record = json_of("log", line.encode())
            how, labels = "json", record.get("labels")
        else:
            record, how = pairs_of(line), "logfmt"
            labels = {k.removeprefix("label."): v for k, v in record.items() if k.startswith("label.")}
        if record.get("kind") in ("report", "state") and not record["target"].startswith(LEASED):
            is_ours("log", dict(record, labels=labels))
            seen[how].add(record["target"])
    for how, found in seen.items():
        if found != set(names):
            fail(f"{how} log", set(names) - found)


def all_names():
    sys.stdout.write("".join(name + "\0" for name in names))


what, *args = sys.argv[1:]
{"config": config, "texts": texts, "requests": requests, "metrics": metrics, "csv": from_csv, "json": from_json,
 "log": from_log, "names": all_names, "leases": leases}[what](*args)
for line in wrong[:20]:
    print("#", line)
sys.exit(bool(wrong))
