"""Yarn under the gate: variables for both, and what of their settings leads past it."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install
from depaudit.gate.clients import forget, prepare, yarn
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import replace
from tests.gate.clients.places import PROXY, place, wiring, write

BERRY = {
    "YARN_HTTPS_PROXY": PROXY,
    "YARN_HTTP_PROXY": PROXY,
    "YARN_HTTPS_CA_FILE_PATH": "/run/roots.pem",
    "YARN_GLOBAL__FOLDER": "/caches/berry",
}
ONE = {"npm_config_cache_folder": "/caches/yarn1"}
STALE = "the gate keeps a cache of its own, and what another holds was never judged."
LED = "it leads Yarn past the gate. Name a proxy in HTTPS_PROXY instead: the gate goes on by it."


def test_variables() -> None:
    assert yarn.environment(replace(wiring(), client="yarn")) == {**BERRY, **ONE}


def test_npm_hears_nothing_of_yarns_cache() -> None:
    assert yarn.environment(replace(wiring(), client="npm")) == BERRY


def test_what_the_user_set_is_moved_or_taken_away() -> None:
    user = {
        "YARN_CACHE_FOLDER": "/warm",
        "yarn_global_folder": "/g",
        "YARN_HTTPS__PROXY": "http://x",
        "YARN_ENABLE_OFFLINE_MODE": "1",
        "YARN_NETWORK_SETTINGS": "{}",
        "YARN_NPM_REGISTRY_SERVER": "https://r.example/",
    }
    changed = {
        "YARN_CACHE_FOLDER": "/caches/yarn1",
        "yarn_global_folder": "/caches/berry",
        "YARN_HTTPS__PROXY": None,
        "YARN_ENABLE_OFFLINE_MODE": None,
        "YARN_NETWORK_SETTINGS": None,
    }
    assert yarn.environment(wiring(**user)) == {**changed, **BERRY, **ONE}


def test_the_command_line_stays() -> None:
    reading = read_command(("yarn",))
    assert isinstance(reading, Install)
    assert yarn.arguments(reading, wiring()) == ("yarn",)


@pytest.mark.parametrize(
    "text",
    [
        'networkSettings:\n  "*.yarnpkg.com":\n    httpsProxy: ""\n',
        "networkSettings: {registry.npmjs.org: {httpProxy: 'http://other'}}\n",
        "a: &x {r.example: {httpsCaFilePath: c.pem}}\nnetworkSettings: *x\n",
        "networkSettings: odd\n",
        "networkSettings: {r.example: odd}\n",
    ],
)
@pytest.mark.parametrize("above", [0, 1, 3])
def test_network_settings_are_refused(tmp_path: Path, text: str, above: int) -> None:
    where = place(tmp_path)
    path = write((where.folder, *where.folder.parents)[above] / ".yarnrc.yml", text)
    assert yarn.conflicts(where) == (
        Conflict(option="networkSettings", mend=f"Take networkSettings out of {path}: {LED}"),
    )


def test_settings_of_another_name_and_of_the_home(tmp_path: Path) -> None:
    where = place(tmp_path, {"YARN_RC_FILENAME": ".other.yml"})
    one = write(where.folder / ".other.yml", "enableOfflineMode: true\n")
    two = write(where.home / ".yarnrc.yml", "networkSettings: {h.example: {httpsProxy: x}}\n")
    assert yarn.conflicts(where) == (
        Conflict(
            option="enableOfflineMode",
            mend=f"Take enableOfflineMode out of {one}: nothing can be judged without asking the registry.",
        ),
        Conflict(option="networkSettings", mend=f"Take networkSettings out of {two}: {LED}"),
    )


@pytest.mark.parametrize(
    "text", ["a: [", "\t- x: y\nz", "- a\n- b\n", "[" * 5000, "!!python/object:os.system {}\n: :"], ids=lambda t: t[:9]
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    where = place(tmp_path)
    path = write(where.folder / ".yarnrc.yml", text)
    assert yarn.conflicts(where) == (
        Conflict(
            option=".yarnrc.yml", mend=f"{path} can't be read, so what proxy it names can't be told: mend the file."
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "networkSettings: {}\n",
        "networkSettings: {r.example: {enableNetwork: false}}\n",
        "httpsProxy: http://x\nnodeLinker: node-modules\nenableOfflineMode: false\n",
    ],
)
def test_other_settings_are_let_be(tmp_path: Path, text: str) -> None:
    where = place(tmp_path)
    write(where.folder / ".yarnrc.yml", text)
    write(where.folder / ".yarnrc", 'registry "https://r.example/"\nyarn-offline-mirror "./m"\nno-cache-folder x\n')
    assert yarn.conflicts(where) == ()


@pytest.mark.parametrize(
    "line", ['cache-folder "./c"', '"cache-folder" "./c"', '--install.cache-folder "./c"', "  --*.cache-folder c",
             "--cache-folder c", "cache-folder: c"]
)  # fmt: skip
def test_a_cache_folder_of_yarn_1_is_refused(tmp_path: Path, line: str) -> None:
    where = place(tmp_path)
    path = write(where.folder / ".yarnrc", f"# yarn\n{line}\n")
    assert yarn.conflicts(where) == (Conflict(option="cache-folder", mend=f"Take cache-folder out of {path}: {STALE}"),)


@pytest.mark.parametrize("key", ["preferred-cache-folder", "offline", "prefer-offline", "use-yarnrc"])
@pytest.mark.parametrize("start", ["--", "--install.", "--*."])
def test_options_that_a_line_of_yarn_1_adds_are_refused(tmp_path: Path, start: str, key: str) -> None:
    where = place(tmp_path)
    path = write(where.folder.parent / ".yarnrc", f"{key}er true\n{start}{key} true\n{key} true\n")
    assert yarn.conflicts(where) == (Conflict(option=key, mend=f"Take {key} out of {path}: {STALE}"),)


def test_certificates_of_the_operators_settings(tmp_path: Path) -> None:
    where = place(tmp_path, {"YARN_HTTPS_CA_FILE_PATH": "/env.pem"})
    write(where.home / ".yarnrc.yml", "httpsCaFilePath: ~/berry.pem\n")
    write(where.home / ".yarnrc", 'cafile "/one.pem"\n')
    write(where.folder / ".yarnrc.yml", "httpsCaFilePath: evil.pem\n")
    write(where.folder / ".yarnrc", 'cafile "evil.pem"\n')
    assert yarn.roots(where) == (Path("/env.pem"), where.home / "berry.pem", Path("/one.pem"))


def test_what_is_refused_is_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "berry" / "cache"
    kept = [write(cache / name, "") for name in ("ms2-npm-1.0.0-x.zip", "@s-other-npm-1.0.0-x.zip")]
    for name in ("ms-npm-2.1.2-0d0ea4e573-10.zip", "@s-ms-npm-1.0.0-x.zip"):
        write(cache / name, "")
    forget(tmp_path, Ecosystem.NPM, NormalizedName("ms"))
    forget(tmp_path, Ecosystem.NPM, NormalizedName("@s/ms"))
    assert sorted(cache.iterdir()) == sorted(kept)


def test_metadata_does_not_outlive_a_run(tmp_path: Path) -> None:
    write(tmp_path / "berry" / "metadata" / "npm" / "x.json", "{}")
    kept = write(tmp_path / "berry" / "cache" / "x.zip", "")
    prepare(tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == [kept]
    prepare(tmp_path / "nothing")
