"""The audit of a job: what a change adds, or all that is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from depaudit.changes.git import Repository
from depaudit.errors import GitError, UsageError
from depaudit.frontends.action.basis import OWN, Basis, choose_basis
from depaudit.frontends.action.inputs import Inputs
from depaudit.frontends.action.policy_file import policy_path
from depaudit.frontends.action.runner import Runner
from depaudit.frontends.changing import Asked, Audited, audit_change
from depaudit.frontends.github.event import Event
from depaudit.frontends.session import Material, Options, Session, Surroundings
from depaudit.inputs import read_inputs
from depaudit.model.record import record
from depaudit.model.verdict import Report, Verdict
from depaudit.policy.combine import with_options
from depaudit.policy.status import exit_status


@record
class Outcome:
    """What came of it. ``notices`` are sentences on what was chosen and what could not be as asked."""

    report: Report
    status: int
    notices: tuple[str, ...] = ()

    @property
    def blocked(self) -> int:
        """How many packages are blocked."""
        return sum(decision.verdict is Verdict.BLOCK for decision in self.report.decisions)

    @property
    def warned(self) -> int:
        """How many packages are warned of."""
        return sum(decision.verdict is Verdict.WARN for decision in self.report.decisions)

    @property
    def verdict(self) -> Verdict:
        """The worst of all; what could not be read or checked is unknown."""
        found = {decision.verdict for decision in self.report.decisions}
        if Verdict.BLOCK in found:
            return Verdict.BLOCK
        if Verdict.UNKNOWN in found or self.report.problems or not self.report.complete or self.status not in (0, 1):
            return Verdict.UNKNOWN
        return Verdict.WARN if Verdict.WARN in found else Verdict.PASS

    @property
    def clean(self) -> bool:
        """Whether there is nothing that anybody has to read."""
        return self.verdict is Verdict.PASS and self.status == 0


@record
class Prepared:
    """A job before its audit. ``config`` is the operator's file of the input ``policy``.

    ``repository`` and ``basis`` are None where all of a folder that is no repository is audited.
    """

    surroundings: Surroundings
    repository: Repository | None
    basis: Basis | None
    config: Path | None


def prepare(inputs: Inputs, event: Event, environment: Mapping[str, str], folder: Path) -> Prepared:
    """Choose what is compared with what. ``folder`` is a private one for files. Raises ``DepauditError``."""
    surroundings = Surroundings(
        environment=environment, home=_home(), cwd=event.workspace, now=datetime.now(timezone.utc)
    )
    repository, basis = _open(inputs, event)
    config = _policy(inputs, repository, basis, folder)
    return Prepared(surroundings=surroundings, repository=repository, basis=basis, config=config)


def audit(inputs: Inputs, event: Event, prepared: Prepared, runner: Runner) -> Outcome:
    """Do it. Raises ``DepauditError``."""
    repository, basis = prepared.repository, prepared.basis
    notices = [basis.notice] if basis is not None and basis.notice else []
    if repository is None or basis is None or basis.base is None:
        runner.say("Auditing everything in the repository.")
        audited = _all(inputs, prepared.surroundings, prepared.config)
    else:
        runner.say(f"Auditing what {basis.head[:7]} adds to {basis.base[:7]}.")
        accept_own, sentence = _accepted(inputs, event)
        asked = Asked(
            folder=repository.top,
            base=basis.base,
            head=basis.head,
            exact_base=basis.exact,
            own_config=basis.own_config,
            accept_own=accept_own,
            paths=inputs.paths,
            config=prepared.config,
            fail_on=inputs.fail_on,
            offline=inputs.offline,
            # a machine that serves many jobs may keep what one of them wrote: evidence is asked for afresh
            cache=False,
        )
        audited = audit_change(asked, prepared.surroundings)
        if sentence and (accept_own or any(decision.pending for decision in audited.report.decisions)):
            notices.append(sentence)
    status = exit_status(audited.report, audited.config, nothing_is_error=bool(inputs.paths) and _whole(audited))
    return Outcome(report=audited.report, status=status, notices=tuple(notices))


def _open(inputs: Inputs, event: Event) -> tuple[Repository | None, Basis | None]:
    """The repository and what is compared; neither where all of a folder that is no repository is audited."""
    try:
        repository = Repository.open(event.workspace)
    except GitError:
        own = event.name in OWN and not inputs.base and (event.name != "push" or event.before is None)
        if own and not (event.workspace / ".git").exists():
            return None, None
        raise
    if repository.top.resolve() != event.workspace.resolve():
        raise UsageError(
            "The repository was not checked out into the workspace itself.",
            mend="Let actions/checkout run without the input path.",
        )
    return repository, choose_basis(event, inputs.base, repository)


def _policy(inputs: Inputs, repository: Repository | None, basis: Basis | None, folder: Path) -> Path | None:
    if not inputs.policy:
        return None
    if repository is None or basis is None:
        path = Path(inputs.policy)
        if path.is_absolute():
            return path
        raise UsageError("The input policy names a file of a repository, and there is none here.")
    commit = basis.head if basis.own_config or basis.base is None else basis.base
    return policy_path(inputs.policy, commit, repository, folder)


def _accepted(inputs: Inputs, event: Event) -> tuple[str, str]:
    """The sentence that lets the change's own exceptions count, or ""; and the sentence for people."""
    if not inputs.accept_policy or event.pull is None:
        return "", ""
    from depaudit.frontends.github.api import Api
    from depaudit.frontends.github.label import accepted

    api = Api(event.api_url, inputs.token)
    try:
        counts, sentence = accepted(api, event, inputs.accept_policy)
    finally:
        api.close()
    return (sentence if counts else ""), sentence


def _all(inputs: Inputs, surroundings: Surroundings, config: Path | None) -> Audited:
    """Everything that is there, by its own configuration."""
    top = surroundings.cwd
    options = Options(tree_roots=(top,), start=top, offline=inputs.offline, cache=False)
    session = Session(surroundings, options, explicit_config=config)
    session.config, notes = with_options(session.config, fail_on=inputs.fail_on, on_error=None)
    session.notes += notes
    read = read_inputs([Path(path) for path in inputs.paths or (".",)], exclude=session.config.exclude, cwd=top)
    # that a repository has nothing to audit is no error, unless somebody said that it has
    problems = read.problems if inputs.paths else tuple(problem for problem in read.problems if problem.path != ".")
    material = Material(
        requirements=read.requirements,
        problems=problems,
        not_audited=read.not_audited,
        undetermined=read.undetermined,
        files=read.files,
        excluded=read.excluded,
        notes=read.notes,
    )
    return Audited(report=session.audit(material), config=session.config)


def _whole(audited: Audited) -> bool:
    return audited.report.change is None


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # no home at all: settings are then nobody's
        import os

        return Path(os.devnull)
