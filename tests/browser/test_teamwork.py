"""Two recruiters at work on one referral: accessible at every width, and neither loses a change."""

import pytest
from playwright.sync_api import Browser

from tests.browser import teamwork
from tests.browser.service import Service
from tests.browser.survey import Survey, survey

pytestmark = pytest.mark.slow

NAME = "Theodora Placeholder"


@pytest.fixture(scope="module")
def found(browser: Browser, service: Service) -> Survey:
    teamwork.referred(service, NAME)
    mine, theirs = (browser.new_context(base_url=service.address) for _ in range(2))
    page = mine.new_page()
    surveyed = survey(page, teamwork.working(page, theirs.new_page(), service, NAME))
    mine.close()
    theirs.close()
    return surveyed


def test_two_can_work_on_one_referral_to_its_end_and_back(found: Survey):
    assert found.states[-1] == "reminders"


def test_each_page_of_a_team_meets_wcag_2_2_aa_as_far_as_a_program_can_tell(found: Survey):
    assert found.violations == {}


def test_no_page_of_a_team_scrolls_sideways(found: Survey):
    assert found.beyond_the_edge == {}


def test_the_browser_complains_of_no_page_of_a_team(found: Survey):
    assert [one for one in found.complaints if "Failed to load resource" not in one] == []
