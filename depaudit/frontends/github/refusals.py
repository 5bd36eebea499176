"""What a refusal of the API means, whether to ask again, and what to write into the workflow."""

from __future__ import annotations

import re
from collections.abc import Callable

from depaudit.errors import ApiError
from depaudit.frontends.github import shape
from depaudit.frontends.github.shape import MisshapenError
from depaudit.frontends.github.wire import Answer, Failure
from depaudit.model.names import quoted
from depaudit.model.record import record, replace

_ACCEPTED = re.compile(r"([a-z_]{1,40})=(read|write|admin)")
_SECONDS = re.compile(r"[0-9]{1,12}")
_A_MINUTE = 60.0  # what GitHub asks to wait where it does not say how long


@record
class Refusal:
    """A request that came to nothing.

    ``wait``          seconds after which another try makes sense, 0 for "as one likes"; None: never
    ``nothing_done``  the API surely did nothing of what was asked
    """

    message: str
    mend: str = ""
    status: int = 0
    permission: str = ""
    wait: float | None = None
    nothing_done: bool = False

    def error(self, *, unclear: bool) -> ApiError:
        """As an exception."""
        return ApiError(self.message, mend=self.mend, status=self.status, permission=self.permission, unclear=unclear)

    def rewritten(self, rewrite: Callable[[str], str]) -> Refusal:
        """The same, in the words that ``rewrite`` makes of its own."""
        return replace(self, message=rewrite(self.message), mend=rewrite(self.mend))


def of_failure(failure: Failure) -> Refusal:
    """Of an exchange without an answer."""
    message = f"GitHub's API gave no answer: {failure.value}."
    if failure is Failure.UNREACHABLE:
        return Refusal(message=message, wait=0.0, nothing_done=True)
    if failure is Failure.PROXY:
        return Refusal(message=message, mend="See HTTPS_PROXY and NO_PROXY.", wait=0.0, nothing_done=True)
    if failure is Failure.UNTRUSTED:
        return Refusal(
            message=message, mend="Name your company's certificates by REQUESTS_CA_BUNDLE.", nothing_done=True
        )
    return Refusal(message=message, wait=0.0 if failure in (Failure.RESET, Failure.SLOW) else None)


def of_answer(answer: Answer, method: str, now: float) -> Refusal:
    """Of an answer that is no success. ``now``: seconds since 1970."""
    status = answer.status
    said = _said(answer)
    if status in (403, 429) and _is_limit(answer, said):
        return _limited(answer, now)
    told = f" ({status}, it says {quoted(said, 120)})" if said else f" ({status})"
    if status == 401:
        return Refusal(
            message=f"GitHub's API does not accept the token{told}.",
            mend="Give the action's input token one that is valid; ${{ github.token }} is, until the job ends.",
            status=status,
            nothing_done=True,
        )
    if status == 403:
        needed = "" if "locked" in said.lower() else _permission(answer, method)  # a conversation, or an account
        return Refusal(
            message=f"GitHub's API does not let this token do that{told}.",
            mend=f"Write {needed} under the job's permissions." if needed else "",
            status=status,
            permission=needed,
            nothing_done=True,
        )
    if status in (404, 410):
        return Refusal(
            message=f"GitHub's API knows nothing there, or does not show it to this token{told}.",
            mend=f"Write {_permission(answer, method)} under the job's permissions.",
            status=status,
            permission=_permission(answer, method),
            nothing_done=True,
        )
    if status >= 500:
        wait = _retry_after(answer) or 0.0
        return Refusal(message=f"GitHub's API is out of order{told}.", status=status, wait=wait)
    if 300 <= status < 400:
        message = f"GitHub's API sends this request elsewhere{told}, which is not followed."
        return Refusal(message=message, mend="Has the repository been renamed?", status=status, nothing_done=True)
    return Refusal(message=f"GitHub's API refused the request{told}.", status=status, nothing_done=True)


def _limited(answer: Answer, now: float) -> Refusal:
    wait = _retry_after(answer)
    reset = answer.headers.get("x-ratelimit-reset", "")
    if wait is None and answer.headers.get("x-ratelimit-remaining") == "0" and _SECONDS.fullmatch(reset):
        wait = max(0.0, float(reset) - now) + 1.0  # their clock and ours may differ
    if wait is None:
        wait = _A_MINUTE
    again = f"{wait:,.0f} seconds" if wait < 120 else f"{wait / 60:,.0f} minutes"
    return Refusal(
        message=f"GitHub's API has had too many requests ({answer.status}) and asks to wait {again}.",
        mend="Run the job again later.",
        status=answer.status,
        wait=max(wait, 0.001),
        nothing_done=True,
    )


def _is_limit(answer: Answer, said: str) -> bool:
    return (
        answer.status == 429
        or answer.headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in answer.headers
        or "rate limit" in said.lower()
    )


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "").strip()
    return float(value) if _SECONDS.fullmatch(value) else None


def _said(answer: Answer) -> str:
    """The API's own ``message``."""
    try:
        return shape.text(shape.read_json(answer.body), "message")
    except MisshapenError:
        return ""


def _permission(answer: Answer, method: str) -> str:
    """What the token lacks, as a workflow writes it: by the API's own header, where it tells.

    ``X-Accepted-GitHub-Permissions: issues=write; pull_requests=write``: either one would do.
    """
    named = [
        (match[1], match[2])
        for part in re.split(r"[;,]", answer.headers.get("x-accepted-github-permissions", "")[:1000])
        if (match := _ACCEPTED.fullmatch(part.strip()))
    ]
    pulls = [pair for pair in named if pair[0] == "pull_requests"]
    scope, access = (pulls or named or [("pull_requests", "read" if method == "GET" else "write")])[0]
    return f"{scope.replace('_', '-')}: {access}"
