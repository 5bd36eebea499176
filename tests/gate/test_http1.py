"""Reading requests: strictly, and within bounds."""

from __future__ import annotations

import asyncio

import pytest

from depaudit.gate.duplex import Duplex
from depaudit.gate.http1 import (
    BadRequestError,
    Head,
    body_length,
    clean_reason,
    end_to_end,
    first_lines,
    parse_head,
    read_body,
    read_head,
)


def head(*lines: str) -> Head:
    return parse_head("\r\n".join(lines).encode("utf-8"))


def test_a_head() -> None:
    assert head("GET /simple/?a=b HTTP/1.1", "Host: pypi.org", "X-Y:", "x-y:\t b c \t") == Head(
        method="GET", target="/simple/?a=b", minor=1, fields=(("host", "pypi.org"), ("x-y", ""), ("x-y", "b c"))
    )
    assert head("GET / HTTP/1.0", "A: é").fields == (("a", "é"),)
    assert parse_head(b"GET / HTTP/1.1\r\nA: \xe9").fields == (("a", "é"),)
    assert head("GET / HTTP/1.1", "A: b", "A: c").field("a") == "b, c"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"",), 400),
        ((b"GET /",), 400),
        ((b"GET  / HTTP/1.1",), 400),
        ((b"GET /\x00 HTTP/1.1",), 400),
        ((b"GET /\xc3\xa9 HTTP/1.1",), 400),
        ((b"G(T / HTTP/1.1",), 400),
        ((b"GET / HTTP/1.1 ",), 400),
        ((b"GET / HTTP/1.1\nA: b",), 400),
        ((b"PRI * HTTP/2.0",), 505),
        ((b"GET / HTTP/0.9",), 505),
        ((b"GET / HTTP/1.1", b"no colon"), 400),
        ((b"GET / HTTP/1.1", b"A : b"), 400),
        ((b"GET / HTTP/1.1", b" folded: b"), 400),
        ((b"GET / HTTP/1.1", b"A: b\rC: d"), 400),
        ((b"GET / HTTP/1.1", b"A: b\nC: d"), 400),
        ((b"GET / HTTP/1.1", b"A: \x00"), 400),
        ((b"GET / HTTP/1.1", *(b"A: b" for _ in range(257))), 431),
        ((b"GET / HTTP/1.1", b"A: " + b"b" * 65536), 431),
        ((b"GET /" + b"a" * 33000 + b" HTTP/1.1",), 400),
    ],
)
def test_no_head(lines: tuple[bytes, ...], status: int) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse_head(b"\r\n".join(lines))
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("lines", "keeps"),
    [
        (("GET / HTTP/1.1",), True),
        (("GET / HTTP/1.1", "Connection: Close"), False),
        (("GET / HTTP/1.1", "Proxy-Connection: close"), False),
        (("GET / HTTP/1.1", "Connection: TE", "Connection: close"), False),
        (("GET / HTTP/1.0",), False),
        (("GET / HTTP/1.0", "Connection: keep-alive"), True),
    ],
)
def test_whether_a_connection_is_kept(lines: tuple[str, ...], keeps: bool) -> None:
    assert head(*lines).keeps_alive() is keeps


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        ((), 0),
        (("Content-Length: 7",), 7),
        (("Content-Length: 7", "Content-Length: 7"), 7),
        (("Transfer-Encoding: Chunked",), None),
    ],
)
def test_how_long_a_body_is(fields: tuple[str, ...], length: int | None) -> None:
    assert body_length(head("POST / HTTP/1.1", *fields)) == length


@pytest.mark.parametrize(
    ("line", "fields", "status"),
    [
        ("POST / HTTP/1.1", ("Content-Length: 7", "Content-Length: 8"), 400),
        ("POST / HTTP/1.1", ("Content-Length: 7, 7",), 400),
        ("POST / HTTP/1.1", ("Content-Length: +7",), 400),
        ("POST / HTTP/1.1", ("Content-Length: -1",), 400),
        ("POST / HTTP/1.1", ("Content-Length: ٣",), 400),
        ("POST / HTTP/1.1", ("Content-Length:",), 400),
        ("POST / HTTP/1.1", ("Content-Length: 9999999999999999",), 400),
        ("POST / HTTP/1.1", ("Content-Length: 7", "Transfer-Encoding: chunked"), 400),
        ("POST / HTTP/1.0", ("Transfer-Encoding: chunked",), 400),
        ("POST / HTTP/1.1", ("Transfer-Encoding: gzip, chunked",), 501),
        ("POST / HTTP/1.1", ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 501),
    ],
)
def test_a_length_in_doubt(line: str, fields: tuple[str, ...], status: int) -> None:
    with pytest.raises(BadRequestError) as caught:
        body_length(head(line, *fields))
    assert caught.value.status == status


def through_a_socket(data: bytes, *, piece: int = 1 << 20, most: int = 1000) -> tuple[list[tuple[Head, bytes]], bytes]:
    """The requests in ``data``, sent in pieces of ``piece`` bytes, and what was said to the client in between."""

    async def go() -> tuple[list[tuple[Head, bytes]], bytes]:
        found: list[tuple[Head, bytes]] = []
        error: list[BadRequestError] = []
        done = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            duplex = Duplex(reader, writer)
            try:
                while (one := await read_head(duplex)) is not None:
                    found.append((one, await read_body(duplex, one, most=most, idle=10)))
            except BadRequestError as bad:
                error.append(bad)
            except ConnectionResetError:
                error.append(BadRequestError(0, "gone"))
            await duplex.finish()
            done.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for start in range(0, len(data), piece):
            writer.write(data[start : start + piece])
            await writer.drain()
            await asyncio.sleep(0)
        writer.write_eof()
        said = await reader.read()
        await done.wait()
        writer.close()
        server.close()
        if error:
            raise error[0]
        return found, said

    return asyncio.run(go())


CHUNKED = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
def test_requests_one_after_the_other(piece: int) -> None:
    found, said = through_a_socket(
        CHUNKED
        + b"3\r\nabc\r\n00A;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
        + b"\r\nPUT /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
        + b"GET /c HTTP/1.1\r\n\r\n",
        piece=piece,
    )
    assert [(one.method, one.target, body) for one, body in found] == [
        ("POST", "/a", b"abc0123456789"),
        ("PUT", "/b", b"hello"),
        ("GET", "/c", b""),
    ]
    assert said == b""


def test_a_body_that_waits_is_asked_for() -> None:
    # in pieces so that the body is not there yet
    found, said = through_a_socket(
        b"PUT /b HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", piece=1
    )
    assert [body for _, body in found] == [b"hello"]
    assert said == b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x", 400),
        (b"GET /" + b"a" * 70000, 431),
        (CHUNKED + b"x\r\n", 400),
        (CHUNKED + b"-1\r\n", 400),
        (CHUNKED + b"0x3\r\nabc\r\n", 400),
        (CHUNKED + b"3\nabc\r\n", 400),
        (CHUNKED + b"3\r\nabcd\r\n", 400),
        (CHUNKED + b"3e9\r\n", 413),
        (CHUNKED + b"fffffffffffffff\r\n", 413),
        (CHUNKED + b"1ffffffffffffffff\r\n", 400),
        (CHUNKED + b"3;" + b"x" * 5000 + b"\r\nabc", 400),
        (CHUNKED + b"0\r\n" + b"A: b\r\n" * 4000 + b"\r\n", 400),
        (CHUNKED + b"3\r\nab", 0),
        (b"PUT / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", 413),
        (b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell", 0),
        (b"PUT / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 200-ok\r\n\r\nhello", 417),
    ],
)
def test_what_cannot_be_read(data: bytes, status: int) -> None:
    with pytest.raises(BadRequestError) as caught:
        through_a_socket(data)
    assert caught.value.status == status


def test_what_concerns_one_connection_is_dropped() -> None:
    fields = (
        ("Connection", "X-Mine, close"),
        ("x-mine", "1"),
        ("TE", "trailers"),
        ("Accept", "*/*"),
        ("Upgrade", "h2c"),
    )
    assert end_to_end(fields) == (("Accept", "*/*"),)
    assert end_to_end(fields, without=frozenset({"accept"})) == ()


def test_first_lines() -> None:
    assert first_lines(200, "", (("A", "b"),)) == b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"
    assert first_lines(299, "", ()) == b"HTTP/1.1 299 Unknown\r\n\r\n"
    assert first_lines(403, "no: 'x'\r\nSet-Cookie: y", ()) == b"HTTP/1.1 403 no: 'x'Set-Cookie: y\r\n\r\n"
    assert first_lines(200, "", (("A\r\nB", "c\r\nD: e\x00"),)) == b"HTTP/1.1 200 OK\r\nAB: cD: e\r\n\r\n"
    assert first_lines(200, "", (("A", "\xe9\u2026"),)) == b"HTTP/1.1 200 OK\r\nA: \xe9?\r\n\r\n"


def test_a_reason_is_short_and_plain() -> None:
    assert clean_reason(" depaudit: é\x1b[31m no\t") == "depaudit: [31m no"
    assert len(clean_reason("x" * 500)) == 120
