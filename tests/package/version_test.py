"""The version stands in CMakeLists.txt; where a page has to name it too, it names that one."""

import os
import re
import subprocess
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROJECT = re.compile(r"^project\(hubward VERSION ([0-9.]+) ", re.MULTILINE)
# What comes before a version of hubward in a page; the number behind it.
NAMED = re.compile(r"(?:hubward(?:/restore|/save)?@v|hubward[_-]|rev: v|\"hubward )(\d+\.\d+\.\d+)")


def named_in(text: str) -> set[str]:
    return set(NAMED.findall(text))


class Version(unittest.TestCase):
    def setUp(self) -> None:
        self.version = PROJECT.search((TOP / "CMakeLists.txt").read_text())[1]

    def test_every_page_names_the_version_of_the_project(self) -> None:
        for page in ("README.md", "docs/ci.md"):
            self.assertEqual(named_in((TOP / page).read_text()), {self.version}, page)

    def test_the_binary_tells_the_version_of_the_project(self) -> None:
        said = subprocess.run([os.environ["HUBWARD_BINARY"], "--version"], capture_output=True, text=True, check=True)
        self.assertEqual(said.stdout.splitlines()[0], f"hubward {self.version}")

    def test_the_rule_sees_another_version(self) -> None:
        self.assertEqual(named_in("uses: OWNER/hubward/save@v1.2.3, hubward_0.1.1_amd64.deb hubward-0.2.0-linux"),
                         {"1.2.3", "0.1.1", "0.2.0"})
        self.assertEqual(named_in('.TH HUBWARD 1 "" "hubward 0.9.0"\nPython 1.22.0, hf-hub 0.5.0'), {"0.9.0"})


if __name__ == "__main__":
    unittest.main()
