"""What a guarded run ends in, and what it tells: exit codes, text, report, annotations."""

import html
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True

import jsonschema  # noqa: E402
from guarding import MODES, TOP, GuardTest, as_both, main  # noqa: E402
from own_network import FAR, FAR_6  # noqa: E402

TOKEN = "hf_" + "guardguard" * 3


def then(command: list[str], script: str) -> list[str]:
    """The command, and whatever it answered the script."""
    return ["sh", "-c", f'"$@"; {script}', "sh", *command]


class ExitCodes(GuardTest):
    def leak(self, script: str) -> list[str]:
        return then(self.way("udp", FAR, "9"), script)

    @as_both
    def test_green_with_leaks_is_125_under_enforce_and_0_under_observe(self) -> None:
        done = self.guarded("enforce", *self.leak("exit 0"))
        self.assertEqual((done.code, done.out), (125, "udp ENETUNREACH\n"), done)
        done = self.guarded("observe", *self.leak("exit 0"))
        self.assertEqual((done.code, done.out), (0, "udp 0\n"), done)

    def test_red_keeps_its_own_code(self) -> None:
        for mode in MODES:
            for script, code in (("exit 3", 3), ("exit 125", 125), ("kill -KILL $$", 137), ("kill -TERM $$", 143)):
                self.assertEqual(self.guarded(mode, *self.leak(script)).code, code)

    def test_without_leaks_every_code_is_the_commands(self) -> None:
        for mode in MODES:
            for script, code in (("exit 0", 0), ("exit 7", 7), ("kill -SEGV $$", 139)):
                done = self.guarded(mode, "sh", "-c", script)
                self.assertEqual((done.code, done.attempts), (code, 0), done)
            self.assertEqual(self.guarded(mode, "no-such-program").code, 127)
            (self.folder / "plain").write_text("no program\n")
            self.own()
            self.assertEqual(self.guarded(mode, "./plain").code, 126)

    def test_a_timeout_is_124_and_what_was_tried_is_told(self) -> None:
        done = self.guarded("enforce", *self.leak("exec sleep 60"), flags=("--timeout", "1s", "--kill-after", "1s"))
        self.assertEqual(done.code, 124, done)
        self.assertEqual(len(done.to(FAR)), 1)

    def test_refused_at_once(self) -> None:
        script = f"import socket, time\nb = time.monotonic()\nfor _ in range(20):\n  s = socket.socket()\n  assert s.connect_ex(('{FAR}', 81)) == 101\nprint(time.monotonic() - b)\n"
        done = self.guarded("enforce", "/usr/bin/python3", "-c", script)
        self.assertLess(float(done.out), 2, "20 refusals")

    def test_a_refused_connect_leaves_the_socket_as_it_was(self) -> None:
        script = f"import socket\ns = socket.socket()\nassert s.connect_ex(('{FAR}', 80)) == 101\nassert s.connect_ex(('127.0.0.1', 8080)) == 0\n"
        self.assertEqual(self.guarded("enforce", "/usr/bin/python3", "-c", script).code, 125)


class Told(GuardTest):
    def test_who_what_where_and_when(self) -> None:
        script = f"sh -c '{self.program('ways_out')} tcp {FAR} 443; :'; :"
        for mode in MODES:
            done = self.guarded(mode, "sh", "-c", script)
            [said] = done.to(FAR)
            self.assertEqual((said["port"], said["count"], Path(said["program"]).name), (443, 1, "ways_out"), done)
            self.assertEqual(said["arguments"][1:], ["tcp", FAR, "443"])
            self.assertEqual([step["program"] for step in said["chain"]], ["sh", "sh"], "both shells, up to CMD")
            self.assertEqual(said["refused"], mode == "enforce")
            self.assertLess(abs(datetime.fromisoformat(said["first"]) - datetime.now(timezone.utc)), timedelta(seconds=60))
            self.assertRegex(done.err, rf"{FAR} port 443, by .*ways_out tcp {FAR} 443 \(pid {said['pid']}\) < sh ")
            self.assertIn("1 attempt to leave the machine", done.err, done)

    def test_attempts_are_counted(self) -> None:
        script = f"import socket\nfor n in range(5): socket.socket().connect_ex(('{FAR}', 443))\nsocket.socket(socket.AF_INET6).connect_ex(('{FAR_6}', 443))\n"
        for mode in MODES:
            done = self.guarded(mode, "/usr/bin/python3", "-c", script)
            self.assertEqual([a["count"] for a in done.to(FAR)], [5], done)
            self.assertIn(f"{FAR_6} port 443", done.err)
            self.assertIn("6 attempts to leave the machine", done.err, done)

    def test_nothing_tried_is_told_too(self) -> None:
        for mode in MODES:
            done = self.guarded(mode, "true")
            self.assertEqual(done.guard["mode"], mode, done)
            self.assertEqual(done.leaks, [])
            self.assertIn("no attempt to leave the machine", done.err)

    def test_the_mechanism_that_held_is_named(self) -> None:
        done = self.guarded("enforce", "true")
        self.assertEqual(done.guard["mechanism"], "seccomp", done)
        self.assertIn("seccomp", done.err)

    def test_quiet_drops_the_first_and_last_line_and_not_the_leaks_of_a_125(self) -> None:
        done = self.guarded("enforce", *then(self.way("udp", FAR, "9"), "exit 0"), flags=("--quiet",))
        self.assertEqual(done.code, 125)
        self.assertIn(f"{FAR} port 9", done.err)
        self.assertEqual(self.guarded("observe", "true", flags=("--quiet",)).err, "")

    def test_the_report_fits_its_schema(self) -> None:
        schema = json.loads((TOP / "docs/report.schema.json").read_text())
        for mode in MODES:
            self.guarded(mode, *self.way("each", FAR, "900"))
            report = json.loads((self.folder / "report.json").read_text())
            jsonschema.validate(report, schema)
            report["guard"]["leaks"][0]["no-such-key"] = 1
            self.assertRaises(jsonschema.ValidationError, jsonschema.validate, report, schema)

    def test_annotations_for_github(self) -> None:
        environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                       "GITHUB_OUTPUT": str(self.folder / "output")}
        done = self.guarded("enforce", *then(self.way("udp", FAR, "9"), "exit 0"), env=environment)
        self.assertRegex(done.err + done.out, rf"(?m)^::error.*{re.escape(FAR)} port 9")
        summary = html.unescape((self.folder / "summary").read_text())
        self.assertIn("### hubward guard: enforce (seccomp); 1 attempt to leave the machine\n", summary)
        self.assertRegex(summary, rf"(?m)^- refused: {re.escape(FAR)} port 9, by ")
        self.assertLess(summary.index("### hubward: offline"), summary.index("### hubward guard"))
        done = self.guarded("observe", *then(self.way("udp", FAR, "9"), "exit 0"), env=environment)
        self.assertRegex(done.err + done.out, rf"(?m)^::warning.*{re.escape(FAR)} port 9")

    def test_the_summary_of_a_job_whose_command_kills_hubward_lacks_the_guard_alone(self) -> None:
        files = {name: self.folder / name.lower() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        environment = {"GITHUB_ACTIONS": "true"} | {name: str(file) for name, file in files.items()}
        self.assertEqual(self.guarded("enforce", "sh", "-c", "kill -KILL $PPID", env=environment).code, -9)
        self.assertIn("mode=offline\n", files["GITHUB_OUTPUT"].read_text())
        self.assertIn("hubward: offline (complete)", files["GITHUB_STEP_SUMMARY"].read_text())
        self.assertNotIn("guard:", files["GITHUB_STEP_SUMMARY"].read_text())

    def test_the_summary_says_that_nothing_was_tried_and_that_nobody_counted(self) -> None:
        summary = self.folder / "summary"
        environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
        self.guarded("observe", "true", env=environment)
        self.assertIn("### hubward guard: observe (seccomp); no attempt to leave the machine\n", summary.read_text())
        self.guarded("enforce", "true", flags=("--guard-with", "netns"), env=environment)
        self.assertIn("### hubward guard: enforce (netns); kept on the machine, attempts not counted\n", summary.read_text())
        summary.unlink()
        self.guarded("off", "true", env=environment)
        self.assertNotIn("guard", summary.read_text())

    def test_what_a_program_calls_itself_is_safe_for_eyes_and_annotations(self) -> None:
        evil = self.folder / "a\n::error::b\x1b[31m‮"
        os.symlink(self.program("ways_out"), evil)
        for environment in ({}, {"GITHUB_ACTIONS": "true"}):
            done = self.guarded("enforce", str(evil), "udp", FAR, "9\n::error::c", env=environment)
            self.assertEqual(len(done.to(FAR)), 1, done)
            self.assertNotIn("\x1b[31m", done.err)
            self.assertNotIn("‮", done.err)
            self.assertFalse([line for line in (done.err + done.out).splitlines()
                              if line.startswith(("::error::b", "::error::c"))])

    def test_no_token_is_told(self) -> None:
        done = self.guarded("enforce", *self.way("udp", FAR, f"9{TOKEN}"), env={"HF_TOKEN": TOKEN})
        self.assertEqual(len(done.to(FAR)), 1, done)
        self.assertNotIn(TOKEN, done.err + (self.folder / "report.json").read_text())

    def test_what_a_process_tries_without_end_stays_within_bounds(self) -> None:
        script = (f"import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"for n in range(30000): s.connect_ex((f'198.51.{{n >> 8}}.{{n & 255}}', 100 + n))\n")
        done = self.guarded("enforce", "/usr/bin/python3", "-c", script)
        self.assertEqual(done.code, 125, done.code)
        self.assertIn("30000 attempts to leave the machine", done.err.replace(",", ""))
        self.assertLess(len(done.err), 200_000)
        self.assertLess((self.folder / "report.json").stat().st_size, 4 << 20)


class Switched(GuardTest):
    SEEN = ("sh", "-c", "grep -c '^Seccomp:.2$' /proc/self/status; grep NoNewPrivs /proc/self/status")

    def test_off_there_is_nothing(self) -> None:
        done = self.guarded("off", *self.SEEN)
        self.assertEqual(done.out, self.bare(*self.SEEN).stdout)
        self.assertEqual(done.guard, {})

    def test_the_configuration_has_it_and_the_flag_is_above_it(self) -> None:
        self.configure('[guard]\nmode = "enforce"\n')
        command = [*self.as_user(), str(self.folder / "hubward"), "run", "--quiet", "--"]
        where = {"cwd": self.folder, "env": self.environment(), "capture_output": True, "text": True}
        done = subprocess.run([*command, *then(self.way("udp", FAR, "9"), "exit 0")], **where)
        self.assertEqual(done.returncode, 125, done)
        done = subprocess.run([*command[:-1], "--guard", "off", "--", *then(self.way("udp", FAR, "9"), "exit 0")], **where)
        self.assertEqual((done.returncode, done.stdout), (0, "udp 0\n"), done)

    def test_a_dry_run_says_so_and_starts_nothing(self) -> None:
        done = self.guarded("enforce", "touch", "started", flags=("--dry-run",))
        self.assertEqual(done.code, 0, done)
        self.assertIn("guard", done.err)
        self.assertFalse((self.folder / "started").exists())

    def test_an_unknown_mode_is_a_slip_of_the_pen(self) -> None:
        self.assertRegex(self.guarded("watch", "true").last_line, r"\[64 usage\]$")

    @as_both
    def test_another_network_of_the_commands_own_where_it_is_asked_for(self) -> None:
        done = self.guarded("enforce", *then(self.way("udp", FAR, "9"), "exit 0"), flags=("--guard-with", "netns"))
        self.assertEqual(done.guard["mechanism"], "netns", done)
        self.assertEqual(done.out, "udp ENETUNREACH\n")
        self.assertEqual(self.network.witness.far(), set())
        self.assertEqual(done.err.count("nothing that tries is named or counted"), 1, done.err)
        self.assertEqual((done.guard["attempts"], done.leaks), (None, []), done)
        self.assertIn("attempts not counted", done.err)
        jsonschema.validate(json.loads((self.folder / "report.json").read_text()),
                            json.loads((TOP / "docs/report.schema.json").read_text()))
        done = self.guarded("enforce", *self.way("udp", "127.0.0.1", "9"), flags=("--guard-with", "netns"))
        self.assertEqual((done.code, done.out), (0, "udp 0\n"), done)
        self.configure('[guard]\nallow = ["10.0.0.0/8"]\n')
        done = self.guarded("enforce", "true", flags=("--guard-with", "netns"))
        self.assertEqual(done.err.count("allow has no effect"), 1, done.err)
        done = self.guarded("enforce", "id", "-u", flags=("--guard-with", "netns"))
        self.assertEqual(done.out, self.bare("id", "-u").stdout)

    def test_its_self_test_sends_nothing(self) -> None:
        self.guarded("enforce", "true")
        self.assertEqual(self.network.witness.far(), set())
        self.guarded("observe", "true")
        self.assertEqual(self.network.witness.far(), set())


class LeftAlone(GuardTest):
    """Hubward's own ways, before the command, are not the command's."""

    def test_the_download_before_it_is_not_guarded(self) -> None:
        (self.folder / "hub/models--lab--one/refs/main").unlink()
        self.configure(f'[fetch]\ncommand = ["sh", "-c", "{self.program("ways_out")} udp {FAR} 9 >&2; '
                       f'printf {"c" * 40} > hub/models--lab--one/refs/main"]\n')
        self.own()
        done = self.guarded("enforce", "true")
        self.assertEqual((done.code, done.attempts), (0, 0), done)
        self.assertIn("udp 0", done.err)

    def test_a_command_that_goes_online_may_be_observed(self) -> None:
        (self.folder / "hub/models--lab--one/refs/main").unlink()
        self.configure('[run]\non_incomplete = "online"\n')
        done = self.guarded("observe", *self.way("udp", FAR, "9"))
        self.assertEqual((done.code, done.out, len(done.to(FAR))), (0, "udp 0\n", 1), done)


main(__name__)
