"""The rows of the matrix: what every client must come to under the gate, told once for all of them.

A client's test file makes a ``Driver`` and parametrises over ``ROWS``; a row takes the driver and a fresh machine.
A row that makes no sense for a client is left out by its name in ``Driver.skips``, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.gate.kit import NPM, PYPI, Done, Machine, Names, snapshot

REFUSED = 40
Make = Callable[..., Machine]

PYPROJECT = '[project]\nname = "own"\nversion = "0.1"\nrequires-python = ">=3.10"\ndependencies = []\n'
PACKAGE: Mapping[str, object] = {"name": "own", "version": "0.1.0", "private": True}


class Driver:
    """One client, as the rows use it. Commands are lists of words; ``None``: the client has no such command."""

    clients: tuple[str, ...] = ()
    names: Names = PYPI
    skips: Mapping[str, str] = {}

    def prepare(self, machine: Machine) -> None:
        """A fresh project in the machine's project folder."""

    def add(self, name: str) -> list[str]:
        """Install a package that is named on the command line."""
        raise NotImplementedError

    def declare(self, machine: Machine, *names: str) -> None:
        """Write the manifest (or requirements file) that asks for ``names``."""
        raise NotImplementedError

    def install(self) -> list[str]:
        """Install what the manifest asks for."""
        raise NotImplementedError

    def frozen(self) -> list[str] | None:
        """Install the lockfile exactly as it stands."""
        return None

    def lock(self) -> list[str] | None:
        """Write the lockfile alone."""
        return None

    def make_lock(self, machine: Machine) -> None:
        """Without the gate: leave the project with manifest and lockfile as the client writes them, nothing else."""

    def cut_off(self, when: str) -> list[str] | None:
        """``install`` with the client's own cut-off at ``when`` (RFC 3339)."""
        del when
        return None

    def use_private(self, machine: Machine) -> None:
        """Have the user's own settings (not the project's) name the private index."""
        raise NotImplementedError

    def look(self, machine: Machine) -> None:
        """After a run: where the client has installed to, if it made that itself."""

    def files(self, machine: Machine) -> dict[str, bytes]:
        """The project's manifest, lockfile and settings."""
        return snapshot(machine.project, without=("node_modules", ".venv", "__pycache__", ".yarn", ".pnpm-store"))

    def plain(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """``files`` without the record of the client's own cut-off."""
        return files


def gated(driver: Driver, machine: Machine, command: list[str]) -> Done:
    """Run the command through the gate, and have a look at what it left."""
    done = machine.gated(command)
    driver.look(machine)
    return done


def refused(done: Done, machine: Machine, driver: Driver, *bad: str) -> None:
    """40, with our reason last; nothing of the bad packages was unpacked and none of their code ran."""
    assert done.status == REFUSED, str(done)
    assert not done.left_running, str(done)
    last = done.stderr.strip().splitlines()
    assert any(line.startswith("refused ") for line in last), str(done)
    assert last[-1].startswith("depaudit: "), str(done)
    assert machine.marks_left() == (), str(done)
    for name in bad or (driver.names.squat, driver.names.squat_script):
        assert machine.unpacked(name) == (), str(done)


def went_well(done: Done, machine: Machine) -> None:
    assert done.status == 0, str(done)
    assert not done.left_running, str(done)
    assert "none refused" in done.stderr, str(done)
    assert machine.marks_left() == ()


def nonexistent(driver: Driver, machine: Machine) -> None:
    """A name that nobody registered: refused before the client starts, nothing written."""
    driver.prepare(machine)
    before = driver.files(machine)
    done = gated(driver, machine, driver.add(driver.names.missing))
    refused(done, machine, driver, driver.names.missing)
    assert "was not started" in done.stderr
    assert driver.files(machine) == before


def squat(driver: Driver, machine: Machine) -> None:
    """A squat, typed."""
    driver.prepare(machine)
    before = driver.files(machine)
    done = gated(driver, machine, driver.add(driver.names.squat))
    refused(done, machine, driver)
    assert "was not started" in done.stderr
    assert driver.files(machine) == before


def transitive(driver: Driver, machine: Machine) -> None:
    """A squat that an established project's newest release asks for."""
    driver.prepare(machine)
    done = gated(driver, machine, driver.add(driver.names.carrier))
    refused(done, machine, driver)
    assert driver.names.squat in done.stderr
    assert not machine.has(driver.names.squat)


def lockfile(driver: Driver, machine: Machine) -> None:
    """A squat in a lockfile, installed as it stands."""
    command = driver.frozen()
    if command is None:
        pytest.skip("the client has no frozen install")
    driver.prepare(machine)
    driver.declare(machine, driver.names.squat)
    driver.make_lock(machine)
    done = gated(driver, machine, command)
    refused(done, machine, driver, driver.names.squat_script)
    assert not machine.has(driver.names.squat)


def script(driver: Driver, machine: Machine) -> None:
    """A transitive squat whose code runs when it is installed: it does not."""
    driver.prepare(machine)
    done = gated(driver, machine, driver.add(driver.names.script_carrier))
    refused(done, machine, driver)


def warm_cache(driver: Driver, machine: Machine) -> None:
    """A squat that the client's own cache holds, from a run without the gate."""
    driver.prepare(machine)
    before = driver.files(machine)
    alone = machine.alone(driver.add(driver.names.carrier))
    assert alone.status == 0, str(alone)
    _forget(machine, before)
    driver.prepare(machine)
    done = gated(driver, machine, driver.add(driver.names.carrier))
    assert done.status == REFUSED, str(done)
    assert not machine.has(driver.names.squat), str(done)
    assert machine.marks_left() == ()


def turned_bad(driver: Driver, machine: Machine) -> None:
    """A version that passed once and is denied now: the gate's own caches are no way round either."""
    driver.prepare(machine)
    before = driver.files(machine)
    done = gated(driver, machine, driver.add(driver.names.frame))
    went_well(done, machine)
    _forget(machine, before)
    driver.prepare(machine)
    ecosystem = "npm" if driver.names is NPM else "pypi"
    policy = f'[[deny]]\nname = "{ecosystem}:{driver.names.sound}"\nreason = "turned bad"\n'
    (machine.home / "policy.toml").write_text(policy)
    machine.variables["DEPAUDIT_POLICY"] = str(machine.home / "policy.toml")
    done = gated(driver, machine, driver.add(driver.names.frame))
    assert done.status == REFUSED, str(done)
    assert "denies" in done.stderr, str(done)
    assert not machine.has(driver.names.sound), str(done)


def turned_bad_locked(driver: Driver, machine: Machine) -> None:
    """The same by a lockfile, installed as it stands with the gate's own caches warm: nobody is asked then."""
    command = driver.frozen()
    if command is None:
        pytest.skip("the client has no frozen install")
    driver.prepare(machine)
    driver.declare(machine, driver.names.frame)
    went_well(gated(driver, machine, driver.install()), machine)
    kept = driver.files(machine)
    _forget(machine, kept)
    driver.prepare(machine)
    for path, content in kept.items():
        (machine.project / path).write_bytes(content)
    ecosystem = "npm" if driver.names is NPM else "pypi"
    # what the lockfile names: in a requirements file that is frame alone
    names = (driver.names.sound, driver.names.frame)
    policy = "".join(f'[[deny]]\nname = "{ecosystem}:{name}"\nreason = "turned bad"\n' for name in names)
    (machine.home / "policy.toml").write_text(policy)
    machine.variables["DEPAUDIT_POLICY"] = str(machine.home / "policy.toml")
    done = gated(driver, machine, command)
    assert done.status == REFUSED, str(done)
    assert "was not started" in done.stderr, str(done)
    assert not machine.has(driver.names.sound), str(done)


def considered(driver: Driver, machine: Machine) -> None:
    """A version that asks for the squat and that the resolver only considers: the install succeeds."""
    driver.prepare(machine)
    done = gated(driver, machine, driver.add(driver.names.wide))
    went_well(done, machine)
    assert machine.has(driver.names.wide)


def young(driver: Driver, machine: Machine) -> None:
    """A release of a sound project that is hours old is left out: what the client writes is what it writes with its
    own cut-off."""
    driver.prepare(machine)
    driver.declare(machine, driver.names.fresh)
    before = driver.files(machine)
    done = gated(driver, machine, driver.install())
    went_well(done, machine)
    assert machine.installed(driver.names.fresh) in ("1.4.0", None), str(done)
    assert f"{driver.names.fresh} 1.5.0 is too fresh" in done.stderr, str(done)
    written = driver.files(machine)
    command = driver.cut_off((machine.world.now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    if command is None:
        return
    _forget(machine, before)
    driver.prepare(machine)
    driver.declare(machine, driver.names.fresh)
    alone = machine.alone(command)
    assert alone.status == 0, str(alone)
    assert driver.plain(driver.files(machine)) == written


def other_host(driver: Driver, machine: Machine) -> None:
    """The operator's private index lists an archive on a host of which nobody spoke."""
    driver.prepare(machine)
    driver.use_private(machine)
    done = gated(driver, machine, driver.add(driver.names.far))
    assert done.status == REFUSED, str(done)
    assert "evil.example" in done.stderr, str(done)
    assert not any("evil" in knock.host and knock.status == 200 for knock in machine.world.knocks)
    assert not machine.has(driver.names.far)


def lock_only(driver: Driver, machine: Machine) -> None:
    """A lock-only command that selects a squat: 40, the files as they were."""
    command = driver.lock()
    if command is None:
        pytest.skip("the client has no lock-only command")
    driver.prepare(machine)
    driver.declare(machine, driver.names.carrier)
    before = driver.files(machine)
    done = gated(driver, machine, command)
    refused(done, machine, driver)
    assert driver.files(machine) == before, str(done)


def clean(driver: Driver, machine: Machine) -> None:
    """A clean project comes out byte for byte as the client alone writes it."""
    driver.prepare(machine)
    driver.declare(machine, driver.names.frame)
    before = driver.files(machine)
    done = gated(driver, machine, driver.install())
    went_well(done, machine)
    written = driver.files(machine)
    assert not any(b"127.0.0.1" in content or b"depaudit" in content for content in written.values())
    _forget(machine, before)
    driver.prepare(machine)
    driver.declare(machine, driver.names.frame)
    alone = machine.alone(driver.install())
    assert alone.status == 0, str(alone)
    assert driver.files(machine) == written


def clean_add(driver: Driver, machine: Machine) -> None:
    """A sound package that is typed is installed, and the files are the client's own."""
    driver.prepare(machine)
    before = driver.files(machine)
    done = gated(driver, machine, driver.add(driver.names.frame))
    went_well(done, machine)
    assert machine.has(driver.names.frame) or machine.installed(driver.names.frame) is None
    written = driver.files(machine)
    _forget(machine, before)
    driver.prepare(machine)
    alone = machine.alone(driver.add(driver.names.frame))
    assert alone.status == 0, str(alone)
    assert driver.files(machine) == written


def clean_frozen(driver: Driver, machine: Machine) -> None:
    """A clean lockfile is installed as it stands, and stays as it is."""
    command = driver.frozen()
    if command is None:
        pytest.skip("the client has no frozen install")
    driver.prepare(machine)
    driver.declare(machine, driver.names.frame)
    driver.make_lock(machine)
    before = driver.files(machine)
    done = gated(driver, machine, command)
    went_well(done, machine)
    assert driver.files(machine) == before


ROWS: Sequence[Callable[[Driver, Machine], None]] = (
    nonexistent,
    squat,
    transitive,
    lockfile,
    script,
    warm_cache,
    turned_bad,
    turned_bad_locked,
    considered,
    young,
    other_host,
    lock_only,
    clean,
    clean_add,
    clean_frozen,
)


def check(row: Callable[[Driver, Machine], None], driver: Driver, make: Make) -> None:
    """Run one row, or skip it with the driver's reason."""
    reason = driver.skips.get(row.__name__)
    if reason is not None:
        pytest.skip(reason)
    row(driver, make(*driver.clients))


def write_json(machine: Machine, path: str, value: object) -> Path:
    return machine.write(path, json.dumps(value, indent=2) + "\n")


def with_dependencies(names: Sequence[str]) -> Mapping[str, object]:
    """A package.json that asks for any 1.x of ``names``; any at all of what has no such release."""
    return {**PACKAGE, "dependencies": dict.fromkeys(names, "^1.0.0")}


def with_requirements(names: Sequence[str]) -> str:
    """A pyproject.toml that asks for ``names``."""
    return PYPROJECT.replace("[]", json.dumps(list(names)))


def _forget(machine: Machine, before: Mapping[str, bytes]) -> None:
    """The project as it was, without what was installed; the machine's caches stay."""
    import shutil

    for entry in machine.project.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name not in before:
            entry.unlink()
    for path, content in before.items():
        place = machine.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


__all__ = ["NPM", "PYPI", "ROWS", "Driver", "check", "with_dependencies", "with_requirements", "write_json"]
