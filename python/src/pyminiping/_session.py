"""What async_ping measures in one event loop: one session of libminiping, however many runs, which the loop watches.

It has no thread but for names that neither /etc/hosts nor DNS has (miniping(3), nss), and descriptors for one session.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import Any, Callable, Optional

from ._call import Packet, name_of, options_struct, packet_of, raise_for
from ._library import ffi, lib
from .exceptions import PyMiniPingException

__all__ = ["Run"]

FAILURES_MAX = 10  # turns in a row: what one could not do, for want of memory, the next one may


class Session:
    """Of the loop that runs now. It is closed with its last run, which may be after the loop."""

    def __init__(self, options: Any, host: str) -> None:
        self.loop = asyncio.get_running_loop()
        self.runs: dict[int, Run] = {}
        self.failures = 0
        more = ffi.new("struct miniping_more *", {"size": ffi.sizeof("struct miniping_more"), "nss": 1})
        own = ffi.new("struct miniping_options *", options[0])
        own.more = more
        # They live as long as what C has of them.
        self.on_packet = ffi.callback("void(void *, uint64_t, const struct miniping_packet *)", self.packet)
        self.on_done = ffi.callback("void(void *, uint64_t, const struct miniping_result *)", self.done)
        calls = ffi.new("struct miniping_session_calls *", {
            "size": ffi.sizeof("struct miniping_session_calls"), "on_packet": self.on_packet, "on_done": self.on_done})
        session, error = ffi.new("struct miniping_session **"), ffi.new("struct miniping_error *")
        if lib.miniping_session_new(session, own, calls, error):
            raise_for(error[0], host)
        self.session = session[0]
        self.loop.add_reader(lib.miniping_session_fd(self.session), self.process)

    def process(self) -> None:
        error = ffi.new("struct miniping_error *")
        if not lib.miniping_session_process(self.session, error):
            self.failures = 0
            return
        self.failures += 1
        if self.failures >= FAILURES_MAX:
            for run in list(self.runs.values()):
                run.fail(error[0])

    def packet(self, _data: Any, number: int, p: Any) -> None:
        run = self.runs.get(number)
        if run and run.on_packet:
            run.on_packet(packet_of(p, run.host))

    def done(self, _data: Any, number: int, result: Any) -> None:
        run = self.runs.get(number)
        if run:
            run.on_end(result)

    def close(self) -> None:
        if not self.loop.is_closed():
            self.loop.remove_reader(lib.miniping_session_fd(self.session))
        lib.miniping_session_free(self.session)


# A session belongs to its runs: those that a closed loop has left behind, and it with them, are garbage.
sessions: weakref.WeakValueDictionary[asyncio.AbstractEventLoop, Session] = weakref.WeakValueDictionary()


class Run:
    """One host. on_packet and on_end are called by the loop; on_end gets the struct miniping_result, which is good until it
    returns, and on_error instead an exception. Whoever makes a run ends it with close(), in the same loop or when that is
    closed."""

    def __init__(self, host: str, options: dict[str, Any], on_packet: Optional[Callable[[Packet], None]],
                 on_end: Callable[[Any], None], on_error: Callable[[Exception], None]) -> None:
        self.host = host
        self.on_packet = on_packet
        self.on_end = on_end
        self.on_error = on_error
        loop = asyncio.get_running_loop()
        name, own = name_of(host), options_struct(options)
        session = sessions.get(loop)
        if not session:
            session = sessions[loop] = Session(own, host)
        self.session = session
        number, error = ffi.new("uint64_t *"), ffi.new("struct miniping_error *")
        if lib.miniping_session_add(session.session, name, own, number, error):
            self.leave()
            raise_for(error[0], host)
        self.number = number[0]
        session.runs[self.number] = self

    def fail(self, error: Any) -> None:
        try:
            raise_for(error, self.host)
        except (PyMiniPingException, ValueError) as exception:
            self.on_error(exception)

    def leave(self) -> None:
        if not self.session.runs:
            sessions.pop(self.session.loop, None)
            self.session.close()

    def close(self) -> None:
        """Ends the run, if it has not ended."""
        lib.miniping_session_remove(self.session.session, self.number)
        del self.session.runs[self.number]
        self.leave()
