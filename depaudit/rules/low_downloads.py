"""Hardly anybody uses the package.

What it does
------------
Reports a project of the public registry with fewer downloads a month than `min-downloads` (500 by default), unless it
is established.

Why it matters
--------------
What nobody uses, nobody has looked at. By itself that is no reproach: most honest packages are little used. It counts
beside other signs.

Evidence
--------
The downloads of the last month, from the registry's download service or the bundled lists. What is not known is never
taken for zero.

Known false positives
---------------------
Most small projects; therefore it is only shown on request.

What to do
----------
Nothing by itself. Look closer when something else is said of the package too.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.standing import is_established, monthly_downloads, public_project
from depaudit.rules.base import Need, RuleMeta

META = RuleMeta(
    id="low-downloads",
    summary="fewer than `min-downloads` a month, and not established",
    worst=Severity.LOW,
    needs=(Need.PROJECT, Need.DOWNLOADS),
)


def check(evidence: Evidence) -> Finding | None:
    """Low for a project that is little used and not established."""
    if not isinstance(evidence.project, Found) or public_project(evidence) is None:
        return None
    downloads, fewest = monthly_downloads(evidence), evidence.thresholds.min_downloads
    if downloads is None or downloads >= fewest or is_established(evidence):
        return None
    source = evidence.downloads.source if isinstance(evidence.downloads, Found) else "bundled"
    times = "once" if downloads == 1 else f"{downloads:,} times"
    return Finding(
        rule=META.id,
        severity=Severity.LOW,
        message=f"{evidence.package.name} was downloaded {times} in the last month, which is less than {fewest:,}.",
        facts=(Fact(label="downloads_last_month", value=downloads, source=source),),
    )
