"""One run of a client behind the gate: before, during, after. See ``docs/gate.md``."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Protocol

from depaudit.commands.base import Conflict, FileUse, Install, Undetermined
from depaudit.gate import after
from depaudit.gate.before import Asked, project_root, read_asked, written_files
from depaudit.gate.child import run_child
from depaudit.gate.clients import CLIENTS, all_clients, client_named, forget
from depaudit.gate.clients.base import GateClient, Place, Wiring
from depaudit.gate.hosts import Hosts, hosts_of
from depaudit.gate.inspector import GateInspector
from depaudit.gate.judge import Judge, refuses
from depaudit.gate.ledger import Ledger, Refusal, key_of
from depaudit.gate.metadata import npm_requirers
from depaudit.gate.newly import Installed, look_around
from depaudit.gate.preload import preload
from depaudit.gate.workshop import Workshop, child_environment
from depaudit.indexes.router import Client, Router, read_router
from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Requirement
from depaudit.model.settings import Limits, NetworkSettings
from depaudit.model.verdict import Decision, Verdict
from depaudit.model.versions import ascending
from depaudit.names.data import NameData
from depaudit.policy.config import Config

REFUSED = 40
FAILED = 41
KILLED = 128
"""From here on, a status tells of a signal."""
MAX_ABSENT = 100
DAY = 24 * 3600.0
LOOK_UP = 12.0
"""Seconds for one look-up, tries included: somebody waits for the install, and what is not known by then is refused."""
_PYPI_CLIENTS = {"uv": Client.UV, "poetry": Client.POETRY, "pdm": Client.PDM}


@record
class Setting:
    """What the front end found out before the run.

    ``program``      the client's program, found on a PATH without our shims
    ``environment``  the environment that the client would have had; its PATH is without our shims
    ``caches``       where client caches of the gate's own are kept
    ``cache``        whether evidence is kept between runs
    """

    config: Config
    names: NameData
    environment: Mapping[str, str]
    home: Path
    cwd: Path
    now: datetime
    platform: str
    tree_roots: tuple[Path, ...]
    program: Path
    caches: Path
    cache: bool = True

    def __repr__(self) -> str:  # the environment holds secrets
        return f"Setting(cwd={self.cwd!r})"


@record
class Outcome:
    """How a run ended.

    ``status``   the exit status: 40 when anything was refused, else the client's own
    ``started``  whether the client was started at all
    ``seconds``  what the gate itself took before and after the client
    """

    status: int
    ledger: Ledger
    started: bool
    seconds: float
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class Progress(Protocol):
    """Told how many look-ups are done, and how many there are; closed before the client starts."""

    def __call__(self, done: int, total: int) -> None: ...

    def close(self) -> None: ...


def run(reading: Install | Undetermined, setting: Setting, progress: Progress) -> Outcome:
    """Run the client of ``reading`` behind the gate. Raises ``DepauditError`` when the gate itself cannot work."""
    gc.enable()  # a short command does without; this one may last for hours
    return asyncio.run(_run(reading, setting, progress))


async def _run(reading: Install | Undetermined, setting: Setting, progress: Progress) -> Outcome:
    begun = time.monotonic()
    folder = _folder(setting.cwd, reading.folder)
    ledger = Ledger()
    asked = read_asked(reading, cwd=setting.cwd) if isinstance(reading, Install) else _nothing_known(reading, folder)
    found = (*reading.conflicts, *_conflicts(reading, setting, folder))
    if found:
        return Outcome(status=REFUSED, ledger=ledger, started=False, seconds=0, conflicts=found)
    router = _router(reading, setting, asked, folder)
    from depaudit.gate.roots import bundle
    from depaudit.registries.cache import EvidenceCache
    from depaudit.registries.cache_folder import cache_folder
    from depaudit.registries.client import RegistryClient

    trusted = bundle(_settings_roots(reading, setting, folder), b"")
    limits = Limits(max_requests=setting.config.max_requests, run_deadline=DAY, request_deadline=LOOK_UP)
    registries = RegistryClient(
        NetworkSettings(limits=limits, services=setting.config.services),
        credentials=router.credentials,
        cache=EvidenceCache(cache_folder()) if setting.cache else None,
        clock=lambda: datetime.now(timezone.utc),
        roots=trusted,
    )
    async with registries:
        judge = Judge(
            config=setting.config,
            names=setting.names,
            router=router,
            registries=registries,
            now=setting.now,
            folder=folder,
        )
        judge.expect((*asked.certain, *asked.others))
        loading = _load_beside("depaudit.gate.ca")
        decisions = await judge.audit(asked.certain, progress)
        await loading
        progress.close()
        wishes = (*asked.certain, *asked.others)
        installed = look_around(setting.program, reading, folder, asked.root, setting.environment, wishes)
        _note_before(decisions, setting.config, ledger, installed)
        if ledger.refusals:
            return _outcome(ledger, status=REFUSED, started=False, seconds=time.monotonic() - begun, asked=asked)
        hosts = hosts_of(router, asked, folder, setting.config.indexes.file_hosts)
        behind = _Behind(reading, setting, judge, ledger, hosts, folder, wishes, trusted)
        outputs = tuple(folder / name for name in reading.outputs) if isinstance(reading, Install) else ()
        kept = after.keep((*written_files(reading.client, asked.root), *outputs))
        spent = time.monotonic() - begun
        status = await behind.run()
        begun = time.monotonic() - spent
        notes = await _look_after(judge, ledger, kept, installed, behind, setting, outputs)
        if 0 < status < KILLED and not ledger.refusals:
            await _explain_absent(judge, ledger, setting.config)
    if status and not ledger.refusals:
        # a client may give up on a refused version without ever asking for its archive: pip lock wants a hash
        for decision in ledger.considered.values():
            _refuse(ledger, decision, "during")
    if ledger.refusals or ledger.tunnels_refused:
        status = REFUSED
    elif behind.failed:
        status = FAILED
    return _outcome(ledger, status=status, started=True, seconds=time.monotonic() - begun, asked=asked, notes=notes)


def _load_beside(module: str) -> asyncio.Future[object]:
    """Import a module that is needed soon while registries are waited for."""
    return asyncio.get_running_loop().run_in_executor(None, importlib.import_module, module)


class _Behind:
    """The client with the proxy around it."""

    def __init__(
        self,
        reading: Install | Undetermined,
        setting: Setting,
        judge: Judge,
        ledger: Ledger,
        hosts: Hosts,
        folder: Path,
        wishes: Sequence[Requirement],
        trusted: bytes,
    ) -> None:
        self._reading = reading
        self._setting = setting
        self._judge = judge
        self._ledger = ledger
        self._hosts = hosts
        self.folder = folder
        self._wishes = wishes
        self._trusted = trusted
        self.marks: Mapping[bytes, Decision] = {}
        self.notes: tuple[str, ...] = ()
        self.failed = False  # something of ours went wrong: each time the client was refused, and nobody knows why

    async def run(self) -> int:
        """Start the proxy and the client, wait for its end, give its status."""
        from depaudit.gate.ca import Authority
        from depaudit.gate.proxy import Proxy
        from depaudit.gate.roots import bundle, trust_roots
        from depaudit.gate.upstream import UpstreamClient

        setting = self._setting
        async with UpstreamClient(roots=self._trusted) as upstream:
            inspector = GateInspector(
                judge=self._judge,
                ledger=self._ledger,
                upstream=upstream,
                hosts=self._hosts,
                forget=partial(forget, setting.caches),
            )
            inspector.claim(self._wishes)
            authority = Authority(self._hosts.certified)
            proxy = Proxy(inspector, authority, intercept=self._hosts.intercepted, upstream=upstream)
            async with proxy:
                with Workshop(setting.environment, setting.caches) as workshop:
                    roots = trust_roots(setting.environment)
                    wiring = workshop.wiring(
                        proxy.url,
                        roots=bundle([roots, self._trusted], b""),
                        extra_roots=bundle([*_extra_roots(setting.environment), self._trusted], b""),
                        authority=authority.pem,
                        client=self._reading.client,
                    )
                    argv = self._argv(wiring)
                    asyncio.get_running_loop().run_in_executor(None, preload)
                    status = await run_child(argv, setting.program, child_environment(wiring))
            self.failed = bool(proxy.troubles)
            self.notes = (
                *(f"depaudit itself failed, so this was refused: {trouble}." for trouble in proxy.troubles),
                *(f"{host}: the client did not trust this run's certificate." for host in proxy.distrusted),
            )
            self.marks = inspector.marks()
            self._say_who_asked(inspector)
        return status

    def _argv(self, wiring: Wiring) -> tuple[str, ...]:
        client = _client(self._reading)
        return self._reading.argv if client is None else client.arguments(self._reading, wiring)

    def _say_who_asked(self, inspector: GateInspector) -> None:
        """Find out, for npm's refusals alone, which packages of this run depend on them."""
        wanted = {refusal.name for refusal in self._ledger.refusals.values() if refusal.ecosystem is Ecosystem.NPM}
        if not wanted:
            return
        for name, page in inspector.pages:
            needs = npm_requirers(page, wanted)
            taken = [v for v in needs if key_of(Ecosystem.NPM, name, v) in self._ledger.passed]
            newest = ascending(Ecosystem.NPM, taken or list(needs))[-1:]
            for version in newest:
                self._ledger.note_requirer(Ecosystem.NPM, f"{name} {version}", needs[version])


async def _explain_absent(judge: Judge, ledger: Ledger, config: Config) -> None:
    """Say of the names that no index knew, and on which the client may have failed, what is said of them elsewhere."""
    for ecosystem, name in [key for key in ledger.not_found if key not in ledger.found][:MAX_ABSENT]:
        decision = await judge.absent(ecosystem, name)
        _judged(ledger, decision)
        if refuses(decision, config):
            _refuse(ledger, decision, "during")


async def _look_after(
    judge: Judge,
    ledger: Ledger,
    kept: after.Kept,
    installed: Installed,
    behind: _Behind,
    setting: Setting,
    outputs: tuple[Path, ...],
) -> tuple[str, ...]:
    """Judge what the client wrote and what it installed; put back what names something refused."""
    notes = tuple(f"{path} could not be kept, so it would not be put back." for path in kept.unread)
    changed = after.changed(kept)
    if changed:
        written = after.new_wishes(kept, changed, behind.folder, outputs)
        notes += tuple(
            f"{one.path}, which the command wrote, could not be read: {one.message}" for one in written.problems
        )
        judge.expect(written.wishes)
        decisions = [d for d in await judge.audit(written.wishes) if refuses(d, setting.config)]
        decisions += [behind.marks[mark] for mark in after.mentions(kept, changed, behind.marks)]
        for decision in decisions:
            _refuse(ledger, decision, "locked")
        if decisions:
            notes += after.put_back(kept, changed)
    wishes = installed.newly(ledger.passed)
    judge.expect(wishes)
    for decision in await judge.audit(wishes) if wishes else ():
        _judged(ledger, decision)
        if refuses(decision, setting.config):
            _refuse(ledger, decision, "after")
    return (*behind.notes, *notes)


def _note_before(decisions: Sequence[Decision], config: Config, ledger: Ledger, installed: Installed) -> None:
    """What is refused before the client starts: not what is there already, for nothing is fetched for it."""
    for decision in decisions:
        _judged(ledger, decision)
        if refuses(decision, config):
            if not all(installed.has(wish) for wish in decision.package.requirements):
                _refuse(ledger, decision, "before")
        elif decision.verdict is Verdict.UNKNOWN:
            package = decision.package
            ledger.waived[(package.ecosystem, package.name, package.version or "")] = decision


def _judged(ledger: Ledger, decision: Decision) -> None:
    ledger.judged.setdefault((decision.package.ecosystem, decision.package.name), decision)


def _refuse(ledger: Ledger, decision: Decision, stage: str) -> None:
    package = decision.package
    ledger.refuse(
        Refusal(ecosystem=package.ecosystem, name=package.name, version=package.version, stage=stage, decision=decision)
    )


def _router(reading: Install | Undetermined, setting: Setting, asked: Asked, folder: Path) -> Router:
    typed = {f"npm_config_{key}": str(setting.cwd / path) for key, path in reading.settings}
    typed |= {f"npm_config_{scope}:registry": url for scope, url in reading.scopes}
    return read_router(
        {**setting.environment, **typed},
        home=setting.home,
        cwd=folder,
        tree_roots=setting.tree_roots,
        settings=setting.config.indexes,
        options=reading.indexes,
        registry=reading.registry,
        platform=setting.platform,
        files=(*asked.files, asked.root / "pyproject.toml", folder / "pyproject.toml"),
        client=_PYPI_CLIENTS.get(reading.client, Client.PIP),
        kin=reading.client,
    )


def _conflicts(reading: Install | Undetermined, setting: Setting, folder: Path) -> tuple[Conflict, ...]:
    scripts = tuple(folder / file.path for file in reading.files if file.use is FileUse.SCRIPT)
    place = Place(
        folder=folder,
        home=setting.home,
        environment=setting.environment,
        roots=setting.tree_roots,
        scripts=scripts,
    )
    client = _client(reading)
    # what cannot be read may start any of them
    clients = all_clients() if client is None or isinstance(reading, Undetermined) else (client,)
    return tuple(dict.fromkeys(conflict for one in clients for conflict in one.conflicts(place)))


def _client(reading: Install | Undetermined) -> GateClient | None:
    return client_named(reading.client) if reading.client in CLIENTS else None


def _nothing_known(reading: Undetermined, folder: Path) -> Asked:
    root = project_root(reading.client, folder) or folder
    return Asked(certain=(), others=reading.requirements, problems=(), files=(), hosts=(), root=root)


def _folder(cwd: Path, word: str) -> Path:
    return Path(os.path.abspath(cwd / word))  # noqa: PTH100  places follow the text of paths, not symbolic links


def _settings_roots(reading: Install | Undetermined, setting: Setting, folder: Path) -> list[Path]:
    """Files with authorities that the command or the operator's settings of any client name: what they vouch for is
    trusted by depaudit too, or the audit would refuse what the client alone would install."""
    place = Place(folder=folder, home=setting.home, environment=setting.environment, roots=setting.tree_roots)
    named = [path for client in all_clients() for path in client.roots(place)]
    return [*named, *(setting.cwd / word for word in reading.roots)]


def _extra_roots(environment: Mapping[str, str]) -> list[Path]:
    return [Path(environment[name]) for name in ("NODE_EXTRA_CA_CERTS", "DENO_CERT") if environment.get(name)]


def _outcome(
    ledger: Ledger, *, status: int, started: bool, seconds: float, asked: Asked, notes: tuple[str, ...] = ()
) -> Outcome:
    return Outcome(status=status, ledger=ledger, started=started, seconds=seconds, problems=asked.problems, notes=notes)
