"""Draw ``scan.svg``, the README's picture: what ``depaudit scan`` prints about one of the example's files.

``python docs/images/draw.py`` runs it, by the live registries, and writes the picture beside this file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
WIDTH = 96
COMMAND = ("scan", "examples/weather-bot/requirements.txt")


def main() -> None:
    environment = {**os.environ, "COLUMNS": str(WIDTH), "FORCE_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "depaudit", *COMMAND],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    console = Console(record=True, width=WIDTH, file=Path(os.devnull).open("w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115
    console.print(Text(f"$ depaudit {' '.join(COMMAND)}\n", style="bold"))
    console.print(Text.from_ansi(done.stdout))
    (HERE / "scan.svg").write_text(console.export_svg(title="depaudit"), encoding="utf-8")


if __name__ == "__main__":
    main()
