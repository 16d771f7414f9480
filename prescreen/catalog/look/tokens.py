"""The colors of the look by name, and which of them must be told from which: ours hold it, and an operator's must."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from prescreen.catalog.look.contrast import contrast
from prescreen.catalog.look.look import Look, Shades

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

TOKENS: Mapping[str, Shades] = {
    "paper": Shades("#fbf7ef", "#111817"),
    "card": Shades("#fffdf9", "#19211f"),
    "wash": Shades("#f4ecde", "#202a27"),
    "ink": Shades("#1b2c2a", "#ece6da"),
    "soft": Shades("#55615c", "#b2b8ae"),
    "line": Shades("#e2d7c3", "#33403c"),
    "edge": Shades("#857f6e", "#87938d"),
    "act": Shades("#0a5c55", "#7fd4c5"),
    "tint": Shades("#e2efe9", "#17352f"),
    "pine": Shades("#123f3b", "#0b2826"),
    "on-pine": Shades("#f8f1e4", "#f8f1e4"),
    "sun": Shades("#eda93f", "#eda93f"),
    "data": Shades("#be720c", "#eda93f"),
    "focus": Shades("#b4530a", "#ffbe5c"),
    "fits": Shades("#1b673d", "#95deab"),
    "fits-bg": Shades("#e0f0e2", "#183422"),
    "open": Shades("#744900", "#f3cd7c"),
    "open-bg": Shades("#fceecb", "#372b0f"),
    "alarm": Shades("#a3161a", "#a3161a"),
    "fix": Shades("#963a00", "#ffb77c"),
    "fix-bg": Shades("#fff0e0", "#3a2411"),
}
"""Every color of the style sheet, where they stand once more; a test holds the two to be the same."""

WHITE = "white"
_FIXED = {WHITE: Shades("#ffffff", "#ffffff")}
FOR_TEXT, FOR_SHAPES = 4.5, 3.0
"""The least contrast of text (WCAG 1.4.3), and of edges, signs and parts of drawings (1.4.11)."""

_TEXT_ON = {
    "ink": ("paper", "card", "wash", "tint", "fits-bg", "open-bg", "fix-bg"),
    "soft": ("paper", "card", "wash", "tint"),
    "act": ("paper", "card", "wash", "tint", "open-bg", "fix-bg"),
    "card": ("act",),
    "on-pine": ("pine",),
    "fits": ("fits-bg", "paper", "card"),
    "open": ("open-bg",),
    "fix": ("fix-bg", "paper", "card", "wash"),
    WHITE: ("alarm",),
}
_SHAPES_ON = {
    "edge": ("paper", "card", "wash"),
    "focus": ("paper", "card", "wash", "tint", "open-bg", "fix-bg"),
    "data": ("paper", "card", "wash"),
    "fits": ("wash",),
    "open": ("paper", "card", "wash"),
    "sun": ("pine",),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A color on a ground, and the least contrast between them."""

    color: str
    ground: str
    least: float

    @property
    def is_text(self) -> bool:
        """Whether words are written in the color; else edges, signs and drawings are."""
        return self.least == FOR_TEXT


PAIRS = tuple(
    Pair(color, ground, least)
    for least, table in ((FOR_TEXT, _TEXT_ON), (FOR_SHAPES, _SHAPES_ON))
    for color, grounds in table.items()
    for ground in grounds
)
"""What stands on what, on any page."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A pair whose contrast is too low in one scheme."""

    pair: Pair
    scheme: Scheme
    color: str
    ground: str

    @property
    def ratio(self) -> float:
        """Return the contrast that the pair has."""
        return contrast(self.color, self.ground)

    @property
    def share(self) -> float:
        """Return how much of the needed contrast the pair has."""
        return self.ratio / self.pair.least


def unreadable(colors: Mapping[str, Shades]) -> Iterator[Unreadable]:
    """Yield each pair that cannot be told apart where these colors stand in the place of ours.

    >>> [(one.pair.color, one.pair.ground) for one in unreadable({"sun": Shades("#123f3b", "#ffffff")})]
    [('sun', 'pine')]
    """
    every = {**_FIXED, **TOKENS, **colors}
    for pair in PAIRS:
        for scheme in SCHEMES:
            color, ground = getattr(every[pair.color], scheme), getattr(every[pair.ground], scheme)
            if contrast(color, ground) < pair.least:
                yield Unreadable(pair, scheme, color, ground)


def shades(look: Look, name: str) -> Shades:
    """Return a color of a look: the operator's, else ours."""
    return look.colors.get(name) or TOKENS[name]
