"""cmake/Lto.cmake: a build with link-time optimisation refuses what only the linker can see."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(two_files LANGUAGES CXX)
include({TOP}/cmake/Lto.cmake)
add_executable(two_files one.cpp other.cpp)
"""
ONE = "enum class Reach {{ {} }};\nstruct Way {{ Reach reach; }};\n"
CALLED = "int length(const Way& way) { return static_cast<int>(way.reach); }\n"
CALLS = "int length(const Way& way);\nint main() { return length(Way{}); }\n"


class Lto(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-lto-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def built(self, other: str, werror: str) -> subprocess.CompletedProcess:
        """Two files, the first of which says `near, far` of the enum that both name."""
        (self.folder / "CMakeLists.txt").write_text(PROJECT)
        (self.folder / "one.cpp").write_text(ONE.format("near, far") + CALLED)
        (self.folder / "other.cpp").write_text(ONE.format(other) + CALLS)
        build = self.folder / "build"
        subprocess.run(["cmake", "-S", self.folder, "-B", build, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=g++",
                        "-DCMAKE_BUILD_TYPE=Release", "-DHUBWARD_LTO=ON", f"-DHUBWARD_WERROR={werror}"],
                       check=True, capture_output=True)
        return subprocess.run(["cmake", "--build", build], capture_output=True, text=True)

    def test_two_types_of_one_name_do_not_link(self) -> None:
        said = self.built("nowhere, near", werror="ON")
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("[-Werror=odr]", said.stdout)

    def test_without_warnings_as_errors_it_is_a_warning(self) -> None:
        said = self.built("nowhere, near", werror="OFF")
        self.assertEqual(said.returncode, 0, said.stdout)
        self.assertIn("[-Wodr]", said.stdout)

    def test_one_type_of_one_name_links(self) -> None:
        said = self.built("near, far", werror="ON")
        self.assertEqual(said.returncode, 0, said.stdout)


if __name__ == "__main__":
    unittest.main()
