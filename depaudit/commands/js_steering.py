"""Why options of the JavaScript clients are taken out or refused, and what typed options say of registries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from depaudit.commands.npm_specs import printable
from depaudit.commands.options import Given, Scan
from depaudit.commands.steering import OWN_CACHE, OWN_PROXY, OWN_ROOTS, Steered, Steering, steer
from depaudit.model.record import replace

PROXY = OWN_PROXY
NO_PROXY = "every request of this run passes the gate"
AUTHORITIES = OWN_ROOTS
UNVERIFIED = "the gate verifies the registries itself"
CACHE = OWN_CACHE
AFRESH = "the registry is asked afresh in every gated run"
OFFLINE = "Leave it out: nothing can be judged without asking the registry."
ENV_FILE = "Leave it out: what it sets could lead round the gate. Set the variables before depaudit starts."


def steer_unless(
    argv: Sequence[str], found: Scan, steering: Steering, harmless: Callable[[Given], bool] = lambda _: False
) -> Steered:
    """``steer``, but for options whose value leads nowhere (``--offline=false``)."""
    return steer(argv, replace(found, options=tuple(one for one in found.options if not harmless(one))), steering)


def typed_group(found: Scan, *, dev: str, optional: str, peer: str) -> str:
    """The table of the manifest that typed packages are written to, told by the option for each."""
    names = ((dev, "dev"), (optional, "optional"), (peer, "peer"))
    return next((group for name, group in names if found.has(name)), "main")


def typed_scopes(found: Scan, start: str = "--") -> tuple[tuple[str, str], ...]:
    """The registries of ``--@scope:registry=URL``; ``start`` is what stands before the scope."""
    made: dict[str, str] = {}
    for given in found.options:
        if given.name.startswith(start + "@") and given.name.endswith(":registry") and given.value:
            made[printable(given.name[len(start) : -len(":registry")])] = given.value
    return tuple(made.items())
