"""``python -m tests.clients [NAME …]``: install the pinned clients, all or those named. Status 1: some could not be."""

from __future__ import annotations

import sys

from tests.clients.pins import PINS


def main(words: list[str]) -> int:
    """Install and tell on standard output; nothing to do costs nothing."""
    unknown = [word for word in words if word not in PINS]
    if unknown:
        print(f"no such client: {', '.join(unknown)}; there are {', '.join(PINS)}", file=sys.stderr)
        return 2
    from tests.clients.place import find, folder

    names = words or list(PINS)
    if all(find(name) for name in names):
        print(f"all {len(names)} clients are in {folder()}")
        return 0
    from tests.clients.install import install

    failures = install(names, lambda line: print(line, flush=True))
    print(f"{len(names) - len(failures)} of {len(names)} clients are in {folder()}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
