"""depaudit's start-up hook for pip: put here by ``depaudit guard install --pip``, taken out by ``guard remove --pip``.

Python reads ``_depaudit_pip_hook.pth`` when it starts; that loads this module when the command line speaks of pip or
of making an environment. A pip that may install something is then replaced by ``depaudit run`` with the same command
line. Everything else goes on untouched. Standard library alone, Python 3.8 and newer.
"""
# In depaudit's source this file is the template: without ``DEPAUDIT``, importing it does nothing.
# pathlib and typing are too slow for something that runs at start; no error may escape into another program:
# ruff: noqa: PTH100, PTH105, PTH110, PTH112, PTH118, PTH119, PTH120, PTH121, PTH123, BLE001
# Python 3.8 has no str.removesuffix:
# ruff: noqa: FURB188

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

DEPAUDIT: tuple[str, ...] = ()  # the command that runs depaudit, absolute

_HARMLESS = """
    cache check completion config debug freeze hash help index inspect list search show uninstall
"""
_FLAGS = """
    --debug --disable-pip-version-check --isolated --no-cache-dir --no-color --no-input --no-python-version-warning
    --quiet --require-venv --require-virtualenv --verbose
"""
_VALUED = """
    --cache-dir --cert --client-cert --default-timeout --exists-action --keyring-provider --local-log --log --log-file
    --proxy --python --resume-retries --retries --timeout --trusted-host --use-deprecated --use-feature
"""
_HERE = os.path.dirname(os.path.abspath(__file__))
_MODULE = "_depaudit_pip_hook.py"
_LINE = "_depaudit_pip_hook.pth"
_DEPTH = "DEPAUDIT_PIP_HOOK_DEPTH"
_MAX_DEPTH = 5  # a pip that starts itself anew this often goes round in a circle
_REFUSED = 41
_SECONDS = 2.0  # that the run's proxy has for its proof
_START = """\
import runpy, sys
try:
    runpy.run_module("depaudit", run_name="__main__", alter_sys=True)
except Exception as error:
    print("depaudit: it is broken (%s: %s), so pip was not started." % (type(error).__name__, error), file=sys.stderr)
    print(MEND, file=sys.stderr)
    sys.exit(41)
"""


def start() -> None:
    """Decide about this process by its command line."""
    pip: list[str] | None = None
    try:
        flags, kind, target, words = read(command_line())
        pip = pip_started(kind, target)
        if pip is None:
            if (kind, target) not in (("module", "depaudit"), ("module", "ensurepip")):
                sys.meta_path.insert(0, _Watch())  # type: ignore[arg-type]  # a finder by its one method
        elif not harmless(words) and not inside_run(words):
            hand_over([*flags, *pip, *words])
    except Exception as error:
        if pip is not None:
            refuse(f"the hook failed ({type(error).__name__}: {error})")


def command_line() -> list[str]:
    """The interpreter's own words, flags included."""
    words = getattr(sys, "orig_argv", None)  # 3.10 and newer
    if words is None:
        with open("/proc/self/cmdline", "rb") as file:
            words = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    return list(words)


def read(argv: list[str]) -> tuple[list[str], str, str, list[str]]:
    """Flags, kind (``module``, ``code``, ``script`` or nothing), what is run, and its own words.

    https://docs.python.org/3/using/cmdline.html
    """
    flags: list[str] = []
    index = 1
    while index < len(argv):
        word = argv[index]
        index += 1
        if word == "--" and index < len(argv):
            return flags, "script", argv[index], argv[index + 1 :]
        if word == "-" or not word.startswith("-"):
            return flags, "script", word, argv[index:]
        if word == "--check-hash-based-pycs":
            flags += argv[index - 1 : index + 1]
            index += 1
            continue
        place = -1 if word.startswith("--") else next((at for at, one in enumerate(word) if at and one in "cmWX"), -1)
        if place < 0:
            flags.append(word)
            continue
        value, letter = word[place + 1 :], word[place]
        if letter in "WX":
            flags += [word] if value else argv[index - 1 : index + 1]
            index += not value
            continue
        if place > 1:
            flags.append(word[:place])
        if not value:
            value = "".join(argv[index : index + 1])
            index += 1
        return flags, "module" if letter == "m" else "code", value, argv[index:]
    return flags, "", "", []


def pip_started(kind: str, target: str) -> list[str] | None:
    """The words that start the same pip in a form that depaudit reads, or None when this is no pip."""
    if kind == "module":
        return ["-m", "pip"] if target.partition(".")[0] == "pip" else None
    if kind != "script":
        return None
    folder, base = os.path.split(target.rstrip("/" + os.sep))
    if base in ("__main__.py", "__pip-runner__.py"):  # how pip starts itself for isolated builds
        return [folder] if os.path.basename(folder) == "pip" else None
    name, packed = base.lower(), base.lower().endswith((".pyz", ".zip"))
    for ending in (".exe", "-script.py", "-script.pyw", ".pyz", ".zip"):
        if name.endswith(ending):
            name = name[: -len(ending)]
    if not name.startswith("pip") or name[3:].strip("-.0123456789"):
        return None
    if os.path.isdir(target) and not os.path.isdir(os.path.join(target, "_internal")):
        return None  # somebody's folder of that name
    return [os.path.join(target, "pip") if packed else target]


def harmless(words: list[str]) -> bool:
    """Whether pip surely installs, downloads and builds nothing; what is not known is not harmless."""
    if words in (["--version"], ["-V"], ["--help"], ["-h"]):
        return True
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        name = word.partition("=")[0]
        if not word.startswith("-") or word == "-":
            return word in _HARMLESS.split() or words[index:] in (["--help"], ["-h"])
        if word[1:].strip("vq") and word not in _FLAGS.split():
            if name not in _VALUED.split():
                return False
            index += "=" not in word
    return True  # without a subcommand pip shows its help


def inside_run(words: list[str]) -> bool:
    """Whether this pip already goes through a run of depaudit: its proxy proves that it knows the run's token."""
    proxy = os.environ.get("https_proxy", os.environ.get("HTTPS_PROXY", ""))
    scheme, _, rest = proxy.partition("://")
    credentials, _, place = rest.rstrip("/").rpartition("@")
    user, _, token = credentials.partition(":")
    host, _, port = place.partition(":")
    if scheme != "http" or user != "depaudit" or not token or host not in ("127.0.0.1", "localhost"):
        return False
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return False
    return not _leads_round(words, proxy) and _proves(int(port), token)


def _leads_round(words: list[str], proxy: str) -> bool:
    """Whether pip was told of another way than this proxy; a run of its own then takes that out."""
    chosen = os.environ.get("PIP_PROXY") or proxy
    for index, word in enumerate(words):
        name, _, value = word.partition("=")
        if len(name) > 3 and "--no-proxy-env".startswith(name):
            return True
        if len(name) > 3 and "--proxy".startswith(name):
            chosen = value if "=" in word else "".join(words[index + 1 : index + 2])
    if chosen != proxy or os.environ.get("PIP_NO_PROXY_ENV", "0").lower() not in (
        "",
        "0",
        "n",
        "no",
        "f",
        "false",
        "off",
    ):
        return True
    hosts = os.environ.get("no_proxy", os.environ.get("NO_PROXY", "")).replace(" ", "").lower().split(",")
    return any(
        host == "*" or host.lstrip(".") in ("pypi.org", "pythonhosted.org", "files.pythonhosted.org") for host in hosts
    )


def _proves(port: int, token: str) -> bool:
    import base64
    import hmac
    import socket
    import time

    challenge = os.urandom(32).hex()
    login = base64.b64encode(f"depaudit:{token}".encode("utf-8", "surrogateescape")).decode()
    request = (
        f"GET /.depaudit/alive?challenge={challenge} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Proxy-Authorization: Basic {login}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    end = time.monotonic() + _SECONDS
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            connection.sendall(request.encode())
            while len(answer) < 8192 and time.monotonic() < end:
                connection.settimeout(max(end - time.monotonic(), 0.001))
                piece = connection.recv(4096)
                if not piece:
                    break
                answer += piece
    except OSError:
        return False
    head, _, body = answer.partition(b"\r\n\r\n")
    proof = hmac.new(token.encode("utf-8", "surrogateescape"), challenge.encode(), "sha256").hexdigest()
    return head.split(b" ", 2)[1:2] == [b"200"] and hmac.compare_digest(body.strip(), proof.encode())


def hand_over(words: list[str]) -> NoReturn:
    """Become ``depaudit run -- python WORDS``. Does not come back."""
    command, environment = _through_depaudit(words)
    if os.name == "nt":  # exec there starts a second process and ends this one before it
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            os._exit(subprocess.call(command, env=environment))  # noqa: S603  pip's own words
        except OSError as error:
            refuse(f"depaudit cannot be started ({error.strerror or error})")
    try:
        os.execve(command[0], command, environment)  # noqa: S606  pip's own words
    except OSError as error:
        refuse(f"depaudit cannot be started ({command[0]}: {error.strerror or error})")


def _through_depaudit(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command and its environment: pip's own, plus how often the hook did this."""
    environment = dict(os.environ)
    environment.pop("__PYVENV_LAUNCHER__", None)  # would tell depaudit's interpreter that it is this one
    depth = environment.get(_DEPTH, "0")
    count = int(depth) if depth.isascii() and depth.isdigit() and len(depth) < 4 else _MAX_DEPTH
    if count >= _MAX_DEPTH:
        refuse(f"depaudit started pip outside of its gate again and again ({_DEPTH}={depth})")
    if not sys.executable:
        refuse("Python does not say where its own program is")
    environment[_DEPTH] = str(count + 1)
    command = list(DEPAUDIT)
    if command[-2:] == ["-m", "depaudit"]:  # so that a depaudit that is gone says what to do
        command[-2:] = ["-c", f"MEND = {_mend()!a}\n{_START}"]
    return [*command, "run", "--", sys.executable, *words], environment


def refuse(why: str) -> NoReturn:
    """End this process before pip starts."""
    text = f"depaudit: {why}, so pip was not started.\n{_mend()}\n"
    os.write(2, text.encode("utf-8", "backslashreplace"))
    os._exit(_REFUSED)


def _mend() -> str:
    return (
        f"To mend it, install depaudit again ({' '.join(DEPAUDIT)} should run it), or delete "
        f"{os.path.join(_HERE, _LINE)} and {_MODULE} beside it: plain pip then works again, without the gate."
    )


class _Watch:
    """Waits until the program itself imports pip's command line, ``venv`` or virtualenv."""

    def __init__(self) -> None:
        self._changes = {
            "pip._internal.cli.main": _gate_calls,
            "venv": _hook_venv,
            "virtualenv.run.session": _hook_virtualenv,
        }
        self._asking = False

    def find_spec(self, name: str, *_parent_and_target: object) -> object:
        """What the other finders say, with our change made right after the module has run."""
        if name not in self._changes or self._asking:
            return None
        import importlib.util

        self._asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asking = False
        loader = getattr(spec, "loader", None)
        method = "exec_module" if hasattr(loader, "exec_module") else "load_module"  # zip files before 3.10
        load = getattr(loader, method, None)
        if load is not None and not isinstance(loader, type):

            def load_and_change(module: object) -> object:
                result = load(module)
                if getattr(module, "__name__", module) == name:  # one loader may serve a whole zip file
                    self._changes[name](sys.modules[name])
                return result

            setattr(loader, method, load_and_change)
        return spec


def _gate_calls(module: Any) -> None:
    """pip called inside another program (``runpy``, ``pip.main``, get-pip.py): the call becomes a run."""
    for name in ("main", "cli"):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, _gated(original))


def _gated(original: Callable[..., Any]) -> Callable[..., Any]:
    def call(args: list[str] | None = None) -> object:
        words = list(sys.argv[1:] if args is None else args)
        if harmless(words) or _bootstraps(words) or inside_run(words):
            return original(args)
        import subprocess

        pip = os.path.dirname(os.path.abspath(sys.modules["pip"].__file__ or ""))
        command, environment = _through_depaudit([pip, *words])
        try:
            return subprocess.call(command, env=environment)  # noqa: S603  pip's own words
        except OSError as error:
            return refuse(f"depaudit cannot be started ({command[0]}: {error.strerror or error})")

    return call


def _bootstraps(words: list[str]) -> bool:
    """Whether these are ``ensurepip``'s words: the wheels that Python itself brings, from a folder, without index."""
    if words[:1] != ["install"] or "--no-index" not in words:
        return False
    names, folders, index = set(), [], 1
    while index < len(words):
        word = words[index]
        if word in ("--root", "--find-links"):
            index += 1
            folders += words[index : index + 1] if word == "--find-links" else []
        elif not word.startswith("-"):
            names.add(word)
        elif word.strip("-v") and word not in ("--no-cache-dir", "--no-index", "--upgrade", "--user"):
            return False
        index += 1
    return bool(names) and names <= {"pip", "setuptools", "wheel"} and all(map(os.path.isdir, folders))


def _hook_venv(module: Any) -> None:
    """Each environment that ``venv`` makes in this process gets the hook, before anything is installed into it."""
    for name in ("ensure_directories", "create"):
        setattr(module.EnvBuilder, name, _then_spread(getattr(module.EnvBuilder, name)))


def _then_spread(original: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: object, env_dir: str, *rest: object, **options: object) -> object:
        result = original(self, env_dir, *rest, **options)
        import sysconfig

        folder = os.path.abspath(os.fspath(env_dir))
        scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "nt" if os.name == "nt" else "posix_prefix"
        bases = dict.fromkeys(("base", "platbase", "installed_base", "installed_platbase"), folder)
        spread(sysconfig.get_path("purelib", scheme, bases))
        return result

    return method


def _hook_virtualenv(module: Any) -> None:
    run = module.Session.run

    def run_and_spread(self: Any) -> Any:
        result = run(self)
        try:
            version = tuple(self.creator.interpreter.version_info[:2])
            if version >= (3, 10) or (version >= (3, 8) and os.path.exists("/proc/self/cmdline")):
                spread(str(self.creator.purelib))
        except Exception as error:
            _warn(f"{type(error).__name__}: {error}")
        return result

    module.Session.run = run_and_spread


def spread(site_packages: str) -> None:
    """Put the hook's two files into another environment, as they are here."""
    try:
        for name in (_MODULE, _LINE):  # the line last: it needs the module
            with open(os.path.join(_HERE, name), "rb") as file:
                data = file.read()
            place = os.path.join(site_packages, name)
            if os.path.exists(place) and os.path.samefile(place, os.path.join(_HERE, name)):
                continue
            fresh = f"{place}.{os.getpid()}"
            with open(fresh, "wb") as file:
                file.write(data)
            os.replace(fresh, place)
    except Exception as error:
        _warn(f"{site_packages}: {error}")


def _warn(why: str) -> None:
    os.write(
        2, f"depaudit: pip in the new environment will not pass the gate ({why}).\n".encode("utf-8", "backslashreplace")
    )


if DEPAUDIT:
    start()
