"""The vocabulary: what words of registries mean in terms of the question bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from prescreen.eligibility.criteria.rules import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """What one term means.

    `sufficient` holds only for people to whom the term applies, `necessary` for all to whom it applies; where they are
    one rule, the term is exact. `ever_...` are the same of people to whom it applied at some time. The questions:
    `time` asks how long ago it was, `lasts` how long it has lasted, `numbers` how much it is. `is_event`: it happened
    at some time and is over, such as an operation. `near` names options of the bank that come near.
    """

    sufficient: Rule | None = None
    necessary: Rule | None = None
    ever_sufficient: Rule | None = None
    ever_necessary: Rule | None = None
    time: str | None = None
    lasts: str | None = None
    numbers: tuple[str, ...] = ()
    is_event: bool = False
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every known term, and the entries for it; an entry counts only for trials about its conditions, if it has any."""

    entries: Sequence[tuple[frozenset[str], str, Entry]] = field(default_factory=tuple)
