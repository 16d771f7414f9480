"""Criteria of back records with a rule, drawn at random, for a reader to check by hand against the record's words.

`python -m tests.catalog.authoring.sampled FOLDER COUNT` prints a table of them, where FOLDER holds `trials`. What is
drawn hangs on nothing but the seed and the criterion itself: it stays drawn where the drafting of others changes. What
a reader found of them stands in `hand_checked.yaml`; `report_checked.py` counts it.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from prescreen.catalog.base.yaml_documents import Data, read_document
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.criterion_comments import plain
from prescreen.catalog.drafts.draft_items import subjects_of
from prescreen.catalog.drafts.rule_writing import rule_data
from prescreen.catalog.flow_yaml import flow
from prescreen.catalog.sources.sources import read_source
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from prescreen.eligibility.registry_text.absences import what_keeps_out
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion
from prescreen.eligibility.registry_text.splitting import criteria_in
from tests.catalog.authoring.marked import text_of
from tests.catalog.authoring.words import shipped_vocabulary
from tests.sources import BACK

SEED = 1508
HAND_CHECKED = Path(__file__).parent / "hand_checked.yaml"
_TEXTS = ("record", "kind", "words", "verdict", "numbers", "why")
Interpreter = Callable[[SourceCriterion, frozenset[str]], Interpretation]
"""From a criterion and what its trial is about to what the bank can ask of it."""


class Judgment(StrEnum):
    """What a reader found of a rule.

    Right to the letter; a true part; only a part, though called exact; ruling out somebody whom the words let in, in an
    unusual reading (too wide) or in a usual one (wrong).
    """

    RIGHT = "right"
    PART = "part"
    NARROW = "narrow"
    TOO_WIDE = "too wide"
    WRONG = "wrong"


class Numbers(StrEnum):
    """What became of the numbers in the words: all right with unit and bounds, one left out though asked, or wrong."""

    RIGHT = "right"
    LOST = "lost"
    WRONG = "wrong"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ruled:
    """A criterion for which drafting writes a rule. `record` is `folder/file`, `words` what the record says."""

    record: str
    kind: Kind
    words: str
    rule: Rule
    is_exact: bool

    @property
    def key(self) -> tuple[str, Kind, str]:
        """What names the criterion, however it is spelled."""
        return self.record, self.kind, plain(self.words)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a reader found of one rule: the criterion, the rule as data of a criteria file, judgments and why."""

    number: int
    record: str
    kind: Kind
    words: str
    rule: Data
    judgment: Judgment
    numbers: Numbers
    why: str

    @property
    def key(self) -> tuple[str, Kind, str]:
        """What names the criterion, as it does in `Ruled`."""
        return self.record, self.kind, plain(self.words)


def ruled_in(record: Path, interpreter: Interpreter) -> Iterator[Ruled]:
    """Yield the criteria of a record that get a rule, in its order."""
    conditions = frozenset({"low-back-pain"}) if record.parent.name == BACK else frozenset[str]()
    criteria = criteria_in(text_of(record))
    source = read_source(record.read_bytes(), record.name)
    subjects = subjects_of(source, criteria, shipped_vocabulary(), conditions)
    for criterion in what_keeps_out(criteria):
        found = interpreter(criterion, subjects)
        if found.rule is not None:
            name = f"{record.parent.name}/{record.name}"
            yield Ruled(name, criterion.kind, criterion.quote, found.rule, found.is_exact)


@cache
def shipped_bank() -> BankReading:
    """Return the question bank of the shipped criteria."""
    return read_bank(read_document(SHIPPED_CRITERIA / "questions.yaml", "questions.yaml"))


@cache
def shipped_interpreter() -> Interpreter:
    """Return what reads criteria by the shipped vocabulary."""
    vocabulary = shipped_vocabulary()
    return lambda criterion, conditions: interpret(criterion, vocabulary, conditions)


def drawn(ruled: Sequence[Ruled], count: int, seed: int = SEED) -> list[Ruled]:
    """Return so many criteria, drawn at random by the seed, in the order of the records."""
    chance = {one: hashlib.sha256(f"{seed} {one.key}".encode()).digest() for one in ruled}
    return sorted(sorted(chance, key=chance.__getitem__)[:count], key=lambda one: (one.record, ruled.index(one)))


def table(ruled: Sequence[Ruled]) -> Iterator[str]:
    """Yield the lines of a Markdown table of these criteria."""
    yield from ("| record | kind | words | rule | |", "|---|---|---|---|---|")
    for one in ruled:
        exact = "exact" if one.is_exact else "part"
        rule = flow(rule_data(one.rule, shipped_bank().bank))
        yield f"| {one.record} | {one.kind} | {one.words} | {rule} | {exact} |"


def hand_checked(file: Path = HAND_CHECKED) -> list[Checked]:
    """Return what readers found, in the order of the file."""
    document = read_document(file, file.name)
    assert isinstance(document.data, list), document.faults
    return [_checked(number, entry) for number, entry in enumerate(document.data)]


def _checked(number: int, entry: Data) -> Checked:
    assert isinstance(entry, dict), number
    record, kind, words, judgment, numbers, why = (str(entry[key]) for key in _TEXTS)
    return Checked(number, record, Kind(kind), words, entry["rule"], Judgment(judgment), Numbers(numbers), why)


def ruled_of_back(folder: Path) -> list[Ruled]:
    """Return every criterion with a rule of the back records in a folder of sources, in the order of their files."""
    records = sorted(folder.joinpath(BACK).glob("*.json"))
    return [one for record in records for one in ruled_in(record, shipped_interpreter())]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("name the folder that holds trials, and how many criteria to draw")
    for line in table(drawn(ruled_of_back(Path(sys.argv[1])), int(sys.argv[2]))):
        sys.stdout.write(f"{line}\n")
