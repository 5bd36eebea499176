"""Asking one index, with whatever credentials the operator has for it."""

from __future__ import annotations

import asyncio

from depaudit.model.evidence import Unknown
from depaudit.registries.credentials import Credentials
from depaudit.registries.http import Answer, HttpClient

_REFUSALS = (401, 403)


class IndexAccess:
    """``credentials`` None: this index is asked anonymously, whatever the store may hold.

    The store is asked at most twice: before the first request, and when the server first refuses. Until a credential
    has been taken once, one request at a time is sent with it, and a credential that the server does not know is not
    sent again: a thousand wrong log-ins lock an account.
    """

    def __init__(self, http: HttpClient, url: str, credentials: Credentials | None) -> None:
        self._http = http
        self._url = url
        self._credentials = credentials
        self._authorization: str | None = None
        self._looked_up = False
        self._looked_further = False
        self._taken = False
        self._refused: Answer | None = None
        self._turn = asyncio.Lock()
        self._looking = asyncio.Lock()

    async def ask(self, url: str, accept: str) -> Answer | Unknown:
        """GET ``url``, a page of this index."""
        if not self._looked_up:
            self._looked_up = True
            self._use(further=False)
        while True:
            used = self._authorization
            if used is None or self._taken:
                answer = await self._http.get(url, accept=accept, authorization=used)
            else:
                async with self._turn:
                    if self._refused is not None:
                        return self._refused
                    if self._has_moved_on(used):
                        continue
                    answer = await self._http.get(url, accept=accept, authorization=used)
                    self._taken = not isinstance(answer, Unknown) and answer.status != 401
            if isinstance(answer, Unknown) or answer.status not in _REFUSALS:
                return answer
            if not await self._found_another(used):
                if answer.status == 401 and used is not None and not self._taken:
                    self._refused = answer
                return answer

    def _has_moved_on(self, used: str | None) -> bool:
        """Whether another request has settled, while this one waited, what there was to wait for."""
        return self._taken or self._authorization != used

    async def _found_another(self, used: str | None) -> bool:
        async with self._looking:
            if not self._looked_further:
                self._looked_further = True
                await asyncio.to_thread(self._use, further=True)  # in a thread: it may run a keyring program
        return self._authorization != used

    def _use(self, *, further: bool) -> None:
        store = self._credentials
        if store is not None:
            credential = store.on_unauthorized(self._url) if further else store.for_url(self._url)
            if credential is not None and (found := credential.authorization()) != self._authorization:
                self._authorization = found
                self._taken = False
