"""The options that a line of a requirements file may hold, by pip's own rules.

pip reads them with ``optparse``: ``--name=value`` and ``--name value``, ``-rfile`` and ``-r file``, unique prefixes of
long names. What pip does not take is told; other words among the options are passed over, as pip does.
https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from depaudit.model.names import quoted

MAX_LENGTH = 1_000_000
"""Letters of one logical line; a thousand hashes have some 90,000."""

_VALUED = {
    "--index-url": "index",
    "--pypi-url": "index",
    "--extra-index-url": "extra",
    "--find-links": "find-links",
    "--requirement": "requirement",
    "--constraint": "constraint",
    "--editable": "editable",
    "--hash": "hash",
    "--config-settings": "config",
    "--config-setting": "config",
    "--global-option": "",
    "--no-binary": "",
    "--only-binary": "",
    "--all-releases": "",
    "--only-final": "",
    "--no-deps-for": "",
    "--trusted-host": "",
    "--use-feature": "",
}
_FLAGS = {"--no-index": "no-index", "--pre": "", "--prefer-binary": "", "--require-hashes": ""}
_SHORT = {
    "-i": "--index-url",
    "-f": "--find-links",
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-C": "--config-settings",
}
_HASH = re.compile(r"(?:sha256|sha384|sha512):.+", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(slots=True)
class LineOptions:
    """What one line's options say. ``problems`` are (message, what to do), without a place."""

    values: dict[str, list[str]] = field(default_factory=dict)
    no_index: bool = False
    problems: list[tuple[str, str]] = field(default_factory=list)

    def get(self, kind: str) -> list[str]:
        """The values given for "index", "extra", "find-links", "requirement", "constraint", "editable", "hash"."""
        return self.values.get(kind, [])


def split_line(text: str) -> tuple[str, str]:
    """``text`` before its first word that begins with ``-``, and from there on. Words are parted by spaces alone."""
    if text.startswith("-"):
        return "", text
    at = text.find(" -")
    return (text, "") if at < 0 else (text[:at].rstrip(" "), text[at + 1 :])


def read_options(text: str) -> LineOptions:
    """Read the options part of a line."""
    options = LineOptions()
    try:
        words = _words(text)
    except ValueError:
        options.problems.append(("A quotation mark is not closed here.", "Close it, or leave the quotes out."))
        return options
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            break
        if len(word) < 2 or not word.startswith("-"):
            continue
        name, value = _parted(word)
        known = _known(name, options)
        if known is None:
            continue
        if known in _FLAGS:
            if value is not None:
                options.problems.append((f"The option {known} takes no value.", f"Write {known} alone."))
            elif known == "--no-index":
                options.no_index = True
            continue
        if value is None:
            if at == len(words):
                options.problems.append((f"The option {name} has no value.", "Write the value behind it."))
                break
            value = words[at]
            at += 1
        _keep(known, value, options)
    return options


def _words(text: str) -> list[str]:
    if not any(c in text for c in "'\"\\"):
        return [word for word in _SPACES.split(text) if word]
    import shlex

    return shlex.split(text)


def _parted(word: str) -> tuple[str, str | None]:
    """A word as an option's name and the value that is in the same word."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    return word[:2], word[2:] or None


def _known(name: str, options: LineOptions) -> str | None:
    """The full name of the option ``name``; else None, and the problem is noted."""
    if name in _VALUED or name in _FLAGS:
        return name
    if name in _SHORT:
        return _SHORT[name]
    prefixed = [full for full in (*_VALUED, *_FLAGS) if full.startswith(name)] if name.startswith("--") else []
    meanings = {_VALUED.get(full) or full for full in prefixed}
    if len(meanings) == 1:
        return prefixed[0]
    if prefixed:
        options.problems.append(
            (f"The option {quoted(name)} is short for several: {', '.join(prefixed)}.", "Write its full name.")
        )
    else:
        options.problems.append(
            (
                f"pip knows no option {quoted(name)} in a requirements file.",
                "Remove it, or give it on pip's command line.",
            )
        )
    return None


def _keep(known: str, value: str, options: LineOptions) -> None:
    kind = _VALUED[known]
    if kind == "hash" and _HASH.fullmatch(value) is None:
        options.problems.append(
            (f"{quoted(value)} is no hash that pip takes.", "Write it as --hash=sha256: and the digest.")
        )
    elif kind == "config" and "=" not in value:
        options.problems.append(
            (f"The option {known} has {quoted(value)}, which is no setting.", "Write it as KEY=VALUE.")
        )
    elif kind:
        options.values.setdefault(kind, []).append(value)
