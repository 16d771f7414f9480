"""The look of a service: what an operator may set of it, and ours where nothing is set."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prescreen.eligibility.criteria.text import Text


@dataclass(frozen=True, slots=True)
class Shades:
    """A color in light and in dark, each as `#rrggbb`."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawing in two colors, as SVG path data in a square of `box` by `box`; `spark` is its lit part."""

    box: int
    path: str
    spark: str = ""


OUR_MARK = Mark(
    box=24,
    path="M9.8 2.6 18.1 .7c2.1-.5 2.8 2.6 .7 3.1L10.5 5.7c-2.1 .5-2.8-2.6-.7-3.1zM7.5 6.5 16.9 5.5c2.1-.2 2.5 3 .4 3.2"
    "L7.9 9.7c-2.1 .2-2.5-3-.4-3.2zM7.4 14.2 17.3 15.4c2.1 .2 1.8 3.4-.3 3.2L7.1 17.4c-2.1-.2-1.8-3.4 .3-3.2zM9.9 18.3 "
    "18.6 20.4c2.1 .5 1.4 3.6-.7 3.1L9.2 21.4c-2.1-.5-1.4-3.6 .7-3.1z",
    spark="M6.5 10.4H16.7c2.1 0 2.1 3.2 0 3.2H6.5c-2.1 0-2.1-3.2 0-3.2z",
)
"""A comb of five teeth, bent like a low back; the middle one is lit."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an operator set: `colors` holds only those that differ from ours, by name."""

    short_name: Text | None = None
    mark: Mark = OUR_MARK
    colors: Mapping[str, Shades] = field(default_factory=dict)


OUR_LOOK = Look()
