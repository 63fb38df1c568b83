"""What ping refuses before anything is sent, and what it is made of. Needs no privileges and no network."""

import asyncio
import dataclasses
import inspect
import json
import math
import os
import pickle
import subprocess
import sys
import unittest

import pyminiping
from pyminiping import DestinationUnreachable, HostUnreachable, PingResult, PyMiniPingException, ping

SEED_PARAMETERS = {
    "host": inspect.Parameter.empty, "count": 1, "timeout": 1, "interval": 0.1, "size": 56, "dscp": None, "ttl": None,
    "packet_callback": None, "raise_on_timeout": False, "use_kernel_timestamp": False,
}
SEED_KEYS = ["sent", "received", "loss", "min", "max", "mean", "median", "jitter", "rtt_list", "ttl", "hops", "os_guess",
             "p95"]


class Arguments(unittest.TestCase):
    def assert_refused(self, text: str, **options: object) -> None:
        with self.assertRaises(ValueError) as caught:
            ping("192.0.2.1", **options)
        self.assertEqual(text, str(caught.exception))

    def test_parameters_and_defaults_are_the_seeds(self) -> None:
        for function in pyminiping.ping, pyminiping.ping_stats, pyminiping.async_ping:
            self.assertEqual(list(SEED_PARAMETERS.items()),
                             [(p.name, p.default) for p in inspect.signature(function).parameters.values()])
        self.assertTrue(inspect.iscoroutinefunction(pyminiping.async_ping))

    def test_what_is_out_of_range_is_refused_in_the_seeds_words(self) -> None:
        for size in 7, 0, -1, -(1 << 40):
            self.assert_refused("Minimum size is 8 bytes.", size=size)
        for size in 65508, 1 << 31, 1 << 70:
            self.assert_refused("Maximum size is 65507 bytes.", size=size)
        for dscp in 64, -1, -2, 1 << 32, -(1 << 70):
            self.assert_refused("dscp must be in range 0..63", dscp=dscp)
        for ttl in 256, 0, -1, 1 << 32:
            self.assert_refused("ttl must be in range 1..255", ttl=ttl)

    def test_count_timeout_and_interval_are_checked(self) -> None:
        for count in 0, -1, 1000000001, 1 << 70:
            with self.assertRaisesRegex(ValueError, r"count must be in range .\.\.1000000000"):
                ping("192.0.2.1", count=count)
        for seconds in 0, -1, 41, math.nan, math.inf, -math.inf, 1e300:
            self.assert_refused("timeout must be in range 1ms..40s", timeout=seconds)
        for seconds in 0, -1, 86401, math.nan, math.inf:
            self.assert_refused("interval must be in range 1ms..24h", interval=seconds)

    def test_another_type_is_a_type_error(self) -> None:
        for options in {"count": "1"}, {"count": 1.5}, {"timeout": "1"}, {"size": 8.5}, {"ttl": "64"}, {"dscp": 1.0}:
            with self.assertRaises(TypeError, msg=options):
                ping("192.0.2.1", **options)
        for host in 1, None, b"192.0.2.1":
            with self.assertRaises(TypeError, msg=host):
                ping(host)

    def test_a_host_that_is_none_cannot_be_resolved(self) -> None:
        for host in "127.0.0.1\0x", "\0", "127.1", "300.0.0.1", "", "a b", "x" * 70000, "\udc80":
            with self.assertRaises((HostUnreachable, pyminiping.RootRequired), msg=host):
                ping(host)

    def test_async_ping_refuses_likewise(self) -> None:
        with self.assertRaisesRegex(ValueError, "^Minimum size is 8 bytes.$"):
            asyncio.run(pyminiping.async_ping("192.0.2.1", size=1))


class Names(unittest.TestCase):
    def test_all_that_the_seed_has_is_here(self) -> None:
        for name in ("ping ping_stats PingResult PyMiniPingException HostUnreachable RootRequired PingTimeout PacketError "
                     "DestinationUnreachable").split():
            self.assertIn(name, pyminiping.__all__)
        self.assertEqual(sorted(pyminiping.__all__), pyminiping.__all__)
        for name in pyminiping.__all__:
            self.assertTrue(hasattr(pyminiping, name), name)
            if isinstance(value := getattr(pyminiping, name), type) and issubclass(value, Exception):
                self.assertTrue(issubclass(value, PyMiniPingException))

    def test_a_result_has_the_seeds_keys_in_order(self) -> None:
        result = PingResult(sent=5, received=0, loss=100.0)
        self.assertEqual(SEED_KEYS, [f.name for f in dataclasses.fields(PingResult)])
        self.assertEqual(SEED_KEYS, list(result.as_dict()))
        self.assertEqual(result.as_dict(), json.loads(result.as_json(indent=2)))
        self.assertFalse(result.success)
        self.assertTrue(PingResult(1, 1, 0.0).success)
        self.assertIsNot(result.rtt_list, PingResult(1, 1, 0.0).rtt_list)

    def test_destination_unreachable_has_code_and_message(self) -> None:
        error = DestinationUnreachable(1, "Host unreachable")
        self.assertEqual((1, "Host unreachable", "ICMP Destination Unreachable (code 1): Host unreachable"),
                         (error.code, error.message, str(error)))
        self.assertEqual("", DestinationUnreachable(3).message)
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((1, "Host unreachable"), (copy.code, copy.message))

    def test_the_library_is_the_one_asked_for(self) -> None:
        self.assertEqual(os.environ["VERSION"], pyminiping.library_version())

    def test_without_the_library_the_import_says_what_is_missing(self) -> None:
        ended = subprocess.run([sys.executable, "-c", "import pyminiping"], stderr=subprocess.PIPE, text=True, check=False,
                               env={**os.environ, "PYMINIPING_LIBRARY": "/nonexistent"})
        self.assertEqual(1, ended.returncode)
        self.assertIn("ImportError: pyminiping needs libminiping.so.0, which comes with minipingd: ", ended.stderr)


if __name__ == "__main__":
    unittest.main()
