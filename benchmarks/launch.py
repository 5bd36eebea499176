"""Runs one command and measures it; a program of its own, since it must be small.

A child's peak of memory starts at that of the process that started it, so the measuring one must hold next to
nothing. Reads ``{"command", "environment", "folder"}`` from standard input, writes the measurement to standard output.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def main() -> None:
    wish = json.load(sys.stdin)
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            wish["command"], cwd=wish["folder"], env=wish["environment"], stdout=subprocess.PIPE, stderr=errors
        )
        assert process.stdout is not None
        while process.stdout.read(65536):
            pass
        _, code, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(code)
        errors.seek(0)
        tail = errors.read()[-400:].decode("utf-8", "replace")
    json.dump(
        {
            "seconds": seconds,
            "cpu": usage.ru_utime + usage.ru_stime,
            "rss": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            "status": process.returncode,
            "tail": tail,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
