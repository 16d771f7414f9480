"""What words mean as two rules between which the truth lies, and how `and`, `or` and `not` carry both through."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from prescreen.eligibility.criteria.rules import All, Any, AtLeast, ChoicesTest, Not, NumberTest, OptionTest, Rule


@dataclass(frozen=True, slots=True)
class Meaning:
    """Two bounds of what words mean: `sufficient` holds only for people whom they fit, `necessary` for all of them.

    None is the bound that says nothing: a sufficient rule that never holds, a necessary one that always does.
    """

    sufficient: Rule | None = None
    necessary: Rule | None = None

    @property
    def is_exact(self) -> bool:
        """Whether both bounds are one rule."""
        return self.sufficient is not None and self.sufficient == self.necessary

    @property
    def is_known(self) -> bool:
        """Whether there is a bound at all."""
        return self.sufficient is not None or self.necessary is not None

    @property
    def narrowed(self) -> "Meaning":
        """Return the meaning of the same words with an unknown condition beside them."""
        return replace(self, sufficient=None)

    @property
    def widened(self) -> "Meaning":
        """Return the meaning of the same words with an unknown alternative beside them."""
        return replace(self, necessary=None)


UNKNOWN = Meaning()


def exactly(rule: Rule) -> Meaning:
    """Return the meaning of words that say just what a rule says."""
    return Meaning(rule, rule)


def negated(meaning: Meaning) -> Meaning:
    """Return the meaning of "not" before words."""
    return Meaning(_not(meaning.necessary), _not(meaning.sufficient))


def all_of(meanings: Iterable[Meaning]) -> Meaning:
    """Return the meaning of words joined by "and"."""
    parts = tuple(meanings)
    sufficient = _whole(All, [one.sufficient for one in parts])
    return Meaning(sufficient, _known(All, [one.necessary for one in parts]))


def any_of(meanings: Iterable[Meaning]) -> Meaning:
    """Return the meaning of words joined by "or"."""
    parts = tuple(meanings)
    necessary = _whole(Any, [one.necessary for one in parts])
    return Meaning(_known(Any, [one.sufficient for one in parts]), necessary)


def at_least(count: int, meanings: Iterable[Meaning]) -> Meaning:
    """Return the meaning of "at least so many of the following" before parts.

    An unknown part may hold or not: it never counts for the sufficient bound, always for the necessary one.
    """
    parts = tuple(meanings)
    known = [one.sufficient for one in parts if one.sufficient]
    open_parts = sum(one.necessary is None for one in parts)
    needed = [one.necessary for one in parts if one.necessary]
    return Meaning(_count(count, known), _count(count - open_parts, needed))


def either_way(meanings: Iterable[Meaning]) -> Meaning:
    """Return the meaning of words joined by an "and" that may be meant as "or"."""
    parts = tuple(meanings)
    return Meaning(all_of(parts).sufficient, any_of(parts).necessary)


def _not(rule: Rule | None) -> Rule | None:
    match rule:
        case None:
            return None
        case Not(part):
            return part
        case _:
            return Not(rule)


def _count(count: int, parts: list[Rule]) -> Rule | None:
    if count < 1 or count > len(parts):
        return None
    return AtLeast(count, tuple(parts)) if count > 1 else joined(Any, parts)


def _whole(join: type[All] | type[Any], parts: list[Rule | None]) -> Rule | None:
    known = [part for part in parts if part is not None]
    return joined(join, known) if known and len(known) == len(parts) else None


def _known(join: type[All] | type[Any], parts: list[Rule | None]) -> Rule | None:
    known = [part for part in parts if part is not None]
    return joined(join, known) if known else None


def joined(join: type[All] | type[Any], parts: Iterable[Rule]) -> Rule:
    """Return rules joined, written as short as an author would: nested groups opened, tests of one question merged.

    >>> joined(Any, [OptionTest("side", frozenset({"left"})), OptionTest("side", frozenset({"right"}))]).question
    'side'
    """
    opened = [inner for part in parts for inner in (part.parts if isinstance(part, join) else (part,))]
    merged: list[Rule] = []
    for part in opened:
        merge = _ALL_MERGES if join is All else _ANY_MERGES
        for place, other in enumerate(merged):
            one = part if part == other else merge(other, part)
            if one is not None:
                merged[place] = one
                break
        else:
            merged.append(part)
    kept = [part for part in merged if not _is_absorbed(part, merged, join)]
    return kept[0] if len(kept) == 1 else join(tuple(kept))


def _is_absorbed(part: Rule, others: list[Rule], join: type[All] | type[Any]) -> bool:
    """Whether a group adds nothing beside one of its own parts: "booked, or herniated and booked"."""
    group = Any if join is All else All
    return isinstance(part, group) and any(other in part.parts for other in others)


def _merged_alternatives(one: Rule, other: Rule) -> Rule | None:
    match one, other:
        case OptionTest(question, options), OptionTest(same, others) if question == same:
            return OptionTest(question, options | others)
        case ChoicesTest(question, any_of=a, all_of=None, none_of=None), ChoicesTest(
            same, any_of=b, all_of=None, none_of=None
        ) if question == same and a and b:
            return ChoicesTest(question, any_of=a | b)
        case _:
            return None


def _merged_conditions(one: Rule, other: Rule) -> Rule | None:
    match one, other:
        case NumberTest() as first, NumberTest() as second if first.question == second.question:
            return _both_limits(first, second)
        case ChoicesTest(question, any_of=None, all_of=None, none_of=a), ChoicesTest(
            same, any_of=None, all_of=None, none_of=b
        ) if question == same and a and b:
            return ChoicesTest(question, none_of=a | b)
        case _:
            return None


def _both_limits(one: NumberTest, other: NumberTest) -> NumberTest | None:
    """Return the two tests as one, or None where both limit the same end."""
    low = sum(limit is not None for limit in (one.min, one.above, other.min, other.above))
    high = sum(limit is not None for limit in (one.max, one.below, other.max, other.below))
    if one.equal is not None or other.equal is not None or low > 1 or high > 1:
        return None
    pairs = {name: getattr(one, name) for name in ("min", "max", "above", "below")}
    return replace(other, **{name: limit for name, limit in pairs.items() if limit is not None})


_Merge = Callable[[Rule, Rule], Rule | None]
_ALL_MERGES: _Merge = _merged_conditions
_ANY_MERGES: _Merge = _merged_alternatives
