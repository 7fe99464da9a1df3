"""`[run] bridge_token`: a token in hf-hub 0.x's file for as long as a command that goes online runs, and no longer."""

import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

TOKEN = "hf_bridgedtokenbridgedtoken000000"
NOBODY = 65534
LOOK = 'cat "$HOME/.cache/huggingface/token"'
MARK_LINES = 2  # what stands behind a token that hubward has laid out: an end of line, and a line of white space


class Home:
    """A project whose cache lacks its only model, and a home without anything in it."""

    def __init__(self, configuration: str = "", bridge: bool = True, user: int | None = None):
        self.user = user if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-bridge-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        (self.folder / "model_manifest.txt").write_text("lab/model\n")
        policy = "" if "on_incomplete" in configuration else 'on_incomplete = "online"\n'
        (self.folder / "hubward.toml").write_text(
            f"[run]\nbridge_token = {'true' if bridge else 'false'}\n{policy}{configuration}")
        # Where the binary lies an account without rights may not look.
        self.binary = os.environ["HUBWARD_BINARY"]
        if self.user:
            self.binary = shutil.copy(self.binary, self.folder)
            for place in (self.folder, self.home):
                os.chown(place, NOBODY, NOBODY)

    def __enter__(self) -> "Home":
        return self

    def __exit__(self, *_: object) -> None:
        self.home.chmod(0o755)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def token(self) -> Path:
        return self.home / ".cache" / "huggingface" / "token"

    def start(self, *words: str, **environment: str) -> subprocess.Popen:
        made = {"PATH": os.environ["PATH"], "HOME": str(self.home), "HF_TOKEN": TOKEN} | environment
        return subprocess.Popen(
            [self.binary, "run", "--cache-dir", "hub", *words], cwd=self.folder, env=made, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            user=self.user, group=self.user, extra_groups=[] if self.user else None)

    def run(self, *words: str, **environment: str) -> tuple[int, str, str]:
        with self.start(*words, **environment) as running:
            out, err = running.communicate(timeout=60)
        return running.returncode, out, err

    def command(self, script: str, *flags: str, **environment: str) -> tuple[int, str, str]:
        return self.run(*flags, "--", "sh", "-c", script, **environment)

    def begin(self, script: str, *flags: str) -> subprocess.Popen:
        """When the command has said its first line."""
        running = self.start(*flags, "--", "sh", "-c", f"echo ready; {script}")
        assert running.stdout.readline() == "ready\n"
        return running


def wait_for(what) -> bool:
    until = time.monotonic() + 20
    while not what() and time.monotonic() < until:
        time.sleep(0.01)
    return what()


def witness_of(hubward: int) -> int:
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if lines.get("Name") == "signal-witness" and int(lines["PPid"]) == hubward:
            return int(status.parent.name)
    raise AssertionError("no witness")


class BridgeTest(unittest.TestCase):
    def home(self, *how: object, **more: object) -> Home:
        return self.enterContext(Home(*how, **more))

    def expect_nothing_left(self, home: Home) -> None:
        self.assertEqual(list(home.home.iterdir()), [], "what was made for the token goes with it")


class WhileItRuns(BridgeTest):
    def test_an_online_command_finds_the_token_and_nobody_else_can_read_it(self) -> None:
        for user in (None, NOBODY):
            home = self.home(user=user)
            code, out, err = home.command(f"umask 0; {LOOK}; stat -c %a ~/.cache ~/.cache/huggingface/token; exit 3",
                                          "--report", "report.json")
            self.assertEqual((code, out.split()), (3, [TOKEN, "700", "600"]), err)
            self.expect_nothing_left(home)
            self.assertNotIn(TOKEN, err + (home.folder / "report.json").read_text())

    def test_the_token_of_a_login_elsewhere_is_the_one(self) -> None:
        home = self.home()
        (home.folder / "login").write_text(TOKEN + "\n")
        _, out, err = home.command(LOOK, HF_TOKEN="", HF_TOKEN_PATH=str(home.folder / "login"))
        self.assertEqual(out.strip(), TOKEN, err)

    def test_the_home_of_the_command_counts(self) -> None:
        home = self.home('[run.env]\nHOME = "other"\n')
        code, out, err = home.command(LOOK)
        self.assertEqual((code, out.strip()), (0, TOKEN), err)
        self.expect_nothing_left(home)
        self.assertFalse((home.folder / "other").exists())

    def test_an_offline_command_finds_none(self) -> None:
        home = self.home()
        (home.folder / "model_manifest.txt").write_text("lab/model optional\n")
        (home.folder / "hub").mkdir()
        code, out, err = home.command("echo $HUBWARD_MODE; test -e ~/.cache")
        self.assertEqual((code, out), (1, "offline\n"), err)

    def test_without_the_wish_or_a_token_there_is_none(self) -> None:
        self.assertEqual(self.home(bridge=False).command("test -e ~/.cache")[0], 1)
        for variables in ({"HF_TOKEN": ""}, {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}):
            self.assertEqual(self.home().command("test -e ~/.cache", **variables)[0], 1)

    def test_the_projects_downloader_finds_it_too(self) -> None:
        home = self.home('on_incomplete = "fetch"\non_fetch_failure = "fail"\n'
                         '[fetch]\ncommand = ["sh", "-c", \'cp ~/.cache/huggingface/token found\']\n')
        code, _, err = home.command("true")
        self.assertEqual(code, 125, err)
        self.assertEqual((home.folder / "found").read_text().strip(), TOKEN)
        self.expect_nothing_left(home)

    def test_a_dry_run_says_where_and_makes_nothing(self) -> None:
        home = self.home()
        _, _, err = home.command("true", "--dry-run")
        self.assertIn(f"plan: token in {home.token} while the command runs\n", err)
        self.expect_nothing_left(home)


class Endings(BridgeTest):
    def test_it_goes_whatever_ends_the_command(self) -> None:
        for script, flags, due in (("exit 0", (), 0), ("kill -9 $$", (), 137), ("kill -SEGV $$", (), 139),
                                   ("sleep 60", ("--timeout", "1s"), 124),
                                   ("trap '' TERM; sleep 60; sleep 60", ("--timeout", "1s", "--kill-after", "1s"), 124)):
            home = self.home()
            code, out, err = home.command(f"{LOOK}; ulimit -c 0; {script}", *flags)
            self.assertEqual((code, out.strip()), (due, TOKEN), err)
            self.expect_nothing_left(home)

    def test_it_goes_when_someone_ends_hubward(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for to_group in (False, True):
                home = self.home()
                with home.begin("exec sleep 60") as running:
                    self.assertTrue(home.token.exists())
                    (os.killpg if to_group else os.kill)(running.pid, number)
                    running.communicate(timeout=60)
                self.assertEqual(running.returncode, 128 + number)
                self.expect_nothing_left(home)

    def test_it_goes_when_the_command_cannot_be_started(self) -> None:
        home = self.home()
        script = home.folder / "script"
        script.write_text("#!/no/such/interpreter\n")
        script.chmod(0o755)
        code, _, err = home.run("--", "./script")
        self.assertIn(code, (126, 127), err)
        self.expect_nothing_left(home)

    def test_the_witness_takes_it_when_hubward_is_killed(self) -> None:
        home = self.home()
        with home.begin("exec sleep 60") as running:
            running.kill()
            self.assertTrue(wait_for(lambda: not list(home.home.iterdir())))
            os.killpg(running.pid, signal.SIGKILL)

    def test_the_next_run_takes_it_when_both_are_killed(self) -> None:
        home = self.home()
        with home.begin("exec sleep 60") as running:
            os.kill(witness_of(running.pid), signal.SIGKILL)
            running.kill()
            running.wait()
            os.killpg(running.pid, signal.SIGKILL)
        self.assertEqual(home.token.read_text().splitlines()[0], TOKEN)
        self.assertEqual(len(home.token.read_text().splitlines()), MARK_LINES)
        code, out, err = home.command("test -e ~/.cache/huggingface/token", HF_TOKEN="")
        self.assertEqual(code, 1, err)
        self.assertIn(f"took away {home.token}, which a run that was killed had left\n", err)
        self.assertNotIn(TOKEN, out + err)


class WhatIsThere(BridgeTest):
    def expect_left_alone(self, home: Home, what: str) -> None:
        code, _, err = home.command("exit 5")
        self.assertEqual(code, 5, err)
        self.assertIn(f"hubward: warning: bridge_token: {home.token}: {what}\n", err)

    def test_another_token_is_left_alone_and_said(self) -> None:
        home = self.home()
        home.token.parent.mkdir(parents=True)
        for content in ("hf_another", ""):
            home.token.write_text(content)
            self.expect_left_alone(home, "there is one already, which is left as it is")
            self.assertEqual(home.token.read_text(), content)

    def test_a_link_is_not_followed(self) -> None:
        home = self.home()
        home.token.parent.mkdir(parents=True)
        home.token.symlink_to(home.folder / "elsewhere")
        self.expect_left_alone(home, "there is one already, which is left as it is")
        self.assertTrue(home.token.is_symlink())
        self.assertFalse((home.folder / "elsewhere").exists())

    def test_the_very_token_is_nothing_to_speak_of(self) -> None:
        home = self.home()
        home.token.parent.mkdir(parents=True)
        home.token.write_text(TOKEN + "\n")
        _, _, err = home.command("true")
        self.assertNotIn("bridge_token", err)
        self.assertEqual(home.token.read_text(), TOKEN + "\n")

    def test_what_the_command_has_put_in_its_place_stays(self) -> None:
        for script in ('echo hf_login > "$T"', 'rm "$T"; echo hf_login > "$T"', 'ln -sf /dev/null "$T"'):
            home = self.home()
            home.command(f"T=~/.cache/huggingface/token; {script}")
            self.assertTrue(home.token.is_symlink() or home.token.read_text() == "hf_login\n", script)

    def test_a_folder_that_the_command_fills_stays_without_the_token(self) -> None:
        home = self.home()
        home.command("mkdir ~/.cache/huggingface/hub")
        self.assertEqual(list(home.token.parent.iterdir()), [home.token.parent / "hub"])

    def test_a_folder_that_was_there_keeps_its_mode(self) -> None:
        home = self.home()
        (home.home / ".cache").mkdir(mode=0o755)
        home.command(LOOK)
        self.assertEqual(stat.S_IMODE((home.home / ".cache").stat().st_mode), 0o755)
        self.assertEqual(list((home.home / ".cache").iterdir()), [])

    def test_two_runs_do_not_take_it_from_each_other(self) -> None:
        home = self.home()
        with home.begin("exec sleep 60") as first:
            self.expect_left_alone(
                home, "another `hubward run` has put one there, and takes it away when it ends")
            self.assertTrue(home.token.exists())
            os.killpg(first.pid, signal.SIGTERM)
            first.communicate(timeout=60)
        self.expect_nothing_left(home)

    def test_a_home_that_takes_nothing_is_a_warning(self) -> None:
        home = self.home(user=NOBODY)
        home.home.chmod(0o555)
        code, _, err = home.command("exit 6")
        self.assertEqual(code, 6, err)
        self.assertIn(f"warning: bridge_token: {home.home}/.cache: cannot be made: Permission denied\n", err)
        code, _, err = home.command("exit 6", HOME="/proc/nowhere")
        self.assertEqual(code, 6, err)
        self.assertIn("warning: bridge_token: /proc/nowhere: cannot be made", err)

    def test_no_token_is_laid_into_a_cache(self) -> None:
        home = self.home()
        home.token.parent.mkdir(parents=True)
        code, _, err = home.run("--cache-dir", str(home.token.parent), "--", "sh", "-c", "exit 7")
        self.assertEqual(code, 7, err)
        self.assertIn("lies in the cache, where no token belongs\n", err)
        self.assertFalse(home.token.exists())


class Report(BridgeTest):
    def test_the_token_is_in_no_report(self) -> None:
        home = self.home()
        home.command("true", "--report", "report.json", "-v")
        report = (home.folder / "report.json").read_text()
        self.assertNotIn(TOKEN, report)
        self.assertEqual(json.loads(report)["exit_code"], 0)


if __name__ == "__main__":
    unittest.main()
