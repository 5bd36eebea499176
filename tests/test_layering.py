"""The architecture as a test: who may import whom, what stays pure, and what must never be loaded for nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ALLOWED: dict[str, set[str]] = {
    # room: the rooms it may import. A room is a package or a module right under depaudit/; a longer name is one module.
    "errors": set(),
    "model": {"errors"},
    # how one requirement is written is the same in a file and on a command line
    "commands": {"errors", "model", "parsers.pep508", "parsers.npm_spec", "parsers.python_links"},
    "parsers": {"errors", "model", "commands"},
    # the reading edge: paths to requirements
    "ignore": {"errors", "model"},
    "unread": set(),
    "reading": {"errors", "model", "parsers"},
    "includes": {"errors", "model", "parsers"},
    "workspaces": {"errors", "model", "parsers", "ignore"},
    "discovery": {"errors", "model", "parsers", "ignore", "unread"},
    "file_reader": {"errors", "model", "parsers", "ignore", "unread", "reading", "includes", "discovery"},
    "inputs": {
        "errors", "model", "parsers", "ignore", "unread", "reading", "includes", "workspaces", "discovery",
        "file_reader",
    },
    # the other reading edge: what is there already
    "installed": {"errors", "model", "parsers"},
    "indexes": {"errors", "model"},
    "names": {"errors", "model"},
    "registries": {"errors", "model", "indexes"},
    "resolver": {"errors", "model", "registries"},
    "rules": {"errors", "model", "names"},
    "policy": {"errors", "model", "rules.base"},
    "asking": {"errors", "model"},
    "engine": {
        "errors", "model", "commands", "parsers", "discovery", "inputs", "indexes", "names", "registries", "resolver",
        "rules", "policy", "asking",
    },
    "report": {"errors", "model", "rules"},
    # the third reading edge: two states of a git repository, and what one adds to the other
    "changes": {
        "errors", "model", "commands", "parsers", "discovery", "ignore", "unread", "reading", "includes", "inputs",
        "file_reader", "workspaces",
    },
    "gate": {
        "errors", "model", "commands", "parsers", "inputs", "file_reader", "workspaces", "indexes", "names",
        "registries", "rules", "policy", "asking", "engine", "report", "installed",
    },
    "frontends": {
        "errors", "model", "commands", "parsers", "discovery", "inputs", "indexes", "names", "registries", "resolver",
        "rules", "policy", "asking", "engine", "report", "gate", "installed",
        "changes", "unread",
    },
    "__main__": {"frontends"},
    "__init__": set(),
}  # fmt: skip

FOREIGN: dict[str, set[str]] = {
    # room: the packages beside the standard library that it may use at all
    "model": {"packaging"},
    "commands": {"packaging"},
    "parsers": {"packaging", "tomli"},
    "indexes": {"tomli", "yaml"},
    "names": {"marisa_trie", "rapidfuzz", "tomli"},
    "registries": {"aiohttp", "certifi", "diskcache", "multidict", "packaging", "yarl"},  # certifi comes with requests
    "resolver": {"packaging"},
    "rules": {"packaging"},
    "policy": {"packaging", "tomli"},
    "changes": {"packaging", "tomli"},
    "report": {"jinja2", "rich"},
    "gate": {"aiohttp", "certifi", "cryptography", "multidict", "packaging", "tomli", "yaml", "yarl"},
    "frontends": {"requests", "rich", "tomli"},
}

HEAVY = {
    "aiohttp",
    "asyncio",
    "cryptography",
    "diskcache",
    "jinja2",
    "multidict",
    "packaging",
    "rapidfuzz",
    "requests",
    "rich",
    "yaml",
    "yarl",
}
"""What costs more than a few milliseconds to load."""

LAZY = ("depaudit.registries", "depaudit.gate", "depaudit.resolver")
"""Rooms that others import inside functions only, so that they may load what they need."""

PURE = ("errors", "model", "commands", "parsers", "rules", "report")
"""No files, no network, no environment, no clock, no chance."""

EDGES = {
    "asyncio", "http", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "ssl",
    "subprocess", "tempfile", "threading", "time", "urllib.request",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one module. ``top``: it happens when the importing module is loaded."""

    module: str
    line: int
    top: bool


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_of(path): path for path in sorted((ROOT / "depaudit").rglob("*.py"))}
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in SOURCES.items()}


def imports_of(module: str) -> Iterator[Import]:
    """Every import in ``module`` outside ``if TYPE_CHECKING``; ``from package import module`` gives the module."""
    yield from _walk(TREES[module], module, top=True)


def _walk(node: ast.AST, module: str, *, top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, top) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}:{child.lineno}: a relative import"
            assert child.module is not None
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                yield Import(inner if inner in SOURCES else child.module, child.lineno, top)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for rest in child.orelse:
                yield from _walk(ast.Module([rest], []), module, top=top)
        else:
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from _walk(child, module, top=top and not inside)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@pytest.mark.parametrize("module", SOURCES)
def test_a_layer_imports_only_what_stands_before_it(module: str) -> None:
    room = room_of(module)
    assert room in ALLOWED, f"{room} has no place in the architecture; give it one in ALLOWED"
    wrong = []
    for entry in imports_of(module):
        if not entry.module.startswith("depaudit"):
            continue
        target = entry.module.removeprefix("depaudit").lstrip(".")
        if target == "" or room_of(entry.module) == room:
            continue  # the version number, and one's own room
        allowed = ALLOWED[room]
        if room_of(entry.module) not in allowed and not any(
            target == name or target.startswith(name + ".") for name in allowed
        ):
            wrong.append(f"{SOURCES[module].relative_to(ROOT)}:{entry.line}: {room} may not import {entry.module}")
    assert wrong == []


@pytest.mark.parametrize("module", SOURCES)
def test_only_the_packages_agreed_on_are_used(module: str) -> None:
    allowed = FOREIGN.get(room_of(module), set()) | {"depaudit"}
    used = {entry.module.partition(".")[0] for entry in imports_of(module)}
    assert used - set(sys.stdlib_module_names) - allowed - {"__future__"} == set()


@pytest.mark.parametrize("module", [name for name in SOURCES if not name.startswith(LAZY)])
def test_loading_a_module_loads_nothing_heavy(module: str) -> None:
    chain = _chain_to_something_heavy(module, ())
    assert chain is None, " → ".join(chain or ())


def _chain_to_something_heavy(module: str, before: tuple[str, ...]) -> tuple[str, ...] | None:
    seen = {module}
    waiting = [(module, (*before, module))]
    while waiting:
        current, path = waiting.pop()
        for entry in imports_of(current):
            if not entry.top:
                continue
            if entry.module.partition(".")[0] in HEAVY:
                return (*path, entry.module)
            parts = entry.module.split(".")
            for name in (".".join(parts[: count + 1]) for count in range(len(parts))):
                if name in SOURCES and name not in seen:
                    seen.add(name)
                    waiting.append((name, (*path, name)))
    return None


@pytest.mark.parametrize("module", [name for name in SOURCES if room_of(name) in PURE])
def test_the_middle_is_pure(module: str) -> None:
    place = SOURCES[module].relative_to(ROOT)
    wrong = [
        f"{place}:{entry.line}: {entry.module}"
        for entry in imports_of(module)
        if entry.module in EDGES or entry.module.partition(".")[0] in EDGES - {"urllib.request"}
    ]
    for node in ast.walk(TREES[module]):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in {"open", "input", "eval", "exec", "print"}:
            wrong.append(f"{place}:{node.lineno}: {node.func.id}()")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS and not node.args:
            wrong.append(f"{place}:{node.lineno}: .{node.func.attr}()")
    assert wrong == []


def test_one_shell_reader_one_network() -> None:
    """Only the registries reach outward; only the gate and git's reader start processes."""
    network = {"aiohttp", "requests", "http.client", "urllib.request", "socket", "urllib3", "ftplib", "smtplib"}
    users: dict[str, set[str]] = {}
    for module in SOURCES:
        for entry in imports_of(module):
            if entry.module in network or entry.module.partition(".")[0] in network:
                users.setdefault(room_of(module), set()).add(entry.module)
    assert set(users) <= {"registries", "gate", "frontends"}, users


@pytest.mark.parametrize("module", SOURCES)
def test_nothing_that_runs_what_it_reads(module: str) -> None:
    forbidden = {"pickle", "marshal", "shelve", "dill", "imp", "code"}
    used = {entry.module.partition(".")[0] for entry in imports_of(module)} & forbidden
    called = {
        node.func.id
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "compile"}
    }
    assert used | called == set()


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (("--version",), HEAVY | {"argparse", "json", "re"}),
        (
            ("check", "--offline", "--format", "json", "requests"),
            {"aiohttp", "asyncio", "diskcache", "requests", "rich"},
        ),
        (("list", "--format", "json", "."), {"aiohttp", "asyncio", "diskcache", "requests", "rich"}),
    ],
    ids=["version", "check-offline", "list"],
)
def test_a_command_loads_only_what_it_needs(arguments: tuple[str, ...], heavy: set[str], tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests==2.32.0\n")
    script = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from depaudit.frontends.cli.main import main\n"
        f"status = main({list(arguments)!r})\n"
        "print(status, *sorted(set(sys.modules) - before), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    status, *loaded = done.stderr.splitlines()[-1].split()
    assert status == "0", done.stderr
    assert {name for name in loaded if "." not in name} & heavy == set()
