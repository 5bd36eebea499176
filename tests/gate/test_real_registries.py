"""The gate before real registry servers, as the operator's private indexes: pypiserver and verdaccio."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.registries import PyPIServer, Server
from tests.gate.kit import NPM, PYPI, Done, Machine
from tests.gate.matrix import PACKAGE, went_well, write_json

pytestmark = pytest.mark.clients

Make = Callable[..., Machine]

REFUSED = 40
USER, PASSWORD = "dev", "s3cret-of-dev"

_GUARDED = """
import sys
from wsgiref.simple_server import make_server
import pypiserver
port, packages, user, password = sys.argv[1:]
app = pypiserver.app(
    roots=[packages],
    disable_fallback=True,
    authenticate=["list", "download", "update"],
    auther=lambda *given: given == (user, password),
)
make_server("127.0.0.1", int(port), app).serve_forever()
"""


class GuardedPyPIServer(PyPIServer):
    """A pypiserver that wants a password for everything."""

    def command(self) -> list[str]:
        script = self.folder / "serve.py"
        script.write_text(_GUARDED)
        python = self.program.resolve().with_name("python")
        return [str(python), str(script), str(self.port), str(self.packages), USER, PASSWORD]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    try:
        server = GuardedPyPIServer(tmp_path_factory.mktemp("guarded"))
    except LookupError as error:
        pytest.skip(str(error.args[0]))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def pip_conf(machine: Machine, *lines: str) -> None:
    """The operator's own, outside the project."""
    place = machine.home / ".config" / "pip" / "pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(f"{line}\n" for line in ("[global]", *lines)))


def hosts_asked(machine: Machine) -> set[str]:
    return {heard.host for heard in machine.world.requests}


def refused(done: Done, name: str) -> None:
    assert done.status == REFUSED, str(done)
    assert f"refused {name}" in done.stderr, str(done)
    assert not done.left_running


@pytest.mark.parametrize("words", [["pip", "install"], ["uv", "pip", "install"]], ids=" ".join)
def test_a_private_python_index(machine: Make, pypiserver: Server, words: list[str]) -> None:
    """Packages that were uploaded a minute ago, without dates: internal ones are no false alarm."""
    here = machine("pip-26.3", "uv")
    index = pypiserver.play(here.world)
    pip_conf(here, f"index-url = {index}")
    here.variables["UV_DEFAULT_INDEX"] = index
    done = here.gated([*words, PYPI.frame])
    went_well(done, here)
    assert (here.installed(PYPI.frame), here.installed(PYPI.sound)) == ("1.5.0", "1.5.0")
    assert "pypi.org" not in hosts_asked(here)
    assert "files.pythonhosted.org" not in hosts_asked(here)
    refused(here.gated([*words, PYPI.missing]), PYPI.missing)
    assert "pypi.org" not in hosts_asked(here)


def test_an_index_beside_the_public_one(machine: Make, pypiserver: Server) -> None:
    """Names of the one and of the other; a squat on the public one is refused as ever."""
    here = machine("pip-26.3")
    pip_conf(here, f"extra-index-url = {pypiserver.play(here.world)}")
    own = pypiserver.packages / "zz_sound-1.5.0-py3-none-any.whl"
    internal = pypiserver.packages / "zz_internal_tool-1.5.0-py3-none-any.whl"
    assert own.exists()
    _renamed(own, internal, "zz-internal-tool")
    done = here.gated(["pip", "install", "zz-internal-tool", PYPI.frame])
    went_well(done, here)
    assert (here.has("zz-internal-tool"), here.has(PYPI.frame)) == (True, True)


def test_a_python_index_without_tls(machine: Make, pypiserver: Server) -> None:
    here = machine("pip-26.3")
    pypiserver.play(here.world)
    pip_conf(here, f"index-url = http://127.0.0.1:{pypiserver.port}/simple/")
    here.variables |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    went_well(here.gated(["pip", "install", PYPI.frame]), here)
    assert here.has(PYPI.sound)
    assert here.world.knocks == ()
    refused(here.gated(["pip", "install", PYPI.missing]), PYPI.missing)


@pytest.mark.parametrize("tls", [True, False], ids=["https", "http"])
def test_the_password_of_an_index_reaches_it_and_nothing_else(machine: Make, guarded: Server, tls: bool) -> None:
    here = machine("pip-26.3")
    guarded.play(here.world)
    place = guarded.HOST if tls else f"127.0.0.1:{guarded.port}"
    scheme = "https" if tls else "http"
    if not tls:
        here.variables |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    report = here.root / "report.json"
    options = ["-v", "--report", str(report)]
    pip_conf(here, f"index-url = {scheme}://{USER}:{PASSWORD}@{place}/simple/")
    for name in (PYPI.frame, PYPI.missing):
        done = here.gated(["pip", "install", name], options=options)
        assert done.status == (0 if name == PYPI.frame else REFUSED), str(done)
        assert PASSWORD not in done.stdout + done.stderr + report.read_text()
    assert here.has(PYPI.sound)
    if tls:
        sent = {heard.host for heard in here.world.requests if _authorized(heard.header("Authorization"))}
        assert sent == {guarded.HOST}
    pip_conf(here, f"index-url = {scheme}://{USER}:wr0ng@{place}/simple/")
    done = here.gated(["pip", "install", "--no-input", PYPI.tool], options=options)
    assert done.status == REFUSED, str(done)
    assert "wr0ng" not in done.stdout + done.stderr + report.read_text()
    assert not here.has(PYPI.tool)
    kept = [path for path in (here.home / ".cache").rglob("*") if path.is_file()]
    assert [str(path) for path in kept if PASSWORD.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("client", ["npm", "pnpm"])
def test_a_private_npm_registry(machine: Make, verdaccio: Server, client: str) -> None:
    here = machine(client)
    (here.home / ".npmrc").write_text(f"registry={verdaccio.play(here.world)}\n")
    write_json(here, "package.json", PACKAGE)
    done = here.gated([client, "install" if client == "npm" else "add", NPM.frame])
    went_well(done, here)
    assert here.has(NPM.frame)
    lock = here.project / ("package-lock.json" if client == "npm" else "pnpm-lock.yaml")
    assert "depaudit" not in lock.read_text()
    assert "127.0.0.1" not in lock.read_text()
    assert "registry.npmjs.org" not in hosts_asked(here)
    before = lock.read_bytes()
    refused(here.gated([client, "install" if client == "npm" else "add", NPM.missing]), NPM.missing)
    assert lock.read_bytes() == before
    assert "registry.npmjs.org" not in hosts_asked(here)


def test_a_scope_of_its_own_beside_the_public_registry(machine: Make, verdaccio: Server) -> None:
    here = machine("npm")
    index = verdaccio.play(here.world)
    _scoped(verdaccio, "zz-sound", "@zz-team/inner")
    (here.home / ".npmrc").write_text(f"@zz-team:registry={index}\n//{verdaccio.HOST}/:_authToken={PASSWORD}\n")
    write_json(here, "package.json", PACKAGE)
    done = here.gated(["npm", "install", "@zz-team/inner", NPM.frame], options=["-v"])
    went_well(done, here)
    assert (here.has("@zz-team/inner"), here.has(NPM.frame)) == (True, True)
    assert PASSWORD not in done.stdout + done.stderr
    sent = {heard.host for heard in here.world.requests if PASSWORD in heard.header("Authorization")}
    assert sent == {verdaccio.HOST}
    refused(here.gated(["npm", "install", "@zz-team/innner"]), "@zz-team/innner")
    assert not any("zz-team" in path for path in here.world.asked("registry.npmjs.org"))


def _authorized(header: str) -> bool:
    return base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode() in header


def _renamed(source: Path, target: Path, name: str) -> None:
    """The wheel under another name."""
    import zipfile

    module = name.replace("-", "_")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            path = entry.replace("zz_sound", module)
            if path.endswith("/RECORD"):
                data = b""
            new.writestr(path, data.replace(b"Name: zz-sound", f"Name: {name}".encode()))


def _scoped(server: Server, source: str, name: str) -> None:
    """The project's packument and tarballs under another, scoped name."""
    old, new = server.packages / source, server.packages / name
    new.mkdir(parents=True)
    packument = json.loads((old / "package.json").read_bytes())
    bare = name.rpartition("/")[2]
    packument["name"] = packument["_id"] = name
    attachments = {}
    for version, manifest in packument["versions"].items():
        filename = f"{bare}-{version}.tgz"
        (new / filename).write_bytes((old / f"{source}-{version}.tgz").read_bytes())
        attachments[filename] = packument["_attachments"][f"{source}-{version}.tgz"]
        manifest["name"], manifest["_id"] = name, f"{name}@{version}"
        manifest["dist"]["tarball"] = f"{server.url}{name}/-/{filename}"
    packument["_attachments"] = attachments
    (new / "package.json").write_text(json.dumps(packument))
