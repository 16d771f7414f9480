"""The codes of our own words in REDCap: a project there keeps them for years, so none is changed or used again.

A new member of an enumeration gets the next number, wherever it stands among the others. A module of its own, since the
codes are no part of what the members mean to us.
"""

from collections.abc import Mapping

from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.truth import Truth
from prescreen.storage.participants.purposes import GivenBy
from prescreen.storage.referrals.states import State

STATES: Mapping[str, str] = {
    State.NEW: "1",
    State.CONTACTED: "2",
    State.SCREENING: "3",
    State.ELIGIBLE: "4",
    State.ENROLLED: "5",
    State.NOT_ELIGIBLE: "6",
    State.DECLINED: "7",
    State.UNREACHABLE: "8",
    State.TAKEN_OVER: "9",
    State.WITHDRAWN: "10",
}

DETERMINATIONS: Mapping[str, str] = {
    Determination.POTENTIALLY_ELIGIBLE: "1",
    Determination.INELIGIBLE: "2",
    Determination.UNDETERMINED: "3",
}

GIVERS: Mapping[str, str] = {
    GivenBy.SELF: "1",
    GivenBy.ASSISTED: "2",
    GivenBy.GUARDIAN: "3",
    GivenBy.READ_OUT: "4",
}

PERMITS: Mapping[Truth, str] = {Truth.TRUE: "1", Truth.FALSE: "0", Truth.UNKNOWN: "2"}
