"""What is known of a package when it is judged, and just as plainly what is not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Generic, TypeVar

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project
from depaudit.model.record import record
from depaudit.model.requirement import Package
from depaudit.model.route import Route
from depaudit.model.settings import Thresholds

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@record(kw_only=False)
class Found(Generic[T_co]):
    """The service answered. ``source`` names it ("pypi", "npm", an index URL, "cache" is said by ``cached``)."""

    value: T_co
    source: str = ""
    cached: bool = False


@record(kw_only=False)
class Absent:
    """The service answered that it does not know the name. Never a time-out, never an error page."""

    source: str = ""
    cached: bool = False


@record(kw_only=False)
class Unknown:
    """There is no answer.

    ``reason``   a few words for people: "offline", "timed out", "HTTP 503", "the cap of 20000 requests was reached"
    ``asked``    True: something was tried and failed (the run is incomplete). False: not asked, by somebody's choice
                 (``--offline``, service "off") or because no answer could change the verdict
    """

    reason: str
    asked: bool = True


Lookup = Found[T] | Absent | Unknown

NOT_NEEDED = Unknown("not needed", asked=False)
OFFLINE = Unknown("offline", asked=False)


@record
class BundledName:
    """What the bundled lists say of a name, without any network.

    ``listed``          in the snapshot; None when hidden (``--names-only``) or when the list does not apply
    ``complete``        the list holds every name of the registry (PyPI); npm's holds the most used only
    ``rank``            1 is the most used; None below the ranking
    ``downloads``       a month, from the snapshot (npm); None when not known
    ``newest_release``  first day of the month of the newest release (PyPI); None when not known
    ``snapshot``        day of the list
    """

    listed: bool | None
    complete: bool
    snapshot: date
    rank: int | None = None
    downloads: int | None = None
    newest_release: date | None = None


@record
class NearName:
    """A far more used name that this one may have been meant for.

    ``kind``    the kind of change, for people: "swapped letters", "doubled letter", "missing separator"
    ``score``   log-odds-like strength, comparable between candidates; higher is nearer
    ``strong``  the calibrated threshold for judging a young name by its name alone is passed
    """

    ecosystem: Ecosystem
    target: NormalizedName
    kind: str
    score: float
    strong: bool
    target_rank: int | None = None


@record
class Denial:
    """The configuration denies the package: by which pattern, for what reason, said where."""

    pattern: str
    reason: str
    where: str = ""


@record
class Evidence:
    """Everything that rules may look at. The clock enters here alone, as ``now`` (aware, UTC).

    ``bundled``     the snapshot's word on this name
    ``elsewhere``   the other registry's snapshot on the same name
    ``project``     what the index says (the first of ``route.indexes`` that knows it)
    ``index_public``  whether that index is, or stands for, the public registry; None when nothing was found
    ``near``        best first; empty for names that need no such question (established, private)
    ``names_only``  judge the name as a name: as if registered, nothing else known
    ``new_here``    this change or command brings the requirement (``diff``, ``run``, hooks), not merely a scan
    """

    package: Package
    route: Route
    bundled: BundledName
    now: datetime
    project: Lookup[Project] = NOT_NEEDED
    details: Lookup[Details] = NOT_NEEDED
    downloads: Lookup[int] = NOT_NEEDED
    index_public: bool | None = None
    elsewhere: BundledName | None = None
    near: tuple[NearName, ...] = ()
    thresholds: Thresholds = Thresholds()
    denial: Denial | None = None
    names_only: bool = False
    new_here: bool = False
