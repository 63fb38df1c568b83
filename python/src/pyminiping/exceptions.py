"""What ping raises beside ValueError and TypeError for its arguments."""

__all__ = [
    "DestinationUnreachable",
    "HostUnreachable",
    "PacketError",
    "PingTimeout",
    "PyMiniPingException",
    "RootRequired",
]


class PyMiniPingException(Exception):
    """The base of the others; itself: packets could not be sent, or the system has no memory or descriptors left."""


class HostUnreachable(PyMiniPingException):
    """The name has no address, or what was given is no address that can be probed."""


class RootRequired(PyMiniPingException):
    """Neither raw nor ping sockets are allowed."""


class PingTimeout(PyMiniPingException):
    """No reply at all; only with raise_on_timeout."""


class PacketError(PyMiniPingException):
    """Never raised: replies that are malformed, foreign or altered are not counted. For programs that catch it."""


class DestinationUnreachable(PyMiniPingException):
    """No reply, but an ICMP error about one of the packets: its code, and what the code means."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"ICMP Destination Unreachable (code {self.code}): {self.message}"
