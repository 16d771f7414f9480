"""Where the parts of a YAML text stand: worked out for the few parts that have a fault."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_LINE_BREAK = re.compile("\r\n?|\n")

Step = str | int
_Positions = tuple[dict[Step, int], Iterator[tuple[Step, int]]]


@dataclass
class PartPlaces:
    """The text, and where in it each part starts, and before a part its key, in the order of the text.

    Places are (line, column), counted from 1. Lines end where editors end them, not at all breaks of YAML.
    """

    text: str = ""
    first_line: int = 1
    starts: "array[int]" = field(default_factory=lambda: array("L"))
    _positions: dict[int, _Positions] = field(default_factory=dict)

    def of(self, data: Any, steps: tuple[Step, ...]) -> tuple[int, int] | None:
        """Return the place of a part of the data, or of the nearest enclosing part; None where nothing was read."""
        _, position = self._found(data, steps)
        return self.at(self.starts[position]) if self.starts else None

    def of_key(self, data: Any, steps: tuple[Step, ...]) -> tuple[int, int] | None:
        """Return the place of the key of a part of the data, or None where the part is missing or has no key."""
        missing, position = self._found(data, steps)
        has_key = steps and not missing and isinstance(steps[-1], str)
        return self.at(self.starts[position - 1]) if has_key else None

    def at(self, start: int) -> tuple[int, int]:
        """Return the place of a character of the text."""
        line = bisect_right(self._lines, start)
        return line - 1 + self.first_line, start - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def _found(self, part: Any, steps: tuple[Step, ...]) -> tuple[int, int]:
        """Return how many of the steps lead nowhere, and the position in `starts` of where the others lead."""
        position = 0
        for taken, step in enumerate(steps):
            inner = self._inner_position(part, position, step)
            if inner is None:
                return len(steps) - taken, position
            part, position = part[step], inner
        return 0, position

    def _inner_position(self, part: Any, position: int, step: Step) -> int | None:
        """Return the position of what a part holds, or None; what it holds is counted once, as far as is asked."""
        known, rest = self._positions.setdefault(position, ({}, _inner_positions(part, position)))
        if step not in known:
            for other, found in rest:
                known[other] = found
                if other == step:
                    break
        return known.get(step)


def _inner_positions(part: Any, position: int) -> Iterator[tuple[Step, int]]:
    """Yield each step into a part with the position that it leads to, where the part has the given one."""
    following = position + 1
    for step, item in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ()):
        position = following + isinstance(step, str)
        yield step, position
        following = position + _size(item)


def _size(part: Any) -> int:
    """Return how many starts a part takes: its own, and those of all keys and parts in it."""
    if isinstance(part, dict):
        return 1 + len(part) + sum(map(_size, part.values()))
    return 1 + sum(map(_size, part)) if isinstance(part, list) else 1
