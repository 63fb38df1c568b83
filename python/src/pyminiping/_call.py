"""One call of miniping_host, on a thread of its own: the caller's stays free to take signals."""

from __future__ import annotations

import math
import signal
import socket
import threading
from typing import Any, Callable, Optional, TypedDict

from ._library import ffi, lib, text
from .exceptions import DestinationUnreachable, HostUnreachable, PingTimeout, PyMiniPingException, RootRequired

__all__ = ["Call", "Packet", "name_of", "options_struct", "packet_of", "raise_for"]

NS = 1_000_000_000
TEXT_LEN = 512


class Packet(TypedDict):
    """How one packet ended."""

    host: str  # as it was given
    seq: int  # from 1
    reply_from: Optional[str]  # the address that the reply or an ICMP error came from
    rtt: Optional[float]  # seconds; None: no reply
    ttl: Optional[int]  # of the reply: TTL or hop limit
    size: Optional[int]  # payload bytes of the reply
    received: bool
    family: socket.AddressFamily


def nanoseconds(seconds: float) -> int:
    """Whatever is no time is 0, which the library refuses by the option's name."""
    ns = seconds * float(NS)  # a string times a whole number would be a long string
    return clamp(round(ns), 64) if math.isfinite(ns) else 0


def clamp(value: int, bits: int) -> int:
    """To a signed integer of C. The library refuses both ends."""
    return max(-(1 << (bits - 1)), min(value, (1 << (bits - 1)) - 1))


def number(value: Optional[int]) -> int:
    """An option for which the library takes -1 as None: here -1 is out of range, like any other negative number."""
    return -1 if value is None else clamp(value, 32) if value >= 0 else -2


def packet_of(p: Any, host: str) -> Packet:
    received = bool(p.received)
    return {
        "host": host,
        "seq": p.seq,
        "reply_from": text(p.reply_from),
        "rtt": p.rtt_ns / NS if received else None,
        "ttl": p.ttl if received else None,
        "size": p.size if received else None,
        "received": received,
        "family": socket.AddressFamily(p.family),
    }


def raise_for(error: Any, host: str) -> None:
    """The exception that a result's status stands for; none for MINIPING_OK."""
    if error.status == lib.MINIPING_OK:
        return
    if error.status == lib.MINIPING_E_UNREACHABLE:
        raise DestinationUnreachable(error.icmp_code, text(error.icmp_text) or "")
    buffer = ffi.new("char[]", TEXT_LEN)
    message = text(lib.miniping_strerror(ffi.addressof(error), buffer, TEXT_LEN)) or ""
    if error.status == lib.MINIPING_E_ARGUMENT:
        raise ValueError(message)
    if error.status == lib.MINIPING_E_RESOLVE:
        raise HostUnreachable(f"Cannot resolve host: {host}")
    if error.status == lib.MINIPING_E_PERMISSION:
        raise RootRequired(message)
    if error.status == lib.MINIPING_E_TIMEOUT:
        raise PingTimeout(message)
    raise PyMiniPingException(message)


def name_of(host: str) -> Any:
    """The host as the library takes it."""
    if not isinstance(host, str):
        raise TypeError(f"host must be a string, not {type(host).__name__}")
    name = host.encode("utf-8", "surrogateescape")
    if b"\0" in name:
        raise HostUnreachable(f"Cannot resolve host: {host!r}")
    return ffi.new("char[]", name)


def options_struct(options: dict[str, Any]) -> Any:
    """The defaults, but for options."""
    struct = ffi.new("struct miniping_options *")
    lib.miniping_options_init(struct)
    for option, value in options.items():
        setattr(struct, option, value)
    return struct


class Call:
    """on_packet and on_end are called on the call's thread. Whoever starts it ends it with close()."""

    def __init__(self, host: str, options: dict[str, Any], on_packet: Optional[Callable[[Packet], None]],
                 on_end: Callable[[], None]) -> None:
        self._host = host
        self._name = name_of(host)
        self._result = ffi.new("struct miniping_result *")
        self._options = options_struct(options)
        if on_packet:
            self._on_packet = self._callback(on_packet)
            self._options.on_packet = self._on_packet
        self._on_end = on_end
        self._stop = lib.miniping_stop_new()
        if not self._stop:
            raise PyMiniPingException("System error: no stop for the call")
        self._options.stop = self._stop
        self._thread = threading.Thread(target=self._run, name=f"ping {host}", daemon=True)

    def _callback(self, on_packet: Callable[[Packet], None]) -> Any:
        host = self._host

        def translate(_data: Any, p: Any) -> int:
            on_packet(packet_of(p, host))
            return 0

        # Where even that fails, for want of memory, the call ends.
        return ffi.callback("int(void *, const struct miniping_packet *)", translate, error=1)

    def _run(self) -> None:
        # Signals are for the caller's thread, which waits for them.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        lib.miniping_host(self._name, self._options, self._result)
        self._on_end()

    def start(self) -> None:
        self._thread.start()

    def result(self) -> Any:
        """The struct, good until close(), or the exception that it stands for. After on_end."""
        raise_for(self._result.error, self._host)
        return self._result

    def close(self) -> None:
        """Ends the call, if it has not ended, and frees what it has."""
        if self._thread.ident is not None:
            lib.miniping_stop_now(self._stop)
            self._thread.join()
            lib.miniping_result_fini(self._result)
        lib.miniping_stop_free(self._stop)
