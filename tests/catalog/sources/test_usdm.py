"""USDM protocols: titles, ages and criteria in their order, with tags resolved and no markup left."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.sources.source_record import ListedCriterion, SourceError, SourcePopulation, SourceRecord
from prescreen.catalog.sources.sources import read_source
from prescreen.catalog.sources.usdm_texts import Texts
from prescreen.eligibility.criteria.trials import Kind
from tests.catalog.sources.records import ages, code, criterion, item, usdm, written

VERSION = "study.versions[0]"
DESIGN = f"{VERSION}.studyDesigns[0]"


def read(data: object) -> SourceRecord:
    return read_source(written(data), "study.json")


def refused(data: object) -> str:
    with pytest.raises(SourceError) as refusal:
        read(data)
    return str(refusal.value)


def texts(record: SourceRecord) -> list[str]:
    return [one.text for one in record.criteria]


def test_a_protocol_is_a_record_with_its_criteria_listed() -> None:
    record = read(usdm())

    assert (record.id, record.registry, record.title) == ("NCT01234567", "CDISC USDM", "Heat for Sciatica")
    assert (record.official_title, record.summary) == ("A Trial of Heat", "People with sciatica")
    assert (record.conditions, record.keywords, record.phase) == (("Sciatica",), ("Sciatica, unspecified",), "PHASE2")
    assert (record.minimum_age, record.maximum_age, record.sex) == ("50 Years", "80 Years", "ALL")
    assert (record.healthy_volunteers, record.criteria_text) == (False, "")
    assert record.criteria == (
        ListedCriterion(Kind.INCLUSION, "Over 50 years"),
        ListedCriterion(Kind.EXCLUSION, "Gout"),
    )
    assert record.told == ()


def test_without_a_number_of_the_registry_the_first_identifier_is_the_id() -> None:
    data = usdm()
    data["study"]["versions"][0]["studyIdentifiers"] = [{"text": "../EX 1/b", "scopeId": "O1"}]

    assert read(data).id == "b"


def test_the_version_with_the_greatest_number_is_read_and_the_choice_told() -> None:
    data, other = usdm(), usdm(items=[item(1, "Newer"), item(2, "Gout")])
    newer = other["study"]["versions"][0] | {"versionIdentifier": "10"}
    data["study"]["versions"].insert(0, newer)

    record = read(data)

    assert texts(record) == ["Newer", "Gout"]
    assert record.told == ("study.versions holds 2; the one with the greatest number was read",)


@pytest.mark.parametrize(
    ("links", "order"),
    [
        ({}, [1, 2, 3]),
        ({3: 1, 1: 2}, [3, 1, 2]),
        ({1: 3}, [1, 3, 2]),
        ({1: 2, 2: 1}, [3, 1, 2]),
        ({1: 1}, [2, 3, 1]),
    ],
    ids=["none", "all", "some", "a circle", "itself"],
)
def test_criteria_stand_in_the_order_of_their_links(links: dict[int, int], order: list[int]) -> None:
    listed = [criterion(number, after=links.get(number)) for number in (1, 2, 3)]
    items = [item(number, f"criterion {number}") for number in (1, 2, 3)]

    assert texts(read(usdm(eligibilityCriteria=listed, items=items))) == [f"criterion {number}" for number in order]


def test_links_backwards_count_as_links() -> None:
    listed = [criterion(1) | {"previousId": "Criterion_2"}, criterion(2)]

    assert texts(read(usdm(eligibilityCriteria=listed, items=[item(1, "one"), item(2, "two")]))) == ["two", "one"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("at <usdm:tag name='least'></usdm:tag> years", "at 50 years"),
        ('aged <usdm:tag name="range"/>', "aged 50 Year to 80 Year"),
        ("<usdm:tag name='whom'/> at home", "People with sciatica at home"),
        ("a score of <usdm:tag name='bare'/>", "a score of 12"),
        ("<usdm:ref id='Population_1' attribute='description'/>, all", "People with sciatica, all"),
    ],
)
def test_tags_are_replaced_by_what_they_stand_for(text: str, plain: str) -> None:
    assert texts(read(usdm(items=[item(1, text, "D1"), item(2, "Gout")])))[0] == plain


@pytest.mark.parametrize("tag", ["lost", "loop", "unknown"])
def test_a_tag_that_stands_for_nothing_stays_by_its_name_and_is_told(tag: str) -> None:
    record = read(usdm(items=[item(1, f"over <usdm:tag name='{tag}'/> years", "D1"), item(2, "Gout")]))

    assert texts(record)[0] == f"over [{tag}] years"
    assert f"the tag '{tag}' stands for nothing in the file" in record.told


def test_markup_becomes_lines_and_bullets() -> None:
    html = (
        "<p>Any of &lt;&#160;<b>these</b>:</p>\n<ol>\n  <li>\n    <p>Gout</p>\n    <ul><li>in a toe\n</ul>\n  </li>"
        "<li>Lupus<br/>of any kind</li></ol><table><tr><td>Aspirin</td>\n<td>2\n weeks</td></tr></table>"
    )

    assert texts(read(usdm(items=[item(1, html), item(2, "Gout")])))[0].split("\n") == [
        "Any of < these:",
        "* Gout",
        "  * in a toe",
        "* Lupus",
        "of any kind",
        "Aspirin 2 weeks",
    ]


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<li>", "<ul>", "</ul>", "<br/>", "<!-- a -->", "<td>", "<usdm:tag name='a'/>"]
        ),
        st.sampled_from(["<![x[", "<b", "< 5", "a > b", "&lt;", "&#0;", "<usdm:ref id='a' attribute='b'>", "<p a='"]),
        st.text(alphabet="ab <>&;'\"\n", max_size=8),
    ),
    max_size=12,
).map("".join)


@given(MARKUP)
def test_no_element_is_left_of_any_markup(text: str) -> None:
    plain = Texts({}, {}).plain(text, None)

    assert not re.search(r"</?[A-Za-z][^<>]*>", plain)
    assert "\x00" not in plain


MEN = [code("C20197", "Male")]
COHORTS: list[dict[str, Any]] = [
    {"id": "C1", "name": "Back", "criterionIds": ["Criterion_2"], "plannedAge": ages(18.0, 64.0)},
    {"id": "C2", "label": "Neck", "criterionIds": ["Criterion_2", "Criterion_1"], "plannedSex": MEN},
]


def test_what_only_a_cohort_has_is_told_of_each_cohort() -> None:
    record = read(usdm(population={"criterionIds": ["Criterion_1"], "cohorts": COHORTS}))

    assert [(one.text, one.population) for one in record.criteria] == [
        ("Over 50 years", None),
        ("Gout", "Back"),
        ("Gout", "Neck"),
    ]
    assert record.populations == (
        SourcePopulation("Back", minimum_age="18 Years", maximum_age="64 Years"),
        SourcePopulation("Neck", sex="MALE"),
    )


@pytest.mark.parametrize(
    ("planned", "ends"),
    [
        (ages(6.0, 18.0, "Month"), ("6 Months", "18 Months")),
        (ages(18.5, None), ("18.5 Years", None)),
        (None, (None, None)),
        ({"minValue": 18, "maxValue": 60, "unit": code("C29848", "Years")}, ("18 Years", "60 Years")),
        (ages(18.0, 60.0, None), (None, None)),
        (ages(18.0, 60.0) | {"isApproximate": True}, (None, None)),
    ],
    ids=["months", "one end", "none", "numbers", "no unit", "approximate"],
)
def test_ages_are_read_with_their_units_or_not_at_all(planned: Any, ends: tuple[str | None, str | None]) -> None:
    record = read(usdm(population={"plannedAge": planned}))

    assert (record.minimum_age, record.maximum_age) == ends


@pytest.mark.parametrize(
    ("codes", "sex"),
    [
        ([code("C16576", "Female")], "FEMALE"),
        ([code("C16576", "Female"), code("C20197", "Male")], "ALL"),
        ([], None),
        ([code("C1", "Unknown")], None),
    ],
)
def test_the_sexes_are_told_in_the_words_of_the_registry(codes: list[Any], sex: str | None) -> None:
    assert read(usdm(population={"plannedSex": codes})).sex == sex


def test_both_phases_of_a_trial_are_told() -> None:
    assert read(usdm(studyPhase={"standardCode": code("C15694", "Phase II/III Trial")})).phase == "PHASE2/PHASE3"
    assert read(usdm(studyPhase={"standardCode": code("C48660", "Not Applicable")})).phase is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (usdm(eligibilityCriteria=[]), f"{DESIGN}.eligibilityCriteria: holds no criterion"),
        (
            usdm(eligibilityCriteria=None),
            f"{DESIGN}.eligibilityCriteria: is null, and no trial can be drafted without it",
        ),
        (usdm(eligibilityCriteria={}), f"{DESIGN}.eligibilityCriteria: expects a list, not an object"),
        (
            usdm(items=[item(1, "Gout")]),
            f"{DESIGN}.eligibilityCriteria[1].criterionItemId: names 'Item_2', and the study has no such item",
        ),
        (usdm(items=[item(1, "<p> </p>"), item(2, "a")]), f"{VERSION}.eligibilityCriterionItems[0].text: has no words"),
        (
            usdm(eligibilityCriteria=[criterion(1) | {"category": code("C1", "Other")}]),
            f"{DESIGN}.eligibilityCriteria[0].category.code: expects C25532 or C25370, not 'C1'",
        ),
        (usdm() | {"usdmVersion": "3.0.0"}, "usdmVersion: is 3.0.0, and only 4.0 can be read; export the study so"),
        ({"usdmVersion": "4.0.0"}, "study: is missing, and no trial can be drafted without it"),
        ({"study": {"versions": []}}, "study.versions: holds no version"),
        (
            {"study": {"versions": [{"studyDesigns": []}]}},
            f"{VERSION}.studyDesigns: holds no design, and so no criteria",
        ),
    ],
)
def test_a_protocol_that_lacks_what_a_draft_needs_is_refused_by_name(data: object, told: str) -> None:
    assert refused(data) == told
