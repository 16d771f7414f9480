"""From the words of one criterion to a rule over the question bank."""

import re
from dataclasses import dataclass, replace

from prescreen.eligibility.criteria.rules import All, Rule
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.asides import clauses, rewritten, without_asides
from prescreen.eligibility.interpretation.language import Language, Words
from prescreen.eligibility.interpretation.lists.classes import is_class
from prescreen.eligibility.interpretation.lists.leads import with_frame_of
from prescreen.eligibility.interpretation.meaning import Meaning, all_of, any_of, at_least, joined
from prescreen.eligibility.interpretation.numbers.limit_patterns import WORD_NUMBER
from prescreen.eligibility.interpretation.numbers.limits import put_in_place
from prescreen.eligibility.interpretation.statements import Statement, read_statement
from prescreen.eligibility.interpretation.vocabulary import Vocabulary
from prescreen.eligibility.interpretation.words import as_in_source, lowered, pieces
from prescreen.eligibility.registry_text.source_criteria import Joined, SourceCriterion

_LONGEST = 1500
"""Longer texts, in characters, are no single criterion, and are not taken apart."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the bank can ask of one criterion.

    `rule` never rules out anybody whom the words let in. `is_exact`: it says all that the words say; else it is a part,
    and the team checks the rest, `left` in the source's words. `nearest` are options of the bank, as
    `question.option` or `question`, that come near to words without a rule. `why` says why there is no rule, or only a
    part, in a few words for the author.
    """

    rule: Rule | None = None
    is_exact: bool = False
    left: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    why: str = ""


def interpret(criterion: SourceCriterion, vocabulary: Vocabulary, conditions: frozenset[str]) -> Interpretation:
    """Return what the bank can ask of a criterion of a trial about these conditions (slugs of the catalog)."""
    language = Language(vocabulary, conditions)
    excludes = criterion.kind is Kind.EXCLUSION
    statement = _read(criterion, language, excludes=excludes)
    meaning = statement.meaning
    rule = meaning.sufficient if excludes else meaning.necessary
    left = _left(statement, criterion)
    return Interpretation(rule, rule is not None and meaning.is_exact, left, statement.near, _why(rule, meaning))


def _left(statement: Statement, criterion: SourceCriterion) -> tuple[str, ...]:
    """Return what a rule leaves as it stands in the source: some of its words, or all where some cannot be found."""
    whole = (criterion.text, *criterion.parts)
    if not statement.unknown:
        return () if statement.meaning.is_exact else (criterion.text,)
    if len(criterion.text) > _LONGEST:
        return (criterion.text,)
    told = dict.fromkeys(_as_said(words, (*whole, criterion.lead)) for words in statement.unknown)
    return whole if None in told else tuple(one for one in told if one is not None)


def _as_said(words: str, source: tuple[str, ...]) -> str | None:
    """Return words that were read as they stand in the source, or None where they cannot be found in it."""
    return next((found for text in source if (found := as_in_source(words, text))), None)


def _why(rule: Rule | None, meaning: Meaning) -> str:
    if rule is None:
        return "the bank asks something near to it" if meaning.is_known else "no question of the bank means this"
    return "" if meaning.is_exact else "the words say more than the bank asks"


def _read(criterion: SourceCriterion, language: Language, *, excludes: bool) -> Statement:
    if criterion.stage:
        return Statement(Meaning(), (criterion.text,))
    if criterion.parts:
        return _of_parts(criterion, language, excludes=excludes)
    if excludes and (text := with_frame_of(criterion.lead, criterion.text, _PLAIN_LEAD)) != criterion.text:
        statement = _statement(text, language, excludes=True)
        if statement.meaning.is_known:
            return statement
    statement = _statement(criterion.text, language, excludes=excludes)
    if _adds_nothing(criterion.lead):
        return statement
    under = _under_lead(criterion, statement, excludes=excludes)
    return under if excludes else _with_lead(under, criterion.lead, language)


_ASSERTED = re.compile(
    r"(?:the |all )?(?:participants?|patients?|subjects?|individuals?) (?:must|should|has|have|is|are)\b"
)
_OF_SOME = re.compile(
    r"\b(?:if|unless|either|or|when|where|one of|any of|at least|except|no|not|without|excluded|allowed|permitted|may|"
    r"can)\b"
)
_FOLLOWS = re.compile(
    r"(?:,? based (?:up)?on| with(?: any)?(?: one| two)?(?: or more)? of| which| that| who|,? and)?"
    r"(?: the following.*)?[ :,.-]*$"
)


def _with_lead(statement: Statement, lead: str, language: Language) -> Statement:
    """Return what includes people under a lead that asserts something of all of them, or else what the lead demands."""
    said = _FOLLOWS.sub("", lowered(lead), count=1)
    if statement.meaning.is_known or not _ASSERTED.match(said) or _OF_SOME.search(said):
        return statement
    told = _asserted(said, language)
    unknown = statement.unknown if told is None else (*statement.unknown, lowered(lead))
    return replace(statement, meaning=Meaning(None, told), unknown=unknown)


def _of_parts(criterion: SourceCriterion, language: Language, *, excludes: bool) -> Statement:
    """Return what a lead says of the parts under it; only a lead that adds nothing is understood."""
    read = [_statement(part, language, excludes=excludes) for part in criterion.parts]
    near = tuple(dict.fromkeys(one for part in read for one in part.near))
    if not _adds_nothing(criterion.text):
        told = None if excludes else _asserted(_FOLLOWS.sub("", lowered(criterion.text), count=1), language)
        return Statement(Meaning(None, told), (criterion.text, *criterion.parts), near)
    meanings = [part.meaning for part in read]
    match criterion.joined:
        case Joined.ANY:
            meaning = any_of(meanings)
        case Joined.ALL:
            meaning = all_of(meanings)
        case Joined.AT_LEAST:
            meaning = at_least(criterion.count, meanings)
    return Statement(meaning, _left_of_parts(criterion, read), near)


def _left_of_parts(criterion: SourceCriterion, read: list[Statement]) -> tuple[str, ...]:
    """Return what a rule leaves of parts: one of several that must be counted together is no criterion by itself."""
    if criterion.joined is Joined.AT_LEAST:
        return (criterion.text, *criterion.parts)
    told = zip(criterion.parts, read, strict=True)
    return tuple(words for part, one in told if not one.meaning.is_exact for words in one.unknown or (part,))


_PLAIN_LEAD = re.compile(
    r"(?:(?:the|all|any|each|every|one|two|three|four|\d+|at least|or more|more|and|of|following|these|criteria|"
    r"conditions?|patients?|subjects?|participants?|individuals?|people|persons?|volunteers?|candidates?|women|men|"
    r"adults?|must|should|will|be|is|are|not|have|has|had|having|with|who|that|which|meet|meets|meeting|fulfill?s?|"
    r"satisf(?:y|ies)|if|they|he|she|a|an|as|follows?|below|listed|presence|known|history|diagnosis|current|"
    r"currently|excluded|included|inclusion|exclusion|eligible|considered|enrolled|for|in|this|study|trial|to|from|"
    r"participation|participating|participate|taking|part|entry|enrollment|"
    r"same as (?:for|in) (?:study|trial) [\w/-]+|(?:back )?pain characteristics|"
    r"general|main|key|additional|other|medical|clinical|specific|there|evidence)\b[ ,:;.()/-]*)*"
)


def _adds_nothing(lead: str) -> bool:
    """Whether a sentence before a list only says that the list follows."""
    return not lead or _PLAIN_LEAD.fullmatch(lowered(lead)) is not None


def _under_lead(criterion: SourceCriterion, statement: Statement, *, excludes: bool) -> Statement:
    """Return what a member of a list means whose lead says something of its own: it may narrow the member."""
    said = lowered(criterion.lead)
    named = re.match(r"(.*?),? (?:such as|including|include|includes|eg|for example)$", said.rstrip(" :,"))
    names_members = named is not None and is_class(Words.of(pieces(named[1]), []))
    is_negative = re.search(r"\b(?:no|not|without|never|unless|except|cannot|none)\b", said) is not None
    if excludes:
        # A member that is listed as an example of what excludes is excluded.
        meaning = statement.meaning.widened if names_members and not is_negative else Meaning()
    else:
        meaning = Meaning() if is_negative else statement.meaning.narrowed
    left = statement.unknown or (() if statement.meaning.is_exact else (lowered(criterion.text),))
    return Statement(meaning, (*left, said) if meaning.is_known or not left else left, statement.near)


def _statement(text: str, language: Language, *, excludes: bool) -> Statement:
    plain = lowered(text)
    plain = _EXCLUDED.sub("", plain) if excludes else plain
    statement = _as_it_stands(plain, language, excludes=excludes)
    if excludes or statement.meaning.is_exact:
        return statement
    needed = statement.meaning.necessary
    if needed is not None and not _HOLDS_NUMBER.search(plain):
        return statement
    told = _demanded(plain, language)
    if told is None:
        return statement
    both = told if needed is None else joined(All, (needed, told))
    return statement if both == needed else replace(statement, meaning=Meaning(None, both), unknown=())


_HOLDS_NUMBER = re.compile(rf"\d|\b(?:{WORD_NUMBER})\b")


_EXCLUDED = re.compile(r"^(?:also )?excluded (?:will be|are|is) ")


def _asserted(text: str, language: Language) -> Rule | None:
    """Return what lowered words that stand before a list demand of everybody."""
    told = _as_it_stands(text, language, excludes=False).meaning.necessary
    return told if told is not None else _demanded(text, language)


def _demanded(text: str, language: Language) -> Rule | None:
    """Return what a lowered inclusion surely demands of everybody, read without its asides or clause by clause."""
    if len(text) > _LONGEST:
        return None
    plain = rewritten(text)
    told = _needed(plain, language, is_read=plain == text)
    parts = () if told is not None else clauses(plain)
    return told if len(parts) < _SEVERAL else all_of(Meaning(None, _needed(one, language)) for one in parts).necessary


_SEVERAL = 2


def _needed(text: str, language: Language, *, is_read: bool = False) -> Rule | None:
    """Return what words demand as they stand, unless they were read in vain already, or else without their asides."""
    told = None if is_read else _as_it_stands(text, language, excludes=False).meaning.necessary
    plain = without_asides(text)
    if told is not None or plain == text:
        return told
    return _as_it_stands(plain, language, excludes=False).meaning.necessary


def _as_it_stands(text: str, language: Language, *, excludes: bool) -> Statement:
    placed, found = put_in_place(text)
    words = pieces(placed)
    while words and words[-1] in (".", ",", ";", ":"):
        words.pop()
    return read_statement(Words.of(words, found), language, excludes=excludes) if words else Statement(Meaning())
