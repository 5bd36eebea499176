"""Where the guard lies: the folder of shims, and the start-up files of the shells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.model.names import quoted
from depaudit.model.record import record


@record
class Machine:
    """What decides where things lie: this process's environment, the home folder and ``sys.platform``."""

    environment: Mapping[str, str]
    home: Path
    platform: str

    def __repr__(self) -> str:  # the environment holds secrets
        return f"Machine(home={self.home!r}, platform={self.platform!r})"


def shims_folder(machine: Machine) -> Path:
    """The folder of shims of this user. A relative ``XDG_DATA_HOME`` is ignored, as its specification wants.

    https://specifications.freedesktop.org/basedir-spec/
    """
    if machine.platform == "darwin":
        return machine.home / "Library" / "Application Support" / "depaudit" / "shims"
    chosen = machine.environment.get("XDG_DATA_HOME", "")
    data = Path(chosen) if Path(chosen).is_absolute() else machine.home / ".local" / "share"
    return data / "depaudit" / "shims"


def checked_folder(folder: Path) -> Path:
    """``folder``, absolute. Raises ``UsageError`` when it could not stand on PATH."""
    absolute = folder if folder.is_absolute() else Path.cwd() / folder
    if ":" in str(absolute) or not str(absolute).isprintable():
        raise UsageError(
            f"a folder named {quoted(str(absolute))} cannot stand on PATH.", mend="Choose another with --folder."
        )
    return absolute


@record
class StartUp:
    """One start-up file. ``whole``: the file is ours alone, no block in somebody's."""

    path: Path
    whole: bool = False


def start_up_files(machine: Machine, shells: frozenset[str]) -> tuple[StartUp, ...]:
    """The files that the ``shells`` (``bash``, ``zsh``, ``fish``) of this user read when they start.

    bash: ``.bashrc`` for terminals, and the first of its three login files that exists, for it reads no second one.
    zsh: ``.zshenv`` for all, ``.zprofile`` because macOS reorders PATH before it, ``.zshrc`` for the prompt.
    """
    found: list[StartUp] = []
    home = machine.home
    if "bash" in shells:
        login = (home / name for name in (".bash_profile", ".bash_login", ".profile"))
        found.append(StartUp(path=home / ".bashrc"))
        found.append(StartUp(path=next((path for path in login if _is(path)), home / ".profile")))
    if "zsh" in shells:
        chosen = machine.environment.get("ZDOTDIR", "")
        folder = Path(chosen) if Path(chosen).is_absolute() else home
        found += [StartUp(path=folder / name) for name in (".zshenv", ".zprofile", ".zshrc")]
    if "fish" in shells:
        chosen = machine.environment.get("XDG_CONFIG_HOME", "")
        folder = Path(chosen) if Path(chosen).is_absolute() else home / ".config"
        found.append(StartUp(path=folder / "fish" / "conf.d" / "depaudit.fish", whole=True))
    return tuple(found)


def shells_in_use(machine: Machine) -> frozenset[str]:
    """The shells that are on PATH, that ``SHELL`` names, or that have a start-up file here."""
    from shutil import which

    path = machine.environment.get("PATH", "")
    own = Path(machine.environment.get("SHELL", "")).name
    traces = {"bash": (".bashrc", ".bash_profile"), "zsh": (".zshrc", ".zshenv"), "fish": (".config/fish",)}
    return frozenset(
        shell
        for shell, files in traces.items()
        if own == shell or which(shell, path=path) or any(_is(machine.home / name) for name in files)
    )


def _is(path: Path) -> bool:
    return path.exists() or path.is_symlink()
