"""SVG path data read into outlines: only what the service itself can draw, as in the picture for other sites."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]
Outline = tuple[Point, ...]
"""The corners of a closed shape, in order."""

LONGEST_PATH = 2_000
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Z": 0}
"""How many numbers each command takes; a small letter counts from where the last one ended."""
_STEPS_OF_CURVE = 12
_LEAST_CORNERS = 3
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)", re.ASCII)


class PathError(ValueError):
    """Raised for path data that cannot be drawn; says why."""


def outlines(path: str) -> tuple[Outline, ...]:
    """Return the shapes of SVG path data, curves as short lines. Raise PathError where it cannot be drawn.

    >>> outlines("M0 0h4v4z")
    (((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)),)
    """
    if len(path) > LONGEST_PATH:
        raise PathError(f"the path has {len(path)} characters; at most {LONGEST_PATH} are drawn. Draw it more simply")
    if path.strip()[:1] not in ("M", "m"):
        raise PathError("a path begins with 'M' and the point where it starts, such as 'M4 4h16v16z'")
    pen = _Pen()
    for command, numbers in _commands(path):
        pen.draw(command, numbers)
    shapes = tuple(tuple(one) for one in pen.shapes if len(one) >= _LEAST_CORNERS)
    if not shapes:
        raise PathError("the path encloses nothing; give three corners or more")
    return shapes


def _commands(path: str) -> Iterator[tuple[str, Sequence[float]]]:
    """Yield each command with its numbers; further numbers repeat it, those of a move as lines."""
    for letter, text in _COMMAND.findall(path):
        if letter.upper() not in _NUMBERS:
            known = ", ".join(_NUMBERS)
            raise PathError(f"'{letter}' is not drawn; use {known} alone: export the drawing as paths without arcs")
        yield from _repeated(letter, _read_numbers(text))


def _repeated(letter: str, numbers: Sequence[float]) -> Iterator[tuple[str, Sequence[float]]]:
    needed = _NUMBERS[letter.upper()]
    if not needed and not numbers:
        yield letter, ()
    elif not needed or not numbers or len(numbers) % needed:
        raise PathError(f"'{letter}' cannot have {len(numbers)} numbers; it takes {needed}")
    else:
        for at in range(0, len(numbers), needed):
            yield letter if at == 0 else {"M": "L", "m": "l"}.get(letter, letter), numbers[at : at + needed]


def _read_numbers(text: str) -> list[float]:
    if rest := _NUMBER.sub(" ", text).replace(",", " ").strip():
        raise PathError(f"'{rest}' is no number")
    return [float(one) for one in _NUMBER.findall(text)]


@dataclass
class _Pen:
    """Where drawing is, and what was drawn; `handle` is the last control point of a curve that was just drawn."""

    here: Point = (0.0, 0.0)
    handle: Point | None = None
    shapes: list[list[Point]] = field(default_factory=list)

    def draw(self, command: str, numbers: Sequence[float]) -> None:
        """Draw one command."""
        points = self._points(command, numbers)
        handle, self.handle = self.handle or self.here, None
        match command.upper():
            case "M":
                self.shapes.append([*points])
            case "Z":
                points = [self.shapes[-1][0]]
                self.shapes.append([*points])
            case "C" | "S":
                controls = points[:-1] if command in "Cc" else [_mirrored(handle, self.here), *points[:-1]]
                self.shapes[-1] += _curve(self.here, controls, points[-1])
                self.handle = controls[-1]
            case _:
                self.shapes[-1] += points
        self.here = points[-1]

    def _points(self, command: str, numbers: Sequence[float]) -> list[Point]:
        (x, y), (from_x, from_y) = self.here, self.here if command.islower() else (0.0, 0.0)
        if command in "Hh":
            return [(numbers[0] + from_x, y)]
        if command in "Vv":
            return [(x, numbers[0] + from_y)]
        return [(one + from_x, other + from_y) for one, other in zip(numbers[::2], numbers[1::2], strict=True)]


def _mirrored(point: Point, about: Point) -> Point:
    return 2 * about[0] - point[0], 2 * about[1] - point[1]


def _curve(start: Point, controls: Sequence[Point], end: Point) -> list[Point]:
    """Return points of a cubic Bezier curve, the last of them its end."""
    steps = [step / _STEPS_OF_CURVE for step in range(1, _STEPS_OF_CURVE)]
    return [*(_on_curve(share, (start, *controls, end)) for share in steps), end]


def _on_curve(share: float, points: Sequence[Point]) -> Point:
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, points, strict=True)) for axis in (0, 1))
    return x, y
