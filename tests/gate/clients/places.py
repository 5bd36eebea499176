"""A machine's places for the tests of the clients' gate files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.gate.clients.base import Place, Wiring

PROXY = "http://depaudit:TOKEN@127.0.0.1:4711"


def wiring(**environment: str) -> Wiring:
    return Wiring(
        proxy=PROXY,
        bundle=Path("/run/roots.pem"),
        authority=Path("/run/authority.pem"),
        caches=Path("/caches"),
        environment=environment,
    )


def place(root: Path, environment: Mapping[str, str] | None = None, **scripts: str) -> Place:
    """``root/home`` and the project ``root/home/work/project``, which is audited; both are made. No settings of the
    machine's own are seen. Each of ``scripts`` is written as ``<name>.py`` into the project."""
    folder = root / "home" / "work" / "project"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scripts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return Place(
        folder=folder,
        home=root / "home",
        environment={"XDG_CONFIG_DIRS": str(root / "etc"), **(environment or {})},
        roots=(folder,),
        scripts=tuple(folder / f"{name}.py" for name in scripts),
    )


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
