"""Runs the steps of a job as GitHub's runner does: scripts by bash, GITHUB_* files that are read after each
step, composite actions in a scope of their own, and of other actions what `actions` gives in their place.

Sources: actions/runner, FileCommandManager.cs (files), ScriptHandler.cs (shells), CompositeActionHandler.cs
(a failed step ends the composite, its outputs are read all the same).
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from expressions import as_text, condition, substitute

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "": ["bash", "-e"]}


def file_command(text: str) -> dict[str, str]:
    """What a step left in GITHUB_OUTPUT or GITHUB_ENV: name=value, or name<<END, lines, END."""
    found, lines = {}, text.split("\n")
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line.split("=", 1)
        elif heredoc >= 0:
            name, end = line.split("<<", 1)
            if end not in lines:
                raise ValueError(f"Matching delimiter not found '{end}'")
            value = "\n".join(lines[:lines.index(end)])
            del lines[:lines.index(end) + 1]
        else:
            raise ValueError(f"Invalid format '{line}'")
        if not name:
            raise ValueError(f"Invalid format '{line}'")
        found[name] = value
    return found


@dataclass
class Done:
    """A step that was run: what `steps.ID` shows of it, and its log."""

    name: str
    outcome: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""

    def __repr__(self) -> str:
        return f"{self.name}: {self.outcome} {self.outputs}\n{self.log}"


# An action's stand-in gets its inputs and the job; it returns outputs, and says things by job.say().
Action = Callable[[dict[str, str], "Job"], dict[str, str]]


class Job:
    """One job on one runner. `composites` maps the name before @ to a folder with an action.yml."""

    def __init__(self, folder: Path, environment: dict[str, str], composites: dict[str, Path],
                 actions: dict[str, Action], os_name: str = "Linux"):
        self.workspace, self.temp = folder / "work", folder / "temp"
        for path in (self.workspace, self.temp):
            path.mkdir(parents=True, exist_ok=True)
        self.composites, self.actions = composites, actions
        self.environment = environment | {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace), "RUNNER_OS": os_name,
            "RUNNER_ARCH": "X64", "RUNNER_TEMP": str(self.temp)}
        self.contexts = {"github": {"workspace": str(self.workspace), "action_repository": ""},
                         "runner": {"os": os_name, "temp": str(self.temp)}, "secrets": {}, "env": {}}
        self.done: list[Done] = []
        self.cancelled_in: str | None = None  # the id of a step
        self.cancelled_behind: str | None = None
        self._said: list[str] = []
        self._failed = self._cancelled = False

    def say(self, text: str) -> None:
        self._said.append(text)

    @property
    def log(self) -> str:
        return "".join(done.log for done in self.done)

    def run(self, steps: list[dict]) -> dict[str, Done]:
        """All steps of the job; a later step's `if` sees what became of the earlier ones."""
        scope: dict[str, Done] = {}
        for step in steps:
            done = self._step(step, scope, {}, None)
            if done is None:
                continue
            self.done.append(done)
            self._failed |= done.outcome == "failure" and not step.get("continue-on-error")
            if step.get("id") and step["id"] == self.cancelled_in:
                done.outcome = "cancelled"
            self._cancelled |= bool(step.get("id")) and step["id"] in (self.cancelled_in, self.cancelled_behind)
        return scope

    def _functions(self, failed: bool) -> dict[str, Callable[..., object]]:
        return {"always": lambda: True, "cancelled": lambda: self._cancelled, "failure": lambda: failed,
                "success": lambda: not failed and not self._cancelled}

    def _step(self, step: dict, scope: dict[str, Done], outer: dict[str, str], action: dict | None) -> Done | None:
        failed = self._failed if action is None else False
        contexts = self.contexts | {
            "steps": {name: {"outputs": done.outputs, "outcome": done.outcome} for name, done in scope.items()}}
        if action is not None:
            contexts |= {"inputs": action["given"], "github": self.contexts["github"] | action["github"]}
        functions = self._functions(failed)

        def filled(value: object) -> str:
            return substitute(as_text(value), contexts, functions)

        if not condition(str(step.get("if", "success()")), contexts, functions):
            return None
        done = Done(filled(step.get("name") or step.get("id") or step.get("uses") or step["run"]))
        own = outer | {name: filled(value) for name, value in step.get("env", {}).items()}
        if "uses" in step:
            name = step["uses"].split("@")[0]
            given = {key: filled(value) for key, value in step.get("with", {}).items()}
            self._use(name, given, own, done)
        else:
            path = None if action is None else action["folder"]
            self._script(step, filled, own, path, done)
        if step.get("id"):
            scope[step["id"]] = done
        return done

    def _use(self, name: str, given: dict[str, str], own: dict[str, str], done: Done) -> None:
        if name in self.actions:
            self._said.clear()
            done.outputs = self.actions[name](given, self)
            done.log = "".join(f"{line}\n" for line in self._said)
            return
        folder = self.composites[name]
        text = yaml.safe_load((folder / "action.yml").read_text())
        unknown = set(given) - set(text["inputs"])
        if unknown:
            raise ValueError(f"{name} has no input {unknown}")
        lacking = [key for key, value in text["inputs"].items() if value.get("required") and not given.get(key)]
        if lacking:
            raise ValueError(f"{name} needs {lacking}")
        given = {key: given.get(key, value.get("default", "")) for key, value in text["inputs"].items()}
        action = {"given": given, "folder": folder, "github": {"action_repository": "/".join(name.split("/")[:2])}}
        scope: dict[str, Done] = {}
        for step in text["runs"]["steps"]:
            inner = self._step(step, scope, own, action)
            if inner is None:
                continue
            done.log += inner.log
            if inner.outcome == "failure":
                done.outcome = "failure"
                break
        contexts = {"inputs": given, "steps": {key: {"outputs": inner.outputs} for key, inner in scope.items()}}
        for key, output in text["outputs"].items():
            done.outputs[key] = substitute(output["value"], contexts, self._functions(False))

    def _script(self, step: dict, filled: Callable, own: dict[str, str], path: Path | None, done: Done) -> None:
        if path is not None and not step.get("shell"):
            raise ValueError("a composite's `run` needs its `shell`")
        files = Path(tempfile.mkdtemp(prefix="commands-", dir=self.temp))
        names = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY", "STATE")
        for name in names:
            (files / name).touch()
        script = files / "script.sh"
        # Inputs within a script would be seen here, which is what the rule in action_test.py forbids.
        script.write_text(filled(step["run"]))
        made = self.environment | self.contexts["env"] | own | {f"GITHUB_{name}": str(files / name) for name in names}
        if path is not None:
            made["GITHUB_ACTION_PATH"] = str(path)
        ended = subprocess.run([*SHELLS[step.get("shell", "")], script], env=made, text=True, stdin=subprocess.DEVNULL,
                               cwd=self.workspace / filled(step.get("working-directory", ".")), timeout=120,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        done.log = ended.stdout
        done.outcome = "success" if ended.returncode == 0 else "failure"
        done.outputs = file_command((files / "OUTPUT").read_text())
        self.contexts["env"] = self.contexts["env"] | file_command((files / "ENV").read_text())
        for line in (files / "PATH").read_text().splitlines():
            self.environment["PATH"] = f"{line}{os.pathsep}{self.environment['PATH']}"

    def annotations(self, kind: str) -> list[str]:
        return re.findall(rf"^::{kind}\b[^:]*::(.*)$", self.log, re.MULTILINE)
