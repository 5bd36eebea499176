"""The report as one page: nothing is fetched, nothing of others is run, and it reads without scripts too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from depaudit.model.verdict import Report
from depaudit.report.page import page_of
from depaudit.report.secrets import hide
from depaudit.report.terminal import safe

if TYPE_CHECKING:
    from jinja2 import Environment

_POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
    "base-uri 'none'; form-action 'none'; img-src data:"
)


def render(report: Report) -> str:
    """The whole page, in ASCII: whatever encoding it is printed or saved in, a browser reads the same."""
    environment = _environment()
    style, script = _part(environment, "report.css"), _part(environment, "report.js")
    text = environment.get_template("report.html").render(
        page=page_of(report),
        style=style,
        script=script,
        policy=_POLICY.format(style=_digest(style), script=_digest(script)),
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("depaudit.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    """The last door before the page: no text but our own style and script gets there with a credential or unseen."""
    return safe(hide(value)) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _part(environment: Environment, name: str) -> str:
    """Our own style or script, with the ends of line that a browser will take for its hash."""
    assert environment.loader is not None
    text, _, _ = environment.loader.get_source(environment, name)
    return text.replace("\r\n", "\n")


def _digest(text: str) -> str:
    import hashlib
    from base64 import b64encode

    return b64encode(hashlib.sha256(text.encode()).digest()).decode()
