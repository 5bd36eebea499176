"""Which name was probably meant: what to type instead, best first."""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.names import Ecosystem
from depaudit.model.standing import most_used
from depaudit.rules.wording import spelled

MAX_SUGGESTIONS = 3


def suggested_names(evidence: Evidence) -> tuple[str, ...]:
    """Up to three names to type instead of this one; none for a module that comes with the language."""
    if is_stdlib_name(evidence):
        return ()
    names = [
        *right_distributions(evidence),
        *(spelled(near, evidence.package.ecosystem) for near in evidence.near),
        *([elsewhere_name(evidence)] if known_elsewhere(evidence) else []),
    ]
    return tuple(dict.fromkeys(names))[:MAX_SUGGESTIONS]


def right_distributions(evidence: Evidence) -> tuple[str, ...]:
    """What to install for a name that Python code imports, the usual one first; empty when it is no such name."""
    package = evidence.package
    if package.ecosystem is not Ecosystem.PYPI:
        return ()
    from depaudit.names.import_names import distributions_for_import

    distributions = distributions_for_import(package.name)
    return () if package.name in distributions else distributions[:MAX_SUGGESTIONS]


def is_stdlib_name(evidence: Evidence) -> bool:
    """Whether the name is a module of Python or Node.js itself."""
    from depaudit.names.stdlib import is_node_builtin, is_python_stdlib

    package = evidence.package
    return is_python_stdlib(package.name) if package.ecosystem is Ecosystem.PYPI else is_node_builtin(package.name)


def known_elsewhere(evidence: Evidence) -> bool:
    """Whether the other registry counts this name among its most used, and this one does not."""
    return evidence.elsewhere is not None and most_used(evidence.elsewhere) and not most_used(evidence.bundled)


def elsewhere_name(evidence: Evidence) -> str:
    """The name with the other ecosystem's prefix."""
    return f"{other_ecosystem(evidence)}:{evidence.package.name}"


def other_ecosystem(evidence: Evidence) -> Ecosystem:
    """The registry that was not asked."""
    return Ecosystem.NPM if evidence.package.ecosystem is Ecosystem.PYPI else Ecosystem.PYPI
