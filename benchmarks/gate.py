"""What the gate adds to a client's own time: whole installs of some 70 packages, and commands that install nothing.

Each install runs by the client alone and behind the gate, cold (no cache of the client's or of depaudit's) and warm
(the caches of the round before, a fresh environment). The clients are those of ``python -m tests.clients``; one that
is not there is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from benchmarks.cases import SCRIPT, Case
from benchmarks.internet import Internet
from benchmarks.names import names
from tests import clients

COUNT = 70
_ODD = frozenset({"pip", "setuptools", "wheel", "npm", "node"})
"""Names that the clients treat in ways of their own."""

_QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
}
_NOTHING = 0.15
_INSTALLS = {"pip": (1.0, 0.6), "uv": (0.6, 0.6), "npm": (0.8, 0.8)}
"""The most seconds that the gate may add, cold and warm."""


def prepare(folder: Path, internet: Internet) -> tuple[Case, ...]:
    """Publish the packages and make the environments to install into, below ``folder``."""
    tools = folder / "gate-tools"
    tools.mkdir()
    cases: list[Case] = []
    python, npm = _graph("pypi", internet), _graph("npm", internet)
    if clients.find("pip-26.3") is not None:
        place, reset = _environment(folder / "gate-pip", pip=True)
        command = (str(place / "bin" / "pip"), "install", python[0])
        cases += _pairs("pip", command, ("pypi", python), place.parent, reset, _path(place / "bin"))
        cases += _idle("pip", ("pip", "--version"), _path(place / "bin"))
    if clients.find("uv") is not None:
        place, reset = _environment(folder / "gate-uv", pip=False)
        _link(tools, "uv")
        variables = (*_path(place / "bin", tools), ("VIRTUAL_ENV", str(place)))
        cases += _pairs("uv", ("uv", "pip", "install", python[0]), ("pypi", python), place.parent, reset, variables)
    node = clients.node()
    if clients.find("npm") is not None and node is not None:
        (tools / "node").symlink_to(node)
        _link(tools, "npm")
        place, reset = _project(folder / "gate-npm", npm[0])
        cases += _pairs("npm", ("npm", "install"), ("npm", npm), place, reset, _path(tools))
        cases += _idle("npm", ("npm", "--version"), _path(tools))
    return tuple(cases)


def _pairs(
    client: str,
    command: tuple[str, ...],
    published: tuple[str, tuple[str, ...]],
    folder: Path,
    reset: Callable[[], None],
    variables: tuple[tuple[str, str], ...],
) -> list[Case]:
    said = " ".join((Path(command[0]).name, *command[1:]))
    cases = []
    for state, goal in zip(("cold", "warm"), _INSTALLS[client], strict=True):
        for gated in (False, True):
            alone = f"gate-{client}-{state}-alone"
            cases.append(
                Case(
                    id=f"gate-{client}-{state}" if gated else alone,
                    what=f"`{'depaudit run -- ' if gated else ''}{said}`, {COUNT} packages, {state}",
                    command=(*SCRIPT, "run", "--", *command) if gated else command,
                    against=alone if gated else "",
                    goal=goal if gated else None,
                    online=True,
                    warm=(published,),
                    folder=folder.name,
                    home=f"{client}-{'gated' if gated else 'alone'}" if state == "warm" else "",
                    variables=variables,
                    reset=reset,
                )
            )
    return cases


def _idle(client: str, command: tuple[str, ...], variables: tuple[tuple[str, str], ...]) -> list[Case]:
    said = " ".join(command)
    plain = Case(id=f"gate-{client}-idle-alone", what=f"`{said}`", command=command, variables=variables)
    gated = Case(
        id=f"gate-{client}-idle",
        what=f"`depaudit {said}`",
        command=(*SCRIPT, *command),
        against=plain.id,
        goal=_NOTHING,
        variables=variables,
    )
    return [plain, gated]


def _graph(ecosystem: str, internet: Internet) -> tuple[str, ...]:
    """Names in the order of the graph: as in real projects, one of eight is not among the most used."""
    known = names(ecosystem)
    rare = COUNT // 8
    root, *others = known.rest[: rare + 1]
    top = [name for name in known.top[50:200] if name not in _ODD][: COUNT - rare - 1]
    chosen = (root, *top, *others)
    internet.graph(ecosystem, chosen)
    return chosen


def _environment(folder: Path, *, pip: bool) -> tuple[Path, Callable[[], None]]:
    """A virtual environment, and what takes away all that was installed into it."""
    place = folder / "env"
    venv.EnvBuilder(symlinks=True, with_pip=False).create(place)
    site = next(place.glob("lib/python3*/site-packages"))
    if pip:
        source = clients.find("pip-26.3")
        assert source is not None
        for entry in source.iterdir():
            if entry.name != "bin":
                shutil.copytree(entry, site / entry.name)
        program = place / "bin" / "pip"
        program.write_text(
            f"#!{place}/bin/python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
        )
        program.chmod(0o755)
    kept = {entry.name for entry in site.iterdir()}

    def reset() -> None:
        for entry in site.iterdir():
            if entry.name not in kept:
                _remove(entry)

    return place, reset


def _project(folder: Path, name: str) -> tuple[Path, Callable[[], None]]:
    """An npm project that asks for ``name``, and what leaves nothing of it but its manifest."""
    folder.mkdir()
    manifest = {"name": "app", "version": "1.0.0", "private": True, "dependencies": {name: "^1.0.0"}}
    (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")

    def reset() -> None:
        for entry in folder.iterdir():
            if entry.name != "package.json":
                _remove(entry)

    return folder, reset


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _link(tools: Path, client: str) -> None:
    for program, path in clients.programs(client).items():
        (tools / program).symlink_to(path)


def _path(*folders: Path) -> tuple[tuple[str, str], ...]:
    usual = ("/usr/local/bin", "/usr/bin", "/bin")
    path = os.pathsep.join((*map(str, folders), str(Path(sys.executable).parent), *usual))
    return (("PATH", path), *_QUIET.items())
