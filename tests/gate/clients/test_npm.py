"""npm under the gate: variables, and the certificates that settings name."""

from __future__ import annotations

from pathlib import Path

from depaudit.commands import read_command
from depaudit.commands.base import Install
from depaudit.gate.clients import npm
from tests.gate.clients.places import PROXY, place, wiring, write

BARE = {
    "npm_config_https_proxy": PROXY,
    "npm_config_proxy": PROXY,
    "npm_config_http_proxy": None,
    "npm_config_noproxy": "127.0.0.2",
    "npm_config_no_proxy": None,
    "npm_config_cafile": "/run/roots.pem",
    "npm_config_ca": None,
    "npm_config_strict_ssl": None,
    "npm_config_cache": "/caches/npm",
    "npm_config_cache_min": None,
    "npm_config_cache_max": None,
    "npm_config_prefer_online": "true",
    "npm_config_prefer_offline": "false",
    "npm_config_offline": "false",
    "npm_config_fetch_retries": "1",
    "NODE_EXTRA_CA_CERTS": "/run/authority.pem",
    "NODE_TLS_REJECT_UNAUTHORIZED": None,
}


def test_variables() -> None:
    assert npm.environment(wiring()) == BARE


def test_every_other_spelling_is_taken_away() -> None:
    user = {
        "NPM_CONFIG_CAFILE": "/user.pem",
        "npm_config_Https-Proxy": "http://other",
        "NPM_CONFIG_NOPROXY": "*",
        "npm_config_registry": "https://r.example/",
        "NPM_CONFIG_CACHE": "/warm",
        "npm_config_offline": "true",
        "PATH": "/bin",
    }
    gone = dict.fromkeys(("NPM_CONFIG_CAFILE", "npm_config_Https-Proxy", "NPM_CONFIG_NOPROXY", "NPM_CONFIG_CACHE"))
    assert npm.environment(wiring(**user)) == {**BARE, **gone}


def test_the_command_line_stays() -> None:
    reading = read_command(("npm", "ci"))
    assert isinstance(reading, Install)
    assert npm.arguments(reading, wiring()) == ("npm", "ci")


def test_nothing_of_npms_own_leads_past_the_gate(tmp_path: Path) -> None:
    where = place(tmp_path)
    write(where.folder / ".npmrc", "noproxy=*\nhttps-proxy=http://other\n")
    assert npm.conflicts(where) == ()


def test_certificates_of_the_operators_settings(tmp_path: Path) -> None:
    where = place(
        tmp_path,
        {
            "NPM_CONFIG_CAFILE": "own.pem",
            "NODE_EXTRA_CA_CERTS": "/extra.pem",
            "NPM_CONFIG_GLOBALCONFIG": str(tmp_path / "global"),
            "CORP": "corp",
        },
    )
    write(where.home / ".npmrc", "cafile=~/${CORP}.pem\ncafile[]=ignored\n; cafile=no\n")
    write(tmp_path / "global", "cafile = /global.pem\n")
    write(where.folder / ".npmrc", "cafile=evil.pem\n")
    assert npm.roots(where) == (
        where.folder / "own.pem",
        where.home / "corp.pem",
        Path("/global.pem"),
        Path("/extra.pem"),
    )


def test_no_certificates_without_settings(tmp_path: Path) -> None:
    where = place(tmp_path, {"NPM_CONFIG_GLOBALCONFIG": str(tmp_path / "none"), "npm_config_cafile": "null"})
    write(where.home / ".npmrc", "cafile=null\n")
    assert npm.roots(where) == ()
