"""Runs inside the virtual environment: fills or reads a cache through huggingface_hub, by a list.

Standard input is JSON: {"xet": null, "links": true, "tasks": [...]}; where the cache and the
Hub are is in the environment, as for any program. A task is {"do": "snapshot" | "file" | "absent",
"type", "id", "revision", "path"}. Answers one JSON list: {"ok": LOCAL PATH, "sha256"} or {"error"}.

"xet": the loopback Hub has no Xet store, and hf_xet is native code. So the one function that moves
bytes by Xet (file_download.xet_get) is replaced by a plain GET that checks what Xet would have
checked; all that decides about the shared store, and writes it, stays the client's own code.
"links": false makes os.symlink fail, as on a disk without links; every release tries before it links.
"""

import hashlib
import json
import os
import sys
import urllib.request

import huggingface_hub
from huggingface_hub import file_download


def _get_in_place_of_xet(*, incomplete_path, xet_file_data, expected_size=None, **_):
    """Takes the bytes from where the hash says; `Signature` is what the content host asks for."""
    with urllib.request.urlopen(by_xet_hash[xet_file_data.file_hash]) as response:
        content = response.read()
    if hashlib.sha256(b"xet:" + content).hexdigest() != xet_file_data.file_hash:
        raise OSError("the bytes are not those of the Xet hash")
    if expected_size is not None and len(content) != expected_size:
        raise OSError("the bytes have another size")
    incomplete_path.write_bytes(content)


by_xet_hash: dict[str, str] = {}


def _work(task):
    where = {"repo_id": task["id"], "repo_type": task["type"], "revision": task["revision"]}
    if task["do"] == "snapshot":
        return huggingface_hub.snapshot_download(**where)
    return huggingface_hub.hf_hub_download(filename=task["path"], **where)


def _answer(task):
    try:
        path = _work(task)
    except Exception as problem:  # whatever a client raises is its answer
        return {"error": f"{type(problem).__name__}: {problem}"}
    if task["do"] == "snapshot":
        return {"ok": path}
    with open(path, "rb") as file:
        return {"ok": path, "sha256": hashlib.sha256(file.read()).hexdigest()}


def _no_links(*_, **__):
    raise PermissionError("no links here")


def main():
    job = json.load(sys.stdin)
    if not job.get("links", True):
        os.symlink = _no_links
    if job.get("xet"):
        by_xet_hash.update(job["xet"])
        file_download.xet_get = _get_in_place_of_xet
    print(json.dumps([_answer(task) for task in job["tasks"]]))


main()
