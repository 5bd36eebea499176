"""The gate in a CI job: real shims before a real pip, steps that swallow a refusal, and the step that finds out."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from depaudit.errors import DepauditError, UsageError
from depaudit.frontends.gate_step import Placed, log_path, place_guard
from depaudit.frontends.verify import verify
from depaudit.gate.guards.direct import TOOLS
from depaudit.gate.guards.shims import is_shim
from depaudit.gate.refusals import VARIABLE, read
from tests.gate.conftest import machine  # noqa: F401  the fixture of the tests with real clients
from tests.gate.kit import PYPI, Done, Machine

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")


class Job:
    """Steps that follow one another as the runner has them: each a shell of its own, with what earlier ones left."""

    def __init__(self, machine: Machine, environment: Mapping[str, str] | None = None) -> None:  # noqa: F811  see above
        self.machine = machine
        self.folder = machine.root / "gate"
        self.placed = place_guard(self.folder, sys.executable, environment or {})

    def step(self, script: str) -> Done:
        path = self.machine.environment()["PATH"]
        variables = {**dict(self.placed.variables), "PATH": f"{self.placed.path}{os.pathsep}{path}"}
        return self.machine.alone(["bash", "-e", "-o", "pipefail", "-c", script], variables=variables)

    def verify(self) -> int:
        return verify(log_path(self.folder), dict(self.placed.variables))


def test_what_lies_where(tmp_path: Path) -> None:
    folder = tmp_path / "gate"
    placed = place_guard(folder, sys.executable, {})
    assert placed == Placed(path=str(folder / "shims"), variables=((VARIABLE, str(folder / "refusals.jsonl")),))
    assert all(is_shim(folder / "shims" / tool) for tool in TOOLS)
    assert sorted(path.name for path in folder.iterdir()) == ["refusals.jsonl", "shims"]
    assert stat.S_IMODE(log_path(folder).stat().st_mode) == 0o600
    assert (read(log_path(folder)).entries, read(log_path(folder)).damage) == ((), ())
    text = (folder / "shims" / "pip").read_text()
    assert f"python={sys.executable}\n" in text
    assert 'exec "$python" -I -c "$start" run -- "$real" "$@"' in text


def test_once_more_keeps_the_log(tmp_path: Path) -> None:
    first = place_guard(tmp_path / "gate", sys.executable, {})
    log = log_path(tmp_path / "gate")
    log.write_bytes(log.read_bytes() + b"damage\n")
    assert place_guard(tmp_path / "gate", sys.executable, {}) == first
    assert log.read_bytes().endswith(b"damage\n")


@pytest.mark.parametrize("name", ["policy.toml", "my-policy.toml", "pyproject.toml"])
def test_the_policy_is_copied(name: str, tmp_path: Path) -> None:
    policy = tmp_path / name
    policy.write_text("[tool.depaudit]\n")
    placed = place_guard(tmp_path / "gate", sys.executable, {"DEPAUDIT_POLICY": str(policy)})
    copy = tmp_path / "gate" / ("pyproject.toml" if name == "pyproject.toml" else "policy.toml")
    assert placed.variables[1:] == (("DEPAUDIT_POLICY", str(copy)),)
    policy.write_text("changed later")
    assert copy.read_text() == "[tool.depaudit]\n"


def test_what_cannot_be_placed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absolute"):
        place_guard(Path("gate"), sys.executable, {})
    with pytest.raises(UsageError, match="absolute"):
        place_guard(tmp_path / "gate", "python3", {})
    with pytest.raises(UsageError, match="cannot stand on PATH"):
        place_guard(tmp_path / "a:b", sys.executable, {})
    with pytest.raises(DepauditError, match="cannot start depaudit"):
        place_guard(tmp_path / "other", "/bin/true", {})
    with pytest.raises(UsageError, match="absolute"):
        place_guard(tmp_path / "relative", sys.executable, {"DEPAUDIT_POLICY": "policy.toml"})
    with pytest.raises(DepauditError, match="no such configuration"):
        place_guard(tmp_path / "missing", sys.executable, {"DEPAUDIT_POLICY": str(tmp_path / "policy.toml")})
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "policy.toml").symlink_to(tmp_path / "target")
    (tmp_path / "policy.toml").write_text("")
    with pytest.raises(UsageError, match="symbolic link"):
        place_guard(tmp_path / "linked", sys.executable, {"DEPAUDIT_POLICY": str(tmp_path / "policy.toml")})
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        place_guard(tmp_path / "file", sys.executable, {})


@pytest.mark.clients
def test_a_swallowed_refusal_is_found(
    machine: Callable[..., Machine],  # noqa: F811  the fixture
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = Job(machine("pip-26.3"))
    sound = job.step(f"pip install {PYPI.sound}")
    assert sound.status == 0, str(sound)
    assert job.machine.has(PYPI.sound)
    assert job.verify() == 0
    assert capsys.readouterr().out == "depaudit: nothing was refused in this job.\n"

    swallowed = job.step(f"pip install -i https://user:hunter2@pypi.org/simple {PYPI.squat} || true\necho went on")
    assert (swallowed.status, swallowed.stdout.splitlines()[-1]) == (0, "went on"), str(swallowed)
    assert not job.machine.has(PYPI.squat)
    (entry,) = read(log_path(job.folder)).entries
    assert entry.status == 40
    assert entry.command[1:] == ("install", "-i", "https://pypi.org/simple", PYPI.squat)
    assert [(one.ecosystem, str(one.name)) for one in entry.packages] == [("pypi", PYPI.squat)]
    assert "typo-adjacent" in entry.packages[0].rules
    assert "requests" in entry.packages[0].sentence
    assert job.verify() == 1
    said = capsys.readouterr().out
    assert said.startswith(f"::error title=Refused%3A pypi%3A{PYPI.squat}")
    assert "hunter2" not in said
    assert said.count("\n") == 1


@pytest.mark.clients
def test_a_refusal_that_fails_its_own_step_is_found_too(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    job = Job(machine("pip-26.3"))
    refused = job.step(f"pip install {PYPI.squat}")
    assert refused.status == 40, str(refused)
    assert job.verify() == 1


@pytest.mark.clients
def test_what_the_gate_itself_could_not_do_is_found_too(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    here = machine("pip-26.3")
    job = Job(here)
    here.write("depaudit.toml", "nonsense")
    done = job.step(f"pip install {PYPI.sound} || true")
    assert "depaudit: error:" in done.stderr
    (entry,) = read(log_path(job.folder)).entries
    assert (entry.status, entry.packages) == (41, ())
    assert "depaudit.toml" in entry.sentence
    assert job.verify() == 1


@pytest.mark.clients
def test_a_log_that_was_taken_away_is_found(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    job = Job(machine("pip-26.3"))
    job.step(f'pip install {PYPI.squat} || rm "$DEPAUDIT_REFUSALS"')
    assert job.verify() == 3
    job.step(f"pip install {PYPI.squat} || true")  # made anew, without its beginning
    assert read(log_path(job.folder)).damage == ("The log does not begin as it was put in place.",)
    assert job.verify() == 1


@pytest.mark.clients
def test_a_log_that_cannot_be_written_is_said_and_changes_no_status(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    here = machine("pip-26.3")
    link = here.root / "link"
    link.symlink_to(here.root / "target")
    done = here.gated(["pip", "install", PYPI.squat], variables={VARIABLE: str(link)})
    assert done.status == 40, str(done)
    assert "this refusal could not be noted in the file that DEPAUDIT_REFUSALS names: " in done.stderr
    assert not (here.root / "target").exists()


@pytest.mark.clients
def test_without_a_log_nothing_is_written(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    here = machine("pip-26.3")
    done = here.gated(["pip", "install", PYPI.squat])
    assert done.status == 40, str(done)
    assert "noted" not in done.stderr
    assert not list(here.root.glob("**/refusals.jsonl"))


@pytest.mark.clients
def test_the_policy_of_the_job_stands_above_the_projects(machine: Callable[..., Machine]) -> None:  # noqa: F811  see above
    """A change that allows its own package gets nowhere where the job has a policy."""
    here = machine("pip-26.3")
    here.write("depaudit.toml", f'[[allow]]\nname = "pypi:{PYPI.squat}"\nreason = "mine"\n')
    policy = here.root / "base.toml"
    policy.write_text("")
    job = Job(here, {"DEPAUDIT_POLICY": str(policy)})
    done = job.step(f"pip install {PYPI.squat} || true")
    assert "refused" in done.stderr, str(done)
    assert job.verify() == 1
