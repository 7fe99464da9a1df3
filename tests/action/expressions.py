"""GitHub's expressions, as far as the action and the workflows of docs/ci.md use them.

Anything else is an error: an expression that is read wrongly would make a test that proves nothing.
Strings compare without case, '' is false and every other string true.
Source: docs.github.com, "Evaluate expressions in workflows and actions".
"""

import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)"
                    r"|(?P<mark>==|!=|&&|\|\||[!()]))")
STATUS_FUNCTIONS = ("always", "cancelled", "failure", "success")

Functions = Mapping[str, Callable[..., object]]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"not understood: {text[at:]!r} in {text!r}")
        found.append((str(match.lastgroup), match[match.lastgroup or 0]))
        at = match.end()
    return found


class _Reading:
    def __init__(self, text: str, contexts: Mapping, functions: Functions):
        self.rest, self.contexts, self.functions = _tokens(text), contexts, functions

    def _takes(self, mark: str) -> bool:
        if self.rest and self.rest[0] == ("mark", mark):
            self.rest.pop(0)
            return True
        return False

    def either(self) -> object:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> object:
        value = self._compared()
        while self._takes("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> object:
        value = self._single()
        for mark in ("==", "!="):
            if self._takes(mark):
                return (as_text(value).lower() == as_text(self._single()).lower()) == (mark == "==")
        return value

    def _single(self) -> object:
        if self._takes("!"):
            return not self._single()
        if self._takes("("):
            value = self.either()
            if not self._takes(")"):
                raise ValueError("a parenthesis is open")
            return value
        kind, text = self.rest.pop(0)
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind != "name":
            raise ValueError(f"not understood: {text}")
        if self._takes("("):
            given = []
            while not self._takes(")"):
                given.append(self.either())
            return self.functions[text](*given)
        return self._looked_up(text)

    def _looked_up(self, name: str) -> object:
        """What is not there is '', as on GitHub; but a context that is not there is a mistake."""
        first, *parts = name.split(".")
        value = self.contexts[first]
        for part in parts:
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(text: str, contexts: Mapping, functions: Functions) -> object:
    reading = _Reading(text, contexts, functions)
    value = reading.either()
    if reading.rest:
        raise ValueError(f"not understood: {reading.rest} in {text!r}")
    return value


def substitute(text: str, contexts: Mapping, functions: Functions) -> str:
    """`text` with every ${{ … }} replaced."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: as_text(evaluate(match[1], contexts, functions)), text)


def condition(text: str, contexts: Mapping, functions: Functions) -> bool:
    """An `if:`. One that asks for no status means success() too."""
    text = text.strip().removeprefix("${{").removesuffix("}}")
    asks = any(re.search(rf"\b{name}\s*\(", text) for name in STATUS_FUNCTIONS)
    return bool(evaluate(text, contexts, functions)) and (asks or bool(functions["success"]()))
