"""The audited files themselves name an index that the operator does not.

What it does
------------
Reports a package that would be looked up on an index which only the audited tree names: a line `--index-url` of a
requirements file, a `[[tool.uv.index]]` or Poetry source, a registry in a project's `.npmrc`, a lockfile's registry.

Why it matters
--------------
Whoever changes such a line decides where the code comes from. A pull request can so replace every package without
touching a single name, and have a credential sent along to a stranger.

Evidence
--------
The files of the audited tree beside the operator's own configuration (pip's, uv's, npm's, and depaudit's). The public
registries and a short list of well-known public indexes are never foreign. A foreign index is not asked.

Known false positives
---------------------
A company's own index that is only named in its repositories.

What to do
----------
If you know the index, name it in your own configuration (`[[tool.depaudit.index]]` of your policy, pip's or npm's
settings): then it is asked like any other. If you don't, find out who added the line.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import IndexRef, SourceKind
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import host, listed

META = RuleMeta(
    id="foreign-index",
    summary="the audited tree itself names an index that the operator does not",
    worst=Severity.HIGH,
    needs=(Need.ROUTE,),
)


def check(evidence: Evidence) -> Finding | None:
    """High where it is brought in now or gets a credential, else medium."""
    foreign = evidence.route.foreign
    if not foreign or evidence.package.source is not SourceKind.REGISTRY:
        return None
    credential = any(index.credential for index in foreign)
    hosts = listed(dict.fromkeys(host(index.url) or "an index without a readable address" for index in foreign))
    message = (
        f"{evidence.package.name} would be looked up on {hosts}, which these files name and your own configuration "
        "does not"
    )
    if credential:
        message += ", and a credential would be sent there"
    return Finding(
        rule=META.id,
        severity=Severity.HIGH if credential or evidence.new_here else Severity.MEDIUM,
        message=f"{message}.",
        facts=(
            *(Fact(label="index", value=index.url, source=_place(index.ref)) for index in foreign),
            Fact(label="credential", value=credential),
        ),
    )


def _place(ref: IndexRef | None) -> str:
    if ref is not None and ref.location is not None:
        return f"{ref.location.path}:{ref.location.line}"
    return ""
