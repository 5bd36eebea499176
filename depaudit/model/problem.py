"""Something wrong with an input, kept as a value so that everything else is still audited and reported."""

from __future__ import annotations

from depaudit.errors import DepauditError
from depaudit.model.record import record


@record
class Problem:
    """An input error: ``message`` says what is wrong, ``mend`` what to do; ``line`` and ``column`` count from 1."""

    path: str
    message: str
    mend: str = ""
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, error: DepauditError, path: str = "") -> Problem:
        """The problem that ``error`` tells, in ``path`` unless the error knows better."""
        return cls(
            path=error.path or path, message=error.message, mend=error.mend, line=error.line, column=error.column
        )
