"""What goes wrong around a run, with real clients: one clear sentence, the right status, nothing unjudged, no hang."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import depaudit
from tests.gate.kit import NPM, PYPI, Done, Machine
from tests.gate.matrix import PACKAGE, write_json

Make = Callable[..., Machine]

REFUSED = 40
FAILED = 41
HANG = 45.0
"""Seconds after which a run is taken for one that hangs; whoever waits for the registry waits 15 s at most, twice."""

clients = pytest.mark.clients

FAKE = """#!{python}
import json, os, sys
record = {{
    "arguments": [os.fsencode(word).hex() for word in sys.argv[1:]],
    "folder": os.getcwd(),
    "pid": os.getpid(),
    "given": sys.stdin.read(),
    "environment": dict(os.environ),
}}
with open({place!r}, "w") as file:
    json.dump(record, file)
print("said by the client")
print("complained by the client", file=sys.stderr)
sys.exit(23)
"""


def fake(machine: Machine, program: str) -> Path:
    """A client that notes how it was started, and ends with 23."""
    place = machine.root / "record.json"
    path = machine.bin / program
    path.write_text(FAKE.format(python=sys.executable, place=str(place)))
    path.chmod(0o755)
    return place


def lines_of_ours(done: Done) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith(("depaudit:", "error:", "refused "))]


# --- no such client, and clients that install nothing


@pytest.mark.parametrize("word", ["zz-no-such-client", "npm", "./pip", "/nowhere/pip"])
def test_no_such_client(machine: Make, word: str) -> None:
    here = machine()
    here.variables["PATH"] = str(here.bin)
    done = here.gated([word, "install", "x"])
    assert done.status == 127, str(done)
    assert lines_of_ours(done) == done.stderr.splitlines()
    assert "is not installed" in done.stderr


def test_a_client_that_cannot_be_started(machine: Make) -> None:
    here = machine()
    (here.bin / "pip").write_text("#!/nowhere/python\n")
    (here.bin / "pip").chmod(0o755)
    for words in (["pip", "install", PYPI.sound], ["pip", "--version"]):
        done = here.gated(words)
        assert done.status == FAILED, str(done)
        assert "pip cannot be started: No such file or directory" in done.stderr
        assert "Traceback" not in done.stderr


def test_no_command(machine: Make) -> None:
    here = machine()
    assert here.depaudit("run").status == 2
    assert here.depaudit("run", "--").status == 2
    assert here.depaudit("run", "--no-such-option", "--", "pip", "list").status == 2


@pytest.mark.parametrize(
    "words",
    [
        ["pip", "--version"],
        ["pip", "list", "--format", "json"],
        ["pip", "show", "reqeusts"],
        ["npm", "run", "build", "--", "install"],
        ["npm", "view", "expresss"],
        ["uv", "python", "list"],
        ["uv", "--version"],
        ["yarn", "why", "x"],
        ["poetry", "env", "info"],
    ],
    ids=" ".join,
)
def test_what_installs_nothing_is_started_at_once_and_untouched(machine: Make, words: list[str]) -> None:
    here = machine()
    place = fake(here, words[0])
    odd: list[str | bytes] = [b"", b"a b\n", b"\xff\xfe", b"*", b"$HOME", "é".encode()]
    folder = here.project / "a folder"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "depaudit", "run", "--", *words, *odd],
        cwd=folder,
        env=here.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.communicate(b"typed\n", timeout=HANG)
    record = json.loads(place.read_bytes())
    assert (process.returncode, out, err) == (23, b"said by the client\n", b"complained by the client\n")
    assert record["arguments"] == [os.fsencode(word).hex() for word in (*words[1:], *odd)]
    assert (record["pid"], record["folder"], record["given"]) == (process.pid, str(folder), "typed\n")
    added = {"LC_CTYPE", "_"}  # Python's own, PEP 538
    theirs = {key: value for key, value in record["environment"].items() if key not in added}
    assert theirs == {key: value for key, value in here.environment().items() if key not in added}
    assert here.world.knocks == ()


def test_the_clients_own_status_and_streams_are_kept(machine: Make) -> None:
    here = machine()
    place = fake(here, "pip")
    done = here.gated(["pip", "install", PYPI.sound], said="typed\n")
    assert (done.status, done.stdout) == (23, "said by the client\n"), str(done)
    assert "complained by the client" in done.stderr
    assert json.loads(place.read_bytes())["given"] == "typed\n"


# --- clients that fail


@clients
def test_a_client_that_fails_by_itself_keeps_its_status(machine: Make) -> None:
    here = machine("pip-26.3", "npm")
    no_option = here.gated(["pip", "install", "--no-such-option", PYPI.sound])
    assert no_option.status == here.alone(["pip", "install", "--no-such-option", PYPI.sound]).status == 2
    no_folder = here.gated(["pip", "install", PYPI.sound, "./no-such-folder"])
    assert no_folder.status == here.alone(["pip", "install", "./no-such-folder"]).status == 1, str(no_folder)
    write_json(here, "package.json", {**PACKAGE, "scripts": {"postinstall": "exit 3"}})
    assert here.gated(["npm", "install"]).status == here.alone(["npm", "install"]).status == 3


@clients
@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("requirements.txt", f"{PYPI.sound}\n{PYPI.frame}==\n", 2),
        ("requirements.txt", f"{PYPI.sound}\n-r missing.txt\n", 2),
        ("requirements.txt", f"{PYPI.sound}\n[section]\n", 2),
    ],
    ids=["no version", "a missing file", "no requirement"],
)
def test_a_malformed_requirements_file(machine: Make, name: str, text: str, line: int) -> None:
    here = machine("pip-26.3")
    (here.project / name).write_bytes(text.encode("latin-1"))
    done = here.gated(["pip", "install", "-r", name])
    assert done.status == here.alone(["pip", "install", "-r", name]).status != 0, str(done)
    assert not done.left_running
    errors = [text for text in done.stderr.splitlines() if re.match(r"error\b", text) and name in text]
    assert len(errors) == 1, str(done)
    assert f"{name}:{line}" in errors[0]


@clients
@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"package.json": '{"dependencies": {"zz-sound": '}, ["npm", "install"]),
        ({"package.json": '{"name": "own"}', "package-lock.json": '{"lockfileVersion": 3,'}, ["npm", "ci"]),
        ({"pyproject.toml": "[project\nname = 1\n"}, ["uv", "lock"]),
        ({"pyproject.toml": '[project]\nname = "own"\nversion = "1"\n', "uv.lock": "version = 1\n["}, ["uv", "sync"]),
    ],
    ids=["package.json", "package-lock.json", "pyproject.toml", "uv.lock"],
)
def test_a_malformed_manifest_or_lockfile(machine: Make, files: dict[str, str], words: list[str]) -> None:
    here = machine("npm", "uv")
    for name, text in files.items():
        here.write(name, text)
    bad = list(files)[-1]
    done = here.gated(words)
    assert done.status not in (0, FAILED), str(done)
    errors = [text for text in done.stderr.splitlines() if re.match(rf"error: {bad}:\d+:\d+: ", text)]
    assert len(errors) == 1, str(done)
    assert "Traceback" not in done.stderr
    assert {name: (here.project / name).read_text() for name in files} == files


# --- homes, caches, networks


@clients
@pytest.mark.parametrize("how", ["home is a file", "cache is a file"])
def test_nowhere_to_keep_a_cache(machine: Make, how: str) -> None:
    here = machine("pip-26.3", "npm")
    nowhere = here.root / "nowhere"
    nowhere.write_text("a file\n")
    variables = {"HOME": str(nowhere)} if how == "home is a file" else {"DEPAUDIT_CACHE_DIR": str(nowhere)}
    done = here.gated(["pip", "install", PYPI.frame], variables=variables)
    assert done.status == 0, str(done)
    assert here.has(PYPI.sound)
    refused = here.gated(["pip", "install", PYPI.carrier], variables=variables)
    assert refused.status == REFUSED, str(refused)
    write_json(here, "package.json", PACKAGE)
    done = here.gated(["npm", "install", NPM.frame], variables=variables)
    assert done.status == 0, str(done)
    assert sorted(path.name for path in here.project.iterdir()) == [
        ".venv",
        "node_modules",
        "package-lock.json",
        "package.json",
    ]
    assert [path.name for path in here.temporary.iterdir() if path.name.startswith("depaudit")] == []
    assert nowhere.read_text() == "a file\n"


@clients
@pytest.mark.parametrize("words", [["pip", "install"], ["npm", "install"], ["uv", "pip", "install"]], ids=" ".join)
@pytest.mark.parametrize("kind", ["nothing listens", "dns-failure", "tls-error", "stall"])
def test_no_network(machine: Make, words: list[str], kind: Any) -> None:
    """Refused with the reason before the client starts; of what is known well enough without one, at its page."""
    if kind == "stall" and words[0] != "pip":
        pytest.skip("as with pip, and it takes half a minute")
    here = machine("pip-26.3", "npm", "uv")
    write_json(here, "package.json", PACKAGE)
    if kind == "nothing listens":
        here.variables |= dict.fromkeys(
            ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:9"
        )
    else:
        here.world.fault("*", kind=kind)
    done = here.gated([*words, PYPI.sound], seconds=HANG)
    assert done.status == REFUSED, str(done)
    assert re.search(r"could not\s+be\s+(judged|asked): ", done.stderr), str(done)
    assert "was not started" in done.stderr
    known = "lodash" if words[0] == "npm" else "requests"
    done = here.gated([*words, known], seconds=HANG)
    assert done.status == REFUSED, str(done)
    assert re.search(r"could not\s+be\s+judged: ", done.stderr), str(done)
    assert not here.has(known)


@clients
@pytest.mark.parametrize("client", ["pip", "npm", "uv"])
def test_a_companys_proxy_with_credentials(machine: Make, client: str) -> None:
    here = machine("pip-26.3", "npm", "uv")
    write_json(here, "package.json", PACKAGE)
    words = {"pip": ["pip", "install"], "npm": ["npm", "install"], "uv": ["uv", "pip", "install"]}[client]
    here.world.guard_proxy("dev", "s3cret-of-dev")
    proxy = here.world.proxy.replace("http://", "http://dev:s3cret-of-dev@")
    right = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), proxy)
    report = here.root / "report.json"
    done = here.gated([*words, PYPI.frame], variables=right, options=["--report", str(report), "-v"])
    assert done.status == 0, str(done)
    assert here.has(PYPI.sound)
    assert "s3cret" not in done.stdout + done.stderr + report.read_text()
    wrong = {name: url.replace("s3cret", "wr0ng") for name, url in right.items()}
    done = here.gated([*words, PYPI.tool], variables=wrong, options=["--report", str(report)], seconds=HANG)
    assert done.status == REFUSED, str(done)
    assert "wr0ng" not in done.stdout + done.stderr + report.read_text()
    assert "proxy" in done.stderr, str(done)
    assert "407" in done.stderr or "authentication" in done.stderr.lower(), str(done)


@clients
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"])
def test_roots_that_the_environment_names_are_merged(machine: Make, name: str) -> None:
    """Each variable alone, as some machine has it: pip behind the gate, and depaudit itself, trust the company."""
    here = machine("pip-26.3")
    trust = here.world.environment()[name]
    for other in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"):
        here.variables[other] = trust if other == name else ""
    done = here.gated(["pip", "install", PYPI.frame])
    assert done.status == 0, str(done)
    assert here.has(PYPI.sound)


@clients
@pytest.mark.parametrize("name", ["NODE_EXTRA_CA_CERTS", "npm_config_cafile", ".npmrc"])
def test_roots_that_node_and_npm_name_are_merged(machine: Make, name: str) -> None:
    here = machine("npm")
    write_json(here, "package.json", PACKAGE)
    trust = here.world.environment()["SSL_CERT_FILE"]
    for other in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "DENO_CERT"):
        here.variables[other] = ""
    for other in ("NODE_EXTRA_CA_CERTS", "npm_config_cafile"):
        here.variables[other] = ""
    if name == ".npmrc":
        (here.home / name).write_text(f"cafile={trust}\n")
    else:
        here.variables[name] = trust
    done = here.gated(["npm", "install", NPM.frame])
    assert done.status == 0, str(done)
    assert here.has(NPM.sound)


def test_hosts_that_are_tunnelled_are_still_verified(machine: Make) -> None:
    """Whatever a run starts sees the true certificate of a host that is no registry's, and is warned of a false one."""
    here = machine()
    script = here.root / "ask.py"
    script.write_text(
        "import sys, urllib.request\n"
        "try:\n    print(urllib.request.urlopen(sys.argv[1], timeout=20).status)\n"
        "except Exception as error:\n    print(error)\n"
    )
    good = here.gated(["python", str(script), "https://api.osv.dev/"])
    assert "CERTIFICATE" not in good.stdout.upper(), str(good)
    assert "Error" in good.stdout or "200" in good.stdout, str(good)
    here.world.fault("api.osv.dev", kind="tls-error")
    bad = here.gated(["python", str(script), "https://api.osv.dev/"])
    assert "CERTIFICATE_VERIFY_FAILED" in bad.stdout, str(bad)


# --- registries that answer nonsense

NONSENSE: tuple[tuple[Any, dict[str, Any]], ...] = (
    ("status", {"status": 500}),
    ("status", {"status": 503, "retry_after": "3600"}),
    ("status", {"status": 429, "retry_after": "3600"}),
    ("status", {"status": 403}),
    ("reset", {}),
    ("stall", {}),
    ("truncate", {}),
    ("drip", {"seconds": 0.5}),
    ("wrong-json", {}),
    ("wrong-shape", {}),
    ("wrong-type", {}),
    ("redirect", {"target": "https://evil.example/"}),
    ("endless", {}),
    ("gzip-bomb", {}),
)
_IDS = [f"{kind}{more.get('status', '')}" for kind, more in NONSENSE]


def _prepared(machine: Make, client: str) -> tuple[Machine, list[str]]:
    here = machine("pip-26.3", "npm", "uv")
    write_json(here, "package.json", PACKAGE)
    words = {"pip": ["pip", "install"], "npm": ["npm", "install"], "uv": ["uv", "pip", "install"]}[client]
    return here, words


@clients
@pytest.mark.parametrize(("kind", "more"), NONSENSE, ids=_IDS)
@pytest.mark.parametrize("client", ["pip", "npm", "uv"])
@pytest.mark.parametrize("whose", ["direct", "transitive"])
def test_nonsense_for_a_page(machine: Make, client: str, kind: Any, more: dict[str, Any], whose: str) -> None:
    if whose == "direct" and client != "pip" and kind in ("stall", "drip"):
        pytest.skip("the audit before is the same for all clients, and takes half a minute here")
    here, words = _prepared(machine, client)
    spoiled = PYPI.frame if whose == "direct" else PYPI.sound
    host = "registry.npmjs.org" if client == "npm" else "pypi.org"
    here.world.fault(host, f"*{spoiled}*", kind=kind, **more)
    done = here.gated([*words, PYPI.frame], seconds=HANG)
    if whose == "transitive" and more.get("status") == 403:  # the registry's own word, which the client tells
        assert done.status not in (0, FAILED), str(done)
    else:
        assert done.status == REFUSED, str(done)
    assert spoiled in done.stdout + done.stderr
    assert not done.left_running
    assert "Traceback" not in done.stderr
    assert not here.has(spoiled)
    if whose == "transitive":  # a direct name was audited by ourselves, and such questions may be sent on
        assert not any("evil" in knock.host for knock in here.world.knocks)


@clients
@pytest.mark.parametrize(("kind", "more"), NONSENSE, ids=_IDS)
@pytest.mark.parametrize("client", ["pip", "npm", "uv"])
def test_nonsense_for_an_archive(machine: Make, client: str, kind: Any, more: dict[str, Any]) -> None:
    """The client's own failure: what is not the archive does not match its hash, and a hang is cut off."""
    here, words = _prepared(machine, client)
    if client == "npm":
        here.world.fault("registry.npmjs.org", f"*{NPM.sound}/-/*", kind=kind, **more)
        words = [*words, "--fetch-retries=0"]
    else:
        here.world.fault("files.pythonhosted.org", f"*{PYPI.sound.replace('-', '_')}*.whl", kind=kind, **more)
        here.variables |= {"PIP_RETRIES": "0", "PIP_TIMEOUT": "5", "UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "5"}
    if kind in ("drip", "endless") or (client == "npm" and kind in ("stall", "gzip-bomb")):
        pytest.skip("the client by itself reads on for minutes")
    done = here.gated([*words, PYPI.frame], seconds=HANG)
    assert done.status != 0, str(done)
    assert not done.left_running
    assert 'Traceback (most recent call last):\n  File "<frozen runpy>' not in done.stderr
    assert not here.has(PYPI.sound)
    assert here.unpacked(PYPI.squat) == ()


# --- several at once, and depaudit's own end


@clients
def test_two_runs_at_once_in_one_project(machine: Make) -> None:
    here = machine("pip-26.3", "npm")
    command = [sys.executable, "-m", "depaudit", "run", "--"]
    jobs = []
    for name in (PYPI.tool, PYPI.optional):
        jobs.append(([*command, "pip", "install", name], here.project))
        folder = here.project / f"js-{name}"
        folder.mkdir()
        (folder / "package.json").write_text(json.dumps(PACKAGE))
        jobs.append(([*command, "npm", "install", name if name == NPM.tool else NPM.frame], folder))
    running = [
        subprocess.Popen(
            words,
            cwd=folder,
            env=here.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for words, folder in jobs
    ]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0], "\n".join(said)
    assert here.has(PYPI.tool)
    assert here.has(PYPI.optional)
    assert [path.name for path in here.temporary.iterdir() if path.name.startswith("depaudit")] == []


@clients
@pytest.mark.parametrize("name", [PYPI.frame, PYPI.carrier])
def test_depaudit_is_taken_away_while_the_client_runs(machine: Make, name: str, tmp_path: Path) -> None:
    """An upgrade replaces our modules: what is needed later was loaded before, or the run says so with 41."""
    here = machine("pip-26.3")
    copy = tmp_path / "copy"
    source = Path(depaudit.__file__).parent
    shutil.copytree(source, copy / "depaudit", ignore=shutil.ignore_patterns("__pycache__"))
    if (source.parent / "data").exists():  # beside the package in a checkout, in it when installed
        shutil.copytree(source.parent / "data", copy / "data")
    real = here.project / ".venv" / "bin" / "pip"
    # an upgrade is downloaded first, so it comes seconds after the start
    wrapper = f'#!/bin/sh\nsleep 2\nrm -rf {copy}\nexec {here.project}/.venv/bin/python -m pip "$@"\n'
    real.write_text(wrapper)
    done = here.gated(["pip", "install", name], variables={"PYTHONPATH": str(copy)})
    assert not copy.exists()
    assert "Traceback" not in done.stderr, str(done)
    assert done.status == (0 if name == PYPI.frame else REFUSED), str(done)
    assert here.has(name) is (name == PYPI.frame)


# --- what is written


SCHEMA = json.loads((Path(depaudit.__file__).parent / "report" / "schema.json").read_bytes())


@clients
def test_reports_follow_the_schema(machine: Make) -> None:
    here = machine("pip-26.3")
    place = here.root / "report.json"
    found: dict[str, Any] = {}
    for name in (PYPI.frame, PYPI.carrier, PYPI.squat, PYPI.fresh):
        done = here.gated(["pip", "install", name], options=["--report", str(place)])
        found[name] = json.loads(place.read_bytes())
        Draft202012Validator(SCHEMA).validate(found[name])
        assert found[name]["gate"]["status"] == done.status
    assert [(one["name"], one["stage"]) for one in found[PYPI.squat]["gate"]["refused"]] == [(PYPI.squat, "before")]
    assert found[PYPI.squat]["gate"]["started"] is False
    (refused,) = found[PYPI.carrier]["gate"]["refused"]
    assert (refused["name"], refused["version"], refused["stage"]) == (PYPI.squat, "1.0.0", "during")
    assert refused["required_by"] == [f"{PYPI.carrier} 1.5.0"]
    assert found[PYPI.fresh]["gate"]["held_back"] == [{"ecosystem": "pypi", "name": PYPI.fresh, "versions": ["1.5.0"]}]
    schema = SCHEMA["$defs"]["report"]["properties"]["gate"]
    assert set(found[PYPI.frame]["gate"]) == set(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]["required"])


@clients
def test_what_cannot_be_judged_is_let_through_when_the_operator_says_so(machine: Make) -> None:
    here = machine("npm")
    write_json(here, "package.json", PACKAGE)
    here.world.fault("api.npmjs.org", kind="status", status=500)
    fault = here.world.fault("registry.npmjs.org", f"*{NPM.sound}*", kind="status", status=500, times=20)
    words = ["npm", "install", NPM.sound]
    assert here.gated(words).status == REFUSED
    fault.times = 2 * fault.hits  # the audit's own look-ups fail again, and what the client asks is answered
    done = here.gated(words, options=["--on-error", "allow"])
    assert done.status == 0, str(done)
    said = " ".join(done.stderr.split())
    assert f"{NPM.sound} could not be judged and was let through, because on-error is allow" in said, str(done)
    assert here.has(NPM.sound)


@clients
def test_fail_on_never_lets_everything_through_but_says_it(machine: Make) -> None:
    here = machine("pip-26.3")
    settings = here.home / "depaudit.toml"
    settings.write_text('fail-on = "never"\n')
    done = here.gated(["pip", "install", PYPI.squat], options=["--config", str(settings)])
    assert done.status == 0, str(done)
    assert here.has(PYPI.squat)


@clients
def test_quiet_says_nothing_of_what_is_well_and_all_of_what_is_not(machine: Make) -> None:
    here = machine("pip-26.3")
    done = here.gated(["pip", "install", "-q", PYPI.frame], options=["-q"])
    assert (done.status, done.stdout, done.stderr) == (0, "", "")
    done = here.gated(["pip", "install", PYPI.squat], options=["-q"])
    assert done.status == REFUSED
    assert f"refused {PYPI.squat}" in done.stderr


@clients
def test_colour_is_said_or_not(machine: Make) -> None:
    here = machine("pip-26.3")
    here.variables["NO_COLOR"] = ""
    assert "\x1b[" in here.gated(["pip", "install", PYPI.squat], options=["--color", "always"]).stderr
    assert "\x1b[" not in here.gated(["pip", "install", PYPI.squat], options=["--color", "never"]).stderr
    assert "\x1b[" not in here.gated(["pip", "install", PYPI.squat]).stderr
