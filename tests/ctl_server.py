"""What tests/ctl.sh asks: a server on a Unix socket whose documents are shaped as minipingd's, with names that no
terminal should obey, and a few answers that are none.

    ctl_server.py SOCKET LOG    each request is a line of LOG
"""
import http.server
import json
import socketserver
import sys
import urllib.parse

STATES = ["up", "up", "degraded", "down", "unknown"]


def target(i):
    state = STATES[i % 5]
    rtt = None if state == "down" else 0.001 + i * 1e-6
    return {
        "name": f"host-{i:04}", "ip": f"192.0.2.{i % 256}", "host": f"host-{i:04}.example", "group": f"rack-{i % 3}",
        "labels": {"site": "fra1", "role": "a,b"}, "state": state, "reason": "timeout", "since": "2026-01-02T03:04:05Z",
        "blocked": False, "sent": 60, "received": 60, "lost": 0, "unknown": 0, "not_sent": 0,
        "loss_ratio": 1 if state == "down" else 0, "rtt_min_seconds": rtt, "rtt_mean_seconds": rtt,
        "rtt_median_seconds": rtt, "rtt_p95_seconds": rtt, "rtt_p99_seconds": rtt, "rtt_max_seconds": rtt,
        "rtt_jitter_seconds": rtt, "rtt_ipdv_seconds": rtt, "ttl": 64, "hops": 1,
    }


def details(t):
    """Of one target: what the lists leave out."""
    outcomes = [{"time": None, "outcome": "reply", "rtt_seconds": 0.001 * (1 + i % 8), "error": None} for i in range(16)]
    outcomes[5] = {"time": None, "outcome": "timeout", "rtt_seconds": None, "error": None}
    return dict(
        t, time="2026-01-02T03:05:05Z", parent=False, total_sent=12345, total_received=12000, depends_on=["gw\x1b[2J"],
        options={"interval": {"value": "1s", "origin": "defaults", "file": "/etc/m.yaml", "line": 3},
                 "size": {"value": "56", "origin": "built-in"}},
        outcomes=outcomes,
        history=[{"time": "2026-01-02T03:04:05.000001Z", "from": "up", "to": "down", "reason": "timeout",
                  "from_since": None, "blocked_by": "way\x1b[2J"}])


HOSTILE = "a\x1b[2J\x1b]0;x\x07\"<script>,\n\u202eb"
TARGETS = [target(i) for i in range(2499)] + [dict(target(0), name="gate way"),
                                               dict(target(0), name=HOSTILE, group=HOSTILE, labels={HOSTILE: HOSTILE})]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    n_streams = 0

    def log_message(self, *args):
        pass

    def answer(self, status, body, kind="application/json", close=False):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if close:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection |= close

    def log_request_line(self, body=""):
        with open(sys.argv[2], "a") as log:
            log.write(f"{self.command} {self.path} {self.headers.get('Authorization', '-')} "
                      f"{self.headers.get('Last-Event-ID', '-')} {body}\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.log_request_line(body)
        what = self.path.rsplit("/", 1)[-1]
        name = json.loads(body or "{}").get("name")
        if what == "probe" and name == "silent":
            self.answer(200, {"name": name, "ip": "192.0.2.1", "seq": 1, "outcome": "timeout", "rtt_seconds": None})
        elif what == "probe":
            self.answer(200, {"name": name, "ip": "192.0.2.1", "seq": 1, "outcome": "reply", "rtt_seconds": 0.0123,
                              "ttl": 57})
        elif what == "reload":
            self.answer(422, {"error": "configuration", "detail": "the configuration has errors",
                              "errors": ["/etc/m.yaml:3:5: unknown key \"\x1b[31m\""], "more": 7})
        elif what == "diff":
            self.answer(200, {"counts": {"added": 1, "removed": 0, "changed": 1, "moved": 0, "kept": 97},
                              "changes": [{"name": "new\n", "change": "added"},
                                          {"name": "gw", "change": "changed",
                                           "options": [{"option": "interval", "from": "1s", "to": "200ms"},
                                                       {"option": "labels.site", "from": None, "to": "x"}]}],
                              "settings": [{"option": "log.to", "from": "stdout", "to": "/var/log/x"}], "more": 0})
        elif what == "lease" and "192.0.2.99" in body:
            self.answer(409, {"error": "conflict", "detail": "the name is taken"})
        elif what == "lease":
            self.answer(200, {"name": "spare", "until": "2026-01-02T04:04:05Z"})
        elif what == "unlease":
            self.answer(200, {"name": name, "was": "leased"})
        elif what == "log-level":
            self.answer(200, {"level": "debug", "was": "info"})
        else:
            self.answer(404, {"error": "not found", "detail": ""})

    def do_GET(self):
        self.log_request_line()
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        name = urllib.parse.unquote(url.path.rsplit("/", 1)[-1])
        if url.path == "/api/v1/targets":
            found = [t for t in TARGETS if query.get("q", [""])[0] in t["name"]]
            at, limit = int(query.get("cursor", ["0"])[0]), int(query.get("limit", ["1000"])[0])
            more = at + limit < len(found)
            self.answer(200, {"time": "2026-01-02T03:05:05Z", "total": len(found), "items": found[at:at + limit],
                              "next": str(at + limit) if more else None})
        elif url.path == "/api/v1/status":
            self.answer(200, {
                "time": "2026-01-02T03:05:05Z", "version": "1.2.3", "uptime_seconds": 3725, "ready": False,
                "targets": {"total": 2501, "down": 500, "unknown": 500, "degraded": 501, "up": 1000, "blocked": 3},
                "rate_per_second": 2500.4, "in_flight": 12, "since_start": {"sent": 1000000},
                "saves": {"time": "2026-01-02T03:04:55Z", "age_seconds": 10, "duration_seconds": 6.96, "bytes": 17163757,
                          "error": "No space\x1b[31m"},
                "config": {"path": "/etc/m\x1b[2J", "hash": "0123456789abcdef", "loaded": "2026-01-02T03:04:05Z",
                           "last_reload": {"ok": False, "time": "2026-01-02T03:05:00Z", "more_errors": 2,
                                           "errors": ["/etc/m.yaml:3:5: unknown key \"\x1b[31m\""]}}})
        elif url.path == "/api/v1/groups":
            if "busy" in query.get("group", []):
                self.answer(503, {"error": "busy", "detail": "two large answers are under way"})
                return
            self.answer(200, {"time": "2026-01-02T03:05:05Z", "next": None, "items": [
                {"name": f"rack-{i}", "targets": {"total": 1000 * i, "up": 7, "down": i}, "loss_ratio": 0.5,
                 "rtt_mean_seconds": 0.25, "worst": {"name": HOSTILE}} for i in range(3)]})
        elif url.path.endswith("/history"):
            name = urllib.parse.unquote(url.path.split("/")[4])
            if name == "off":
                self.answer(404, {"error": "no history is kept", "detail": "history.file turns it on"})
                return
            if name == "host-0003" or name not in (t["name"] for t in TARGETS):
                self.answer(404, {"error": "no such target", "detail": "nothing is known of its past"})
                return
            rtts = {f"rtt_{k}_seconds": 0.001 for k in
                    ("min", "p10", "p25", "median", "p75", "p90", "p95", "p99", "max")}
            self.answer(200, {"target": name, "from": "2026-01-02T03:04:00.000000Z", "step_seconds": 60, "items": [
                dict(rtts, time="2026-01-02T03:04:00.000000Z", sent=60, received=57, lost=3, unknown=0, not_sent=0,
                     loss_ratio=0.05, incomplete=False),
                dict({k: None for k in rtts}, time="2026-01-02T03:05:00.000000Z", sent=60, received=0, lost=60,
                     unknown=0, not_sent=0, loss_ratio=1, incomplete=False)]})
        elif url.path == "/api/v1/events":
            self.events(query)
        elif name == "no-json":
            self.answer(200, b"<html>")
        elif name == "redirect":
            self.send_response(302)
            self.send_header("Location", "/api/v1/status")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif name == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")
            self.close_connection = True
        elif name == "forbidden":
            self.answer(403, {"error": "forbidden", "detail": "not you"})
        else:
            found = [t for t in TARGETS if t["name"] == name]
            self.answer(*((200, details(found[0])) if found else (404, {"error": "not found", "detail": "no target is called so"})))

    def events(self, query):
        first = Handler.n_streams * 2 + 1
        Handler.n_streams += 1
        text = ":\n\n"
        for i in (first, first + 1):
            event = {"ts": "2026-01-02T03:04:05.000001Z", "kind": "state", "target": f"gw{i}\x1b[2J", "from": "up",
                     "to": "down", "reason": "timeout", "blocked_by": None, "labels": {}}
            text += f"id: {i}\nevent: state\ndata: {json.dumps(event)}\n\n"
        self.answer(200, text.encode(), "text/event-stream", close=True)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        request, _ = super().get_request()
        return request, ("local", 0)


Server(sys.argv[1], Handler).serve_forever()
