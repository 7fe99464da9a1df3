"""The real clients: virtual environments, Rust programs and npm folders, kept beneath build/clients.

The newest published huggingface_hub is asked for on every run, so that a new release is seen on the
day it appears; without an index (or --keep) what is there is used. The version that ran is reported.
"""

import json
import os
import re
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
    return HERE.parent.parent / "build" / "clients"


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


@dataclass(frozen=True)
class JsClient:
    module: Path
    version: str
    name = "@huggingface/hub"


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


def _cargo(arguments: list[str], folder: Path, target: Path) -> str:
    """Cargo is found on PATH, as rustup or Debian's cargo-web put it."""
    if shutil.which("cargo") is None:
        raise ToolchainError("no cargo on PATH: install rustup's, or Debian's rustc-web and cargo-web")
    return _run(["cargo", *arguments], cwd=folder, env=os.environ | {"CARGO_TARGET_DIR": str(target)})


def rust_client() -> RustClient:
    """The program around hf-hub 0.4.3."""
    target = store() / "cargo"
    _cargo(["build", "--quiet", "--locked"], HERE / "hf_hub_client", target)
    return RustClient(target / "debug" / "hf_hub_client", HF_HUB_VERSION)


def older_rust_client(version: str) -> RustClient:
    """The same program around another 0.x release, in a package of its own."""
    place = store() / f"hf-hub-{version}"
    program = place / "target" / "debug" / "hf_hub_client"
    if program.exists():
        return RustClient(program, version)
    before_0_4 = version.startswith("0.3.")
    text = (HERE / "hf_hub_client" / "Cargo.toml").read_text().replace(f"={HF_HUB_VERSION}", f"={version}")
    features = '["online", "tokio"]' if before_0_4 else '["ureq", "tokio"]'
    text = text.replace('["ureq", "tokio"]', features)
    text += f'\n[[bin]]\nname = "hf_hub_client"\npath = "{HERE}/hf_hub_client/src/main.rs"\n'
    if before_0_4:
        text = text.replace("before_0_4 = []", 'default = ["before_0_4"]\nbefore_0_4 = []')
    place.mkdir(parents=True, exist_ok=True)
    (place / "Cargo.toml").write_text(text)
    if before_0_4:
        _point_at_the_environment(place, text)
    _cargo(["build", "--quiet"], place, place / "target")
    return RustClient(program, version)


def _point_at_the_environment(place: Path, manifest: str) -> None:
    """hf-hub 0.3 has its endpoint as a constant that nothing changes: in a copy it reads HF_ENDPOINT.

    All else of the crate stays as published.
    """
    packages = json.loads(_cargo(["metadata", "--format-version", "1"], place, place / "target"))["packages"]
    source = Path(next(p["manifest_path"] for p in packages if p["name"] == "hf-hub")).parent
    shutil.rmtree(place / "hf-hub", ignore_errors=True)
    shutil.copytree(source, place / "hf-hub")
    for name in ("sync", "tokio"):
        file = place / "hf-hub" / "src" / "api" / f"{name}.rs"
        constant = 'endpoint: "https://huggingface.co".to_string()'
        text = file.read_text()
        if text.count(constant) != 1:
            raise ToolchainError(f"{file}: the endpoint stands elsewhere than expected")
        reads = 'endpoint: std::env::var("HF_ENDPOINT").unwrap_or_else(|_| "https://huggingface.co".to_string())'
        file.write_text(text.replace(constant, reads))
    (place / "Cargo.toml").write_text(manifest + '\n[patch.crates-io]\nhf-hub = { path = "hf-hub" }\n')


def newest_rust_client(keep: bool) -> RustClient:
    """The newest published hf-hub, which since 1.0 is another library; asked for as Python's is."""
    place, target = store() / "hf-hub-newest", store() / "cargo"
    (place / "src").mkdir(parents=True, exist_ok=True)
    for name in ("Cargo.toml", "src/main.rs"):
        shutil.copy2(HERE / "hf_hub_1_client" / name, place / name)
    lock = place / "Cargo.lock"
    try:
        if not (keep and lock.exists()):
            _cargo(["update", "--quiet", "--package", "hf-hub"] if lock.exists() else ["generate-lockfile", "--quiet"],
                   place, target)
    except ToolchainError:
        if not lock.exists():
            raise
        print("clients: the crate index does not answer; the hf-hub at hand is used", file=sys.stderr)
    _cargo(["build", "--quiet"], place, target)
    version = re.search(r'name = "hf-hub"\nversion = "([^"]+)"', lock.read_text()).group(1)
    return RustClient(target / "debug" / "hf_hub_1_client", version)


def js_client(version: str, keep: bool) -> JsClient:
    """A release of @huggingface/hub from npm, or "newest"."""
    if shutil.which("npm") is None:
        raise ToolchainError("no npm on PATH: install node 18 or newer")
    place = store() / f"huggingface-hub-js-{version}"
    package = place / "node_modules" / "@huggingface" / "hub"
    wanted = f"@huggingface/hub@{'latest' if version == 'newest' else version}"
    there = (package / "package.json").exists()
    try:
        if not there or (version == "newest" and not keep):
            place.mkdir(parents=True, exist_ok=True)
            _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), wanted])
    except ToolchainError:
        if not there:
            raise
        print(f"clients: npm does not answer; the {wanted} at hand is used", file=sys.stderr)
    return JsClient(package / "dist" / "index.mjs", json.loads((package / "package.json").read_text())["version"])
