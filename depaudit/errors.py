"""Every exception that depaudit raises on purpose.

::

    DepauditError
    ├── UsageError        the command line cannot be understood            exit 2
    ├── ConfigError       a configuration file is wrong                    exit 2
    ├── ParseError        a dependency file is unreadable or malformed     exit 2, the rest goes on
    ├── InvalidNameError  no registry could hold such a name               exit 2, the rest goes on
    ├── EventError        a CI system says nonsense of its own run         exit 2
    ├── ApiError          a code host's API does not do what it was asked  said, never the reason for a pass
    ├── DataError         the bundled name data is missing or damaged      exit 2
    └── GitError          git, or what it was asked for, is not there      exit 2

What a registry does wrong is no exception: it is a value, ``model.evidence.Unknown``, so that it can never be
taken for an answer. Only front ends catch ``DepauditError``; whatever else escapes is a defect of ours.
"""

from __future__ import annotations

from typing import NoReturn


class DepauditError(Exception):
    """An error with what happened, where, and what to do about it.

    ``message`` is one sentence; ``mend`` (may be empty) says what to type or change next; ``path``, ``line`` and
    ``column`` (from 1) say where, as far as known.
    """

    def __init__(
        self,
        message: str,
        *,
        mend: str = "",
        path: str = "",
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = self.path
        if place and self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.mend}" if self.mend else text


class UsageError(DepauditError):
    """The command line cannot be understood."""


class ConfigError(DepauditError):
    """A configuration file is wrong: the message names the file, the key and the nearest known key."""


class ParseError(DepauditError):
    """A dependency file cannot be read or is malformed."""


class InvalidNameError(DepauditError):
    """A name that the registry of its ecosystem could not hold: nothing may ever be asked about it."""


class DataError(DepauditError):
    """The bundled name data is missing, damaged or of another version."""


class EventError(DepauditError):
    """What a CI system says of the run that it started is missing or makes no sense."""


class ApiError(DepauditError):
    """A code host's API refused, failed or answered nonsense.

    ``status``      of HTTP; 0 when there was no answer at all
    ``permission``  what the token lacks, as a workflow writes it (``pull-requests: write``); empty when not that
    ``unclear``     whether what was asked may have been done all the same
    """

    def __init__(
        self, message: str, *, mend: str = "", status: int = 0, permission: str = "", unclear: bool = False
    ) -> None:
        super().__init__(message, mend=mend)
        self.status = status
        self.permission = permission
        self.unclear = unclear


class GitError(DepauditError):
    """git is missing, this is no repository, or a revision is not here: ``mend`` says what to fetch or type."""


def assert_never(value: NoReturn) -> NoReturn:
    """Say to the type checker, and at run time, that no case is left (``typing.assert_never`` needs 3.11)."""
    raise AssertionError(f"unhandled case: {value!r}")
