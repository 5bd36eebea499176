from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.route import Route
from depaudit.rules.unverified_source import check
from tests.evidence import evidence, from_source, public

GIT, URL, PATH, WORKSPACE = SourceKind.GIT, SourceKind.URL, SourceKind.PATH, SourceKind.WORKSPACE


def test_a_git_repository() -> None:
    assert check(from_source(GIT, "git+https://token:secret@GitHub.com/acme/sample.git@main")) == Finding(
        rule="unverified-source",
        severity=Severity.MEDIUM,
        message="sample would be installed from a git repository at github.com, which no registry vouches for.",
        facts=(Fact(label="source", value="git"), Fact(label="host", value="github.com")),
    )


@pytest.mark.parametrize(
    ("given", "severity", "message"),
    [
        (
            from_source(URL, "https://files.example:8443/sample-1.0.tar.gz?token=secret"),
            Severity.MEDIUM,
            "sample would be installed from an address at files.example, which no registry vouches for.",
        ),
        (
            from_source(GIT, "git@git.acme.example:tools/sample.git"),
            Severity.MEDIUM,
            "sample would be installed from a git repository at git.acme.example, which no registry vouches for.",
        ),
        (
            from_source(GIT, "github:acme/sample"),
            Severity.MEDIUM,
            "sample would be installed from a git repository at github.com, which no registry vouches for.",
        ),
        (
            from_source(URL, "https://[broken/sample.whl"),
            Severity.MEDIUM,
            "sample would be installed from an address, which no registry vouches for.",
        ),
        (
            from_source(URL, "https://exa\x1bmple.com/sample.whl"),
            Severity.MEDIUM,
            "sample would be installed from an address, which no registry vouches for.",
        ),
        (
            from_source(PATH, "../elsewhere"),
            Severity.LOW,
            "sample would be installed from a folder outside this project, which no registry vouches for.",
        ),
        (
            evidence(route=Route(indexes=(public(),), find_links=("https://wheels.example/a", "./wheels"))),
            Severity.LOW,
            "sample may also come from wheels.example and a folder, which no registry vouches for.",
        ),
    ],
)
def test_where_it_comes_from(given: Evidence, severity: Severity, message: str) -> None:
    finding = check(given)
    assert finding is not None
    assert (finding.severity, finding.message) == (severity, message)


@pytest.mark.parametrize(
    ("path", "file", "outside"),
    [
        ("./libs/a", "requirements.txt", False),
        (".", "requirements.txt", False),
        ("libs/a", "services/web/requirements.txt", False),
        ("../../libs/a", "services/web/requirements.txt", False),
        ("../../../libs/a", "services/web/requirements.txt", True),
        ("..\\elsewhere", "requirements.txt", True),
        ("file:../a", "package.json", True),
        ("file:libs/a", "package.json", False),
        ("/srv/a", "requirements.txt", True),
        ("~/a", "requirements.txt", True),
        ("C:\\a", "requirements.txt", True),
        ("file:///srv/a", "requirements.txt", True),
        ("/srv/app/libs/a", "/srv/app/requirements.txt", False),
        ("/srv/apple", "/srv/app/requirements.txt", True),
    ],
)
def test_what_is_outside_of_the_project(path: str, file: str, outside: bool) -> None:
    finding = check(from_source(PATH, path, path=file))
    assert (finding is not None) is outside


def test_a_file_url_is_a_path() -> None:
    finding = check(from_source(URL, "file:///srv/sample-1.0.whl"))
    assert finding is not None
    assert finding.severity is Severity.LOW


def test_a_registry_and_the_workspace_vouch_for_themselves() -> None:
    assert check(evidence()) is None
    assert check(from_source(WORKSPACE, "")) is None
