"""What changed between two texts, word by word, each change with the words around it."""

import difflib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prescreen.catalog.criterion_comments import plain

AROUND = 3
"""So many words that did not change stand before and after a change."""
_MOST_COMPARED = 160_000
"""Two texts are compared only where the product of their lengths is at most this: a hostile text takes no more time."""
_GONE, _NEW, _CHANGED = "[gone: {old}]", "[new: {new}]", "[{old} -> {new}]"

Step = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words that are gone and words that are new in their place, with what stands before and after them now."""

    before: str
    old: str
    new: str
    after: str

    def __str__(self) -> str:
        """Return the change in one line.

        >>> print(WordChange("age", "18", "21", "years or older"))
        age [18 -> 21] years or older
        """
        form = _CHANGED if self.old and self.new else _GONE if self.old else _NEW
        return " ".join(filter(None, (self.before, form.format(old=self.old, new=self.new), self.after)))


def word_changes(old: str, new: str) -> Iterator[WordChange]:
    """Yield what changed from one text to another, in its order; case, quotes and blanks do not count.

    >>> [str(one) for one in word_changes("Age 18 years or older. No gout.", "Age 21 years or older.")]
    ['age [18 -> 21] years or older.', 'years or older. [gone: no gout.]']
    """
    before, after = _lines(old), _lines(new)
    old_words, new_words = [word for line in before for word in line], [word for line in after for word in line]
    old_at, new_at = ([0, *accumulate(map(len, lines))] for lines in (before, after))
    for start, end, new_start, new_end in _steps(before, after):
        gone, come = slice(old_at[start], old_at[end]), slice(new_at[new_start], new_at[new_end])
        for inner in _steps(old_words[gone], new_words[come]):
            yield _change(old_words, new_words, gone.start, come.start, inner)


def _lines(text: str) -> list[tuple[str, ...]]:
    return [words for line in text.splitlines() if (words := tuple(plain(line).split()))]


def _change(old: Sequence[str], new: Sequence[str], old_from: int, new_from: int, step: Step) -> WordChange:
    start, end = step[0] + old_from, step[1] + old_from
    new_start, new_end = step[2] + new_from, step[3] + new_from
    before, after = new[max(0, new_start - AROUND) : new_start], new[new_end : new_end + AROUND]
    return WordChange(" ".join(before), " ".join(old[start:end]), " ".join(new[new_start:new_end]), " ".join(after))


def _steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Step]:
    """Yield where two sequences differ: start and end in the first, start and end in the second."""
    shorter = min(len(old), len(new))
    head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    most = shorter - head
    tail = next((count for count in range(most) if old[-1 - count] != new[-1 - count]), most)
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    for start, end, new_start, new_end in _compared(left, right):
        yield head + start, head + end, head + new_start, head + new_end


def _compared(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Step]:
    if not old or not new or len(old) * len(new) > _MOST_COMPARED:
        return [(0, len(old), 0, len(new))] if old or new else []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
