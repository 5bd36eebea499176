"""Environments made in this process get the hook too."""
# pathlib is too slow for what runs at each start; no error may escape into another program:
# ruff: noqa: PTH100, PTH105, PTH110, PTH118, PTH121, PTH123, BLE001

from __future__ import annotations

import os

from depaudit.gate.guards.startup.handing import HERE, LINE, MODULE

TYPE_CHECKING = False  # typing's own is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# The hook from here on.


def hook_venv(module: Any) -> None:
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


def hook_virtualenv(module: Any) -> None:
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
        for name in (MODULE, LINE):  # the line last: it needs the module
            with open(os.path.join(HERE, name), "rb") as file:
                data = file.read()
            place = os.path.join(site_packages, name)
            if os.path.exists(place) and os.path.samefile(place, os.path.join(HERE, name)):
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
