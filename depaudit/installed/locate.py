"""Which environments are meant: by a path, or by what is active or lies in the working folder. Nothing is run here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.installed.interpreter import environment_of, is_environment, library_folders
from depaudit.model.names import quoted
from depaudit.model.record import record

NODE_MODULES = "node_modules"
VIRTUAL_ENVIRONMENTS = (".venv", "venv")
"""What a virtual environment in a project's folder is called: uv's and poetry's only name, and the other usual one."""


@record
class Places:
    """``homes`` are environments' folders, ``sites`` folders of distributions alone, ``modules`` ``node_modules``."""

    homes: tuple[Path, ...] = ()
    sites: tuple[Path, ...] = ()
    modules: tuple[Path, ...] = ()

    def joined(self, other: Places) -> Places:
        """Both, each place once."""
        return Places(
            homes=tuple(dict.fromkeys((*self.homes, *other.homes))),
            sites=tuple(dict.fromkeys((*self.sites, *other.sites))),
            modules=tuple(dict.fromkeys((*self.modules, *other.modules))),
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing to audit."""
        return not (self.homes or self.sites or self.modules)


def places_here(folder: Path, environment: Mapping[str, str]) -> Places:
    """The active virtual environment, else the one in ``folder``, else conda's; and the ``node_modules`` of ``folder``.

    Conda's comes last: its base environment is active in many a shell whatever is being worked on.
    """
    active, conda = (
        [Path(environment[key])] if environment.get(key) else [] for key in ("VIRTUAL_ENV", "CONDA_PREFIX")
    )
    candidates = (*active, *(folder / name for name in VIRTUAL_ENVIRONMENTS), *conda)
    homes = [home for home in candidates if is_environment(home)]
    modules = folder / NODE_MODULES
    return Places(homes=tuple(homes[:1]), modules=(modules,) if modules.is_dir() else ())


def places_at(path: Path, *, word: str) -> Places:
    """What ``path``, typed as ``word``, is: an environment or something in one, a ``node_modules``, a folder of
    distributions, or a project's folder with any of these.

    Raises ``UsageError`` for anything else.
    """
    if path.is_dir():
        if path.name == NODE_MODULES:
            return Places(modules=(path,))
        if is_environment(path):
            return Places(homes=(path,))
        inside = places_here(path, {})
        if not inside.empty:
            return inside
        if any(path.glob("*.dist-info")) or any(path.glob("*.egg-info/PKG-INFO")):
            return Places(sites=(path,))
        if library_folders(path):
            return Places(sites=library_folders(path))  # pip install --prefix
        raise UsageError(
            f"{quoted(word)} is neither a Python environment nor a node_modules folder, and holds none.",
            mend="Name one, for example depaudit env .venv node_modules.",
        )
    home = environment_of(path) if path.is_file() else None
    if home is not None:
        return Places(homes=(home,))
    if path.exists():
        raise UsageError(
            f"{quoted(word)} belongs to no virtual environment.",
            mend="Name the environment's folder; for another interpreter type depaudit env --python PATH.",
        )
    raise UsageError(f"there is no {quoted(word)}.", mend="Check the path.")
