"""Measure hosts with ICMP echo requests: loss and round-trip times, over libminiping.

    >>> from pyminiping import ping
    >>> ping("192.0.2.1", count=5).median
"""

from ._library import ffi, lib, text
from .core import Packet, PingResult, async_ping, ping, ping_stats
from .exceptions import (
    DestinationUnreachable,
    HostUnreachable,
    PacketError,
    PingTimeout,
    PyMiniPingException,
    RootRequired,
)

__all__ = [
    "DestinationUnreachable",
    "HostUnreachable",
    "Packet",
    "PacketError",
    "PingResult",
    "PingTimeout",
    "PyMiniPingException",
    "RootRequired",
    "async_ping",
    "ffi",
    "lib",
    "library_version",
    "ping",
    "ping_stats",
]


def library_version() -> str:
    """Of the libminiping that has been loaded."""
    return text(lib.miniping_version()) or ""
