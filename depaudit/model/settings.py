"""The numbers and addresses that the configuration sets, as plain values that lower layers can take."""

from __future__ import annotations

from datetime import timedelta

from depaudit.model.record import record


@record
class Thresholds:
    """What counts as young, fresh and little used. ``min_downloads`` is a month's."""

    min_package_age: timedelta = timedelta(days=30)
    min_release_age: timedelta = timedelta(days=3)
    min_downloads: int = 500


@record
class Services:
    """Base URLs of the public services beside the registries; None is "off"."""

    pypi_json: str | None = "https://pypi.org/pypi/"
    pypi_downloads: str | None = "https://pypistats.org/api/packages/"
    npm_downloads: str | None = "https://api.npmjs.org/downloads/point/last-month/"
    osv: str | None = "https://api.osv.dev/v1/"


@record
class IndexSettings:
    """What the operator's configuration says of indexes.

    ``pypi`` ``npm``   stand for the public registry; the clients' own settings are then not read for it
    ``known``          (url, public) of ``[[tool.depaudit.index]]``
    ``private``        glob patterns of names that are never sent to a public service
    ``foreign``        "report", "anonymous" or "trust": what to do with an index that only the tree names
    """

    pypi: str | None = None
    npm: str | None = None
    known: tuple[tuple[str, bool], ...] = ()
    private: tuple[str, ...] = ()
    foreign: str = "report"
    file_hosts: tuple[str, ...] = ()


@record
class Limits:
    """Hard caps on what one run may do to the network. Times in seconds, sizes in bytes.

    ``run_deadline``      after this nothing more is asked, whatever is left is unknown
    ``download_budget``   look-ups at PyPI's download service, which takes about one at a time
    """

    max_requests: int = 20_000
    per_host: int = 48
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    request_deadline: float = 30.0
    run_deadline: float = 120.0
    max_body: int = 128 * 1024 * 1024
    retries: int = 2
    breaker_failures: int = 5
    download_budget: int = 20


@record
class NetworkSettings:
    """All that the network code needs to know."""

    limits: Limits = Limits()
    services: Services = Services()
    offline: bool = False
