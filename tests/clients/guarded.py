#!/usr/bin/env python3
"""The case that the guard exists for, with the real client: hf-hub 0.4.3 reads no HF_HUB_OFFLINE, so `Api::new()` on a
cache that lacks a file asks huggingface.co, whatever is set.

In a network of the test's own (tests/guard/own_network.py): the packets that leave are known, and none leaves the
machine. Where the system allows no such network this says so; where CI is set it fails. Ends in "N passed, N failed",
as run.py does.
"""

import argparse
import os
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "guard"))

from guarding import Guarded, GuardTest, own_network, write_cache  # noqa: E402
from own_network import FAR, NEAR_RESOLVER, enter  # noqa: E402
from toolchain import HF_HUB_VERSION, ToolchainError, rust_client  # noqa: E402

HUB = "huggingface.co"
CLIENT = "HUBWARD_TEST_HF_HUB"


class ApiNew(GuardTest):
    def setUp(self) -> None:
        super().setUp()
        # Api::new() of this release looks in HOME alone.
        write_cache(self.folder / "home/.cache/huggingface/hub")
        self.own()

    def read(self, mode: str, file: str) -> Guarded:
        asked = self.folder / "asked"
        asked.write_text(f"model\tlab/one\tmain\t{file}\n")
        with asked.open() as lines:
            return self.guarded(mode, os.environ[CLIENT], "read", stdin=lines,
                                env={"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": f"{self.folder}/home/.cache/huggingface/hub"})

    def expect_named(self, done: Guarded) -> None:
        said = [leak for leak in done.leaks if leak["host"] == HUB]
        self.assertTrue(said, done)
        self.assertEqual({Path(leak["program"]).name for leak in said}, {"hf_hub_client"}, done)
        self.assertRegex(done.err, rf"{HUB}.*hf_hub_client read")

    def its_what_the_cache_has_is_read_and_nobody_is_asked(self) -> None:
        for mode in ("observe", "enforce"):
            done = self.read(mode, "config.json")
            self.assertEqual((done.code, done.out[:3], done.attempts), (0, "ok\t", 0), done)

    def its_what_it_lacks_is_refused_at_once_and_named(self) -> None:
        for resolver in (None, NEAR_RESOLVER):
            if resolver:
                self.network.ask(resolver)
            begin = time.monotonic()
            done = self.read("enforce", "tokenizer.json")
            self.assertEqual((done.code, done.out[:6]), (125, "error\t"), done)
            self.assertLess(time.monotonic() - begin, 5)
            self.assertEqual(self.network.witness.far(), set(), done)
            self.assertEqual(self.network.resolver.names() & {HUB}, set(), done)
            self.expect_named(done)
            self.assertTrue(all(leak["refused"] for leak in done.leaks), done)

    def its_observed_it_asks_as_ever_and_is_named(self) -> None:
        done = self.read("observe", "tokenizer.json")
        self.assertEqual((done.code, done.out[:6]), (0, "error\t"), done)  # nobody here speaks TLS
        self.assertIn(HUB, self.network.resolver.names())
        self.assertIn((FAR, 443), self.network.greeter.came)
        self.expect_named(done)
        self.assertIn((FAR, 443, HUB), {(leak["address"], leak["port"], leak["host"]) for leak in done.leaks})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True, help="the binary that guards")
    args = parser.parse_args()
    os.environ["HUBWARD_BINARY"] = str(args.hubward.resolve())
    try:
        # Before there is a network of our own, where no crate could be had.
        os.environ.setdefault(CLIENT, str(rust_client().program))
    except ToolchainError as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 1
    if why := enter():
        print(f"guarded: not tried, for there is {why}")
        return 1 if os.environ.get("CI") else 0
    print(f"under the guard: hf-hub {HF_HUB_VERSION}")
    loader = unittest.TestLoader()
    loader.testMethodPrefix = "its_"  # run by `./dev clients` alone, so it is no test of the suite
    done = unittest.TextTestRunner(verbosity=2).run(loader.loadTestsFromTestCase(ApiNew))
    own_network().close()
    bad = len(done.failures) + len(done.errors)
    print(f"{done.testsRun - bad} passed, {bad} failed")
    return 0 if bad == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
