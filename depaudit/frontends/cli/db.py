"""``depaudit db``: the bundled name data."""

from __future__ import annotations

import argparse

from depaudit.frontends.cli.options import add_everywhere
from depaudit.frontends.cli.output import write_out


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit db status [OPTION…]"
    parser.add_argument("action", choices=("status",), help="status: age, sources and counts")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to print it (default: table)")
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    from depaudit.frontends.session import Surroundings
    from depaudit.names.data import NameData, data_folder

    today = Surroundings.current().now.date()
    data = NameData.open()
    sources = data.sources()
    age = (today - data.snapshot).days
    if arguments.format == "json":
        import json

        rows = [
            {"path": s.path, "origin": s.origin, "date": s.date.isoformat(), "rows": s.rows, "sha256": s.sha256}
            for s in sources
        ]
        document = {"snapshot": data.snapshot.isoformat(), "age_days": age, "folder": str(data_folder()), "files": rows}
        write_out(json.dumps(document, indent=2) + "\n")
        return 0
    lines = [f"name data of {data.snapshot}, {age} days old, in {data_folder()}", ""]
    width = max(len(source.path) for source in sources)
    lines += [f"  {s.path:{width}}  {s.rows:>9,} rows  {s.date}  {s.origin}" for s in sources]
    write_out("\n".join(lines) + "\n")
    return 0
