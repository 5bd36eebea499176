"""Monthly downloads. Unreachable is never zero: whatever fails is ``Unknown``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import NormalizedName
from depaudit.registries.ask import Ask, host_of, refusal
from depaudit.registries.errors import nonsense
from depaudit.registries.npm import escaped

BULK = 128
"""Names in one bulk look-up at npm's service, which takes no scoped names in bulk."""

_SIDE_BY_SIDE = 3
_ACCEPT = "application/json"
_NONSENSE = Unknown(nonsense("not download counts").reason)


class PyPIDownloads:
    """pypistats and what stands for it: ``{base}{name}/recent``, one at a time, ``budget`` look-ups a run."""

    def __init__(self, ask: Ask, base: str, budget: int) -> None:
        self._ask = ask
        self._base = base
        self._left = budget
        self._spent = Unknown(f"the {budget} download look-ups of a run were used up", asked=False)
        self._stopped: Unknown | None = None
        self._turn = asyncio.Lock()

    async def of(self, name: NormalizedName) -> Lookup[int]:
        """Downloads of ``name`` in the last month."""
        async with self._turn:
            if self._stopped is not None:
                return self._stopped
            if self._left <= 0:
                return self._spent
            self._left -= 1
            answer = await self._ask(f"{self._base}{name}/recent", _ACCEPT)
            if isinstance(answer, Unknown):
                if answer.reason.startswith("HTTP 429"):
                    self._stopped = answer  # it means it: asking on only makes it worse
                return answer
        if answer.status in (404, 410):
            return Absent(host_of(self._base))
        if answer.status != 200:
            return refusal(answer.status)
        page = _json(answer.body)
        data = page.get("data") if isinstance(page, dict) else None
        count = _count(data.get("last_month") if isinstance(data, dict) else None)
        return _NONSENSE if count is None else Found(count, host_of(self._base))


class NpmDownloads:
    """api.npmjs.org and what stands for it: ``{base}{name},{name}…``, few at a time."""

    def __init__(self, ask: Ask, base: str) -> None:
        self._ask = ask
        self._base = base
        self._turns = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def of(self, names: Sequence[NormalizedName]) -> Mapping[NormalizedName, Lookup[int]]:
        """Downloads of each of ``names`` in the last month."""
        plain = [name for name in names if not name.startswith("@")]
        groups = [plain[i : i + BULK] for i in range(0, len(plain), BULK)]
        groups += [[name] for name in names if name.startswith("@")]
        found: dict[NormalizedName, Lookup[int]] = {}
        for part in await asyncio.gather(*(self._group(group) for group in groups)):
            found.update(part)
        return found

    async def _group(self, group: Sequence[NormalizedName]) -> Mapping[NormalizedName, Lookup[int]]:
        async with self._turns:
            answer = await self._ask(self._base + ",".join(escaped(name) for name in group), _ACCEPT)
        source = host_of(self._base)
        if isinstance(answer, Unknown):
            return dict.fromkeys(group, answer)
        if len(group) == 1 and answer.status in (404, 410):
            return {group[0]: Absent(source)}
        if answer.status != 200:
            return dict.fromkeys(group, refusal(answer.status))
        page = _json(answer.body)
        if not isinstance(page, dict):
            return dict.fromkeys(group, _NONSENSE)
        if len(group) == 1:  # one name has an answer of its own shape
            page = {group[0]: page} if page.get("package") == group[0] else page
        return {name: _of_entry(page, name, source) for name in group}


def _of_entry(page: dict[str, Any], name: NormalizedName, source: str) -> Lookup[int]:
    if name not in page:
        return _NONSENSE
    entry = page[name]
    if entry is None:  # the service's word for a name that it does not know
        return Absent(source)
    count = _count(entry.get("downloads") if isinstance(entry, dict) else None)
    return _NONSENSE if count is None else Found(count, source)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
