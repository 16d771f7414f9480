"""The labels of options as words within a sentence, and the form that decides what can stand before them.

Labels are written under a question, not within a sentence: some name a thing, others what somebody does or is, and
some are sentences of their own.
"""

import re
from enum import StrEnum

from prescreen.eligibility.wording.openings import is_of_illness
from prescreen.eligibility.wording.phrases import lowered


class Form(StrEnum):
    """What a label is in the grammar of a sentence about "you"."""

    ANSWER = "an answer, which makes sense under its question alone"
    SENTENCE = "a sentence of its own"
    DOING = "what somebody does"
    BEING = "what somebody is"
    TAKEN = "what somebody takes"
    HAD = "what somebody has"
    LASTING = "what somebody has or had"
    THING = "something else that has a name"


_NOTE = re.compile(r"\b(?:do|does) not count\b|^count\b", re.IGNORECASE)
_LIMITED = re.compile(r"\d|\b(?:now|last|ever)\b")
_COUNTED = re.compile(r"(MRI|CT scan|X-ray|allergy|infection)(?! for\b)\b")


def words_of(label: str) -> str:
    """Return a label as words within a sentence: all that counts, without notes and other names in brackets.

    >>> words_of("A slipped disc (also called herniated)"), words_of("Cannabis. CBD alone does not count")
    ('a slipped disc', 'cannabis')
    >>> words_of("Smoking (now or in the last 3 months). Or a problem with drugs"), words_of("MRI")
    ('smoking (now or in the last 3 months), or a problem with drugs', 'an MRI')
    """
    first, *others = label.removeprefix("Yes, ").rstrip(".").split(". ")
    counted = [_bare(one) for one in (first, *others) if one is first or not _NOTE.search(one)]
    words = ", ".join([lowered(counted[0]), *(one[:1].lower() + one[1:] for one in counted[1:])])
    if found := _COUNTED.match(words):
        words = f"{'a' if found[1].startswith('CT') else 'an'} {words}"
    return re.sub(r"\bor being (?=\w+ed\b)", "or are being ", words)


def _bare(words: str) -> str:
    """Return words without another name for the same in brackets at their end; a limit there stays."""
    opened = words.find(" (")
    is_name = opened > 0 and words.endswith(")") and not _LIMITED.search(words[opened:])
    return words[:opened] if is_name else words


_ANSWER = re.compile(r"(?:none|nothing|no|not|yes|it|taking it)\b")
_SENTENCE = re.compile(
    r"you\b|(?:the|an?|one)\b(?:(?!\b(?:that|which|who|where|if|as)\b)[^,;.])*\b(?:shows?|has|have|is|are|was|were)\b"
)
_DOING = re.compile(r"(?:cannot|can|could|had|might|may|must|smoke|stopped|take|use|would)\b")
_BEING = re.compile(r"(?:pregnant|breast-feeding|hoping|under|in|planning|unable|able)\b")
_TAKEN = re.compile(r"(?:an? )?(?:blood thinner|medicine|drug|pills?|steroid|aspirin)\b")
_HAD = re.compile(r"(?:an?|some|any) (?!.*\b(?:fall|crash|shot|operation|study)\b)")
_LASTING = "now or in the past"
_FORMS = (
    (Form.ANSWER, _ANSWER),
    (Form.SENTENCE, _SENTENCE),
    (Form.DOING, _DOING),
    (Form.BEING, _BEING),
    (Form.TAKEN, _TAKEN),
)


def form_of(words: str) -> Form:
    """Return the form of a label's words.

    >>> [form_of(words).name for words in ("cannot walk", "the scan shows it", "pregnant", "gout", "none of these")]
    ['DOING', 'SENTENCE', 'BEING', 'THING', 'ANSWER']
    """
    found = next((form for form, begins in _FORMS if begins.match(words)), None)
    if found:
        return found
    if not _HAD.match(words) and not is_of_illness(words.partition(",")[0]):
        return Form.THING
    return Form.LASTING if _LASTING in words else Form.HAD


_CANNOT = re.compile(r"cannot (?!.*\b(?:any|or|at all)\b)(?=.)")
_NOT_DONE = (("had ", "have not had "), ("smoke ", "do not smoke "), ("take ", "do not take "), ("use ", "do not use "))


def not_done(words: str) -> str | None:
    """Return the contrary of what somebody does, None where it takes more than a word or two.

    >>> not_done("cannot read English"), not_done("had a shot"), not_done("cannot walk at all")
    ('can read English', 'have not had a shot', None)
    """
    if _CANNOT.match(words):
        return f"can {words.removeprefix('cannot ')}"
    return next((f"{less}{words.removeprefix(more)}" for more, less in _NOT_DONE if words.startswith(more)), None)
