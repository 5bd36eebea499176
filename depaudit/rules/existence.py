"""Whether the name exists where it would be looked up: asked once here, for every rule that turns on it."""

from __future__ import annotations

from enum import Enum

from depaudit.model.evidence import Absent, Evidence, Found
from depaudit.model.requirement import SourceKind
from depaudit.model.standing import most_used


class Existence(Enum):
    """What is known of a name's existence.

    ``REGISTERED``  an index knows it, or the snapshot of the public registry lists it
    ``FREE``        no index that may answer knows it: on a public registry anyone could register it
    ``UNDECIDED``   there is no answer, or only a part of one
    ``NAME_ALONE``  nothing but the name is to be looked at, or it does not come from an index at all
    """

    REGISTERED = "registered"
    FREE = "free"
    UNDECIDED = "undecided"
    NAME_ALONE = "name alone"


def existence(evidence: Evidence) -> Existence:
    """What is known of the existence of the package's name."""
    if evidence.names_only or evidence.package.source is not SourceKind.REGISTRY:
        return Existence.NAME_ALONE
    if isinstance(evidence.project, Found):
        return Existence.REGISTERED
    if isinstance(evidence.project, Absent):
        return Existence.FREE if free_by_answer(evidence) else Existence.UNDECIDED
    if not by_public_indexes_alone(evidence):
        return Existence.UNDECIDED
    if evidence.bundled.listed or most_used(evidence.bundled):
        return Existence.REGISTERED
    return Existence.FREE if free_by_snapshot(evidence) else Existence.UNDECIDED


def free_by_answer(evidence: Evidence) -> bool:
    """Whether "not found" is the whole answer, given that it came.

    With a public index among those asked, the name is free there whatever folders of archives may hold beside it: the
    client takes the newest version of all. Without one, a folder may well be the only place for it.
    """
    route = evidence.route
    return not route.foreign and (not route.find_links or any(index.public for index in route.indexes))


def free_by_snapshot(evidence: Evidence) -> bool:
    """Whether the snapshot alone tells that nobody had registered the name, and is young enough to be believed.

    It must hold every name of the registry, and no other index may know the name. A name registered since would be
    younger than ``min_package_age``.
    """
    bundled = evidence.bundled
    return (
        bundled.complete
        and bundled.listed is False
        and by_public_indexes_alone(evidence)
        and not evidence.route.foreign
        and evidence.now.date() - bundled.snapshot < evidence.thresholds.min_package_age
    )


def by_public_indexes_alone(evidence: Evidence) -> bool:
    """Whether the name would be looked up on the public registry, or what stands for it, and nowhere else."""
    route = evidence.route
    return not route.private and bool(route.indexes) and all(index.public for index in route.indexes)
