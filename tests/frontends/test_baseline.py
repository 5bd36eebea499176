"""Projects with a past: what is written once is old, in scans and in changes, and nothing new slips in with it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from depaudit.frontends.cli.main import main
from tests.changes.repos import Repo
from tests.world.lives import blank, established, young
from tests.world.world import World


class Run:
    """One run: its status, the verdicts of its JSON report, its notes, what it said on stderr."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err
        self.report: dict[str, Any] = json.loads(out) if out.startswith("{") else {}
        self.verdicts = {p["name"]: p["verdict"] for p in self.report.get("packages", ())}
        self.notes: list[str] = self.report.get("notes", [])

    def suppressed(self, name: str) -> list[dict[str, Any]]:
        return [one for p in self.report["packages"] if p["name"] == name for one in p["suppressed"]]


Depaudit = Callable[..., Run]


@pytest.fixture
def depaudit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Depaudit:
    """Run the command line in ``tmp_path``, or in a folder of it, with a JSON report."""

    def run(*words: str, folder: str = ".") -> Run:
        capsys.readouterr()
        monkeypatch.chdir(tmp_path / folder)
        status = main([*words, "--format", "json"])
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return run


@pytest.fixture
def past(world: World, tmp_path: Path) -> Path:
    """A project that asks for a free name, a young package and a healthy one. Returns its folder."""
    world.pypi.add(young("zz-young-thing"))
    world.pypi.add(established("zz-healthy-thing"))
    (tmp_path / "requirements.txt").write_text("zz-free-name\nzz-young-thing\nzz-healthy-thing\n")
    return tmp_path


def entries(path: Path) -> list[tuple[str, str, list[str]]]:
    return [(e["name"], e["rule"], e["paths"]) for e in json.loads(path.read_text())["entries"]]


def test_only_what_is_new_fails(past: Path, depaudit: Depaudit) -> None:
    assert depaudit("scan").status == 1
    written = depaudit("scan", "--write-baseline", "b.json")
    assert (written.status, written.err) == (0, "depaudit: 2 old findings written to b.json.\n")
    assert set(written.verdicts.values()) == {"pass"}
    assert entries(past / "b.json") == [
        ("zz-free-name", "nonexistent", ["requirements.txt"]),
        ("zz-young-thing", "new-package", ["requirements.txt"]),
    ]
    again = depaudit("scan", "--baseline", "b.json", "--fail-on", "warn")
    assert (again.status, set(again.verdicts.values())) == (0, {"pass"})
    assert again.notes == ["2 findings are in the baseline b.json, and fail nothing."]
    (suppressed,) = again.suppressed("zz-free-name")
    assert suppressed["exception"] == {
        "name": "pypi:zz-free-name",
        "reason": "in the baseline",
        "until": None,
        "where": "b.json",
    }
    (past / "requirements.txt").write_text("# moved\nzz-free-name>=1\nzz-young-thing\nzz-another-free-name\n")
    more = depaudit("scan", "--baseline", "b.json")
    assert (more.status, more.verdicts) == (
        1,
        {"zz-free-name": "pass", "zz-young-thing": "pass", "zz-another-free-name": "block"},
    )


def test_whoever_registers_the_free_name_is_judged_afresh(past: Path, world: World, depaudit: Depaudit) -> None:
    (past / "requirements.txt").write_text("reqeusts\n")
    assert depaudit("scan", "--write-baseline", "b.json").status == 0
    assert [rule for _, rule, _ in entries(past / "b.json")] == ["nonexistent", "typo-adjacent"]
    world.pypi.add(blank("reqeusts"))
    run = depaudit("scan", "--baseline", "b.json", "--no-cache")
    assert (run.status, run.verdicts, run.suppressed("reqeusts")) == (1, {"reqeusts": "block"}, [])


def test_the_file_only_changes_with_the_findings(past: Path, depaudit: Depaudit) -> None:
    depaudit("scan", "--write-baseline", "b.json")
    path = past / "b.json"
    path.write_text(path.read_text().replace("depaudit 0", "depaudit 99"))
    os.utime(path, (0, 0))
    depaudit("scan", "--write-baseline", "b.json")
    assert (path.stat().st_mtime, "depaudit 99" in path.read_text()) == (0, True)
    (past / "requirements.txt").write_text("zz-free-name\n")
    depaudit("scan", "--write-baseline", "b.json")
    assert "depaudit 99" not in path.read_text()
    assert entries(path) == [("zz-free-name", "nonexistent", ["requirements.txt"])]


def test_what_can_go_is_counted_where_everything_was_seen(past: Path, depaudit: Depaudit) -> None:
    (past / "web").mkdir()
    (past / "web" / "requirements.txt").write_text("zz-web-free-name\n")
    depaudit("scan", "--write-baseline", "b.json")
    (past / "requirements.txt").write_text("zz-free-name\n")
    gone = (
        "1 entry of b.json can go, because nothing of the kind is found any more: depaudit scan --write-baseline "
        "b.json renews it."
    )
    old = "{} in the baseline b.json, and fail nothing."
    assert depaudit("scan", "--baseline", "b.json").notes == [old.format("2 findings are"), gone]
    assert depaudit("scan", "requirements.txt", "--baseline", "b.json").notes == [old.format("1 finding is"), gone]
    assert depaudit("scan", "web", "--baseline", "b.json").notes == [old.format("1 finding is")]
    assert depaudit("scan", "--offline", "--baseline", "b.json").notes == [old.format("2 findings are")]
    (past / "package.json").write_text("{")
    assert depaudit("scan", "--baseline", "b.json").notes == [old.format("2 findings are")]


def test_paths_begin_at_the_top_of_the_repository(past: Path, depaudit: Depaudit) -> None:
    (past / ".git").mkdir()
    (past / "web").mkdir()
    (past / "web" / "requirements.txt").write_text("zz-web-free-name\n")
    depaudit("scan", "--write-baseline", "../b.json", folder="web")
    assert entries(past / "b.json") == [("zz-web-free-name", "nonexistent", ["web/requirements.txt"])]
    assert depaudit("scan", "web", "--baseline", "b.json").status == 0
    assert depaudit("scan", "--baseline", "../b.json", folder="web").status == 0
    assert depaudit("scan", "--baseline", "b.json").status == 1


def test_names_and_environments_have_no_file(past: Path, depaudit: Depaudit) -> None:
    depaudit("scan", "--write-baseline", "b.json")
    run = depaudit("check", "zz-free-name", "zz-other-free-name", "--baseline", "b.json")
    assert run.verdicts == {"zz-free-name": "pass", "zz-other-free-name": "block"}
    package = past / "node_modules" / "zz-free-npm"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "zz-free-npm", "version": "1.0.0"}')
    assert depaudit("env", "node_modules").status == 1
    (past / "package.json").write_text('{"dependencies": {"zz-free-npm": "1.0.0"}}')
    depaudit("scan", "--write-baseline", "b.json")
    assert depaudit("env", "node_modules", "--baseline", "b.json").status == 0


def test_what_could_not_be_checked_is_never_old(past: Path, world: World, depaudit: Depaudit) -> None:
    (past / "package.json").write_text('{"dependencies": {"lodahs": "1.0.0"}}')
    world.fault("registry.npmjs.org", kind="status", status=503)
    written = depaudit("scan", "--write-baseline", "b.json", "--no-cache")
    assert (written.status, written.verdicts["lodahs"]) == (3, "unknown")
    assert written.err.endswith("; not everything could be audited, so more may come up as new.\n")
    run = depaudit("scan", "--baseline", "b.json", "--no-cache")
    assert (run.status, run.verdicts) == (
        3,
        {"lodahs": "unknown", "zz-free-name": "pass", "zz-young-thing": "pass", "zz-healthy-thing": "pass"},
    )
    assert run.report["summary"]["complete"] is False


def test_a_file_that_cannot_be_read_stays_an_error(past: Path, depaudit: Depaudit) -> None:
    (past / "package.json").write_text("{")
    assert depaudit("scan", "--write-baseline", "b.json").status == 2
    assert len(entries(past / "b.json")) == 2
    assert depaudit("scan", "--baseline", "b.json").status == 2


def test_renewing_reads_no_baseline(past: Path, depaudit: Depaudit) -> None:
    assert depaudit("scan", "--baseline", "b.json", "--write-baseline", "b.json").status == 0
    (past / "b.json").write_text('{"depaudit_baseline": 99}')
    assert depaudit("scan", "--baseline", "b.json", "--write-baseline", "b.json").status == 0
    assert len(entries(past / "b.json")) == 2


def test_quiet_says_nothing(past: Path, depaudit: Depaudit) -> None:
    assert depaudit("scan", "-q", "--write-baseline", "b.json").err == ""


@pytest.mark.parametrize("text", ['{"name": "app"}', "requests\n", b"\xff\xfe\x00"])
def test_no_other_file_is_written_over(past: Path, world: World, depaudit: Depaudit, text: str | bytes) -> None:
    path = past / "package.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    before = path.read_bytes()
    run = depaudit("scan", "--write-baseline", "package.txt")
    assert (run.status, run.out, world.knocks) == (2, "", ())
    assert run.err == (
        "depaudit: error: package.txt is no baseline of depaudit; it is not written over. "
        "Choose another --write-baseline.\n"
    )
    assert path.read_bytes() == before


def test_an_empty_file_may_be_written(past: Path, depaudit: Depaudit) -> None:
    (past / "b.json").touch()
    assert depaudit("scan", "--write-baseline", "b.json").status == 0
    assert len(entries(past / "b.json")) == 2


def test_a_folder_that_is_not_there(past: Path, depaudit: Depaudit) -> None:
    run = depaudit("scan", "--write-baseline", "no/b.json")
    assert run.status == 2
    assert "cannot write" in run.err
    assert "Choose another --write-baseline." in run.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "b.json: there is no such baseline. Write it: depaudit scan --write-baseline b.json."),
        (b"\xff", "b.json:1: not UTF-8 text."),
        (b"{}", "b.json: this is no baseline of depaudit."),
        (b" " * (8 * 1024 * 1024 + 1), "b.json: a baseline of more than 8 MiB is not read."),
    ],
)
def test_a_baseline_that_cannot_be_read_stops_the_run(
    past: Path, world: World, depaudit: Depaudit, content: bytes | None, said: str
) -> None:
    if content is not None:
        (past / "b.json").write_bytes(content)
    run = depaudit("scan", "--baseline", "b.json")
    assert (run.status, run.out, world.knocks) == (2, "", ())
    assert f"depaudit: error: {said}" in run.err


def test_a_policy_that_may_only_be_tightened_allows_none(past: Path, own_world: Path, depaudit: Depaudit) -> None:
    policy = own_world / ".config" / "depaudit"
    policy.mkdir(parents=True)
    (policy / "policy.toml").write_text('fail-on = "block"\n')
    written = depaudit("scan", "--write-baseline", "b.json")
    run = depaudit("scan", "--baseline", "b.json")
    assert (written.status, run.status, run.verdicts["zz-free-name"]) == (1, 1, "block")
    (note,) = run.notes
    assert note.startswith("--baseline ignored: ")
    assert note.endswith("policy.toml may only be tightened.")


def test_a_denial_by_the_projects_configuration_can_be_old(past: Path, depaudit: Depaudit) -> None:
    (past / "requirements.txt").write_text("requests\n")
    (past / "depaudit.toml").write_text('[[deny]]\nname = "requests"\nreason = "use httpx"\n')
    assert depaudit("scan").status == 1
    assert depaudit("scan", "--write-baseline", "b.json").status == 0
    assert depaudit("scan", "--baseline", "b.json").status == 0


# --- in a change


@pytest.fixture
def repo(past: Path) -> Repo:
    """The project as a repository with one commit."""
    repo = Repo(past)
    repo.commit()
    return repo


def test_a_change_is_judged_by_the_baseline_of_its_base(repo: Repo, depaudit: Depaudit) -> None:
    depaudit("scan", "--write-baseline", "b.json")
    base = repo.commit()
    repo.write("requirements.txt", "zz-free-name>=2\nzz-young-thing\nzz-healthy-thing\nzz-second-free-name\n")
    assert depaudit("scan", "--write-baseline", "b.json").status == 0
    run = depaudit("diff", "main", "--baseline", "b.json")
    assert (run.status, run.verdicts) == (1, {"zz-free-name": "pass", "zz-second-free-name": "block"})
    assert run.suppressed("zz-free-name")[0]["exception"]["where"] == f"b.json (at {base[:7]})"
    assert depaudit("diff", "main", "--baseline", "b.json", folder=".").verdicts == run.verdicts
    repo.commit()
    assert depaudit("diff", base, "HEAD", "--baseline", "b.json").verdicts == run.verdicts


def test_the_file_counts_from_wherever_it_is_named(repo: Repo, depaudit: Depaudit, tmp_path: Path) -> None:
    repo.write("web/requirements.txt", "requests\n")
    depaudit("scan", "--write-baseline", "web/b.json")
    repo.commit()
    repo.write("requirements.txt", "zz-free-name>=2\n")
    for words, folder in (
        (("--baseline", "b.json"), "web"),
        (("--baseline", "web/b.json"), "."),
        (("--baseline", str(tmp_path / "web" / "b.json")), "."),
        (("--baseline", "../web/../web/b.json"), "web"),
    ):
        assert depaudit("diff", "main", *words, folder=folder).status == 0, words


def test_a_change_cannot_bring_its_own(repo: Repo, depaudit: Depaudit) -> None:
    repo.write("requirements.txt", "zz-second-free-name\n")
    depaudit("scan", "--write-baseline", "b.json")
    note = "The change brings its own baseline (b.json); it takes effect once merged."
    run = depaudit("diff", "main", "--baseline", "b.json")
    assert (run.status, run.notes) == (1, [note])
    repo.git("add", "-A")
    assert depaudit("diff", "--staged", "--baseline", "b.json").notes == [note]
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit()
    repo.git("checkout", "-q", "main")
    run = depaudit("diff", "main", "topic", "--baseline", "b.json")
    assert (run.status, run.notes) == (1, [note])


def test_a_link_into_the_repository_does_not_lead_round_it(
    repo: Repo, depaudit: Depaudit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.write("requirements.txt", "zz-second-free-name\n")
    depaudit("scan", "--write-baseline", "b.json")
    outside = tmp_path_factory.mktemp("outside")
    (outside / "link").symlink_to(repo.folder)
    (outside / "circle").symlink_to(outside / "circle")
    assert depaudit("diff", "main", "--baseline", str(outside / "link" / "b.json")).status == 1
    assert depaudit("diff", "main", "--baseline", str(outside / "circle" / "b.json")).status == 2


def test_a_file_outside_of_the_repository_is_the_operators(
    repo: Repo, depaudit: Depaudit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "b.json"
    repo.write("requirements.txt", "zz-second-free-name\n")
    depaudit("scan", "--write-baseline", str(outside))
    run = depaudit("diff", "main", "--baseline", str(outside))
    assert (run.status, run.verdicts) == (0, {"zz-second-free-name": "pass"})


def test_a_baseline_that_is_in_neither_state(repo: Repo, depaudit: Depaudit) -> None:
    run = depaudit("diff", "main", "--baseline", "b.json")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "depaudit: error: b.json: there is no such baseline in the repository. "
        "Write it, and commit it: depaudit scan --write-baseline b.json.\n"
    )


def test_a_broken_baseline_of_base_stops_the_run(repo: Repo, depaudit: Depaudit) -> None:
    base = repo.commit({"b.json": "{}"})
    run = depaudit("diff", "main", "--baseline", "b.json")
    assert run.status == 2
    assert f"b.json (at {base[:7]}): this is no baseline of depaudit." in run.err
