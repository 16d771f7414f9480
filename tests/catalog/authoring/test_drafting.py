"""A draft has the record's criteria, each with a rule that keeps out nobody wrongly, or left to the team."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import draft_of
from prescreen.catalog.criterion_comments import Quote, comments_of
from prescreen.catalog.sources.source_record import ListedCriterion, SourcePopulation, SourceSite
from prescreen.eligibility.criteria.rules import BooleanTest, NumberTest, OptionTest
from prescreen.eligibility.criteria.trials import CheckedBy, Kind, Treatment
from prescreen.eligibility.interpretation.meaning import Meaning
from tests.catalog.authoring.made_up import PREGNANT, context, drafted, faults, named, read_back, record, ruled


def age(low: int | None = None, high: int | None = None) -> NumberTest:
    ends = (None if end is None else Fraction(end) for end in (low, high))
    return NumberTest("age", **dict(zip(("min", "max"), ends, strict=True)))


def test_what_is_known_gets_a_rule_and_the_rest_is_left_to_the_team_with_a_reason() -> None:
    draft = drafted(["Leg pain", "Cobb angle over 10 degrees"], ["Gout"])

    assert ruled(draft) == {"leg-pain": BooleanTest("leg_pain", True), "gout": BooleanTest("gout", True)}
    left = named(draft, "cobb-angle-degrees")
    assert left.checked is CheckedBy.RECORDS
    assert left.remarks[0] == "wording"
    assert left.remarks[1].startswith("no rule: ")
    assert (draft.counts.found, draft.counts.exact, draft.counts.left) == (3, 2, 1)
    assert faults(draft) == []


def test_a_part_has_its_rule_and_leaves_the_rest_to_the_team_with_the_same_quote() -> None:
    draft = drafted(["Sciatica"])

    part, rest = draft.criteria
    assert part.rule == BooleanTest("leg_pain", True)
    assert rest.rule is None
    assert rest.quotes == part.quotes == (Quote("Sciatica"),)
    assert draft.counts.parts == 1
    assert faults(draft) == []


def test_what_most_exclusions_say_that_nobody_has_keeps_out_and_the_author_is_told() -> None:
    draft = drafted(exclusion=["No known gout", "No previous sciatica", "No current leg pain", "Hives"])

    gout = draft.criteria[0]
    assert gout.rule == BooleanTest("gout", True)
    assert gout.quotes == (Quote("No known gout"),)
    assert any("begin with 'No'" in remark for remark in gout.remarks)
    assert faults(draft) == []
    alone = drafted(exclusion=["No known gout", "Hives"])
    assert not ruled(alone)


def test_the_remark_of_a_part_repeats_no_words_that_stand_above_it() -> None:
    part, rest = drafted(["Sciatica"]).criteria
    assert [one for one in (*part.remarks, *rest.remarks) if "Sciatica" in one] == []

    part, rest = drafted(["Gout and a tattoo"]).criteria
    assert any(remark.endswith("it leaves 'a tattoo'") for remark in part.remarks)
    assert rest.remarks[-1] == "the rest of a part: say only what its rule leaves, 'a tattoo'"


def test_what_a_rule_leaves_is_no_criterion_where_it_would_say_the_same_again() -> None:
    part = Meaning(BooleanTest("gout", True), None)
    draft = draft_of(record(exclusion=["Having gouty feet"]), context(gouty_feet=part))
    assert len(draft.criteria) == 2

    same = draft_of(record(exclusion=["You have had gout"]), context(you_have_had_gout=part))
    assert [one.text for one in same.criteria] == ["You have had gout."]


def test_a_sentence_that_was_cut_says_so_to_its_author() -> None:
    (criterion,) = drafted(["Use of " + ", ".join(f"medicine {number}" for number in range(90))]).criteria

    assert any("cut" in remark for remark in criterion.remarks)


def test_ages_of_fields_that_no_rule_says_are_told_in_one_sentence() -> None:
    texts = [one.text for one in drafted(minimum_age="18 Months", maximum_age="50 Years").criteria]

    assert "Your age is at least 18 months and at most 50 years." in texts


def test_a_version_that_lies_ahead_is_left_out_and_told() -> None:
    on = date(2026, 11, 30)
    ahead, past = (record(["Gout"], version=day) for day in ("2099-01-01", "2026-11-01"))
    today = replace(context(), on=on)

    assert "version" not in draft_of(ahead, today).source
    assert any(remark.startswith("version: ") for remark in draft_of(ahead, today).remarks)
    assert draft_of(past, today).source["version"] == "2026-11-01"
    assert faults(draft_of(ahead, today)) == []
    assert faults(drafted(["null", "true"], ["yes", "~"], id="null")) == []


@pytest.mark.parametrize(
    ("least", "most", "rule"),
    [
        ("18 Years", "70 Years", age(18, 70)),
        ("18 Years", None, age(18)),
        ("N/A", "65 Years", age(None, 65)),
        ("24 Months", None, age(2)),
        ("18 Months", "23 Months", age(1, 1)),
        ("400 Days", None, age(1)),
        (None, "30 Days", age(None, 0)),
    ],
)
def test_ages_of_fields_are_rules_that_keep_out_nobody_wrongly(
    least: str | None, most: str | None, rule: NumberTest
) -> None:
    draft = drafted(minimum_age=least, maximum_age=most)

    assert draft.criteria[0].rule == rule
    assert faults(draft) == []


def test_an_age_in_months_that_years_cannot_say_is_left_to_the_team_too() -> None:
    rule, rest = drafted(minimum_age="18 Months").criteria

    assert rule.rule == age(1)
    assert rest.checked is not None
    assert rest.quotes == (Quote("18 Months", "minimumAge"),)


@pytest.mark.parametrize(
    ("least", "most"), [("N/A", "N/A"), (None, None), ("0 Years", "120 Years"), ("", "99999 Years")]
)
def test_ages_that_keep_out_nobody_make_no_rule(least: str | None, most: str | None) -> None:
    assert ruled(drafted(minimum_age=least, maximum_age=most)) == {}


def test_age_in_the_text_and_in_fields_becomes_one_rule_that_quotes_both() -> None:
    draft = drafted(["Leg pain", "Age 18 to 65 years"], minimum_age="18 Years", maximum_age="65 Years")

    assert [one.id for one in draft.criteria] == ["leg-pain", "age"]
    assert named(draft, "age").rule == age(18, 65)
    assert [quote.words for quote in named(draft, "age").quotes] == ["18 Years", "65 Years", "Age 18 to 65 years"]
    assert draft.disagreements == ()


def test_where_text_and_field_disagree_the_stricter_counts_and_it_is_told() -> None:
    draft = drafted(["Patients over 21 years old"], minimum_age="21 Years")

    assert named(draft, "age").rule == age(22)
    assert draft.disagreements == (
        "the field minimumAge says 21 Years, the text says 'Patients over 21 years old': the stricter counts",
    )
    assert draft.disagreements[0] in named(draft, "age").remarks


def test_a_part_that_is_looser_than_the_field_is_no_disagreement() -> None:
    words = {"adults": NumberTest("age", min=Fraction(18)), "seniors": NumberTest("age", min=Fraction(65))}
    made = context(**{name: Meaning(None, rule) for name, rule in words.items()})

    assert draft_of(record(["Adults"], minimum_age="22 Years"), made).disagreements == ()
    assert draft_of(record(["Seniors"], minimum_age="22 Years"), made).disagreements != ()


def test_a_mirror_of_an_age_becomes_one_rule() -> None:
    draft = drafted(["Age 20 to 60 years"], ["Older than 60 years"], minimum_age="20 Years", maximum_age="60 Years")

    assert ruled(draft) == {"age": age(20, 60)}
    assert Quote("Older than 60 years") in named(draft, "age").quotes
    assert faults(draft) == []


def test_ages_that_leave_nobody_keep_the_field_and_are_told() -> None:
    draft = drafted(["Age 70 to 80 years"], minimum_age="18 Years", maximum_age="60 Years")

    assert age(18, 60) in ruled(draft).values()
    assert draft.disagreements
    assert faults(draft) == []


def test_an_inclusion_and_an_exclusion_that_are_each_others_negation_become_one_that_quotes_both() -> None:
    draft = drafted(["Free of gout"], ["Gout"])

    [one] = draft.criteria
    assert [quote.words for quote in one.quotes] == ["Free of gout", "Gout"]
    assert any("says the same as" in remark for remark in one.remarks)
    assert draft.counts.found == 2


def test_two_rules_that_leave_nobody_do_not_both_stand() -> None:
    draft = drafted(["Gout", "Free of gout"])

    assert ruled(draft) == {"gout": BooleanTest("gout", True)}
    assert "nobody fits both" in draft.disagreements[0]
    assert faults(draft) == []


def test_a_sex_is_a_rule_and_a_text_of_both_is_told() -> None:
    draft = drafted(["Male or female patients with leg pain"], sex="MALE", minimum_age="18 Years")

    assert ruled(draft)["male"] == OptionTest("sex_at_birth", frozenset({"male"}))
    assert "the field sex says MALE" in draft.disagreements[0]
    assert drafted(sex="ALL").criteria == ()
    assert faults(draft) == []


def test_a_population_has_no_rule_for_all() -> None:
    listed = (ListedCriterion(Kind.INCLUSION, "Gout", "Group A"), ListedCriterion(Kind.EXCLUSION, "Pregnant", None))
    draft = draft_of(record(criteria=listed), context())

    assert set(ruled(draft).values()) == {PREGNANT}
    assert any("'Group A'" in remark for remark in draft.criteria[0].remarks)


def test_several_populations_become_groups_with_rules_of_their_own() -> None:
    ages = (
        ListedCriterion(Kind.INCLUSION, "Age 18 to 40", "Group A"),
        ListedCriterion(Kind.INCLUSION, "Age 41 to 70", "B"),
    )
    draft = draft_of(record(criteria=(*ages, ListedCriterion(Kind.EXCLUSION, "Pregnant", None))), context())

    assert [(one.cohort, one.rule is not None) for one in draft.criteria] == [
        (None, True),
        ("Group A", True),
        ("B", True),
    ]
    assert "cohorts:" in yaml_of(draft).splitlines()


def test_the_ages_and_the_sex_of_a_group_are_criteria_of_the_group() -> None:
    groups = (
        SourcePopulation("Young", minimum_age="18 Years", maximum_age="30 Years", sex="FEMALE"),
        SourcePopulation("Old", minimum_age="31 Years", maximum_age="70 Years"),
    )
    draft = draft_of(record(["Gout"], populations=groups, minimum_age="18 Years"), context())

    young, old = ([one for one in draft.criteria if one.cohort == name] for name in ("Young", "Old"))
    assert [one.rule for one in young] == [age(None, 30), OptionTest("sex_at_birth", frozenset({"female"}))]
    assert [one.rule for one in old] == [age(31, 70)]
    assert [one.quotes for one in young] == [(Quote("30 Years", "maximumAge"),), (Quote("FEMALE", "sex"),)]
    assert faults(draft) == []


def test_groups_of_which_one_is_not_told_apart_have_no_rules() -> None:
    groups = (SourcePopulation("Young", maximum_age="30 Years"), SourcePopulation("Any"), SourcePopulation("Old"))

    assert all(one.cohort is None for one in draft_of(record(["Gout"], populations=groups), context()).criteria)


def test_what_nobody_of_a_group_fits_is_told_of_the_group() -> None:
    listed = (
        ListedCriterion(Kind.INCLUSION, "Gout", None),
        ListedCriterion(Kind.EXCLUSION, "Gout", "A"),
        ListedCriterion(Kind.INCLUSION, "Leg pain", "B"),
    )
    draft = draft_of(record(criteria=listed), context())

    assert [one.rule for one in draft.criteria if one.cohort == "A"] == [None]
    assert [told for told in draft.disagreements if told.startswith("in the group 'A', ")]
    assert faults(draft) == []


def test_a_group_without_criteria_of_its_own_keeps_the_others_from_ruling_out() -> None:
    text = "Inclusion Criteria:\n\nGroup A:\n\n* Age 18 to 40\n\nGroup B:\n\n* Age 50 to 65\n\nGroup C:\n"

    assert ruled(draft_of(record(criteria_text=text), context())) == {}
    assert len(ruled(draft_of(record(criteria_text=text.replace("Group C:\n", "")), context()))) == 2


@pytest.mark.parametrize(
    "after",
    [
        "Shorter leg pain in cases where it impairs walking",
        "Or numbness of a foot",
        "Exceptions are people sent by a surgeon",
        "Patients with numbness may also be enrolled",
    ],
)
def test_a_criterion_has_no_rule_where_the_next_one_lets_in_others_all_the_same(after: str) -> None:
    assert ruled(drafted(["Leg pain", after])) == {}
    assert len(ruled(drafted([after, "Leg pain"]))) == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [("inclusion", "Patients may not be enrolled twice"), ("exclusion", "Pain medicines that may be included later")],
)
def test_a_criterion_keeps_its_rule_before_one_that_lets_in_nobody_else(kind: str, words: str) -> None:
    assert len(ruled(drafted(**{kind: ["Leg pain", words]}))) == 1


def test_the_head_says_what_the_record_says_and_no_more() -> None:
    sites = tuple(
        SourceSite(name, city) for name, city in (("A", "Łódź"), ("B", "Lodz"), ("C", None), ("", "São Paulo"))
    )
    given = (("DRUG", "Ibuprofen"), ("DRUG", "Placebo pill"), ("PROCEDURE", "Fusion"), ("DRUG", "Steroid injection"))
    draft = drafted(sites=sites, interventions=given, keywords=("Sciatica",), title="A pill", healthy_volunteers=False)

    assert [site.id for site in draft.sites] == ["lodz", "lodz-2", "c", "sao-paulo"]
    assert draft.practical.treatments == (Treatment.MEDICINE, Treatment.SURGERY, Treatment.INJECTION)
    assert draft.practical.placebo is True
    assert draft.conditions == ("back-pain",)
    assert any("healthy volunteers" in remark for remark in draft.remarks)
    assert drafted().practical.placebo is None
    assert faults(draft) == []


def test_a_record_about_something_else_has_no_condition_and_says_so() -> None:
    draft = drafted(title="A pill for asthma")

    assert draft.conditions == ()
    assert any(remark.startswith("conditions: ") for remark in draft.remarks)
    assert draft_of(record(title="A pill for asthma"), context(), ("back-pain",)).conditions == ("back-pain",)


@pytest.mark.parametrize(("kind", "conditions"), [("Inclusion", ("back-pain",)), ("Exclusion", ())])
def test_a_text_without_a_title_is_about_what_it_lets_in(kind: str, conditions: tuple[str, ...]) -> None:
    text = f"{kind} Criteria:\n\n* Back pain\n"

    assert draft_of(record(title="", criteria_text=text), context()).conditions == conditions


def test_ids_are_valid_and_none_is_anothers_name_in_redcap() -> None:
    draft = drafted([f"Cobb angle {number}" for number in range(5)], ["cobb-ANGLE!", "≥", "脊柱"])

    assert len({one.id.replace("-", "_") for one in draft.criteria}) == len(draft.criteria) == 8
    assert faults(draft) == []


def test_what_is_above_each_criterion_is_read_back() -> None:
    long = "Cobb angle of the back " + "measured twice by two people, " * 12
    draft = drafted(["Leg pain", long], minimum_age="18 Years")
    comments = comments_of(yaml_of(draft), [one.id for one in draft.criteria])

    for criterion in draft.criteria:
        told = [Quote(" ".join(quote.words.split()), quote.field) for quote in criterion.quotes]
        assert list(comments[criterion.id].quotes) == told
        assert comments[criterion.id].drafted == criterion.remarks


def test_a_draft_is_read_as_a_draft() -> None:
    trial = read_back(drafted(["Leg pain"])).trial

    assert trial is not None
    assert trial.draft
    assert trial.title.in_language("en") == "A pill for back pain"
