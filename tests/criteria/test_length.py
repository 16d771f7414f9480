"""The length of interviews on the shipped trials, and what the pages say of it, for people drawn from the bank."""

from statistics import median

import pytest

from benchmarks.interview.pages_told import Told, told
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.web.interview.progress import MOST_RISE
from tests.eligibility.samples import ON

PEOPLE = 40


@pytest.fixture(scope="module")
def interviews() -> Told:
    return told(load_to_judge(SHIPPED_CRITERIA, ON).planner("low-back-pain"), range(PEOPLE))


def test_the_number_of_pages_left_rises_little_for_anyone(interviews: Told) -> None:
    assert max(one.rise for one in interviews.walks) <= MOST_RISE


def test_the_number_of_pages_left_is_about_right(interviews: Told) -> None:
    assert interviews.error < 5
    assert abs(interviews.bias) < 2


def test_no_one_who_is_told_that_the_end_is_near_has_far_to_go(interviews: Told) -> None:
    assert interviews.overrun <= 5


def test_half_of_the_interviews_take_no_more_than_twenty_four_pages(interviews: Told) -> None:
    assert median(len(one.told) for one in interviews.walks) <= 24
