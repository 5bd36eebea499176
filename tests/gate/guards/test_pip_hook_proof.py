"""How a pip knows that it is inside a run: the run's proxy proves it. A stand-in first, then the real proxy."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from depaudit.gate.base import Reply
from depaudit.gate.guards.startup.proof import inside_run
from tests import clients
from tests.gate.guards.hooked import PIP, Environment, interpreters, run, version_of
from tests.gate.harness import Script, gate

TOKEN = "5f0c" * 12
INSTALL = ["install", "x"]


def _proof(request: bytes, token: str = TOKEN) -> bytes:
    target = urlsplit(request.split(b" ")[1].decode())
    challenge = parse_qs(target.query)["challenge"][0]
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest().encode()


def _right(request: bytes) -> bytes:
    login = base64.b64encode(f"depaudit:{TOKEN}".encode())
    assert request.startswith(b"GET /.depaudit/alive?challenge=")
    assert b"\r\nProxy-Authorization: Basic " + login + b"\r\n" in request
    return b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\nConnection: close\r\n\r\n" + _proof(request)


@contextmanager
def _listening(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """A server on 127.0.0.1 that answers every connection, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    request = connection.recv(65536)
                    if not request:
                        return
                    connection.sendall(answer(request))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            port = server.getsockname()[1]
            yield port
        finally:
            with socket.create_connection(("127.0.0.1", port)):
                pass
            thread.join()


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the variables of a run; those not named are gone."""

    def put(**variables: str) -> None:
        for name in ("https_proxy", "HTTPS_PROXY", "NO_PROXY", "no_proxy", "PIP_PROXY", "PIP_NO_PROXY_ENV"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


def test_a_proof_opens(proxies: Callable[..., None]) -> None:
    with _listening(_right) as port:
        url = f"http://depaudit:{TOKEN}@127.0.0.1:{port}"
        for variables in (
            {"HTTPS_PROXY": url},
            {"https_proxy": url, "HTTPS_PROXY": "http://elsewhere:1"},
            {"HTTPS_PROXY": f"{url}/", "NO_PROXY": "127.0.0.2"},
            {"HTTPS_PROXY": f"http://depaudit:{TOKEN}@localhost:{port}"},
        ):
            proxies(**variables)
            assert inside_run(INSTALL), variables
        proxies(HTTPS_PROXY=url, PIP_PROXY=url)
        assert inside_run(["install", "--proxy", url, "--no-input", "x"])


def test_another_way_out_closes_again(proxies: Callable[..., None]) -> None:
    """Such a pip gets a run of its own, which takes the other way out."""
    with _listening(_right) as port:
        url = f"http://depaudit:{TOKEN}@127.0.0.1:{port}"
        for words in (
            ["install", "--proxy", "", "x"],
            ["--proxy=http://other:1", "install", "x"],
            ["install", "--proxy", url, "--prox", "", "x"],
            ["install", "--no-proxy-env", "x"],
            ["--no-proxy", "install", "x"],
        ):
            proxies(HTTPS_PROXY=url)
            assert not inside_run(words), words
        for variables in (
            {"PIP_PROXY": "http://other:1"},
            {"PIP_NO_PROXY_ENV": "1"},
            {"NO_PROXY": "*"},
            {"no_proxy": "localhost, .pypi.org"},
            {"https_proxy": ""},
        ):
            proxies(**{"HTTPS_PROXY": url, **variables})
            assert not inside_run(INSTALL), variables


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1:9",
        "http://depaudit:{token}@127.0.0.1:1",
        "http://depaudit:{token}@127.0.0.1",
        "http://depaudit:{token}@127.0.0.1:99999",
        "http://depaudit:{token}@127.0.0.1:-1",
        "http://depaudit:{token}@127.0.0.1:²",
        "http://depaudit:@127.0.0.1:{port}",
        "http://someone:{token}@127.0.0.1:{port}",
        "https://depaudit:{token}@127.0.0.1:{port}",
        "depaudit:{token}@127.0.0.1:{port}",
        "http://depaudit:{token}@proxy.example:{port}",
        "http://depaudit:{token}@[::1]:{port}",
    ],
)
def test_other_proxies_prove_nothing(url: str, proxies: Callable[..., None]) -> None:
    with _listening(_right) as port:
        proxies(HTTPS_PROXY=url.format(token=TOKEN, port=port))
        assert not inside_run(INSTALL)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: b"",
        lambda _: b"HTTP/1.1 200 OK\r\n\r\n",
        lambda request: b"HTTP/1.1 200 OK\r\n\r\n" + _proof(request, "another token"),
        lambda request: b"HTTP/1.1 407 No\r\n\r\n" + _proof(request),
        _proof,
        lambda request: b"HTTP/1.1 200 OK\r\n\r\n" + _proof(request) + b"x",
        lambda request: b"HTTP/1.1 200 OK\r\n\r\n" + request,
        lambda request: b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n" + _proof(request),
        lambda request: b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",
    ],
)
def test_a_wrong_answer_proves_nothing(answer: Callable[[bytes], bytes], proxies: Callable[..., None]) -> None:
    with _listening(answer) as port:
        proxies(HTTPS_PROXY=f"http://depaudit:{TOKEN}@127.0.0.1:{port}")
        assert not inside_run(INSTALL)


def test_no_answer_proves_nothing(proxies: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxies(HTTPS_PROXY=f"http://depaudit:{TOKEN}@127.0.0.1:{silent.getsockname()[1]}")
        assert not inside_run(INSTALL)


@pytest.mark.parametrize("python", interpreters(), ids=version_of)
def test_inside_a_run_pip_goes_ahead(python: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", python).give(PIP).hook()
    pip = str(environment.site / "pip")
    with _listening(_right) as port:
        proxy = {"https_proxy": f"http://depaudit:{TOKEN}@127.0.0.1:{port}"}
        for words in (
            ["-m", "pip", "install", "x"],
            [str(environment.folder / "bin" / "pip"), "install", "x"],
            [f"{pip}/__pip-runner__.py", "install", "x"],
            ["-c", "import pip; pip.main(['install', 'x'])"],
        ):
            done = run([str(environment.python), *words], **proxy)
            assert done == (0, 'pip ran ["install", "x"]\n', ""), words
        forged = {"https_proxy": f"http://depaudit:{'0' * 48}@127.0.0.1:1", "DEPAUDIT_ACTIVE": "1"}
        done = run([str(environment.python), "-m", "pip", "install", "x"], **forged)
        assert done.handed_over == ["run", "--", str(environment.python), "-m", "pip", "install", "x"]


def test_the_real_proxy_proves_itself(proxies: Callable[..., None]) -> None:
    async def go() -> None:
        async with gate(Script(lambda _: Reply(status=403)), "pypi.org") as gated:
            proxies(HTTPS_PROXY=gated.proxy.url)
            assert await asyncio.to_thread(inside_run, INSTALL)
            proxies(HTTPS_PROXY=gated.proxy.url.replace("depaudit:", "depaudit:0"))
            assert not await asyncio.to_thread(inside_run, INSTALL)
            url = gated.proxy.url
        proxies(HTTPS_PROXY=url)
        assert not inside_run(INSTALL)  # the run is over

    asyncio.run(go())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pip-21.3", "pip-23.2", "pip-26.3"])
def test_isolated_builds_of_real_pips_stay_inside(name: str, tmp_path: Path) -> None:
    """Each starts a pip of its own for the build's requirements; a local backend needs no index."""
    site = clients.find(name)
    if site is None:
        pytest.skip(clients.why_not(name))
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "backend_x-1.0-py3-none-any.whl").write_bytes(_wheel("backend_x", BACKEND))
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[build-system]\nrequires = ["backend_x"]\nbuild-backend = "backend_x"\n')
    environment = Environment(tmp_path / "env", Path(sys.executable)).link(site).hook()
    with _listening(_right) as port:
        proxy = f"http://depaudit:{TOKEN}@127.0.0.1:{port}"
        words = ["install", "--no-index", "--find-links", str(tmp_path / "wheels"), str(project)]
        done = run([str(environment.python), "-m", "pip", *words], https_proxy=proxy, PIP_PROXY=proxy)
    assert done.status == 0, done.out + done.err
    assert (environment.site / "built_x.py").exists()


BACKEND = """\
import base64, hashlib, os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    files = {
        "built_x.py": "",
        "built_x-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: built_x\\nVersion: 1.0\\n",
        "built_x-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["built_x-1.0.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in files)
    with zipfile.ZipFile(os.path.join(folder, "built_x-1.0-py3-none-any.whl"), "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return "built_x-1.0-py3-none-any.whl"
"""


def _wheel(name: str, source: str) -> bytes:
    import io
    import zipfile

    files = {
        f"{name}.py": source,
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{name}-1.0.dist-info/RECORD"] = "".join(f"{path},,\n" for path in files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return made.getvalue()
