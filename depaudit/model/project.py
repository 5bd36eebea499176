"""What a registry says of a project, reduced to what rules use."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import record


class Status(str, Enum):
    """The registry's own word on a project. PEP 792's markers, and npm's equivalents."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DEPRECATED = "deprecated"
    QUARANTINED = "quarantined"
    SECURITY_HOLDING = "security-holding"
    UNPUBLISHED = "unpublished"


@record
class Release:
    """One version. ``None`` is always "the registry did not say".

    ``published_at``       aware, UTC
    ``yanked``             PEP 592; the reason (may be "") when yanked, else None
    ``deprecated``         npm's message for this version, else None
    ``runs_code``          installing it runs its code: an npm install script, or (PyPI) no wheel at all
    ``files``              how many archives it has; 0 is a release with nothing to install
    """

    version: str
    published_at: datetime | None = None
    yanked: str | None = None
    deprecated: str | None = None
    runs_code: bool | None = None
    files: int | None = None


@record
class Details:
    """What a project says of itself, and who owns it.

    ``summary``         the one-line description; "" when empty
    ``description``     True when there is a longer description (a readme)
    ``repository``      the source repository's URL, normalised to ``host/owner/name`` in lower case, else None
    ``homepage``        any other link, else None
    ``owners``          account names, lower case, sorted; empty when the registry does not tell
    """

    summary: str = ""
    description: bool | None = None
    repository: str | None = None
    homepage: str | None = None
    owners: tuple[str, ...] = ()


@record
class Project:
    """A project as one index knows it.

    ``releases``         in no particular order; empty: registered, nothing was ever released (or all was removed)
    ``first_published``  the earliest sign of life: npm's ``time.created`` or the first upload; None when not told
    ``latest``           what a client takes when asked for no version: npm's ``latest`` tag; None on PyPI
    ``dates_known``      False where the index gives no upload times (a plain PEP 503 mirror): no age rule speaks then
    ``details``          where the same answer held them (npm), else None: then they are a look-up of their own
    """

    ecosystem: Ecosystem
    name: NormalizedName
    index: str
    releases: tuple[Release, ...] = ()
    first_published: datetime | None = None
    latest: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    status: Status = Status.ACTIVE
    status_reason: str = ""
    dates_known: bool = True
    details: Details | None = None
