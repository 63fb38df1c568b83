"""Hosts probed in a loop of asyncio: four packets each, then a line about each, while the loop does other things.

    python3 session_asyncio.py 192.0.2.1 2001:db8::1 example.org

pyminiping has libminiping by cffi: pyminiping.lib has the functions of miniping(3), pyminiping.ffi what they take.
"""

import asyncio
import sys

from pyminiping import ffi, lib


def sentence(error):
    text = ffi.new("char[]", 256)
    return ffi.string(lib.miniping_strerror(error, text, 256)).decode()


class Session:
    """In the running loop. Every host that is added is a future of its figures."""

    def __init__(self, **options):
        self.futures = {}
        self.options = ffi.new("struct miniping_options *")
        lib.miniping_options_init(self.options)
        for name, value in options.items():
            setattr(self.options, name, value)
        # What C keeps has to be kept here as well.
        self.on_done = ffi.callback("void(void *, uint64_t, const struct miniping_result *)", self.done)
        calls = ffi.new("struct miniping_session_calls *", {"size": ffi.sizeof("struct miniping_session_calls"),
                                                            "on_done": self.on_done})
        session, error = ffi.new("struct miniping_session **"), ffi.new("struct miniping_error *")
        if lib.miniping_session_new(session, self.options, calls, error):
            raise OSError(sentence(error))
        self.session = session[0]
        asyncio.get_running_loop().add_reader(lib.miniping_session_fd(self.session), self.process)

    def process(self):
        error = ffi.new("struct miniping_error *")
        if lib.miniping_session_process(self.session, error):
            print(sentence(error), file=sys.stderr)

    def add(self, host):
        number, error = ffi.new("uint64_t *"), ffi.new("struct miniping_error *")
        if lib.miniping_session_add(self.session, host.encode(), ffi.NULL, number, error):
            raise OSError(sentence(error))
        future = self.futures[number[0]] = asyncio.get_running_loop().create_future()
        return future

    def done(self, _data, number, result):
        future = self.futures.pop(number)
        if future.cancelled():
            return
        if result.error.status:
            future.set_exception(OSError(sentence(ffi.addressof(result.error))))
        else:
            # The struct is good until this call returns.
            future.set_result((result.received, result.sent, max(result.median_ns, 0) / 1e6))

    def close(self):
        asyncio.get_running_loop().remove_reader(lib.miniping_session_fd(self.session))
        lib.miniping_session_free(self.session)


async def main(hosts):
    session = Session(count=4, interval_ns=20_000_000)
    try:
        answers = await asyncio.gather(*(session.add(host) for host in hosts), return_exceptions=True)
    finally:
        session.close()
    for host, answer in zip(hosts, answers):
        if isinstance(answer, OSError):
            print(answer, file=sys.stderr)
        else:
            print(f"{host}: {answer[0]} of {answer[1]} packets came back, median {answer[2]:.3f} ms")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
