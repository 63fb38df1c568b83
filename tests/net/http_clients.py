"""http_clients.py PORT SECONDS - a crowd of clients that misbehave, each come back as soon as it is sent away: 1,000 that
are silent, 800 that send a byte of a request now and then, 200 that ask for much and read a byte now and then; and
beside them, one after another, clients that send garbage, half of a request, many at once, or leave at once. Prints how
many connections they have made, and fails if garbage was answered as if it were none."""
import random
import resource
import selectors
import socket
import sys
import threading
import time

port, seconds = int(sys.argv[1]), float(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
end = time.monotonic() + seconds
selector = selectors.DefaultSelector()
request = b"GET /api/v1/targets HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 4000 + b"\r\n\r\n"
made = 0
random.seed(1)


class Client:
    def __init__(self, kind):
        self.kind, self.socket, self.at = kind, None, 0
        self.due = time.monotonic() + random.random()

    def connect(self):
        global made
        made += 1
        self.at = 0
        self.socket = socket.socket()
        if self.kind == "reader":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", port))
        if self.kind != "reader":
            selector.register(self.socket, selectors.EVENT_READ, self)

    def close(self):
        if self.kind != "reader":
            selector.unregister(self.socket)
        self.socket.close()
        self.socket = None
        self.due = time.monotonic() + 0.2 + random.random()

    def turn(self):
        """What it does about once a second."""
        self.due = time.monotonic() + 0.5 + random.random()
        if not self.socket:
            self.connect()
            return
        try:
            if self.kind == "sender":
                self.socket.send(request[self.at:self.at + 1])
                self.at += 1
            elif self.kind == "reader" and not self.at:
                self.at = self.socket.send(request.replace(b"y" * 4000, b""))
            elif self.kind == "reader" and not self.socket.recv(1):
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def gone(self):
        try:
            if not self.socket.recv(65536):
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()


def exchange(text, half_closed=False, leave=False):
    """What the server says to text, until it closes or for a second."""
    answer = b""
    with socket.socket() as s:
        s.settimeout(1)
        try:
            s.connect(("127.0.0.1", port))
            s.sendall(text)
            if leave:
                return b""
            if half_closed:
                s.shutdown(socket.SHUT_WR)
            while chunk := s.recv(65536):
                answer += chunk
        except OSError:
            pass
    return answer


def oddities():
    healthy = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
    garbage = (bytes(random.randrange(256) for _ in range(300)),
               b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n\r\n",
               b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03",
               b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
    while time.monotonic() < end:
        for text in garbage:
            answer = exchange(text, half_closed=True)
            if b"200 OK" in answer:
                wrong.append(f"{text!r} was answered with {answer!r}")
        exchange(healthy * 50)
        exchange(healthy, half_closed=True)
        exchange(request, leave=True)


wrong = []
odd = threading.Thread(target=oddities)
odd.start()
clients = [Client(kind) for kind, n in (("silent", 1000), ("sender", 800), ("reader", 200)) for _ in range(n)]
while (now := time.monotonic()) < end:
    for key, _ in selector.select(0.02):
        key.data.gone()
    for client in clients:
        if client.due <= now:
            client.turn()
odd.join()
print(made)
sys.exit("\n".join(wrong) or None)
