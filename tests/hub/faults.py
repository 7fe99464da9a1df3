"""What a Hub, a mirror or a proxy can do wrong, as intercepts for LoopbackHub: each looks at a request
and answers in the Hub's place, or returns None and lets it pass.

A fault is made for the requests that it is about (`on`) and bounded by `times`, so that a test says how
often it happens, and what it costs.
"""

import threading
from collections.abc import Callable

from hub_protocol import Answer, Request

Wanted = Callable[[Request], bool]


def path_has(*parts: str) -> Wanted:
    return lambda request: any(part in request.path for part in parts)


def everything(_: Request) -> bool:
    return True


class Fault:
    """Answers `times` of the requests that it is on; `seen` counts them all. Thread-safe."""

    def __init__(self, answer: Callable[[Request], Answer], on: Wanted = everything, times: int = 1):
        self.answer, self.on, self.times = answer, on, times
        self.seen: list[Request] = []
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer | None:
        if not self.on(request):
            return None
        with self._lock:
            self.seen.append(request)
            if len(self.seen) > self.times:
                return None
        return self.answer(request)


def status(code: int, body: bytes = b"", **headers: str) -> Callable[[Request], Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Answer(code, body, dict(named))


def body(content: bytes, **headers: str) -> Callable[[Request], Answer]:
    return status(200, content, **headers)


def cut(content: bytes, after: int) -> Callable[[Request], Answer]:
    """Promises all of it, sends the beginning, and hangs up: `Connection: close` ends the handler."""
    headers = {"Content-Length": str(len(content)), "Connection": "close"}
    return lambda _: Answer(200, content[:after], dict(headers))


def stall(content: bytes) -> Callable[[Request], Answer]:
    """Half of it, and then nothing for as long as the test runs."""
    return lambda _: Answer(200, content, hold=threading.Event())


def drip(content: bytes, pause: float, at_once: int = 0) -> Callable[[Request], Answer]:
    """The head and a beginning, and then a byte each `pause` seconds, as long as somebody listens."""
    return lambda _: Answer(200, content, drip=(at_once, pause))


def redirect(target: str, code: int = 302) -> Callable[[Request], Answer]:
    return lambda _: Answer(code, b"", {"Location": target})


def all_of(*faults: Fault) -> Callable[[Request], Answer | None]:
    def intercept(request: Request) -> Answer | None:
        return next((answer for fault in faults if (answer := fault(request))), None)

    return intercept
