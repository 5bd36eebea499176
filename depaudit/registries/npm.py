"""npm registries: one packument a name."""

from __future__ import annotations

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import NormalizedName
from depaudit.model.project import Project
from depaudit.model.route import Index
from depaudit.registries.ask import Ask, refusal, source_of
from depaudit.registries.errors import Failure
from depaudit.registries.packument import read_packument

FULL = "application/json"
ABBREVIATED = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8"
"""Often a tenth of the size, with versions, tags, deprecations and install scripts, without dates and owners."""


async def project(ask: Ask, index: Index, name: NormalizedName, *, full: bool) -> Lookup[Project]:
    """What the registry at ``index`` says of ``name``; dates and details only with ``full``."""
    source = source_of(index)
    answer = await ask(f"{index.url}{escaped(name)}", FULL if full else ABBREVIATED)
    if isinstance(answer, Unknown):
        return answer
    if answer.status in (404, 410):
        return Absent(source)
    if answer.status != 200:
        return refusal(answer.status)
    read = read_packument(name, index.url, answer.body)
    return Unknown(read.reason) if isinstance(read, Failure) else Found(read, source)


def escaped(name: NormalizedName) -> str:
    """``name`` as one path segment: ``@scope%2fname``. Its other letters need no escape."""
    return name.replace("/", "%2f")
