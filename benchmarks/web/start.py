"""How soon the service answers: `python -m benchmarks.web.start [--trials 23 1000] [--rounds 3]`.

From the start of `serve` until a page is there, with nothing kept from before and with the cache of the criteria; from
the change of a criteria file until every serving process shows it, and how long other pages wait meanwhile; and the
memory of a serving process. By the clock, with two serving processes, from compiled bytecode.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.base.report import Section, Table, Target, ranged
from benchmarks.base.timing import Range
from benchmarks.catalog.large_folder import write_folder
from benchmarks.sections import Sizes
from benchmarks.web.services import Client, free_port

_ROOT = Path(__file__).parents[2]
_CONDITION = "/low-back-pain"
_WORKERS = 2
_LOOK_SECONDS = 0.005
_MOST_SECONDS = 120
_IN_A_ROW = 6
"""So many new connections must see a change one after the other: each may lead to another process."""
_KILOBYTES = 1024
_SHIPPED = 23


@dataclass(frozen=True)
class Started:
    """What was measured with so many trials: seconds, and megabytes of a serving process."""

    trials: int
    cold: float
    warm: Range
    changed: Range
    slowest_page: Range
    resident: int
    proportional: int


@dataclass(frozen=True)
class Place:
    """Where a service is served from, and as what."""

    folder: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its commands: bytecode is compiled once, as in an installation."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **kept,
            "PRESCREEN_INSTANCE": str(self.folder / "instance"),
            "PRESCREEN_CRITERIA": str(self.folder / "criteria"),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
        }

    def command(self, *arguments: str) -> list[str]:
        """Return a command of the service."""
        return [sys.executable, "-m", "prescreen.cli", *arguments]


def measured(many: int, rounds: int) -> Started:
    """Measure a service with so many trials."""
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name), free_port())
        write_folder(place.folder / "criteria", many)
        for arguments in (("db", "upgrade"), ("counters", "--json")):
            # The second imports every command, so that their bytecode is there.
            subprocess.run(
                place.command(*arguments), check=True, stdout=subprocess.DEVNULL, cwd=_ROOT, env=place.environment
            )
        with served(place):
            pass
        shutil.rmtree(place.folder / "instance" / "cache")
        with served(place) as (cold, _):
            pass
        warm = []
        for _ in range(rounds):
            with served(place) as (seconds, _):
                warm.append(seconds)
        with served(place) as (_, process):
            changes = [_changed(place, turn) for turn in range(rounds)]
            memory = max(_memory(one) for one in _below(process.pid))
        seen, slowest = zip(*changes, strict=True)
        return Started(many, cold, Range.of(warm), Range.of(seen), Range.of(slowest), *memory)


@contextmanager
def served(place: Place) -> Iterator[tuple[float, "subprocess.Popen[bytes]"]]:
    """Serve; yield the seconds until the first page was there, and the process."""
    command = place.command("serve", "--port", str(place.port), "--workers", str(_WORKERS))
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=_ROOT, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _page(place.port, _CONDITION)
        yield time.monotonic() - began, process
    finally:
        process.terminate()
        process.wait(_MOST_SECONDS)


def _page(port: int, path: str) -> str:
    """Return a page by a connection of its own, as soon as there is one."""
    end = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):
            reply = Client(port).get(path)
            assert reply.status == 200, reply.status
            return reply.body.decode()
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"nothing answers on port {port}")


def _changed(place: Place, turn: int) -> tuple[float, float]:
    """Change the title of a trial; return the seconds until it is shown, and those of the slowest page meanwhile."""
    trials = sorted((place.folder / "criteria" / "trials").glob("*.yaml"))
    file, word = trials[turn], f"Wording{turn}"
    lines = file.read_text(encoding="utf-8").split("\n")
    place_of_title = next(number for number, line in enumerate(lines) if line.startswith("title:"))
    english = place_of_title if lines[place_of_title] != "title:" else place_of_title + 1
    before, colon, _ = lines[english].partition(": ")
    lines[english] = f"{before}{colon}{word}" if "{" not in lines[english] else f"title: {word}"
    draft = place.folder / "draft"
    draft.write_text("\n".join(lines), encoding="utf-8")
    stopping, slowest = threading.Event(), [0.0]
    asking = threading.Thread(target=_keep_asking, args=(place.port, stopping, slowest))
    asking.start()
    began, first, in_a_row = time.monotonic(), 0.0, 0
    draft.replace(file)
    while in_a_row < _IN_A_ROW:
        shown = word in _page(place.port, f"{_CONDITION}/trials/{file.stem}")
        first = first if shown and in_a_row else time.monotonic()
        in_a_row = in_a_row + 1 if shown else 0
        time.sleep(_LOOK_SECONDS)
    stopping.set()
    asking.join()
    return first - began, slowest[0]


def _keep_asking(port: int, stopping: threading.Event, slowest: list[float]) -> None:
    while not stopping.is_set():
        began = time.monotonic()
        _page(port, _CONDITION)
        slowest[0] = max(slowest[0], time.monotonic() - began)
        time.sleep(_LOOK_SECONDS)


def _below(process: int) -> Iterator[int]:
    """Yield the ids of the processes that a process started, and of theirs."""
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _below(child)


def _memory(process: int) -> tuple[int, int]:
    """Return the megabytes of a process: resident, and with what it shares divided among those that share it."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    found = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
    return found["Rss:"] // _KILOBYTES, found["Pss:"] // _KILOBYTES


def start(sizes: Sizes) -> Section:
    """Start the service with the shipped number of trials and with many, and change a criteria file."""
    found = [measured(many, min(3, sizes.effort.rounds)) for many in (_SHIPPED, sizes.files)]
    return Section(
        "Start, and a changed file",
        "From the start of `serve` with two processes until a page is there, by the clock; *cold*: all criteria are "
        "read and checked. From the change of a trial's file until every process shows it, and the slowest of other "
        "pages meanwhile. Memory: of the larger serving process, resident, and with shared pages divided.",
        [Table(["trials", "cold", "warm", "changed file", "slowest page", "resident", "shared divided"], _rows(found))],
        targets=[target for one in found for target in _targets(one)],
    )


def _rows(found: list[Started]) -> list[list[str]]:
    return [
        [
            f"{one.trials:,}",
            f"{one.cold:.2f} s",
            *(ranged(part, " s") for part in (one.warm, one.changed, one.slowest_page)),
            f"{one.resident} MB",
            f"{one.proportional} MB",
        ]
        for one in found
    ]


def _targets(one: Started) -> list[Target]:
    few, size = one.trials <= _SHIPPED, float(one.resident)
    least, aim = (1.5, 1.0) if few else (3.0, 1.5)
    named = f"{one.trials:,} trials"
    targets = [Target(f"start of serve, {named}, warm cache", least, aim, one.warm, " s", less_is_better=True)]
    if not few:
        memory = Range(size, size, size)
        targets += [
            Target(f"a changed file until it is served, {named}", 1, 0.3, one.changed, " s", less_is_better=True),
            Target(f"memory of a serving process, {named}", 200, 150, memory, " MB", less_is_better=True),
        ]
    return targets


def main() -> None:
    """Measure the sizes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, nargs="+", default=[_SHIPPED, 1_000])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    for many in chosen.trials:
        print(measured(many, chosen.rounds), flush=True)


if __name__ == "__main__":
    main()
