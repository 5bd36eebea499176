"""``depaudit diff``: audit only what a change adds to the dependency files of a git repository."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from depaudit.errors import UsageError
from depaudit.frontends.cli.options import add_audit, add_everywhere
from depaudit.model.names import quoted

if TYPE_CHECKING:
    from depaudit.frontends.changing import Asked
    from depaudit.frontends.session import Surroundings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit diff BASE [HEAD] [OPTION…]"
    parser.add_argument(
        "revisions",
        nargs="*",
        metavar="BASE [HEAD]",
        help="commits, branches or tags; HEAD is by default the work tree. A..B and A...B as in git",
    )
    parser.add_argument("--staged", action="store_true", help="what is staged, compared with BASE (default: HEAD)")
    parser.add_argument("--fetch", action="store_true", help="fetch BASE from the remote origin when it is not here")
    parser.add_argument(
        "--exact-base", action="store_true", help="compare with BASE itself, not with the point where HEAD left it"
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="PATH", help="only changes at or below PATH (repeatable)"
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="leave out matching paths (repeatable)"
    )
    add_audit(parser)
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    from depaudit.frontends.changing import audit_change
    from depaudit.frontends.cli.output import emit
    from depaudit.frontends.cli.progress import LookUpProgress
    from depaudit.frontends.session import Surroundings
    from depaudit.policy.status import exit_status

    surroundings = Surroundings.current()
    asked = _asked(arguments, surroundings)
    with closing(LookUpProgress(wanted=not (arguments.no_progress or arguments.quiet))) as progress:
        audited = audit_change(asked, surroundings, progress)
    emit(audited.report, arguments)
    status = exit_status(audited.report, audited.config, strict=arguments.strict)
    if status == 0 and not audited.report.complete:
        print("warning: the audit is incomplete; on-error = allow ends it with status 0.", file=sys.stderr)
    return status


def _asked(arguments: argparse.Namespace, surroundings: Surroundings) -> Asked:
    """What the command line asks for. Raises ``UsageError`` and ``GitError``."""
    from depaudit.changes.git import EMPTY, Repository
    from depaudit.changes.snapshot import Head
    from depaudit.frontends.changing import Asked

    base, head, exact = _revisions(arguments.revisions)
    if arguments.staged and head is not None:
        raise UsageError(
            "--staged compares what is staged, so there is no HEAD to give.", mend="Leave one of them out."
        )
    repository = Repository.open(surroundings.cwd)
    if base is None:
        if not arguments.staged:
            raise UsageError(
                "there is nothing to compare with.", mend="Give a commit, branch or tag: depaudit diff main"
            )
        base = EMPTY if repository.unborn else "HEAD"
    state: str | Head = head if head is not None else Head.INDEX if arguments.staged else Head.WORK_TREE
    return Asked(
        folder=surroundings.cwd,
        base=base,
        head=state,
        exact_base=exact or arguments.exact_base,
        fetch=arguments.fetch,
        accept_own=_person_looks(surroundings) if state is Head.WORK_TREE else "",
        paths=tuple(_from_top(path, repository, surroundings) for path in arguments.path),
        exclude=tuple(arguments.exclude),
        config=None if arguments.config is None else (surroundings.cwd / arguments.config),
        fail_on=arguments.fail_on,
        on_error=arguments.on_error,
        offline=arguments.offline,
        names_only=arguments.names_only,
        cache=not arguments.no_cache,
        baseline=None if arguments.baseline is None else (surroundings.cwd / arguments.baseline),
    )


def _revisions(words: list[str]) -> tuple[str | None, str | None, bool]:
    """BASE, HEAD, and whether BASE itself is meant. Raises ``UsageError``."""
    if len(words) > 2:
        raise UsageError(
            f"{quoted(words[2])} is one revision too many.",
            mend="Name paths with --path: depaudit diff main --path web",
        )
    if len(words) == 1 and ".." in words[0]:
        dots = "..." if "..." in words[0] else ".."
        base, _, head = words[0].partition(dots)
        if not base:
            raise UsageError(f"{quoted(words[0])} names no base.", mend="Write it as main..HEAD")
        return base, head or "HEAD", dots == ".."
    return (words[0] if words else None), (words[1] if len(words) == 2 else None), False


def _person_looks(surroundings: Surroundings) -> str:
    """Why the work tree's own exceptions count: only before a person, who can tell what they wrote themselves."""
    if surroundings.environment.get("CI") or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    return "of the work tree; a pull request is judged by its base's"


def _from_top(path: str, repository: object, surroundings: Surroundings) -> str:
    """A path as the user gives it, seen from the repository's top. Raises ``UsageError``."""
    import os
    from pathlib import Path

    from depaudit.changes.git import Repository

    assert isinstance(repository, Repository)
    here = surroundings.cwd.resolve()
    meant = Path(os.path.normpath(here / path))
    top = repository.top.resolve()
    if not meant.is_relative_to(top):
        raise UsageError(f"--path {quoted(path)} lies outside of the repository.", mend="Name a path inside of it.")
    return meant.relative_to(top).as_posix().removeprefix(".")
