"""The made-up packages that all tests of the gate use, the same on PyPI and on npm.

``publish(world, marks)`` puts them there. Each bad one leaves a file in the folder ``marks`` when its code runs, and
holds a text in the clear that tells, wherever it is found, that it was unpacked (``needle``).
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from tests.world import Birth, Life, World

DAY = timedelta(days=1)
_AGES = (1500, 1200, 900, 600, 300, 90)  # days; of an established project's releases 1.0.0 … 1.5.0


class Names(NamedTuple):
    """The packages of one registry.

    ``sound``        an established project, six releases, requires nothing
    ``frame``        an established project that requires ``sound``
    ``squat``        four days old, blank, a typo away from one of the most used; leaves a mark when imported
    ``squat_script`` the like, whose code runs when it is installed: an sdist's build, npm's postinstall
    ``carrier``      an established project whose newest release (1.5.0) requires ``squat``; 1.4.0 does not
    ``script_carrier``  the like for ``squat_script``
    ``fresh``        an established project; 1.5.0 is three hours old, 1.4.0 is old
    ``wide``         an established project that requires ``swing`` and ``sound``, so that ``swing`` 2.0.0, which
                     requires ``squat``, is considered and not taken: 1.5.0 is
    ``swing``        see there
    ``tool``         an established project with a program of its own name
    ``optional``     an established project with ``squat`` among its optional dependencies (npm alone)
    ``far``          an established project whose archives lie on evil.example; on the private index alone
    ``missing``      nobody has registered it
    """

    sound: str = "zz-sound"
    frame: str = "zz-frame"
    squat: str = "reqeusts"
    squat_script: str = "nunpy"
    carrier: str = "zz-carrier"
    script_carrier: str = "zz-script-carrier"
    fresh: str = "zz-fresh"
    wide: str = "zz-wide"
    swing: str = "zz-swing"
    tool: str = "zz-tool"
    optional: str = "zz-optional"
    far: str = "zz-far"
    missing: str = "zz-invented-by-a-model"


PYPI = Names()
NPM = Names(squat="expresss", squat_script="lodahs")


def needle(name: str) -> bytes:
    """What every unpacked archive of the bad package ``name`` holds in the clear, and nothing else does."""
    return f"needle: unpacked {name}".encode()


def publish(world: World, marks: Path) -> None:
    """Put all of them on the world's PyPI and npm, and ``far`` and ``sound`` on its private indexes."""
    world.pypi.add(*_python(marks))
    world.npm.add(*_javascript(marks))
    far = _established(PYPI.far, files_at="https://evil.example")
    world.private_pypi.add(_established(PYPI.sound), far)
    for url in world.private_pypi.file_urls(PYPI.far):
        path = url.removeprefix("https://evil.example/")
        for place in (path, f"{path}.metadata") if path.endswith(".whl") else (path,):
            world.evil.keep(place, world.private_pypi.archive(place))
    world.private_npm.add(_established(NPM.sound), _established(NPM.far, files_at="https://evil.example"))
    for version in (birth.version for birth in _established(NPM.far).births()):
        path = f"{NPM.far}/-/{NPM.far}-{version}.tgz"
        world.evil.keep(path, world.private_npm.archive(path))


def _python(marks: Path) -> tuple[Life, ...]:
    names = PYPI
    squat, script = names.squat, names.squat_script
    return (
        _established(names.sound),
        _established(names.frame, requires=(f"{names.sound}>=1.1",)),
        _squat(squat, Birth(version="1.0.0", ago=4 * DAY, code=_python_mark(marks, squat, "imported"))),
        _squat(
            script,
            Birth(
                version="1.0.0",
                ago=4 * DAY,
                wheel=False,
                code=_python_mark(marks, script, "imported"),
                build_code=_python_mark(marks, script, "built"),
            ),
        ),
        _established(names.carrier, requires=(f"{names.sound}>=1.1",), newest=(f"{names.sound}>=1.1", squat)),
        _established(names.script_carrier, requires=(f"{names.sound}>=1.1",), newest=(script,)),
        _established(names.fresh, requires=(f"{names.sound}>=1.1",), youngest=timedelta(hours=3)),
        _established(names.wide, requires=(names.swing, f"{names.sound}==1.2.0")),
        _established(
            names.swing,
            requires=(f"{names.sound}>=1.0",),
            further=(Birth(version="2.0.0", ago=60 * DAY, requires=(f"{names.sound}>=1.4", squat)),),
        ),
        _established(names.tool, requires=(f"{names.sound}>=1.1",), programs=(names.tool,)),
        _established(names.optional, requires=(f"{names.sound}>=1.1",)),
    )


def _javascript(marks: Path) -> tuple[Life, ...]:
    names = NPM
    squat, script, sound = names.squat, names.squat_script, f"{names.sound}@^1.1.0"
    return (
        _established(names.sound),
        _established(names.frame, requires=(sound,)),
        _squat(squat, Birth(version="1.0.0", ago=4 * DAY, code=_javascript_mark(marks, squat, "imported"))),
        _squat(
            script,
            Birth(
                version="1.0.0",
                ago=4 * DAY,
                code=_javascript_mark(marks, script, "ran"),
                scripts={"postinstall": "node index.js"},
            ),
        ),
        _established(names.carrier, requires=(sound,), newest=(sound, f"{squat}@^1.0.0")),
        _established(names.script_carrier, requires=(sound,), newest=(f"{script}@^1.0.0",)),
        _established(names.fresh, requires=(sound,), youngest=timedelta(hours=3)),
        _established(names.wide, requires=(f"{names.swing}@^1.0.0", f"{names.sound}@1.2.0")),
        _established(
            names.swing,
            requires=(f"{names.sound}@^1.0.0",),
            further=(Birth(version="2.0.0", ago=60 * DAY, requires=(f"{names.sound}@^1.4.0", f"{squat}@^1.0.0")),),
        ),
        _established(names.tool, requires=(sound,), programs=(names.tool,)),
        _established(names.optional, requires=(sound,), optional=(f"{squat}@^1.0.0",)),
    )


def _established(
    name: str,
    *,
    requires: tuple[str, ...] = (),
    newest: tuple[str, ...] | None = None,
    youngest: timedelta = 90 * DAY,
    further: tuple[Birth, ...] = (),
    programs: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    files_at: str | None = None,
) -> Life:
    """Six releases over four years and a repository of its own, two million downloads a month."""
    births = [
        Birth(
            version=f"1.{number}.0",
            ago=days * DAY,
            requires=requires,
            programs=programs,
            optional=optional,
            requires_python=">=3.6",
        )
        for number, days in enumerate(_AGES[:-1])
    ]
    births.append(
        Birth(
            version="1.5.0",
            ago=youngest,
            requires=requires if newest is None else newest,
            programs=programs,
            optional=optional,
            requires_python=">=3.6",
        )
    )
    return Life(
        name=name,
        releases=(*births, *further),
        owners=("alice", "bob"),
        repository=f"https://github.com/alice/{name}",
        downloads=2_000_000,
        files_at=files_at,
    )


def _squat(name: str, birth: Birth) -> Life:
    return Life(name=name, releases=(birth,), owners=("squatter",), summary="", readme="", repository=None, downloads=3)


def _python_mark(marks: Path, name: str, how: str) -> str:
    return f"# {needle(name).decode()}\nopen({str(marks / f'{name}.{how}')!r}, 'w').close()\n"


def _javascript_mark(marks: Path, name: str, how: str) -> str:
    place = json.dumps(str(marks / f"{name}.{how}"))
    return f'// {needle(name).decode()}\nrequire("fs").writeFileSync({place}, "");\n'
