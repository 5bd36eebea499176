"""The operator's netrc file: user and password by host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.indexes.files import SettingsFiles
from depaudit.model.requirement import Origin


def read_netrc(environment: Mapping[str, str], files: SettingsFiles, *, home: Path) -> dict[str, tuple[str, str]]:
    """Host → (user, password), from ``$NETRC`` or else ``~/.netrc`` or ``~/_netrc``.

    The ``default`` entry is left out: it names no host, so it is meant for no index in particular. A netrc that lies
    in the audited tree is not read at all.
    """
    named = environment.get("NETRC")
    path = files.first([Path(named)] if named else [home / ".netrc", home / "_netrc"])
    if path is None or files.origin(path) is not Origin.OPERATOR:
        return {}
    import netrc as standard

    try:
        hosts = standard.netrc(str(path)).hosts
    except standard.NetrcParseError as error:  # its message quotes the word it stumbled over
        files.problem(path, "The netrc file is malformed and was not read.", line=error.lineno)
        return {}
    except (OSError, UnicodeDecodeError):
        files.problem(path, "The netrc file cannot be read.", mend="Check its permissions.")
        return {}
    return {
        host.lower(): (login or "", password or "")
        for host, (login, _, password) in hosts.items()
        if host != "default" and (login or password)
    }
