"""Every criterion of every trial was read against its record: REVIEW.md says with what result, its file quotes it."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criterion_comments import plain
from prescreen.config import SHIPPED_CRITERIA
from tests.criteria.criteria_review import Commented, commented, faults, head, misquotes, read_record, verdicts

REVIEW = SHIPPED_CRITERIA / "REVIEW.md"
RECORDS = os.environ.get("PRESCREEN_TEST_TRIAL_RECORDS")
TRIALS = sorted(path.stem for path in (SHIPPED_CRITERIA / "trials").glob("*.yaml"))

recorded = pytest.mark.skipif(RECORDS is None, reason="PRESCREEN_TEST_TRIAL_RECORDS names no folder of records")


def reviewed() -> str:
    return REVIEW.read_text(encoding="utf-8") if REVIEW.exists() else ""


def criteria_of(trial_id: str) -> list[Commented]:
    file = SHIPPED_CRITERIA / "trials" / f"{trial_id}.yaml"
    data = read_document(file, str(file)).data
    assert isinstance(data, dict)
    return commented(file.read_text(encoding="utf-8"), ruled(data))


def ruled(data: Mapping[str, object]) -> dict[str, bool]:
    listed = [one for kind in ("inclusion", "exclusion") for one in (data.get(kind) or ())]  # type: ignore[attr-defined]
    return {one["id"]: "rule" in one for one in listed}


@pytest.mark.parametrize("trial_id", TRIALS)
def test_every_criterion_has_one_verdict_that_its_file_bears_out(trial_id: str) -> None:
    sections = verdicts(reviewed())

    assert trial_id in sections, f"REVIEW.md lacks a section '## {trial_id}'"
    assert list(faults(criteria_of(trial_id), sections[trial_id])) == []


@recorded
@pytest.mark.parametrize("trial_id", TRIALS)
def test_every_criterion_quotes_the_record(trial_id: str) -> None:
    record = read_record(Path(RECORDS or "") / f"{trial_id}.json")

    assert list(misquotes(criteria_of(trial_id), record)) == []


def test_the_head_of_the_review_counts_its_verdicts() -> None:
    review = reviewed()

    for line in head(verdicts(review)):
        assert line in review.splitlines(), f"the head of REVIEW.md should say: {line}"


def test_the_review_names_no_trial_that_is_not_shipped() -> None:
    assert set(verdicts(reviewed())) - set(TRIALS) == set()


# The tests above convict what is wrong.

FILE = """\
inclusion:
  # A heading of the author.
  # Record (minimumAge): 18 Years
  # Record: Age over 18
  #   years ... no upper limit
  # Reading: adults,
  #   whatever the record calls them.
  - id: adult
    text: You are an adult.
    rule: {age: {min: 18}}
  # Record: MRI shows "disc herniation"
  - id: mri
    text: A scan shows it.
    checked: records
  - {id: other, text: Something else., checked: phone}
cases: []
"""
RULED = {"adult": True, "mri": False, "other": False}
RECORD = {
    "eligibilityModule": {
        "eligibilityCriteria": "Inclusion Criteria:\n\n* Age \\> 17: age over 18  years;\n  there is no upper limit\n"
        "* MRI shows “Disc Herniation”",
        "minimumAge": "18 Years",
    },
    "descriptionModule": {"briefSummary": "People with long pain."},
    "conditionsModule": {"conditions": ["Sciatica"]},
}
SECTION = """\
# Review

Rules exact: 1 of 1.
Left to the team: 2.

## NCT00000001

| criterion | verdict | why |
|---|---|---|
| adult | exact | |
| `mri` | team | a test that the team does |
| other | team | a word for a clinician |
"""


def altered(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_review_without_a_fault_is_taken() -> None:
    sections, criteria = verdicts(SECTION), commented(FILE, RULED)

    assert list(faults(criteria, sections["NCT00000001"])) == []
    assert head(sections) == ("Rules exact: 1 of 1.", "Left to the team: 2.")
    assert [[quote.words for quote in one.quotes] for one in criteria] == [
        ["18 Years", "Age over 18 years ... no upper limit"],
        ['MRI shows "disc herniation"'],
        [],
    ]
    assert list(misquotes(criteria[:2], RECORD)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("| adult | exact | |\n", "", ["adult: no line in REVIEW.md"]),
        ("| adult | exact | |\n", "| adult | exact | |\n| adult | exact | |\n", ["adult: 2 lines in REVIEW.md"]),
        (
            "| adult | exact | |\n",
            "| adult | exact | |\n| x | team | y |\n",
            ["x: a line in REVIEW.md, but no such criterion"],
        ),
        ("| adult | exact | |", "| adult | part | |", ["adult: REVIEW.md does not say why"]),
        (
            "| adult | exact | |",
            "| adult | team | y |",
            ["adult: 'team' in REVIEW.md, but its file says exact or part"],
        ),
        ("| other | team |", "| other | exact |", ["other: 'exact' in REVIEW.md, but its file says team"]),
        ("| other | team |", "| other | |", ["other: '' in REVIEW.md, but its file says team"]),
    ],
)
def test_a_review_that_does_not_fit_its_file_is_convicted(old: str, new: str, told: list[str]) -> None:
    rows = verdicts(altered(SECTION, old, new))["NCT00000001"]

    assert list(faults(commented(FILE, RULED), rows)) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Age over 18", "Age over 19", "adult: 'Age over 19 years ... no upper limit' does not stand in the record"),
        ("  #   years ... no", "  #   no upper ... years", "adult: 'Age over 18 no upper"),
        (
            "(minimumAge): 18 Years",
            "(minimumAge): 8 Years",
            "adult: '8 Years' does not stand in the field 'minimumAge'",
        ),
        ("(minimumAge)", "(maximumAge)", "adult: '18 Years' does not stand in the field 'maximumAge'"),
        ("  # Record: MRI", "  # MRI", "mri: no '# Record: ...' directly above '- id: mri'"),
        ('herniation"\n', 'herniation"\n\n', "mri: no '# Record: ...' directly above"),
        ("  # Record: MRI", "  # Record: ... \n  # MRI", "mri: '...' does not stand in the record"),
    ],
)
def test_words_that_do_not_stand_in_the_record_are_convicted(old: str, new: str, told: str) -> None:
    found = list(misquotes(commented(altered(FILE, old, new), RULED), RECORD))

    assert [line for line in found if line.startswith(told)], found
    assert "other: no '# Record: ...' directly above '- id: other'" in found


def test_words_may_come_from_the_description_and_the_conditions_too() -> None:
    for words in ("people with ... pain", "Sciatica"):
        quoting = altered(FILE, 'MRI shows "disc herniation"', words)
        assert list(misquotes(commented(quoting, RULED)[:2], RECORD)) == []


def test_signs_that_only_look_different_are_the_same() -> None:
    assert plain("* Age \\> 18\u00a0years – “adult”") == plain("age &gt; 18 years - 'Adult'")
