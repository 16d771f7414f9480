"""The parts of a list, and what they mean together: whether all, any, or either of the two is meant."""

from dataclasses import dataclass

from prescreen.eligibility.criteria.rules import Not
from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Words
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, all_of, any_of, either_way


@dataclass(slots=True)
class Part:
    """A part of a list, the word that joins it to the part before, and whether a comma stands there too.

    `alone` is what it means before words at either end of the list are meant of it.
    """

    words: Words
    joiner: str
    chunk: Chunk
    after_comma: bool = False
    alone: Meaning = UNKNOWN


def joined_parts(parts: list[Part], *, excludes: bool) -> Meaning:
    """Return what the parts of a list mean together."""
    if not parts:
        return UNKNOWN
    meanings = [part.chunk.meaning for part in parts]
    negative = [Frame.NOT in part.chunk.frames for part in parts]
    joiners = {part.joiner for part in parts[1:]}
    if not excludes and _are_of_both_sexes(parts):
        return any_of(meanings)
    if all(negative):
        return _none_of(meanings, joiners)
    if any(negative):
        return _mixed(parts, meanings)
    return _positive(parts, meanings, joiners, excludes=excludes)


def _positive(parts: list[Part], meanings: list[Meaning], joiners: set[str], *, excludes: bool) -> Meaning:
    has_or, has_and = bool(joiners & {"or", "/"}), bool(joiners & {"and", "&"})
    if has_or and has_and and excludes and _is_one_list(parts):
        return any_of(meanings)
    if has_or and has_and:
        return Meaning(all_of(meanings).sufficient, any_of(meanings).necessary)
    if has_or or (excludes and not has_and):
        return any_of(meanings)
    return _and(parts, meanings, excludes=excludes) if has_and else all_of(meanings)


_FEWEST_LISTED = 3


def _is_one_list(parts: list[Part]) -> bool:
    """Whether commas divide a list whose members may have an "or" of their own: "gout or lupus, cancer, and HIV"."""
    listed = 1 + sum(part.after_comma for part in parts[1:])
    return listed >= _FEWEST_LISTED and all(part.after_comma for part in parts if part.joiner in ("and", "&"))


def _are_of_both_sexes(parts: list[Part]) -> bool:
    """Whether one part is of women and another of men: "women aged 18 to 45, men aged 18 to 60"."""
    sexes = [{Frame.FEMALE, Frame.MALE} & part.chunk.frames for part in parts]
    return {Frame.FEMALE} in sexes and {Frame.MALE} in sexes


_PAIR = 2


def _and(parts: list[Part], meanings: list[Meaning], *, excludes: bool) -> Meaning:
    """Return the meaning of a list joined by "and", which in a list of what excludes means "or"."""
    if excludes and len(parts) > _PAIR and any(part.joiner == "," for part in parts):
        return any_of(meanings)
    first = parts[0].chunk.entry
    if excludes and first is not None and first.numbers and all(part.chunk.entry == first for part in parts):
        return any_of(meanings)
    alike = _is_alike(parts)
    if excludes and alike and _are_several(parts):
        return any_of(meanings)
    if excludes or alike:
        return either_way(meanings)
    return _required(parts, meanings)


def _are_several(parts: list[Part]) -> bool:
    """Whether a list joined by "and" names different people: "infections and tumors", "pregnant and nursing"."""
    return all(part.words.words[-1].endswith("s") or (part.chunk.entry and part.chunk.entry.sex) for part in parts)


def _is_alike(parts: list[Part]) -> bool:
    """Whether one question of the bank asks for all parts."""
    questions = [set(part.chunk.entry.near) for part in parts if part.chunk.entry]
    return len({one.partition(".")[0] for near in questions for one in near}) == 1 and len(questions) == len(parts)


def _required(parts: list[Part], meanings: list[Meaning]) -> Meaning:
    """Return the meaning of a list of what includes: several illnesses in it may be meant as alternatives."""
    if len(parts) <= _PAIR:
        return all_of(meanings)
    named = [place for place, part in enumerate(parts) if _is_illness(part)]
    if named and any(_is_bare(part, before) for before, part in zip([None, *parts], parts, strict=False)):
        return UNKNOWN
    if len(named) < _PAIR:
        return all_of(meanings)
    others = [meaning for place, meaning in enumerate(meanings) if place not in named]
    return all_of((*others, either_way([meanings[place] for place in named])))


def _is_illness(part: Part) -> bool:
    """Whether a part is something that people have, so that a list of such parts may name alternatives."""
    entry = part.chunk.entry
    return entry is not None and not entry.numbers and entry.said.is_known and not isinstance(entry.said.necessary, Not)


_MOST_BARE = 4


def _is_bare(part: Part, before: Part | None) -> bool:
    """Whether a part is a few unknown words, which may be an alternative to the others."""
    is_clause = before is not None and before.words.words[0] in english.NARROWING_LEADS
    return part.chunk.entry is None and not (part.chunk.is_open or is_clause) and len(part.words.words) <= _MOST_BARE


def _none_of(meanings: list[Meaning], joiners: set[str]) -> Meaning:
    """Return the meaning of "no gout, lupus or asthma": each part is negated already, so all must hold."""
    if joiners & {"and", "&"} and not joiners & {"or", ","}:
        return Meaning(all_of(meanings).sufficient, meanings[0].necessary)
    return all_of(meanings)


def _mixed(parts: list[Part], meanings: list[Meaning]) -> Meaning:
    """Return the meaning where only some parts are negated: sure only where "and" joins all."""
    if all(part.joiner in ("and", "&", ",", ";") for part in parts[1:]):
        return all_of(meanings)
    return UNKNOWN
