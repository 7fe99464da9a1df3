"""`hubward completion`: each of the three shells is asked itself, and what it offers is what hubward knows."""

import os
import re
import select
import shlex
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

BINARY = Path(os.environ["HUBWARD_BINARY"]).resolve()
MODELS = ["gpt2", "sentence-transformers/all-MiniLM-L6-v2", "datasets/rajpurkar/squad@refs/convert/parquet"]
SECONDS = 60


class Project(unittest.TestCase):
    """A project with a manifest, hubward on the PATH, and nobody's own start-up files."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-completion-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.project = self.folder / "a project"
        for folder in ("a project/test", "bin", "home", "elsewhere/spec"):
            (self.folder / folder).mkdir(parents=True)
        (self.folder / "bin/hubward").symlink_to(BINARY)
        self.manifest(*MODELS)
        self.environment = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "HOME": str(self.folder / "home"),
                            "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def manifest(self, *lines: str, place: str = "a project/test") -> None:
        (self.folder / place / "model_manifest.txt").write_text("".join(f"{line}\n" for line in lines))

    def hubward(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([BINARY, *arguments], capture_output=True, text=True, cwd=self.project,
                              env=self.environment, timeout=SECONDS)

    def script(self, shell: str) -> Path:
        made = self.hubward("completion", shell)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        path = self.folder / ("_hubward" if shell == "zsh" else f"hubward.{shell}")
        path.write_text(made.stdout)
        return path


class Command(Project):
    def test_a_shell_that_is_none_of_the_three_is_a_usage_error(self) -> None:
        for words in (["tcsh"], [], ["bash", "zsh"], ["$(id)"], [""]):
            said = self.hubward("completion", *words)
            self.assertEqual((said.returncode, said.stdout), (64, ""), words)
            self.assertIn("bash, zsh, fish", said.stderr)

    def ids(self, *arguments: str) -> list[str]:
        said = self.hubward("completion", "--ids", *arguments)
        self.assertEqual((said.returncode, said.stderr), (0, ""), arguments)
        return said.stdout.splitlines()

    def test_the_models_are_those_of_the_manifest_that_the_line_means(self) -> None:
        self.manifest("other/model", place="elsewhere/spec")
        elsewhere = str(self.folder / "elsewhere")
        self.assertEqual(self.ids(), MODELS)
        self.assertEqual(self.ids("--", "verify", "--level", "size"), MODELS)
        for line in (["-C", elsewhere], ["--", "-C", elsewhere, "verify"], ["--", "verify", f"-C{elsewhere}"],
                     ["--manifest", f"{elsewhere}/spec/model_manifest.txt"],
                     ["--", "fetch", "--manifest=../elsewhere/spec/model_manifest.txt"]):
            self.assertEqual(self.ids(*line), ["other/model"], line)

    def test_what_is_wrong_is_left_for_the_command_to_say(self) -> None:
        self.manifest("not a line", place="elsewhere/spec")
        os.mkfifo(self.folder / "fifo")
        (self.project / "hubward.toml").write_text("colour = 1\n")
        for line in ([], ["-C", "../nowhere"], ["--manifest", "../fifo"], ["-C", "../elsewhere"], ["--", "no-command"],
                     ["--", "verify", "--no-such-flag"]):
            self.assertEqual(self.ids(*line), [], line)

    def test_an_id_that_looks_like_something_else_is_not_offered(self) -> None:
        self.manifest("gpt2", "gpt2@\u202ereversed", "gpt2@zero\u200bwidth", "gpt2@tag")
        self.assertEqual(self.ids(), ["gpt2", "gpt2@tag"])


class Offers:
    """What every shell has to offer; a shell says how it is asked."""

    shell: str
    knows_others = True  # brings along how common commands are completed

    def offers(self, line: str) -> set[str]:
        raise NotImplementedError

    def typed(self, keys: str) -> str:
        """The line once a person has typed `keys`."""
        raise NotImplementedError

    def test_commands(self) -> None:
        self.assertEqual(self.offers("hubward ver"), {"verify"})
        self.assertEqual(self.offers("hubward -C . --no-lock ver"), {"verify"})
        shown = re.search(r"commands:\n(.*?)\n\n", self.hubward("help").stdout, re.DOTALL)[1]
        commands = {line.split()[0] for line in shown.splitlines()}
        self.assertGreater(len(commands), 8)
        self.assertEqual(self.offers("hubward "), commands)
        self.assertEqual(self.offers("hubward help "), commands)

    def test_every_flag_of_each_command_and_no_other(self) -> None:
        for command in ("verify", "run", "fetch", "lock", "repair", "gate", "key", "doctor", "completion"):
            shown = set(re.findall(r"^  (?:-\w,|   ) (--[a-z0-9-]+)", self.hubward("help", command).stdout, re.MULTILINE))
            self.assertGreater(len(shown), 10)
            offered = {offer for offer in self.offers(f"hubward {command} --") if offer.startswith("--")}
            self.assertEqual(offered - {"--"}, shown, command)

    def test_flags_that_need_no_command(self) -> None:
        self.assertEqual(self.offers("hubward --expl"), {"--explain"})
        self.assertEqual(self.offers("hubward verify --expl"), set())

    def test_the_words_that_a_flag_takes(self) -> None:
        self.assertEqual(self.offers("hubward verify --level "), {"layout", "size", "content"})
        self.assertEqual(self.offers("hubward run --guard en"), {"enforce"})
        self.assertEqual(self.offers("hubward --color a"), {"auto", "always"})
        self.assertEqual(self.offers("hubward --log-level w"), {"warning"})
        self.assertTrue({"text", "json", "github"} <= self.offers("hubward verify --format "))
        self.assertIn("blob-corrupt", self.offers("hubward --explain blob-"))
        self.assertEqual(self.offers("hubward completion "), {"bash", "zsh", "fish"})

    def test_words_after_an_equals_sign(self) -> None:
        self.assertEqual(self.typed("hubward verify --level=si"), "hubward verify --level=size")
        self.assertEqual(self.typed("hubward verify --format gi"), "hubward verify --format github")

    def test_files_and_folders(self) -> None:
        (self.project / "out.txt").touch()
        (self.project / "out dir").mkdir()
        self.assertEqual(self.typed("hubward verify --manifest out.t"), "hubward verify --manifest out.txt")
        self.assertEqual(self.typed("hubward verify --cache-dir=out"), r"hubward verify --cache-dir=out\ dir/")
        self.assertEqual(self.typed("hubward verify --format json=out.t"), "hubward verify --format json=out.txt")

    def test_models_of_the_manifest(self) -> None:
        self.assertEqual(self.typed("hubward verify sen"), f"hubward verify {MODELS[1]}")
        self.assertEqual(self.typed("hubward repair --all datasets/rajpurkar/squad@refs/c"), f"hubward repair --all {MODELS[2]}")
        for command in ("verify", "fetch", "lock", "repair", "doctor"):
            self.assertEqual(self.offers(f"hubward {command} g"), {"gpt2"}, command)
        self.assertEqual(self.offers("hubward key g"), set())

    def test_models_of_the_manifest_that_the_line_names(self) -> None:
        self.manifest("other/model", place="elsewhere/spec")
        self.manifest("own/model", place="home")
        self.assertEqual(self.offers("hubward -C ../elsewhere verify "), {"other/model"})
        self.assertEqual(self.offers("hubward verify --manifest '../elsewhere/spec/model_manifest.txt' o"),
                         {"other/model"})
        self.assertEqual(self.offers("hubward verify -C ~/ o"), {"own/model"})

    def test_no_manifest_is_no_offer_and_no_error(self) -> None:
        (self.project / "test/model_manifest.txt").unlink()
        self.assertEqual(self.offers("hubward verify "), set())

    def test_what_a_manifest_says_is_never_run(self) -> None:
        trap = self.folder / "bin/trap"
        trap.write_text(f"#!/bin/sh\necho x >'{self.folder}/sprung'\n")
        trap.chmod(0o755)
        for hostile in ("gpt2@x$(trap)", "gpt2@x`trap`", "gpt2@x;trap", "gpt2@x|trap", "gpt2@x'$(trap)'", 'gpt2@x"$(trap)"',
                        "gpt2@x&trap", "gpt2@x<(trap)", "gpt2@x${IFS}$(trap)"):
            self.manifest(hostile)
            line = self.typed("hubward verify gp")
            self.assertTrue(line.startswith("hubward verify gp"), line)
            # As the shell would read it once a person presses Enter.
            subprocess.run([self.shell, "-c", line.replace("hubward", "echo", 1)], cwd=self.project, env=self.environment,
                           capture_output=True, timeout=SECONDS)
            self.assertFalse((self.folder / "sprung").exists(), hostile)

    def test_behind_run_the_command_is_completed_as_if_alone(self) -> None:
        probe = self.folder / "bin/probe-of-hubward"
        probe.write_text("#!/bin/sh\n")
        probe.chmod(0o755)
        (self.project / "input.txt").touch()
        for line in ("hubward run -- probe-of-hub", "hubward run --dry-run probe-of-hub", "hubward -C . run probe-of-hub"):
            self.assertEqual(self.offers(line), {probe.name}, line)
        self.assertEqual(self.offers("hubward run -- probe-of-hubward inp"), {"input.txt"})
        self.assertEqual(self.typed("hubward run -- probe-of-hubward 'a word' inp"),
                         "hubward run -- probe-of-hubward 'a word' input.txt")
        self.assertEqual(self.offers("hubward run probe-of-hubward --lev"), set())
        self.assertEqual(self.offers("hubward run -- probe-of-hubward verify --lev"), set())


    def test_behind_run_a_command_that_the_shell_knows_has_its_own_flags(self) -> None:
        if self.knows_others:
            for line in ("hubward run -- ls --recurs", "hubward run --dry-run ls --recurs"):
                self.assertEqual(self.offers(line), {"--recursive"}, line)


class Typist:
    """A shell on a terminal of its own. What it tells comes through a FIFO, so nothing is waited for by the clock."""

    def __init__(self, command: list[str], setting_up: str, project: Project):
        self.fifo = project.folder / "told"
        os.mkfifo(self.fifo)
        self.master, slave = os.openpty()
        self.child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=project.project,
                                      env=project.environment, start_new_session=True)
        os.close(slave)
        self.said = b""
        self.listener = threading.Thread(target=self.listen)
        self.listener.start()
        self.send(f"{setting_up}\n{{ echo ready; }} >{shlex.quote(str(self.fifo))}\n")
        assert self.told() == "ready"

    def listen(self) -> None:
        while True:
            try:
                self.said += os.read(self.master, 65536)
            except OSError:
                return

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def told(self) -> str:
        reader = os.open(self.fifo, os.O_RDONLY | os.O_NONBLOCK)
        text = b""
        try:
            while select.select([reader], [], [], SECONDS)[0]:
                piece = os.read(reader, 65536)
                if not piece and text:
                    return text.decode().removesuffix("\n")
                text += piece
        finally:
            os.close(reader)
        raise AssertionError(f"the shell says nothing; on its terminal: {self.said.decode(errors='replace')}")

    def __enter__(self) -> "Typist":
        return self

    def __exit__(self, *_: object) -> None:
        self.child.kill()
        self.child.wait()
        self.listener.join()
        os.close(self.master)
        self.fifo.unlink()


class Bash(Offers, Project):
    shell = "bash"
    before = ""
    knows_others = False

    def offers(self, line: str) -> set[str]:
        words = []
        for word in re.findall(r"(?:[^\s']|'[^']*')+|(?<=\s)$", line):
            words += [piece for piece in re.split(r"([=@:]+)", word) if piece] or [""]
        script = (f"{self.before or 'set -u'}\nsource {shlex.quote(str(self.script('bash')))}\nCOMP_WORDS=({shlex.join(words)})\n"
                  f"COMP_CWORD={len(words) - 1} COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)}\n_hubward\nfor offer in \"${{COMPREPLY[@]-}}\"; do printf '%s\\n' \"$offer\"; done")
        said = subprocess.run(["bash", "--norc", "--noprofile", "-c", script], capture_output=True, text=True,
                              cwd=self.project, env=self.environment, timeout=SECONDS)
        # bash-completion itself expects readline around it.
        wrong = [error for error in said.stderr.splitlines() if "compopt: not currently" not in error]
        self.assertEqual(wrong, [], line)
        return set(filter(None, said.stdout.splitlines()))

    def typed(self, keys: str) -> str:
        told = shlex.quote(str(self.folder / "told"))
        setting_up = (f"{self.before}\nsource {shlex.quote(str(self.script('bash')))}\nbind 'set bell-style none'\n"
                      f"tell() {{ printf '%s\\n' \"$READLINE_LINE\" >{told}; }}\nbind -x '\"\\C-g\": tell'")
        with Typist(["bash", "--norc", "--noprofile", "-i"], setting_up, self) as typist:
            typist.send(f"{keys}\t\a")
            return typist.told().removesuffix(" ")


@unittest.skipUnless(Path("/usr/share/bash-completion/bash_completion").exists(), "there is no bash-completion here")
class BashWithItsPackage(Bash):
    before = "source /usr/share/bash-completion/bash_completion"
    knows_others = True


@unittest.skipUnless(shutil.which("zsh"), "there is no zsh here")
class Zsh(Offers, Project):
    shell = "zsh"

    def answer(self, keys: str, setting_up: str, tell: str) -> str:
        self.script("zsh")
        folder, told = shlex.quote(str(self.folder)), shlex.quote(str(self.folder / "told"))
        setting_up = (f"unsetopt beep promptsp\nPS1='$ '\nfpath=({folder} $fpath)\nautoload -Uz compinit\n"
                      f"compinit -u -d {folder}/zcompdump\n{setting_up}\ntell() {{ {tell} >{told} }}\n"
                      "zle -N tell\nbindkey '^G' tell\nbindkey '^I' complete-word")
        with Typist(["zsh", "-f", "-i"], setting_up, self) as typist:
            typist.send(f"{keys}\t\a")
            return typist.told()

    def offers(self, line: str) -> set[str]:
        # compadd is where every offer passes by.
        wrapped = """typeset -ga offered
compadd() {
  local -a hits
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then builtin compadd -A hits "$@"; offered+=("${hits[@]}"); fi
  builtin compadd "$@"
}"""
        return set(filter(None, self.answer(line, wrapped, 'print -rl -- "${offered[@]}" .').splitlines())) - {"."}

    def typed(self, keys: str) -> str:
        return self.answer(keys, "", 'print -r -- "$BUFFER"').removesuffix(" ")


@unittest.skipUnless(shutil.which("fish"), "there is no fish here")
class Fish(Offers, Project):
    shell = "fish"

    def completed(self, line: str) -> list[str]:
        script = f"source {shlex.quote(str(self.script('fish')))}\ncomplete -C {shlex.quote(line)}"
        said = subprocess.run(["fish", "-c", script], capture_output=True, text=True, cwd=self.project,
                              env=self.environment, timeout=SECONDS)
        self.assertEqual(said.stderr, "", line)
        return [offer.split("\t")[0] for offer in said.stdout.splitlines()]

    def offers(self, line: str) -> set[str]:
        return set(self.completed(line))

    def typed(self, keys: str) -> str:
        offers = self.completed(keys)
        self.assertEqual(len(offers), 1, keys)
        quoted = subprocess.run(["fish", "-c", "string escape --no-quoted -- $argv[1]", "--", offers[0]],
                                capture_output=True, text=True, env=self.environment, check=True, timeout=SECONDS)
        return f"{keys.rpartition(' ')[0]} {quoted.stdout.strip()}"


if __name__ == "__main__":
    unittest.main()
