"""What --beside does to the programs of a row."""

import os
import sys
import tempfile
import types
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from measure import Bench  # noqa: E402


class Beside(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.told = os.path.join(self.folder.name, "told")

    def lines_of(self, beside, script, **more):
        """What the script has written, a run of a side later."""
        options = types.SimpleNamespace(hubward="hubward", runs=1, beside=beside, plot=None, hf=None,
                                        data=self.folder.name)
        Bench(options).side(["sh", "-c", f"({script}) >>{self.told}"], **more)
        with open(self.told, encoding="ascii") as stream:
            return stream.read().split()

    def test_without_it_a_side_is_one_process(self):
        self.assertEqual(self.lines_of(None, "echo ran"), ["ran"])

    def test_four_are_four_processes_that_are_given_the_same(self):
        self.assertEqual(self.lines_of("four", "cat", input=b"blob\n"), ["blob"] * 4)

    def test_one_core_leaves_one_processor(self):
        self.assertEqual(self.lines_of("one-core", "nproc"), ["1"])

    def test_one_of_four_that_fails_ends_the_bench(self):
        with self.assertRaises(SystemExit):
            self.lines_of("four", "exit 3")


if __name__ == "__main__":
    unittest.main()
