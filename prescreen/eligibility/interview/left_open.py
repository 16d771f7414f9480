"""Why a question that can settle a criterion has no value: not asked, not known, or declined.

A module of its own: pages, scripts and files tell these three apart by it.
"""

from enum import StrEnum

from prescreen.eligibility.assessment.answers import Answers, Declined


class WhyOpen(StrEnum):
    """Why a question has no value. Not asked is also what an interview did not come to, as it was left early."""

    NOT_ASKED = "not_asked"
    DO_NOT_KNOW = Declined.DO_NOT_KNOW.value
    RATHER_NOT_SAY = Declined.RATHER_NOT_SAY.value


def why_open(question_id: str, answers: Answers) -> WhyOpen | None:
    """Return why a question has no value; None where it has one."""
    answer = answers.get(question_id)
    if answer is None:
        return WhyOpen.NOT_ASKED
    return WhyOpen(answer.value.value) if isinstance(answer.value, Declined) else None
