"""One trial assessed for one person."""

import pytest

from prescreen.eligibility.assessment.determination import Determination, assess, find
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import DO_NOT_KNOW, Given, bank, boolean, exclude, facts, include, trial

BANK = bank(boolean("pain"), boolean("pregnant"))
TRIAL = trial(
    include("in-pain", BooleanTest("pain", True)),
    include("mri", None),
    exclude("pregnant", BooleanTest("pregnant", True)),
)


@pytest.mark.parametrize(
    ("given", "determination", "blockers"),
    [
        ({"pain": True, "pregnant": False}, "potentially_eligible", []),
        ({"pain": False, "pregnant": False}, "ineligible", ["in-pain"]),
        ({"pain": True, "pregnant": True}, "ineligible", ["pregnant"]),
        ({"pain": False, "pregnant": True}, "ineligible", ["in-pain", "pregnant"]),
        ({"pain": True}, "undetermined", []),
        ({"pain": True, "pregnant": DO_NOT_KNOW}, "undetermined", []),
        ({}, "undetermined", []),
        ({"pain": False}, "ineligible", ["in-pain"]),
        ({"pain": DO_NOT_KNOW, "pregnant": True}, "ineligible", ["pregnant"]),
    ],
)
def test_one_forbids_else_one_unknown_leaves_open(
    given: dict[str, Given], determination: str, blockers: list[str]
) -> None:
    assessment = assess(TRIAL, facts(BANK, **given))

    assert assessment.determination is Determination(determination)
    assert [finding.criterion.id for finding in assessment.blockers] == blockers


def test_there_is_a_finding_for_each_criterion_with_a_rule_and_for_no_other() -> None:
    assessment = assess(TRIAL, facts(BANK, pain=True, pregnant=True))

    assert [(one.criterion.id, one.truth, one.permits) for one in assessment.findings] == [
        ("in-pain", Truth.TRUE, Truth.TRUE),
        ("pregnant", Truth.TRUE, Truth.FALSE),
    ]


def test_what_only_the_team_can_check_never_changes_the_determination() -> None:
    known = facts(BANK, pain=True, pregnant=False)

    without = assess(trial(*(one for one in TRIAL.criteria if one.rule)), known)

    assert assess(TRIAL, known).determination is without.determination is Determination.POTENTIALLY_ELIGIBLE


def test_a_criterion_without_a_rule_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="'mri' has no rule"):
        find(TRIAL.criterion("mri"), facts(BANK))


def test_no_determination_says_plain_eligible() -> None:
    assert {one.value for one in Determination} == {"potentially_eligible", "ineligible", "undetermined"}
