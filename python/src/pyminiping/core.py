"""ping, ping_stats and async_ping."""

from __future__ import annotations

import asyncio
import json
import queue
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Union, cast

from ._call import NS, Call, Packet, clamp, nanoseconds, number, raise_for
from ._library import text
from ._session import Run

__all__ = ["Packet", "PingResult", "async_ping", "ping", "ping_stats"]


@dataclass
class PingResult:
    """The figures of one run. Times are seconds; without a reply they are None, and jitter is 0."""

    sent: int
    received: int
    loss: float  # percent
    min: Optional[float] = 0
    max: Optional[float] = 0
    mean: Optional[float] = 0
    median: Optional[float] = 0
    jitter: float = 0  # sample standard deviation
    rtt_list: list[float] = field(default_factory=list)  # in the packets' order
    ttl: Optional[int] = 0  # of the reply that came first
    hops: Optional[int] = 0
    os_guess: Optional[str] = None
    p95: Optional[float] = None

    @property
    def success(self) -> bool:
        """Whether there was a reply."""
        return self.received > 0

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def as_json(self, indent: Optional[int] = None) -> str:
        return json.dumps(self.as_dict(), indent=indent)


def result_of(r: Any) -> PingResult:
    def seconds(ns: int) -> Optional[float]:
        return ns / NS if ns >= 0 else None

    return PingResult(
        sent=r.sent,
        received=r.received,
        # Where every packet is unknown there is nothing to divide; none has come back.
        loss=r.loss if r.loss >= 0 else 100.0,
        min=seconds(r.min_ns),
        max=seconds(r.max_ns),
        mean=seconds(r.mean_ns),
        median=seconds(r.median_ns),
        jitter=r.jitter_ns / NS,
        rtt_list=[ns / NS for ns in r.rtt_list_ns[0:r.received]] if r.received else [],
        ttl=r.ttl if r.ttl >= 0 else None,
        hops=r.hops if r.hops >= 0 else None,
        os_guess=text(r.os_guess),
        p95=seconds(r.p95_ns),
    )


def options_of(count: int, timeout: float, interval: float, size: int, dscp: Optional[int], ttl: Optional[int],
               raise_on_timeout: bool, use_kernel_timestamp: bool) -> dict[str, Any]:
    if count < 1:
        raise ValueError("count must be in range 1..1000000000")
    return {
        "count": clamp(count, 64),
        "timeout_ns": nanoseconds(timeout),
        "interval_ns": nanoseconds(interval),
        "size": clamp(size, 32),
        "dscp": number(dscp),
        "ttl": number(ttl),
        "raise_on_timeout": bool(raise_on_timeout),
        "precise": bool(use_kernel_timestamp),
    }


def ping(host: str, count: int = 1, timeout: float = 1, interval: float = 0.1, size: int = 56,
         dscp: Optional[int] = None, ttl: Optional[int] = None,
         packet_callback: Optional[Callable[[Packet], object]] = None, raise_on_timeout: bool = False,
         use_kernel_timestamp: bool = False) -> PingResult:
    """Send count ICMP echo requests to host, a name or an address, and return the figures.

    timeout and interval are seconds, size is payload bytes. A packet goes out each interval, whether the one before has
    been answered or not. packet_callback gets a dict about each packet, on this thread; what it raises ends the run, as
    Ctrl-C does. use_kernel_timestamp has no effect: the kernel's time stamps are always used.

    Raises ValueError for arguments out of range, HostUnreachable for a name without an address, RootRequired,
    DestinationUnreachable if there was no reply but an ICMP error, PingTimeout for no reply if raise_on_timeout is set,
    PyMiniPingException if nothing could be sent.
    """
    packets: queue.SimpleQueue[Optional[Packet]] = queue.SimpleQueue()
    call = Call(host, options_of(count, timeout, interval, size, dscp, ttl, raise_on_timeout, use_kernel_timestamp),
                packets.put if packet_callback else None, lambda: packets.put(None))
    try:
        call.start()
        while (packet := packets.get()) is not None:
            if packet_callback:
                packet_callback(packet)
        return result_of(call.result())
    finally:
        call.close()


def ping_stats(host: str, count: int = 1, timeout: float = 1, interval: float = 0.1, size: int = 56,
               dscp: Optional[int] = None, ttl: Optional[int] = None,
               packet_callback: Optional[Callable[[Packet], object]] = None, raise_on_timeout: bool = False,
               use_kernel_timestamp: bool = False) -> dict[str, Any]:
    """The same as ping, as a dict."""
    return ping(host, count, timeout, interval, size, dscp, ttl, packet_callback, raise_on_timeout,
                use_kernel_timestamp).as_dict()


async def async_ping(host: str, count: int = 1, timeout: float = 1, interval: float = 0.1, size: int = 56,
                     dscp: Optional[int] = None, ttl: Optional[int] = None,
                     packet_callback: Optional[Callable[[Packet], object]] = None, raise_on_timeout: bool = False,
                     use_kernel_timestamp: bool = False) -> PingResult:
    """The same as ping, for asyncio: the loop runs on meanwhile, and packet_callback is called by it. All runs of a loop share
    the descriptors of one session, and there is no thread but for names that only NSS may have. Cancelled, the run ends at
    once, and nothing of it is left behind."""
    events: asyncio.Queue[Union[Packet, PingResult, Exception]] = asyncio.Queue()

    def on_end(result: Any) -> None:
        try:
            raise_for(result.error, host)
            events.put_nowait(result_of(result))
        except Exception as exception:  # whatever it is, await has it
            events.put_nowait(exception)

    run = Run(host, options_of(count, timeout, interval, size, dscp, ttl, raise_on_timeout, use_kernel_timestamp),
              events.put_nowait if packet_callback else None, on_end, events.put_nowait)
    try:
        while isinstance(event := await events.get(), dict):
            if packet_callback:
                packet_callback(cast(Packet, event))
    finally:
        run.close()
    if isinstance(event, Exception):
        raise event
    return event
