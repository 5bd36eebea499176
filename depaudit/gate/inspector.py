"""What decides about every request to a registry: pages are judged and edited, archives pass or are refused."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

from depaudit.gate import metadata, telling
from depaudit.gate.base import Asked, Forward, ListedFile, RefusedPath, Reply, Treatment, Upstream
from depaudit.gate.hosts import FILE_HOSTS, PYPI, Hosts, Prefix
from depaudit.gate.judge import Judge, Judged
from depaudit.gate.ledger import Ledger, Refusal, key_of
from depaudit.gate.metadata import Page
from depaudit.gate.protocols.base import Kind, Meaning, read_npm_url, read_simple_url, url_key
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import record
from depaudit.model.requirement import Requirement, SourceKind
from depaudit.model.route import Index
from depaudit.model.verdict import Decision, Verdict

MARK = "depaudit-refused"
"""The folder of the fresh paths under which refused archives are listed."""

SECONDS = 13.0
"""An answer comes within this: pip gives up a read after 15 s."""

MAX_KEPT = 64 * 1024 * 1024
"""Bytes of npm pages that are remembered for "required by"."""

_READS = frozenset({"GET", "HEAD"})
_NOT_PASSED_ON = frozenset({"if-none-match", "if-modified-since", "if-range"})


@record
class _Known:
    """An archive that this run's metadata listed."""

    file: ListedFile
    index: Index
    treatment: Treatment


@record
class _Refused:
    """An archive that is listed under a fresh path.

    ``elsewhere``  what is wrong with its place; "" when that is not why
    """

    file: ListedFile
    decision: Decision
    elsewhere: str = ""


class GateInspector:
    """Answers every request to an intercepted host. Made for one run; implements ``gate.base.Inspector``."""

    def __init__(
        self,
        *,
        judge: Judge,
        ledger: Ledger,
        upstream: Upstream,
        hosts: Hosts,
        forget: Callable[[Ecosystem, NormalizedName], None] = lambda _ecosystem, _name: None,
    ) -> None:
        """``forget`` takes a project out of the gate's own client caches: what is refused now may have passed once."""
        self._judge = judge
        self._ledger = ledger
        self._upstream = upstream
        self._hosts = hosts
        self._forget = forget
        self._files: dict[str, _Known] = {}
        self._refused: list[_Refused] = []
        self._numbers: dict[str, int] = {}
        self._claims: dict[str, tuple[Ecosystem, NormalizedName]] = {}
        self._outside: dict[str, str] = {}
        self._token = secrets.token_hex(8)
        self._learnt: set[tuple[str, NormalizedName]] = set()
        self._silent: dict[tuple[Ecosystem, NormalizedName], set[str]] = {}
        self._kept: dict[NormalizedName, bytes] = {}
        self._kept_bytes = 0

    @property
    def pages(self) -> tuple[tuple[NormalizedName, bytes], ...]:
        """The npm pages that passed, with their names: who depends on what. The latest, as far as memory goes."""
        return tuple(self._kept.items())

    def claim(self, wishes: Iterable[Requirement]) -> None:
        """What lockfiles say of their archives' URLs: a hint where to ask, never a proof."""
        for wish in wishes:
            if wish.source.url is not None and wish.source.kind in (SourceKind.REGISTRY, SourceKind.URL):
                self._claims[url_key(wish.source.url)] = (wish.ecosystem, wish.name)

    def marks(self) -> Mapping[bytes, Decision]:
        """What a lockfile would hold that took something refused: a fresh path of this run, or ``name@version``."""
        found: dict[bytes, Decision] = {}
        for number, refused in enumerate(self._refused):
            file, decision = refused.file, refused.decision
            found[f"{self._token}/{number}/".encode()] = decision
            if file.ecosystem is Ecosystem.NPM:
                found[f"{file.name}@{file.version}".encode()] = decision
                found[f"{file.name}@npm:{file.version}".encode()] = decision
        return found

    def admits(self, host: str, port: int) -> str | None:
        """Hosts that have nothing to do with packages are none of our business; those that hand out archives that
        nobody vouches for are."""
        del port
        why = self._hosts.denied.get(host.lower()) or self._outside.get(host.lower())
        if why is not None:
            self._ledger.tunnels_refused[host] = why
        return why

    async def answer(self, asked: Asked) -> Reply | Forward:
        """Judge one request. Never later than a client waits."""
        try:
            return await asyncio.wait_for(self._answer(asked), SECONDS)
        except asyncio.TimeoutError:
            meaning, index = self._meaning(asked.url)
            return self._unknown(meaning, index, "the answer took too long", asked)

    async def _answer(self, asked: Asked) -> Reply | Forward:
        if asked.method not in _READS:
            return Forward()  # publishing, logging in, asking for advisories: nothing comes in by it
        key = url_key(asked.url)
        fresh = self._fresh_path(key)
        if fresh is not None:
            return fresh
        known, claimed = self._files.get(key), self._claims.get(key)
        meaning, index = self._meaning(asked.url, claimed and claimed[0])
        if meaning.kind is Kind.METADATA:
            return await self._metadata(asked, meaning, index)
        if known is not None and not (known.treatment is Treatment.PASS and self._is_another(known.file, asked.url)):
            return self._listed(known)
        if meaning.kind is Kind.ARCHIVE_CANDIDATE:
            return await self._archive(asked, key, meaning, index)
        if meaning.kind is Kind.AMBIGUOUS or claimed is not None:  # a lockfile takes it for an archive, so do we
            return await self._odd(asked, key, claimed, meaning.ecosystem, index)
        if meaning.kind is Kind.COMPANION:
            return await self._companion(asked)
        return Forward()

    def _meaning(self, url: str, claimed: Ecosystem | None = None) -> tuple[Meaning, Index]:
        """What a URL means, by the longest index URL above it, else by any index of its host.

        ``claimed``  whose archive a lockfile takes it for: counts where the host serves both ecosystems
        """
        prefix = self._hosts.index_at(url)
        if prefix is not None:
            return _read(url, prefix), prefix.index
        host = _host(url)
        candidates = self._hosts.indexes_of(host)
        if not candidates:
            index = PYPI
            if host in FILE_HOSTS:
                public = (one.index for one in self._hosts.prefixes if one.index.public)
                index = next((one for one in public if one.ecosystem is Ecosystem.PYPI), PYPI)
            return _read(url, Prefix(url=index.url, index=index)), index
        candidates = tuple(one for one in candidates if one.index.ecosystem is claimed) or candidates
        readings = [(_read(url, one), one.index) for one in candidates]
        if len({m.ecosystem for m, _ in readings if m.kind is Kind.ARCHIVE_CANDIDATE and m.name is not None}) > 1:
            return Meaning(kind=Kind.AMBIGUOUS, ecosystem=readings[0][1].ecosystem), readings[0][1]
        return next(((m, i) for m, i in readings if m.kind is not Kind.SEARCH_OR_OTHER), readings[0])

    def _is_another(self, file: ListedFile, url: str) -> bool:
        """Whether ``url``, which was listed as ``file``, is another package's place by the registry's own layout."""
        prefix = self._hosts.index_at(url)
        if prefix is None or prefix.index.ecosystem is not Ecosystem.NPM:
            return False
        meaning = _read(url, prefix)
        return meaning.kind is Kind.ARCHIVE_CANDIDATE and meaning.name not in (None, file.name)

    async def _metadata(self, asked: Asked, meaning: Meaning, index: Index) -> Reply | Forward:
        if asked.method == "HEAD":
            return Forward(without=_NOT_PASSED_ON)
        page = await metadata.fetch(asked, meaning, index, upstream=self._upstream, judge=self._judge)
        if isinstance(page, str):
            return self._unknown(meaning, index, page, asked)
        if isinstance(page, Reply):
            host = _host(urljoin(asked.url, next((value for key, value in page.headers if key == "location"), "")))
            if 300 <= page.status < 400 and host not in self._hosts.intercepted:
                return self._unknown(meaning, index, f"it sends to {host}; add that to file-hosts", asked)
            if page.status in (404, 410) and meaning.name is not None:
                self._ledger.not_found.setdefault((meaning.ecosystem, meaning.name), set()).add(index.url)
                self._answered(meaning.ecosystem, meaning.name, index)
            return page
        return await self._edited(page)

    async def _edited(self, page: Page) -> Reply:
        name, ecosystem, index = page.name, page.index.ecosystem, page.index
        versions = frozenset(file.version for file in page.files)
        judged = await self._judge.project(ecosystem, name, index, page.evidence, versions)
        self._answered(ecosystem, name, index)
        whole = judged.decisions[""]
        self._ledger.found.add((ecosystem, name))
        self._ledger.judged.setdefault((ecosystem, name), whole)
        self._note_waived(whole)
        outside = self._outside_files(page)
        if outside or Treatment.REFUSE in judged.treatments.values():
            self._forget(ecosystem, name)
        unjudged = self._judge.unjudged
        body, headers = page.edit(judged.treatments, self._fresh_paths(judged), outside, unjudged)
        held = []
        files: dict[str, _Known] = {}
        for file in page.files:
            # as the editor sees it: a version that cannot be told, or that the index does not have, is not judged
            treatment = judged.treatments.get(file.version, unjudged) if file.version else unjudged
            if file.url in outside:
                treatment = Treatment.REFUSE
            if treatment is Treatment.HOLD:
                held.append(file.version)
                treatment = Treatment.PASS  # who asks for it all the same has it from a lockfile
            _add_worse(files, url_key(file.url), _Known(file=file, index=index, treatment=treatment))
        for key, known in files.items():
            before = self._files.get(key)
            if before is not None and (before.file.name, before.index) == (name, index):
                del self._files[key]  # the same page, asked again: what is known now counts
            _add_worse(self._files, key, known)
        if held:
            self._ledger.held[(ecosystem, name)] = tuple(dict.fromkeys(held))
        self._keep(page)
        return Reply(status=200, reason="OK", headers=headers, body=body)

    def _outside_files(self, page: Page) -> frozenset[str]:
        """Files that the page places on hosts of which nobody ever spoke."""
        strange: set[str] = set()
        for file in page.files:
            host = _host(file.url)
            if host in self._hosts.intercepted:
                continue
            strange.add(file.url)
            self._outside[host] = f"{page.index.ecosystem.registry} lists archives on {host}; add it to file-hosts"
        return frozenset(strange)

    def _fresh_paths(self, judged: Judged) -> RefusedPath:
        """Gives each refused file a path that no client's cache knows."""

        def fresh(file: ListedFile) -> str:
            key = url_key(file.url)
            number = self._numbers.get(key)
            host = _host(file.url)
            if number is None:
                number = self._numbers[key] = len(self._refused)
                decision = self._judge.exactly(judged, file.version)
                self._refused.append(_Refused(file=file, decision=decision, elsewhere=self._outside.get(host, "")))
            parts = urlsplit(judged.index if host in self._outside else file.url)
            return f"{parts.scheme}://{parts.netloc}/{MARK}/{self._token}/{number}/{quote(file.filename)}"

        return fresh

    def _fresh_path(self, key: str) -> Reply | Forward | None:
        """The answer for a fresh path of this run: 403 for the archive, the true metadata for its companion."""
        _, mark, tail = key.partition(f"/{MARK}/{self._token}/")
        if not mark:
            return None
        number, _, rest = tail.partition("/")
        if re.fullmatch(r"[0-9]{1,9}", number) is None or int(number) >= len(self._refused):
            return _forbidden("depaudit: no such path in this run", Ecosystem.PYPI)
        refused = self._refused[int(number)]
        file = refused.file
        is_metadata = file.ecosystem is Ecosystem.PYPI and unquote(rest) == f"{file.filename}.metadata"
        if is_metadata and not refused.elsewhere:  # a host that nobody vouches for is asked nothing at all
            self._ledger.considered[(file.ecosystem, file.name, file.version)] = refused.decision
            return Forward(url=f"{file.url}.metadata")
        return self._refuse_listed(refused)

    def _listed(self, known: _Known) -> Reply | Forward:
        file = known.file
        if known.treatment is Treatment.REFUSE:
            number = self._numbers.get(url_key(file.url))
            if number is not None:
                return self._refuse_listed(self._refused[number])
            return self._refuse_odd(file.url, file.ecosystem)
        self._ledger.passed.add(key_of(file.ecosystem, file.name, file.version))
        return Forward()

    async def _archive(self, asked: Asked, key: str, meaning: Meaning, index: Index) -> Reply | Forward:
        """An archive that no page of this run listed: a lockfile names it."""
        name, version = meaning.name, meaning.version
        if name is None or version is None:
            claimed = (meaning.ecosystem, name) if name is not None else self._claims.get(key)
            return await self._odd(asked, key, claimed, meaning.ecosystem, index)
        host = _host(asked.url)
        if host not in FILE_HOSTS and self._hosts.index_at(asked.url) is None and self._hosts.indexes_of(host):
            # The host has more than the index: a name alone does not make a file the index's own.
            return await self._odd(asked, key, (meaning.ecosystem, name), meaning.ecosystem, index)
        decision, treatment = await self._judge.version(meaning.ecosystem, name, version, index)
        self._ledger.judged.setdefault((meaning.ecosystem, name), decision)
        if treatment is Treatment.REFUSE:
            return self._refuse(decision, version)
        self._answered(meaning.ecosystem, name, index)
        self._note_waived(decision)
        self._ledger.passed.add(key_of(meaning.ecosystem, name, version))
        return Forward()

    async def _odd(
        self,
        asked: Asked,
        key: str,
        claimed: tuple[Ecosystem, NormalizedName] | None,
        ecosystem: Ecosystem,
        index: Index,
    ) -> Reply | Forward:
        """An archive whose URL does not tell enough: it passes only if the index itself lists it for ``claimed``."""
        if claimed is not None and (index.url, claimed[1]) not in self._learnt:
            await self._learn(asked, *claimed, index)
        known = self._files.get(key)
        return self._refuse_odd(asked.url, ecosystem) if known is None else self._listed(known)

    async def _learn(self, asked: Asked, ecosystem: Ecosystem, name: NormalizedName, index: Index) -> None:
        """Ask the index itself which files ``name`` has."""
        if index.ecosystem is not ecosystem:
            return
        page = await metadata.fetch_for(name, index, asked, upstream=self._upstream, judge=self._judge)
        if isinstance(page, Page):
            await self._edited(page)
            self._learnt.add((index.url, name))

    async def _companion(self, asked: Asked) -> Reply | Forward:
        """Core metadata runs nothing and passes; what it requires tells who asked for what."""
        if asked.method == "GET" and urlsplit(asked.url).path.endswith(".metadata"):
            known = self._files.get(url_key(asked.url.removesuffix(".metadata")))
            if known is not None:
                answer = await metadata.fetch_companion(asked, self._upstream)
                if isinstance(answer, Reply):
                    names = metadata.required_names(answer.body)
                    self._ledger.note_requirer(Ecosystem.PYPI, f"{known.file.name} {known.file.version}", names)
                    return answer
        return Forward()

    def _refuse(self, decision: Decision, version: str) -> Reply:
        package = decision.package
        self._ledger.refuse(
            Refusal(ecosystem=package.ecosystem, name=package.name, version=version, stage="during", decision=decision)
        )
        return _forbidden(telling.reason_phrase(decision), package.ecosystem)

    def _refuse_listed(self, refused: _Refused) -> Reply:
        file = refused.file
        if refused.elsewhere:
            why, phrase = f"Its archive would come from elsewhere: {refused.elsewhere}.", refused.elsewhere
        elif self._judge.treatment(refused.decision) is Treatment.PASS:
            why, phrase = (
                f"Nothing tells which version {file.filename} is, so it could not be judged.",
                f"nothing tells which version of {file.name} this is",
            )
        else:
            return self._refuse(refused.decision, file.version)
        self._ledger.refuse(
            Refusal(ecosystem=file.ecosystem, name=file.name, version=file.version or None, stage="during", why=why)
        )
        return _forbidden(f"depaudit: {phrase}", file.ecosystem)

    def _refuse_odd(self, url: str, ecosystem: Ecosystem) -> Reply:
        self._ledger.refuse(
            Refusal(
                ecosystem=ecosystem,
                name=NormalizedName(urlsplit(url).path[:200]),
                version=None,
                stage="during",
                why="No index vouches for this archive, so nobody knows what is in it.",
            )
        )
        return _forbidden("depaudit: no index vouches for this archive", ecosystem)

    def _unknown(self, meaning: Meaning, index: Index, why: str, asked: Asked) -> Reply:
        """Metadata that cannot be had: said, never passed over, and the run ends with 40 unless it comes later."""
        if meaning.name is not None:
            self._silent.setdefault((meaning.ecosystem, meaning.name), set()).add(index.url)
            self._ledger.refuse(
                Refusal(
                    ecosystem=meaning.ecosystem,
                    name=meaning.name,
                    version=None,
                    stage="during",
                    why=f"It could not be judged: {index.ecosystem.registry} gave no usable answer ({why}).",
                )
            )
        reply = _forbidden(f"depaudit could not judge {meaning.name or 'this'}: {why}", meaning.ecosystem)
        if asked.header("user-agent").startswith(("uv/", "poetry/")):
            # these two take a 403 for "no such project" and would quietly choose an older parent
            return Reply(status=451, reason=reply.reason, headers=reply.headers, body=reply.body)
        return reply

    def _answered(self, ecosystem: Ecosystem, name: NormalizedName, index: Index) -> None:
        """An index that gave no answer before has given one: what was said of its silence no longer stands."""
        silent = self._silent.get((ecosystem, name))
        if silent is not None:
            silent.discard(index.url)
            if not silent:
                del self._silent[(ecosystem, name)]
                self._ledger.withdraw(ecosystem, name)

    def _note_waived(self, decision: Decision) -> None:
        if decision.verdict is Verdict.UNKNOWN and self._judge.treatment(decision) is Treatment.PASS:
            package = decision.package
            self._ledger.waived[(package.ecosystem, package.name, package.version or "")] = decision

    def _keep(self, page: Page) -> None:
        """Remember an npm page for "required by"; the oldest go when memory is full."""
        if page.index.ecosystem is not Ecosystem.NPM or len(page.body) > MAX_KEPT:
            return
        self._kept_bytes += len(page.body) - len(self._kept.pop(page.name, b""))
        self._kept[page.name] = page.body
        while self._kept_bytes > MAX_KEPT:
            self._kept_bytes -= len(self._kept.pop(next(iter(self._kept))))


def _read(url: str, prefix: Prefix) -> Meaning:
    reader = read_npm_url if prefix.index.ecosystem is Ecosystem.NPM else read_simple_url
    return reader(url, prefix.url)


def _host(url: str) -> str:
    """The host of ``url`` in lower case. All that tells it stands before the third slash, the same for most files."""
    return _host_of_origin("/".join(url.split("/", 3)[:3]))


@lru_cache(maxsize=256)
def _host_of_origin(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _add_worse(files: dict[str, _Known], key: str, known: _Known) -> None:
    """One archive under several names is as bad as the worst of them."""
    before = files.get(key)
    if before is None or before.treatment is not Treatment.REFUSE:
        files[key] = known


def _forbidden(reason: str, ecosystem: Ecosystem) -> Reply:
    import json

    npm = ecosystem is Ecosystem.NPM
    body = json.dumps({"error": reason}) if npm else reason
    kind = "application/json" if npm else "text/plain; charset=utf-8"
    headers = (("content-type", kind), ("cache-control", "no-store"))
    return Reply(status=403, reason=reason, headers=headers, body=body.encode())
