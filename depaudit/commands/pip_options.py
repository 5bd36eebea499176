"""pip's options, of its versions 21 to 26.3, and what they say of indexes.

The tables are the union of what the parsers of pip 21.0, 23.2 and 26.3 hold; no option changed what it takes.
"""

from __future__ import annotations

import shlex

from depaudit.commands.base import Conflict
from depaudit.commands.options import OPTPARSE, Scan, scan, table
from depaudit.commands.steering import OWN_CACHE, OWN_PROXY, OWN_ROOTS, Steering, typed_index, typed_indexes
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.model.requirement import IndexOptions

GENERAL = table(
    nothing="-V/--version -h/--help --debug --isolated --require-virtualenv/--require-venv -v/--verbose -q/--quiet"
    " --no-input --no-proxy-env --no-cache-dir --disable-pip-version-check --no-color --no-python-version-warning",
    value="--python --log/--log-file/--local-log --keyring-provider --proxy --retries --timeout/--default-timeout"
    " --exists-action --trusted-host --cert --client-cert --cache-dir --use-feature --use-deprecated --resume-retries",
)
"""The options that may stand before the command."""

INSTALL = table(
    base=GENERAL,
    nothing="--no-deps/--no-dependencies --only-deps/--only-dependencies --dry-run --user --no-user -U/--upgrade"
    " --force-reinstall -I/--ignore-installed --ignore-requires-python --no-build-isolation --use-pep517"
    " --no-use-pep517 --check-build-dependencies --break-system-packages --compile --no-compile"
    " --no-warn-script-location --no-warn-conflicts --require-hashes --no-require-hashes --no-clean --pre"
    " --prefer-binary --no-index --no-verify",
    value="-r/--requirement -c/--constraint --build-constraint --requirements-from-script -e/--editable -t/--target"
    " -d/--dest/--destination-dir/--destination-directory -w/--wheel-dir -o/--output --platform --python-version"
    " --implementation --abi --root --prefix -b/--build/--build-dir/--build-directory"
    " --src/--source/--source-dir/--source-directory --upgrade-strategy -C/--config-settings --install-option"
    " --global-option --build-option --progress-bar --root-user-action --report --group --all-releases --only-final"
    " --no-binary --only-binary -i/--index-url/--pypi-url --extra-index-url --refresh-package -f/--find-links"
    " --uploaded-prior-to",
)
"""The options of the commands that install."""

STEERING = Steering(
    gone={"--proxy": OWN_PROXY, "--no-proxy-env": OWN_PROXY, "--cert": OWN_ROOTS, "--cache-dir": OWN_CACHE},
    roots=frozenset({"--cert"}),
)


@record
class PassedOn:
    """Options for pip that another client's option holds (``pipx install --pip-args``).

    ``why``  why they can't be read, or None
    """

    indexes: IndexOptions | None = None
    conflicts: tuple[Conflict, ...] = ()
    why: str | None = None


def pip_indexes(found: Scan) -> IndexOptions | None:
    """The index options of a pip command line."""
    default = found.given("--index-url")
    return typed_indexes(
        typed_index(default[-1].value or "", default[-1]) if default else None,
        [typed_index(url, one) for one in found.given("--extra-index-url") for url in one.values],
        [typed_index(url, one) for one in found.given("--find-links") for url in one.values],
        no_index=found.has("--no-index"),
    )


def passed_on(option: str, text: str) -> PassedOn:
    """Read the value of ``option``, which another client splits as a shell does and gives to pip."""
    if len(text) > 64 * 1024:
        return PassedOn(why=f"The value of {option} has {len(text)} letters.")
    try:
        words = shlex.split(text)
    except ValueError:
        return PassedOn(why=f"The quotes in the value of {option} do not match.")
    found = scan(words, 0, INSTALL, OPTPARSE)
    ways_round = [*found.given(*STEERING.gone), *(one for one in found.unknown if set(one.fits) & set(STEERING.gone))]
    unread = found.unknown or found.words or found.given("--requirement", "--editable", "--group")
    return PassedOn(
        indexes=pip_indexes(found),
        conflicts=tuple(
            Conflict(
                option=f"{option} {one.name}", mend=f"Take {one.name} out: {STEERING.gone.get(one.name, OWN_PROXY)}."
            )
            for one in ways_round
        ),
        why=f"{option} hands pip words that ask for more: {quoted(option)}." if unread else None,
    )
