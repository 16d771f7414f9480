"""Faults of an operator's look: colors that cannot be told apart, a mark that cannot be drawn."""

import math
from collections.abc import Iterator

from prescreen.catalog.base.yaml_documents import Steps
from prescreen.catalog.look.contrast import luminance
from prescreen.catalog.look.look import Look, Mark
from prescreen.catalog.look.path_outlines import PathError, outlines
from prescreen.catalog.look.tokens import Unreadable, unreadable


def faults_of(look: Look) -> Iterator[tuple[Steps, str]]:
    """Yield each fault of a look: where it stands in the part `look` of the file, and what is wrong."""
    worst: dict[Steps, Unreadable] = {}
    for one in unreadable(look.colors):
        place = _place(one, look)
        if place not in worst or one.share < worst[place].share:
            worst[place] = one
    yield from ((place, _told(one, str(place[1]))) for place, one in worst.items())
    yield from (fault for part, path in _paths(look.mark) if (fault := _undrawn(part, path, look.mark.box)))


def _place(one: Unreadable, look: Look) -> Steps:
    changed = one.pair.color if one.pair.color in look.colors else one.pair.ground
    return ("colors", key_of(changed), one.scheme)


def key_of(color: str) -> str:
    """Return the key of a color in the file, given its name in the style sheet."""
    return color.replace("-", "_")


def _told(one: Unreadable, key: str) -> str:
    pair, is_color = one.pair, key == key_of(one.pair.color)
    own, other = (one.color, one.ground) if is_color else (one.ground, one.color)
    way = "darker" if luminance(own) < luminance(other) else "lighter"
    use = "text" if pair.is_text else "what is drawn"
    ratio = math.floor(one.ratio * 100) / 100
    names = f"'{key_of(pair.color)}' {one.color} on '{key_of(pair.ground)}' {one.ground}"
    found = f"in {one.scheme}, {names} has a contrast of {ratio:.2f}"
    return f"{found}; {use} needs {pair.least:.2f}: choose a {way} '{key}'"


def _paths(mark: Mark) -> tuple[tuple[str, str], ...]:
    return (("path", mark.path), *((("spark", mark.spark),) if mark.spark else ()))


def _undrawn(part: str, path: str, box: int) -> tuple[Steps, str] | None:
    steps: Steps = ("mark", part)
    try:
        reach = [one for outline in outlines(path) for point in outline for one in point]
    except PathError as error:
        return steps, str(error)
    if all(0 <= one <= box for one in reach):
        return None
    return steps, f"the path reaches from {min(reach):g} to {max(reach):g}; it must stay within 0 and {box}, the 'box'"
