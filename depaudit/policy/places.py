"""Where configuration files lie, and reading them: bounded, strict, and never passing over one that cannot be read."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from depaudit.errors import ConfigError
from depaudit.model.record import record

MAX_BYTES = 8 * 1024 * 1024
"""No configuration is larger; the largest pyproject.toml met in public has some 100 kB."""

POLICY = "policy.toml"


@record
class Text:
    """A file that was read. ``shown`` is its path for people; ``pyproject`` as in ``parse_settings``."""

    path: Path
    shown: str
    text: str
    pyproject: bool = False


def system_policy(environment: Mapping[str, str], platform: str) -> Path | None:
    """The machine's policy, which an administrator writes."""
    if platform == "win32":
        folder = environment.get("PROGRAMDATA")
        return Path(folder, "depaudit", POLICY) if folder else None
    if platform == "darwin":
        return Path("/Library/Application Support/depaudit", POLICY)
    return Path("/etc/depaudit", POLICY)


def user_policies(
    environment: Mapping[str, str], home: Path, platform: str, account_home: Path | None
) -> tuple[Path, ...]:
    """Where the user's policy may lie, the surest first; the first that exists counts.

    The account's home comes first, because whoever types commands for the user can set ``HOME`` too.
    """
    places = [] if account_home is None else [account_home / ".config" / "depaudit" / POLICY]
    if platform == "win32":
        if environment.get("APPDATA"):
            places.append(Path(environment["APPDATA"], "depaudit", POLICY))
    elif environment.get("XDG_CONFIG_HOME"):
        places.append(Path(environment["XDG_CONFIG_HOME"], "depaudit", POLICY))
    places.append(home / ".config" / "depaudit" / POLICY)
    return tuple(dict.fromkeys(places))


def home_of_account() -> Path | None:
    """The home folder of the account that runs this process, whatever ``HOME`` says; None where nothing tells."""
    with contextlib.suppress(ImportError, KeyError, OSError):
        import pwd

        folder = pwd.getpwuid(os.getuid()).pw_dir
        return Path(folder) if folder else None
    return None


def read_file(path: Path, *, must_exist: bool = False, plain: bool = False) -> Text | None:
    """Read ``path``; None when there is none. ``plain`` refuses pipes and devices, which could hold the run up.

    Raises ``ConfigError`` for a file that is there and cannot be read: a policy is never passed over.
    """
    shown = show(path)
    try:
        if plain and not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return None
        raise ConfigError("there is no such configuration file.", path=shown, mend="Check its path.") from None
    except OSError as error:
        raise ConfigError(
            f"the configuration cannot be read: {error.strerror or error}.", path=shown, mend="Check its permissions."
        ) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError("a configuration of more than 8 MiB is not read.", path=shown)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if path.name == "pyproject.toml" and b"tool.depaudit" not in raw:
            return None  # no configuration of ours; the audit reports it as a dependency file
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8 text.", path=shown, line=line, mend="Save it as UTF-8.") from None
    return Text(path=path, shown=shown, text=text, pyproject=path.name == "pyproject.toml")


def show(path: Path) -> str:
    """``path`` for people: relative to the working folder where it lies in it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
