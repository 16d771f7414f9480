"""The words of a trial's record in a registry, as visitors read them."""

from flask_babel import lazy_gettext

_STATUSES = {
    "RECRUITING": lazy_gettext("recruiting"),
    "NOT_YET_RECRUITING": lazy_gettext("not yet recruiting"),
    "ENROLLING_BY_INVITATION": lazy_gettext("enrolling by invitation"),
    "ACTIVE_NOT_RECRUITING": lazy_gettext("active, not recruiting"),
    "SUSPENDED": lazy_gettext("suspended"),
    "TERMINATED": lazy_gettext("terminated"),
    "COMPLETED": lazy_gettext("completed"),
    "WITHDRAWN": lazy_gettext("withdrawn"),
    "UNKNOWN": lazy_gettext("unknown"),
}
_PHASES = {"NA": lazy_gettext("does not apply"), "EARLY_PHASE1": lazy_gettext("early 1")}


def status_words(status: str) -> str:
    """Give the state of a trial by the registry's word for it."""
    return str(_STATUSES.get(status, status))


def phase_words(phase: str) -> str:
    """Give the phase of a trial, such as "1/2" for PHASE1/PHASE2."""
    return str(_PHASES.get(phase, phase.replace("PHASE", "")))
