"""Whole audits in the made-up internet: files and names in, verdicts and exit status out."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from depaudit.frontends.cli.main import main
from tests.world.lives import Birth, Life, blank, established, security_holder, young
from tests.world.world import World


class Run:
    """One run of the command line: its status, its report, what it said on stderr."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err
        self.report: dict[str, Any] = json.loads(out) if out.startswith("{") else {}

    def verdicts(self) -> dict[str, str]:
        return {p["name"]: p["verdict"] for p in self.report["packages"]}

    def rules(self, name: str) -> list[str]:
        return [f["rule"] for p in self.report["packages"] if p["name"] == name for f in p["findings"]]

    def package(self, name: str) -> dict[str, Any]:
        (found,) = [p for p in self.report["packages"] if p["name"] == name]
        return found


@pytest.fixture
def depaudit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run the command line in ``tmp_path`` with a JSON report."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, form: str = "json") -> Run:
        capsys.readouterr()
        status = main([*words, "--format", form])
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return run


def test_names_of_every_kind(world: World, depaudit: Any) -> None:
    world.pypi.add(established("zz-honest-helpers"))
    world.pypi.add(young("zz-new-thing"))
    world.pypi.add(blank("reqeusts"))
    world.pypi.add(established("flask"))
    world.npm.add(established("zz-honest-left"))
    world.npm.add(security_holder("zz-evil-holder"))
    run = depaudit(
        "check",
        "requests",
        "flask==1.0.0",
        "zz-honest-helpers",
        "zz-new-thing",
        "reqeusts",
        "zz-made-up-by-a-model",
        "npm:lodash",
        "npm:zz-honest-left",
        "npm:zz-evil-holder",
        "npm:zz-made-up-by-a-model-too",
    )
    assert run.verdicts() == {
        "requests": "pass",
        "flask": "pass",
        "zz-honest-helpers": "pass",
        "zz-new-thing": "warn",
        "reqeusts": "block",
        "zz-made-up-by-a-model": "block",
        "lodash": "pass",
        "zz-honest-left": "pass",
        "zz-evil-holder": "block",
        "zz-made-up-by-a-model-too": "block",
    }
    assert run.status == 1
    assert run.rules("zz-made-up-by-a-model")[0] == "nonexistent"
    assert run.rules("zz-new-thing")[0] == "new-package"
    assert set(run.rules("reqeusts")) >= {"typo-adjacent", "blank-package", "new-package"}
    assert run.package("reqeusts")["suggestions"][0] == "requests"
    assert run.rules("zz-evil-holder")[0] == "removed"


def test_the_most_used_need_no_request(world: World, depaudit: Any) -> None:
    run = depaudit("check", "requests", "numpy", "npm:lodash", "npm:react")
    assert run.status == 0
    assert world.requests == ()
    assert run.report["summary"]["requests"] == 0


def test_a_pinned_version_that_does_not_exist(world: World, depaudit: Any) -> None:
    world.pypi.add(established("flask"))
    run = depaudit("check", "flask==99.9.9")
    assert (run.status, run.rules("flask")) == (1, ["version-nonexistent"])


def test_every_registry_unreachable_is_never_green(depaudit: Any) -> None:
    # the fixture own_world points at a proxy where nobody listens
    run = depaudit("check", "zz-made-up-long-tail", "zz-another-one", "npm:zz-third", "requests")
    assert run.status in (1, 3)
    assert run.report["summary"]["complete"] is False
    assert run.verdicts()["npm:zz-third".partition(":")[2]] == "unknown"
    assert "pass" not in {run.verdicts()["zz-made-up-long-tail"], run.verdicts()["zz-another-one"]}


def test_an_unlisted_but_honest_new_project_is_not_nonexistent_online(world: World, depaudit: Any) -> None:
    world.pypi.add(young("zz-registered-after-the-snapshot", age=timedelta(days=12)))
    run = depaudit("check", "zz-registered-after-the-snapshot")
    assert (run.status, run.verdicts()) == (0, {"zz-registered-after-the-snapshot": "warn"})


def test_a_release_an_hour_old_of_a_most_used_project_passes(world: World, depaudit: Any) -> None:
    births = (
        Birth(version="1.0.0", ago=timedelta(days=1000)),
        Birth(version="1.1.0", ago=timedelta(days=100)),
        Birth(version="1.2.0", ago=timedelta(hours=1)),
    )
    world.pypi.add(Life(name="boto3", releases=births))
    world.npm.add(Life(name="@types/node", releases=births))
    run = depaudit("check", "boto3==1.2.0", "npm:@types/node@1.2.0")
    assert (run.status, set(run.verdicts().values())) == (0, {"pass"})


def test_evil_index_gets_no_credential_and_no_green(
    world: World, depaudit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret-of-the-user")
    (tmp_path / "requirements.txt").write_text(
        "--index-url https://user:${TOKEN}@evil.example/simple/\n--extra-index-url https://evil.example/more/\nrequests\n"
    )
    (tmp_path / ".npmrc").write_text("registry=https://evil.example/npm/\n//evil.example/npm/:_authToken=${TOKEN}\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"left-pad": "^1.0.0"}}')
    run = depaudit("scan")
    assert run.status in (1, 3)
    assert "pass" not in run.verdicts().values()
    assert "foreign-index" in run.rules("requests")
    assert "foreign-index" in run.rules("left-pad")
    assert world.asked("evil.example") == ()
    for heard in world.requests:
        assert "s3cret-of-the-user" not in repr(heard)
    assert "s3cret-of-the-user" not in run.out + run.err


def test_an_internal_name_is_asked_of_its_private_index_alone(
    world: World, depaudit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://pypi.acme.example/simple/")
    world.private_pypi.add(blank("acme-billing-client", age=timedelta(minutes=5)))
    run = depaudit("check", "acme-billing-client")
    assert (run.status, run.verdicts()) == (0, {"acme-billing-client": "pass"})
    assert world.asked("pypi.org") == ()
    assert len(world.asked("pypi.acme.example")) == 1


def test_a_dead_private_index_does_not_leak_the_name(
    world: World, depaudit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://pypi.acme.example/simple/")
    world.fault("pypi.acme.example", kind="status", status=503)
    run = depaudit("check", "acme-billing-client")
    assert (run.status, run.verdicts()) == (3, {"acme-billing-client": "unknown"})
    assert world.asked("pypi.org") == ()


def test_the_torture_file_invents_nothing(world: World, depaudit: Any, tmp_path: Path) -> None:
    for name in ("django", "ruamel.yaml", "zope.interface", "celery", "pyyaml", "nested-zz", "attrs"):
        world.pypi.add(established(name))
    (tmp_path / "nested.txt").write_text("nested-zz\n")
    (tmp_path / "more.txt").write_text("attrs\n")
    (tmp_path / "constraints.txt").write_text("django<99\n")
    (tmp_path / "localpkg").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "# a comment\n"
        "celery[redis,auth]>=1.0 ; python_version >= '3.8'\n"
        "Django==1.0.0  # trailing comment\n"
        "ruamel.yaml~=1.0\n"
        "zope.interface == 1.1.0 \\\n"
        f"    --hash=sha256:{'0' * 64} \\\n"
        f"    --hash=sha256:{'1' * 64}\n"
        "-r nested.txt\n"
        "--requirement=more.txt\n"
        "-c constraints.txt\n"
        "-e git+https://github.com/x/eggs.git@main#egg=eggs-zz\n"
        "foo-url-zz @ https://files.example/foo_url_zz-1.0-py3-none-any.whl\n"
        "./localpkg\n"
        "https://files.example/some-tarball-1.0.tar.gz\n"
        "PyYAML ~= 1.0\n"
    )
    run = depaudit("scan", "requirements.txt")
    places = {p["name"]: [(s["path"], s["line"]) for s in p["locations"]] for p in run.report["packages"]}
    registry = {p["name"] for p in run.report["packages"] if p["source"] == "registry"}
    assert registry == {"celery", "django", "ruamel-yaml", "zope-interface", "nested-zz", "attrs", "pyyaml"}
    assert set(places) - registry <= {"eggs-zz", "foo-url-zz", "some-tarball", "localpkg"}
    assert places["celery"] == [("requirements.txt", 2)]
    assert places["django"] == [("requirements.txt", 3)]
    assert places["zope-interface"] == [("requirements.txt", 5)]
    assert places["nested-zz"] == [("nested.txt", 1)]
    assert places["attrs"] == [("more.txt", 1)]
    assert places["pyyaml"] == [("requirements.txt", 15)]
    assert run.report["errors"] == []
    assert {run.verdicts()[name] for name in registry} == {"pass"}


def test_a_bad_file_is_an_error_and_the_rest_is_judged(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"lodash": "^4"')
    run = depaudit("scan")
    assert run.status == 2
    assert run.verdicts() == {"requests": "pass"}
    (error,) = run.report["errors"]
    assert (error["path"], error["line"]) == ("package.json", 1)
    assert "package.json:1" in run.err


def test_a_directory_with_nothing_that_is_read_is_not_green(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "Cargo.toml").write_text("[dependencies]\nserde = '1'\n")
    run = depaudit("scan")
    assert run.status == 2
    assert run.report["packages"] == []
    assert list(run.report["summary"]["not_audited"]) != []


def test_an_empty_directory_is_not_green(depaudit: Any) -> None:
    assert depaudit("scan").status == 2


def test_a_file_of_local_paths_alone_has_nothing_wrong(depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("-e .\n")
    assert depaudit("scan").status == 0
    assert depaudit("scan", "--strict").status == 0


def test_offline_asks_nobody(world: World, depaudit: Any) -> None:
    run = depaudit("check", "--offline", "requests", "npm:lodash", "npm:zz-unheard-of")
    assert world.knocks == ()
    assert run.verdicts() == {"requests": "pass", "lodash": "pass", "zz-unheard-of": "unknown"}
    assert run.status == 3
    assert run.report["summary"]["offline"] is True


def test_a_second_run_answers_from_the_cache(world: World, depaudit: Any) -> None:
    world.pypi.add(established("zz-honest-helpers"))
    first = depaudit("check", "zz-honest-helpers", "zz-made-up-name")
    asked = len(world.requests)
    second = depaudit("check", "zz-honest-helpers", "zz-made-up-name")
    assert first.verdicts() == second.verdicts()
    assert len(world.requests) == asked
    assert second.report["summary"]["requests"] == 0


def test_a_policy_of_the_tree_can_allow_and_deny(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "depaudit.toml").write_text(
        '[[allow]]\nname = "pypi:zz-ours-*"\nreason = "ours, reviewed"\n\n'
        '[[deny]]\nname = "npm:left-pad"\nreason = "use String.prototype.padStart"\n'
    )
    run = depaudit("check", "zz-ours-tool", "npm:left-pad")
    assert run.verdicts() == {"zz-ours-tool": "pass", "left-pad": "block"}
    assert run.package("zz-ours-tool")["suppressed"] != []
    assert run.rules("left-pad") == ["denied"]


def test_the_table_says_what_to_do_next(world: World, depaudit: Any) -> None:
    run = depaudit("check", "reqeusts", "requests", form="table")
    assert run.status == 1
    assert "reqeusts does not exist on PyPI: anyone could register it." in " ".join(run.out.split())
    assert "Did you mean requests?" in " ".join(run.out.split())


@pytest.mark.parametrize("word", ["two words", "x" * 300, "../../etc/passwd", "npm:@a", "a\nb"])
def test_names_that_no_registry_could_hold_reach_none(world: World, depaudit: Any, word: str) -> None:
    run = depaudit("check", word)
    assert run.status == 2
    assert world.knocks == ()


def test_credentials_go_to_the_operators_private_index_alone(
    world: World, depaudit: Any, tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.private_pypi.require("ci", "s3cret")
    world.private_pypi.add(young("acme-core", age=timedelta(hours=1)))
    world.private_npm.require("npm-t0ken")
    world.private_npm.add(young("@acme/ui", age=timedelta(hours=1)))
    world.pypi.add(established("zz-honest-helpers"))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://ci:s3cret@pypi.acme.example/simple/")
    monkeypatch.setenv("NPM_TOKEN", "npm-t0ken")
    (own_world / ".npmrc").write_text(
        "@acme:registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=${NPM_TOKEN}\n"
    )
    (tmp_path / "requirements.txt").write_text("acme-core\nzz-honest-helpers\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"@acme/ui": "^1.0.0", "@acme/gone": "*"}}')
    run = depaudit("scan")
    assert run.verdicts() == {
        "acme-core": "pass",
        "zz-honest-helpers": "pass",
        "@acme/ui": "pass",
        "@acme/gone": "block",
    }
    assert world.refused == ()
    for heard in world.requests:
        secret = {"pypi.acme.example": "Y2k6czNjcmV0", "npm.acme.example": "npm-t0ken"}.get(heard.host)
        if secret is None:
            assert "authorization" not in {key.lower() for key in dict(heard.headers)}
    assert world.asked("pypi.org") == ("GET /simple/zz-honest-helpers/",)
    assert world.asked("registry.npmjs.org") == ()
    assert "s3cret" not in run.out + run.err
    assert "npm-t0ken" not in run.out + run.err


def test_a_wrong_password_is_unknown_and_says_so(world: World, depaudit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.private_pypi.require("ci", "s3cret")
    monkeypatch.setenv("PIP_INDEX_URL", "https://ci:wr0ng-pa55@pypi.acme.example/simple/")
    run = depaudit("check", "acme-core")
    assert (run.status, run.verdicts()) == (3, {"acme-core": "unknown"})
    assert world.asked("pypi.org") == ()
    assert "wr0ng-pa55" not in run.out + run.err


def test_a_lockfile_entry_of_a_foreign_host_is_told(world: World, depaudit: Any, tmp_path: Path) -> None:
    world.npm.add(established("left-pad"))
    (tmp_path / "package-lock.json").write_text(
        json.dumps(
            {
                "name": "app",
                "lockfileVersion": 3,
                "packages": {
                    "": {"name": "app", "dependencies": {"left-pad": "^1.0.0"}},
                    "node_modules/left-pad": {
                        "version": "1.0.0",
                        "resolved": "https://evil.example/left-pad/-/left-pad-1.0.0.tgz",
                    },
                },
            }
        )
    )
    run = depaudit("scan")
    assert run.status in (1, 3)
    assert "foreign-index" in run.rules("left-pad")
    assert world.asked("evil.example") == ()


def test_a_mirror_of_the_operators_stands_for_pypi(world: World, depaudit: Any, tmp_path: Path) -> None:
    policy = tmp_path / "mine.toml"
    policy.write_text('indexes = { pypi = "https://pypi.acme.example/simple/" }\n')
    for index in (world.private_pypi, world.pypi):
        index.add(blank("zz-week-old", age=timedelta(days=6)), established("zz-honest-helpers"))
    run = depaudit("check", "--config", str(policy), "zz-week-old", "zz-honest-helpers", "requests", "zz-not-there")
    assert run.verdicts() == {
        "zz-week-old": "block",
        "zz-honest-helpers": "pass",
        "requests": "pass",
        "zz-not-there": "block",
    }
    assert all(path.startswith("GET /pypi/") for path in world.asked("pypi.org"))


def test_max_requests_is_a_hard_cap_and_said(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "depaudit.toml").write_text("max-requests = 3\n")
    names = [f"zz-long-tail-{number}" for number in range(8)]
    world.npm.add(*(established(name) for name in names))
    run = depaudit("check", *(f"npm:{name}" for name in names))
    assert run.status == 3
    assert len(world.requests) <= 3
    assert list(run.verdicts().values()).count("unknown") >= 5
    assert any("3 requests" in limit for limit in run.report["summary"]["limits_hit"])


def test_a_part_of_a_repository_is_judged_by_the_settings_above_it(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".npmrc").write_text("@acme:registry=https://npm.acme.example/\n")
    (tmp_path / "packages" / "a").mkdir(parents=True)
    (tmp_path / "packages" / "a" / "package.json").write_text('{"dependencies": {"@acme/ui": "*"}}')
    run = depaudit("scan", "packages/a")
    assert (run.status, run.verdicts()) == (3, {"@acme/ui": "unknown"})
    assert "foreign-index" in run.rules("@acme/ui")
    assert world.asked("registry.npmjs.org") == ()


def test_a_requirements_file_that_others_take_for_constraints_is_judged(
    world: World, depaudit: Any, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("zz-made-up-by-a-model\n")
    (tmp_path / "dev-requirements.in").write_text("-c requirements.txt\nrequests\n")
    assert depaudit("scan").verdicts() == {"requests": "pass", "zz-made-up-by-a-model": "block"}


def test_npm_goes_by_the_packages_table_whatever_the_version(world: World, depaudit: Any, tmp_path: Path) -> None:
    world.npm.add(established("lodash"))
    entry = {"version": "1.0.0"}
    (tmp_path / "package-lock.json").write_text(
        json.dumps(
            {
                "lockfileVersion": 1,
                "packages": {"": {}, "node_modules/lodash": entry, "node_modules/zz-made-up-too": entry},
                "dependencies": {"lodash": entry},
            }
        )
    )
    assert depaudit("scan").verdicts() == {"lodash": "pass", "zz-made-up-too": "block"}


def test_a_foreign_index_asked_anonymously_is_not_believed(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('foreign-indexes = "anonymous"\n')
    (tmp_path / "requirements.txt").write_text("--index-url https://evil.example/simple/\nzz-anything\n")
    run = depaudit("scan", "requirements.txt", "--config", "mine.toml")
    assert (run.status, run.verdicts()) == (3, {"zz-anything": "unknown"})
    assert "foreign-index" in run.rules("zz-anything")


def test_an_index_without_dates_does_not_clear_a_name(world: World, depaudit: Any) -> None:
    world.pypi.dates = False
    world.pypi.add(blank("zz-week-old", age=timedelta(days=6)))
    run = depaudit("check", "zz-week-old")
    assert (run.status, run.verdicts()) == (3, {"zz-week-old": "unknown"})


def test_what_builds_a_project_comes_from_an_index(world: World, depaudit: Any, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "zz-made-up-by-a-model"\nversion = "1"\n\n'
        '[build-system]\nrequires = ["zz-made-up-by-a-model"]\n'
    )
    assert depaudit("scan").verdicts() == {"zz-made-up-by-a-model": "block"}


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("uv.toml", "x = {}", 2),
        ("pyproject.toml", "[tool.poetry]\nx = {}", 2),
        ("pyproject.toml", "# depaudit\nx = {}", 2),
    ],
)
def test_a_number_of_thousands_of_digits_is_an_input_error(
    world: World, depaudit: Any, tmp_path: Path, name: str, text: str, status: int
) -> None:
    (tmp_path / name).write_text(text.format("9" * 5000))
    (tmp_path / "requirements.txt").write_text("requests\n")
    run = depaudit("scan")
    assert (run.status, run.verdicts()) == (status, {"requests": "pass"})
