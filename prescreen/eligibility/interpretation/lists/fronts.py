"""The front of a part of a list: the words before its term, a number and a span of time among them, and the term."""

from dataclasses import replace

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Language, Words
from prescreen.eligibility.interpretation.numbers.limits import Limits, Window
from prescreen.eligibility.interpretation.vocabulary import Match


def dated_last(words: Words, language: Language) -> Words:
    """Return words with a span of time behind a term that goes on after it: "injection within 6 weeks to the spine"."""
    place = next((place for place, word in enumerate(words.words) if place > 0 and word[0] == "@"), len(words.words))
    if place + 1 >= len(words.words) or words.words[place + 1] not in _GOING_ON:
        return words
    told = words.with_last(place)
    starts = range(max(0, place - _LONGEST_BEFORE), place)
    ends = (language.vocabulary.longest(told.stems, start, language.conditions) for start in starts)
    return told if any(match is not None and match.end > place for match in ends) else words


_GOING_ON = frozenset({"to", "of", "in", "at", "for"})
_LONGEST_BEFORE = 12


def is_fresh(words: Words) -> bool:
    """Whether a part begins with words that no earlier part governs."""
    first = next((word for word in words.words if word not in english.ARTICLES), "")
    return first in english.FRESH or words.words[:3] == ["body", "mass", "index"]


Front = tuple[int, frozenset[Frame], Limits | None, Match | None, Window | None]
"""Where a term begins, the frames and a number before it, the term, and a span of time before it."""


def front_of(words: Words, language: Language) -> Front:
    """Return where the term begins, the frames and a number before it, the term, and a span of time before it."""
    place, frames, leading, window = 0, set[Frame](), None, None
    while place < len(words.words):
        match = language.vocabulary.longest(words.stems, place, language.conditions)
        end, frame = _frame(words, place)
        if match and match.end >= end:
            return place, frozenset(frames), leading, match, window
        if frame is not None:
            frames.add(frame)
            place = end
        elif (limits := words.limits(place)) is not None and leading is None:
            leading, place = _leading(limits, words, place + 1, language), place + 1
        elif window is None and (told := _window_before(words, place)):
            window, place = told
        elif words.words[place] == "(" and _is_aside(words, place):
            place = words.closing(place) + 1
        else:
            break
    return place, frozenset(frames), leading, None, window


def _window_before(words: Words, place: int) -> tuple[Window, int] | None:
    """Return a span of time at a place, with or without brackets, and the place after it."""
    is_bracketed = words.words[place] == "(" and words.closing(place) == place + 2
    window = words.window(place + 1 if is_bracketed else place)
    return (window, place + (3 if is_bracketed else 1)) if window else None


def window_at_end(words: Words) -> Window | None:
    """Return the span of time that words end in, with or without brackets."""
    last = len(words.words) - 1
    return words.window(last - 1 if words.words[last] == ")" else last)


_BEFORE_TERM = frozenset({"of", "history", "duration"})
_LEAST_AGE, _MOST_AGE = 14, 110


def _leading(limits: Limits, words: Words, after: int, language: Language) -> Limits:
    """Return limits before a term; years that belong to no term are an age."""
    bound = limits.low or limits.high
    belongs = after < len(words.words) and (
        words.words[after] in _BEFORE_TERM
        or language.vocabulary.longest(words.stems, after, language.conditions) is not None
    )
    is_age = bound is not None and bound.unit == "a" and _LEAST_AGE <= bound.number <= _MOST_AGE
    return replace(limits, is_aged=True) if is_age and not belongs and not limits.is_bare else limits


def _frame(words: Words, place: int) -> tuple[int, Frame | None]:
    for length in english.BY_FIRST.get(words.words[place], ()):
        frame = english.FRAMES.get(tuple(words.words[place : place + length]))
        if frame is not None:
            return place + length, frame
    return place, None


def _is_aside(words: Words, place: int) -> bool:
    """Whether a bracket says something that adds nothing, such as "(male or female)"."""
    inside = words.words[place + 1 : words.closing(place)]
    return english.FRAMES.get(tuple(inside)) is Frame.NOTHING
