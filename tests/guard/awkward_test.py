"""The guard is never in the way: of signals, job control, timeouts, debuggers, sandboxes, daemons, many processes; and
nobody hangs when it dies."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

from guarding import MODES, Guarded, GuardTest, as_both, has, main  # noqa: E402
from own_network import FAR  # noqa: E402

NEAR = "127.0.0.1"
SHORT_PROCESSES = 10_000


class Awkward(GuardTest):
    def awkward(self, *words: str) -> list[str]:
        return [self.program("awkward"), *words]

    @as_both
    def test_however_a_process_comes_to_be_it_is_guarded(self) -> None:
        for way in ("vfork", "clone3", "thread", "tsync"):
            with self.subTest(way):
                done = self.guarded("enforce", *self.awkward(way, FAR, "99"))
                self.assertIn(done.out, ("ENETUNREACH\n", "ENETDOWN\n"), done)
                self.expect_refused(done, FAR, 99, program="awkward")
                for mode in MODES:
                    done = self.guarded(mode, *self.awkward(way, NEAR, "99"))
                    self.assertEqual((done.code, done.out, done.attempts), (0, "0\n", 0), done)

    def test_one_that_nobody_may_look_into_is_refused_by_a_message_of_its_own(self) -> None:
        self.user = "nobody"
        done = self.guarded("enforce", *self.awkward("undumpable", FAR, "99"))
        self.assertEqual(done.out, "ENETUNREACH\n", done)
        self.assertEqual([leak["kind"] for leak in done.leaks], ["unreadable"], done)
        self.assertIn("could not be read", done.err)
        done = self.guarded("observe", *self.awkward("undumpable", NEAR, "99"))
        self.assertEqual((done.code, done.out), (0, "0\n"), done)

    def test_a_filter_of_ones_own_may_be_laid_and_a_listener_cannot(self) -> None:
        done = self.guarded("enforce", *self.awkward("listener"))
        self.assertEqual(done.out, "EBUSY\n", done)

    def test_interrupted_calls_are_answered_once_each(self) -> None:
        """Until we have heard of a call the kernel lets a signal break it off: then a program that wants its calls
        restarted has them restarted, and another is told so."""
        for restart in ("0", "1"):
            for address, answer in ((NEAR, "0"), (FAR, "ENETUNREACH")):
                with self.subTest(restart=restart, address=address):
                    done = self.guarded("enforce", *self.awkward("storm", restart, "2000", address, "99"))
                    got = {name: int(count) for name, count in (line.split() for line in done.out.splitlines())}
                    self.assertEqual(sum(got.values()), 2000, done)
                    self.assertEqual(set(got) - {"EINTR"}, {answer}, done)
                    self.assertLess(got.get("EINTR", 0), 1 if restart == "1" else 400, done)
                    self.assertEqual(done.attempts, got[answer] if address == FAR else 0, done)

    def test_an_asker_may_be_killed_within_its_call(self) -> None:
        for mode, answer in (("enforce", "ENETUNREACH"), ("observe", "0")):
            done = self.guarded(mode, *self.awkward("killed", "60", FAR, "99"))
            self.assertEqual(done.out, f"{answer}\n", done)
            self.assertEqual({leak["kind"] for leak in done.leaks}, {"address"}, done)
        self.assertEqual(self.guarded("enforce", *self.awkward("killed", "60", NEAR, "99")).attempts, 0)

    def test_a_stopped_asker_keeps_nobody_waiting(self) -> None:
        done = self.guarded("enforce", *self.awkward("stopped", FAR, "99"))
        self.assertLess(int(re.search(r"\d+", done.out)[0]), 3000, done)

    def test_a_blocking_connect_keeps_nobody_waiting(self) -> None:
        for mode in MODES:
            done = self.guarded(mode, *self.awkward("backlog"))
            self.assertLess(int(re.search(r"\d+", done.out)[0]), 1000, done)
            self.assertEqual((done.code, done.attempts), (0, 0), done)

    @has("prlimit")
    def test_where_few_descriptors_are_allowed_nobody_waits_for_one(self) -> None:
        for most in (63, 16, 12):
            done = self.limited(most, "observe")
            self.assertEqual((done.code, done.guard["mechanism"], done.guard["attempts"]), (0, "none", None), done)
            self.assertEqual((done.warnings.count("(ulimit -n)"), done.err.count("(ulimit -n)")), (1, 1), done)
            done = self.limited(most, "enforce")
            self.assertEqual(done.code, 125, done)
            self.assertIn("(ulimit -n)", done.err)
            self.assertRegex(done.last_line, r"\[74 no guard\]$")
        done = self.limited(64, "enforce")
        self.assertEqual((done.code, done.guard["mechanism"]), (0, "seccomp"), done)

    def limited(self, most: int, mode: str) -> Guarded:
        (self.folder / "report.json").unlink(missing_ok=True)
        done = subprocess.run(["prlimit", f"--nofile={most}", *self.words(mode, "true")], cwd=self.folder, timeout=20,
                              env=self.environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return self.ended(done)

    def test_a_command_that_would_die_with_its_parent_lives(self) -> None:
        for mode in MODES:
            self.assertEqual(self.guarded(mode, *self.awkward("deathsig")).code, 0)

    def test_many_short_processes(self) -> None:
        words = self.awkward("many", str(SHORT_PROCESSES), "8", self.program("ways_out"), "udp", FAR, "99")
        done = self.guarded("enforce", *words, timeout=200)
        self.assertEqual(done.out.splitlines()[-1], f"{SHORT_PROCESSES} of {SHORT_PROCESSES} failed")
        self.assertEqual(done.attempts, SHORT_PROCESSES, done.last_line)
        self.assertEqual(done.out.count("ENETUNREACH"), SHORT_PROCESSES)
        self.assertEqual(sum(leak["count"] for leak in done.leaks), SHORT_PROCESSES)

    def test_the_commands_parent_is_hubward_and_its_descriptors_and_limits_are_as_ever(self) -> None:
        script = "ls -l /proc/self/fd | grep -v proc; ulimit -a; id; pwd; ps -o ppid= -p $$ | wc -l; cat /proc/self/status | grep -E 'Sig(Blk|Ign|Cgt)|Cap|Threads'"
        seen = {mode: self.guarded(mode, "bash", "-c", script, env={"LC_ALL": "C"}).out for mode in ("off", *MODES)}
        plain = {mode: re.sub(r"(?m)^.*\d\d:\d\d |pipe:\[\d+\]|socket:\[\d+\]", "", text) for mode, text in seen.items()}
        self.assertEqual(plain["off"], plain["observe"])
        self.assertEqual(plain["off"], plain["enforce"])


class LeftBehind(GuardTest):
    def left(self, mode: str, address: str) -> tuple[str, float]:
        fifo, result = self.folder / f"gate-{mode}-{self.user}", self.folder / f"result-{mode}-{self.user}"
        os.mkfifo(fifo)
        self.own()
        begin = time.monotonic()
        done = self.guarded(mode, self.program("awkward"), "daemon", str(fifo), str(result), address, "99")
        self.assertEqual((done.code, done.attempts), (0, 0), done)
        self.assertIn("live on", done.warnings)
        took = time.monotonic() - begin
        self.network.witness.forget()
        with open(fifo, "wb"):
            pass
        for _ in range(500):
            if result.exists() and result.read_text().endswith("\n"):
                break
            time.sleep(0.01)
        return result.read_text() if result.exists() else "nothing", took

    @as_both
    def test_what_a_command_leaves_behind_is_guarded_still_and_holds_nobody_up(self) -> None:
        for mode, address, answer in (("enforce", FAR, "ENETUNREACH"), ("observe", FAR, "0")):
            said, took = self.left(mode, address)
            self.assertRegex(said, rf"^{answer} \d\d?\d? ms\n$")
            self.assertLess(took, 10)

    def test_loopback_stays_open_to_it(self) -> None:
        said, _ = self.left("enforce", NEAR)
        self.assertRegex(said, r"^0 ")

    def test_nothing_of_ours_stays_when_nothing_of_the_commands_does(self) -> None:
        before = self.processes()
        for mode in MODES:
            self.guarded(mode, "sh", "-c", "sleep 0.01 & true")
        for _ in range(300):
            if not self.processes() - before:
                return
            time.sleep(0.01)
        self.assertEqual(self.processes() - before, set())

    def processes(self) -> set[tuple[int, str]]:
        found = set()
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.folder) in os.readlink(entry / "exe"):
                    found.add((int(entry.name), (entry / "comm").read_text()))
            except OSError:
                pass
        return found

    def test_whoever_waits_for_the_end_of_the_streams_is_not_kept(self) -> None:
        """What is left behind has closed its streams: so must we."""
        fifo, result = self.folder / "gate", self.folder / "result"
        os.mkfifo(fifo)
        for mode in MODES:
            words = self.words(mode, self.program("awkward"), "daemon", str(fifo), str(result), FAR, "99")
            started = subprocess.Popen(words, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertTrue(select.select([started.stdout], [], [], 20)[0])
            begin = time.monotonic()
            started.communicate(timeout=20)
            self.assertLess(time.monotonic() - begin, 10)
            with open(fifo, "wb"):
                pass


class Died(GuardTest):
    def test_supervisor_killed_by_9_and_nobody_hangs(self) -> None:
        for mode in MODES:
            for address in (NEAR, FAR):
                begin = time.monotonic()
                started = subprocess.Popen(self.words(mode, self.program("awkward"), "orphan", address, "99"), cwd=self.folder,
                                           env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                out, _ = started.communicate(timeout=20)
                self.assertLess(time.monotonic() - begin, 15)
                self.assertRegex(out, r"^(ENOSYS|ENETUNREACH) after \d+ ms\n$", f"{mode} {address}")
                self.assertEqual(started.returncode, -signal.SIGKILL)

    def test_a_name_too_is_answered_at_once(self) -> None:
        script = ("import os, signal, socket, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(0.1)\nb = time.monotonic()\n"
                  "try: socket.getaddrinfo('huggingface.co', 443)\nexcept OSError as e: print('failed', time.monotonic() - b < 5)\n")
        started = subprocess.Popen(self.words("enforce", "/usr/bin/python3", "-c", script), cwd=self.folder,
                                   env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.assertEqual(started.communicate(timeout=20)[0], "failed True\n")


class Signals(GuardTest):
    """The rest of what holds for `run` is held under the guard by tests/guard/run_again_test.py."""

    def test_the_timeout_reaches_all_that_the_command_started(self) -> None:
        script = f"(setsid {self.program('ways_out')} udp {FAR} 9; sleep 60) & echo $!; exec sleep 60"
        for mode in MODES:
            begin = time.monotonic()
            done = self.guarded(mode, "sh", "-c", script, flags=("--timeout", "1s", "--kill-after", "1s"))
            self.assertEqual(done.code, 124, done)
            self.assertLess(time.monotonic() - begin, 20)
            self.assertFalse(Path(f"/proc/{done.out.split()[0]}").exists())

    def test_stopped_and_continued(self) -> None:
        script = f"while :; do {self.program('ways_out')} udp {FAR} 9; done"
        words = ["setsid", *self.words("enforce", "sh", "-c", script)]
        started = subprocess.Popen(words, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        for _ in range(3):
            self.assertEqual(started.stdout.readline(), "udp ENETUNREACH\n")
            os.killpg(started.pid, signal.SIGSTOP)
            self.assertTrue(os.waitid(os.P_PID, started.pid, os.WSTOPPED))
            os.killpg(started.pid, signal.SIGCONT)
        for _ in range(50):
            self.assertEqual(started.stdout.readline(), "udp ENETUNREACH\n")
        os.killpg(started.pid, signal.SIGTERM)
        self.assertEqual(started.wait(20), 143)
        started.stdout.close()


class Tools(GuardTest):
    """Debuggers and sandboxes within, and around."""

    @has("strace")
    def test_strace_within(self) -> None:
        done = self.guarded("enforce", "strace", "-f", "-o", "/dev/null", *self.way("udp", FAR, "9"))
        self.expect_refused(done, FAR, 9, program="ways_out")
        self.assertEqual(done.out, "udp ENETUNREACH\n")

    @has("strace")
    def test_strace_around(self) -> None:
        words = ["strace", "-f", "-o", "/dev/null", *self.words("enforce", *self.way("udp", FAR, "9"))]
        done = subprocess.run(words, cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, "udp ENETUNREACH\n"), done)
        self.assertIn(f"{FAR} port 9", done.stderr)

    @has("gdb")
    def test_gdb_within(self) -> None:
        done = self.guarded("enforce", "gdb", "-q", "-batch", "-nx", "-ex", "run", "-ex", "bt", "--args", *self.way("udp", FAR, "9"))
        self.expect_refused(done, FAR, 9, program="ways_out")
        self.assertIn("udp ENETUNREACH", done.out)

    @has("bwrap")
    def test_bubblewrap_within(self) -> None:
        for flags in ((), ("--unshare-net",), ("--unshare-pid", "--unshare-user")):
            with self.subTest(flags):
                words = ("bwrap", "--bind", "/", "/", "--dev", "/dev", *flags, *self.way("udp", FAR, "9"))
                self.assertEqual(self.bare(*words).stdout[:4], "udp ")
                done = self.guarded("enforce", *words)
                self.assertEqual(done.out, "udp ENETUNREACH\n", done)
                self.expect_refused(done, FAR, 9, program="ways_out")

    @has("bwrap")
    def test_bubblewrap_around(self) -> None:
        words = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--chdir", str(self.folder),
                 *self.words("enforce", *self.way("udp", FAR, "9"))]
        done = subprocess.run(words, cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, "udp ENETUNREACH\n"), done)

    def test_process_namespaces_and_chroots_within(self) -> None:
        for words in (("unshare", "--user", "--map-root-user", "--pid", "--fork"), ("unshare", "--user", "--map-root-user", "chroot", "/")):
            done = self.guarded("enforce", *words, *self.way("udp", FAR, "9"))
            self.assertEqual(done.out, "udp ENETUNREACH\n", done)
            self.assertEqual(len(done.to(FAR)), 1, done)

    def test_a_guard_within_a_guard(self) -> None:
        inner = [str(self.folder / "hubward"), "run", "--report", "inner.json", "--guard"]
        for outer_mode in MODES:
            for inner_mode in MODES:
                with self.subTest(outer=outer_mode, inner=inner_mode):
                    done = self.guarded(outer_mode, *inner, inner_mode, "--", *self.way("udp", FAR, "9"))
                    if outer_mode == "enforce":
                        self.assertEqual((done.code, done.out), (1, "udp ENETUNREACH\n"), done)
                        self.assertEqual(len(done.to(FAR)), 1, done)
                    elif inner_mode == "observe":
                        self.assertEqual((done.code, done.out), (0, "udp 0\n"), done)
                        self.assertEqual(len(done.to(FAR)), 1, done)
                    else:  # the outer one refuses nothing, so the inner promise cannot be kept
                        self.assertEqual((done.code, done.out), (125, ""), done)
                        self.assertIn("guard", done.err)

    def test_a_network_of_the_commands_own_within_a_guard_is_tried_out_without_an_attempt(self) -> None:
        inner = [str(self.folder / "hubward"), "run", "--guard", "enforce", "--guard-with", "netns", "--"]
        for mode in MODES:
            done = self.guarded(mode, *inner, "true")
            self.assertEqual((done.code, done.attempts), (0, 0), done)
        done = self.guarded("observe", *inner, *self.way("udp", FAR, "9"))
        self.assertEqual((done.out, self.network.witness.far()), ("udp ENETUNREACH\n", set()), done)

    def test_a_stale_mark_switches_nothing_off(self) -> None:
        done = self.guarded("enforce", *self.way("udp", FAR, "9"), env={"HUBWARD_GUARDED": "enforce"})
        self.expect_refused(done, FAR, 9)

    def test_new_privileges_cannot_be_had_and_it_is_said_when_they_are_wanted(self) -> None:
        self.user = "nobody"
        plain = self.folder / "as_root"
        subprocess.run(["cp", "/usr/bin/id", plain], check=True)
        os.chown(plain, 0, 0)
        plain.chmod(0o4755)
        done = self.guarded("enforce", str(plain), "-u")
        self.assertEqual((done.code, done.out), (0, "65534\n"), done)
        self.assertRegex(done.err, "as_root.*privileges|privileges.*as_root")


main(__name__)
