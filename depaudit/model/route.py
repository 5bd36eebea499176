"""Which indexes a name would come from, and whom that decision belongs to."""

from __future__ import annotations

from enum import Enum

from depaudit.model.names import Ecosystem
from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Origin


class Choice(str, Enum):
    """How a client chooses among several indexes that all know a name."""

    BEST_VERSION = "best-version"  # pip: every index is asked, the newest version wins
    FIRST_INDEX = "first-index"  # uv, poetry, npm: the first index that knows the name wins


@record
class Index:
    """An index that may be asked.

    ``url``      without credentials, ends in ``/``; ``file:`` folders are allowed
    ``public``   it is the public registry, or stands for it: age, use and blankness rules and the bundled lists apply
    ``origin``   who named it; credentials are only ever sent where this is the operator's
    ``shared``   a well-known public index of others (PyTorch's, NVIDIA's): asked without credentials, not private
    """

    ecosystem: Ecosystem
    url: str
    public: bool
    origin: Origin = Origin.OPERATOR
    shared: bool = False


@record
class Foreign:
    """An index that the audited tree names and the operator does not. ``url`` is safe to show.

    ``credential``  the tree means a credential for it (a token, ``${VAR}``, user and password in the URL)
    """

    url: str
    credential: bool = False
    ref: IndexRef | None = None


@record
class Route:
    """Where a package's name would be looked up.

    ``indexes``   those that may be asked, in the order to ask them; empty when the name must not be asked anywhere
    ``choice``    what a client does when more than one of them knows the name
    ``foreign``   indexes that were left out because only the audited tree names them: the answer is then incomplete
    ``private``   the name must never be sent to a public service (a ``private`` pattern, or a private index alone)
    ``find_links``  archives may also come from folders or pages that no registry vouches for
    ``public_too``  the client itself would ask the public registry as well, which was left out of ``indexes`` because
                    the name is private: whoever registers it there could win
    """

    indexes: tuple[Index, ...]
    choice: Choice = Choice.FIRST_INDEX
    foreign: tuple[Foreign, ...] = ()
    private: bool = False
    find_links: tuple[str, ...] = ()
    public_too: bool = False
