"""The length of interviews on the shipped trials, and what the pages say of it, for people drawn from the bank."""

from statistics import median

import pytest

from benchmarks.interview.pages_told import Told, told
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from tests.eligibility.samples import ON

PEOPLE = 40
MOST_LEFT_OUT = 0.05


@pytest.fixture(scope="module")
def interviews() -> Told:
    return told(load_to_judge(SHIPPED_CRITERIA, ON).planner("low-back-pain"), range(PEOPLE))


def test_the_number_of_pages_left_never_rises_and_is_seldom_left_out(interviews: Told) -> None:
    assert [one.told for one in interviews.walks if one.numbers != sorted(one.numbers, reverse=True)] == []
    assert all(one.told[0] for one in interviews.walks)
    assert interviews.left_out < MOST_LEFT_OUT


def test_the_number_of_pages_left_is_about_right(interviews: Told) -> None:
    assert interviews.error < 5
    assert abs(interviews.bias) < 2


def test_no_one_who_is_told_that_the_end_is_near_has_far_to_go(interviews: Told) -> None:
    assert interviews.overrun <= 5


def test_half_of_the_interviews_take_no_more_than_twenty_four_pages(interviews: Told) -> None:
    assert median(len(one.told) for one in interviews.walks) <= 24
