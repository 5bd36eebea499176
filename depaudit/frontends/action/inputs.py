"""The action's inputs, as ``action.yml`` hands them over: one environment variable each, never part of a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, cast

from depaudit.errors import UsageError
from depaudit.model.names import quoted
from depaudit.model.record import record

PREFIX = "DEPAUDIT_INPUT_"
TOKEN = f"{PREFIX}TOKEN"

MAX_LENGTH = 65_536
_MOST_PATHS = 1_000
# What a workflow may write for yes and no, as YAML 1.2 and the actions of GitHub itself take it.
_YES = ("true", "True", "TRUE")
_NO = ("false", "False", "FALSE", "")


@record
class Inputs:
    """What the workflow asked for. Empty texts stand for what the event or the configuration says."""

    paths: tuple[str, ...] = ()
    base: str = ""
    fail_on: str | None = None
    policy: str = ""
    accept_policy: str = ""
    sarif_file: str = ""
    comment: Literal["auto", "always", "never"] = "auto"
    token: str = ""
    offline: bool = False
    gate: bool = False
    mode: Literal["audit", "verify"] = "audit"

    def __repr__(self) -> str:  # the token must not be in it
        return f"Inputs(mode={self.mode!r}, base={self.base!r})"


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """The inputs of this step. Raises ``UsageError`` that names the input."""
    given = {name: _text(environment, name) for name in _NAMES}
    return Inputs(
        paths=_paths(given["paths"]),
        base=given["base"],
        fail_on=_one_of("fail-on", given["fail-on"], ("", "block", "warn", "never")) or None,
        policy=given["policy"],
        accept_policy=given["accept-policy"],
        sarif_file=given["sarif-file"],
        comment=cast(
            "Literal['auto', 'always', 'never']",
            _one_of("comment", given["comment"] or "auto", ("auto", "always", "never")),
        ),
        token=environment.get(TOKEN, ""),
        offline=_yes("offline", given["offline"]),
        gate=_yes("gate", given["gate"]),
        mode=cast("Literal['audit', 'verify']", _one_of("mode", given["mode"] or "audit", ("audit", "verify"))),
    )


_NAMES = (
    "paths", "base", "fail-on", "policy", "accept-policy", "sarif-file", "comment", "offline", "gate", "mode",
)  # fmt: skip


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(f"{PREFIX}{name.upper().replace('-', '_')}", "").strip()
    if len(value) > MAX_LENGTH:
        raise UsageError(f"The input {name} has more than {MAX_LENGTH:,} characters.")
    if name != "paths" and not value.isprintable():
        raise UsageError(f"The input {name} is {quoted(value)}, of more than one line.", mend="Write it on one line.")
    return value


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    words = [word for word in known if word]
    raise UsageError(f"The input {name} is {quoted(value)}.", mend=f"Write {', '.join(words[:-1])} or {words[-1]}.")


def _yes(name: str, value: str) -> bool:
    if value in _YES or value in _NO:
        return value in _YES
    raise UsageError(f"The input {name} is {quoted(value)}.", mend="Write true or false.")


def _paths(text: str) -> tuple[str, ...]:
    """Paths from the repository's top, "/"-separated, each once."""
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", text)]
    paths = tuple(dict.fromkeys(_path(line) for line in lines if line))
    if len(paths) > _MOST_PATHS:
        raise UsageError(f"The input paths names more than {_MOST_PATHS:,} paths.", mend="Name folders.")
    return paths


def _path(line: str) -> str:
    path = line.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not path.isprintable() or path.startswith("/") or path[1:2] == ":" or ".." in parts:
        raise UsageError(
            f"The input paths names {quoted(line)}, which does not lie in the repository.",
            mend="Write each path from the repository's top, one a line.",
        )
    return "/".join(parts) or "."
