"""A rule as one sentence to a visitor, made from the words of the bank; a draft that its author looks at."""

from collections.abc import Iterable
from fractions import Fraction

from prescreen.eligibility.criteria.questions import AGE, COMPUTED_FROM, Question, QuestionBank
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
)
from prescreen.eligibility.wording.option_wording import listed_clause
from prescreen.eligibility.wording.phrases import sentence
from prescreen.eligibility.wording.quantity_words import decimal, in_words, unit_in_words
from prescreen.eligibility.wording.question_frames import statements_of


def sentence_of(rule: Rule, bank: QuestionBank) -> str:
    """Return what a rule says of a person, as one sentence in the second person."""
    return sentence(_clause(rule, bank, True))


def _clause(rule: Rule, bank: QuestionBank, wanted: bool) -> str:
    match rule:
        case All(parts) | Any(parts):
            word = "and" if isinstance(rule, All) is wanted else "or"
            if told := _ranges(rule, bank, wanted):
                return told
            return _joined((_clause(part, bank, wanted) for part in parts), word)
        case Not(part):
            return _clause(part, bank, not wanted)
        case AtLeast(count, parts):
            listed = "; ".join(_clause(part, bank, True) for part in parts)
            return f"{'at least' if wanted else 'fewer than'} {count} of these fit you: {listed}"
        case _:
            return _test_clause(rule, bank[rule.question], wanted)


def _ranges(rule: All | Any, bank: QuestionBank, wanted: bool) -> str | None:
    """Return several ranges of one number in one clause, None for what is anything else."""
    tests = [part for part in rule.parts if isinstance(part, NumberTest)]
    asked = {test.question for test in tests}
    if not wanted or isinstance(rule, All) or len(tests) < len(rule.parts) or len(asked) > 1:
        return None
    question = bank[asked.pop()]
    if question.counts_completed:
        return None
    return _filled(question, " or ".join(_limits(test, question) for test in tests), True)


def _joined(clauses: Iterable[str], word: str) -> str:
    """Return clauses as one: with semicolons where they are joined within, numbered where they have some already.

    >>> _joined(["you have gout, or you have lupus", "you are male"], "and")
    'you have gout, or you have lupus; and you are male'
    >>> _joined(["you have gout; in a toe; or elsewhere", "you are male"], "and")
    'all of these are true: (1) you have gout; in a toe; or elsewhere; (2) you are male'
    """
    listed = list(dict.fromkeys(clauses))
    if len(listed) > 1 and any("; " in clause for clause in listed):
        named = "all of these are true" if word == "and" else "at least one of these is true"
        signs = next(signs for signs in _SIGNS if signs[0] not in "".join(listed) or signs is _SIGNS[-1])
        return f"{named}: {'; '.join(f'{_sign(signs, place)} {clause}' for place, clause in enumerate(listed))}"
    other = {"and": ", or ", "or": ", and "}[word]
    return f"{';' if any(other in clause for clause in listed) else ','} {word} ".join(listed)


_SIGNS = (("(1)", "1"), ("(a)", "a"), ("(A)", "A"))
"""The first sign of a numbered list and what it counts from, for lists within lists."""


def _sign(signs: tuple[str, str], place: int) -> str:
    """Return the sign of a place in a numbered list; letters end with z."""
    first = signs[1]
    return f"({place + 1})" if first.isdigit() else f"({chr(ord(first) + min(place, _LETTERS - 1))})"


_LETTERS = 26


def _test_clause(test: Test, question: Question, wanted: bool) -> str:
    match test:
        case BooleanTest(expected=expected):
            return _answered(question, expected is wanted)
        case OptionTest(options=options):
            return listed_clause(question, options, wanted, "or")
        case ChoicesTest():
            return _choices(test, question, wanted)
        case NumberTest():
            return _number(test, question, wanted)
        case DateTest():
            return _date(test, question, wanted)


def _answered(question: Question, holds: bool) -> str:
    pair = statements_of(question) or (f'you answer "yes" to "{question.ask}"', f'you answer "no" to "{question.ask}"')
    return pair[0 if holds else 1]


def _choices(test: ChoicesTest, question: Question, wanted: bool) -> str:
    parts = []
    if test.any_of:
        parts.append(listed_clause(question, test.any_of, wanted, "or"))
    if test.all_of:
        parts.append(listed_clause(question, test.all_of, wanted, "and"))
    if test.none_of:
        parts.append(listed_clause(question, test.none_of, not wanted, "or"))
    return _joined(parts, "and" if wanted else "or")


def _number(test: NumberTest, question: Question, wanted: bool) -> str:
    if not wanted and (beyond := _beyond(test)):
        return _number(beyond, question, True)
    if question.counts_completed:
        return _age(test, wanted)
    return _filled(question, _limits(test, question), wanted)


def _filled(question: Question, told: str, wanted: bool) -> str:
    ask = question.ask
    pair = statements_of(question) or (f'your answer to "{ask}" is {{}}', f'your answer to "{ask}" is not {{}}')
    return pair[0 if wanted else 1].replace("{}", told)


def _beyond(test: NumberTest) -> NumberTest | None:
    """Return the test that holds where one with a single limit does not; None for a test with more limits."""
    match test.min, test.above, test.max, test.below, test.equal:
        case Fraction() as limit, None, None, None, None:
            return NumberTest(test.question, below=limit)
        case None, Fraction() as limit, None, None, None:
            return NumberTest(test.question, max=limit)
        case None, None, Fraction() as limit, None, None:
            return NumberTest(test.question, above=limit)
        case None, None, None, Fraction() as limit, None:
            return NumberTest(test.question, min=limit)
        case _:
            return None


def _limits(test: NumberTest, question: Question) -> str:
    if test.equal is not None:
        return _amount(test.equal, question)
    if test.min is not None and test.max is not None:
        return _between(test.min, test.max, question)
    words = (("at least", test.min), ("more than", test.above), ("at most", test.max), ("less than", test.below))
    return " and ".join(f"{word} {_amount(limit, question)}" for word, limit in words if limit is not None)


def _between(low: Fraction, high: Fraction, question: Question) -> str:
    first, second = _amount(low, question), _amount(high, question)
    number, _, unit = first.partition(" ")
    return f"{number} to {second}" if unit and second.endswith(f" {unit}") else f"{first} to {second}"


def _amount(number: Fraction, question: Question) -> str:
    """Return an amount in words; what is counted in a unit of the author's own is told by the question's words."""
    if question.unit and question.unit.startswith("{") and not question.unit.startswith("{score"):
        noun = unit_in_words(question.unit)
        return f"{decimal(number)} {noun}"
    return in_words(number, question.unit)


def _age(test: NumberTest, wanted: bool) -> str:
    told = _age_words(test)
    return f"you are {told}" if wanted else f"you are not {told}"


def _age_words(test: NumberTest) -> str:
    low, high = test.min, test.max
    if low is not None and high is not None:
        return f"{decimal(low)} to {decimal(high)} years old"
    parts = (
        (test.equal, "{} years old"),
        (low, "{} years old or older"),
        (test.above, "over {} years old"),
        (high, "{} years old or younger"),
        (test.below, "younger than {} years"),
    )
    return " and ".join(words.format(decimal(limit)) for limit, words in parts if limit is not None)


def _date(test: DateTest, question: Question, wanted: bool) -> str:
    if question.id in COMPUTED_FROM[AGE] and (years := _years_told(test)):
        return _age(years, wanted)
    words = (
        ("not before {}", test.first),
        ("not after {}", test.last),
        ("at least {} days ago", test.min_days),
        ("at most {} days ago", test.max_days),
        ("at least {} whole months ago", test.min_months),
        ("at most {} whole months ago", test.max_months),
    )
    told = " and ".join(word.format(limit) for word, limit in words if limit is not None)
    return _filled(question, told, wanted)


def _years_told(test: DateTest) -> NumberTest | None:
    """Return what a test of a date of birth says of the age in years, None where it says more."""
    low, high = test.min_months, test.max_months
    is_whole = (low or 0) % _MONTHS == 0 and (high is None or (high + 1) % _MONTHS == 0)
    if not is_whole or len(test.limits) > (low is not None) + (high is not None):
        return None
    least = None if low is None else Fraction(low, _MONTHS)
    return NumberTest(test.question, min=least, max=None if high is None else Fraction(high + 1, _MONTHS) - 1)


_MONTHS = 12
