"""What `.ci/pack` makes of a tree is the same to the byte, whoever packs it and when; and holds what a user needs."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
EPOCH = "1700000000"
VERSION = "1.2.3"


def tree(folder: Path, umask: int, time: int) -> Path:
    """An installed tree as `cmake --install` leaves one, by someone with this umask at this time."""
    before = os.umask(umask)
    try:
        pages = {"share/man/man1/hubward.1": ".TH HUBWARD 1\n", "share/doc/hubward/README.md": "# hubward\n",
                 "share/doc/hubward/LICENSE": "Apache\n", "share/doc/hubward/docs/run.md": "# run\n",
                 "share/doc/hubward/CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n- A thing.\n",
                 "share/hubward/report.schema.json": "{}\n"}
        names = sorted(pages, reverse=time % 2 == 0)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(pages[name])
        (folder / "share/doc/hubward/docs/report.schema.json").symlink_to("../../../hubward/report.schema.json")
        (folder / "bin").mkdir()
        shutil.copyfile("/bin/true", folder / "bin/hubward")
        (folder / "bin/hubward").chmod(0o777 & ~umask)
        for path in [folder, *folder.rglob("*")]:
            os.utime(path, (time, time), follow_symlinks=False)
    finally:
        os.umask(before)
    return folder


class Pack(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-pack-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def packed(self, kind: str, name: str, umask: int, time: int) -> Path:
        made = tree(self.folder / name, umask, time)
        said = subprocess.run([TOP / ".ci/pack", kind, made, VERSION, self.folder / f"{name}-out"], check=True,
                              capture_output=True, text=True, umask=umask,
                              env={"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": EPOCH})
        return Path(said.stdout.strip())

    def out(self, *command: object) -> str:
        return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout

    def test_two_trees_of_the_same_files_give_the_same_bytes(self) -> None:
        for kind in ("deb", "tarball"):
            one = self.packed(kind, f"{kind}-a", 0o022, 1_600_000_000)
            other = self.packed(kind, f"{kind}-b-of-another-length", 0o077, 1_650_000_001)
            self.assertEqual(one.name, other.name)
            self.assertEqual(one.read_bytes(), other.read_bytes(), kind)

    def test_another_byte_gives_another_package(self) -> None:
        """The twin of the test above: a comparison that sees nothing would be fine with everything."""
        one = self.packed("tarball", "a", 0o022, 1_600_000_000)
        made = tree(self.folder / "b", 0o022, 1_600_000_000)
        (made / "share/doc/hubward/README.md").write_text("# Hubward\n")
        said = self.out("env", f"SOURCE_DATE_EPOCH={EPOCH}", TOP / ".ci/pack", "tarball", made, VERSION, self.folder)
        self.assertNotEqual(one.read_bytes(), Path(said.strip()).read_bytes())

    def test_the_debian_package_says_what_it_needs(self) -> None:
        deb = self.packed("deb", "a", 0o022, 1_600_000_000)
        fields = dict(line.split(": ", 1) for line in self.out("dpkg-deb", "-f", deb).splitlines() if ": " in line)
        self.assertEqual((fields["Package"], fields["Version"]), ("hubward", VERSION))
        self.assertIn("libc6 (>=", fields["Depends"])
        # Loaded by this soname, so no linker tells of it.
        self.assertIn('"libcurl.so.4"', (TOP / "runner/hub/libcurl_loaded.cpp").read_text())
        self.assertIn("libcurl4", fields["Recommends"])

    def test_the_debian_package_holds_licence_manual_changelog_and_schema(self) -> None:
        deb = self.packed("deb", "a", 0o077, 1_600_000_000)
        held = {line.split()[5]: line.split()[:2] for line in self.out("dpkg-deb", "-c", deb).splitlines()}
        for path in ("bin/hubward", "share/man/man1/hubward.1.gz", "share/doc/hubward/copyright",
                     "share/doc/hubward/changelog.gz", "share/hubward/report.schema.json"):
            self.assertIn(f"./usr/{path}", held)
        self.assertEqual({owner for _, owner in held.values()}, {"root/root"})
        self.assertEqual(held["./usr/bin/hubward"][0], "-rwxr-xr-x")
        self.assertEqual(held["./usr/share/hubward/report.schema.json"][0], "-rw-r--r--")
        self.assertNotIn("./usr/share/doc/hubward/LICENSE", held)

    def test_the_tarball_is_one_folder_that_can_lie_anywhere(self) -> None:
        ball = self.packed("tarball", "a", 0o022, 1_600_000_000)
        names = self.out("tar", "-tf", ball).splitlines()
        folder = ball.name.removesuffix(".tar.gz")
        self.assertEqual({name.split("/")[0] for name in names}, {folder})
        self.assertIn(f"{folder}/share/man/man1/hubward.1", names)
        self.out("tar", "-xf", ball, "-C", self.folder)
        self.assertTrue(os.access(self.folder / folder / "bin/hubward", os.X_OK))
        link = self.folder / folder / "share/doc/hubward/docs/report.schema.json"
        self.assertEqual(link.read_text(), "{}\n")


if __name__ == "__main__":
    unittest.main()
