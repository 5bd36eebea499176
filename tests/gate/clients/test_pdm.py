"""PDM under the gate: variables, and certificates that would win over the gate's."""

from __future__ import annotations

from pathlib import Path

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install
from depaudit.gate.clients import pdm
from tests.gate.clients.places import place, wiring, write


def test_variables_and_options() -> None:
    assert pdm.environment(wiring()) == {"PDM_CACHE_DIR": "/caches/pdm"}
    reading = read_command(["pdm", "add", "x"])
    assert isinstance(reading, Install)
    assert pdm.arguments(reading, wiring()) == ("pdm", "add", "x")


def test_certificates_of_settings_files(tmp_path: Path) -> None:
    here = place(tmp_path)
    assert (pdm.conflicts(here), pdm.roots(here)) == ((), ())
    conf = write(
        tmp_path / "home/.config/pdm/config.toml", '[pypi]\nca_certs = "a.pem"\n[pypi.b]\nca_certs = "b.pem"\n'
    )
    tree = write(here.folder / "pyproject.toml", '[[tool.pdm.source]]\nname = "x"\nca_certs = "c.pem"\n')
    assert pdm.conflicts(here) == tuple(
        Conflict(
            option="ca_certs",
            mend=f"Take ca_certs out of {path} and name the file in REQUESTS_CA_BUNDLE: depaudit adds the gate's"
            " certificate to it there.",
        )
        for path in (tree, conf)
    )
    assert pdm.roots(here) == (here.folder / "a.pem", here.folder / "b.pem")


def test_a_malformed_file_is_a_conflict_only_where_it_speaks_of_certificates(tmp_path: Path) -> None:
    here = place(tmp_path, {"PDM_CONFIG_FILE": str(tmp_path / "own.toml")})
    write(here.folder / "pdm.toml", "[[")
    assert pdm.conflicts(here) == ()
    write(tmp_path / "own.toml", "ca_certs = [")
    assert [one.option for one in pdm.conflicts(here)] == ["own.toml"]


def test_uvs_conflicts_where_pdm_installs_with_it(tmp_path: Path) -> None:
    here = place(tmp_path)
    write(here.folder / "uv.toml", 'https-proxy = "x"\n')
    assert pdm.conflicts(here) == ()
    assert [one.option for one in pdm.conflicts(place(tmp_path, {"PDM_USE_UV": "1"}))] == ["https-proxy"]
    write(here.folder / "pdm.toml", "use_uv = true\n")
    assert [one.option for one in pdm.conflicts(here)] == ["https-proxy"]
