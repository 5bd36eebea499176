"""Whether a settings file's change may lead a client to other indexes."""

from __future__ import annotations

from typing import Any

from depaudit.model.record import record

_OWN_OF_UV = frozenset(
    {
        "build-constraint-dependencies", "constraint-dependencies", "dependency-groups", "dev-dependencies",
        "exclude-dependencies", "override-dependencies", "package", "sources", "workspace",
    }
)  # fmt: skip
"""Keys of ``[tool.uv]`` that are a file's own requirements, which are compared as such."""


@record
class _Said:
    uv: object = None
    poetry: bool = False
    poetry_sources: object = None
    pdm_sources: object = None
    pdm_resolution: object = None


def leads_elsewhere(path: str, before: bytes | None, after: bytes | None) -> bool:
    """Whether the difference between two states of a settings file may matter to the files around and below it.

    None: there is no such file. A file that cannot be understood may.
    """
    name = path.rpartition("/")[2]
    if name == "pyproject.toml":
        one, other = _pyproject(before), _pyproject(after)
        return one is None or other is None or one != other
    if name == "pnpm-workspace.yaml":
        return b"regist" in (before or b"").lower() or b"regist" in (after or b"").lower()
    return before != after


def _pyproject(data: bytes | None) -> _Said | None:
    if data is None or not any(word in data for word in (b"uv", b"pdm", b"poetry")):
        return _Said()
    import tomli

    try:
        tools = tomli.loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return None
    tools = tools if isinstance(tools, dict) else {}
    uv, poetry, pdm = (_table(tools.get(key)) for key in ("uv", "poetry", "pdm"))
    return _Said(
        uv=None if uv is None else {key: value for key, value in uv.items() if key not in _OWN_OF_UV},
        poetry=poetry is not None,
        poetry_sources=None if poetry is None else poetry.get("source"),
        pdm_sources=None if pdm is None else pdm.get("source"),
        pdm_resolution=None if pdm is None else pdm.get("resolution"),
    )


def _table(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None
