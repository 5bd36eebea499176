"""pip under the gate.

Measured with pip 21.0, 23.2 and 26.3: ``PIP_PROXY`` and ``PIP_CERT`` win over every ``pip.conf``, the options over
both. pip 26 hands its proxy on to the pip that builds in isolation by an option; the token in it is this run's alone.
pip asks the index afresh when the answer before said ``no-store``, which the gate's do, and keys archives by URL.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.python_settings import behind_program, expanded, settings_files
from depaudit.indexes.pip import places
from depaudit.model.requirement import Origin

NAME = "pip"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The proxy, the bundle and a cache of the gate's own, under pip's names.

    pip reads ``PIP_Proxy`` and ``PIP_CACHE-DIR`` as well: any other spelling of a variable set here is taken out.
    """
    own: dict[str, str | None] = {
        "PIP_PROXY": wiring.proxy,
        "PIP_CERT": str(wiring.bundle),
        "PIP_CACHE_DIR": str(wiring.caches / NAME),
        "PIP_NO_PROXY_ENV": None,
    }
    others = {name for name in wiring.environment if _canonical(name) in own and name not in own}
    return {**own, **dict.fromkeys(sorted(others))}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """With ``--isolated``, which makes pip overlook all variables of its own, the same as options."""
    if not any(word.startswith("--is") for word in reading.argv):
        return reading.argv
    return behind_program(
        reading,
        (
            *("--proxy", wiring.proxy),
            *("--cert", str(wiring.bundle)),
            *("--cache-dir", str(wiring.caches / NAME)),
        ),
    )


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """None: what a ``pip.conf`` says of proxies and certificates, the variables win over."""
    del place
    return ()


def roots(place: Place) -> tuple[Path, ...]:
    """The files that ``cert`` names in the operator's ``pip.conf`` files, and ``PIP_CERT`` in any spelling."""
    files = settings_files(place)
    named = [text for name, text in place.environment.items() if _canonical(name) == "PIP_CERT" and text.strip()]
    for path in places(place.environment, home=place.home, etc=Path("/etc"), platform=sys.platform):
        text = files.read(path)
        if text is not None and files.origin(path) is Origin.OPERATOR:
            named += _certificates(text)
    return tuple(dict.fromkeys(expanded(name.strip(), place) for name in named))


def _canonical(name: str) -> str:
    """The usual spelling of a variable of pip's; what is none stays as it is."""
    return "PIP_" + name[4:].upper().replace("-", "_") if name.startswith("PIP_") else name


def _certificates(text: str) -> list[str]:
    """Every ``cert`` in a ``pip.conf``, whatever the section: too many roots of the operator's own do no harm."""
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    return [
        value
        for section in parser.sections()
        for key, value in parser.items(section)
        if key.lower().lstrip("-") == "cert" and value and value.strip()
    ]
