"""Which criteria of a file the present words of a record touch, and which criteria no file was made from."""

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.registry.criteria_changes import Added, text_changes, watched_text
from prescreen.catalog.registry.word_changes import word_changes
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.catalog.sources.sources import read_source
from tests.catalog.cohort_folder import GROUPED
from tests.catalog.sources.records import CRITERIA, registry, written
from tests.registered import trial_file

QUOTED, UNQUOTED = trial_file(), trial_file(quotes=False)
LIDOCAINE = Added("exclusion", "Allergy to lidocaine")


def record(criteria: str = CRITERIA, **eligibility: object) -> SourceRecord:
    return read_source(written(registry(eligibilityCriteria=criteria, **eligibility)), "record.json")


def touched(file: str, now: SourceRecord) -> list[tuple[str, str | None, str, str]]:
    return [(one.criterion, one.field, one.old, one.new) for one in text_changes(file, now, None).touched]


def test_words_of_a_group_of_people_are_watched_as_those_for_all_are() -> None:
    def of(criteria: str) -> SourceRecord:
        return SourceRecord("T1", "a registry", "A title", criteria_text=criteria)

    assert not text_changes(GROUPED, of("Inclusion: leg pain"), None)

    changed = text_changes(GROUPED, of("Inclusion: pain in a leg for a month"), None)

    assert [(one.criterion, one.rule, one.old) for one in changed.touched] == [
        ("leg-pain", "{leg_pain: true}", "leg pain")
    ]


def test_a_file_that_quotes_the_record_as_it_is_has_no_changes() -> None:
    assert not text_changes(QUOTED, record(), watched_text(record()))
    assert not text_changes(QUOTED, record(), None)


def test_other_words_touch_the_criterion_that_quotes_them() -> None:
    now = record(CRITERIA.replace("6 weeks", "12 weeks"))

    (changed,) = text_changes(QUOTED, now, None).touched

    assert (changed.criterion, changed.kind) == ("leg-pain", "inclusion")
    assert (changed.old, changed.new) == ("Leg pain for at least 6 weeks", "Leg pain for at least 12 weeks")
    assert changed.rule == "{leg_pain: true, pain_duration: {min: 6 wk}}"


def test_a_criterion_that_is_quoted_as_it_stands_is_the_new_wording_of_no_other() -> None:
    file = QUOTED.replace("# Record: Leg pain", "# Record: Leg pain for at least 6 months\n  # Record: Leg pain")

    assert touched(file, record()) == [("leg-pain", None, "Leg pain for at least 6 months", "")]


def test_a_criterion_that_went_touches_its_rule_and_has_no_new_words() -> None:
    now = record(CRITERIA.replace("* Pregnant women", "* Gout"))

    changes = text_changes(QUOTED, now, None)

    assert touched(QUOTED, now) == [("pregnant", None, "Pregnant women", "")]
    assert changes.added == (Added("exclusion", "Gout"),)


@pytest.mark.parametrize("base", [None, watched_text(record())], ids=["never seen", "seen"])
def test_a_criterion_that_no_criterion_is_based_on_is_told(base: str | None) -> None:
    assert text_changes(QUOTED, record(f"{CRITERIA}\n* Allergy to lidocaine"), base).added == (LIDOCAINE,)


def test_a_criterion_that_came_before_the_first_look_is_told_too() -> None:
    now = record(f"{CRITERIA}\n* Allergy to lidocaine")

    assert text_changes(QUOTED, now, watched_text(now)).added == (LIDOCAINE,)


def test_a_criterion_that_got_other_words_is_told_once() -> None:
    changes = text_changes(QUOTED, record(CRITERIA.replace("Leg pain for at", "Pain of the leg for at")), None)

    assert len(changes.touched) == 1
    assert changes.added == ()


def test_of_a_file_without_quotes_only_what_changed_since_it_was_made_is_told() -> None:
    now = record(f"{CRITERIA}\n* Allergy to lidocaine")

    assert not text_changes(UNQUOTED, now, None).is_quoted
    assert not text_changes(UNQUOTED, now, None)
    assert text_changes(UNQUOTED, now, watched_text(record())).added == (LIDOCAINE,)


@pytest.mark.parametrize("name", ["minimumAge", "maximumAge", "sex", "healthyVolunteers"])
def test_a_field_that_sets_a_limit_is_watched_like_words(name: str) -> None:
    values: dict[str, object] = {
        "minimumAge": "21 Years",
        "maximumAge": ...,
        "sex": "FEMALE",
        "healthyVolunteers": True,
    }

    now = record(**{name: values[name]})

    changes = text_changes(QUOTED, now, watched_text(record()))
    assert changes.words
    assert [one.field for one in changes.touched] == ([name] if name in ("minimumAge", "maximumAge") else [])


def test_a_longer_number_is_no_quote_of_a_shorter_one() -> None:
    assert touched(QUOTED, record(minimumAge="118 Years")) == [("adult", "minimumAge", "18 Years", "118 Years")]


def test_words_that_are_left_to_the_team_have_no_rule() -> None:
    file = QUOTED.replace("  - id: mri", "  # Record: A scan\n  - id: mri")

    (changed,) = text_changes(file, record(), None).touched

    assert changed.rule == "left to the team"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("No gout.", "No gout. No lupus.", ["no gout. [new: no lupus.]"]),
        ("a b c d e f g", "a b c d x f g", ["b c d [e -> x] f g"]),
        ("one\ntwo\nthree", "one\nthree", ["one [gone: two] three"]),
        ("Gout", "* GOUT ", []),
    ],
)
def test_changes_of_words_stand_between_their_neighbours(old: str, new: str, told: list[str]) -> None:
    assert [str(one) for one in word_changes(old, new)] == told


WORDS = st.lists(st.sampled_from(["gout", "lupus", "age", "18", "\n"]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
def test_a_text_is_the_other_without_what_is_gone_and_with_what_is_new(old: str, new: str) -> None:
    changes = list(word_changes(old, new))

    gone, come = (sum(len(getattr(one, name).split()) for one in changes) for name in ("old", "new"))

    assert len(old.split()) - gone + come == len(new.split())
    assert bool(changes) == (old.split() != new.split())


@pytest.mark.parametrize("sign", ["a ", "a\n", "* a b\n"])
def test_a_hostile_text_takes_no_time_without_end(sign: str) -> None:
    """A comparison of all words with all would take minutes."""
    hostile = replace(record(), criteria_text=(sign * 50_000)[:99_000])
    started = perf_counter()

    list(word_changes((sign * 49_000)[:98_000] + "b", hostile.criteria_text))

    assert perf_counter() - started < 30
