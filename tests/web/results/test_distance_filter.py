"""Distances of trials from a ZIP code that is in the URL of the page and stored nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.trials import Site
from prescreen.eligibility.wishes.geography import Point, direction, miles_between
from prescreen.eligibility.wishes.wishes import Place
from prescreen.web.results.distance_filter import Placed, nearest
from prescreen.workflow.interview.distances import point_of_zip, whole_miles, zip_in
from tests.web.markup import Element, read
from tests.web.result_cards import everywhere, section, sections
from tests.web.visitor import SETTLED, Visitor, is_gone

OAKLAND = "94612"
# In Oakland, and in eleven other cities of the United States.
NEAR_OAKLAND = "NCT00000410"
IN_SEOUL = "NCT02384928"
IN_KOREA = "NCT03236753"
NO_SITES = "NCT06144970"

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """Return somebody for whom nothing is decided."""
    visitor.has_answered(SETTLED)
    return visitor


def near(visitor: Visitor, asked: str) -> Element:
    return visitor.page(f"/results?{asked}")


def shown(page: Element) -> list[list[str]]:
    return [[card["id"] for card in group.all("article")] for group in sections(page)]


def listed(visitor: Visitor, asked: str) -> list[str]:
    return [href.rsplit("/", 1)[-1] for hrefs in everywhere(visitor, asked).values() for href in hrefs]


def card(page: Element, trial_id: str) -> str:
    return page.one("article", id=trial_id).text


def both_pages(visitor: Visitor, asked: str) -> dict[str, str]:
    """Return what is said of each trial of which nothing can be told yet."""
    pages = [near(visitor, f"{asked}&open={number}") for number in (1, 2)]
    return {one["id"]: one.text for page in pages for one in page.all("article")}


@given(points, points)
def test_the_way_back_is_as_long_and_no_way_is_longer_than_half_the_earth(one: Point, other: Point):
    there = miles_between(one, other)

    assert there == pytest.approx(miles_between(other, one))
    assert 0 <= there <= 12_438


@given(points, st.lists(points, min_size=1, max_size=5))
def test_the_nearest_place_is_that_of_the_shortest_way(home: Point, others: list[Point]):
    sites = tuple(Placed(SITE, point, direction(point)) for point in others)

    found = nearest(sites, Place("Home", "US", home), direction(home))

    assert found is not None
    assert found.miles == pytest.approx(min(miles_between(home, point) for point in others), abs=0.01)


@given(points)
def test_a_place_is_no_way_from_itself(one: Point):
    assert miles_between(one, one) == 0


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [
        (Point(0, 0), Point(0, 180), 12_437),
        (Point(90, 0), Point(-90, 77), 12_437),
        (Point(0, 0), Point(1, 0), 69.1),
        (Point(0, 179.5), Point(0, -179.5), 69.1),
        (Point(37.8, -122.27), Point(37.57, 126.98), 5_607),
    ],
)
def test_known_distances(one: Point, other: Point, miles: float):
    assert miles_between(one, other) == pytest.approx(miles, rel=0.002)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("94612", "94612"), (" 94612 ", "94612"), ("94612-1234", "94612"), ("946121234", "94612"), ("00601", "00601")]
    + [(bad, None) for bad in ("", "9461", "946123", "94612-12", "SW1A 1AA", "٩٤٦١٢", "94612; DROP", "-4612")],
)
def test_a_zip_code_is_five_digits_however_it_is_typed(typed: str, code: str | None):
    assert zip_in(typed) == code


def test_a_code_that_belongs_to_no_place_has_none():
    assert point_of_zip(OAKLAND) == Point(37.8085, -122.2668)
    assert [point_of_zip(code) for code in ("99999", "09001", "96201")] == [None] * 3


def test_the_list_of_codes_is_not_read_before_somebody_asks():
    code = "import sys, prescreen.app; sys.exit('zipcodes' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_zip_code_nothing_is_said_of_distance(reader: Visitor):
    page = near(reader, "")

    assert "about 1 mile" not in page.text
    assert "We do not know how far away" not in page.text


def test_each_trial_says_its_nearest_place_and_how_far_it_is(reader: Visitor):
    told = both_pages(reader, f"near={OAKLAND}")

    assert "Oakland, California, about 1 mile " in told[NEAR_OAKLAND]
    assert "Seoul, South Korea, about 5,600 miles (9,000 km) " in told[IN_SEOUL]
    assert "We do not know how far away" in told[NO_SITES]


def test_what_was_chosen_is_named_above_the_list_and_taken_away_by_one_click(reader: Visitor):
    chosen = near(reader, f"near={OAKLAND}&placebo=none").one("ul", aria_label="What you chose").all("a")

    assert [one.text for one in chosen] == ["Take away: no placebo ×", "Take away: Oakland, CA 94612 ×"]
    assert chosen[0]["href"] == "/low-back-pain/results?near=Oakland,+CA+94612"
    assert chosen[1]["href"] == "/low-back-pain/results?placebo=none"


def test_without_a_place_the_first_town_and_the_country_stand_on_the_card(reader: Visitor):
    told = both_pages(reader, "")

    assert "Oakland and 11 more places, United States" in told[NEAR_OAKLAND]
    assert "Seongnam and 2 more places, South Korea" in told[IN_KOREA]


def test_in_spanish_numbers_are_written_as_in_the_united_states(reader: Visitor):
    reader.get("?lang=es")

    assert "a unas 5,600 millas (9,000 km)" in card(near(reader, f"near={OAKLAND}"), IN_SEOUL)


def test_by_distance_the_nearest_comes_first_and_the_unknown_last(reader: Visitor):
    found = list(both_pages(reader, f"near={OAKLAND}&sort=distance"))

    assert found[0] == NEAR_OAKLAND
    assert found[-1] == NO_SITES


def test_by_fit_what_is_nearest_to_settled_comes_first(reader: Visitor):
    page = near(reader, f"near={OAKLAND}")

    unsure = section(page, "open")
    told = [re.search(r"Fits (\d+) of (\d+) points", one.text) for one in unsure.all("article")]
    unknown = [int(one[2]) - int(one[1]) for one in told if one]
    assert unknown == sorted(unknown)
    assert len(set(unknown)) > 3


def test_far_trials_are_left_out_but_counted(reader: Visitor):
    everything, close = near(reader, f"near={OAKLAND}"), near(reader, f"near={OAKLAND}&within=25")
    all_of_them, near_by = listed(reader, f"near={OAKLAND}"), listed(reader, f"near={OAKLAND}&within=25")

    assert NEAR_OAKLAND in near_by
    assert IN_SEOUL not in near_by
    assert close.one("h1").text == everything.one("h1").text
    counted = [one.text for one in close.all("p", class_="soft") if "left out by what you chose" in one.text]
    assert sum(int(one.split()[0]) for one in counted) == len(all_of_them) - len(near_by) > 0
    # Of one trial the record names no place.
    assert [one for one in counted if "Of 1 of them we do not know" in one]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("near=9461&within=50&sort=distance", "postal codes of the United States only"),
        ("near=99999&within=50&sort=distance", "postal codes of the United States only"),
        ("near=&within=50&sort=distance", "Type a town or a ZIP code"),
        ("near=%3Cscript%3E&within=50&sort=distance", "We do not know this place"),
    ],
)
def test_a_zip_code_that_cannot_be_used_says_how_to_mend_it_and_keeps_the_rest(
    reader: Visitor, asked: str, message: str
):
    response = reader.get(f"/results?{asked}")
    page = read(response.text)

    assert response.status_code == 422
    assert message in page.one("p", id="near-error").text
    assert page.one("div", role="alert").one("a")["href"] == "#near"
    assert page.one("input", id="near")["aria-invalid"] == "true"
    chosen = [one["value"] for one in page.one("details", id="filters").all("option") if "selected" in one]
    assert sorted(chosen) == ["50", "distance"]
    assert len([trial for group in shown(page) for trial in group]) > 10


@pytest.mark.parametrize("asked", ["within=7", "sort=price", "near=94612&within=x&sort=", "near=94612&near=0"])
def test_other_wishes_are_passed_over(reader: Visitor, asked: str):
    assert reader.get(f"/results?{asked}").status_code == 200


def test_a_zip_code_is_neither_logged_nor_kept(reader: Visitor, capsys: pytest.CaptureFixture[str]):
    before = reader.cookie()

    response = reader.get("/results?near=73301")

    assert "73301" in response.text
    assert response.headers.getlist("Set-Cookie") == []
    assert reader.cookie() == before
    out, err = capsys.readouterr()
    assert "screener.show_results" in out
    assert "73301" not in out + err


def test_a_page_without_answers_looks_nothing_up(client: FlaskClient):
    assert is_gone(client.get(f"/low-back-pain/results?near={OAKLAND}"))


# How far a person is from a site, as recruiters read it.

SITE = Site(
    id="boston", name="Boston", country="United States", latitude=Fraction("42.36"), longitude=Fraction("-71.06")
)


def test_a_site_is_whole_miles_away() -> None:
    assert 2_680 < (whole_miles("94612", SITE) or 0) < 2_700
    assert whole_miles(" 02139-1234 ", SITE) in (2, 3)


@pytest.mark.parametrize("postal_code", [None, "", "SW1A 1AA", "02139-QX", "00000"])
def test_a_postal_code_that_is_nowhere_gives_no_distance(postal_code: str | None) -> None:
    assert whole_miles(postal_code, SITE) is None


def test_a_site_without_a_place_or_abroad_gives_no_distance() -> None:
    assert whole_miles("94612", replace(SITE, latitude=None)) is None
    # Five digits may be a French code there.
    assert whole_miles("34295", replace(SITE, country="France")) is None
