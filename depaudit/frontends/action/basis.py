"""What a job compares with what: chosen from the event and from the commit that was checked out."""

from __future__ import annotations

from depaudit.changes.git import Repository
from depaudit.errors import GitError, UsageError
from depaudit.frontends.github.event import Event, Pull
from depaudit.model.names import quoted
from depaudit.model.record import record

OWN = ("push", "schedule", "workflow_dispatch", "repository_dispatch", "release", "create")
"""Events of commits that are in the repository already: their own configuration counts."""

_DEEPER = "Give actions/checkout the input fetch-depth: 2 (0 for merge queues and pushes of several commits)."


@record
class Basis:
    """``base`` and ``head`` are full ids; ``base`` is None where everything is audited.

    ``exact``       compare with ``base`` itself; else with what both have in common, as far as the history is here
    ``own_config``  the head's own configuration counts; else the base's
    ``notice``      what people must know of the choice, as a sentence; empty for most
    """

    base: str | None
    head: str
    exact: bool = False
    own_config: bool = False
    notice: str = ""


def choose_basis(event: Event, base: str, repository: Repository) -> Basis:
    """What to compare for ``event``; ``base`` is the action's input, or "".

    What is not here is fetched from the remote ``origin``. Raises ``GitError`` where that fails and nothing else would
    do, and ``UsageError`` where the event does not say what to compare with, or the checkout is not of the event.
    """
    head = repository.commit("HEAD")
    own = event.name in OWN
    if event.pull is not None:
        return _of_pull(event, event.pull, base, head, repository)
    if base:
        return Basis(base=_named(repository, base), head=head, own_config=own)
    if event.name == "merge_group" and event.before is not None:
        _expect(repository, head, event.sha, "merge group")
        return Basis(base=_obtained(repository, event.before), head=head, exact=True)
    if event.name == "push" and event.before is not None:
        return _of_push(event.before, head, repository)
    if own:
        return Basis(base=None, head=head, own_config=True)
    raise UsageError(
        f"The event {quoted(event.name)} does not say what to compare with.",
        mend="Give the input base, or use the events pull_request, merge_group, push or schedule.",
    )


def _of_pull(event: Event, pull: Pull, base: str, head: str, repository: Repository) -> Basis:
    parents = repository.parents(head)
    merged = len(parents) == 2 and parents[1] == pull.head_sha
    if not merged:
        _expect(repository, head, pull.head_sha, "pull request")
    if base:
        return Basis(base=_named(repository, base), head=head)
    if merged and head == event.sha:  # GitHub's own merge commit: its first parent is what the change goes to
        return Basis(base=_obtained(repository, parents[0]), head=head, exact=True)
    return Basis(base=_obtained(repository, pull.base_sha), head=head)


def _of_push(before: str, head: str, repository: Repository) -> Basis:
    try:
        return Basis(base=_obtained(repository, before), head=head, exact=True, own_config=True)
    except GitError as error:
        notice = f"The commit before this push cannot be compared with, so everything is audited. {error}"
        return Basis(base=None, head=head, own_config=True, notice=notice)


def _expect(repository: Repository, head: str, proposed: str, what: str) -> None:
    """An audit of something else than what the event proposes would be green for nothing."""
    if head == proposed or (repository.has(proposed) and repository.merge_base(head, proposed) == proposed):
        return
    raise UsageError(
        f"The commit that was checked out, {head[:7]}, does not hold this {what}, whose commit is {proposed[:7]}.",
        mend="Let actions/checkout run without the input ref; on pull_request_target, use pull_request instead.",
    )


def _obtained(repository: Repository, commit: str) -> str:
    if repository.has(commit):
        return commit
    try:
        fetched = repository.fetch(commit)
    except GitError as error:
        raise GitError(f"The base of this change is not in the clone. {error.message}", mend=_DEEPER) from error
    if fetched != commit:
        raise GitError(f"The remote gave {fetched[:7]} where it was asked for {commit[:7]}.", mend=_DEEPER)
    return commit


def _named(repository: Repository, base: str) -> str:
    try:
        return repository.commit(base)
    except GitError:
        return repository.fetch(base)
