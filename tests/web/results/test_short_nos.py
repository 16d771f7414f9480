"""A no is said once, and counts stay counts of everything when a filter or a reason leaves less."""

import pytest

from tests.web.markup import read
from tests.web.result_cards import section
from tests.web.seven_fit import SEVEN_FIT
from tests.web.visitor import SETTLED, Visitor

NO_AGE = SETTLED | {"age": "12"}
NARROW = "treatment=exercise&placebo=none&remote=yes"


@pytest.fixture
def fits_seven(visitor: Visitor) -> Visitor:
    for name, sent in SEVEN_FIT.items():
        visitor.post(f"/screener/{name}", sent)
    return visitor


def test_a_page_on_which_nothing_fits_says_so_once(visitor: Visitor):
    visitor.has_answered(NO_AGE)

    main = visitor.page("/results").one("main")

    assert main.one("h1").text == "None of these trials fits you now"
    assert not main.all("span", class_="comb")
    assert "don't fit now" not in main.text
    assert section(main, "not").one("h2").text == "Don't fit now"


def test_where_nothing_may_fit_there_is_no_list_to_narrow(visitor: Visitor):
    visitor.has_answered(NO_AGE)

    main = visitor.page("/results").one("main")

    assert "Are these too many?" not in main.text
    assert not main.all("details", id="filters")
    visitor.post("/wishes", {"near": "Ankara", "within": "country"})
    assert not visitor.page("/results").all("details", id="filters")
    assert visitor.page(f"/results?{NARROW}").one("details", id="filters")


@pytest.mark.parametrize("query", ["", "&not=1"])
def test_a_filter_that_leaves_no_trial_counts_what_it_leaves_out(fits_seven: Visitor, query: str):
    shown = section(fits_seven.page(f"/results?{NARROW}{query}"), "not").text

    assert shown.startswith("Don't fit now 0 of 13")
    assert "13 are left out by what you chose." in shown
    assert "All 0" not in shown
    assert "in the way" not in shown


@pytest.mark.parametrize(("why", "many"), [("pain_site", 4), ("findings", 0)])
def test_the_summary_counts_everything_whatever_reason_is_chosen(fits_seven: Visitor, why: str, many: int):
    page = fits_seven.page(f"/results?why={why}")

    assert "13 don't fit now" in page.one("main").text
    shown = section(page, "not")
    assert ("That stops no trial now." in shown.text) == (many == 0)
    assert "Show all 13 that do not fit" in shown.text


def test_trials_left_out_for_their_distance_are_counted_in_both_units(fits_seven: Visitor):
    shown = section(fits_seven.page("/results?near=94612&within=50"), "fits").text

    assert "farther away than 50 miles (80 km)." in shown


@pytest.mark.parametrize(("town", "tag"), [("Ankara", "1 podría encajar"), ("Seoul", "2 podrían encajar")])
def test_one_trial_that_may_fit_is_one_in_spanish(fits_seven: Visitor, town: str, tag: str):
    fits_seven.post("/wishes", {"near": town, "within": "country"})

    page = read(fits_seven.client.get("/low-back-pain/results", headers={"Accept-Language": "es"}).text)

    assert page.one("main").one("span", class_="tag fits").text == tag
