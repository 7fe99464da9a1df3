"""The real clients: a virtual environment and a Rust program, kept between runs.

The newest published huggingface_hub is asked for on every run, so that a new release is seen on the
day it appears; without an index (or --keep) what is there is used. The version that ran is reported.
"""

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HF_HUB_VERSION = "0.4.3"
PYTHON = f"py{sys.version_info.major}.{sys.version_info.minor}"


class ToolchainError(Exception):
    """A client could not be had; the text says which command failed and how."""


def store() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "hubward-dev"


def _run(command: list[str], **options: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise ToolchainError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@dataclass(frozen=True)
class PythonClient:
    python: Path
    version: str
    name = "huggingface_hub"


@dataclass(frozen=True)
class RustClient:
    program: Path
    version: str
    name = "hf-hub"


def _python_at(place: Path, wanted: list[str], keep: bool) -> PythonClient:
    python = place / "bin" / "python"
    ask = [str(python), "-c", "import huggingface_hub; print(huggingface_hub.__version__)"]
    if not python.exists():
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
    there = subprocess.run(ask, capture_output=True).returncode == 0
    try:
        if not (keep and there):
            _run([str(python), "-m", "pip", "install", "--quiet", *wanted])
    except ToolchainError:
        if not there:
            raise
        print("clients: the package index does not answer; the huggingface_hub at hand is used", file=sys.stderr)
    return PythonClient(python, _run(ask).strip())


def python_client(keep: bool) -> PythonClient:
    """The newest published huggingface_hub in a virtual environment of its own."""
    return _python_at(store() / f"huggingface_hub-newest-{PYTHON}", ["--upgrade", "huggingface_hub"], keep)


def older_python_client(version: str) -> PythonClient:
    """One certain release, installed once."""
    place = store() / f"huggingface_hub-{version}-{PYTHON}"
    return _python_at(place, [f"huggingface_hub=={version}"], keep=True)


def rust_client() -> RustClient:
    """The program around hf-hub; cargo is found on PATH, as rustup or Debian's cargo-web put it."""
    if shutil.which("cargo") is None:
        raise ToolchainError("no cargo on PATH: install rustup's, or Debian's rustc-web and cargo-web")
    target = store() / "cargo"
    command = ["cargo", "build", "--quiet", "--locked"]
    _run(command, cwd=HERE / "hf_hub_client", env=os.environ | {"CARGO_TARGET_DIR": str(target)})
    return RustClient(target / "debug" / "hf_hub_client", HF_HUB_VERSION)
