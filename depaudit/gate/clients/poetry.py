"""Poetry under the gate.

Read in the source of Poetry 2.5.1 and measured: it takes the proxy and ``REQUESTS_CA_BUNDLE`` from the environment,
``certificates.<repository>.cert`` wins over the latter, and ``--no-cache`` makes it ask every index afresh while
archives are still taken from its cache by their URL, which a refused one has no longer.

Its cache folder is left where it is: Poetry's virtual environments lie in it, unless a setting says otherwise that only
Poetry itself finds, and a project must not get a second one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.python_settings import (
    behind_program,
    expanded,
    settings_files,
    sub_table,
    toml_table,
    unreadable,
    upward,
    user_folder,
)
from depaudit.model.requirement import Origin

NAME = "poetry"

_CERTIFICATE = re.compile(r"POETRY_CERTIFICATES_.{1,200}_CERT")
_CLIENT_CERTIFICATE = "_CLIENT_CERT"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The bundle in place of the certificates that variables name for single repositories."""
    return dict.fromkeys(_certificate_variables(wiring.environment), str(wiring.bundle))


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """``--no-cache``, so that every index is asked in this run."""
    del wiring
    return reading.argv if "--no-cache" in reading.argv else behind_program(reading, ("--no-cache",))


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """The repositories for which a settings file names certificates of their own: they would not trust the gate's."""
    files = settings_files(place)
    found: list[Conflict] = []
    for path in _settings(place):
        table = toml_table(files, path)
        if table is None:
            text = files.read(path)
            if text is None or "certificates" in text:
                found.append(unreadable(path))
            continue
        certificates = sub_table(table, "certificates")
        found += [
            Conflict(
                option=f"certificates.{name}.cert",
                mend=f"Take it out (`poetry config --unset certificates.{name}.cert`; it stands in {path}) and name"
                " the file in REQUESTS_CA_BUNDLE: depaudit adds the gate's certificate to it there.",
            )
            for name in certificates
            if isinstance(sub_table(certificates, name).get("cert"), str)
        ]
    return tuple(dict.fromkeys(found))


def roots(place: Place) -> tuple[Path, ...]:
    """The files with certificates that variables, and the operator's settings, name for single repositories."""
    files = settings_files(place)
    named = [place.environment[name] for name in _certificate_variables(place.environment)]
    for path in _settings(place):
        if files.origin(path) is Origin.OPERATOR:
            certificates = sub_table(toml_table(files, path) or {}, "certificates")
            named += [
                cert for name in certificates if isinstance(cert := sub_table(certificates, name).get("cert"), str)
            ]
    return tuple(dict.fromkeys(expanded(name, place) for name in named if name))


def _certificate_variables(environment: Mapping[str, str]) -> list[str]:
    """``POETRY_CERTIFICATES_<REPOSITORY>_CERT`` where it names a file; ``false`` stands for no verification."""
    return sorted(
        name
        for name, value in environment.items()
        if _CERTIFICATE.fullmatch(name)
        and not name.endswith(_CLIENT_CERTIFICATE)
        and value.lower() not in ("", "0", "1", "true", "false")
    )


def _settings(place: Place) -> Iterator[Path]:
    for folder in upward(place.folder):
        yield folder / "poetry.toml"
    own = place.environment.get("POETRY_CONFIG_DIR")
    folder = Path(own) if own else user_folder(place, "pypoetry")
    if sys.platform == "win32" and not own:
        folder = Path(os.path.normpath(folder))
    yield folder / "config.toml"
    yield folder / "auth.toml"
