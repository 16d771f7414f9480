"""The results of a run, and their form: text for the terminal, and a page of the documentation."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.base.timing import Range

_UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))


@dataclass(frozen=True)
class Table:
    """Rows of cells under a header."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.header, ["---"] * len(self.header), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Target:
    """A figure with its target, and whether more or less is better."""

    work: str
    least: float
    aim: float | None
    reached: Range | None
    unit: str = "x"
    less_is_better: bool = False

    @property
    def verdict(self) -> str:
        """Return whether the target was met, by the middle of the range."""
        if self.reached is None:
            return "not measured"
        if self._passes(self.aim):
            return "aim reached"
        return "reached" if self._passes(self.least) else "**missed**"

    def _passes(self, mark: float | None) -> bool:
        if mark is None or self.reached is None:
            return False
        return self.reached.middle <= mark if self.less_is_better else self.reached.middle >= mark

    @property
    def row(self) -> list[str]:
        """Return the cells of its row."""
        bound = "at most" if self.less_is_better else "at least"
        aim = "" if self.aim is None else f"{self.aim:g}{self.unit}"
        reached = "" if self.reached is None else ranged(self.reached, self.unit)
        return [self.work, f"{bound} {self.least:g}{self.unit}", aim, reached, self.verdict]


@dataclass(frozen=True)
class Curve:
    """How the cost of one contestant grows: sizes and seconds."""

    name: str
    points: Sequence[tuple[int, float]]


@dataclass
class Section:
    """One part of the page."""

    title: str
    text: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)

    def __str__(self) -> str:
        notes = "\n".join(f"- {note}" for note in self.notes)
        return "\n\n".join(filter(None, [f"## {self.title}", self.text, *map(str, self.tables), notes]))


def ranged(figure: Range, unit: str = "x") -> str:
    """Return a figure with its range."""
    return f"{_short(figure.middle)}{unit} ({_short(figure.low)}–{_short(figure.high)})"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def timed(seconds: Range) -> str:
    """Return a time with its range, in a suitable unit."""
    unit, size = next((one for one in _UNITS if seconds.middle >= one[1]), _UNITS[-1])
    low, middle, high = (_short(one / size) for one in (seconds.low, seconds.middle, seconds.high))
    return f"{middle} {unit} ({low}–{high})"


def targets_table(sections: Sequence[Section]) -> Table:
    """Return a table of every figure that has a target, with the result."""
    targets = [target.row for section in sections for target in section.targets]
    return Table(["work", "at least or at most", "aim", "this run", ""], targets)


def machine() -> str:
    """Return what matters of the machine: cores, memory, Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {_memory()}, Python {platform.python_version()}"


def _memory() -> str:
    try:
        found = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text())
    except OSError:
        found = None
    return f"{round(int(found[1]) / 1024**2)} GB of memory" if found else "memory unknown"


def page(sections: Sequence[Section], on: date, *, quick: bool) -> str:
    """Return the documentation page."""
    targets = [target for section in sections for target in section.targets]
    missed = [target.work for target in targets if "missed" in target.verdict]
    unmeasured = [target.work for target in targets if target.reached is None]
    kind = "A **quick run**: small sizes, few rounds; only good for trying the benchmark out.\n\n" if quick else ""
    told = f"Missed: {'; '.join(missed)}." if missed else "Nothing was missed."
    if unmeasured:
        told += f" Not measured: {'; '.join(unmeasured)}."
    return f"""# Benchmarks

Written by `make bench` on {on}. Machine: {machine()}.

{kind}A ratio is formed between contestants that took turns in the same round; given are the middle of the rounds and,
in brackets, the lowest and the highest. Compare ratios, not times: other work on the machine moves both. Before anybody
is timed, the plain evaluator judges the same people and trials; whoever disagrees is named and not timed.

![How the cost grows](images/benchmarks.svg)

## Against the targets

{targets_table(sections)}

{told}

{chr(10).join(f"{section}{chr(10)}" for section in sections)}
## How to repeat

```
make bench
```

It installs the rivals from `requirements-bench.txt` and runs `python -m benchmarks`, which takes about half an
hour and writes this page and its picture. `--quick` takes a minute or two, writes nothing and prints the same tables.
"""
