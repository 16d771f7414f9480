"""A single criterion as it stands in the text of a source.

A module of its own, since readers of sources, the splitting of texts and the interpretation of words share it.
"""

from dataclasses import dataclass
from enum import StrEnum

from prescreen.eligibility.criteria.trials import Kind


class Joined(StrEnum):
    """How many of the parts of a criterion must hold."""

    ANY = "any"
    ALL = "all"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class SourceCriterion:
    """One statement of a source that can be judged by itself.

    `text` is the statement in one line, without bullets, numbers and escapes. `quote` holds the same words as they
    stand in the source, with single blanks; ` ... ` stands for what is left out between two pieces. `lead` is the
    sentence of a list that the statement stands under; `text` alone need not make sense without it. Where only
    some of several `parts` must hold ("at least two of the following"), `text` is the lead, and `joined` and `count`
    say how many. `population` is the heading of the group of people that the statement is about, None where it is
    about all. `stage` is the heading of a later stage ("Randomization criteria"), None where it decides entry.
    """

    kind: Kind
    text: str
    quote: str
    lead: str = ""
    parts: tuple[str, ...] = ()
    joined: Joined = Joined.ALL
    count: int = 0
    population: str | None = None
    stage: str | None = None
