"""Semantic faults: files that can be read but contradict themselves or their cases."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from tests.catalog.folders import CONDITION, FILES, QUESTIONS, REDCAP_CODES, TRIAL, altered, pointed, report, reports

ADULT = "{age: {min: 18, max: 70}}"
PREGNANT = "{pregnancy: {any_of: [pregnant, feeding]}}"
LEG = "{leg_pain: true, pain_duration: {min: 6 wk}}"
TOO_YOUNG = "  - name: too young\n    answers: {age: 17, leg_pain: true, pain_duration: 6 wk, sex: male}\n"
LAST = "    answers: {sex: female, pregnancy: [pregnant]}\n    determination: ineligible\n    because: [pregnant]\n"
CASES = FILES[TRIAL].index("cases:")


def without_cases(rule: str, new: str) -> dict[str, str]:
    """Return the trial with one rule altered and without cases, so that nothing is proven by example."""
    return {TRIAL: altered(TRIAL, rule, new)[TRIAL].partition("cases:")[0]}


def meanings(told: list[str]) -> list[str]:
    """Leave out that cases are lacking."""
    return [line for line in told if "no case in which" not in line]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            TOO_YOUNG + "    determination: ineligible\n    because: [adult]\n",
            TOO_YOUNG.replace("- name", "- ⌖name") + "    determination: potentially_eligible\n",
            "case 'too young' comes to ineligible because of adult, but expects potentially_eligible",
        ),
        (
            TOO_YOUNG + "    determination: ineligible\n    because: [adult]\n",
            TOO_YOUNG.replace("- name", "- ⌖name") + "    determination: ineligible\n    because: [adult, leg-pain]\n",
            "case 'too young' comes to ineligible because of adult, but names adult, leg-pain",
        ),
        (
            TOO_YOUNG + "    determination: ineligible\n    because: [adult]\n",
            TOO_YOUNG.replace("- name", "- ⌖name") + "    determination: ineligible\n    because: []\n",
            "case 'too young' comes to ineligible because of adult, but names none",
        ),
        (
            LAST,
            LAST + "  - ⌖{name: nobody, answers: {}, determination: ineligible}\n",
            "case 'nobody' comes to undetermined, but expects ineligible",
        ),
    ],
)
def test_a_failing_case_is_named_at_the_case(tmp_path: Path, old: str, new: str, message: str) -> None:
    files, place = pointed(TRIAL, old, new)

    assert report(tmp_path, files) == f"{place}{message}"


def test_because_is_optional_and_in_any_order(tmp_path: Path) -> None:
    assert reports(tmp_path, altered(TRIAL, "    because: [adult]\n", "")) == []
    both = (
        "  - {name: both, answers: {age: 5, leg_pain: false}, determination: ineligible, because: [leg-pain, adult]}\n"
    )
    assert reports(tmp_path, {TRIAL: FILES[TRIAL] + both}) == []


def test_a_case_that_stays_open_names_what_does_not_permit_as_none(tmp_path: Path) -> None:
    case = "  - {name: open, answers: {age: 44, leg_pain: ~}, determination: undetermined, because: []}\n"

    assert reports(tmp_path, {TRIAL: FILES[TRIAL] + case}) == []


def test_cases_count_as_answered_on_the_day_of_the_check(tmp_path: Path) -> None:
    assert reports(tmp_path, {}, on=date(2026, 12, 31)) == []


def test_a_faulty_question_does_not_hide_failing_cases_of_trials_that_do_not_ask_it(tmp_path: Path) -> None:
    files = {
        **altered(QUESTIONS, "ask: Are you numb between the legs?", "aks: Are you numb?"),
        **altered(TRIAL, "because: [adult]", "because: [leg-pain]"),
    }

    told = reports(tmp_path, files)

    assert [line for line in told if "case 'too young'" in line]


@pytest.mark.parametrize(
    ("criterion", "case", "lacking"),
    [
        ("adult", "  - name: too young\n", "no case in which 'adult' does not permit; add one"),
        ("leg-pain", "  - name: no leg pain\n", "no case in which 'leg-pain' does not permit; add one"),
        ("pregnant", "  - name: pregnant\n", "no case in which 'pregnant' does not permit; add one"),
    ],
)
def test_a_criterion_that_no_case_exercises_is_named_at_the_criterion(
    tmp_path: Path, criterion: str, case: str, lacking: str
) -> None:
    before, _, after = FILES[TRIAL].partition(case)
    following = after.partition("  - name")
    text = before + (following[1] + following[2] if following[1] else "")
    line = text[: text.index(f"- id: {criterion}")].count("\n") + 1

    assert report(tmp_path, {TRIAL: text}) == f"trials/T1.yaml:{line}:5: {lacking}"


def test_a_trial_without_cases_has_every_criterion_with_a_rule_named(tmp_path: Path) -> None:
    told = reports(tmp_path, {TRIAL: FILES[TRIAL][:CASES]})

    assert [line.split(": ", 1)[1] for line in told] == [
        f"no case in which '{name}' permits and none in which it does not permit; add one"
        for name in ("adult", "leg-pain", "pregnant")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ADULT, "⌖{all: [{leg_pain: true}, {leg_pain: false}], age: 40}"),
        (ADULT, "⌖{all: [{age: {below: 40}}, {age: {above: 60}}]}"),
        (ADULT, "⌖{all: [{sex: male}, {sex: female}], age: 40}"),
        (ADULT, "⌖{age: 40, pregnancy: {any_of: [none], all_of: [feeding]}}"),
        (ADULT, "⌖{at_least: {count: 2, of: [{age: {below: 40}}, {age: {above: 60}}]}}"),
        (ADULT, "⌖{age: 40, sex: male, pregnancy: {any_of: [none]}}"),
        (PREGNANT, "⌖{any: [{leg_pain: true}, {leg_pain: false}, {pregnancy: {any_of: [pregnant]}}]}"),
        (PREGNANT, "⌖{sex: [female, male]}"),
    ],
)
def test_a_criterion_that_can_never_permit_is_named_at_its_rule(tmp_path: Path, old: str, new: str) -> None:
    place = pointed(TRIAL, old, new)[1]

    told = reports(tmp_path, without_cases(old, new.replace("⌖", "")))

    assert [line for line in told if line.startswith(place) and "can never permit" in line], told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ADULT, "⌖{age: {min: 0, max: 120}}"),
        (ADULT, "⌖{any: [{age: {max: 40}}, {age: {min: 40}}]}"),
        (ADULT, "⌖{not: {all: [{age: {below: 40}}, {age: {above: 40}}]}}"),
        (ADULT, "⌖{any: [{age: 40}, {sex: male}, {sex: female}]}"),
        (PREGNANT, "⌖{pregnancy: {any_of: [pregnant], none_of: [pregnant]}}"),
        (PREGNANT, "⌖{sex: male, pregnancy: {any_of: [pregnant]}}"),
    ],
)
def test_a_criterion_that_can_never_forbid_is_named_at_its_rule(tmp_path: Path, old: str, new: str) -> None:
    place = pointed(TRIAL, old, new)[1]

    told = reports(tmp_path, without_cases(old, new.replace("⌖", "")))

    assert [line for line in told if line.startswith(place) and "can never keep anybody out" in line], told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (PREGNANT, "⌖{leg_pain: true}", "'pregnant' contradicts 'leg-pain'"),
        (PREGNANT, "⌖{age: {max: 70}}", "'pregnant' contradicts 'adult'"),
        (LEG, "⌖{age: {above: 70}}", "'leg-pain' contradicts 'adult'"),
        (LEG, "⌖{age: 71}", "'leg-pain' contradicts 'adult'"),
    ],
)
def test_two_criteria_that_shut_each_other_out_are_named_at_the_second(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    place = pointed(TRIAL, old, new)[1]

    told = meanings(reports(tmp_path, without_cases(old, new.replace("⌖", ""))))

    assert [line for line in told if line.startswith(place) and message in line], told


def test_criteria_that_contradict_only_all_together_are_told_too(tmp_path: Path) -> None:
    trial = FILES[TRIAL].partition("inclusion:")[0] + (
        "inclusion:\n"
        "  - {id: a, text: A., rule: {any: [{leg_pain: true}, {numb: true}]}}\n"
        "  - {id: b, text: B., rule: {any: [{leg_pain: true}, {numb: false}]}}\n"
        "  - {id: c, text: C., rule: {any: [{leg_pain: false}, {numb: true}]}}\n"
        "  - {id: d, text: D., rule: {any: [{leg_pain: false}, {numb: false}]}}\n"
    )

    assert "trials/T1.yaml:1:1: the criteria contradict each other: nobody can fit them all" in reports(
        tmp_path, {TRIAL: trial}
    )


@pytest.mark.parametrize("limits", ["{max: 70}", "{below: 18.5}", "{min: 70}", "{max: 18}"])
def test_criteria_that_leave_somebody_do_not_contradict(tmp_path: Path, limits: str) -> None:
    told = meanings(reports(tmp_path, without_cases(LEG, f"{{leg_pain: true, age: {limits}}}")))

    assert [line for line in told if "contradict" in line] == []


def test_a_case_proves_that_criteria_can_permit_and_forbid(tmp_path: Path) -> None:
    assert meanings(reports(tmp_path, {})) == []


@pytest.mark.parametrize("path", [QUESTIONS, TRIAL, CONDITION])
def test_a_question_that_no_trial_uses_is_named_at_its_id(tmp_path: Path, path: str) -> None:
    spare = {QUESTIONS: FILES[QUESTIONS] + "- id: spare\n  type: boolean\n  ask: Is it spare?\n"}
    use = {
        QUESTIONS: {QUESTIONS: spare[QUESTIONS] + "- {id: x, type: boolean, ask: X?, ask_if: {spare: true}}\n"},
        TRIAL: {
            **spare,
            **altered(
                TRIAL, LEG, "{leg_pain: true, pain_duration: {min: 6 wk}, any: [{spare: true}, {age: {min: 1}}]}"
            ),
        },
        CONDITION: {**spare, **altered(CONDITION, "[leg_pain]", "[leg_pain, spare]")},
    }

    assert "questions.yaml:35:7: no trial uses the question 'spare'; use it or remove it" in reports(tmp_path, spare)
    assert [line for line in reports(tmp_path, use[path]) if "'spare'" in line] == []


def test_a_question_is_not_used_by_a_case_that_answers_it(tmp_path: Path) -> None:
    files = {
        QUESTIONS: FILES[QUESTIONS] + "- id: spare\n  type: boolean\n  ask: Is it spare?\n",
        TRIAL: FILES[TRIAL].replace("answers: {age: 17,", "answers: {age: 17, spare: true,"),
    }

    assert report(tmp_path, files).startswith("questions.yaml:35:7: no trial uses the question 'spare'")


@pytest.mark.parametrize(
    ("rule", "warned"),
    [
        ("{pregnancy: {any_of: [none]}}", True),
        ("{not: {pregnancy: {any_of: [pregnant]}}}", False),
        ("{any: [{sex: male}, {pregnancy: {any_of: [none]}}]}", False),
        ("{sex: female, pregnancy: {any_of: [none]}}", False),
    ],
)
def test_an_inclusion_that_shuts_out_those_whom_a_question_does_not_concern_is_a_warning(
    tmp_path: Path, rule: str, warned: bool
) -> None:
    told = reports(tmp_path, without_cases(LEG, rule))

    warnings = [line for line in told if "warning: 'leg-pain' does not permit people to whom the question" in line]
    assert bool(warnings) is warned
    assert all(line.startswith("trials/T1.yaml:13:11: ") for line in warnings)


@pytest.mark.parametrize(("on", "stale"), [(date(2027, 4, 30), False), (date(2027, 5, 1), True)])
def test_a_stale_confirmation_is_a_warning_at_its_place(tmp_path: Path, on: date, stale: bool) -> None:
    told = reports(tmp_path, {}, on=on)

    message = "trials/T1.yaml:5:12: warning: confirmed on 2026-11-01, more than 180 days ago"
    assert [line.startswith(message) for line in told] == ([True] if stale else [])


def test_a_trial_that_was_never_confirmed_is_not_called_stale(tmp_path: Path) -> None:
    assert reports(tmp_path, altered(TRIAL, "confirmed: 2026-11-01\n", "")) == []


def test_a_bank_whose_fullest_answers_overflow_the_cookie_is_refused(tmp_path: Path) -> None:
    many = "".join(f"- {{id: q{n}, type: boolean, ask: Is it?}}\n" for n in range(900))

    told = reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + many})

    [message] = [line for line in told if "cookie" in line]
    assert message.startswith("questions.yaml:1:1: the fullest answers could take ")
    assert "at most 3800 fit" in message


def test_a_bank_of_four_hundred_questions_of_all_kinds_fits_the_cookie(tmp_path: Path) -> None:
    kinds = (
        "boolean",
        "choice, options: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}]",
        "choices, options: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, exclusive: true}]",
        "number, unit: kg, units: [kg, '[lb_av]'], range: {min: 0, max: 400}",
        "date, range: {min: -120 a, max: today}",
        "number",
    )
    many = "".join(f"- {{id: q{n}, ask: Is it?, type: {kinds[n % len(kinds)]}}}\n" for n in range(400))

    assert [line for line in reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + many}) if "cookie" in line] == []


def test_many_criteria_on_few_questions_are_checked_within_seconds(tmp_path: Path) -> None:
    others = "{leg_pain: true}, {sex: male}"
    listed = "".join(
        f"  - {{id: c{n}, text: A., rule: {{any: [{{age: {{max: {50 + n / 10}}}}}, {others}]}}}}\n" for n in range(200)
    )
    started = process_time()

    told = reports(tmp_path, {TRIAL: FILES[TRIAL].partition("inclusion:")[0] + "inclusion:\n" + listed})

    assert process_time() - started < 5
    assert len([line for line in told if "no case in which" in line]) == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- id: age\n  type: number\n", "- id: years\n  type: number\n"),
        ("  unit: a\n  range: {min: 0, max: 120}\n  grows: yearly\n", "  unit: mo\n  range: {min: 0, max: 120 a}\n"),
        (
            "  type: number\n  ask: How old are you?\n  unit: a\n  range: {min: 0, max: 120}\n  grows: yearly\n",
            "  type: boolean\n  ask: Are you old?\n",
        ),
    ],
)
def test_a_condition_is_refused_where_the_bank_cannot_say_who_is_under_age(tmp_path: Path, old: str, new: str) -> None:
    files = altered(QUESTIONS, old, new)

    told = reports(tmp_path, files)

    expected = "needs a number question 'age' in years ('unit: a') in questions.yaml"
    assert [line for line in told if line.startswith(CONDITION) and expected in line]


def test_the_age_may_be_asked_though_no_trial_uses_it(tmp_path: Path) -> None:
    files = altered(TRIAL, ADULT, "{leg_pain: true}")

    assert not [line for line in reports(tmp_path, files) if "no trial uses the question 'age'" in line]


FEEDING = (
    "questions.yaml:18:7: warning: no rule, ask_if or red flag uses 'feeding' of 'pregnancy'; ask for no more than is"
)
ONLY_PREGNANT = "{pregnancy: {any_of: [pregnant]}}"


def test_an_option_that_no_rule_uses_is_a_warning_at_the_option(tmp_path: Path) -> None:
    assert report(tmp_path, altered(TRIAL, PREGNANT, ONLY_PREGNANT)) == f"{FEEDING} used: remove or use it"


def test_options_of_a_choice_that_no_rule_tells_apart_are_a_warning_at_the_first(tmp_path: Path) -> None:
    third = {
        **altered(
            QUESTIONS, "    - {id: male, label: Male}\n", "    - {id: male, label: M}\n    - {id: x, label: X}\n"
        ),
        **altered(REDCAP_CODES, "  male: 2\n", "  male: 2\n  x: 3\n"),
    }

    assert report(tmp_path, third) == (
        "questions.yaml:12:7: warning: no rule, ask_if or red flag tells 'male', 'x' of 'sex' apart; join them, or use "
        "them"
    )


@pytest.mark.parametrize(
    "used",
    [
        altered(
            CONDITION, "  - when: {numb: true}", "  - when: {any: [{numb: true}, {pregnancy: {any_of: [feeding]}}]}"
        ),
        altered(QUESTIONS, "- id: numb\n", "- id: numb\n  ask_if: {not: {pregnancy: {none_of: [feeding]}}}\n"),
        {"trials/T2.yaml": FILES[TRIAL].replace("id: T1", "id: T2")},
    ],
    ids=["a red flag", "a condition of a question", "another trial"],
)
def test_an_option_may_be_used_anywhere_in_the_folder(tmp_path: Path, used: dict[str, str]) -> None:
    assert reports(tmp_path, {**altered(TRIAL, PREGNANT, ONLY_PREGNANT), **used}) == []


def test_an_option_is_called_unused_beside_a_question_that_is(tmp_path: Path) -> None:
    spare = {QUESTIONS: FILES[QUESTIONS] + "- {id: spare, type: boolean, ask: Is this asked?}\n"}

    told = reports(tmp_path, {**altered(TRIAL, PREGNANT, ONLY_PREGNANT), **spare})

    assert [line.startswith(FEEDING) for line in told] == [True, False]


def test_no_option_is_called_unused_where_a_rule_is_at_fault(tmp_path: Path) -> None:
    told = report(tmp_path, altered(TRIAL, PREGNANT, "{pregnancy: {any_of: [pregnant], nine_of: [feeding]}}"))

    assert "unknown test 'nine_of'" in told
