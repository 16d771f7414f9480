"""The states of a referral in the words for the person.

A module of its own, so that a new state needs one row here and no other change to the pages.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.storage.referrals.states import State

STATE_WORDS: Mapping[State, LazyString] = {
    State.NEW: lazy_gettext("sent to the team"),
    State.CONTACTED: lazy_gettext("the team has been in touch"),
    State.SCREENING: lazy_gettext("the team is checking with you whether it fits"),
    State.ELIGIBLE: lazy_gettext("the team found that you can take part"),
    State.ENROLLED: lazy_gettext("you joined the trial"),
    State.NOT_ELIGIBLE: lazy_gettext("the team found that this trial does not fit"),
    State.DECLINED: lazy_gettext("you said no"),
    State.UNREACHABLE: lazy_gettext("the team could not reach you"),
    State.TAKEN_OVER: lazy_gettext("another site of this trial took over"),
    State.WITHDRAWN: lazy_gettext("you withdrew"),
}
