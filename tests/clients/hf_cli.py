"""Runs inside the virtual environment: calls the `hf` program many times, without starting Python as often.

Standard input is JSON, a list of {"args": [...], "as_nobody": false}; the answer is a list of {"exit", "out",
"err"}. Each call is a process of its own, forked after the imports, that ends as `hf` itself would: nothing
one call leaves behind reaches the next.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import traceback

from huggingface_hub.cli.hf import main as hf

NOBODY = 65534


def _be_hf(args, as_nobody, out, err):
    """Never returns."""
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    if as_nobody and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    sys.argv = ["hf", *args]
    code = 0
    try:
        hf()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # as the interpreter ends a program
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _call(args, as_nobody):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _be_hf(args, as_nobody, out, err)
        _, status = os.waitpid(child, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "surrogateescape"))
        return {"exit": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}


def _warm_up(args):
    """One call in this process, for its imports: nobody may not be able to read the modules any more."""
    sys.argv = ["hf", *args]
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), contextlib.suppress(SystemExit):
        hf()


# Read from the descriptor: what a buffered reader took would be in every child's buffer too.
calls = json.loads(os.fdopen(os.dup(0), "rb").read())
_warm_up(calls[0]["args"])
print(json.dumps([_call(call["args"], call["as_nobody"]) for call in calls]))
