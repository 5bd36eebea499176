"""What ``depaudit list`` found, for people: file by file, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from depaudit.model.requirement import Package, Requirement, SourceKind
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, DIM, Style, count, listed, safe


def render(packages: Sequence[Package], not_audited: Sequence[tuple[str, int]], style: Style) -> str:
    """Every requirement below the file that states it, in the file's order; a last line counts."""
    files: dict[str, list[tuple[Package, Requirement]]] = {}
    for package in packages:
        for wish in package.requirements:
            files.setdefault(wish.location.path, []).append((package, wish))
    blocks = []
    for path, wishes in files.items():
        wishes.sort(key=lambda pair: (pair[1].location.line, pair[1].location.column))
        blocks.append("\n".join([style.paint(safe(path), BOLD), *_rows(wishes, style)]))
    blocks.append(_last_line(packages, len(files), not_audited))
    return "\n\n".join(blocks) + "\n"


def _rows(wishes: Sequence[tuple[Package, Requirement]], style: Style) -> list[str]:
    cells = [(str(wish.location.line), _name(package, wish), _remarks(package, wish)) for package, wish in wishes]
    numbers = max(len(number) for number, _, _ in cells)
    names = min(max(len(name) for _, name, _ in cells), 60)
    return [
        f"  {style.paint(number.rjust(numbers), DIM)}  {name.ljust(names)}  {style.paint(remarks, DIM)}".rstrip()
        if remarks
        else f"  {style.paint(number.rjust(numbers), DIM)}  {name}"
        for number, name, remarks in cells
    ]


def _name(package: Package, wish: Requirement) -> str:
    name = safe(f"{package.ecosystem}:{package.name}")
    wanted = package.version or wish.specifier
    return f"{name} {safe(hide(wanted), 80)}" if wanted else name


def _remarks(package: Package, wish: Requirement) -> str:
    """Whatever is not the plain case: groups, source, alias, who asks for it."""
    remarks = [group for group in wish.groups if group != "main"]
    if package.source is not SourceKind.REGISTRY:
        remarks.append(f"from {package.source.value}")
    if wish.alias:
        remarks.append(f"as {wish.alias}")
    if not wish.direct:
        remarks.append("indirect")
    return safe(", ".join(remarks), 200)


def _last_line(packages: Sequence[Package], files: int, not_audited: Sequence[tuple[str, int]]) -> str:
    line = f"{count(len(packages), 'package')} in {count(files, 'file')}."
    totals: Counter[str] = Counter()
    for kind, number in not_audited:
        totals[kind] += number
    if totals:
        line += f" Not audited: {listed(f'{number:,} {safe(kind)}' for kind, number in totals.items())}."
    return line
