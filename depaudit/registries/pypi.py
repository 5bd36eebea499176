"""Python indexes: one request a name tells existence, versions, dates and status."""

from __future__ import annotations

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.route import Index
from depaudit.registries.ask import Ask, refusal, source_of
from depaudit.registries.errors import Failure
from depaudit.registries.pypi_json import read_details
from depaudit.registries.simple import ACCEPT, read_page


async def project(ask: Ask, index: Index, name: NormalizedName) -> Lookup[Project]:
    """What ``index`` says of ``name`` by the simple API (PEP 503, 691, 700, 792)."""
    source = source_of(index)
    answer = await ask(f"{index.url}{name}/", ACCEPT)
    if isinstance(answer, Unknown):
        return answer
    if answer.status in (404, 410):
        return Absent(source)
    if answer.status != 200:
        return refusal(answer.status)
    read = read_page(name, index.url, answer.content_type, answer.body)
    return Unknown(read.reason) if isinstance(read, Failure) else Found(read, source)


async def details(ask: Ask, base: str, name: NormalizedName) -> Lookup[Details]:
    """What PyPI's JSON API at ``base`` says of ``name``."""
    answer = await ask(f"{base}{name}/json", "application/json")
    if isinstance(answer, Unknown):
        return answer
    if answer.status in (404, 410):
        return Absent("pypi")
    if answer.status != 200:
        return refusal(answer.status)
    read = read_details(name, answer.body)
    return Unknown(read.reason) if isinstance(read, Failure) else Found(read, "pypi")
