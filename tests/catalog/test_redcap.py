"""Numbers of options in REDCap: given once, whatever becomes of the options afterwards."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.redcap import (
    DECLINED,
    all_completed,
    completed,
    file_text,
    missing,
    numbers,
    read_codes,
)
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.text import Text
from tests.catalog.folders import FILES, QUESTIONS, REDCAP_CODES, TRIAL, altered, report, reports

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,5}", fullmatch=True)
BANKS = st.lists(st.dictionaries(NAMES, st.lists(NAMES, unique=True, min_size=1, max_size=6), max_size=4), max_size=6)


def question(name: str, *options: str) -> Question:
    text = Text({"en": name})
    return Question(name, QuestionType.CHOICES, text, options=tuple(Option(one, text) for one in options))


def bank(questions: dict[str, list[str]]) -> QuestionBank:
    return QuestionBank({name: question(name, *options) for name, options in questions.items()})


@given(BANKS)
def test_no_number_ever_changes_or_comes_again_whatever_versions_of_the_questions_follow(
    versions: list[dict[str, list[str]]],
) -> None:
    codes: dict[tuple[str, str], int] = {}
    kept = read_codes(Document("empty"))
    for version in versions:
        kept = all_completed(bank(version), kept)
        found = {(name, option): code for name, own in kept.items() for option, code in own.items()}

        assert {key: found[key] for key in codes} == codes
        assert all(len({*own.values()}) == len(own) for own in kept.values())
        assert missing(bank(version), kept) == {}
        codes = found


@given(st.data())
def test_no_order_of_questions_and_options_changes_a_number(data: st.DataObject) -> None:
    first = data.draw(st.dictionaries(NAMES, st.lists(NAMES, unique=True, min_size=1, max_size=6), max_size=4))
    kept = all_completed(bank(first), {})
    turned = {name: data.draw(st.permutations(first[name])) for name in data.draw(st.permutations([*first]))}

    assert all_completed(bank(turned), kept) == kept


@given(BANKS)
def test_a_file_reads_back_as_it_was_written(versions: list[dict[str, list[str]]]) -> None:
    kept = {}
    for version in versions:
        kept = all_completed(bank(version), kept)
    document = Document("redcap_codes.yaml")

    parse(file_text(kept), document)

    assert (read_codes(document), document.faults) == (kept, [])


def test_the_first_numbers_are_the_places_of_the_options_and_never_those_of_a_declined_answer() -> None:
    codes = completed(question("many", *(f"o{place}" for place in range(100))), {})

    assert list(codes.values()) == [*range(1, 98), 100, 101, 102]
    assert {*islice(numbers(), 1000)}.isdisjoint({0, *DECLINED.values()})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("male: 2", "male: 7", "3:9: the number of 'male' is 2, by its place in this list. Numbers are never changed"),
        ("male: 2", "male: two", "3:9: the number of 'male' is 2, by its place in this list."),
        ("female: 1\n  ", "", "2:9: the number of 'male' is 1, by its place in this list."),
        ("female: 1\n  male: 2", "male: 2\n  female: 1", "2:9: the number of 'male' is 1, by its place in this list."),
        (
            "female: 1\n  male: 2",
            "female: 2\n  male: 1",
            "2:11: the number of 'female' is 1, by its place",
        ),
        (
            "sex:\n  female: 1\n  male: 2",
            "sex: 12",
            "1:6: expects the options of 'sex', one a line",
        ),
    ],
)
def test_a_number_that_was_changed_or_lost_is_a_fault(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = FILES[REDCAP_CODES]
    assert old in text

    first, *_ = reports(tmp_path, {REDCAP_CODES: text.replace(old, new)})

    assert first.startswith(f"{REDCAP_CODES}:{told}")


def test_a_file_that_is_no_mapping_says_what_it_should_be(tmp_path: Path) -> None:
    told = reports(tmp_path, {REDCAP_CODES: "- sex\n"})

    assert told == [f"{REDCAP_CODES}:1:1: expects question ids, each with its options and their numbers"]


def test_an_option_without_a_number_is_a_fault_that_tells_the_line_to_add(tmp_path: Path) -> None:
    files = altered(QUESTIONS, "- {id: female, label: Female}", "- {id: other, label: X}\n    - {id: female, label: F}")

    assert reports(tmp_path, files)[-1] == (
        f"{REDCAP_CODES}:1:1: options of 'sex' have no number in redcap_codes.yaml: run 'prescreen codes', or "
        "add below 'sex': 'other: 3'"
    )


def test_options_and_questions_that_were_removed_keep_their_lines(tmp_path: Path) -> None:
    more = FILES[REDCAP_CODES].replace("  male: 2\n", "  male: 2\n  intersex: 3\n") + "gone:\n  one: 1\n"

    assert reports(tmp_path, {REDCAP_CODES: more}) == []


def test_a_folder_without_the_file_is_warned_and_used(tmp_path: Path) -> None:
    assert report(tmp_path, {REDCAP_CODES: None}) == (
        f"{REDCAP_CODES}:1:1: warning: without this file the numbers of options in REDCap change when options change "
        "places: write it with 'prescreen codes'"
    )


def test_a_question_that_only_the_numbers_name_counts_as_unused(tmp_path: Path) -> None:
    unused = FILES[QUESTIONS] + "- id: extra\n  type: choice\n  ask: What?\n  options: [{id: a, label: A}]\n"

    told = reports(tmp_path, {QUESTIONS: unused, REDCAP_CODES: FILES[REDCAP_CODES] + "extra:\n  a: 1\n"})

    assert [line.partition(": ")[2] for line in told] == ["no trial uses the question 'extra'; use it or remove it"]


def test_ids_that_are_one_name_in_redcap_are_warned_about(tmp_path: Path) -> None:
    alike = altered(TRIAL, "- id: leg-pain", "- id: adult.")

    assert any("warning: 'adult.' and 'adult' are one name in REDCap" in line for line in reports(tmp_path, alike))
