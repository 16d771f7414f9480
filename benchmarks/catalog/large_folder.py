"""Criteria folders of any size: `python -m benchmarks.catalog.large_folder DIR MANY`.

Their files are shaped and sized as the shipped ones. A generated trial is a shipped one under another registry number,
with its comments, its texts in both languages and its cases; one limit is moved, and the cases at that limit left out.
So `check` has about as much to do for it, and no two files are the same.
"""

import argparse
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from prescreen.catalog.base.yaml_documents import Document, parse, read_document
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.criteria.trial_reader import Case, TrialReading, read_trial
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Assessment, assess
from prescreen.eligibility.criteria.truth import Truth

_ON = date(2026, 11, 29)
_LIMIT = re.compile(r"(?<=\b(?:min|max): )\d+|(?<=\b(?:above|below): )\d+")
_STEPS = (-2, -1, 1, 2)
_CASES, _CASE = "\ncases:", "\n  - name: "
_TRIED = 12
"""How many moved limits are tried for each shipped trial."""


def write_folder(folder: Path, many: int) -> None:
    """Write a criteria folder of so many trials: the shipped ones first, then generated ones."""
    shutil.copytree(SHIPPED_CRITERIA, folder)
    trials = folder / "trials"
    shipped = sorted(trials.glob("*.yaml"))
    for file in shipped[many:]:
        file.unlink()
    for number in range(len(shipped), many):
        name, text = generated(shipped[number % len(shipped)].name, number)
        (trials / f"{name}.yaml").write_text(text, encoding="utf-8")


def generated(pattern: str, number: int) -> tuple[str, str]:
    """Return the registry number and the text of a generated trial, made from a shipped file of this name."""
    name = f"NCT9{number:07d}"
    text = random.Random(f"file {number}").choice(_variants(pattern))
    return name, text.replace(Path(pattern).stem, name)


@cache
def _variants(pattern: str) -> list[str]:
    """Return the texts of a shipped file in which one limit is moved, with the cases that still hold; else its own."""
    text = (SHIPPED_CRITERIA / "trials" / pattern).read_text(encoding="utf-8")
    moved = list(_moved(text))
    tried = random.Random(pattern).sample(moved, min(_TRIED, len(moved)))
    return [kept for one in tried if (kept := _with_true_cases(one, pattern))] or [text]


def _moved(text: str) -> Iterator[str]:
    rules, cases = text[: text.index(_CASES)], text[text.index(_CASES) :]
    for limit in _LIMIT.finditer(rules):
        for step in _STEPS:
            if int(limit[0]) + step > 0:
                yield f"{rules[: limit.start()]}{int(limit[0]) + step}{rules[limit.end() :]}{cases}"


def _with_true_cases(text: str, pattern: str) -> str | None:
    """Return the text without the cases that came to another end; None where `check` would then refuse it."""
    reading = _read(text, pattern)
    if reading is None or not reading.is_whole:
        return None
    true = [place for place, case in enumerate(reading.cases) if _is_true(case, reading)]
    rules, cases = text[: text.index(_CASES)], text[text.index(_CASES) :]
    head, *blocks = cases.split(_CASE)
    if len(blocks) != len(reading.cases) or not _tries_everything([reading.cases[place] for place in true], reading):
        return None
    return rules + _CASE.join([head, *(blocks[place] for place in true)])


def _read(text: str, pattern: str) -> TrialReading | None:
    document = Document(pattern)
    parse(text, document)
    return read_trial(document, _bank(), _ON)


def _judged(case: Case, reading: TrialReading) -> Assessment:
    return assess(reading.trial, Facts(_bank().bank, case.answers, _ON))


def _is_true(case: Case, reading: TrialReading) -> bool:
    found = _judged(case, reading)
    blocking = {finding.criterion.id for finding in found.blockers}
    return found.determination is case.determination and (case.because is None or set(case.because) == blocking)


def _tries_everything(cases: Sequence[Case], reading: TrialReading) -> bool:
    findings = [finding for case in cases for finding in _judged(case, reading).findings]
    seen = {(finding.criterion.id, finding.permits) for finding in findings}
    return all((one.id, truth) in seen for one in reading.trial.ruled for truth in (Truth.TRUE, Truth.FALSE))


@cache
def _bank() -> BankReading:
    return read_bank(read_document(SHIPPED_CRITERIA / "questions.yaml", "questions.yaml"))


def main() -> None:
    """Write a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("many", type=int)
    chosen = parser.parse_args()
    write_folder(chosen.folder, chosen.many)


if __name__ == "__main__":
    main()
