"""HTTP/1.1 from a client, read strictly (RFC 9112), and the answer's first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from depaudit.gate.duplex import Duplex
from depaudit.model.record import record

MAX_HEAD = 64 * 1024
MAX_FIELDS = 256
_MAX_SIZE_LINE = 4096
_MAX_TRAILERS = 16 * 1024
_MAX_REASON = 120

_REQUEST_LINE = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([\x21-\x7e]{1,32768}) HTTP/([0-9])\.([0-9])")
_FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}):([^\x00-\x08\x0a-\x1f\x7f]*)")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_LENGTH = re.compile(r"[0-9]{1,15}")

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""What concerns one connection alone (RFC 9110, 7.6.1)."""

Fields = tuple[tuple[str, str], ...]


class BadRequestError(Exception):
    """What a client sent cannot be served. Caught where connections are served, and answered; never seen outside."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@record
class Head:
    """The first lines of a request. Field names are in lower case."""

    method: str
    target: str
    minor: int
    fields: Fields

    def __repr__(self) -> str:  # fields may hold credentials, and so may a target
        return f"Head(method={self.method!r})"

    def field(self, name: str) -> str:
        """All values under ``name`` (lower case), joined as lists are; ``""`` without one."""
        return ", ".join(value for key, value in self.fields if key == name)

    def keeps_alive(self) -> bool:
        """Whether the client wants to ask more on this connection."""
        wishes = {
            wish.strip().lower() for name in ("connection", "proxy-connection") for wish in self.field(name).split(",")
        }
        return "close" not in wishes and (self.minor > 0 or "keep-alive" in wishes)


async def read_head(duplex: Duplex) -> Head | None:
    """The next request's head; None when the client has ended before one began. Raises ``BadRequestError``."""
    buffer = duplex.buffer
    searched = 0
    while True:
        while buffer[:2] == b"\r\n":  # an empty line or two after a body were always let pass
            del buffer[:2]
            searched = 0
        end = buffer.find(b"\r\n\r\n", searched)
        if end >= 0:
            text = bytes(buffer[:end])
            del buffer[: end + 4]
            return parse_head(text)
        if len(buffer) > MAX_HEAD:
            raise BadRequestError(431, "request header too large")
        searched = max(len(buffer) - 3, 0)
        if not await duplex.more():
            if buffer.strip(b"\r\n"):
                raise BadRequestError(400, "the request broke off")
            return None


def parse_head(text: bytes) -> Head:
    """Read a head without its closing empty line. Raises ``BadRequestError``."""
    if len(text) > MAX_HEAD:
        raise BadRequestError(431, "request header too large")
    line, *rest = _decode(text).split("\r\n")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise BadRequestError(400, "not an HTTP request")
    method, target, major, minor = match.groups()
    if major != "1":
        raise BadRequestError(505, "HTTP version not supported")
    if len(rest) > MAX_FIELDS:
        raise BadRequestError(431, "too many header fields")
    fields = []
    for one in rest:
        field = _FIELD.fullmatch(one)
        if field is None:
            raise BadRequestError(400, "malformed header field")
        fields.append((field[1].lower(), field[2].strip(" \t")))
    return Head(method=method, target=target, minor=min(int(minor), 1), fields=tuple(fields))


def _decode(text: bytes) -> str:
    """As UTF-8, in which it is passed on; what is not UTF-8 is taken byte by byte."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


async def read_body(duplex: Duplex, head: Head, *, most: int, idle: float) -> bytes:
    """The whole body of at most ``most`` bytes; a client that sends nothing for ``idle`` seconds is dropped.

    Raises ``BadRequestError``; ``OSError`` when the client is gone.
    """
    length = body_length(head)
    if length == 0:
        return b""
    if length is not None and length > most:
        raise BadRequestError(413, "request body too large")
    expected = head.field("expect").lower()
    if expected and expected != "100-continue":
        raise BadRequestError(417, "expectation not known")
    if expected and head.minor > 0 and not duplex.buffer:
        await duplex.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if length is None:
        return await _read_chunks(duplex, most, idle)
    return await _take(duplex, length, idle)


def body_length(head: Head) -> int | None:
    """How many bytes the body has; None when it comes in chunks. Raises ``BadRequestError`` when that is in doubt."""
    lengths = {value for key, value in head.fields if key == "content-length"}
    coding = head.field("transfer-encoding").lower()
    if coding:
        if lengths or head.minor == 0:
            raise BadRequestError(400, "ambiguous body length")
        if coding != "chunked":
            raise BadRequestError(501, "transfer coding not known")
        return None
    if not lengths:
        return 0
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise BadRequestError(400, "ambiguous body length")
    return int(length)


async def _read_chunks(duplex: Duplex, most: int, idle: float) -> bytes:
    pieces = bytearray()
    while True:
        match = _CHUNK_SIZE.fullmatch(await _line(duplex, _MAX_SIZE_LINE, idle))
        if match is None:
            raise BadRequestError(400, "malformed chunk")
        size = int(match[1], 16)
        if size == 0:
            break
        if len(pieces) + size > most:
            raise BadRequestError(413, "request body too large")
        pieces += await _take(duplex, size, idle)
        if await _take(duplex, 2, idle) != b"\r\n":
            raise BadRequestError(400, "malformed chunk")
    left = _MAX_TRAILERS
    while (line := await _line(duplex, left, idle)) != b"\r\n":  # trailers are read and forgotten
        left -= len(line)
    return bytes(pieces)


async def _line(duplex: Duplex, most: int, idle: float) -> bytes:
    buffer = duplex.buffer
    while (end := buffer.find(b"\r\n")) < 0:
        if len(buffer) > most:
            break
        await _more(duplex, idle)
    if end < 0 or end + 2 > most:
        raise BadRequestError(400, "malformed chunk")
    return await _take(duplex, end + 2, idle)


async def _take(duplex: Duplex, size: int, idle: float) -> bytes:
    """The next ``size`` bytes. Large ones are moved out as they come, so that the buffer stays small."""
    buffer = duplex.buffer
    taken = bytearray()
    while True:
        want = size - len(taken)
        taken += buffer[:want]
        del buffer[:want]
        if len(taken) == size:
            return bytes(taken)
        await _more(duplex, idle)


async def _more(duplex: Duplex, idle: float) -> None:
    with duplex.within(idle):
        if not await duplex.more():
            raise ConnectionResetError("the client left in the middle of a request")


def end_to_end(fields: Iterable[tuple[str, str]], *, without: frozenset[str] = frozenset()) -> Fields:
    """Those of ``fields`` that concern more than this connection, and are not in ``without`` (lower case)."""
    listed = tuple(fields)
    named = {name.strip().lower() for key, value in listed if key.lower() == "connection" for name in value.split(",")}
    dropped = HOP_BY_HOP | named | without
    return tuple((key, value) for key, value in listed if key.lower() not in dropped)


def first_lines(status: int, reason: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """An answer up to its body. ``reason`` is made what a status line may hold; ``""`` gives the usual phrase."""
    lines = [f"HTTP/1.1 {status} {clean_reason(reason) or usual_reason(status)}"]
    lines += [f"{_clean(name)}: {_clean(value)}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def clean_reason(reason: str) -> str:
    """``reason`` in ASCII, on one line, in at most 120 characters."""
    return "".join(char for char in reason if " " <= char <= "~")[:_MAX_REASON].strip()


def usual_reason(status: int) -> str:
    """The phrase that usually goes with ``status``."""
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _clean(text: str) -> str:
    return text.translate(_CONTROLS)


_CONTROLS = dict.fromkeys((*range(9), *range(10, 32), 127))
