"""Poetry under the gate: variables, options, and certificates that would win over the gate's."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import poetry
from tests.gate.clients.places import place, wiring, write


def test_certificates_of_variables_give_way_to_the_bundle() -> None:
    found = poetry.environment(
        wiring(
            POETRY_CERTIFICATES_ACME_CERT="/acme.pem",
            POETRY_CERTIFICATES_ACME_CLIENT_CERT="/me.pem",
            POETRY_CERTIFICATES_OTHER_CERT="false",
            POETRY_CACHE_DIR="/c",
        )
    )
    assert found == {"POETRY_CERTIFICATES_ACME_CERT": "/run/roots.pem"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("poetry add x", "poetry --no-cache add x"),
        ("python -m poetry install", "python -m poetry --no-cache install"),
        ("poetry install --no-cache", "poetry install --no-cache"),
        ("poetry run pip install x", "poetry --no-cache run pip install x"),
    ],
)
def test_every_index_is_asked_afresh(line: str, expected: str) -> None:
    reading = read_command(shlex.split(line))
    assert isinstance(reading, (Install, Undetermined))
    assert poetry.arguments(reading, wiring()) == tuple(shlex.split(expected))


@pytest.mark.parametrize("where", ["work/project/poetry.toml", "work/poetry.toml", ".config/pypoetry/auth.toml"])
def test_certificates_of_settings_files(tmp_path: Path, where: str) -> None:
    here = place(tmp_path)
    path = write(tmp_path / "home" / where, '[certificates.acme]\ncert = "a.pem"\n[certificates.b]\ncert = false\n')
    assert poetry.conflicts(here) == (
        Conflict(
            option="certificates.acme.cert",
            mend=f"Take it out (`poetry config --unset certificates.acme.cert`; it stands in {path}) and name the file"
            " in REQUESTS_CA_BUNDLE: depaudit adds the gate's certificate to it there.",
        ),
    )
    in_tree = "project/" in where
    assert poetry.roots(here) == (() if in_tree else (here.folder / "a.pem",))


def test_a_malformed_file_is_a_conflict_only_where_it_speaks_of_certificates(tmp_path: Path) -> None:
    here = place(tmp_path, {"POETRY_CONFIG_DIR": str(tmp_path / "conf"), "POETRY_CERTIFICATES_X_CERT": "/x.pem"})
    write(here.folder / "poetry.toml", "[virtualenvs")
    assert poetry.conflicts(here) == ()
    write(tmp_path / "conf" / "config.toml", "[certificates")
    assert [one.option for one in poetry.conflicts(here)] == ["config.toml"]
    assert poetry.roots(here) == (Path("/x.pem"),)
