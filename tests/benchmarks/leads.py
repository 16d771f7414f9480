"""The rematch benchmark in a process of its own: `python -m tests.benchmarks.leads 10000 100000`.

A process begins with the greatest memory of the one that started it, so that one must be small for a peak to mean
anything.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

from tests.benchmarks.rematch import Row, run


def rematched(sizes: Sequence[int]) -> list[Row]:
    """Rematch so many stored leads, in turn."""
    command = [sys.executable, "-m", "tests.benchmarks.leads", *map(str, sizes)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Row(**row) for row in json.loads(told.splitlines()[-1])]


if __name__ == "__main__":
    print(json.dumps([asdict(row) for row in run(list(map(int, sys.argv[1:])))]))
