"""The numbers that REDCap stores for the options of questions: given once, never changed, never used again.

A REDCap project keeps numbers, and its own list of what they mean. Numbers by the order of the options would make
Male of Female there once an author swaps two. So they stand in a file of the criteria folder, and only grow.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice

from prescreen.catalog.base.yaml_documents import Data, Document
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.questions import Question, QuestionBank

FILE = "redcap_codes.yaml"
COMMAND = "prescreen codes"

Codes = Mapping[str, int]
"""The numbers of one question's options, by the option's id, in the order in which they were given."""

BankCodes = Mapping[str, Codes]
"""The numbers of the options of all questions, by the question's id."""

NOTHING_TICKED = 0
DECLINED: Mapping[Declined, int] = {Declined.DO_NOT_KNOW: 98, Declined.RATHER_NOT_SAY: 99}
"""The numbers of what every question offers beside its own options, which these can never have."""


@dataclass(frozen=True, slots=True)
class CodesReading:
    """The numbers as far as they can be read, the file's document, and whether the folder has the file."""

    document: Document
    codes: BankCodes
    exists: bool


def numbers() -> Iterator[int]:
    """Yield the numbers that options can have, in the order in which they are given."""
    return (number for number in count(1) if number not in DECLINED.values())


def completed(question: Question, kept: Codes) -> Codes:
    """Return the numbers of a question's options: those that are kept, then new ones in the order of the options.

    Numbers of options that were removed stay among them, so that no other option can get them.
    """
    lacking = [option for option in question.option_ids if option not in kept]
    free = (number for number in numbers() if number > max(kept.values(), default=0))
    return {**kept, **dict(zip(lacking, free, strict=False))}


def all_completed(bank: QuestionBank, kept: BankCodes) -> BankCodes:
    """Return the numbers of the options of every question; questions that were removed keep theirs too."""
    choosing = [question for question in bank if question.options]
    return {**kept, **{one.id: completed(one, kept.get(one.id, {})) for one in choosing}}


def read_codes(document: Document) -> BankCodes:
    """Return the numbers in the file; faults are reported in the document."""
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        document.report((), "expects question ids, each with its options and their numbers")
        return {}
    return {name: _read(document, name, entries) for name, entries in document.data.items()}


def _read(document: Document, question_id: str, entries: Data) -> Codes:
    if not isinstance(entries, dict):
        document.report((question_id,), f"expects the options of '{question_id}', one a line, such as 'female: 1'")
        return {}
    codes = dict(zip(entries, numbers(), strict=False))
    for option, written in entries.items():
        if written != str(codes[option]):
            message = f"the number of '{option}' is {codes[option]}, by its place in this list. {_NEVER}"
            document.report((question_id, option), message)
            break
    return codes


_NEVER = "Numbers are never changed or used again: undo the change, put a deleted line back, add new options at the end"


def missing(bank: QuestionBank, kept: BankCodes) -> Mapping[str, Codes]:
    """Return the options without a number and those that they would get, by question."""
    found = {}
    for name, codes in all_completed(bank, kept).items():
        new = dict(islice(codes.items(), len(kept.get(name, {})), None))
        if new:
            found[name] = new
    return found


def file_text(codes: BankCodes) -> str:
    """Return the content of a file with these numbers."""
    return _HEAD + "".join(f"{name}:\n{_lines(own)}" for name, own in codes.items() if own)


def _lines(codes: Codes) -> str:
    return "".join(f"  {option}: {number}\n" for option, number in codes.items())


_HEAD = f"""\
# The numbers that stand for options in REDCap. Projects there keep them for years, so they are never changed and never
# used again: leave the lines of options and questions that you remove. New options get theirs by `{COMMAND}`,
# or by a line of yours at the end of the question's list, with the next number (98 and 99 are skipped).
"""


def variable_stem(id_: str) -> str:
    """Return an id in REDCap's letters: lower case, digits, and one underscore for anything else.

    >>> variable_stem("Leg-pain.v2")
    'leg_pain_v2'
    """
    return re.sub("[^a-z0-9]+", "_", id_.lower()).strip("_")


def alike(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each id that REDCap would call as an earlier one, with that one."""
    first: dict[str, str] = {}
    for one in ids:
        other = first.setdefault(variable_stem(one), one)
        if other != one:
            yield one, other
