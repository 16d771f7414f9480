"""Which questions can still raise each red flag; worked out once for all who were asked nothing about it."""

from datetime import date

from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.interview.question_selection import Interview, flag_questions


class FlagQuestions:
    """The red flags of an interview."""

    def __init__(self, interview: Interview) -> None:
        self._bank, self._flags = interview.bank, interview.red_flags
        self._reached = [frozenset(self._bank.reached_from(questions_in(flag.when))) for flag in self._flags]
        self._unasked: tuple[date | None, tuple[frozenset[str], ...]] = None, ()

    def still_open(self, facts: Facts) -> tuple[frozenset[str], ...]:
        """Return for each flag the unasked questions that can still raise it."""
        given, unasked = facts.answers.given.keys(), self._unasked_on(facts.on)
        return tuple(
            before if reached.isdisjoint(given) else flag_questions(flag, facts)
            for flag, reached, before in zip(self._flags, self._reached, unasked, strict=True)
        )

    def _unasked_on(self, on: date) -> tuple[frozenset[str], ...]:
        """Return the same for a person who was asked nothing; it depends on the day alone."""
        day, found = self._unasked
        if day != on:
            nothing = Facts(self._bank, Answers(), on)
            found = tuple(flag_questions(flag, nothing) for flag in self._flags)
            self._unasked = on, found
        return found
