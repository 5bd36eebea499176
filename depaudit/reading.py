"""A file's bytes to text, with what is wrong on the way. Nothing but regular files is ever opened for reading."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.parsers.base import MAX_INPUT_BYTES

# As pip: a coding line of PEP 263 within the first two lines, and the marks of Unicode's encodings.
_CODING = re.compile(rb"^[ \t]*#.*?coding[:=][ \t]*([-\w.]{1,40})")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python knows more under the name of an encoding (zip, rot13, punycode, idna); these are texts in use.
_CODINGS = re.compile(
    r"utf[-_]?(?:8|16|32)(?:[-_]?(?:sig|le|be))?|ascii|us[-_]ascii|latin[-_]?\d{1,2}|iso[-_]?8859[-_]\d{1,2}|"
    r"(?:cp|windows[-_]?)\d{3,4}|koi8[-_][ru]|mac[-_]roman|gb(?:k|2312|18030)|big5|shift[-_]jis|euc[-_](?:jp|kr)",
    re.IGNORECASE,
)


@record
class SourceText:
    """``text`` is None where nothing could be read."""

    text: str | None = None
    problems: tuple[Problem, ...] = ()


def read_file(path: Path, shown: str, *, coding_line: bool = False) -> SourceText:
    """Read a file of at most ``MAX_INPUT_BYTES``. ``shown`` is its path in messages; see ``decode``."""
    try:
        # Not blocking: opening a named pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            status = os.fstat(descriptor)
            refusal = _refusal(status.st_mode)
            if refusal is not None:
                return _failed(shown, *refusal)
            if status.st_size > MAX_INPUT_BYTES:
                return _too_big(shown)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(MAX_INPUT_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        cause = error.strerror or "unknown error"
        return _failed(shown, f"The file cannot be read: {cause}.", "Check its path and rights.")
    return decode(data, shown, coding_line=coding_line)


def decode(data: bytes, shown: str, *, coding_line: bool = False) -> SourceText:
    """Bytes to text: UTF-8, or what a byte order mark says, or (``coding_line``) what pip takes a comment to say.

    Bytes that are no UTF-8 are told and stand as U+FFFD, which no name, version or URL can hold: the rest of the file
    is still read, and an entry that holds one is refused by its parser.
    """
    if len(data) > MAX_INPUT_BYTES:
        return _too_big(shown)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, shown)
    if coding_line:
        for line in data.split(b"\n", 2)[:2]:
            stated = _CODING.match(line)
            if stated is not None:
                return _as_stated(data, stated.group(1).decode("ascii", "replace"), shown)
    if b"\0" in data[:4]:
        return _failed(
            shown, "The file looks like UTF-16 without a byte order mark.", "Save it as UTF-8, which every tool reads."
        )
    return _decoded(data, "utf-8", shown)


def _refusal(mode: int) -> tuple[str, str] | None:
    if stat.S_ISDIR(mode):
        return "This is a folder where a file was expected.", "Name the file."
    if not stat.S_ISREG(mode):
        return (
            "This is no regular file (a pipe, a socket or a device).",
            "Pipe its content to depaudit with - and --format-in.",
        )
    return None


def _as_stated(data: bytes, encoding: str, shown: str) -> SourceText:
    if _CODINGS.fullmatch(encoding) is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            pass
        else:
            return _decoded(data, encoding, shown)
    return _failed(shown, f"Its first lines name the encoding {encoding!a}, which is unknown.", "Save it as UTF-8.")


def _decoded(data: bytes, encoding: str, shown: str) -> SourceText:
    try:
        return SourceText(text=data.decode(encoding))
    except UnicodeDecodeError as error:
        at = error.start
    before = data[:at].decode(encoding, "replace")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    problem = Problem(
        path=shown,
        message=f"The byte 0x{data[at]:02x} here is no {encoding.upper()}; tools may read this file in different ways.",
        mend="Save the file as UTF-8.",
        line=line,
        column=column,
    )
    return SourceText(text=data.decode(encoding, "replace"), problems=(problem,))


def _too_big(shown: str) -> SourceText:
    limit = MAX_INPUT_BYTES // (1024 * 1024)
    return _failed(
        shown, f"The file has more than {limit} MB, which no dependency file has.", "Leave it out with --exclude."
    )


def _failed(shown: str, message: str, mend: str) -> SourceText:
    return SourceText(problems=(Problem(path=shown, message=message, mend=mend),))
