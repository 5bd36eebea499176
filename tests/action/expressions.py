"""GitHub's expressions, as far as ``action.yml`` may use them; whatever else is an error.

After https://docs.github.com/actions/reference/workflows-and-actions/expressions (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<sign>==|!=|&&|\|\||!|\(|\)|,)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*))"
)
_TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}

Functions = Mapping[str, Callable[..., Any]]


class ExpressionError(Exception):
    """Something that this evaluator, or GitHub's, does not know."""


def fill(text: str, contexts: Mapping[str, Any], functions: Functions) -> str:
    """``text`` with each ``${{ … }}`` replaced, as in ``env`` and ``with``."""
    return _TEMPLATE.sub(lambda match: as_text(evaluate(match[1], contexts, functions)), text)


def condition(text: str, contexts: Mapping[str, Any], functions: Functions) -> bool:
    """The value of an ``if``, with its ``${{ }}`` or without; ``success()`` goes without saying."""
    whole = _TEMPLATE.fullmatch(text.strip())
    inner = whole[1] if whole else text
    if not re.search(r"\b(?:success|failure|always|cancelled)\(\)", inner):
        inner = f"success() && ({inner})"
    return truth(evaluate(inner, contexts, functions))


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions) -> Any:
    reader = _Reader(_tokens(text), contexts, functions)
    value = reader.either()
    if reader.tokens:
        raise ExpressionError(f"{text!r}: what is {reader.tokens[0][1]!r}?")
    return value


def truth(value: Any) -> bool:
    return value not in (False, None, "", 0)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], contexts: Mapping[str, Any], functions: Functions) -> None:
        self.tokens, self.contexts, self.functions = tokens, contexts, functions

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = other if truth(value) else value
        return value

    def equal(self) -> Any:
        value = self.one()
        while self.next in ("==", "!="):
            sign = self.tokens.pop(0)[1]
            same = _fold(value) == _fold(self.one())
            value = same if sign == "==" else not same
        return value

    def one(self) -> Any:
        if self.take("!"):
            return not truth(self.one())
        if self.take("("):
            value = self.either()
            self.expect(")")
            return value
        if not self.tokens:
            raise ExpressionError("an expression ends too early")
        kind, text = self.tokens.pop(0)
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind != "name":
            raise ExpressionError(f"what is {text!r}?")
        return self.call(text) if self.take("(") else self.look_up(text)

    def call(self, name: str) -> Any:
        if name not in self.functions:
            raise ExpressionError(f"there is no function {name}")
        given = []
        while not self.take(")"):
            if given:
                self.expect(",")
            given.append(self.either())
        return self.functions[name](*given)

    def look_up(self, name: str) -> Any:
        if name in _WORDS:
            return _WORDS[name]
        context, *keys = name.split(".")
        if context not in self.contexts:
            raise ExpressionError(f"there is no context {context}")
        value = self.contexts[context]
        for key in keys:
            if context == "inputs" and key not in value:
                raise ExpressionError(f"there is no input {key}")
            if context == "steps" and value is self.contexts["steps"] and key not in value:
                raise ExpressionError(f"there is no step {key} so far")
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    @property
    def next(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def take(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(f"{sign!r} is missing before {self.next!r}")


def _fold(value: Any) -> Any:
    """Texts are compared whatever their case."""
    return value.upper() if isinstance(value, str) else value


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{text!r}: what is at {text[position:]!r}?")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens
