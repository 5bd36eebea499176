"""What the settings of the clients say of indexes, whichever client they are: plain records."""

from __future__ import annotations

from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Origin
from depaudit.model.route import Choice


@record
class PypiClient:
    """The indexes that one PyPI client would use, its files and variables merged in its own way.

    ``default``     the index in place of PyPI; None is PyPI itself
    ``extra``       further indexes, in the client's order
    ``explicit``    indexes that are used only for requirements that name them (uv's ``explicit = true``)
    ``find_links``  folders and pages of archives
    ``no_index``    no index at all
    """

    default: IndexRef | None = None
    extra: tuple[IndexRef, ...] = ()
    explicit: tuple[IndexRef, ...] = ()
    find_links: tuple[IndexRef, ...] = ()
    no_index: bool = False
    choice: Choice = Choice.BEST_VERSION

    @property
    def refs(self) -> tuple[IndexRef, ...]:
        """All indexes that it names, used or not."""
        return (*((self.default,) if self.default else ()), *self.extra, *self.explicit)


@record
class NpmAuth:
    """One credential line of an .npmrc: ``//host/path/:_authToken=…``.

    ``base``  ``//host[:port]/path/``, without scheme
    ``kind``  ``_authToken``, ``_auth``, ``username`` or ``_password``
    """

    base: str
    kind: str
    value: str

    def __repr__(self) -> str:  # a secret must not reach a traceback
        return f"NpmAuth(base={self.base!r}, kind={self.kind!r})"


@record
class NpmLevel:
    """What one .npmrc, or the environment, says.

    ``scopes``  (``@scope``, its registry)
    ``auth``    its credential lines; ``origin`` says whose they are
    """

    registry: IndexRef | None = None
    scopes: tuple[tuple[str, IndexRef], ...] = ()
    auth: tuple[NpmAuth, ...] = ()
    origin: Origin = Origin.OPERATOR

    def scope(self, name: str) -> IndexRef | None:
        """The registry of a scope, as ``@acme``."""
        return next((ref for scope, ref in self.scopes if scope == name), None)

    @property
    def refs(self) -> tuple[IndexRef, ...]:
        """All registries that it names."""
        return (*((self.registry,) if self.registry else ()), *(ref for _, ref in self.scopes))
