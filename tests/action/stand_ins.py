"""What stands in for GitHub around a job: a cache store, releases to download, the other actions of the workflows."""

import hashlib
import os
import re
import shutil
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from workflow_runner import Job


class CacheStore:
    """actions/cache/restore and /save over a folder: exact key, else the newest that begins like a restore key, and
    only caches that were saved from the same path; a key that is there is not overwritten.

    Source: actions/toolkit, cache.ts and cacheUtils.ts (getCacheVersion); limits of a key from checkKey.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.stored: dict[tuple[str, str], Path] = {}

    @staticmethod
    def _path(given: dict[str, str], job: Job) -> Path:
        key = given["key"]
        if not key or len(key) > 512 or "," in key:
            raise ValueError(f"Key Validation Error: {key!r}")
        if not given["path"] or "\n" in given["path"]:
            raise ValueError(f"Path Validation Error: {given['path']!r}")
        return Path(re.sub("^~", job.environment["HOME"], given["path"]))

    def restore(self, given: dict[str, str], job: Job) -> dict[str, str]:
        path, version = self._path(given, job), given["path"]
        found = (given["key"], version) if (given["key"], version) in self.stored else None
        for prefix in given.get("restore-keys", "").split():
            newest = [entry for entry in self.stored if entry[1] == version and entry[0].startswith(prefix)]
            found = found or (newest[-1] if newest else None)
        outputs = {"cache-primary-key": given["key"]}
        if found is None:
            job.say(f"Cache not found for input keys: {given['key']}")
            return outputs
        shutil.copytree(self.stored[found], path, symlinks=True, dirs_exist_ok=True)
        return outputs | {"cache-hit": "true" if found[0] == given["key"] else "false", "cache-matched-key": found[0]}

    def save(self, given: dict[str, str], job: Job) -> dict[str, str]:
        path, name = self._path(given, job), (given["key"], given["path"])
        if name in self.stored:
            job.say(f"Failed to save: Unable to reserve cache with key {given['key']}, another job may be creating it.")
            return {}
        self.stored[name] = self.folder / str(len(self.stored))
        shutil.copytree(path, self.stored[name], symlinks=True)
        return {}


def make_package(folder: Path, name: str) -> Path:
    """A tarball as `./dev package` makes one, with the binary under test in it."""
    program = folder / "program"
    program.write_text(f'#!/bin/sh\nexec "{os.environ["HUBWARD_BINARY"]}" "$@"\n')
    program.chmod(0o755)
    with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as tar:
        tar.add(program, f"{name}/bin/hubward")
    return folder / f"{name}.tar.gz"


def sums_of(*files: Path) -> str:
    """What `sha256sum` prints of them."""
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


class Releases:
    """A server of files below a folder, as github.com serves those of a release; a context manager."""

    def __init__(self, folder: Path):
        self.asked = asked = []

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Releases":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
