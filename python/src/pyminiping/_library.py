"""libminiping itself, by cffi's ABI mode: nothing is compiled, the shared library is found by its soname.

PYMINIPING_LIBRARY in the environment names another file: for tests, and for a library that is not installed.
"""

from __future__ import annotations

import os
from typing import Any, Optional

import cffi

from . import _declarations

__all__ = ["ffi", "lib", "text"]

SONAME = "libminiping.so.0"

ffi: Any = cffi.FFI()
ffi.cdef(_declarations.TEXT)


def load() -> Any:
    try:
        return ffi.dlopen(os.environ.get("PYMINIPING_LIBRARY") or SONAME)
    except OSError as error:
        raise ImportError(f"pyminiping needs {SONAME}, which comes with minipingd: {error}") from error


lib: Any = load()


def text(chars: Any) -> Optional[str]:
    """A string of the library's; None for NULL."""
    return os.fsdecode(ffi.string(chars)) if chars else None
