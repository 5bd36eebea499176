"""The registries in the settings of npm's kin."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.javascript import KinSettings, read_kin
from depaudit.indexes.router import Router, read_router
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import Location, Origin, Requirement
from depaudit.model.settings import IndexSettings

ACME = "https://npm.acme.example/"

CASES = [
    ("yarn", ".yarnrc.yml", 'npmRegistryServer: "https://npm.acme.example"\n', set()),
    ("yarn", ".yarnrc.yml", "npmScopes:\n  acme:\n    npmRegistryServer: https://npm.acme.example\n", {"@acme"}),
    ("yarn", ".yarnrc", 'registry "https://npm.acme.example/"\n', set()),
    ("yarn", ".yarnrc", '"@acme:registry" "https://npm.acme.example/"\n', {"@acme"}),
    ("bun", "bunfig.toml", '[install]\nregistry = "https://npm.acme.example/"\n', set()),
    ("bun", "bunfig.toml", '[install.scopes]\nacme = { url = "https://npm.acme.example/", token = "t" }\n', {"@acme"}),
    ("pnpm", "pnpm-workspace.yaml", "registries:\n  default: https://npm.acme.example/\n", set()),
    ("pnpm", "pnpm-workspace.yaml", "registries:\n  '@acme': https://npm.acme.example/\n", {"@acme"}),
]


def read(client: str, root: Path, environment: dict[str, str] | None = None) -> tuple[KinSettings, SettingsFiles]:
    project, home = root / "project", root / "home"
    files = SettingsFiles(home=home, cwd=project, tree_roots=(project,))
    return read_kin(client, environment or {}, files, home=home, folders=[project]), files


def make(root: Path, place: str, text: str) -> None:
    for folder in ("project", "home"):
        (root / folder).mkdir(exist_ok=True)
    (root / place).write_text(text)


@pytest.mark.parametrize(("client", "name", "text", "scopes"), CASES)
def test_a_project_names_a_registry(client: str, name: str, text: str, scopes: set[str], tmp_path: Path) -> None:
    make(tmp_path, f"project/{name}", text)
    settings, files = read(client, tmp_path)
    (level,) = settings.levels
    assert files.problems == ()
    assert level.origin is Origin.TREE
    found = dict(level.scopes)
    assert set(found) == scopes
    (ref,) = level.refs
    assert ref.url.rstrip("/") == ACME.rstrip("/")
    assert ref.origin is Origin.TREE
    assert ref.location is not None
    assert ref.location.path == name


def test_the_user_is_the_operator(tmp_path: Path) -> None:
    make(tmp_path, "home/.yarnrc.yml", "npmRegistryServer: https://npm.acme.example\nnpmAuthToken: secret\n")
    settings, _ = read("yarn", tmp_path)
    (level,) = settings.levels
    assert level.origin is Origin.OPERATOR
    assert [(line.base, line.kind, line.value) for line in level.auth] == [
        ("//npm.acme.example/", "_authToken", "secret")
    ]
    assert "secret" not in repr(settings)
    assert not settings.alone


def test_the_environment_comes_first(tmp_path: Path) -> None:
    make(tmp_path, "project/.yarnrc.yml", "npmRegistryServer: https://other.example\n")
    settings, _ = read("yarn", tmp_path, {"YARN_NPM_REGISTRY_SERVER": ACME})
    assert [level.registry.url for level in settings.levels if level.registry] == [ACME, "https://other.example"]
    assert settings.alone


def test_other_clients_have_none(tmp_path: Path) -> None:
    make(tmp_path, "project/.yarnrc.yml", "npmRegistryServer: https://other.example\n")
    assert read("npm", tmp_path)[0] == KinSettings()


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2\n", "npmScopes: 3\n", "npmScopes: {a: 1}\n", "npmRegistries: []\n"])
def test_odd_files_name_nothing_and_raise_nothing(text: str, tmp_path: Path) -> None:
    make(tmp_path, "project/.yarnrc.yml", text)
    settings, _ = read("yarn", tmp_path)
    assert [ref for level in settings.levels for ref in level.refs] == []


def test_broken_syntax_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, "project/bunfig.toml", "[install\n")
    settings, files = read("bun", tmp_path)
    assert settings.levels == ()
    assert [problem.path for problem in files.problems] == ["bunfig.toml"]


def router(root: Path, kin: str) -> Router:
    project = root / "project"
    return read_router(
        {}, home=root / "home", cwd=project, tree_roots=(project,), settings=IndexSettings(), etc=root / "etc", kin=kin
    )


WISH = Requirement(
    ecosystem=Ecosystem.NPM,
    name=normalize(Ecosystem.NPM, "left-pad"),
    raw_name="left-pad",
    requested="left-pad",
    location=Location(path="package.json", line=1),
)


def test_names_are_looked_up_where_the_client_would(tmp_path: Path) -> None:
    make(tmp_path, "home/.yarnrc.yml", "npmRegistryServer: https://npm.acme.example\n")
    assert [index.url for index in router(tmp_path, "yarn").route(WISH).indexes] == [ACME]
    assert [index.url for index in router(tmp_path, "npm").route(WISH).indexes] == ["https://registry.npmjs.org/"]
    make(tmp_path, "project/.yarnrc.yml", "npmRegistryServer: https://foreign.example\n")
    route = router(tmp_path, "yarn").route(WISH)
    assert [foreign.url for foreign in route.foreign] == ["https://foreign.example"]
    assert [one.url for one in router(tmp_path, "yarn").reach(tmp_path / "project")[1]] == ["https://foreign.example"]


def test_berry_reads_no_npmrc(tmp_path: Path) -> None:
    make(tmp_path, "project/.yarnrc.yml", "nodeLinker: node-modules\n")
    make(tmp_path, "home/.npmrc", f"registry={ACME}\n")
    assert [index.url for index in router(tmp_path, "yarn").route(WISH).indexes] == ["https://registry.npmjs.org/"]
