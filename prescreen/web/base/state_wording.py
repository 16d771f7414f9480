"""The states of a referral in words: for its team, and for its person."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.storage.referrals.states import State


@dataclass(frozen=True, slots=True)
class StateWords:
    """One state in words: `staff` in English, `participant` in the language of the page."""

    staff: str
    participant: LazyString


STATE_WORDS: Mapping[State, StateWords] = {
    State.NEW: StateWords("new", lazy_gettext("sent to the team")),
    State.CONTACTED: StateWords("contacted", lazy_gettext("the team has been in touch")),
    State.SCREENING: StateWords(
        "at the site's screening", lazy_gettext("the team is checking with you whether it fits")
    ),
    State.ELIGIBLE: StateWords("found eligible by the site", lazy_gettext("the team found that you can take part")),
    State.ENROLLED: StateWords("enrolled", lazy_gettext("you joined the trial")),
    State.NOT_ELIGIBLE: StateWords(
        "found not eligible by the site", lazy_gettext("the team found that this trial does not fit")
    ),
    State.DECLINED: StateWords("declined", lazy_gettext("you said no")),
    State.UNREACHABLE: StateWords("not reached", lazy_gettext("the team could not reach you")),
    State.TAKEN_OVER: StateWords("taken over by another site", lazy_gettext("another site of this trial took over")),
    State.WITHDRAWN: StateWords("withdrawn", lazy_gettext("you withdrew")),
}
