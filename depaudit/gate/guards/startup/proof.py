"""Whether this pip is inside a run of depaudit already: told by proof, not by a variable that anyone can set."""

from __future__ import annotations

import os

# The hook from here on.

_SECONDS = 2.0  # that the run's proxy has for its proof


def inside_run(words: list[str]) -> bool:
    """Whether this pip already goes through a run of depaudit: its proxy proves that it knows the run's token."""
    proxy = os.environ.get("https_proxy", os.environ.get("HTTPS_PROXY", ""))
    scheme, _, rest = proxy.partition("://")
    credentials, _, place = rest.rstrip("/").rpartition("@")
    user, _, token = credentials.partition(":")
    host, _, port = place.partition(":")
    if scheme != "http" or user != "depaudit" or not token or host not in ("127.0.0.1", "localhost"):
        return False
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return False
    return not _leads_round(words, proxy) and _proves(int(port), token)


def _leads_round(words: list[str], proxy: str) -> bool:
    """Whether pip was told of another way than this proxy; a run of its own then takes that out."""
    chosen = os.environ.get("PIP_PROXY") or proxy
    for index, word in enumerate(words):
        name, _, value = word.partition("=")
        if len(name) > 3 and "--no-proxy-env".startswith(name):
            return True
        if len(name) > 3 and "--proxy".startswith(name):
            chosen = value if "=" in word else "".join(words[index + 1 : index + 2])
    if chosen != proxy or os.environ.get("PIP_NO_PROXY_ENV", "0").lower() not in (
        "",
        "0",
        "n",
        "no",
        "f",
        "false",
        "off",
    ):
        return True
    hosts = os.environ.get("no_proxy", os.environ.get("NO_PROXY", "")).replace(" ", "").lower().split(",")
    return any(
        host == "*" or host.lstrip(".") in ("pypi.org", "pythonhosted.org", "files.pythonhosted.org") for host in hosts
    )


def _proves(port: int, token: str) -> bool:
    import base64
    import hmac
    import socket
    import time

    challenge = os.urandom(32).hex()
    login = base64.b64encode(f"depaudit:{token}".encode("utf-8", "surrogateescape")).decode()
    request = (
        f"GET /.depaudit/alive?challenge={challenge} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Proxy-Authorization: Basic {login}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    end = time.monotonic() + _SECONDS
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            connection.sendall(request.encode())
            while len(answer) < 8192 and time.monotonic() < end:
                connection.settimeout(max(end - time.monotonic(), 0.001))
                piece = connection.recv(4096)
                if not piece:
                    break
                answer += piece
    except OSError:
        return False
    head, _, body = answer.partition(b"\r\n\r\n")
    proof = hmac.new(token.encode("utf-8", "surrogateescape"), challenge.encode(), "sha256").hexdigest()
    return head.split(b" ", 2)[1:2] == [b"200"] and hmac.compare_digest(body.strip(), proof.encode())
